"""Actions about updates."""

from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..engine.firmware.deadlines import MAX_SNOOZE_DAYS
from ..engine.firmware.rings import Rollout
from ..hub import SecureHub
from ..told import vulnerability
from .calls import ATTR_DEVICE_ID, ATTR_REASON, DEVICES, MAX_REASON, NAMES, NOTHING, Action, asset_ids, hub_of

ATTR_CONFIRM: Final = "confirm"
ATTR_DAYS: Final = "days"
ATTR_DOWNGRADE: Final = "allow_downgrade"
ATTR_NOW: Final = "now"
MAX_ROLLOUT_ITEMS: Final = 1000
"""Devices that an answer tells of one rollout."""
MAX_ADVISORIES: Final = 20
"""Advisories that an answer tells of one device."""


def _named_if_confirmed(data: dict[str, Any]) -> dict[str, Any]:
    """A yes is to devices by name, not to whatever happens to wait."""
    if data[ATTR_CONFIRM] and ATTR_DEVICE_ID not in data:
        raise vol.Invalid("confirm needs device_id")  # noqa: EM101, TRY003 - voluptuous's own way
    return data


_REASON = vol.All(cv.string, vol.Length(min=1, max=MAX_REASON))
LIST_SCHEMA = vol.Schema({vol.Optional(ATTR_DEVICE_ID): NAMES})
SKIP_SCHEMA = vol.Schema({**DEVICES, vol.Optional(ATTR_REASON): _REASON})
SNOOZE_SCHEMA = vol.Schema(
    {
        **DEVICES,
        vol.Required(ATTR_DAYS): vol.All(vol.Coerce(float), vol.Range(min=0.01, max=MAX_SNOOZE_DAYS)),
        vol.Required(ATTR_REASON): _REASON,
    }
)


IMAGES_SCHEMA = vol.Schema({vol.Optional(ATTR_DOWNGRADE, default=False): cv.boolean})
INSTALL_SCHEMA = vol.All(
    vol.Schema(
        {
            vol.Optional(ATTR_DEVICE_ID): NAMES,
            vol.Optional(ATTR_NOW, default=False): cv.boolean,
            vol.Optional(ATTR_CONFIRM, default=False): cv.boolean,
        }
    ),
    _named_if_confirmed,
)


async def _async_list_updates(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    wanted = asset_ids(hub, call) if ATTR_DEVICE_ID in call.data else sorted(hub.home.governed)
    return {
        "devices": [_told(hub, asset_id) for asset_id in wanted],
        "rollouts": [_rollout(one) for one in hub.rollouts.recent],
    }


def _rollout(rollout: Rollout) -> dict[str, Any]:
    done, number = rollout.progress
    return {
        "id": rollout.id,
        "created": moment(rollout.created),
        "ended": moment(rollout.ended),
        "backup": rollout.backup.value,
        "done": done,
        "number": number,
        "devices": {
            asset_id: {
                "version": item.version,
                "before": item.before,
                "state": item.state.value,
                "ring": item.ring,
                "reason": item.reason.value if item.reason else None,
                "detail": item.detail,
                "since": moment(item.since) if item.since else None,
            }
            for asset_id, item in list(rollout.items.items())[:MAX_ROLLOUT_ITEMS]
        },
    }


def _told(hub: SecureHub, asset_id: str) -> dict[str, Any]:
    asset, status, tracked = hub.asset(asset_id), hub.firmware.status(asset_id), hub.firmware.tracked(asset_id)
    return {
        "name": asset.name,
        "asset_id": asset_id,
        "device_id": asset.device_id,
        "manufacturer": asset.record.manufacturer,
        "model": asset.record.model,
        "status": status.state.value,
        "why": status.why.value,
        "version": status.installed,
        "latest": status.latest,
        "source": status.source,
        "entity_id": status.entity_id,
        "since": moment(status.since),
        "days_outstanding": status.days,
        "deadline": moment(status.deadline),
        "severity": status.severity.name.lower(),
        "snoozed_until": moment(status.snoozed_until),
        "snooze_reason": tracked.snooze.reason if tracked.snooze else None,
        "skipped": tracked.skipped,
        "skip_reason": tracked.skip_reason,
        "support_ends": moment(status.support_ends),
        "support_source": status.support_source,
        "advisories": [vulnerability(match) for match in status.matches[:MAX_ADVISORIES]],
        "history": [{"version": ran.version, "since": moment(ran.since)} for ran in tracked.history],
    }


def moment(when: float | None) -> str | None:
    """A time for an answer."""
    return None if when is None else dt_util.utc_from_timestamp(when).isoformat()


async def _async_skip_update(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    return {
        "skipped": {
            asset_id: await hub.firmware.async_skip(
                asset_id, reason=call.data.get(ATTR_REASON), actor=call.context.user_id
            )
            for asset_id in asset_ids(hub, call)
        }
    }


async def _async_snooze_update(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    return {
        "deadlines": {
            asset_id: moment(
                await hub.firmware.async_snooze(
                    asset_id, call.data[ATTR_DAYS], reason=call.data[ATTR_REASON], actor=call.context.user_id
                )
            )
            for asset_id in asset_ids(hub, call)
        }
    }


async def _async_check_advisories(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    await hub.firmware.async_check_advisories()
    advisories = hub.firmware.advisories
    return {
        "documents": [
            {
                "name": read.name,
                "id": read.document.id,
                "statements": len(read.document.statements),
                "hash_checked": read.proof.hashed,
                "signed_by": read.proof.signer,
                "unknown_signer": read.proof.stranger,
            }
            for read in advisories.shelf.read
        ],
        "support_entries": len(advisories.shelf.support),
        "problems": [
            {"name": one.name, "problem": one.problem.value, "detail": one.detail} for one in advisories.troubles
        ],
    }


async def _async_install_updates(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    ordered = await hub.rollouts.async_install(
        asset_ids(hub, call) if ATTR_DEVICE_ID in call.data else None,
        actor=call.context.user_id,
        immediate=call.data[ATTR_NOW],
        consent=call.data[ATTR_CONFIRM],
    )
    return {
        "installing": dict(ordered.versions),
        "left_out": {asset_id: why.value for asset_id, why in ordered.refused.items()},
    }


async def _async_check_images(call: ServiceCall) -> ServiceResponse:
    images = hub_of(call).images
    await images.async_check(downgrade=call.data[ATTR_DOWNGRADE])
    return {
        "offered": [
            {
                "name": one.name,
                "version": f"0x{one.image.version:08x}",
                "devices": list(one.devices),
                "verified": one.verified,
            }
            for one in images.offered
        ],
        "refused": [{"name": one.name, "problem": one.problem.value, "detail": one.detail} for one in images.refused],
    }


ACTIONS = (
    Action("check_images", _async_check_images, IMAGES_SCHEMA, SupportsResponse.OPTIONAL),
    Action("install_updates", _async_install_updates, INSTALL_SCHEMA, SupportsResponse.OPTIONAL),
    Action("check_advisories", _async_check_advisories, NOTHING, SupportsResponse.OPTIONAL),
    Action("list_updates", _async_list_updates, LIST_SCHEMA, SupportsResponse.ONLY),
    Action("skip_update", _async_skip_update, SKIP_SCHEMA, SupportsResponse.OPTIONAL),
    Action("snooze_update", _async_snooze_update, SNOOZE_SCHEMA, SupportsResponse.OPTIONAL),
)
