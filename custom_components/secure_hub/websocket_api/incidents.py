"""Commands about incidents: what is or was wrong and what was done; what is normal after all; let go, learn anew."""

from datetime import timedelta
from itertools import dropwhile, islice
from math import inf
import time
from typing import Any, Final

from homeassistant.exceptions import ServiceValidationError
import voluptuous as vol

from ..const import DOMAIN
from ..engine.detection.feedback import Normal
from ..engine.detection.findings import FindingKind
from ..engine.detection.incidents import Incident
from ..engine.journal import Record
from ..engine.journal_kinds import ACTIONS, RecordKind
from ..hub import SecureHub
from ..told import asset_identity, asset_name, told_containment
from .commands import ASSET, ASSET_ID, TEXT, Asked, Command
from .journal import Search, async_search, async_told
from .live import Known, async_follow, different

MAX_TOLD: Final = 100
"""Incidents that one answer tells of."""
MAX_DONE: Final = 200
"""Records that an incident tells of, the latest."""
MAX_DAYS: Final = 365
MAX_SUBJECT: Final = 1024
AFTERWARDS_S: Final = 60.0
"""Seconds after its end in which what is journalled of the asset belongs to an incident."""
FORMAT: Final = 1
"""Of what is exported."""
_FOUND: Final = "finding"
_TOLD: Final = frozenset(
    action for kind in (RecordKind.INCIDENTS, RecordKind.DECISIONS, RecordKind.ENFORCEMENT) for action in ACTIONS[kind]
)
_INCIDENT: Final[dict[vol.Marker, Any]] = {vol.Required("incident_id"): TEXT}


def incident_row(hub: SecureHub, incident: Incident) -> dict[str, Any]:
    """An incident with its timeline."""
    asset, responder = hub.assets.get(incident.asset), hub.monitoring.kept.responder
    done = responder.contained.get(incident.asset) if incident.closed is None else None
    return {
        "id": incident.id,
        "asset_id": incident.asset,
        "asset": asset_name(hub, asset) if asset else None,
        "opened": incident.opened,
        "updated": incident.updated,
        "closed": incident.closed,
        "reason": incident.reason,
        "severity": incident.severity.value,
        "confidence": round(incident.confidence, 2),
        "score": incident.score,
        "findings": incident.count,
        "contained": told_containment(done),
        "probation_until": responder.probation.get(incident.asset),
        "timeline": [
            {
                "time": event.finding.time,
                "finding": event.finding.kind.value,
                "severity": event.finding.severity.value,
                "confidence": round(event.finding.confidence, 2),
                "technique": event.finding.technique,
                "evidence": event.finding.evidence,
                "context": event.context,
            }
            for event in incident.events
        ],
    }


async def _async_list(asked: Asked) -> dict[str, Any]:
    """The latest first, those behind `after` if it is given."""
    hub, data = asked.hub, asked.data
    wanted, after = data.get("asset_id"), data.get("after")
    known = hub.monitoring.kept.incidents if data["closed"] else hub.monitoring.incidents
    found = sorted((it for it in known if wanted in {None, it.asset}), key=lambda it: it.opened, reverse=True)
    rest = found if after is None else list(dropwhile(lambda it: it.id != after, found))[1:]
    page = list(islice(rest, data["limit"]))
    return {
        "incidents": [incident_row(hub, it) for it in page],
        "total": len(found),
        "after": page[-1].id if len(rest) > len(page) else None,
    }


async def _async_subscribe(asked: Asked) -> None:
    """Send what is wrong, and then what differs from it."""
    hub, known = asked.hub, Known()

    async def look() -> dict[str, Any]:
        rows = [incident_row(hub, it) for it in hub.monitoring.incidents]
        return different(
            changed=[row for row in rows if known.is_news(row)], gone=known.gone({row["id"] for row in rows})
        )

    await async_follow(asked, look, first=True)


async def _async_get(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    incident = _incident(asked)
    done = (record for record in await _async_records(hub, incident) if record.entry.action != _FOUND)
    return {**incident_row(hub, incident), "done": [await async_told(hub, record) for record in done]}


async def _async_export(asked: Asked) -> dict[str, Any]:
    """Everything that there is about an incident; each journal record as it stands in the chain."""
    hub, incident = asked.hub, _incident(asked)
    asset, head = hub.assets.get(incident.asset), hub.journal.status.head
    return {
        "format": FORMAT,
        "exported": time.time(),
        "incident": incident_row(hub, incident),
        "asset": asset_identity(asset) if asset else None,
        "journal": [record.as_json() for record in await _async_records(hub, incident)],
        "journal_head": {"seq": head.seq, "hash": head.hash},
    }


def _incident(asked: Asked) -> Incident:
    incident = asked.hub.monitoring.kept.incidents.get(asked.data["incident_id"])
    if incident is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="unknown_incident")
    return incident


async def _async_records(hub: SecureHub, incident: Incident) -> list[Record]:
    """What was journalled of the asset while the incident lasted, oldest first."""
    if incident.asset not in hub.assets:
        return []
    until = inf if incident.closed is None else incident.closed + AFTERWARDS_S
    search = Search(incident.asset, _TOLD, since=incident.opened, until=until)
    found, _ = await async_search(hub, search, MAX_DONE)
    return found[::-1]


async def _async_normal(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data
    days = data.get("days")
    learnt, released = await hub.monitoring.async_mark_normal(
        hub.asset(data["asset_id"]).id,
        data.get("finding"),
        None if days is None else timedelta(days=days),
        actor=asked.actor,
        everywhere=data["everywhere"],
    )
    return {"learnt": learnt, "released": released}


async def _async_normals(asked: Asked) -> dict[str, Any]:
    """What was said to be normal, the latest first."""
    hub = asked.hub
    return {
        "normal": [
            {
                "finding": it.kind.value,
                "asset_id": it.asset,
                "asset": asset_name(hub, asset) if it.asset and (asset := hub.assets.get(it.asset)) else None,
                "subject": it.subject,
                "until": it.until,
            }
            for it in reversed(hub.monitoring.normal)
        ]
    }


async def _async_take_back(asked: Asked) -> dict[str, Any]:
    data = asked.data
    said = Normal(data["finding"], data.get("asset_id"), data.get("subject"))
    return {"taken_back": await asked.hub.monitoring.async_take_back_normal([said], actor=asked.actor)}


async def _async_release(asked: Asked) -> None:
    hub = asked.hub
    await hub.monitoring.async_release_and_watch(hub.asset(asked.data["asset_id"]).id, actor=asked.actor)


async def _async_relearn(asked: Asked) -> None:
    hub = asked.hub
    await hub.monitoring.async_relearn(hub.asset(asked.data["asset_id"]).id, actor=asked.actor)


COMMANDS = (
    Command(
        "incidents/list",
        _async_list,
        {
            vol.Optional("asset_id"): ASSET_ID,
            vol.Optional("closed", default=False): bool,
            vol.Optional("after"): TEXT,
            vol.Optional("limit", default=MAX_TOLD): vol.All(int, vol.Range(min=1, max=MAX_TOLD)),
        },
    ),
    Command("incidents/subscribe", _async_subscribe),
    Command("incidents/get", _async_get, _INCIDENT),
    Command("incidents/export", _async_export, _INCIDENT),
    Command(
        "incidents/normal",
        _async_normal,
        {
            **ASSET,
            vol.Optional("finding"): vol.Coerce(FindingKind),
            vol.Optional("days"): vol.All(int, vol.Range(min=1, max=MAX_DAYS)),
            vol.Optional("everywhere", default=False): bool,
        },
    ),
    Command("incidents/normals", _async_normals),
    Command(
        "incidents/take_back",
        _async_take_back,
        {
            vol.Required("finding"): vol.Coerce(FindingKind),
            vol.Optional("asset_id"): vol.Any(None, ASSET_ID),
            vol.Optional("subject"): vol.Any(None, vol.All(str, vol.Length(max=MAX_SUBJECT))),
        },
    ),
    Command("incidents/release", _async_release, ASSET),
    Command("incidents/relearn", _async_relearn, ASSET),
)
