"""A call home by the clock, at a port that no service of a device's maker uses.

TCP alone: cameras and plugs keep a way through the router open by UDP, at ports of their makers' own choice.
"""

from array import array
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed, place

USUAL_PORTS: Final = frozenset(
    {53, 67, 68, 80, 123, 443, 465, 587, 853, 993, 1883, 3478, 4070, 5060, 5061, 5222, 5223, 5228, 8080, 8443, 8883}
)
"""Where clouds, clocks, mail and push services listen; a device that calls those by the clock is an ordinary one.

Whether *this* device should is a question for its baseline, not for a hallmark.
"""
_WINDOW: Final = 7 * 86_400.0
_PEERS: Final = 8
_CALLS: Final = 12
_LEAST: Final = 5.0
"""Seconds between calls: what is faster is a retry."""
_SPREAD: Final = 0.1
_PART: Final = 0.75
"""Part of the intervals that stray no further than a tenth from their median: a clock of its own drifts less, and calls
by chance keep to it once in a million."""


def by_the_clock(times: Sequence[float]) -> float | None:
    """Return the interval of calls that come by the clock; None for others."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    middle = median(gaps)
    strays = sorted(abs(gap - middle) for gap in gaps)
    return middle if strays[int(_PART * len(strays))] <= _SPREAD * middle else None


class Beacon:
    """The times of the last calls to each peer and port outside."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no call."""
        self._calls: Recent[tuple[str, int], array[float]] = Recent(_PEERS, _WINDOW, lambda: array("d"))

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the last calls came by the clock."""
        if seen.inward or seen.local or not seen.began or seen.port in USUAL_PORTS or seen.protocol != "tcp":
            return None
        key = (seen.peer, seen.port)
        times = self._calls.at(key, seen.time)[1]
        if times and seen.time - times[-1] < _LEAST:
            return None
        times.append(seen.time)
        if len(times) < _CALLS:
            return None
        middle = by_the_clock(times)
        del times[0]
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
            f"It called {seen.peer} at {place(seen)} {_CALLS} times, every {elapsed(middle)}, "
            "as software does that waits for orders.",
        )
