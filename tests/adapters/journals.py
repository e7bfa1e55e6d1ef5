"""Journals on real files, for tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from custom_components.secure_hub.adapters.journal import (
    Journal,
    JournalStatus,
)
from custom_components.secure_hub.engine.journal import (
    Verification,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASSET = "a" * 32


def clock() -> Callable[[], datetime]:
    """A clock that moves on by a second with every look."""
    ticks = iter(range(1_000_000))
    return lambda: NOON + timedelta(seconds=next(ticks))


async def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run at once: these tests have no event loop to hold up."""
    return function(*arguments)


def journal_in(directory: Path) -> Journal:
    return Journal(directory, here, clock())


async def filled(directory: Path, count: int) -> Journal:
    """A journal of `count` records, the first of which it wrote itself."""
    journal = journal_in(directory)
    await journal.load()
    for number in range(count - 1):
        await journal.append("quarantine", asset_id=ASSET, actor="user", before="open", after=number)
    return journal


async def reopened(directory: Path, *, expected: bool = False) -> tuple[JournalStatus, Verification]:
    journal = journal_in(directory)
    return await journal.load(expected=expected), await journal.verify()


def lines_of(directory: Path) -> list[bytes]:
    return (directory / "journal.jsonl").read_bytes().splitlines(keepends=True)


def write_lines(directory: Path, lines: list[bytes]) -> None:
    (directory / "journal.jsonl").write_bytes(b"".join(lines))


async def assert_goes_on(directory: Path) -> None:
    """A broken journal still takes records, and keeps telling of its break however often it is opened."""
    for _ in range(2):
        journal = journal_in(directory)
        before = await journal.load()
        assert before.broken is not None
        record = await journal.append("release", asset_id=ASSET)
        assert record.seq > before.head.seq
        assert (await journal.tail(1)).records == (record,)
        verification = await journal.verify()
        assert not verification.ok
        assert verification.head == record.head == journal.status.head
