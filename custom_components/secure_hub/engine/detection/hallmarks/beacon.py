"""A call home by the clock, at a port that no service of a device's maker uses.

TCP alone: cameras and plugs keep a way through the router open by UDP, at ports of their makers' own choice.
"""

from array import array
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Remembered
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import elapsed, place

USUAL_PORTS: Final = frozenset(
    {53, 67, 68, 80, 123, 443, 465, 587, 853, 993, 1883, 2197, 3478, 4070, 5060, 5061, 5222, 5223, 5228, 5229, 5230}
    | {5349, 5671, 8080, 8443, 8883}
)
"""Where clouds, clocks, mail and push services listen; a device that calls those by the clock is an ordinary one.

Whether *this* device should is a question for its baseline, not for a hallmark.
"""
_WINDOW: Final = 7 * 86_400.0
_PEERS: Final = 8
_CALLS: Final = 12
_SOON: Final = 5
_SOON_SPREAD: Final = 0.02
_SOON_LEAST: Final = 20.0
"""Five calls that are answered, 20 seconds apart or more and each gap within a fiftieth of the middle one, are enough:
chance keeps to that once in 300,000, and twelve by the minute would take longer than they should go on unseen."""
_LEAST: Final = 5.0
"""Seconds between calls: what is faster is a retry."""
_SPREAD: Final = 0.1
_PART: Final = 0.75
"""Part of the intervals that stray no further than a tenth from their median: a clock of its own drifts less, and calls
by chance keep to it once in a million."""


def by_the_clock(times: Sequence[float], part: float = _PART, spread: float = _SPREAD) -> float | None:
    """Return the interval of calls that come by the clock, or this part of them; None for others."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    middle = median(gaps)
    strays = sorted(abs(gap - middle) for gap in gaps)
    return middle if strays[min(int(part * len(strays)), len(strays) - 1)] <= spread * middle else None


class _Calls(Remembered):
    __slots__ = ("answered", "times")

    def __init__(self) -> None:
        super().__init__()
        self.times = array("d")
        self.answered = 0

    def interval(self) -> float | None:
        """Return what is between the calls, if they are enough and come by the clock."""
        if len(self.times) >= _CALLS:
            return by_the_clock(self.times)
        if len(self.times) == self.answered == _SOON:
            middle = by_the_clock(self.times, 1.0, _SOON_SPREAD)
            return middle if middle is not None and middle >= _SOON_LEAST else None
        return None


class Beacon:
    """The times of the last calls to each peer and port outside."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no call."""
        self._calls: Recent[tuple[str, int], _Calls] = Recent(_PEERS, _WINDOW, _Calls)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the last calls came by the clock."""
        if seen.inward or seen.local or not seen.began or seen.port in USUAL_PORTS or seen.protocol != "tcp":
            return None
        key = (seen.peer, seen.port)
        calls = self._calls.at(key, seen.time)
        if calls.times and seen.time - calls.times[-1] < _LEAST:
            return None
        calls.times.append(seen.time)
        calls.answered += seen.outcome is Outcome.ANSWERED
        count, middle = len(calls.times), calls.interval()
        if count >= _CALLS:
            del calls.times[0]
        if middle is None:
            return None
        self._calls.forget(key)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.BEACON,
            Severity.MEDIUM,
            0.6,
            "T1571",
            f"{seen.peer} {place(seen)}",
            f"It called {seen.peer} at {place(seen)} {count} times, every {elapsed(middle)}, "
            "as software does that waits for orders.",
        )
