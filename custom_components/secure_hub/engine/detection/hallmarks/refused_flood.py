"""A device that runs against the hub's own wall: what is dropped there is in no list of connections."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 90.0
_PACKETS: Final = 2_000
"""Thirty a second for a minute; a television whose internet is denied asks again two or three times a second."""


class RefusedFlood:
    """Counts what was dropped of what the asset sent."""

    observes: ClassVar = frozenset({ObservationKind.REFUSED})

    def __init__(self) -> None:
        """Start with no packet."""
        self._refused: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it is more than asking again."""
        refused = self._refused.at(None, seen.time)
        refused.count += seen.packets_sent
        if refused.count < _PACKETS:
            return None
        self._refused.forget(None)
        within = elapsed(max(seen.time - refused.began, seen.duration))
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.REFUSED_FLOOD,
            Severity.MEDIUM,
            0.6,
            "T1595",
            "",
            f"The hub refused {refused.count} packets of it within {within}: "
            "it is looking for a way out, or floods somebody.",
        )
