"""What is remembered of a device's software: since when what waits has waited, and which versions ran when."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from .deadlines import DAY, Severity, Snooze
from .facts import Facts
from .versions import compare

HISTORY = 20
"""Versions that are remembered of one device."""
WITHDRAWN_AFTER = DAY
"""Seconds that an update must not have been offered to count as withdrawn: an entity that flaps starts no new clock."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits; newer versions that come meanwhile do not start its clock anew."""

    since: float
    """Seconds since the epoch."""
    version: str
    """The newest that was offered."""
    entity_id: str
    offered: float
    """When it was last offered, to `WITHDRAWN_AFTER` / 4."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A version that was seen to run from a time on."""

    version: str
    since: float


@dataclass(frozen=True, slots=True)
class Tracked:
    """What is remembered of one asset."""

    history: tuple[Ran, ...] = ()
    """Oldest first; the last one runs."""
    waiting: Waiting | None = None
    skipped: str | None = None
    """Version that a person does not want."""
    skip_reason: str | None = None
    snooze: Snooze | None = None
    threats: tuple[tuple[Severity, float], ...] = ()
    """Severities of the vulnerabilities that fit, each with the time since when that is known."""
    told: bool = False
    """That it is overdue was told."""

    @property
    def installed(self) -> str | None:
        """The version that was last seen to run."""
        return self.history[-1].version if self.history else None


def offered(facts: Facts, tracked: Tracked) -> tuple[str, str] | None:
    """The update that waits, as version and entity id: firmware before anything else."""
    found = [
        (not offer.is_firmware, offer.entity_id, version)
        for offer in facts.offers
        if (version := offer.waiting) is not None and version != tracked.skipped
    ]
    if not found:
        return None
    _, entity_id, version = min(found)
    return version, entity_id


def track(tracked: Tracked, facts: Facts, severities: Collection[Severity], now: float) -> Tracked:
    """What is remembered after a look; the very same object if nothing changed.

    `severities` are those of the vulnerabilities that fit; `now` is in seconds since the epoch.
    """
    after = _track_installed(tracked, facts, now)
    known = dict(after.threats)
    threats = tuple((severity, known.get(severity, now)) for severity in sorted(severities))
    if threats != after.threats:
        after = replace(after, threats=threats)
    waiting = _track_waiting(after, facts, now)
    if waiting != after.waiting:
        after = replace(after, waiting=waiting)
    if after.snooze is not None and after.snooze.until <= now:
        after = replace(after, snooze=None)
    return after


def _track_installed(tracked: Tracked, facts: Facts, now: float) -> Tracked:
    installed = facts.installed
    if installed is None or installed == tracked.installed:
        return tracked
    history = (*tracked.history, Ran(installed, now))[-HISTORY:]
    skipped = tracked.skipped
    if skipped is not None and compare(skipped, installed) in {-1, 0}:
        skipped = None  # it is there, or was passed by
    return replace(tracked, history=history, skipped=skipped, skip_reason=tracked.skip_reason if skipped else None)


def _track_waiting(tracked: Tracked, facts: Facts, now: float) -> Waiting | None:
    was, found = tracked.waiting, offered(facts, tracked)
    if found is None:
        skipped = {tracked.skipped, *(offer.skipped for offer in facts.offers)}
        if was is None or was.version in skipped or _is_installed(was, facts):
            return None
        return was if now - was.offered < WITHDRAWN_AFTER else None
    version, entity_id = found
    if was is None:
        return Waiting(now, version, entity_id, now)
    if (was.version, was.entity_id) == (version, entity_id) and now - was.offered < WITHDRAWN_AFTER / 4:
        return was
    if was.entity_id == entity_id and _is_installed(was, facts):
        return Waiting(now, version, entity_id, now)
    return Waiting(was.since, version, entity_id, now)


def _is_installed(waiting: Waiting, facts: Facts) -> bool:
    """Whether what waited is there now, or a newer one."""
    offer = next((offer for offer in facts.offers if offer.entity_id == waiting.entity_id), None)
    if offer is None or offer.installed is None:
        return False
    return compare(offer.installed, waiting.version) in {0, 1}
