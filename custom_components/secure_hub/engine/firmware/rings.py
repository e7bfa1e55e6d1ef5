"""Installing in rings: one device of each model first, time to see how it does, then the rest, a ring at a time.

A rollout is data, and `advance` says what follows from it and from what is seen: so it survives a restart in the
middle. Devices of one model that are to get one version are a *lane*; a failure stops its lane and no other. One device
at a time is updated through any one radio or integration, and `AT_ONCE` altogether.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from .versions import compare

AT_ONCE: Final = 3
"""Devices that are updated at one time."""
ATTEMPTS: Final = 2
"""Times that an installation is begun which a restart interrupted."""
MAX_ITEMS: Final = 10_000


class ItemState(StrEnum):
    """How far one device is."""

    WAITING = "waiting"
    INSTALLING = "installing"
    CHECKING = "checking"
    """The integration says that it is done; now the device has to show it."""
    INSTALLED = "installed"
    FAILED = "failed"
    REVERTING = "reverting"
    REVERTED = "reverted"
    STOPPED = "stopped"
    """Not begun, because a device of its lane failed."""
    DROPPED = "dropped"
    """Not begun, because it is not offered any more, or the device is gone."""


BUSY: Final = frozenset({ItemState.INSTALLING, ItemState.CHECKING, ItemState.REVERTING})
OPEN: Final = BUSY | {ItemState.WAITING}


class Reason(StrEnum):
    """Why something failed."""

    INSTALL_FAILED = "install_failed"
    """The integration said so."""
    NOT_INSTALLED = "not_installed"
    """The integration said that it succeeded, and the device still shows the old version."""
    UNHEALTHY = "unhealthy"
    """Entities of the device are not available any more."""
    ANOMALOUS = "anomalous"
    """The device behaves as it never did."""
    TOO_LONG = "too_long"
    INTERRUPTED = "interrupted"
    BACKUP_FAILED = "backup_failed"


class BackupState(StrEnum):
    """Whether there is a backup from before the rollout."""

    NOT_WANTED = "not_wanted"
    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a rollout may go; in seconds."""

    soak: float = 24 * 3600.0
    """Time that a ring has to prove itself before the next one begins."""
    ring: int = 5
    """Devices of the ring behind the first; each further ring is twice as large."""
    check: float = 900.0
    """Time that a device has to show its new version and all its entities."""
    limit: float = 6 * 3600.0
    """Time that one installation may take."""


@dataclass(frozen=True, slots=True)
class Item:
    """One device in a rollout; times in seconds since the epoch."""

    asset_id: str
    entity_id: str
    lane: str
    carrier: str
    """What it is updated through: no two devices at one time through the same."""
    before: str | None
    version: str
    can_revert: bool = False
    ring: int = 0
    state: ItemState = ItemState.WAITING
    since: float = 0.0
    """When it came to this state."""
    attempts: int = 0
    sick_since: float | None = None
    reason: Reason | None = None
    detail: str = ""
    absent: frozenset[str] = frozenset()
    """Entities that were not available before, and so need not be after."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """Everything that is installed together."""

    id: str
    created: float
    actor: str | None
    items: Mapping[str, Item] = field(default_factory=dict)
    """By asset id."""
    immediate: bool = False
    """It does not wait for an update window."""
    backup: BackupState = BackupState.NOT_WANTED
    ended: float | None = None

    @property
    def progress(self) -> tuple[int, int]:
        """How many devices are done, one way or the other, of how many."""
        return sum(item.state not in OPEN for item in self.items.values()), len(self.items)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of one device now."""

    installed: str | None = None
    offered: str | None = None
    in_progress: bool = False
    absent: frozenset[str] = frozenset()
    """Entities that are not available."""
    anomalous: bool = False


@dataclass(frozen=True, slots=True)
class Backup:
    """Make a backup."""


@dataclass(frozen=True, slots=True)
class Install:
    """Install a version on a device."""

    item: Item


@dataclass(frozen=True, slots=True)
class Revert:
    """Install the version from before."""

    item: Item


type Command = Backup | Install | Revert


def rings(items: Iterable[Item], pace: Pace, taken: Mapping[str, int] | None = None) -> dict[str, Item]:
    """Put each device into the ring of its lane; `taken` says which ring a lane has got to already."""
    lanes: dict[str, list[Item]] = {}
    for item in items:
        lanes.setdefault(item.lane, []).append(item)
    placed: dict[str, Item] = {}
    for lane, members in lanes.items():
        ring, size = 0, 1
        if taken and lane in taken:
            ring, size = taken[lane] + 1, max(1, pace.ring)
        room = size
        for item in members:
            if room == 0:
                size = max(1, pace.ring) if ring == 0 else size * 2
                ring, room = ring + 1, size
            placed[item.asset_id] = replace(item, ring=ring)
            room -= 1
    return placed


def extended(rollout: Rollout, items: Iterable[Item], pace: Pace) -> Rollout:
    """Let further devices join a rollout that runs, behind those of their lane."""
    taken: dict[str, int] = {}
    for item in rollout.items.values():
        taken[item.lane] = max(taken.get(item.lane, 0), item.ring)
    new = [one for one in items if one.asset_id not in rollout.items or rollout.items[one.asset_id].state not in OPEN]
    return replace(rollout, items={**rollout.items, **rings(new, pace, taken)})


def advance(  # noqa: PLR0913 - everything that it takes, nothing hidden
    rollout: Rollout,
    seen: Mapping[str, Seen],
    pace: Pace,
    *,
    window: bool,
    now: float,
    busy: Collection[str] = (),
) -> tuple[Rollout, tuple[Command, ...]]:
    """Say what becomes of a rollout at a time, and what has to be done now; each command comes once.

    `busy` are the carriers through which somebody else updates a device.
    """
    if rollout.ended is not None:
        return rollout, ()
    items = {key: _checked(item, seen.get(key), pace, now) for key, item in rollout.items.items()}
    commands: list[Command] = []
    for key, item in items.items():
        if item.state is ItemState.FAILED and item.attempts and _is_changed(item, seen.get(key)):
            items[key] = replace(item, state=ItemState.REVERTING, since=now, attempts=0)
            commands.append(Revert(items[key]))
    items = _stopped(items)
    after = replace(rollout, items=items)
    if (window or rollout.immediate) and any(item.state is ItemState.WAITING for item in items.values()):
        if rollout.backup is BackupState.WANTED:
            return replace(after, backup=BackupState.RUNNING), (*commands, Backup())
        if rollout.backup in {BackupState.NOT_WANTED, BackupState.DONE}:
            after, begun = _begun(after, seen, pace, now, busy)
            commands.extend(begun)
    return _ended(after, pace, now), tuple(commands)


def _checked(item: Item, seen: Seen | None, pace: Pace, now: float) -> Item:
    """See how a device does that is being updated, or that was and has to prove itself."""
    if item.state is ItemState.INSTALLING:
        return _failed(item, Reason.TOO_LONG, now) if now - item.since > pace.limit else item
    if seen is None:
        return _dropped(item, now)
    if item.state is ItemState.WAITING and seen.offered is None and _reached(item, seen):
        return replace(item, state=ItemState.DROPPED, since=now)
    if item.state is ItemState.CHECKING:
        return _shown(item, seen, pace, now)
    if item.state is ItemState.INSTALLED and now - item.since <= pace.soak:
        return _soaked(item, seen, pace, now)
    return item


def _dropped(item: Item, now: float) -> Item:
    """Take leave of a device that is gone."""
    return replace(item, state=ItemState.DROPPED, since=now) if item.state is ItemState.WAITING else item


def _shown(item: Item, seen: Seen, pace: Pace, now: float) -> Item:
    sick = _sickness(item, seen)
    if seen.in_progress:
        return _failed(item, Reason.TOO_LONG, now) if now - item.since > pace.limit else item
    if _reached(item, seen) and sick is None:
        return replace(item, state=ItemState.INSTALLED, since=now, reason=None, detail="", sick_since=None)
    if now - item.since <= pace.check:
        return item
    if _reached(item, seen):
        return _failed(item, sick or Reason.UNHEALTHY, now)
    if item.reason is Reason.INTERRUPTED and item.attempts < ATTEMPTS:
        return replace(item, state=ItemState.WAITING, since=now)
    return _failed(item, item.reason or Reason.NOT_INSTALLED, now)


def _soaked(item: Item, seen: Seen, pace: Pace, now: float) -> Item:
    sick = _sickness(item, seen)
    if sick is None:
        return item if item.sick_since is None else replace(item, sick_since=None)
    if item.sick_since is None:
        return replace(item, sick_since=now)
    return _failed(item, sick, now) if now - item.sick_since > pace.check else item


def _sickness(item: Item, seen: Seen) -> Reason | None:
    if seen.anomalous:
        return Reason.ANOMALOUS
    return Reason.UNHEALTHY if seen.absent - item.absent else None


def _reached(item: Item, seen: Seen) -> bool:
    """Whether the device shows the version, or, where versions have no order, another one than before."""
    if seen.installed is None:
        return False
    order = compare(seen.installed, item.version)
    return order in {0, 1} if order is not None else seen.installed != item.before and seen.offered is None


def _is_changed(item: Item, seen: Seen | None) -> bool:
    """Whether the device shows another version than before, and can be given that one back."""
    return (
        item.can_revert and item.before is not None and seen is not None and seen.installed not in {None, item.before}
    )


def _failed(item: Item, reason: Reason, now: float, detail: str = "") -> Item:
    return replace(item, state=ItemState.FAILED, since=now, reason=reason, detail=detail, sick_since=None)


def _stopped(items: Mapping[str, Item]) -> dict[str, Item]:
    """Stop the lanes in which a device failed."""
    bad = {
        item.lane
        for item in items.values()
        if item.state in {ItemState.FAILED, ItemState.REVERTING, ItemState.REVERTED}
    }
    return {
        key: replace(item, state=ItemState.STOPPED) if item.state is ItemState.WAITING and item.lane in bad else item
        for key, item in items.items()
    }


def _proved(rollout: Rollout, lane: str, ring: int, pace: Pace, now: float) -> bool:
    """Whether every device of the lane's rings before this one is done and has proved itself."""
    return all(
        item.state in {ItemState.DROPPED, ItemState.STOPPED}
        or (item.state is ItemState.INSTALLED and item.sick_since is None and now - item.since >= pace.soak)
        for item in rollout.items.values()
        if item.lane == lane and item.ring < ring
    )


def _begun(
    rollout: Rollout, seen: Mapping[str, Seen], pace: Pace, now: float, others: Collection[str]
) -> tuple[Rollout, tuple[Command, ...]]:
    """Begin with as many devices as may be updated now."""
    items = dict(rollout.items)
    busy = {*others, *(item.carrier for item in items.values() if item.state in BUSY)}
    number = sum(item.state in BUSY for item in items.values())
    commands = []
    proved: dict[tuple[str, int], bool] = {}
    for key, item in items.items():
        if number >= AT_ONCE:
            break
        if item.state is not ItemState.WAITING or item.carrier in busy or seen[key].in_progress:
            continue
        place = (item.lane, item.ring)
        if not proved.setdefault(place, _proved(rollout, item.lane, item.ring, pace, now)):
            continue
        items[key] = replace(
            item,
            state=ItemState.INSTALLING,
            since=now,
            attempts=item.attempts + 1,
            absent=seen[key].absent,
            reason=None,
        )
        busy.add(item.carrier)
        number += 1
        commands.append(Install(items[key]))
    return replace(rollout, items=items), tuple(commands)


def _ended(rollout: Rollout, pace: Pace, now: float) -> Rollout:
    for item in rollout.items.values():
        if item.state in OPEN or (item.state is ItemState.INSTALLED and now - item.since < pace.soak):
            return rollout
    return replace(rollout, ended=now)


def returned(rollout: Rollout, asset_id: str, error: str | None, now: float) -> Rollout:
    """Take in that the integration's own work on a device is over, with what it said if it failed."""
    item = rollout.items[asset_id]
    if item.state is ItemState.INSTALLING:
        after = replace(item, state=ItemState.CHECKING, since=now)
        if error is not None:
            after = _failed(item, Reason.INSTALL_FAILED, now, error)
    elif item.state is ItemState.REVERTING:
        after = replace(item, state=ItemState.REVERTED if error is None else ItemState.FAILED, since=now)
        if error is not None:
            after = replace(after, can_revert=False, detail=error)
    else:
        return rollout
    return replace(rollout, items={**rollout.items, asset_id: after})


def backed_up(rollout: Rollout, error: str | None, now: float) -> Rollout:
    """Take in how the backup went; without the backup that was wanted nothing is installed."""
    if error is None:
        return replace(rollout, backup=BackupState.DONE)
    items = {
        key: _failed(item, Reason.BACKUP_FAILED, now, error) if item.state is ItemState.WAITING else item
        for key, item in rollout.items.items()
    }
    return replace(rollout, backup=BackupState.FAILED, items=items)


def resumed(rollout: Rollout, now: float) -> Rollout:
    """Take up a rollout after a restart: what was being done is looked at, and begun again if it came to nothing."""
    items = {}
    for key, item in rollout.items.items():
        items[key] = item
        if item.state is ItemState.INSTALLING:
            items[key] = replace(item, state=ItemState.CHECKING, since=now, reason=Reason.INTERRUPTED)
        elif item.state is ItemState.REVERTING:
            items[key] = replace(item, state=ItemState.FAILED, since=now, can_revert=False)
    backup = BackupState.WANTED if rollout.backup is BackupState.RUNNING else rollout.backup
    return replace(rollout, items=items, backup=backup)
