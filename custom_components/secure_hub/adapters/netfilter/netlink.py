"""Netlink framing and one socket to the kernel's netfilter subsystems (RFC 3549; include/uapi/linux/netlink.h)."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
import contextlib
from dataclasses import dataclass
import errno
import os
import socket
import struct
import sys
from time import monotonic
from typing import Final, Self

NETLINK_NETFILTER: Final = 12
SOL_NETLINK: Final = 270
NETLINK_ADD_MEMBERSHIP: Final = 1
NETLINK_CAP_ACK: Final = 10
NETLINK_EXT_ACK: Final = 11
SO_SNDBUFFORCE: Final = 32
SO_RCVBUFFORCE: Final = 33
SO_ATTACH_FILTER: Final = 26

NLMSG_ERROR: Final = 2
NLMSG_DONE: Final = 3
NFNL_MSG_BATCH_BEGIN: Final = 0x10
NFNL_MSG_BATCH_END: Final = 0x11
NFNL_SUBSYS_NFTABLES: Final = 10
NFNL_BATCH_GENID: Final = 1
NLMSGERR_ATTR_MSG: Final = 1

REQUEST: Final = 0x1
ACK: Final = 0x4
DUMP: Final = 0x300
DUMP_INTERRUPTED: Final = 0x10
CREATE: Final = 0x400
EXCLUSIVE: Final = 0x200
APPEND: Final = 0x800
ACK_TLVS: Final = 0x200

_HEADER: Final = struct.Struct("=IHHII")
_ATTRIBUTE: Final = struct.Struct("=HH")
_GENERIC: Final = struct.Struct("=BBH")
_BPF: Final = struct.Struct("=HBBI")
_BPF_LOAD_WORD: Final = 0x20
_BPF_JUMP_EQUAL: Final = 0x15
_BPF_RETURN: Final = 0x06
_PORT_OFFSET: Final = 12
_ERROR: Final = struct.Struct("=i")
_ERROR_SIZE: Final = _ERROR.size + _HEADER.size
NESTED: Final = 0x8000
_TYPE_MASK: Final = 0x3FFF
_ATTRIBUTE_MAX: Final = 0xFFFF - _ATTRIBUTE.size

SEND_BUFFER: Final = 64 << 20
RECEIVE_BUFFER: Final = 8 << 20
_DATAGRAM: Final = 1 << 17
_DUMP_TRIES: Final = 5


class NetlinkError(Exception):
    """The kernel refused, or said something that is no netlink: `code` is an errno, `detail` its extended ACK."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Keep errno and detail."""
        super().__init__(f"{errno.errorcode.get(code, code)}: {detail or os.strerror(code)}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Message:
    """One netlink message; `payload` begins behind the netlink header."""

    kind: int
    flags: int
    sequence: int
    port: int
    payload: bytes


_PADDING: Final = (b"", b"\0", b"\0\0", b"\0\0\0")
_TRUNCATED: Final = int(socket.MSG_TRUNC)


@dataclass(frozen=True, slots=True)
class Request:
    """One netfilter request: `kind` is subsystem << 8 | type, `body` the attributes, `resource` a number of its own."""

    kind: int
    family: int
    body: bytes
    flags: int = 0
    resource: int = 0


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute, padded to four bytes."""
    size = len(value)
    if size > _ATTRIBUTE_MAX:
        raise NetlinkError(errno.EMSGSIZE, f"attribute {kind} of {size} bytes")
    return _ATTRIBUTE.pack(size + 4, kind) + value + _PADDING[-size % 4]


def nested(kind: int, *parts: bytes) -> bytes:
    """One attribute made of attributes."""
    return attribute(kind | NESTED, b"".join(parts))


def text(kind: int, value: str) -> bytes:
    """One NUL-terminated string attribute."""
    return attribute(kind, value.encode() + b"\0")


def be32(kind: int, value: int) -> bytes:
    """One attribute of 32 bits, signed or not, in network order."""
    return attribute(kind, (value & 0xFFFFFFFF).to_bytes(4))


def be64(kind: int, value: int) -> bytes:
    """One attribute of 64 bits in network order."""
    return attribute(kind, value.to_bytes(8))


def attribute_list(data: bytes) -> list[tuple[int, bytes]]:
    """Attributes in order, flags masked off their types; raises NetlinkError for bytes that are none."""
    found = []
    offset = 0
    end = len(data)
    while offset < end:
        if end - offset < _ATTRIBUTE.size:
            raise NetlinkError(errno.EBADMSG, "attribute cut off")
        size, kind = _ATTRIBUTE.unpack_from(data, offset)
        if size < _ATTRIBUTE.size or offset + size > end:
            raise NetlinkError(errno.EBADMSG, "attribute length")
        found.append((kind & _TYPE_MASK, data[offset + 4 : offset + size]))
        offset += size + (-size % 4)
    return found


def attributes(data: bytes) -> dict[int, bytes]:
    """Attributes by type; of a repeated type the last stays."""
    return dict(attribute_list(data))


def string(value: bytes) -> str:
    """Text of a string attribute; bytes that are no UTF-8 are replaced."""
    return value.split(b"\0", 1)[0].decode(errors="replace")


def number(value: bytes) -> int:
    """Number in network order."""
    return int.from_bytes(value)


def messages(data: bytes) -> Iterator[Message]:
    """Messages of one datagram; raises NetlinkError for bytes that are none."""
    offset = 0
    end = len(data)
    while offset < end:
        if end - offset < _HEADER.size:
            raise NetlinkError(errno.EBADMSG, "message cut off")
        size, kind, flags, sequence, port = _HEADER.unpack_from(data, offset)
        if size < _HEADER.size or offset + size > end:
            raise NetlinkError(errno.EBADMSG, "message length")
        yield Message(kind, flags, sequence, port, data[offset + _HEADER.size : offset + size])
        offset += size + (-size % 4)


def frame(request: Request, sequence: int, flags: int = 0) -> bytes:
    """Bytes of one netfilter request."""
    size = _HEADER.size + _GENERIC.size + len(request.body)
    header = _HEADER.pack(size, request.kind, request.flags | flags | REQUEST, sequence, 0)
    return header + _GENERIC.pack(request.family, 0, socket.htons(request.resource)) + request.body


def body(message: Message) -> bytes:
    """Attributes of a netfilter message, behind its generic header."""
    if len(message.payload) < _GENERIC.size:
        raise NetlinkError(errno.EBADMSG, "no netfilter header")
    return message.payload[_GENERIC.size :]


def family(message: Message) -> int:
    """Protocol family of a netfilter message."""
    if not message.payload:
        raise NetlinkError(errno.EBADMSG, "no netfilter header")
    return message.payload[0]


def error_of(message: Message) -> NetlinkError | None:
    """What an NLMSG_ERROR says; None is an acknowledgement."""
    if len(message.payload) < _ERROR.size:
        raise NetlinkError(errno.EBADMSG, "error cut off")
    code = -_ERROR.unpack_from(message.payload)[0]
    if not code:
        return None
    detail = ""
    if message.flags & ACK_TLVS:
        detail = string(attributes(message.payload[_ERROR_SIZE:]).get(NLMSGERR_ATTR_MSG, b""))
    return NetlinkError(code, detail)


def _boundary(kind: int, sequence: int, content: bytes = b"") -> bytes:
    size = _HEADER.size + _GENERIC.size + len(content)
    generic = _GENERIC.pack(0, 0, socket.htons(NFNL_SUBSYS_NFTABLES))
    return _HEADER.pack(size, kind, REQUEST, sequence, 0) + generic + content


class NetfilterSocket:
    """One long-lived netlink socket.

    It owns the tables it makes with the owner flag, so a process keeps one for all its changes. Not thread-safe.
    Every wait ends after `timeout` seconds with NetlinkError(ETIMEDOUT).
    """

    def __init__(self, groups: Iterable[int] = (), timeout: float = 10.0) -> None:
        """Open and bind; raises OSError where the kernel has no netfilter netlink."""
        self.timeout = timeout
        self._sequence = 0
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER)
        try:
            for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK):
                self._socket.setsockopt(SOL_NETLINK, option, 1)
            self._buffer(SO_SNDBUFFORCE, socket.SO_SNDBUF, SEND_BUFFER)
            self._buffer(SO_RCVBUFFORCE, socket.SO_RCVBUF, RECEIVE_BUFFER)
            self._socket.bind((0, 0))
            for group in groups:
                self._socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[0]

    def _buffer(self, force: int, polite: int, size: int) -> None:
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, force, size)
        except PermissionError:  # capabilities of a user namespace do not reach beyond the system's limits
            self._socket.setsockopt(socket.SOL_SOCKET, polite, size)

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close; tables owned by this socket become orphans if they persist, else vanish."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def batch(self, requests: Sequence[Request], generation: int | None = None) -> None:
        """Commit nftables requests in one transaction, all or nothing.

        With `generation`, the kernel refuses with ERESTART if the ruleset has changed since that generation.
        """
        if not requests:
            return
        first = self._sequence + 1
        guard = b"" if generation is None else be32(NFNL_BATCH_GENID, generation)
        parts = [_boundary(NFNL_MSG_BATCH_BEGIN, first, guard)]
        last = first + len(requests)
        parts.extend(
            frame(request, sequence, ACK if sequence == last else 0)
            for sequence, request in enumerate(requests, first + 1)
        )
        parts.append(_boundary(NFNL_MSG_BATCH_END, last + 1))
        self._sequence = last + 1
        self._send(b"".join(parts))
        for message in self._answers(first, last + 1):
            # An unprivileged sender gets one error for the first message and nothing for the last.
            if message.kind == NLMSG_ERROR and (error := error_of(message)):
                raise NetlinkError(error.code, f"{error.detail} (message {message.sequence - first})".lstrip())
            if message.sequence == last:
                return

    def ask(self, requests: Sequence[Request], flags: int = 0) -> list[bytes | NetlinkError]:
        """Send requests that are answered by one message each; body or error of each, an acknowledgement is empty."""
        answers: list[bytes | NetlinkError] = []
        if not requests:
            return answers
        first = self._sequence + 1
        self._sequence += len(requests)
        self._send(b"".join(frame(request, first + i, flags) for i, request in enumerate(requests)))
        for message in self._answers(first, self._sequence):
            if message.sequence != first + len(answers):
                continue
            if message.kind == NLMSG_ERROR:
                answers.append(error_of(message) or b"")
            else:
                answers.append(body(message))
            if len(answers) == len(requests):
                break
        return answers

    def dump(self, request: Request) -> list[bytes]:
        """Bodies of a complete, consistent dump; a dump interrupted by changes is repeated, a few times."""
        return self.dump_some(request, bytes, sys.maxsize)

    def dump_some[T](self, request: Request, read: Callable[[bytes], T | None], limit: int) -> list[T]:
        """Do the same, and keep of each body only what `read` makes of it: of `limit`, for the rest is passed over."""
        for _ in range(_DUMP_TRIES):
            found = self._dump_once(request, read, limit)
            if found is not None:
                return found
        raise NetlinkError(errno.EINTR, "dump interrupted by changes")

    def _dump_once[T](self, request: Request, read: Callable[[bytes], T | None], limit: int) -> list[T] | None:
        self._sequence += 1
        sequence = self._sequence
        self._send(frame(request, sequence, DUMP))
        found: list[T] = []
        interrupted = False
        for message in self._answers(sequence, sequence):
            interrupted |= bool(message.flags & DUMP_INTERRUPTED)
            if message.kind == NLMSG_DONE:
                break
            if message.kind == NLMSG_ERROR:
                if error := error_of(message):
                    raise error
                break
            if len(found) < limit and (one := read(body(message))) is not None:
                found.append(one)
        return None if interrupted else found

    def ignore_sender(self, port: int) -> None:
        """Have the kernel keep away what a netlink port caused: nobody need wake up for our own changes.

        A classic BPF program over each datagram: load nlmsg_pid, and drop what is from `port`.
        """
        program = array(
            "B",
            _BPF.pack(_BPF_LOAD_WORD, 0, 0, _PORT_OFFSET)
            + _BPF.pack(_BPF_JUMP_EQUAL, 0, 1, socket.htonl(port))
            + _BPF.pack(_BPF_RETURN, 0, 0, 0)
            + _BPF.pack(_BPF_RETURN, 0, 0, 0xFFFFFFFF),
        )
        address, size = program.buffer_info()
        self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("@HP", size // _BPF.size, address))

    def drain(self, limit: int) -> Iterator[Message]:
        """What has arrived, without waiting, at most `limit` datagrams; NetlinkError(ENOBUFS) if some was lost."""
        self._socket.settimeout(0)
        for _ in range(limit):
            try:
                data = self._socket.recv(_DATAGRAM)
            except BlockingIOError:
                return
            except OSError as error:
                raise NetlinkError(error.errno or errno.EIO) from error
            yield from messages(data)

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(self.timeout)
        try:
            self._socket.send(data)
        except OSError as error:
            raise NetlinkError(error.errno or errno.EIO, "send") from error

    def _answers(self, first: int, last: int) -> Iterator[Message]:
        """Messages for the sequence numbers from `first` to `last`; late answers to earlier requests are skipped."""
        deadline = monotonic() + self.timeout
        while (left := deadline - monotonic()) > 0:
            self._socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                yield from (m for m in messages(self._receive()) if first <= m.sequence <= last)
        raise NetlinkError(errno.ETIMEDOUT, "the kernel did not answer")

    def _receive(self) -> bytes:
        try:
            data, _, flags, _ = self._socket.recvmsg(_DATAGRAM)
        except TimeoutError:
            raise
        except OSError as error:
            raise NetlinkError(error.errno or errno.EIO, "receive") from error
        if flags & _TRUNCATED:
            raise NetlinkError(errno.EMSGSIZE, "datagram cut off")
        return data
