"""The connections that the kernel tracks, with what it counted of them (nfnetlink_conntrack.h, nf_conntrack_tcp.h).

Nothing of a packet is captured: the kernel keeps the two ends, the state and, where accounting is on, the volume.
"""

from collections.abc import Collection
import errno
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
import socket
from typing import Final, NamedTuple

from .netlink import NetfilterSocket, NetlinkError, Request, attributes, body, number

_GET: Final = 1 << 8 | 1
_GROUP_DESTROY: Final = 3
_ORIGINAL: Final = 1
_STATUS: Final = 3
_PROTOINFO: Final = 4
_COUNTED: Final = 9
_COUNTED_BACK: Final = 10
_ID: Final = 12
_TIMESTAMP: Final = 20
_START: Final = 1
_TCP_INFO: Final = 1
_TCP_STATE: Final = 1
_OVER: Final = frozenset({7, 8})
"""TIME_WAIT and CLOSE: hung up by both sides, or broken off."""
_REPLIED: Final = 1 << 1
_ASSURED: Final = 1 << 2
_PROTOCOLS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
_V4_SIZE: Final = 4
_PORT: Final = 3
_ACCOUNTING: Final = Path("/proc/sys/net/netfilter/nf_conntrack_acct")
_TIMESTAMPS: Final = Path("/proc/sys/net/netfilter/nf_conntrack_timestamp")
MAX_OF_FAMILY: Final = 32_768
"""Connections that one look takes, of IPv4 and of IPv6 each: neither crowds the other out."""


class Connection(NamedTuple):
    """One connection; addresses as text, volumes in bytes with all heads, from the caller and back."""

    identity: int
    protocol: str
    caller: str
    called: str
    port: int
    replied: bool
    established: bool
    """By TCP's handshake, or by traffic both ways."""
    closed: bool
    """Broken off or over, by TCP's own state; the kernel keeps it for a while all the same."""
    packets: tuple[int, int]
    volume: tuple[int, int]
    opened: float
    """Seconds since the epoch, by the kernel's clock; 0.0 where it does not note that."""


def connections(kernel: NetfilterSocket, limit: int = MAX_OF_FAMILY) -> list[Connection]:
    """Return the connections of now, at most `limit` of IPv4 and of IPv6 each; raises NetlinkError."""
    return [
        one
        for family in (socket.AF_INET, socket.AF_INET6)
        for one in kernel.dump_some(Request(_GET, family, b""), _told, limit)
    ]


def is_cut(found: Collection[Connection], limit: int = MAX_OF_FAMILY) -> bool:
    """Whether a look was full, so that there may be more than it tells."""
    of_ipv6 = sum(":" in one.caller for one in found)
    return max(of_ipv6, len(found) - of_ipv6) >= limit


class Ends:
    """The connections that ended: a refused one is in no dump, for the kernel forgets it with the refusal."""

    def __init__(self) -> None:
        """Listen; raises OSError."""
        self._socket = NetfilterSocket(groups=(_GROUP_DESTROY,))
        self.lost = 0
        """Times that more ended than the kernel could keep for us."""

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._socket.fileno()

    def read(self, limit: int) -> list[Connection]:
        """Return what ended since the last call, about `limit` at most; does not wait. Raises NetlinkError."""
        found: list[Connection] = []
        try:
            for message in self._socket.drain(limit):
                one = _told(body(message))
                if one is not None:
                    found.append(one)
        except NetlinkError as error:
            if error.code != errno.ENOBUFS:
                raise
            self.lost += 1
        return found

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


def account() -> bool:
    """Have the kernel count what connections carry, from now on; False if that may not be changed. Blocks.

    It notes when they are opened too, where it can: a look every few seconds is too coarse for what comes by the clock.
    """
    _switch_on(_TIMESTAMPS)
    return _switch_on(_ACCOUNTING)


def _switch_on(setting: Path) -> bool:
    try:
        if setting.read_text(encoding="ascii").strip() == "1":
            return True
        setting.write_text("1", encoding="ascii")
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT}:
            return False
        raise
    return True


def _told(answer: bytes) -> Connection | None:
    """Read a connection; None for what a kernel says otherwise."""
    try:
        return _connection(answer)
    except NetlinkError, ValueError, IndexError:
        return None


def _connection(answer: bytes) -> Connection | None:
    parts = attributes(answer)
    tuple_ = attributes(parts.get(_ORIGINAL, b""))
    ends, ports = attributes(tuple_.get(1, b"")), attributes(tuple_.get(2, b""))
    protocol = _PROTOCOLS.get(ports[1][0]) if ports.get(1) else None
    caller, called = ends.get(1) or ends.get(3), ends.get(2) or ends.get(4)
    if protocol is None or caller is None or called is None:
        return None
    status = number(parts.get(_STATUS, b""))
    state = attributes(attributes(parts.get(_PROTOINFO, b"")).get(_TCP_INFO, b"")).get(_TCP_STATE, b"\0")[0]
    out, back = (_counted(parts.get(it, b"")) for it in (_COUNTED, _COUNTED_BACK))
    return Connection(
        number(parts.get(_ID, b"")),
        protocol,
        _address(caller),
        _address(called),
        number(ports.get(_PORT, b"")),
        bool(status & _REPLIED),
        bool(status & _ASSURED),
        protocol == "tcp" and state in _OVER,
        (out[0], back[0]),
        (out[1], back[1]),
        number(attributes(parts.get(_TIMESTAMP, b"")).get(_START, b"")) / 1e9,
    )


def _counted(data: bytes) -> tuple[int, int]:
    counts = attributes(data)
    return number(counts.get(1, b"")), number(counts.get(2, b""))


def _address(packed: bytes) -> str:
    return str(IPv4Address(packed) if len(packed) == _V4_SIZE else IPv6Address(packed))
