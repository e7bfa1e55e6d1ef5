"""By when an update has to be installed: days by class and severity, and the postponements that people chose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from ..assets.model import AssetClass

DAY = 86_400.0
"""Seconds."""
MAX_SNOOZE_DAYS = 90
MAX_DAYS = 365


class Severity(IntEnum):
    """How much it matters that an update is installed."""

    ROUTINE = 0
    """No known vulnerability."""
    VULNERABLE = 1
    """A published vulnerability fits."""
    CRITICAL = 2
    """One that is rated high or critical."""
    EXPLOITED = 3
    """One that is known to be exploited."""


SENSITIVE = frozenset({AssetClass.CAMERA, AssetClass.NETWORK, AssetClass.IOT_HUB, AssetClass.STORAGE})
"""Classes that the internet attacks first, and whose loss costs most."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days after which an update is overdue: by severity, and for some classes fewer. The smaller one counts."""

    days: Mapping[Severity, int] = field(
        default_factory=lambda: {
            Severity.ROUTINE: 30,
            Severity.VULNERABLE: 14,
            Severity.CRITICAL: 7,
            Severity.EXPLOITED: 3,
        }
    )
    sensitive: frozenset[AssetClass] = SENSITIVE
    sensitive_days: int = 14

    def deadline(self, asset_class: AssetClass, severity: Severity, since: float) -> float:
        """When an update is overdue that waits `since`; seconds since the epoch."""
        days = self.days[severity]
        if asset_class in self.sensitive:
            days = min(days, self.sensitive_days)
        return since + days * DAY


@dataclass(frozen=True, slots=True)
class Snooze:
    """A person's choice to wait, with the reason; in seconds since the epoch."""

    until: float
    reason: str
    actor: str | None = None
