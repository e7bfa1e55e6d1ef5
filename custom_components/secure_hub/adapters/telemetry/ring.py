"""Telemetry on disk: files of lines under `<config>/secure_hub/telemetry/`, of which the oldest make room.

A file is called `<number>-<seconds since the epoch at which it was begun>.jsonl`. Everything here blocks; calls may
come from any thread, and each waits for the one before it. Its content is figures, not evidence: the journal is that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
import json
import os
from pathlib import Path
import re
import threading
from typing import Any, Final

from .. import durable

DAY: Final = 86_400
MEGABYTE: Final = 1 << 20
SEGMENTS: Final = 64
"""Files that the ring is made of, about."""
SCAN: Final = 2 * MEGABYTE
"""Bytes that one page reads at most."""
_NAME: Final = re.compile(r"(\d{10})-(\d{10,12})\.jsonl")
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_CURSOR: Final = re.compile(r"(\d{1,10})\.(\d{1,12})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of an asset, and of minutes from `since` to before `until` (seconds since the epoch)."""

    asset: str | None = None
    since: int = 0
    until: int = 1 << 62

    def holds(self, told: Any) -> bool:
        """Say whether a record as it was read is one."""
        if not isinstance(told, dict) or not isinstance(told.get("minute"), int):
            return False
        return self.since <= told["minute"] < self.until and self.asset in {None, told.get("asset")}


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, oldest first, without their ends; `cursor` goes on from there; `is_last`: there is no more now."""

    lines: tuple[bytes, ...]
    cursor: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class RingStatus:
    """How full it is; `oldest` is when the oldest file was begun, in seconds since the epoch."""

    files: int
    bytes: int
    oldest: int | None


@dataclass(slots=True)
class _Segment:
    number: int
    begun: int
    path: Path
    size: int


class Ring:
    """A ring of `megabytes` and `days`, whichever is full first."""

    def __init__(self, directory: Path, *, megabytes: int, days: int) -> None:
        """Name the directory; `open` touches it first."""
        self._directory = directory
        self._most = megabytes * MEGABYTE
        self._days = days
        self._segments: list[_Segment] = []
        self._guard = threading.Lock()

    @property
    def status(self) -> RingStatus:
        """How full it is, without reading anything."""
        found = tuple(self._segments)
        return RingStatus(len(found), sum(it.size for it in found), found[0].begun if found else None)

    def open(self) -> int:
        """Look at what is there and cut off a line that a crash left torn; its bytes. Raises OSError."""
        with self._guard:
            durable.ensure_directory(self._directory.parent)
            durable.ensure_directory(self._directory)
            found = [
                _Segment(int(match[1]), int(match[2]), path, path.stat(follow_symlinks=False).st_size)
                for path in self._directory.iterdir()
                if (match := _NAME.fullmatch(path.name)) and path.is_file(follow_symlinks=False)
            ]
            self._segments = sorted(found, key=lambda it: it.number)
            return _mend(self._segments[-1]) if self._segments else 0

    def append(self, lines: Iterable[str], now: int) -> None:
        """Write lines and bring them to the disk, and let go of what is too old or too much.

        Raises OSError, with none of them written.
        """
        data = "".join(f"{line}\n" for line in lines).encode("ascii")
        if not data:
            return
        with self._guard:
            segment = self._current(now, len(data))
            self._let_go(now, len(data))
            _write(segment, data)

    def page(self, cursor: str | None, wanted: Wanted, limit: int) -> Page:
        """Read up to `limit` lines from a cursor on, or from the oldest; one that is gone goes on at the oldest.

        Raises OSError, ValueError for what is no cursor.
        """
        number, offset = _place(cursor)
        with self._guard:
            if self._segments and number > self._segments[-1].number:
                number, offset = 0, 0  # of a ring that was there before this one
            segments = [it for it in self._segments if it.number >= number]
            sizes = {it.number: it.size for it in segments}
        lines: list[bytes] = []
        read = 0
        for segment, following in zip_longest(segments, segments[1:]):
            if segment.number != number:
                number, offset = segment.number, 0
            if following is not None and following.begun <= wanted.since:
                offset = sizes[number]
                continue  # what it holds is older
            for line in _lines(segment.path, offset, sizes[number]):
                if len(lines) >= limit or read >= SCAN:
                    return Page(tuple(lines), f"{number}.{offset}", is_last=False)
                offset += len(line)
                read += len(line)
                if _is_wanted(line, wanted):
                    lines.append(line.rstrip(b"\n"))
            offset = sizes[number]
        return Page(tuple(lines), f"{number}.{offset}", is_last=True)

    def newest(self, most: int) -> Iterator[bytes]:
        """Yield the lines of the newest files, about `most` bytes, oldest first. Raises OSError."""
        with self._guard:
            chosen: list[_Segment] = []
            for segment in reversed(self._segments):
                if sum(it.size for it in chosen) >= most:
                    break
                chosen.insert(0, segment)
        for segment in chosen:
            yield from _lines(segment.path, 0, segment.size)

    def _current(self, now: int, more: int) -> _Segment:
        last = self._segments[-1] if self._segments else None
        if last is not None and last.size + more <= self._most // SEGMENTS and now - last.begun < DAY:
            return last
        number = last.number + 1 if last is not None else 1
        begun = max(now, 10**9)
        segment = _Segment(number, begun, self._directory / f"{number:010d}-{begun}.jsonl", 0)
        durable.create(segment.path, b"")
        self._segments.append(segment)
        return segment

    def _let_go(self, now: int, more: int) -> None:
        """Delete the oldest files, for too many bytes all that it takes, for their age one: clocks jump."""
        first = True
        while len(self._segments) > 1:
            too_old = first and self._segments[1].begun < now - self._days * DAY
            if not too_old and sum(it.size for it in self._segments) + more <= self._most:
                return
            first = False
            self._segments[0].path.unlink(missing_ok=True)
            del self._segments[0]


def remove_ring(directory: Path) -> None:
    """Delete a ring's files, and the directory if nothing else is in it. Raises OSError."""
    if not directory.is_dir(follow_symlinks=False):
        return
    for path in directory.iterdir():
        if _NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)
    if not any(directory.iterdir()):
        directory.rmdir()


def _write(segment: _Segment, data: bytes) -> None:
    descriptor = os.open(segment.path, _APPEND, 0o600)
    try:
        durable.write_all(descriptor, data)
    except OSError:
        os.ftruncate(descriptor, segment.size)
        raise
    finally:
        os.close(descriptor)
    segment.size += len(data)


def _mend(segment: _Segment) -> int:
    """Cut off what follows the last line's end; how many bytes that were."""
    data = segment.path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if torn := len(data) - whole:
        os.truncate(segment.path, whole)
        segment.size = whole
    return torn


def _lines(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Yield whole lines between two offsets; of a file that is gone, none."""
    descriptor = durable.open_regular(path)
    if descriptor is None:
        return
    with os.fdopen(descriptor, "rb") as file:
        file.seek(start)
        while start < end and (line := file.readline(end - start)):
            start += len(line)
            if line.endswith(b"\n"):
                yield line


def _is_wanted(line: bytes, wanted: Wanted) -> bool:
    try:
        return wanted.holds(json.loads(line))
    except ValueError, RecursionError:
        return False


def _place(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        msg = f"no cursor: {cursor[:32]!r}"
        raise ValueError(msg)
    return int(match[1]), int(match[2])
