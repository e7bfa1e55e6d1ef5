"""One packet taken apart, down to the transport: Ethernet, Linux cooked, VLAN tags, ARP, IPv4, IPv6, TCP, UDP, ICMP.

Strict where it matters and short: what does not hold its own lengths is no packet, and what is not needed is not read.
"""

from ipaddress import IPv4Address, IPv6Address
import struct
from typing import Final, NamedTuple

_ETHERNET: Final = 1
_RAW: Final = frozenset({12, 14, 101, 228, 229})
_COOKED: Final = 113
_COOKED_2: Final = 276
_LOOPBACK: Final = frozenset({0, 108})
READABLE: Final = frozenset({_ETHERNET, _COOKED, _COOKED_2}) | _RAW | _LOOPBACK
"""Link types that `parse` knows (tcpdump.org/linktypes): Ethernet, Linux cooked v1 and v2, raw IP, BSD loopback."""
_VLANS: Final = frozenset({0x8100, 0x88A8})
_ARP: Final = 0x0806
_IPV4: Final = 0x0800
_IPV6: Final = 0x86DD
_PROTOCOLS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
_EXTENSIONS: Final = frozenset({0, 43, 60})
_ETHERNET_SIZE: Final = 14
_IPV4_SIZE: Final = 20
_IPV6_SIZE: Final = 40
_TCP_SIZE: Final = 20
_UDP_SIZE: Final = 8
_ARP_SIZE: Final = 28


class Arp(NamedTuple):
    """An ARP message for IPv4 over Ethernet (RFC 826); hardware addresses with colons."""

    request: bool
    frame_source: str
    sender_hardware: str
    sender: str
    target: str


class Segment(NamedTuple):
    """An IP packet and what of its transport's head is needed."""

    source: str
    target: str
    source_hardware: str
    target_hardware: str
    protocol: str
    source_port: int
    target_port: int
    flags: int
    """TCP's, or ICMP's type."""
    size: int
    """Bytes of what it carries, by its own heads."""
    payload: bytes
    """As far as it was captured."""


def parse(link: int, frame: bytes) -> Arp | Segment | None:
    """Take a packet apart; None for what is something else, or broken."""
    opened = _opened(link, frame)
    if opened is None:
        return None
    source, target, kind, rest = opened
    while kind in _VLANS and len(rest) >= 4:  # noqa: PLR2004 - a tag
        kind, rest = int.from_bytes(rest[2:4]), rest[4:]
    if kind == _ARP:
        return _arp(source, rest)
    if kind == _IPV4:
        return _ipv4(source, target, rest)
    return _ipv6(source, target, rest) if kind == _IPV6 else None


def _opened(link: int, frame: bytes) -> tuple[str, str, int, bytes] | None:
    """Take off the link's own head: hardware addresses from and to, if it has them, and the kind of what it holds."""
    if link == _ETHERNET and len(frame) >= _ETHERNET_SIZE:
        return frame[6:12].hex(":"), frame[:6].hex(":"), int.from_bytes(frame[12:14]), frame[14:]
    if link == _COOKED:
        return "", "", int.from_bytes(frame[14:16]), frame[16:]
    if link == _COOKED_2:
        return "", "", int.from_bytes(frame[:2]), frame[20:]
    if link in _LOOPBACK:
        frame = frame[4:]
    elif link not in _RAW:
        return None
    return ("", "", _IPV4 if frame[0] >> 4 == 4 else _IPV6, frame) if frame else None  # noqa: PLR2004 - the version


def _arp(source: str, data: bytes) -> Arp | None:
    if len(data) < _ARP_SIZE or data[:6] != b"\x00\x01\x08\x00\x06\x04" or data[6:8] not in {b"\x00\x01", b"\x00\x02"}:
        return None
    sender, target = str(IPv4Address(data[14:18])), str(IPv4Address(data[24:28]))
    return Arp(data[7] == 1, source or data[8:14].hex(":"), data[8:14].hex(":"), sender, target)


def _ipv4(source: str, target: str, data: bytes) -> Segment | None:
    if len(data) < _IPV4_SIZE or data[0] >> 4 != 4:  # noqa: PLR2004 - the version
        return None
    head, total = (data[0] & 0xF) * 4, int.from_bytes(data[2:4])
    total = total or len(data)  # a network card that cuts packets itself shows it none
    if head < _IPV4_SIZE or total < head or int.from_bytes(data[6:8]) & 0x1FFF:
        return None
    ends = str(IPv4Address(data[12:16])), str(IPv4Address(data[16:20]))
    return _transport((*ends, source, target), data[9], data[head:total], total - head)


def _ipv6(source: str, target: str, data: bytes) -> Segment | None:
    if len(data) < _IPV6_SIZE or data[0] >> 4 != 6:  # noqa: PLR2004 - the version
        return None
    size, following = int.from_bytes(data[4:6]), data[6]
    ends = str(IPv6Address(data[8:24])), str(IPv6Address(data[24:40]))
    rest = data[40 : 40 + size]
    while following in _EXTENSIONS and len(rest) >= 8:  # noqa: PLR2004 - the least extension
        length = (rest[1] + 1) * 8
        following, rest, size = rest[0], rest[length:], size - length
    return _transport((*ends, source, target), following, rest, size)


def _transport(ends: tuple[str, str, str, str], number: int, data: bytes, size: int) -> Segment | None:
    protocol = _PROTOCOLS.get(number)
    if protocol == "tcp" and len(data) >= _TCP_SIZE:
        source, target = struct.unpack(">HH", data[:4])
        head = (data[12] >> 4) * 4
        if _TCP_SIZE <= head <= size:
            return Segment(*ends, protocol, source, target, data[13], size - head, data[head:])
    elif protocol == "udp" and len(data) >= _UDP_SIZE:
        source, target = struct.unpack(">HH", data[:4])
        return Segment(*ends, protocol, source, target, 0, max(size - _UDP_SIZE, 0), data[_UDP_SIZE:])
    elif protocol == "icmp" and len(data) >= 4:  # noqa: PLR2004 - type, code, checksum
        return Segment(*ends, protocol, 0, 0, data[0] if number == 1 else 256 + data[0], size, data[4:])
    return None
