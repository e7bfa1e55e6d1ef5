"""Every address of the home asked for."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 60.0
_ADDRESSES: Final = 30
"""A router or a hub greets every device of a large home after a power cut; the others know few."""


class ArpScan:
    """Counts the different addresses that the asset looks for."""

    observes: ClassVar = frozenset({ObservationKind.ARP_REQUEST})

    def __init__(self) -> None:
        """Start with no address."""
        self._asked: Recent[None, Distinct] = Recent(1, _WINDOW, Distinct)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it looks for more devices than it can know."""
        asked = self._asked.at(None, seen.time)
        if not asked.add(seen.name) or asked.count < _ADDRESSES:
            return None
        self._asked.forget(None)
        within = elapsed(seen.time - asked.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.ARP_SCAN,
            Severity.MEDIUM,
            0.8,
            "T1018",
            "",
            f"It asked who has {asked.count} different addresses of the home within {within}: "
            "it wants to know what else is there.",
        )
