"""Confirmed records survive every crash, at every byte and before every system call."""

from collections.abc import Awaitable, Callable, Iterator
import os
from pathlib import Path
import shutil
import sys
from typing import Any

import pytest

from custom_components.secure_hub.adapters.journal import (
    JournalStatus,
)
from custom_components.secure_hub.engine.journal import (
    ACTION_REPAIRED,
    Break,
    BreakKind,
    Entry,
    Head,
    read,
    seal,
)

from .journals import ASSET, NOON, filled, journal_in, lines_of, reopened, write_lines


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
