"""Captured packets made into observations: conversations put together, DNS, ARP and DHCP read."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final

from ..observations import Observation, ObservationKind, Outcome
from .capture_file import CaptureError, Read, packets
from .endpoints import Home, Place
from .messages import dhcp_message, dns_message
from .packet import Arp, Segment, parse

_MAX_FLOWS: Final = 65_536
_UNANSWERED: Final = 5.0
"""Seconds after which a call that nobody took is reported; systems repeat a SYN after 1 and 3 (RFC 6298)."""
_IDLE: Final = 60.0
_PART: Final = 60.0
"""Seconds of a long conversation that are reported at a time."""
_FIN: Final = 1
_SYN: Final = 2
_RST: Final = 4
_ACK: Final = 16
_DNS: Final = frozenset({53, 5353})
_DHCP: Final = frozenset({67, 68})
_QUESTIONS: Final = frozenset({8, 13, 17, 256 + 128})
_ANSWERS: Final = frozenset({0, 14, 18, 256 + 129})
"""Types of ICMP (RFC 792, RFC 950) and, above 256, ICMPv6 (RFC 4443): echo, timestamp, mask."""

_SOLICITATION: Final = 256 + 135
_NEIGHBOURS: Final = frozenset({_SOLICITATION, 256 + 136})
_ND_SIZE: Final = 20
"""Bytes of a neighbour message (RFC 4861, 4.3 and 4.4) after its checksum: flags and the target."""

type _Key = tuple[str, int, str, int, str]


class _Flow:
    __slots__ = ("began", "bytes", "called", "caller", "ended", "last", "packets", "refused", "start")

    def __init__(self, time: float, caller: tuple[str, str], called: tuple[str, str]) -> None:
        self.caller = caller
        self.called = called
        self.start = self.last = time
        self.bytes = [0, 0]
        self.packets = [0, 0]
        self.began = True
        self.refused = False
        self.ended = 0


class PcapReader:
    """A capture made into observations; `rejected` counts the packets and captures that cannot be read."""

    def __init__(self, home: Home) -> None:
        """Read for a home."""
        self._home = home
        self._flows: dict[_Key, _Flow] = {}
        self.rejected = 0

    def read(self, read: Read) -> Iterator[Observation]:
        """Yield what the packets say: of a conversation when it ends, is refused or unanswered, or lasts a minute."""
        try:
            for time, link, frame in packets(read):
                parsed = parse(link, frame)
                if parsed is None:
                    continue
                yield from self._expire(time)
                if isinstance(parsed, Arp):
                    yield from self._arp(time, parsed)
                else:
                    yield from self._segment(time, parsed)
        except CaptureError:
            self.rejected += 1
        while self._flows:
            yield from self._report(next(iter(self._flows)))

    def _arp(self, time: float, arp: Arp) -> Iterator[Observation]:
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
        option = body[_ND_SIZE : _ND_SIZE + 8]
        hardware = option[2:].hex(":") if len(option) == 8 and option[:2] == b"\x02\x01" else frame  # noqa: PLR2004
        yield Observation(
            time, frame, ObservationKind.ARP_CLAIM, name=target, hardware=hardware, genuine=hardware == frame
        )

    def _segment(self, time: float, seen: Segment) -> Iterator[Observation]:
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
            return
        yield from self._flow(time, seen)

    def _flow(self, time: float, seen: Segment) -> Iterator[Observation]:
        if seen.protocol == "icmp" and seen.flags not in _QUESTIONS | _ANSWERS:
            return
        flows = self._flows
        source, target = (seen.source, seen.source_port), (seen.target, seen.target_port)
        key: _Key = (*source, *target, seen.protocol)
        back = (*target, *source, seen.protocol)
        backwards = back in flows
        if backwards:
            key = back
        flow = flows.pop(key, None)
        if flow is not None and flow.ended and seen.flags & (_SYN | _ACK) == _SYN and seen.protocol == "tcp":
            flows[key] = flow
            yield from self._report(key)
            flow = None
        if flow is None:
            if len(flows) >= _MAX_FLOWS:
                yield from self._report(next(iter(flows)))
            ends = ((seen.source, seen.source_hardware), (seen.target, seen.target_hardware))
            # The end of a call whose beginning was not seen tells who called by the lower port, and nothing else does.
            if _is_answer(seen):
                key, ends, backwards = back, ends[::-1], True
            flow = _Flow(time, *ends)
        flows[key] = flow
        if _count(flow, time, seen, int(backwards)):
            yield from self._report(key)
        elif time - flow.start >= _PART:
            yield from self._report(key)
            rest = flows[key] = _Flow(time, flow.caller, flow.called)
            rest.began = False

    def _expire(self, now: float) -> Iterator[Observation]:
        """Report what is over; the flows stand in the order in which they were last heard of."""
        while self._flows:
            key, flow = next(iter(self._flows.items()))
            waited = now - flow.last
            alone = flow.ended == 3 or not flow.packets[1]  # noqa: PLR2004 - both sides ended it
            if waited < _UNANSWERED or (waited < _IDLE and not alone):
                return
            yield from self._report(key)

    def _report(self, key: _Key) -> Iterator[Observation]:
        flow = self._flows.pop(key)
        if not any(flow.packets):
            return
        outcome = Outcome.ANSWERED if flow.packets[1] else Outcome.SILENT
        seen = self._home.flow(
            flow.start,
            key[4],
            flow.caller,
            flow.called,
            key[3],
            outcome=Outcome.REFUSED if flow.refused else outcome,
            duration=flow.last - flow.start,
            volume=(flow.bytes[0], flow.bytes[1]),
            packets=(flow.packets[0], flow.packets[1]),
            began=flow.began,
        )
        if seen is not None:
            yield seen


def _count(flow: _Flow, time: float, seen: Segment, side: int) -> bool:
    """Add a packet to a conversation, of the caller (0) or the called (1); whether it broke it off."""
    flow.last = max(flow.last, time)
    flow.bytes[side] += seen.size
    flow.packets[side] += 1
    if seen.protocol != "tcp" or not seen.flags & (_FIN | _RST):
        return False
    if seen.flags & _RST:
        flow.refused = side == 1 and flow.packets[1] == 1 and not flow.bytes[1]
        return True
    flow.ended |= 1 << side
    return False


def _is_answer(seen: Segment) -> bool:
    """Whether the first packet that is seen of a conversation was sent by the one that was called."""
    if seen.protocol == "icmp":
        return seen.flags in _ANSWERS
    if seen.protocol == "tcp" and seen.flags & _SYN:
        return bool(seen.flags & _ACK)
    return 0 < seen.source_port < min(seen.target_port, 1024)
