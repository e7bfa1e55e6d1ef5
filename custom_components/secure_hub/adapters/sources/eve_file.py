"""The file that an installed Suricata writes its events to, followed as it grows (EVE, one JSON object a line)."""

from pathlib import Path
from typing import Final

_MOST: Final = 4 << 20
"""Bytes that are read at a time; of what is more, the oldest is passed over."""
_MAX_LINE: Final = 1 << 20


class EveFile:
    """New lines of a file; one that was replaced or cut is read from its start. Every call blocks."""

    def __init__(self, path: Path) -> None:
        """Begin at the end of what is there now: old events are history."""
        self._path = path
        self._rest = b""
        self.skipped = 0
        """Bytes that were passed over because they were too many."""
        try:
            found = path.stat()
        except OSError:
            self._at, self._file = 0, 0
        else:
            self._at, self._file = found.st_size, found.st_ino

    def read(self) -> list[str]:
        """Return the whole lines that came since; raises OSError if the file cannot be read."""
        with self._path.open("rb") as file:
            size, inode = self._path.stat().st_size, self._path.stat().st_ino
            if inode != self._file or size < self._at:
                self._at, self._file, self._rest = 0, inode, b""
            if size - self._at > _MOST:
                self.skipped += size - self._at - _MOST
                self._at, self._rest = size - _MOST, b""
            file.seek(self._at)
            data = file.read(_MOST)
        self._at += len(data)
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest if len(rest) <= _MAX_LINE else b""
        return [line.decode("utf-8", "replace") for line in whole]
