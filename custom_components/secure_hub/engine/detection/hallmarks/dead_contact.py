"""A call to somebody who is gone, again and again, though the internet works.

Malware carries the addresses of its masters in itself and goes on calling them long after they were taken down; a
device that was made to be sold asks DNS for somebody who answers. That everything fails when the home's own line is
down would look the same, so something outside must have answered meanwhile.
"""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import elapsed, place

_WINDOW: Final = 600.0
_PEERS: Final = 8
_TRIES: Final = 6
"""Two rounds of the three that a system makes by itself (SYN retries are within one of them)."""
_MOST_ANSWERED: Final = 4
"""One answer is let pass for each so many tries."""


class DeadContact:
    """Counts the calls to each peer and port outside that nobody took."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no call."""
        self._tries: Recent[tuple[str, int], Tally] = Recent(_PEERS, _WINDOW, Tally)
        self._last_answer = float("-inf")

    def observe(self, seen: Observation) -> Finding | None:
        """Say when a peer is called that does not answer, while others do."""
        if seen.local or seen.inward:
            return None
        if seen.outcome is Outcome.ANSWERED:
            self._last_answer = seen.time
        if seen.protocol != "tcp" or not seen.began:
            return None
        key = (seen.peer, seen.port)
        tries = self._tries.at(key, seen.time)
        if seen.outcome is Outcome.ANSWERED:
            tries.beside += 1
            return None
        if seen.outcome is Outcome.UNKNOWN:
            return None
        tries.count += 1
        if tries.count < _TRIES or tries.count < _MOST_ANSWERED * tries.beside or self._last_answer < tries.began:
            return None
        self._tries.forget(key)
        within = elapsed(seen.time - tries.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.DEAD_CONTACT,
            Severity.MEDIUM,
            0.7,
            "T1008",
            f"{seen.peer} {place(seen)}",
            f"It called {seen.peer} at {place(seen)} {tries.count} times within {within} in vain, "
            "while others on the internet answered it: it may look for somebody who used to give it orders.",
        )
