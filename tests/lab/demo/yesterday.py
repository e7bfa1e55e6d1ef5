"""A day goes by: what the journal of a home holds was written the day before."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from custom_components.secure_hub.adapters.journal import MAX_PAGE, Journal
from custom_components.secure_hub.engine.journal import Record

from .world import World

DAY: Final = timedelta(days=1)
FILES: Final = ("journal.jsonl", "journal.head", "journal.key")


async def let_a_day_pass(home: World) -> None:
    """Stop the hub, write its journal anew with the same entries by a clock that is a day behind, and start it."""
    entry = (await home.client.command("config_entries/get", domain="secure_hub"))[0]["entry_id"]
    await home.client.command("config_entries/disable", entry_id=entry, disabled_by="user")
    await _rewrite(home.home_assistant.config / "secure_hub")
    await home.client.command("config_entries/disable", entry_id=entry, disabled_by=None)


async def _rewrite(folder: Path) -> None:
    with TemporaryDirectory(prefix="yesterday-", dir=folder.parent) as other:
        there, clock = Path(other) / "secure_hub", list[datetime]()
        known = Journal(folder, asyncio.to_thread, lambda: datetime.now(UTC))
        await known.load()
        records = (await known.tail(MAX_PAGE)).records[::-1]
        clock.append(_before(records[0]))
        written = Journal(there, asyncio.to_thread, lambda: clock[-1])
        await written.load()
        for record in records[1:]:  # the first says that the journal began, as that of the other does
            clock.append(_before(record))
            entry = record.entry
            await written.append(
                entry.action,
                asset_id=entry.asset_id,
                actor=entry.actor,
                reason=entry.reason,
                before=entry.before,
                after=entry.after,
                details=None if entry.details is None else dict(entry.details),
            )
        for name in FILES:
            (there / name).replace(folder / name)


def _before(record: Record) -> datetime:
    return datetime.fromisoformat(record.time) - DAY
