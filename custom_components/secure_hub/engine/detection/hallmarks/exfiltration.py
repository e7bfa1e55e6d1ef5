"""Much more sent out than came in."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
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
        self._volumes: Recent[str, Tally] = Recent(_PEERS, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the volume is one that no device of a home has a reason to send."""
        if seen.local or not seen.sent:
            return None
        volume = self._volumes.at(seen.peer, seen.time)
        volume.count += seen.sent
        volume.beside += seen.received
        if volume.count < _BYTES or volume.count < _RATIO * volume.beside:
            return None
        self._volumes.forget(seen.peer)
        within = elapsed(max(seen.time - volume.began, seen.duration))
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.EXFILTRATION,
            Severity.MEDIUM,
            0.5,
            "T1048",
            seen.peer,
            f"It sent {volume.count / 1e6:.0f} MB to {seen.peer} within {within} "
            f"and got {volume.beside / 1e6:.0f} MB back.",
        )
