"""Much more sent out than came in."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 3600.0
_PEERS: Final = 8
_BYTES: Final = 1_000_000_000
"""In an hour to one peer: more than two cameras send that stream 1 Mbit/s each to their cloud without end."""
_RATIO: Final = 20
"""Acknowledgements alone are one byte for each 30 to 70."""


class Exfiltration:
    """Counts the bytes to and from each peer outside."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no byte."""
        self._volumes: Recent[str, list[int]] = Recent(_PEERS, _WINDOW, lambda: [0, 0])

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the volume is one that no device of a home has a reason to send."""
        if seen.local or not seen.sent:
            return None
        start, volume = self._volumes.at(seen.peer, seen.time)
        volume[0] += seen.sent
        volume[1] += seen.received
        if volume[0] < _BYTES or volume[0] < _RATIO * volume[1]:
            return None
        self._volumes.forget(seen.peer)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.EXFILTRATION,
            Severity.MEDIUM,
            0.5,
            "T1048",
            seen.peer,
            f"It sent {volume[0] / 1e6:.0f} MB to {seen.peer} within {elapsed(max(seen.time - start, seen.duration))} "
            f"and got {volume[1] / 1e6:.0f} MB back.",
        )
