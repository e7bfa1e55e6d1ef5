"""The journal on real files: records, pages, verification, and what is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
import os
from pathlib import Path
import resource
import stat
import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.adapters.journal import (
    Journal,
    JournalRefusedError,
    JournalStatus,
    JournalUnavailableError,
)
from custom_components.secure_hub.engine.journal import (
    MAX_LINE,
    Entry,
    Verification,
)

from .journals import ASSET, NOON, clock, filled, journal_in, lines_of, reopened, write_lines


async def test_a_first_start(tmp_path: Path) -> None:
    directory = tmp_path / "secure_hub"
    journal = journal_in(directory)
    status = await journal.load()
    assert status.broken is None
    assert status.head.seq == 1
    record = await journal.append("quarantine", asset_id=ASSET, actor="user", reason="scan", before="a", after=[1.5])
    assert record.entry == Entry("quarantine", ASSET, "user", "scan", "a", [1.5])
    assert await journal.verify() == Verification(2, record.head)
    assert (await reopened(directory))[0] == JournalStatus(record.head, None)


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "secure_hub"
    umask = os.umask(0)
    try:
        await filled(directory, 2)
    finally:
        os.umask(umask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [directory, *directory.iterdir()]}
    assert modes == {"secure_hub": 0o700, "journal.jsonl": 0o600, "journal.head": 0o600, "journal.key": 0o600}
    for path in [directory, *directory.iterdir()]:
        path.chmod(0o777)
    await reopened(directory)
    assert all(not path.stat().st_mode & 0o077 for path in [directory, *directory.iterdir()])


async def test_a_full_disk(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    journal = await filled(directory, 4)
    before = (directory / "journal.jsonl").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for spare in (0, 1, 100):
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + spare, hard))
        try:
            with pytest.raises(JournalUnavailableError):
                await journal.append("release", reason="x" * 200)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (directory / "journal.jsonl").read_bytes() == before
    assert (await journal.append("release")).seq == 5
    assert (await journal.verify()).ok


async def test_a_head_that_cannot_be_written_confirms_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    journal = await filled(directory, 4)
    obstacle = directory / "journal.head.new"
    obstacle.mkdir()
    for _ in range(3):
        with pytest.raises(JournalUnavailableError):
            await journal.append("release")
    assert journal.status.head.seq == 4
    assert len(lines_of(directory)) == 5
    obstacle.rmdir()
    assert (await journal.append("quarantine")).seq == 6
    assert (await journal.verify()).ok


@pytest.mark.parametrize("name", ["journal.jsonl", "journal.head", "journal.key"])
@pytest.mark.parametrize("kind", ["directory", "pipe", "link"])
async def test_what_is_no_file_is_never_followed(tmp_path: Path, name: str, kind: str) -> None:
    directory = tmp_path / "j"
    await filled(directory, 3)
    path = directory / name
    other = tmp_path / "other"
    path.rename(other)
    untouched = other.read_bytes()
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(other)
    journal = journal_in(directory)
    with pytest.raises(JournalUnavailableError):
        await journal.load()
    with pytest.raises(JournalUnavailableError):
        await journal.append("release")
    assert other.read_bytes() == untouched


@pytest.mark.parametrize("work", ["load", "append", "tail", "verify"])
async def test_a_directory_that_is_a_file(tmp_path: Path, work: str) -> None:
    (tmp_path / "j").write_bytes(b"in the way")
    journal = journal_in(tmp_path / "j")
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "load": journal.load,
        "append": lambda: journal.append("x"),
        "tail": lambda: journal.tail(1),
        "verify": journal.verify,
    }
    with pytest.raises(JournalUnavailableError):
        await calls[work]()


async def test_an_entry_that_is_none_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    journal = await filled(tmp_path / "j", 2)
    before = lines_of(tmp_path / "j")
    with pytest.raises(JournalRefusedError):
        await journal.append("release", before=object())
    with pytest.raises(JournalRefusedError):
        await journal.append("release", reason="x" * MAX_LINE)
    assert lines_of(tmp_path / "j") == before
    assert (await journal.append("release")).seq == 3


async def test_concurrent_appends_keep_their_order(hass: HomeAssistant, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", hass.async_add_executor_job, clock())
    await journal.load()
    records = await asyncio.gather(*(journal.append("quarantine", after=number) for number in range(50)))
    assert [record.entry.after for record in records] == list(range(50))
    assert [record.seq for record in records] == list(range(2, 52))
    assert (await journal.verify()).ok


async def test_a_cancelled_append_does_not_cross_the_next(hass: HomeAssistant, tmp_path: Path) -> None:
    def slow() -> datetime:
        time.sleep(0.02)  # in the middle of an append: two at once would both follow the same record
        return NOON

    journal = Journal(tmp_path / "j", hass.async_add_executor_job, slow)
    await journal.load()
    for _ in range(5):
        task = asyncio.create_task(journal.append("quarantine"))
        await asyncio.sleep(0.01)
        task.cancel()
        await journal.append("release")
    assert (await journal.verify()).ok
    assert (await reopened(tmp_path / "j"))[0].broken is None


async def test_verification_goes_in_steps_and_lets_appends_through(tmp_path: Path) -> None:
    journal = await filled(tmp_path / "j", 2)
    for _ in range(50):
        await journal.append("quarantine", reason="x" * 60_000)
    seen: list[tuple[int, int]] = []
    verification = await journal.verify(lambda done, total: seen.append((done, total)))
    size = (tmp_path / "j" / "journal.jsonl").stat().st_size
    assert verification.ok
    assert len(seen) == size // (1 << 20) + 1
    assert seen[-1] == (size, size)


async def test_pages_go_back_to_the_beginning(tmp_path: Path) -> None:
    journal = await filled(tmp_path / "j", 1)
    for number in range(100):
        await journal.append("quarantine", asset_id=f"{number % 3:032x}", reason="x" * 30_000)
    newest = await journal.tail(5)
    assert [record.seq for record in newest.records] == [101, 100, 99, 98, 97]
    found: list[int] = []
    before: int | None = None
    for _ in range(10):
        page = await journal.tail(7, before, lambda record: record.entry.asset_id == f"{1:032x}")
        found += [record.seq for record in page.records]
        before = page.before
        if before is None:
            break
    assert found == [number + 2 for number in range(99, -1, -1) if number % 3 == 1]
    assert before is None
    assert len((await journal.tail(10**9)).records) <= 500


@pytest.mark.parametrize("before", [-5, 0, 1, 700, 10**12])
async def test_a_page_from_anywhere_is_harmless(tmp_path: Path, before: int) -> None:
    journal = await filled(tmp_path / "j", 4)
    page = await journal.tail(10, before)
    assert all(record.seq <= 4 for record in page.records)
    assert page.before is None


async def test_pages_pass_over_garbage(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    await filled(directory, 4)
    write_lines(directory, [*lines_of(directory)[:2], b"g" * 3_000_000 + b"\n", *lines_of(directory)[2:]])
    journal = journal_in(directory)
    await journal.load()
    found: list[int] = []
    before: int | None = None
    for _ in range(20):
        page = await journal.tail(10, before)
        found += [record.seq for record in page.records]
        if (before := page.before) is None:
            break
    assert before is None
    assert found[-2:] == [2, 1]
