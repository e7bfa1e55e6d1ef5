"""The journal on real files: confirmed records survive every crash, and every other change is told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import resource
import shutil
import stat
import sys
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from homeassistant.core import HomeAssistant
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.secure_hub.adapters.journal import (
    Journal,
    JournalRefusedError,
    JournalStatus,
    JournalUnavailableError,
)
from custom_components.secure_hub.adapters.journal_head import SignedHead, Signer
from custom_components.secure_hub.engine.journal import (
    ACTION_BROKEN,
    ACTION_REPAIRED,
    MAX_LINE,
    Break,
    BreakKind,
    Entry,
    Head,
    Verification,
    canonical,
    read,
    seal,
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


async def test_a_cut_before_the_confirmed_end_is_told_at_every_byte(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    await filled(origin, 4)
    whole = (origin / "journal.jsonl").read_bytes()
    for length in range(len(whole) - len(lines_of(origin)[-1]), len(whole)):
        directory = tmp_path / f"cut{length}"
        shutil.copytree(origin, directory)
        (directory / "journal.jsonl").write_bytes(whole[:length])
        found = await journal_in(directory).verify()
        assert found.first_break is not None
        assert found.first_break.line == 4
        status, verification = await reopened(directory)
        assert status.broken == Break(BreakKind.TRUNCATED, seq=5)
        assert not verification.ok
        assert (directory / "journal.jsonl").read_bytes().startswith(whole[:length])
        shutil.rmtree(directory)


async def test_a_torn_line_behind_the_confirmed_end_is_mended_at_every_byte(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    journal = await filled(origin, 3)
    confirmed = (origin / "journal.jsonl").read_bytes()
    record, line = seal(Entry("release"), NOON, journal.status.head)
    for length in range(len(line) + 1):
        directory = tmp_path / f"torn{length}"
        shutil.copytree(origin, directory)
        (directory / "journal.jsonl").write_bytes(confirmed + line[:length])
        status, verification = await reopened(directory)
        assert status.broken is None
        assert verification.ok
        torn = list(directory.glob("journal.torn-*"))
        if length in {0, len(line)}:
            assert torn == []
            assert status.head == (record.head if length else journal.status.head)
        else:
            assert [path.read_bytes() for path in torn] == [line[:length]]
            told = read(lines_of(directory)[-1])
            assert told.entry.action == ACTION_REPAIRED
            assert told.entry.details == {"file": torn[0].name, "bytes": length}
        shutil.rmtree(directory)


async def test_zeros_of_a_power_cut_are_mended(tmp_path: Path) -> None:
    await filled(tmp_path / "j", 3)
    with (tmp_path / "j" / "journal.jsonl").open("ab") as file:
        file.write(bytes(300) + b'half a record"}\n')
    status, verification = await reopened(tmp_path / "j")
    assert status.broken is None
    assert verification.ok


def dies_before_call(number: int, work: Callable[[], None]) -> bool:
    """Do `work` in a child that is killed before its system call `number`; whether it was."""
    child = os.fork()
    if child == 0:
        left = number

        def count(_frame: object, event: str, function: object) -> None:
            nonlocal left
            name = getattr(function, "__name__", "")
            if event == "c_call" and (getattr(function, "__module__", "") == "posix" or name == "truncate"):
                left -= 1
                if left < 0:
                    os._exit(9)

        sys.setprofile(count)
        work()
        sys.setprofile(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, 9}
    return code == 9


def steps(origin: Path, directory: Path, work: Callable[[], None]) -> Iterator[int]:
    """Give the state after each crash of `work` on a copy of `origin`, until it comes through."""
    for number in range(500):
        shutil.rmtree(directory, ignore_errors=True)
        if origin.exists():
            shutil.copytree(origin, directory)
        died = dies_before_call(number, work)
        yield number
        if not died:
            return
    pytest.fail("the work never came through")


forks = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
"""The child takes no lock: it makes system calls and dies."""


def drive(coroutine: Any) -> None:
    """Run a coroutine that never waits for anything."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


async def writes_of(work: Awaitable[object]) -> list[str]:
    """The system calls by which some work changes the disk, in their order."""
    calls: list[str] = []

    def note(_frame: object, event: str, function: object) -> None:
        if event == "c_call" and getattr(function, "__module__", "") == "posix":
            calls.append(getattr(function, "__name__", ""))

    sys.setprofile(note)
    try:
        await work
    finally:
        sys.setprofile(None)
    return [name for name in calls if name in {"write", "fsync", "rename", "replace"}]


async def test_a_record_found_behind_the_end_is_on_the_disk_before_it_is_signed(tmp_path: Path) -> None:
    journal = await filled(tmp_path / "j", 3)
    write_lines(tmp_path / "j", [*lines_of(tmp_path / "j"), seal(Entry("release"), NOON, journal.status.head)[1]])
    order = await writes_of(journal_in(tmp_path / "j").load())
    assert order == ["fsync", "write", "fsync", "fsync", "replace", "fsync"]


async def test_a_record_is_on_the_disk_before_the_head_and_both_before_the_answer(tmp_path: Path) -> None:
    journal = await filled(tmp_path / "j", 3)
    order = await writes_of(journal.append("release"))
    record, directory, head, name = ["write", "fsync"], ["fsync"], ["write", "fsync", "fsync"], ["replace", "fsync"]
    assert order == record + directory + head + name


@forks
async def test_a_kill_before_any_system_call_of_an_append(tmp_path: Path) -> None:
    origin, directory = tmp_path / "origin", tmp_path / "j"
    confirmed = (await filled(origin, 3)).status.head

    async def work() -> None:
        await journal_in(directory).append("release", asset_id=ASSET)

    seen = set()
    for _ in steps(origin, directory, lambda: drive(work())):
        status, verification = await reopened(directory)
        assert status.broken is None
        assert verification.ok
        assert read(lines_of(directory)[2]).head == confirmed
        seen.add(status.head.seq)
    assert seen == {3, 4}


@forks
async def test_a_kill_before_any_system_call_of_a_first_start(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    for _ in steps(tmp_path / "absent", directory, lambda: drive(journal_in(directory).load())):
        status, verification = await reopened(directory)
        assert status == JournalStatus(Head(1, verification.head.hash), None)
        assert verification.ok


@forks
async def test_a_kill_before_any_system_call_of_a_repair(tmp_path: Path) -> None:
    origin, directory = tmp_path / "origin", tmp_path / "j"
    journal = await filled(origin, 3)
    _, line = seal(Entry("release"), NOON, journal.status.head)
    with (origin / "journal.jsonl").open("ab") as file:
        file.write(line[:-9])
    for _ in steps(origin, directory, lambda: drive(journal_in(directory).load())):
        status, verification = await reopened(directory)
        assert status.broken is None
        assert verification.ok
        assert line[:-9] in [path.read_bytes() for path in directory.glob("journal.torn-*")]


@forks
async def test_a_kill_while_a_break_is_recorded_loses_no_break(tmp_path: Path) -> None:
    origin, directory = tmp_path / "origin", tmp_path / "j"
    await filled(origin, 4)
    (origin / "journal.key").unlink()
    for _ in steps(origin, directory, lambda: drive(journal_in(directory).load())):
        status, verification = await reopened(directory)
        assert status.broken is not None
        assert not verification.ok


def flip(place: float) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        path = directory / "journal.jsonl"
        data = bytearray(path.read_bytes())
        data[int(place * (len(data) - 1))] ^= 4
        path.write_bytes(data)

    return work


def rewrite(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    return lambda directory: write_lines(directory, change(lines_of(directory)))


def gone(*names: str) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        for name in names:
            (directory / name).unlink()

    return work


def replaced(name: str, data: bytes) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        (directory / name).write_bytes(data)

    return work


def foreign_head(directory: Path) -> None:
    """Shorten the journal and sign its new end with another key."""
    lines = lines_of(directory)[:-2]
    write_lines(directory, lines)
    head = SignedHead(read(lines[-1]).head, len(b"".join(lines)))
    (directory / "journal.head").write_bytes(Signer(Ed25519PrivateKey.generate()).sign(head))


def unsigned_records(directory: Path) -> None:
    """Write two good records without signing them: no crash leaves two."""
    lines = lines_of(directory)
    for _ in range(2):
        lines.append(seal(Entry("release"), NOON, read(lines[-1]).head)[1])
    write_lines(directory, lines)


def foreign_record(directory: Path) -> None:
    write_lines(directory, [*lines_of(directory), seal(Entry("release"), NOON, Head(7, "ab" * 32))[1]])


def old_state(directory: Path) -> None:
    """Put an old, well-signed head beside the newer journal."""
    signer = Signer.load((directory / "journal.key").read_bytes())
    assert signer is not None
    lines = lines_of(directory)
    old = SignedHead(read(lines[2]).head, len(b"".join(lines[:3])))
    (directory / "journal.head").write_bytes(signer.sign(old))


BREAKS_AT_THE_END = {
    "last line flipped": (flip(0.999), {BreakKind.MALFORMED, BreakKind.HASH}),
    "two last lines swapped": (rewrite(lambda lines: [*lines[:-2], lines[-1], lines[-2]]), {BreakKind.CHAIN}),
    "tail gone": (rewrite(lambda lines: lines[:-2]), {BreakKind.TRUNCATED}),
    "middle gone": (rewrite(lambda lines: lines[:2] + lines[3:]), {BreakKind.TRUNCATED}),
    "journal gone": (gone("journal.jsonl"), {BreakKind.TRUNCATED}),
    "journal empty": (replaced("journal.jsonl", b""), {BreakKind.TRUNCATED}),
    "journal without its end": (replaced("journal.jsonl", b"x" * 200_000), {BreakKind.OVERSIZED, BreakKind.TORN}),
    "head gone": (gone("journal.head"), {BreakKind.HEAD_MISSING}),
    "head garbage": (replaced("journal.head", b"\x00garbage"), {BreakKind.HEAD_FORGED}),
    "head oversized": (replaced("journal.head", b"[" * 9000), {BreakKind.HEAD_FORGED}),
    "head of another key": (foreign_head, {BreakKind.HEAD_FORGED}),
    "head of an older day": (old_state, {BreakKind.UNSIGNED}),
    "key gone": (gone("journal.key"), {BreakKind.KEY_MISSING}),
    "key garbage": (replaced("journal.key", b"garbage"), {BreakKind.KEY_MISSING}),
    "key replaced": (replaced("journal.key", Signer.generate().dump()), {BreakKind.HEAD_FORGED}),
    "key gone, long journal": (
        lambda directory: (replaced("journal.jsonl", b"x" * 200_000)(directory), gone("journal.key")(directory)),
        {BreakKind.KEY_MISSING},
    ),
    "key and head gone": (gone("journal.key", "journal.head"), {BreakKind.KEY_MISSING}),
    "only the key left": (gone("journal.jsonl", "journal.head"), {BreakKind.HEAD_MISSING}),
    "only the head left": (gone("journal.jsonl", "journal.key"), {BreakKind.KEY_MISSING}),
    "two unsigned records": (unsigned_records, {BreakKind.UNSIGNED}),
    "a foreign record": (foreign_record, {BreakKind.UNSIGNED}),
    "much behind the end": (rewrite(lambda lines: [*lines, b"y" * MAX_LINE, b"z"]), {BreakKind.UNSIGNED}),
}


@pytest.mark.parametrize(("damage", "kinds"), BREAKS_AT_THE_END.values(), ids=BREAKS_AT_THE_END)
async def test_loading_tells_of_a_break_and_goes_on(
    tmp_path: Path, damage: Callable[[Path], None], kinds: set[BreakKind]
) -> None:
    directory = tmp_path / "j"
    await filled(directory, 6)
    damage(directory)
    journal = directory / "journal.jsonl"
    evidence = journal.read_bytes() if journal.exists() else b""
    key = directory / "journal.key"
    old_key = key.read_bytes() if key.exists() else None
    verification = await journal_in(directory).verify()
    assert not verification.ok
    assert (journal.read_bytes() if journal.exists() else b"") == evidence
    status, _ = await reopened(directory)
    assert status.broken is not None
    assert status.broken.kind in kinds
    assert journal.read_bytes().startswith(evidence)
    told = [read(line).entry for line in lines_of(directory)[-1:]]
    assert [(entry.action, (entry.details or {})["kind"]) for entry in told] == [(ACTION_BROKEN, status.broken.kind)]
    if old_key is not None:
        assert old_key in [path.read_bytes() for path in directory.glob("journal.key*")]
    await assert_goes_on(directory)


@pytest.mark.parametrize("place", [0.0, 0.2, 0.4, 0.6])
async def test_a_flip_far_from_the_end_is_found_by_verifying(tmp_path: Path, place: float) -> None:
    directory = tmp_path / "j"
    await filled(directory, 8)
    data = (directory / "journal.jsonl").read_bytes()
    line = data.count(b"\n", 0, int(place * (len(data) - 1))) + 1
    flip(place)(directory)
    status, verification = await reopened(directory)
    assert status.broken is None
    assert verification.first_break is not None
    assert verification.first_break.line == line


async def test_a_break_that_verifying_found_stays_told(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    await filled(directory, 8)
    flip(0.4)(directory)
    journal = journal_in(directory)
    await journal.load()
    found = (await journal.verify()).first_break
    assert found is not None
    evidence = (directory / "journal.jsonl").read_bytes()
    await journal.remember(found.kind)
    assert journal.status.broken is not None
    assert journal.status.broken.kind is found.kind
    told = lines_of(directory)
    await journal.remember(BreakKind.TRUNCATED)  # told once
    assert lines_of(directory) == told
    assert read(told[-1]).entry.action == ACTION_BROKEN
    assert (directory / "journal.jsonl").read_bytes().startswith(evidence)
    status, _ = await reopened(directory)
    assert status.broken == journal.status.broken


async def test_a_break_that_cannot_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("a file")
    with pytest.raises(JournalUnavailableError):
        await journal_in(tmp_path / "j").remember(BreakKind.HASH)


async def test_a_whole_journal_that_should_be_there(tmp_path: Path) -> None:
    await filled(tmp_path / "j", 3)
    shutil.rmtree(tmp_path / "j")
    status = await journal_in(tmp_path / "j").load(expected=True)
    assert status.broken == Break(BreakKind.MISSING, seq=2)
    await assert_goes_on(tmp_path / "j")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (gone("journal.jsonl"), BreakKind.TRUNCATED),
        (gone("journal.jsonl", "journal.head", "journal.key"), BreakKind.MISSING),
        (rewrite(lambda lines: lines[:-1]), BreakKind.TRUNCATED),
        (unsigned_records, BreakKind.UNSIGNED),
    ],
)
async def test_a_break_under_a_running_journal(tmp_path: Path, damage: Callable[[Path], None], kind: BreakKind) -> None:
    journal = await filled(tmp_path / "j", 4)
    damage(tmp_path / "j")
    record = await journal.append("release")
    assert journal.status.broken is not None
    assert journal.status.broken.kind is kind
    assert (await journal.tail(2)).records[0] == record
    assert (await journal.tail(2)).records[1].entry.action == ACTION_BROKEN
    await assert_goes_on(tmp_path / "j")


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


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    journal=st.none() | st.binary(max_size=600) | st.integers(0, 3000),
    head=st.none() | st.binary(max_size=200) | st.just(b"keep"),
    key=st.none() | st.binary(max_size=200) | st.just(b"keep"),
)
async def test_garbage_is_reported_and_never_raised(
    tmp_path: Path, journal: bytes | int | None, head: bytes | None, key: bytes | None
) -> None:
    origin, directory = tmp_path / "origin", tmp_path / "j"
    if not origin.exists():
        await filled(origin, 5)
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(origin, directory)
    size = len((origin / "journal.jsonl").read_bytes())
    for name, content in (("journal.jsonl", journal), ("journal.head", head), ("journal.key", key)):
        path = directory / name
        if content is None:
            path.unlink()
        elif isinstance(content, int):
            path.write_bytes(path.read_bytes()[:content])
        elif content != b"keep":
            path.write_bytes(content)
    whole = isinstance(journal, int) and journal >= size and head == key == b"keep"
    status, verification = await reopened(directory, expected=True)
    assert (status.broken is None) == verification.ok == whole
    if not whole:
        await assert_goes_on(directory)


@pytest.mark.parametrize("members", [{"format": 2}, {"seq": -1}, {"size": 1.5}, {"size": True}, {"extra": 1}], ids=str)
def test_a_well_signed_head_must_still_be_one(members: dict[str, Any]) -> None:
    key = Ed25519PrivateKey.generate()
    signer = Signer(key)
    body = json.loads(signer.sign(SignedHead(Head(7, "ab" * 32), 1234)))
    del body["signature"]
    body |= members
    signature = key.sign(b"secure_hub journal head\n" + canonical(body)).hex()
    assert signer.open(canonical(body | {"signature": signature})) is None


def test_a_head_is_good_for_nothing_but_what_was_signed() -> None:
    signer = Signer.generate()
    signed = SignedHead(Head(7, "ab" * 32), 1234, Break(BreakKind.CHAIN, seq=3))
    data = signer.sign(signed)
    assert signer.open(data) == signed
    assert Signer.load(signer.dump()) is not None
    assert Signer.generate().open(data) is None
    for position in range(len(data) - 1):
        flipped = bytearray(data)
        flipped[position] ^= 1
        assert signer.open(bytes(flipped)) in {None, signed}  # the case of a hex digit says nothing
