"""Commands about the journal: read it newest first, filtered and page by page, and verify it."""

from datetime import datetime
from typing import Any, Final

import voluptuous as vol

from ..adapters.journal import MAX_PAGE, JournalError
from ..engine.journal import Record
from ..hub import failed
from ..told import asset_name
from .commands import ASSET_ID, TEXT, Asked, Command

MAX_STEPS: Final = 8
"""Pages of the file, of a mebibyte at most each, that one command searches."""
MAX_ACTIONS: Final = 50


async def _async_journal(asked: Asked) -> dict[str, Any]:
    """Read until the page is full, the search went far enough, or there is nothing older that is asked for."""
    data, found = asked.data, list[Record]()
    before, limit, since = data.get("before"), data["limit"], data.get("since")
    for _ in range(MAX_STEPS):
        try:
            page = await asked.hub.journal.tail(limit - len(found), before, data.get("asset_id"))
        except JournalError as error:
            raise failed(error.key, error.detail) from error
        before = page.before
        if since is not None and page.records and _time(page.records[-1]) < since:
            before = None
        found += (record for record in page.records if _is_asked_for(record, data))
        if before is None or len(found) >= limit:
            break
    return {"records": [await _async_told(asked, record) for record in found], "before": before}


def _is_asked_for(record: Record, data: dict[str, Any] | Any) -> bool:
    time = _time(record)
    return (
        data.get("since", 0) <= time < data.get("until", float("inf"))
        and ("actions" not in data or record.entry.action in data["actions"])
        and ("actor" not in data or record.entry.actor == data["actor"])
    )


def _time(record: Record) -> float:
    return datetime.fromisoformat(record.time).timestamp()


async def _async_told(asked: Asked, record: Record) -> dict[str, Any]:
    entry, hub = record.entry, asked.hub
    asset = hub.assets.get(entry.asset_id or "")
    user = await hub.hass.auth.async_get_user(entry.actor) if entry.actor else None
    return {
        "seq": record.seq,
        "time": _time(record),
        "action": entry.action,
        "asset_id": entry.asset_id,
        "asset": asset_name(hub, asset) if asset else None,
        "actor": entry.actor,
        "actor_name": user.name if user else None,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "details": entry.details,
        "hash": record.hash,
    }


async def _async_verify(asked: Asked) -> dict[str, Any]:
    verification = await asked.hub.async_verify_journal()
    first = verification.first_break
    return {
        "ok": verification.ok,
        "records": verification.count,
        "first_break": {"line": first.line, "kind": first.kind.value} if first else None,
    }


COMMANDS = (
    Command(
        "journal",
        _async_journal,
        {
            vol.Optional("limit", default=50): vol.All(int, vol.Range(min=1, max=MAX_PAGE)),
            vol.Optional("before"): vol.All(int, vol.Range(min=0)),
            vol.Optional("asset_id"): ASSET_ID,
            vol.Optional("actions"): vol.All([TEXT], vol.Length(min=1, max=MAX_ACTIONS)),
            vol.Optional("actor"): ASSET_ID,
            vol.Optional("since"): vol.Coerce(float),
            vol.Optional("until"): vol.Coerce(float),
        },
    ),
    Command("journal/verify", _async_verify),
)
