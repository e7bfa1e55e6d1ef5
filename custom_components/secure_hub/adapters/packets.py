"""Frames of one Ethernet interface, sent and heard as they are (packet(7)). Needs CAP_NET_RAW.

Only frames that concern address discovery and those of watched devices reach this process; the kernel's socket filter
(Documentation/networking/filter.rst) leaves the rest alone. The interface does not become promiscuous.
"""

from collections.abc import Collection, Iterator, Sequence
import contextlib
import ctypes
import socket
import struct
from typing import Final

SNAP: Final = 256
"""Octets kept of a frame: all headers that are looked at."""

_ETH_P_ALL: Final = 3  # linux/if_ether.h: heard before the firewall judges
_SOL_PACKET: Final = 263
_ADD_MEMBERSHIP, _PACKET_STATISTICS, _IGNORE_OUTGOING = 1, 6, 23  # linux/if_packet.h
_MULTICAST, _ALL_MULTICAST = 0, 2  # PACKET_MR_ALLMULTI: solicitations go to groups that we are not in
_STATISTICS: Final = struct.Struct("@II")  # PACKET_STATISTICS, struct tpacket_stats: packets, drops; reading resets it
_ATTACH_FILTER: Final = 26  # SO_ATTACH_FILTER, asm-generic/socket.h
_BUFFER: Final = 1 << 18

# linux/filter.h, linux/bpf_common.h
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE = 0x20, 0x28, 0x30
_EQUAL, _GREATER, _AT_LEAST, _ANY_BIT, _RETURN = 0x15, 0x25, 0x35, 0x45, 0x06
_VLAN_TAGGED: Final = 0xFFFFF000 + 48  # SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT
_RANDOM: Final = 0xFFFFF000 + 56  # SKF_AD_RANDOM
_SAMPLE: Final = 31
"""One in so many, plus one, is heard of what is many."""
_TCP_ENDS: Final = 0b111
"""RST, SYN, FIN (RFC 9293, 3.1)."""

type Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


def socket_filter(macs: Collection[str], sampled: Collection[str] = ()) -> list[Instruction]:
    """Program that lets pass, of untagged frames: ARP, router and neighbour discovery, IPv4 echo replies, and `macs`'.

    Of up to 60 `sampled` it lets pass ICMP, the first and last packets of TCP over IPv4, and one in 32 of the rest.
    Offsets are those of an Ethernet header with an IPv4 header without options or an IPv6 header behind it.
    """
    take: Instruction = (_RETURN, 0, 0, SNAP)
    program: list[Instruction] = [
        (_LOAD_BYTE, 0, 0, _VLAN_TAGGED),
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, 0),
        (_LOAD_HALF, 0, 0, 12),
        (_EQUAL, 0, 1, 0x0806),
        take,
        (_EQUAL, 0, 6, 0x86DD),
        (_LOAD_BYTE, 0, 0, 20),
        (_EQUAL, 0, 4, 58),
        (_LOAD_BYTE, 0, 0, 54),
        (_AT_LEAST, 0, 2, 134),
        (_GREATER, 1, 0, 136),
        take,
        (_LOAD_HALF, 0, 0, 12),
        (_EQUAL, 0, 5, 0x0800),
        (_LOAD_BYTE, 0, 0, 23),
        (_EQUAL, 0, 3, 1),
        (_LOAD_BYTE, 0, 0, 34),
        (_EQUAL, 0, 1, 0),
        take,
    ]
    for mac in sorted(macs):
        program += [*_sent_by(mac, 0, 1), take]
    return [*program, *_sampling(sampled)]


def _sent_by(mac: str, then: int, otherwise: int) -> Iterator[Instruction]:
    """Compare the sender of a frame, and jump over so many instructions if it is this one, or if it is not."""
    octets = bytes.fromhex(mac.replace(":", ""))
    yield _LOAD_WORD, 0, 0, 6
    yield _EQUAL, 0, 2 + otherwise, int.from_bytes(octets[:4])
    yield _LOAD_HALF, 0, 0, 10
    yield _EQUAL, then, otherwise, int.from_bytes(octets[4:])


def _sampling(macs: Collection[str]) -> Iterator[Instruction]:
    """End of a program: of these MACs some pass, of all others nothing; each jumps over the rest of them to one end."""
    for left, mac in zip(reversed(range(len(macs))), sorted(macs), strict=True):
        yield from _sent_by(mac, 4 * left + 1, 0)
    yield from (
        (_RETURN, 0, 0, 0),
        (_LOAD_HALF, 0, 0, 12),
        (_EQUAL, 0, 5, 0x0800),
        (_LOAD_BYTE, 0, 0, 23),
        (_EQUAL, 6, 0, 1),
        (_EQUAL, 0, 2, 6),
        (_LOAD_BYTE, 0, 0, 47),
        (_ANY_BIT, 3, 0, _TCP_ENDS),
        (_LOAD_WORD, 0, 0, _RANDOM),
        (_ANY_BIT, 0, 1, _SAMPLE),
        (_RETURN, 0, 0, 0),
        (_RETURN, 0, 0, SNAP),
    )


def attach_filter(listener: socket.socket, macs: Collection[str], sampled: Collection[str] = ()) -> None:
    """Let the kernel drop on its way to a socket what `socket_filter` does not let pass; replaces an earlier one."""
    attach_program(listener, socket_filter(macs, sampled))


def attach_program(listener: socket.socket, program: Sequence[Instruction]) -> None:
    """Let the kernel drop on its way to a socket what a program does not let pass; replaces an earlier one."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in program))
    listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HP", len(program), ctypes.addressof(code)))


class Listeners:
    """Packet sockets that hear on some interfaces what a program lets pass; they never block."""

    def __init__(
        self,
        interfaces: Collection[str],
        program: Sequence[Instruction],
        *,
        buffer: int = _BUFFER,
        group: bytes = b"",
        outgoing: bool = True,
    ) -> None:
        """Listen, on an Ethernet `group` too, to what is sent there only if `outgoing`; `buffer` is in octets each.

        An interface that is not there is passed over. Raises OSError where that is not permitted.
        """
        self.sockets: list[socket.socket] = []
        try:
            for interface in interfaces:
                try:
                    index = socket.if_nametoindex(interface)
                except OSError:
                    continue
                self.sockets.append(found := _open())
                attach_program(found, program)
                found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
                if not outgoing:
                    found.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
                if group:
                    joined = struct.pack("=iHH8s", index, _MULTICAST, len(group), group)
                    found.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, joined)
                found.bind((interface, _ETH_P_ALL))
        except BaseException:
            self.close()
            raise

    def frames(self, size: int, most: int) -> Iterator[bytes]:
        """Yield what has come, cut to `size` octets, `most` frames of each socket; does not wait.

        Of an interface that went nothing comes.
        """
        for one in self.sockets:
            with contextlib.suppress(OSError):  # BlockingIOError: nothing more
                for _ in range(most):
                    yield one.recv(size)

    def dropped(self) -> int:
        """Count the frames since the last call for which the kernel had no room, because they were not read in time."""
        statistics = (one.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size) for one in self.sockets)
        return sum(_STATISTICS.unpack(it)[1] for it in statistics)

    def close(self) -> None:
        """Listen no more."""
        for one in self.sockets:
            one.close()
        self.sockets.clear()


def _open() -> socket.socket:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 0)


class PacketPort:
    """A packet socket on one interface; never blocks.

    What comes is heard before the firewall of this host judges; what is sent passes its rules for the interface.
    """

    def __init__(self, interface: str) -> None:
        """Open it, hearing nothing of any one device yet. Raises OSError: EPERM, EACCES, ENODEV, EAFNOSUPPORT ..."""
        self._socket = _open()
        try:
            self.watch(())
            everything = struct.pack("=iHH8x", socket.if_nametoindex(interface), _ALL_MULTICAST, 0)
            self._socket.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, everything)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._socket.bind((interface, _ETH_P_ALL))
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Descriptor that is readable when a frame has come."""
        return self._socket.fileno()

    def watch(self, macs: Collection[str], sampled: Collection[str] = ()) -> None:
        """Hear every frame of these from now on; of those that are `sampled`, whose packets pass on, some.

        With the latter also what this host sends of what is always heard, but for what is sent by this very socket.
        """
        self._socket.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, not sampled)
        attach_filter(self._socket, macs, sampled)

    def receive(self, limit: int) -> list[bytes]:
        """Return up to `limit` frames that have come, each cut to SNAP octets. Raises OSError if the interface went."""
        found: list[bytes] = []
        while len(found) < limit:
            try:
                found.append(self._socket.recv(SNAP))
            except BlockingIOError, InterruptedError:
                break
        return found

    def send(self, frame: bytes) -> None:
        """Send a frame from its Ethernet header on. Raises OSError; BlockingIOError where there is no room now."""
        self._socket.send(frame)

    def close(self) -> None:
        """Hear and send no more."""
        self._socket.close()
