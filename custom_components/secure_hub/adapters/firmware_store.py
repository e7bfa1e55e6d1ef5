"""What is remembered of devices' software: `secure_hub.firmware`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.firmware.deadlines import Severity, Snooze
from ..engine.firmware.rings import MAX_ITEMS, BackupState, Item, ItemState, Reason, Rollout
from ..engine.firmware.settings import WhenOverdue
from ..engine.firmware.tracking import HISTORY, Ran, Tracked, Waiting
from .storage import RoomStore
from .storage_codec import MAX_ASSETS, StoreValueError

MAX_ROLLOUTS: Final = 10


@dataclass(frozen=True, slots=True)
class FirmwareMemory:
    """All of it; what is keyed is keyed by asset id."""

    tracked: Mapping[str, Tracked] = field(default_factory=dict)
    rollouts: tuple[Rollout, ...] = ()
    """Newest first."""
    restricted: Mapping[str, WhenOverdue] = field(default_factory=dict)
    """Devices that are restricted because their update is overdue, and how."""


class FirmwareStore(RoomStore[FirmwareMemory]):
    """The store."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe it."""
        super().__init__(hass, f"{DOMAIN}.firmware", encode, decode)


def encode(memory: FirmwareMemory) -> dict[str, Any]:
    """Write it as JSON; raises StoreValueError if it is too much."""
    if len(memory.tracked) > MAX_ASSETS or len(memory.rollouts) > MAX_ROLLOUTS:
        msg = "more than the store holds"
        raise StoreValueError(msg)
    return {
        "tracked": {key: _encode_tracked(one) for key, one in memory.tracked.items()},
        "rollouts": [_encode_rollout(one) for one in memory.rollouts],
        "restricted": {key: how.value for key, how in memory.restricted.items()},
    }


def decode(data: Any) -> FirmwareMemory:
    """Read it; raises ValueError, LookupError or TypeError for what was not written by `encode`."""
    if len(data["tracked"]) > MAX_ASSETS or len(data["rollouts"]) > MAX_ROLLOUTS:
        msg = "more than the store holds"
        raise StoreValueError(msg)
    return FirmwareMemory(
        {str(key): _decode_tracked(row) for key, row in data["tracked"].items()},
        tuple(_decode_rollout(row) for row in data["rollouts"]),
        {str(key): WhenOverdue(how) for key, how in data["restricted"].items()},
    )


def _encode_tracked(one: Tracked) -> dict[str, Any]:
    waiting, snooze = one.waiting, one.snooze
    return {
        "history": [[ran.version, ran.since] for ran in one.history],
        "waiting": waiting and [waiting.since, waiting.version, waiting.entity_id, waiting.offered],
        "skipped": one.skipped,
        "skip_reason": one.skip_reason,
        "snooze": snooze and [snooze.until, snooze.reason, snooze.actor],
        "threats": [[severity.value, since] for severity, since in one.threats],
        "told": one.told,
    }


def _decode_tracked(row: Any) -> Tracked:
    waiting, snooze = row["waiting"], row["snooze"]
    return Tracked(
        tuple(Ran(str(version), float(since)) for version, since in row["history"][-HISTORY:]),
        None if waiting is None else Waiting(float(waiting[0]), str(waiting[1]), str(waiting[2]), float(waiting[3])),
        _optional(row["skipped"]),
        _optional(row["skip_reason"]),
        None if snooze is None else Snooze(float(snooze[0]), str(snooze[1]), _optional(snooze[2])),
        tuple((Severity(severity), float(since)) for severity, since in row["threats"]),
        bool(row["told"]),
    )


def _encode_rollout(one: Rollout) -> dict[str, Any]:
    return {
        "id": one.id,
        "created": one.created,
        "actor": one.actor,
        "immediate": one.immediate,
        "backup": one.backup.value,
        "ended": one.ended,
        "items": [_encode_item(item) for item in one.items.values()],
    }


def _decode_rollout(row: Any) -> Rollout:
    if len(row["items"]) > MAX_ITEMS:
        msg = "more than a rollout holds"
        raise StoreValueError(msg)
    items = [_decode_item(item) for item in row["items"]]
    return Rollout(
        str(row["id"]),
        float(row["created"]),
        _optional(row["actor"]),
        {item.asset_id: item for item in items},
        bool(row["immediate"]),
        BackupState(row["backup"]),
        None if row["ended"] is None else float(row["ended"]),
    )


def _encode_item(item: Item) -> dict[str, Any]:
    return {
        "asset_id": item.asset_id,
        "entity_id": item.entity_id,
        "lane": item.lane,
        "carrier": item.carrier,
        "before": item.before,
        "version": item.version,
        "can_revert": item.can_revert,
        "ring": item.ring,
        "state": item.state.value,
        "since": item.since,
        "attempts": item.attempts,
        "sick_since": item.sick_since,
        "reason": item.reason and item.reason.value,
        "detail": item.detail,
        "absent": sorted(item.absent),
    }


def _decode_item(row: Any) -> Item:
    return Item(
        str(row["asset_id"]),
        str(row["entity_id"]),
        str(row["lane"]),
        str(row["carrier"]),
        _optional(row["before"]),
        str(row["version"]),
        bool(row["can_revert"]),
        int(row["ring"]),
        ItemState(row["state"]),
        float(row["since"]),
        int(row["attempts"]),
        None if row["sick_since"] is None else float(row["sick_since"]),
        None if row["reason"] is None else Reason(row["reason"]),
        str(row["detail"]),
        frozenset(map(str, row["absent"])),
    )


def _optional(value: Any) -> str | None:
    return None if value is None else str(value)
