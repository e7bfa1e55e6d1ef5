"""What devices say to the whole home, or to those who keep its addresses and names: ARP, neighbours, DHCP, DNS."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final

from ..observations import Observation, ObservationKind
from .endpoints import Home, Place
from .messages import dhcp_message, dns_message
from .packet import Arp, Segment, parse

_DNS: Final = frozenset({53, 5353})
_DHCP: Final = frozenset({67, 68})
_SOLICITATION: Final = 256 + 135
_NEIGHBOURS: Final = frozenset({_SOLICITATION, 256 + 136})
_ND_SIZE: Final = 20
"""Bytes of a neighbour message (RFC 4861, 4.3 and 4.4) after its checksum: flags and the target."""
_OPTION_SIZE: Final = 8
"""Bytes of a neighbour message's option with a link-layer address (RFC 4861, 4.6.1)."""
_ETHERNET: Final = 1


def is_announcement(seen: Segment) -> bool:
    """Whether a packet is no conversation of its own."""
    ports = {seen.source_port, seen.target_port}
    dhcp = seen.protocol == "udp" and ports <= _DHCP and dhcp_message(seen.payload) is not None
    return dhcp or (seen.protocol == "icmp" and seen.flags in _NEIGHBOURS)


class Announcements:
    """Packets made into observations, one by one."""

    def __init__(self, home: Home) -> None:
        """Read for a home."""
        self._home = home

    def frame(self, time: float, frame: bytes) -> Iterator[Observation]:
        """Yield what a frame of Ethernet says, if it is one of those."""
        parsed = parse(_ETHERNET, frame)
        if isinstance(parsed, Arp):
            yield from self.arp(time, parsed)
        elif parsed is not None:
            yield from self.segment(time, parsed)

    def segment(self, time: float, seen: Segment) -> Iterator[Observation]:
        """Yield what a packet says, if it is one of those."""
        if seen.protocol == "icmp" and seen.flags in _NEIGHBOURS:
            yield from self._neighbour(time, seen)
            return
        ports = {seen.source_port, seen.target_port}
        if seen.protocol == "udp" and ports & _DNS and (dns := dns_message(seen.payload)):
            who = (seen.target, seen.target_hardware) if dns.response else (seen.source, seen.source_hardware)
            if 53 in ports and (not dns.response or not dns.found):  # noqa: PLR2004 - mDNS asks nobody outside
                asset = self._home.asset(*who)
                yield Observation(time, asset, ObservationKind.DNS, name=dns.name, found=dns.found)
        elif seen.protocol == "udp" and ports <= _DHCP and (dhcp := dhcp_message(seen.payload)):
            kind = ObservationKind.DHCP_REPLY if dhcp.reply else ObservationKind.DHCP_REQUEST
            asset = seen.source_hardware or seen.source if dhcp.reply else dhcp.client
            yield Observation(time, asset, kind, name=dhcp.address)

    def arp(self, time: float, arp: Arp) -> Iterator[Observation]:
        """Yield what an ARP message says."""
        if arp.request and arp.sender != arp.target:
            yield Observation(time, arp.frame_source, ObservationKind.ARP_REQUEST, name=arp.target)
        genuine = arp.frame_source == arp.sender_hardware
        claim = not genuine or not arp.request or arp.sender == arp.target
        if claim and self._home.place(arp.sender) is not Place.NOWHERE:
            yield Observation(
                time,
                arp.frame_source,
                ObservationKind.ARP_CLAIM,
                name=arp.sender,
                hardware=arp.sender_hardware,
                genuine=genuine,
            )

    def _neighbour(self, time: float, seen: Segment) -> Iterator[Observation]:
        """IPv6's ARP (RFC 4861): solicitations are questions, advertisements claims."""
        body, frame = seen.payload, seen.source_hardware
        if len(body) < _ND_SIZE or not frame:
            return
        target = str(IPv6Address(body[4:_ND_SIZE]))
        if seen.flags == _SOLICITATION:
            if seen.source != "::":  # who asks for its own address does not look for somebody (RFC 4862, 5.4)
                yield Observation(time, frame, ObservationKind.ARP_REQUEST, name=target)
            return
        option = body[_ND_SIZE : _ND_SIZE + _OPTION_SIZE]
        hardware = option[2:].hex(":") if len(option) == _OPTION_SIZE and option[:2] == b"\x02\x01" else frame
        yield Observation(
            time, frame, ObservationKind.ARP_CLAIM, name=target, hardware=hardware, genuine=hardware == frame
        )
