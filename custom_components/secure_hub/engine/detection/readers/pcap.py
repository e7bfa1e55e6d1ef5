"""Captured packets made into observations: conversations put together, DNS, ARP and DHCP read."""

from collections.abc import Iterator
from typing import Final

from ..observations import Observation, Outcome
from .announcements import Announcements, is_announcement
from .capture_file import CaptureError, Read, packets
from .endpoints import Home
from .packet import READABLE, Arp, Segment, parse
from .unread import Unread

_MAX_FLOWS: Final = 65_536
_UNANSWERED: Final = 5.0
"""Seconds after which a call that nobody took is reported; systems repeat a SYN after 1 and 3 (RFC 6298)."""
_IDLE: Final = 60.0
_PART: Final = 60.0
"""Seconds of a long conversation that are reported at a time."""
_WORDS: Final = {
    b"SSH-": "ssh",
    b"NICK ": "irc",
    b"GET ": "http",
    b"POST ": "http",
    b"HTTP/": "http",
    b"\x16\x03": "ssl",
}
"""What the first packet that carries something begins with (RFC 4253, 2812, 9112, 8446), at whatever port."""
_FIN: Final = 1
_SYN: Final = 2
_RST: Final = 4
_ACK: Final = 16
_QUESTIONS: Final = frozenset({8, 13, 17, 256 + 128})
_ANSWERS: Final = frozenset({0, 14, 18, 256 + 129})
"""Types of ICMP (RFC 792, RFC 950) and, above 256, ICMPv6 (RFC 4443): echo, timestamp, mask."""


type _Key = tuple[str, int, str, int, str]


class _Flow:
    __slots__ = ("began", "bytes", "called", "caller", "ended", "last", "packets", "refused", "service", "start")

    def __init__(self, time: float, caller: tuple[str, str], called: tuple[str, str]) -> None:
        self.caller = caller
        self.called = called
        self.start = self.last = time
        self.bytes = [0, 0]
        self.packets = [0, 0]
        self.began = True
        self.refused = False
        self.service: str | None = None
        """What is spoken; None as long as nothing was said."""
        self.ended = 0


class PcapReader:
    """A capture made into observations; `unread` counts what cannot be read."""

    def __init__(self, home: Home) -> None:
        """Read for a home."""
        self._home = home
        self._announcements = Announcements(home)
        self._flows: dict[_Key, _Flow] = {}
        self.unread = Unread()

    def read(self, read: Read) -> Iterator[Observation]:
        """Yield what the packets say: of a conversation when it ends, is refused or unanswered, or lasts a minute."""
        try:
            for time, link, frame in packets(read):
                parsed = parse(link, frame)
                if parsed is None:
                    if link not in READABLE:
                        self.unread.add(f"a packet of link type {link}, which is not read")
                    continue
                yield from self._expire(time)
                if isinstance(parsed, Arp):
                    yield from self._announcements.arp(time, parsed)
                else:
                    yield from self._segment(time, parsed)
        except CaptureError as error:
            self.unread.add(str(error))
        while self._flows:
            yield from self._report(next(iter(self._flows)))

    def _segment(self, time: float, seen: Segment) -> Iterator[Observation]:
        yield from self._announcements.segment(time, seen)
        if not is_announcement(seen):
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
            rest.began, rest.service = False, flow.service

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
            service=flow.service or "",
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
    if flow.service is None and seen.payload and seen.protocol == "tcp":
        flow.service = next((name for words, name in _WORDS.items() if seen.payload.startswith(words)), "")
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
