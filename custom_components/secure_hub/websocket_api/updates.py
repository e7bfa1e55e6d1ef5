"""Commands about updates: what waits on which device until when, install it, skip it, put it off."""

from typing import Any, Final

import voluptuous as vol

from ..engine.firmware.deadlines import MAX_SNOOZE_DAYS
from ..engine.firmware.rings import OPEN, Item, Rollout
from ..hub import SecureHub
from ..told import asset_name, vulnerability
from .commands import ASSET, ASSET_ID, ASSET_IDS, REASON, Asked, Command

MAX_PAGE: Final = 200


def update_row(hub: SecureHub, asset_id: str) -> dict[str, Any]:
    """What is known of one device's firmware."""
    status = hub.firmware.status(asset_id)
    return {
        "asset_id": asset_id,
        "asset": asset_name(hub, hub.assets[asset_id]),
        "status": status.state.value,
        "why": status.why.value,
        "version": status.installed,
        "latest": status.latest,
        "severity": status.severity.name.lower(),
        "deadline": status.deadline,
        "snoozed_until": status.snoozed_until,
        "support_ends": status.support_ends,
        "skipped": hub.firmware.tracked(asset_id).skipped,
        "advisories": len(status.matches),
    }


def update_details(hub: SecureHub, asset_id: str) -> dict[str, Any]:
    """All that is known of one device's firmware: what ran, what waits, and which advisories fit it and why."""
    status, tracked = hub.firmware.status(asset_id), hub.firmware.tracked(asset_id)
    active = hub.rollouts.active
    item = active.items.get(asset_id) if active else None
    return {
        **update_row(hub, asset_id),
        "source": status.source,
        "entity_id": status.entity_id,
        "since": status.since,
        "days": status.days,
        "percentage": status.percentage,
        "ordered": _item(item) if item and item.state in OPEN else None,
        "release_url": status.release_url,
        "support_source": status.support_source,
        "skip_reason": tracked.skip_reason,
        "snooze_reason": tracked.snooze.reason if tracked.snooze else None,
        "history": [{"version": ran.version, "since": ran.since} for ran in reversed(tracked.history)],
        "vulnerabilities": [vulnerability(match) for match in status.matches],
    }


def _rollout(hub: SecureHub, rollout: Rollout) -> dict[str, Any]:
    done, number = rollout.progress
    return {
        "id": rollout.id,
        "created": rollout.created,
        "ended": rollout.ended,
        "backup": rollout.backup.value,
        "done": done,
        "number": number,
        "devices": [
            {
                "asset_id": asset_id,
                "asset": asset_name(hub, hub.assets[asset_id]) if asset_id in hub.assets else None,
                **_item(item),
            }
            for asset_id, item in list(rollout.items.items())[:MAX_PAGE]
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "version": item.version,
        "state": item.state.value,
        "ring": item.ring,
        "reason": item.reason.value if item.reason else None,
    }


async def _async_list(asked: Asked) -> dict[str, Any]:
    hub, after, limit = asked.hub, asked.data.get("after"), asked.data["limit"]
    ids = sorted(asset_id for asset_id in hub.home.governed if after is None or asset_id > after)
    return {
        "devices": [update_row(hub, asset_id) for asset_id in ids[:limit]],
        "after": ids[limit - 1] if len(ids) > limit else None,
        "rollouts": [_rollout(hub, one) for one in hub.rollouts.recent] if after is None else [],
    }


async def _async_device(asked: Asked) -> dict[str, Any]:
    return update_details(asked.hub, asked.hub.asset(asked.data["asset_id"]).id)


async def _async_install(asked: Asked) -> dict[str, Any]:
    hub, named = asked.hub, asked.data.get("asset_ids")
    ordered = await hub.rollouts.async_install(
        None if named is None else [hub.asset(asset_id).id for asset_id in named],
        actor=asked.actor,
        immediate=asked.data["now"],
        consent=asked.data["confirm"] and named is not None,  # a yes is to devices by name
    )
    return {
        "installing": dict(ordered.versions),
        "left_out": {asset_id: why.value for asset_id, why in ordered.refused.items()},
    }


async def _async_skip(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    asset = hub.asset(asked.data["asset_id"])
    return {"skipped": await hub.firmware.async_skip(asset.id, reason=asked.data.get("reason"), actor=asked.actor)}


async def _async_snooze(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data
    asset = hub.asset(data["asset_id"])
    deadline = await hub.firmware.async_snooze(asset.id, data["days"], reason=data["reason"], actor=asked.actor)
    return {"deadline": deadline}


COMMANDS = (
    Command(
        "updates/list",
        _async_list,
        {
            vol.Optional("after"): ASSET_ID,
            vol.Optional("limit", default=MAX_PAGE): vol.All(int, vol.Range(min=1, max=MAX_PAGE)),
        },
    ),
    Command("updates/device", _async_device, ASSET),
    Command(
        "updates/install",
        _async_install,
        {
            vol.Optional("asset_ids"): ASSET_IDS,
            vol.Optional("now", default=False): bool,
            vol.Optional("confirm", default=False): bool,
        },
    ),
    Command("updates/skip", _async_skip, {**ASSET, vol.Optional("reason"): REASON}),
    Command(
        "updates/snooze",
        _async_snooze,
        {
            **ASSET,
            vol.Required("days"): vol.All(vol.Coerce(float), vol.Range(min=0.01, max=MAX_SNOOZE_DAYS)),
            vol.Required("reason"): REASON,
        },
    ),
)
