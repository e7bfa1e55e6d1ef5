"""Commands about the journal: read it newest first, filtered and page by page, and verify it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from math import inf
from typing import Any, Final

import voluptuous as vol

from ..adapters.journal import MAX_PAGE, JournalError
from ..engine.journal import Record
from ..engine.journal_kinds import ACTIONS, RecordKind
from ..hub import SecureHub, failed
from ..told import asset_name
from .commands import ASSET_ID, TEXT, Asked, Command

MAX_STEPS: Final = 8
"""Pages of the file, of a mebibyte at most each, that one command searches."""
MAX_ACTIONS: Final = 50


@dataclass(frozen=True, slots=True)
class Search:
    """Which records are asked for; None is any."""

    asset_id: str | None = None
    actions: Collection[str] | None = None
    actor: str | None = None
    since: float = 0.0
    until: float = inf
    """Seconds since the epoch."""

    def finds(self, record: Record) -> bool:
        """Whether a record is asked for."""
        return (
            self.asset_id in {None, record.entry.asset_id}
            and self.since <= _time(record) < self.until
            and (self.actions is None or record.entry.action in self.actions)
            and self.actor in {None, record.entry.actor}
        )


async def async_search(
    hub: SecureHub, search: Search, limit: int, before: int | None = None
) -> tuple[list[Record], int | None]:
    """Read newest first until there are `limit`, the search went far enough, or nothing older is asked for.

    Gives the records and where to go on, None at the end. Raises HomeAssistantError.
    """
    found, oldest = list[Record](), inf

    def wanted(record: Record) -> bool:
        nonlocal oldest
        oldest = _time(record)
        return search.finds(record)

    for _ in range(MAX_STEPS):
        try:
            page = await hub.journal.tail(limit - len(found), before, wanted)
        except JournalError as error:
            raise failed(error.key, error.detail) from error
        before = page.before
        if oldest < search.since:
            before = None
        found += page.records
        if before is None or len(found) >= limit:
            break
    return found, before


async def _async_journal(asked: Asked) -> dict[str, Any]:
    data = asked.data
    actions = [*data.get("actions", ()), *chain.from_iterable(ACTIONS[kind] for kind in data.get("kinds", ()))]
    named = {key: data[key] for key in ("asset_id", "actor", "since", "until") if key in data}
    search = Search(**named, actions=frozenset(actions) if "actions" in data or "kinds" in data else None)
    found, before = await async_search(asked.hub, search, data["limit"], data.get("before"))
    return {"records": [await async_told(asked.hub, record) for record in found], "before": before}


async def _async_kinds(_asked: Asked) -> dict[str, Any]:
    return {"kinds": {kind.value: list(actions) for kind, actions in ACTIONS.items()}}


def _time(record: Record) -> float:
    return datetime.fromisoformat(record.time).timestamp()


async def async_told(hub: SecureHub, record: Record) -> dict[str, Any]:
    """A record, with the names that its asset and its actor have now."""
    entry = record.entry
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
            vol.Optional("kinds"): vol.All([vol.Coerce(RecordKind)], vol.Length(min=1, max=len(RecordKind))),
            vol.Optional("actor"): ASSET_ID,
            vol.Optional("since"): vol.Coerce(float),
            vol.Optional("until"): vol.Coerce(float),
        },
    ),
    Command("journal/kinds", _async_kinds),
    Command("journal/verify", _async_verify),
)
