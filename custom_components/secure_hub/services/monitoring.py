"""Actions about what is unusual: look, say what is normal, let go and watch."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..engine.detection.feedback import Normal
from ..engine.detection.findings import FindingKind
from ..engine.detection.incidents import Incident
from ..hub import SecureHub
from .calls import ATTR_DEVICE_ID, DEVICES, NAMES, Action, asset_ids, hub_of

ATTR_DAYS: Final = "days"
ATTR_EVERYWHERE: Final = "everywhere"
ATTR_FINDING: Final = "finding"
MAX_DAYS: Final = 365
MAX_TOLD: Final = 100
"""Incidents that one answer tells of."""

RELEARN_SCHEMA = vol.Schema(DEVICES)
RELEASE_SCHEMA = vol.Schema(DEVICES)
NORMAL_SCHEMA = vol.Schema(
    {
        **DEVICES,
        vol.Optional(ATTR_FINDING): vol.Coerce(FindingKind),
        vol.Optional(ATTR_DAYS): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_DAYS)),
        vol.Optional(ATTR_EVERYWHERE, default=False): cv.boolean,
    }
)
TAKE_BACK_SCHEMA = vol.Schema(
    {vol.Optional(ATTR_DEVICE_ID): NAMES, vol.Optional(ATTR_FINDING): vol.Coerce(FindingKind)}
)
LIST_SCHEMA = vol.Schema({vol.Optional(ATTR_DEVICE_ID): NAMES})


async def _async_relearn(call: ServiceCall) -> None:
    hub = hub_of(call)
    for asset_id in asset_ids(hub, call):
        await hub.monitoring.async_relearn(asset_id, actor=call.context.user_id)


async def _async_mark_normal(call: ServiceCall) -> None:
    hub, days = hub_of(call), call.data.get(ATTR_DAYS)
    for asset_id in asset_ids(hub, call):
        await hub.monitoring.async_mark_normal(
            asset_id,
            call.data.get(ATTR_FINDING),
            None if days is None else timedelta(days=days),
            actor=call.context.user_id,
            everywhere=call.data[ATTR_EVERYWHERE],
        )


async def _async_take_back_normal(call: ServiceCall) -> None:
    hub, kind = hub_of(call), call.data.get(ATTR_FINDING)
    said = [it for it in _said(hub, call) if kind in {None, it.kind}]
    await hub.monitoring.async_take_back_normal(said, actor=call.context.user_id)


async def _async_list_normal(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    said = _said(hub, call) if ATTR_DEVICE_ID in call.data else hub.monitoring.normal
    return {
        "normal": [
            {
                "finding": it.kind.value,
                "asset": it.asset,
                "name": asset.name if it.asset and (asset := hub.assets.get(it.asset)) else it.asset,
                "subject": it.subject,
                "until": None if it.until is None else _time(it.until),
            }
            for it in said
        ]
    }


def _said(hub: SecureHub, call: ServiceCall) -> list[Normal]:
    """What was said of the devices that are named; without any, what was said of all."""
    wanted = set(asset_ids(hub, call)) if ATTR_DEVICE_ID in call.data else {None}
    return [it for it in hub.monitoring.normal if it.asset in wanted]


async def _async_release_and_watch(call: ServiceCall) -> None:
    hub = hub_of(call)
    for asset_id in asset_ids(hub, call):
        await hub.monitoring.async_release_and_watch(asset_id, actor=call.context.user_id)


async def _async_list_incidents(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    wanted = set(asset_ids(hub, call)) if ATTR_DEVICE_ID in call.data else None
    found = [it for it in hub.monitoring.incidents if wanted is None or it.asset in wanted]
    return {"incidents": [told(hub, it) for it in found[-MAX_TOLD:]], "count": len(found)}


def told(hub: SecureHub, incident: Incident) -> dict[str, Any]:
    """Tell an incident, for an answer."""
    asset = hub.assets.get(incident.asset)
    return {
        "id": incident.id,
        "asset": incident.asset,
        "name": asset.name if asset else incident.asset,
        "opened": _time(incident.opened),
        "updated": _time(incident.updated),
        "severity": incident.severity.value,
        "score": incident.score,
        "findings": incident.count,
        "timeline": [
            {
                "time": _time(it.finding.time),
                "finding": it.finding.kind.value,
                "severity": it.finding.severity.value,
                "confidence": round(it.finding.confidence, 2),
                "technique": it.finding.technique,
                "evidence": it.finding.evidence,
                "context": it.context,
            }
            for it in incident.events
        ],
    }


def _time(seconds: float) -> str:
    return dt_util.utc_from_timestamp(seconds).isoformat()


ACTIONS = (
    Action("relearn", _async_relearn, RELEARN_SCHEMA),
    Action("mark_normal", _async_mark_normal, NORMAL_SCHEMA),
    Action("take_back_normal", _async_take_back_normal, TAKE_BACK_SCHEMA),
    Action("list_normal", _async_list_normal, LIST_SCHEMA, SupportsResponse.ONLY),
    Action("release_and_watch", _async_release_and_watch, RELEASE_SCHEMA),
    Action("list_incidents", _async_list_incidents, LIST_SCHEMA, SupportsResponse.ONLY),
)
