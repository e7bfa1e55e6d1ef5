"""The file that an installed Suricata writes its events to, followed as it grows (EVE, one JSON object a line)."""

from io import FileIO
import os
from pathlib import Path
from typing import Final

_MOST: Final = 4 << 20
"""Bytes that are read at a time; of what is more, the oldest is passed over."""
_MAX_LINE: Final = 1 << 20
_TAIL: Final = 128
"""Bytes before the place that was read to: a file that was cut and grew past that place has others there."""


class EveFile:
    """New lines of a file. One that was replaced is read to its end first, one that was cut from its start.

    Every call blocks.
    """

    def __init__(self, path: Path) -> None:
        """Begin at the end of what is there now: old events are history."""
        self._path = path
        self._file: FileIO | None = None
        self._rest = self._tail = b""
        self.skipped = 0
        """Bytes that were passed over because they were too many, or a line without end."""
        try:
            self._file = path.open("rb", buffering=0)
            self._file.seek(max(os.fstat(self._file.fileno()).st_size - _TAIL, 0))
            self._tail = self._file.read(_TAIL)
        except OSError:
            pass

    def read(self) -> list[str]:
        """Return the whole lines that came since; raises OSError if the file cannot be read."""
        found = self._path.stat()
        if self._file is None:
            self._file = self._path.open("rb", buffering=0)
        there = os.fstat(self._file.fileno())
        if (found.st_dev, found.st_ino) == (there.st_dev, there.st_ino):
            return self._lines(self._file)
        lines = self._lines(self._file)
        self.close()
        self._file = self._path.open("rb", buffering=0)
        return [*lines, *self._lines(self._file)]

    def close(self) -> None:
        """Let go of the file; what is read later is read from its start."""
        if self._file is not None:
            self._file.close()
        self._file, self._rest, self._tail = None, b"", b""

    def _lines(self, file: FileIO) -> list[str]:
        size, at = os.fstat(file.fileno()).st_size, file.tell()
        file.seek(at - len(self._tail))
        if size < at or file.read(len(self._tail)) != self._tail:
            at, self._rest, self._tail = file.seek(0), b"", b""
        if size - at > _MOST:
            self.skipped += size - at - _MOST
            file.seek(size - _MOST)
            self._rest = self._tail = b""
        data = file.read(_MOST)
        self._tail = (self._tail + data)[-_TAIL:]
        *whole, rest = (self._rest + data).split(b"\n")
        if len(rest) > _MAX_LINE:
            self.skipped += len(rest)
            rest = b""
        self._rest = rest
        return [line.decode("utf-8", "replace") for line in whole]
