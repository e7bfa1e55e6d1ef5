"""Commands about incidents: what is wrong, what is normal after all, let go and watch, learn anew."""

from datetime import timedelta
from typing import Any, Final

import voluptuous as vol

from ..engine.detection.findings import FindingKind
from ..engine.detection.incidents import Incident
from ..hub import SecureHub
from ..told import asset_name
from .commands import ASSET_ID, Asked, Command

MAX_TOLD: Final = 100
"""Incidents that one answer tells of, the latest."""
MAX_DAYS: Final = 365
_ASSET: Final[dict[vol.Marker, Any]] = {vol.Required("asset_id"): ASSET_ID}


def incident_row(hub: SecureHub, incident: Incident) -> dict[str, Any]:
    """An incident with its timeline."""
    asset = hub.assets.get(incident.asset)
    return {
        "id": incident.id,
        "asset_id": incident.asset,
        "asset": asset_name(hub, asset) if asset else None,
        "opened": incident.opened,
        "updated": incident.updated,
        "severity": incident.severity.value,
        "score": incident.score,
        "findings": incident.count,
        "timeline": [
            {
                "time": event.finding.time,
                "finding": event.finding.kind.value,
                "severity": event.finding.severity.value,
                "confidence": round(event.confidence, 2),
                "technique": event.finding.technique,
                "evidence": event.finding.evidence,
                "context": event.context,
            }
            for event in incident.events
        ],
    }


async def _async_list(asked: Asked) -> dict[str, Any]:
    wanted = asked.data.get("asset_id")
    found = [it for it in asked.hub.monitoring.incidents if wanted in {None, it.asset}]
    return {"incidents": [incident_row(asked.hub, it) for it in reversed(found[-MAX_TOLD:])], "total": len(found)}


async def _async_normal(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data
    days = data.get("days")
    learnt = await hub.monitoring.async_mark_normal(
        hub.asset(data["asset_id"]).id,
        data.get("finding"),
        None if days is None else timedelta(days=days),
        actor=asked.actor,
        everywhere=data["everywhere"],
    )
    return {"learnt": learnt}


async def _async_release(asked: Asked) -> None:
    hub = asked.hub
    await hub.monitoring.async_release_and_watch(hub.asset(asked.data["asset_id"]).id, actor=asked.actor)


async def _async_relearn(asked: Asked) -> None:
    hub = asked.hub
    await hub.monitoring.async_relearn(hub.asset(asked.data["asset_id"]).id, actor=asked.actor)


COMMANDS = (
    Command("incidents/list", _async_list, {vol.Optional("asset_id"): ASSET_ID}),
    Command(
        "incidents/normal",
        _async_normal,
        {
            **_ASSET,
            vol.Optional("finding"): vol.Coerce(FindingKind),
            vol.Optional("days"): vol.All(int, vol.Range(min=1, max=MAX_DAYS)),
            vol.Optional("everywhere", default=False): bool,
        },
    ),
    Command("incidents/release", _async_release, _ASSET),
    Command("incidents/relearn", _async_relearn, _ASSET),
)
