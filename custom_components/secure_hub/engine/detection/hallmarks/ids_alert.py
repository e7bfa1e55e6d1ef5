"""What an intrusion detection system that watches the home says: passed on, once for each reason."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind

_SEVERITIES: Final = {1: (Severity.HIGH, 0.7), 2: (Severity.MEDIUM, 0.5)}
_SLIGHT: Final = (Severity.LOW, 0.3)


class IdsAlert:
    """Remembers nothing: that the same is not said again is true of every finding."""

    observes: ClassVar = frozenset({ObservationKind.ALERT})

    def observe(self, seen: Observation) -> Finding | None:
        """Pass it on."""
        severity, confidence = _SEVERITIES.get(seen.level, _SLIGHT)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.IDS_ALERT,
            severity,
            confidence,
            "",
            seen.name,
            f"The intrusion detection system says about it and {seen.peer}: {seen.name}.",
        )
