"""What people chose about updates, read from the options of the config entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any, Final

from ..assets.model import AssetClass
from .deadlines import Deadlines, Severity
from .rings import Pace
from .windows import Window

DAYS: Final = {
    Severity.ROUTINE: "updates_days",
    Severity.VULNERABLE: "updates_days_vulnerable",
    Severity.CRITICAL: "updates_days_critical",
    Severity.EXPLOITED: "updates_days_exploited",
}
SENSITIVE_DAYS: Final = "updates_days_sensitive"
SENSITIVE_CLASSES: Final = "updates_sensitive_classes"
WINDOW_START: Final = "updates_window_start"
WINDOW_END: Final = "updates_window_end"
WINDOW_DAYS: Final = "updates_window_days"
AUTOMATIC: Final = "updates_automatic"
BACKUP: Final = "updates_backup"
SOAK_HOURS: Final = "updates_soak_hours"
RING: Final = "updates_ring_size"
OVERDUE: Final = "updates_overdue"
FEEDS: Final = "updates_feeds"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WhenOverdue(StrEnum):
    """What happens to a device whose update is overdue, until it is installed."""

    NOTHING = "nothing"
    LOCAL_ONLY = "local_only"
    """It may not use the internet."""
    QUARANTINE = "quarantine"
    """It may not use anything."""


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """All of it."""

    deadlines: Deadlines = field(default_factory=Deadlines)
    window: Window = field(default_factory=Window)
    pace: Pace = field(default_factory=Pace)
    automatic: bool = False
    """What waits and needs no person's yes is installed in the windows."""
    backup: bool = True
    when_overdue: WhenOverdue = WhenOverdue.NOTHING
    feeds: tuple[str, ...] = ()
    """Addresses of advisories."""


def settings_of(options: Mapping[str, Any]) -> UpdateSettings:
    """Read the options; what is not there is as it is by default."""
    default = UpdateSettings()
    deadlines, window = default.deadlines, default.window
    days = {severity: int(options.get(key, deadlines.days[severity])) for severity, key in DAYS.items()}
    sensitive = options.get(SENSITIVE_CLASSES)
    weekdays = options.get(WINDOW_DAYS)
    return UpdateSettings(
        Deadlines(
            days,
            deadlines.sensitive if sensitive is None else frozenset(AssetClass(one) for one in sensitive),
            int(options.get(SENSITIVE_DAYS, deadlines.sensitive_days)),
        ),
        Window(
            time.fromisoformat(options.get(WINDOW_START, window.start.isoformat())),
            time.fromisoformat(options.get(WINDOW_END, window.end.isoformat())),
            window.weekdays if weekdays is None else frozenset(WEEKDAYS.index(one) for one in weekdays),
        ),
        Pace(
            soak=float(options.get(SOAK_HOURS, default.pace.soak / 3600)) * 3600,
            ring=int(options.get(RING, default.pace.ring)),
        ),
        bool(options.get(AUTOMATIC, default.automatic)),
        bool(options.get(BACKUP, default.backup)),
        WhenOverdue(options.get(OVERDUE, default.when_overdue)),
        tuple(options.get(FEEDS, ())),
    )


def options_of(settings: UpdateSettings) -> dict[str, Any]:
    """Write them as options: the form's suggestions."""
    return {
        **{key: settings.deadlines.days[severity] for severity, key in DAYS.items()},
        SENSITIVE_CLASSES: sorted(one.value for one in settings.deadlines.sensitive),
        SENSITIVE_DAYS: settings.deadlines.sensitive_days,
        WINDOW_START: settings.window.start.isoformat(),
        WINDOW_END: settings.window.end.isoformat(),
        WINDOW_DAYS: [WEEKDAYS[one] for one in sorted(settings.window.weekdays)],
        AUTOMATIC: settings.automatic,
        BACKUP: settings.backup,
        SOAK_HOURS: int(settings.pace.soak // 3600),
        RING: settings.pace.ring,
        OVERDUE: settings.when_overdue.value,
        FEEDS: list(settings.feeds),
    }
