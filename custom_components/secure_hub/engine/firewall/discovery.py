"""Address discovery on Ethernet as data: ARP (RFC 826), IPv6 neighbour discovery (RFC 4861), ICMP echo (RFC 792).

Frames are built and read here, sent and received elsewhere. What is read comes from strangers: whatever is not exactly
of a known form is None or a mere `Packet`. Checksums of what is read are not verified: ARP has none, so they would
prove nothing, and a virtual interface hands frames over before they are computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
import struct
from typing import Final, Protocol

from ..assets.model import Address

BROADCAST: Final = "ff:ff:ff:ff:ff:ff"
NOWHERE: Final = "00:00:00:00:00:00"
"""Hardware address in the target field of an ARP request, which asks for it."""

_MINIMUM: Final = 60
"""Octets of an Ethernet frame without its check sequence (IEEE 802.3, 4.2.3.3)."""
_IPV4: Final = 0x0800
_ARP: Final = 0x0806
_IPV6: Final = 0x86DD
_ARP_HEADER: Final = struct.pack("!HHBB", 1, _IPV4, 6, 4)
"""Ethernet, IPv4, their lengths in octets."""
_ARP_REQUEST: Final = 1
_ARP_REPLY: Final = 2
_ICMP: Final = 1
_UDP: Final = 17
_ICMPV6: Final = 58
_ECHO_REPLY: Final = 0
_UNREACHABLE: Final = 3
_ECHO_REQUEST: Final = 8
_ROUTER_ADVERTISEMENT: Final = 134
_SOLICITATION: Final = 135
_ADVERTISEMENT: Final = 136
_SOURCE_LINK: Final = 1
_TARGET_LINK: Final = 2
_HOPS: Final = 255
"""Hop limit of neighbour discovery: what has crossed a router has less (RFC 4861, 7.1)."""
_SMALLEST: Final = 8
"""Bytes of the shortest message of neighbour discovery, a solicitation of routers (RFC 4861, 4.1)."""
_ROUTER, _SOLICITED, _OVERRIDE = 0x80, 0x40, 0x20
_FRAGMENT: Final = 0x1FFF


class Frame(Protocol):
    """What can be sent. `destination` and `source` are the MAC addresses of the Ethernet header."""

    def encode(self) -> bytes:
        """Octets from the Ethernet header on, without check sequence."""


@dataclass(frozen=True, slots=True)
class Arp:
    """An ARP request or reply: who `sender_mac` says to be at `sender`, to whom at `target`."""

    destination: str
    source: str
    sender_mac: str
    sender: IPv4Address
    target_mac: str
    target: IPv4Address
    reply: bool

    def encode(self) -> bytes:
        """See `Frame`."""
        operation = struct.pack("!H", _ARP_REPLY if self.reply else _ARP_REQUEST)
        sender = _octets(self.sender_mac) + self.sender.packed
        target = _octets(self.target_mac) + self.target.packed
        return _ethernet(self.destination, self.source, _ARP, _ARP_HEADER + operation + sender + target)


@dataclass(frozen=True, slots=True)
class Solicitation:
    """A neighbour solicitation from `sender` to `receiver`, asking for `target` (RFC 4861, 4.3).

    `link_address` is the sender's MAC as it says itself; None in duplicate address detection, whose sender is `::`.
    """

    destination: str
    source: str
    sender: IPv6Address
    receiver: IPv6Address
    target: IPv6Address
    link_address: str | None

    def encode(self) -> bytes:
        """See `Frame`."""
        message = bytes(4) + self.target.packed + _option(_SOURCE_LINK, self.link_address)
        return _discovery(self.destination, self.source, self.sender, self.receiver, _SOLICITATION, message)


@dataclass(frozen=True, slots=True)
class Advertisement:
    """A neighbour advertisement: `target` is at `link_address` (RFC 4861, 4.4)."""

    destination: str
    source: str
    sender: IPv6Address
    receiver: IPv6Address
    target: IPv6Address
    link_address: str | None
    router: bool
    """Without it the receiver takes a router for one that routes no more."""
    solicited: bool
    override: bool

    def encode(self) -> bytes:
        """See `Frame`."""
        flags = _ROUTER * self.router | _SOLICITED * self.solicited | _OVERRIDE * self.override
        message = bytes((flags, 0, 0, 0)) + self.target.packed + _option(_TARGET_LINK, self.link_address)
        return _discovery(self.destination, self.source, self.sender, self.receiver, _ADVERTISEMENT, message)


@dataclass(frozen=True, slots=True)
class Echo:
    """An ICMP echo request or reply without data (RFC 792); numbers of 16 bits."""

    destination: str
    source: str
    sender: IPv4Address
    receiver: IPv4Address
    identifier: int
    sequence: int
    reply: bool

    def encode(self) -> bytes:
        """See `Frame`."""
        kind = _ECHO_REPLY if self.reply else _ECHO_REQUEST
        message = struct.pack("!BBHHH", kind, 0, 0, self.identifier, self.sequence)
        message = message[:2] + _checksum(message) + message[4:]
        header = _ipv4(self.sender, self.receiver, _ICMP, len(message))
        return _ethernet(self.destination, self.source, _IPV4, header + message)


@dataclass(frozen=True, slots=True)
class Datagram:
    """An empty UDP datagram (RFC 768). Who has nothing behind the port says so (RFC 1122, 4.1.3.1)."""

    destination: str
    source: str
    sender: IPv4Address
    receiver: IPv4Address
    sender_port: int
    receiver_port: int

    def encode(self) -> bytes:
        """See `Frame`; without the checksum, which is optional."""
        message = struct.pack("!HHHH", self.sender_port, self.receiver_port, 8, 0)
        return _ethernet(
            self.destination, self.source, _IPV4, _ipv4(self.sender, self.receiver, _UDP, len(message)) + message
        )


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An ICMP message that something did not arrive (RFC 792)."""

    destination: str
    source: str
    sender: IPv4Address
    receiver: IPv4Address


@dataclass(frozen=True, slots=True)
class RouterAdvertisement:
    """Somebody offers to be a router for `lifetime` seconds, 0 for not or no more (RFC 4861, 4.2)."""

    destination: str
    source: str
    sender: IPv6Address
    lifetime: int


@dataclass(frozen=True, slots=True)
class Packet:
    """Any other IP packet."""

    destination: str
    source: str
    sender: Address
    receiver: Address


type Heard = Arp | Solicitation | Advertisement | Echo | Unreachable | RouterAdvertisement | Packet


def decode(frame: bytes) -> Heard | None:
    """Read a frame from its Ethernet header on; it may be cut off behind what matters. None if it makes no sense."""
    if len(frame) < 14:  # noqa: PLR2004 - an Ethernet header
        return None
    destination, source = frame[:6].hex(":"), frame[6:12].hex(":")
    body = memoryview(frame)[14:]
    match int.from_bytes(frame[12:14]):
        case 0x0806:
            return _read_arp(destination, source, bytes(body[:28]))
        case 0x0800:
            return _read_ipv4(destination, source, body)
        case 0x86DD:
            return _read_ipv6(destination, source, body)
    return None


def solicited_node(address: IPv6Address) -> tuple[str, IPv6Address]:
    """Group that listens for solicitations of an address: its MAC (RFC 2464, 7) and IPv6 address (RFC 4291, 2.7.1)."""
    low = address.packed[13:]
    return f"33:33:ff:{low.hex(':')}", IPv6Address(b"\xff\x02" + bytes(9) + b"\x01\xff" + low)


def link_local(mac: str) -> IPv6Address:
    """Link-local address that a device with this MAC has unless it chose another (RFC 4291, appendix A)."""
    octets = _octets(mac)
    interface = bytes((octets[0] ^ 2,)) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return IPv6Address(b"\xfe\x80" + bytes(6) + interface)


def _octets(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def _ethernet(destination: str, source: str, ethertype: int, body: bytes) -> bytes:
    frame = _octets(destination) + _octets(source) + ethertype.to_bytes(2) + body
    return frame.ljust(_MINIMUM, b"\0")


def _ipv4(sender: IPv4Address, receiver: IPv4Address, protocol: int, size: int) -> bytes:
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + size, 0, 0, 64, protocol, 0) + sender.packed + receiver.packed
    return header[:10] + _checksum(header) + header[12:]


def _option(kind: int, mac: str | None) -> bytes:
    return b"" if mac is None else bytes((kind, 1)) + _octets(mac)


def _discovery(  # noqa: PLR0913, PLR0917 - the fields of the headers in their order
    destination: str, source: str, sender: IPv6Address, receiver: IPv6Address, kind: int, message: bytes
) -> bytes:
    body = bytes((kind, 0, 0, 0)) + message
    pseudo = sender.packed + receiver.packed + struct.pack("!II", len(body), _ICMPV6)  # RFC 8200, 8.1
    body = body[:2] + _checksum(pseudo + body) + body[4:]
    header = struct.pack("!IHBB", 6 << 28, len(body), _ICMPV6, _HOPS) + sender.packed + receiver.packed
    return _ethernet(destination, source, _IPV6, header + body)


def _checksum(octets: bytes) -> bytes:
    """Internet checksum (RFC 1071) of an even number of octets, its own field being zero."""
    total: int = sum(word for (word,) in struct.iter_unpack("!H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (~total & 0xFFFF).to_bytes(2)


def _read_arp(destination: str, source: str, body: bytes) -> Arp | None:
    if len(body) < 28 or body[:6] != _ARP_HEADER:  # noqa: PLR2004 - an ARP packet
        return None
    operation = int.from_bytes(body[6:8])
    if operation not in {_ARP_REQUEST, _ARP_REPLY}:
        return None
    sender, target = IPv4Address(body[14:18]), IPv4Address(body[24:28])
    macs = body[8:14].hex(":"), body[18:24].hex(":")
    return Arp(destination, source, macs[0], sender, macs[1], target, operation == _ARP_REPLY)


def _read_ipv4(destination: str, source: str, body: memoryview) -> Echo | Unreachable | Packet | None:
    if len(body) < 20 or body[0] >> 4 != 4:  # noqa: PLR2004 - an IPv4 header
        return None
    sender, receiver = IPv4Address(bytes(body[12:16])), IPv4Address(bytes(body[16:20]))
    message = body[(body[0] & 0xF) * 4 :]
    whole = not int.from_bytes(body[6:8]) & _FRAGMENT
    if body[9] == _ICMP and whole and len(message) >= 8:  # noqa: PLR2004 - an ICMP header
        if message[0] in {_ECHO_REPLY, _ECHO_REQUEST}:
            identifier, sequence = struct.unpack("!HH", message[4:8])
            return Echo(destination, source, sender, receiver, identifier, sequence, message[0] == _ECHO_REPLY)
        if message[0] == _UNREACHABLE:
            return Unreachable(destination, source, sender, receiver)
    return Packet(destination, source, sender, receiver)


def _read_ipv6(destination: str, source: str, body: memoryview) -> Heard | None:
    if len(body) < 40 or body[0] >> 4 != 6:  # noqa: PLR2004 - an IPv6 header
        return None
    sender, receiver = IPv6Address(bytes(body[8:24])), IPv6Address(bytes(body[24:40]))
    message = bytes(body[40 : 40 + int.from_bytes(body[4:6])])
    packet = Packet(destination, source, sender, receiver)
    kinds = {_ROUTER_ADVERTISEMENT, _SOLICITATION, _ADVERTISEMENT}
    if body[6] != _ICMPV6 or body[7] != _HOPS or len(message) < _SMALLEST or message[0] not in kinds or message[1]:
        return packet
    return _read_discovery(packet, sender, receiver, message)


def _read_discovery(
    packet: Packet, sender: IPv6Address, receiver: IPv6Address, message: bytes
) -> Solicitation | Advertisement | RouterAdvertisement | None:
    ends = packet.destination, packet.source
    if message[0] == _ROUTER_ADVERTISEMENT:
        return RouterAdvertisement(*ends, sender, int.from_bytes(message[6:8]))
    try:
        links = dict(_options(message[24:]))
    except ValueError:
        return None
    if len(message) < 24:  # noqa: PLR2004 - a target and all before it
        return None
    target = IPv6Address(message[8:24])
    if message[0] == _SOLICITATION:
        return Solicitation(*ends, sender, receiver, target, links.get(_SOURCE_LINK))
    flags = (bool(message[4] & flag) for flag in (_ROUTER, _SOLICITED, _OVERRIDE))
    return Advertisement(*ends, sender, receiver, target, links.get(_TARGET_LINK), *flags)


def _options(octets: bytes) -> Iterator[tuple[int, str]]:
    """Options that hold a MAC address; raises ValueError where one has no length or no end (RFC 4861, 4.6)."""
    while octets:
        size = 8 * octets[1] if len(octets) > 1 else 0
        if not 0 < size <= len(octets):
            msg = "an option of no length or without an end"
            raise ValueError(msg)
        if size == 8:  # noqa: PLR2004 - kind, length and one MAC
            yield octets[0], octets[2:8].hex(":")
        octets = octets[size:]
