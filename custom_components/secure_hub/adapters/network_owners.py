"""Tables of who owns which network, in files that the owner of the home keeps: `.tsv`, plain or packed by gzip.

A file that cannot be read whole is refused whole. Nothing is fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import gzip
import os
from pathlib import Path
from typing import IO, Final, cast
import zlib

from ..engine.network_owners import OwnerTable
from .durable import open_regular

FOLDER: Final = "networks"
"""Ours, in the integration's folder under Home Assistant's."""
SUFFIXES: Final = (".tsv", ".tsv.gz")
MAX_FILES: Final = 4
MAX_BYTES: Final = 256 * 1024 * 1024
"""Of a file once it is unpacked."""
_MAX_LINE: Final = 4096

type _Stamp = tuple[int, int, int]
"""Time of the last change, size and number of a file."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was last read: its table, or why there is none."""

    stamp: _Stamp
    table: OwnerTable | None = None
    trouble: str | None = None


class OwnerFolder:
    """A folder of tables; only files that changed are read again. Not for several threads at once."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self.files: dict[str, Read] = {}
        """What is known of each file, by its name."""

    def read(self) -> bool:
        """Read what is new, and say whether anything is. Blocks; a table of the whole internet takes seconds."""
        try:
            names = sorted(entry.name for entry in self._path.iterdir() if entry.name.endswith(SUFFIXES))[:MAX_FILES]
        except FileNotFoundError:
            names = []
        before, self.files = self.files, {}
        for name in names:
            self.files[name] = self._looked_at(name, before.get(name))
        return self.files != before

    def _looked_at(self, name: str, before: Read | None) -> Read:
        path = self._path / name
        stamp: _Stamp = (0, 0, 0)
        try:
            found = path.lstat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if before is not None and before.stamp == stamp:
                return before
            return Read(stamp, OwnerTable(_lines(path)))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            return Read(stamp, trouble=str(error))


def _lines(path: Path) -> Iterator[str]:
    """Lines of a file, packed or not. Raises OSError, EOFError, ValueError, zlib.error."""
    descriptor = open_regular(path)
    if descriptor is None:
        raise FileNotFoundError(path.name)
    size = 0
    with os.fdopen(descriptor, "rb") as opened:
        source = cast("IO[bytes]", gzip.GzipFile(fileobj=opened)) if path.name.endswith(".gz") else opened
        while line := source.readline(_MAX_LINE):
            size += len(line)
            if size > MAX_BYTES or len(line) == _MAX_LINE:
                msg = f"more than {MAX_BYTES} bytes, or {_MAX_LINE} in a line"
                raise ValueError(msg)
            yield line.decode("utf-8", "replace")
