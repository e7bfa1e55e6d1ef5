"""How one device's software stands, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .deadlines import DAY, Deadlines, Severity
from .facts import Facts, Radio
from .matching import Confidence, Match
from .support import Support
from .tracking import Tracked, Waiting
from .versions import is_newer, is_valid


class FirmwareState(StrEnum):
    """What the sensor says."""

    UP_TO_DATE = "up_to_date"
    UPDATE_AVAILABLE = "update_available"
    UPDATING = "updating"
    OVERDUE = "overdue"
    UNSUPPORTED = "unsupported"
    END_OF_SUPPORT = "end_of_support"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """The reason for the state."""

    INSTALLING = "installing"
    DEADLINE_PASSED = "deadline_passed"
    VULNERABLE = "vulnerable"
    OFFERED = "offered"
    SNOOZED = "snoozed"
    FIX_EXISTS = "fix_exists"
    """No source in this home offers it, but its maker mended what an advisory is about."""
    SUPPORT_ENDED = "support_ended"
    NO_FIX_PLANNED = "no_fix_planned"
    NOT_UPDATABLE = "not_updatable"
    LATEST_INSTALLED = "latest_installed"
    SKIPPED = "skipped"
    NEVER_ASKED = "never_asked"
    UNKNOWN_TO_SOURCES = "unknown_to_sources"
    NO_VERSION = "no_version"
    UNAVAILABLE = "unavailable"
    NO_SOURCE = "no_source"


@dataclass(frozen=True, slots=True)
class FirmwareStatus:
    """All that is known of one device's software; times in seconds since the epoch."""

    state: FirmwareState
    why: Why
    installed: str | None = None
    latest: str | None = None
    source: str | None = None
    entity_id: str | None = None
    since: float | None = None
    days: int | None = None
    """Whole days that an update has waited, None if none does."""
    deadline: float | None = None
    snoozed_until: float | None = None
    percentage: float | None = None
    severity: Severity = Severity.ROUTINE
    matches: tuple[Match, ...] = ()
    support_ends: float | None = None
    support_source: str | None = None
    release_url: str | None = None

    @property
    def outstanding(self) -> bool:
        """Whether something is left to do about it."""
        return self.state in {FirmwareState.UPDATE_AVAILABLE, FirmwareState.OVERDUE}


def counting(matches: Sequence[Match], *, waiting: bool) -> tuple[Match, ...]:
    """The matches that say how urgent it is: unsure ones only while an update waits anyway."""
    return tuple(match for match in matches if waiting or match.confidence > Confidence.LOW)


def assess(  # noqa: PLR0913 - everything that it takes, nothing hidden
    facts: Facts,
    tracked: Tracked,
    matches: Sequence[Match],
    support: Support | None,
    deadlines: Deadlines,
    *,
    now: float,
) -> FirmwareStatus:
    """Say how a device's software stands at a time, in seconds since the epoch."""
    waiting, urgent = tracked.waiting, counting(matches, waiting=tracked.waiting is not None)
    deadline = _deadline(facts, tracked, deadlines)
    snoozed = tracked.snooze.until if tracked.snooze else None
    if snoozed is not None and deadline is not None:
        deadline = max(deadline, snoozed)
    state, why = _state(facts, tracked, urgent, support, deadline=deadline, now=now)
    offer = next((one for one in facts.offers if waiting and one.entity_id == waiting.entity_id), None)
    updating = next((one for one in facts.offers if one.in_progress), None)
    return FirmwareStatus(
        state,
        why,
        installed=facts.installed,
        latest=_latest(facts, waiting, urgent),
        source=_source(facts, waiting, urgent),
        entity_id=waiting.entity_id if waiting else None,
        since=waiting.since if waiting else None,
        days=max(0, int((now - waiting.since) / DAY)) if waiting else None,
        deadline=deadline,
        snoozed_until=snoozed,
        percentage=updating.percentage if updating else None,
        severity=max((match.severity for match in urgent), default=Severity.ROUTINE),
        matches=tuple(matches),
        support_ends=support.ends if support else None,
        support_source=support.source if support else None,
        release_url=offer.release_url if offer else None,
    )


def _deadline(facts: Facts, tracked: Tracked, deadlines: Deadlines) -> float | None:
    """The earliest of what the waiting update and the known vulnerabilities ask for."""
    asked = [deadlines.deadline(facts.asset_class, severity, since) for severity, since in tracked.threats]
    if tracked.waiting is not None:
        asked.append(deadlines.deadline(facts.asset_class, Severity.ROUTINE, tracked.waiting.since))
    return min(asked, default=None)


def _state(  # noqa: PLR0913, PLR0911 - one line for each state, the most pressing first
    facts: Facts,
    tracked: Tracked,
    urgent: Sequence[Match],
    support: Support | None,
    *,
    deadline: float | None,
    now: float,
) -> tuple[FirmwareState, Why]:
    if any(offer.in_progress for offer in facts.offers):
        return FirmwareState.UPDATING, Why.INSTALLING
    if deadline is not None and now >= deadline:
        return FirmwareState.OVERDUE, Why.DEADLINE_PASSED if tracked.waiting else Why.VULNERABLE
    if tracked.waiting is not None:
        return FirmwareState.UPDATE_AVAILABLE, Why.SNOOZED if tracked.snooze else Why.OFFERED
    if support is not None and now >= support.ends:
        return FirmwareState.END_OF_SUPPORT, Why.SUPPORT_ENDED
    if any(match.no_fix for match in urgent):
        return FirmwareState.END_OF_SUPPORT, Why.NO_FIX_PLANNED
    if _fixed(facts, urgent) is not None:
        return FirmwareState.UPDATE_AVAILABLE, Why.FIX_EXISTS
    if facts.radio is Radio.NOT_UPDATABLE and not facts.offers:
        return FirmwareState.UNSUPPORTED, Why.NOT_UPDATABLE
    if any(offer.answers for offer in facts.offers):
        skipped = tracked.skipped or any(o.skipped and o.skipped == o.latest for o in facts.offers)
        return FirmwareState.UP_TO_DATE, Why.SKIPPED if skipped else Why.LATEST_INSTALLED
    return FirmwareState.UNKNOWN, _why_unknown(facts)


def _why_unknown(facts: Facts) -> Why:
    if facts.radio is Radio.NEVER_ASKED:
        return Why.NEVER_ASKED
    if not facts.offers:
        return Why.NO_SOURCE
    if not any(offer.available for offer in facts.offers):
        return Why.UNAVAILABLE
    if any(is_valid(offer.installed) for offer in facts.offers):
        return Why.UNKNOWN_TO_SOURCES
    return Why.NO_VERSION


def _fixed(facts: Facts, urgent: Sequence[Match]) -> Match | None:
    """The match whose mended version is newer than what is installed."""
    installed = facts.installed
    if installed is None:
        return None
    return next((match for match in urgent if match.fixed and is_newer(match.fixed, installed)), None)


def _latest(facts: Facts, waiting: Waiting | None, urgent: Sequence[Match]) -> str | None:
    if waiting is not None:
        return waiting.version
    if (match := _fixed(facts, urgent)) is not None:
        return match.fixed
    offers = sorted(facts.offers, key=lambda offer: (not offer.is_firmware, offer.entity_id))
    return next((offer.latest for offer in offers if is_valid(offer.latest)), None)


def _source(facts: Facts, waiting: Waiting | None, urgent: Sequence[Match]) -> str | None:
    if waiting is not None:
        return next((offer.source for offer in facts.offers if offer.entity_id == waiting.entity_id), None)
    if (match := _fixed(facts, urgent)) is not None:
        return match.advisory
    offers = sorted(facts.offers, key=lambda offer: (not offer.is_firmware, offer.entity_id))
    return next((offer.source for offer in offers), None)
