"""A peer drowned in packets or in calls."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import elapsed, place

_WINDOW: Final = 10.0
_PEERS: Final = 8
_CALLS: Final = 200
"""Twenty a second that nobody takes: a browser that loads a page opens some dozens, and they are answered."""
_ANSWERED_CALLS: Final = 1_000
_PACKETS: Final = 2_000
_RATE: Final = 200.0
"""Packets a second without an answer: a voice or video call, which is answered, sends 50 to 100."""
_LOCAL_FACTOR: Final = 10
"""Cameras send video to recorders in the home by RTP, which need not be answered."""
_ONE_WAY: Final = 20
_WATCHED: Final = 2.0
_WATCHED_LEAST: Final = 10
"""Packets a second that come back by UDP from who watches a stream: receivers by WebRTC tell what arrived four times a
second at least (draft-holmer-rmcat-transport-wide-cc-extensions); who is drowned has other things to do."""


class Flood:
    """Counts calls and packets to each peer in spans of ten seconds."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no count."""
        self._packets: Recent[tuple[str, bool], Tally] = Recent(_PEERS, _WINDOW, Tally)
        self._calls: Recent[tuple[str, int, bool], Tally] = Recent(_PEERS, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when a peer gets more than anything harmless sends."""
        what = self._drowned(seen) or self._called(seen)
        if what is None:
            return None
        count, start = what
        within = elapsed(max(seen.time - start, seen.duration))
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.FLOOD,
            Severity.HIGH,
            0.9,
            "T1498.001",
            seen.peer,
            f"{seen.peer} sent it {count} within {within} at {place(seen)}, which is meant to drown it."
            if seen.inward
            else f"It sent {count} to {seen.peer} within {within} at {place(seen)}, far more than are answered: "
            "it takes part in an attack on somebody.",
        )

    def _drowned(self, seen: Observation) -> tuple[str, float] | None:
        """How many packets, and since when, if they are too many and too few came back."""
        out, back = seen.packets_sent, seen.packets_received
        if seen.inward:
            out, back = back, out
        if seen.protocol == "udp" and back >= max(_WATCHED * seen.duration, _WATCHED_LEAST):
            return None
        factor = _LOCAL_FACTOR if seen.local and seen.protocol == "udp" else 1
        if out <= back or out < _RATE * factor * max(seen.duration, 1.0):
            return None
        key = (seen.peer, seen.inward)
        packets = self._packets.at(key, seen.time)
        packets.count += out
        packets.beside += back
        if packets.count < _PACKETS * factor or packets.count < _ONE_WAY * packets.beside:
            return None
        self._packets.forget(key)
        return f"{packets.count} packets", packets.began

    def _called(self, seen: Observation) -> tuple[str, float] | None:
        """How many calls, and since when, if they are too many: of those not taken, and of those taken."""
        if not seen.began:
            return None
        key = (seen.peer, seen.port, seen.inward)
        calls = self._calls.at(key, seen.time)
        if seen.outcome is Outcome.ANSWERED:
            calls.beside += 1
        else:
            calls.count += 1
        if calls.count < _CALLS and calls.beside < _ANSWERED_CALLS:
            return None
        self._calls.forget(key)
        return f"{calls.count + calls.beside} calls", calls.began
