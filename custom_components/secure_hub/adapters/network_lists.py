"""Named lists of networks in files that the owner keeps: one network a line, `#` or `;` begins a comment.

A file that cannot be read whole is refused whole; what was read of it before goes on counting while we run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import os
from pathlib import Path
from typing import Final

from ..engine.policy.destinations import list_place
from ..engine.policy.lists import ListError, NetworkList, read_list
from ..engine.policy.scopes import PolicyError
from .durable import open_regular

FOLDER: Final = "lists"
"""Ours, in the integration's folder under Home Assistant's."""
SUFFIX: Final = ".txt"
MAX_FILES: Final = 32
MAX_BYTES: Final = 4 * 1024 * 1024

type _Stamp = tuple[int, int, int]
"""Time of the last change, size and number of a file: as long as they stay, so does what is in it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file is refused: at this line, if at one."""

    file: str
    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """What is in the files, by list, and which files are refused."""

    lists: Mapping[str, NetworkList] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()


type _Known = tuple[_Stamp, NetworkList | None, Trouble | None]
"""A file as it was last looked at: what could be read of it at last, and what is wrong with it now."""


class ListFolder:
    """A folder of lists; only files that changed are read again. Not for several threads at once."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self._known: dict[str, _Known] = {}

    def read(self, *, anew: bool = False) -> Lists:
        """What the lists are now; blocks. A list that did not change is the same object as before, unless `anew`."""
        try:
            files = sorted(entry.name for entry in self._path.iterdir() if entry.name.endswith(SUFFIX))
        except FileNotFoundError:
            files = []
        except OSError as error:  # what was read goes on counting
            lists = {name: one[1] for name, one in self._known.items() if one[1] is not None}
            return Lists(lists, (Trouble(FOLDER, str(error)),))
        known = self._known
        self._known = {}
        for file in files[:MAX_FILES]:
            name = file.removesuffix(SUFFIX)
            self._known[name] = self._looked_at(file, name, known.get(name), anew=anew)
        troubles = [one[2] for one in self._known.values() if one[2] is not None]
        troubles += [Trouble(file, f"more than {MAX_FILES} files") for file in files[MAX_FILES:][:1]]
        return Lists({name: one[1] for name, one in self._known.items() if one[1] is not None}, tuple(troubles))

    def _looked_at(self, file: str, name: str, before: _Known | None, *, anew: bool) -> _Known:
        stamp: _Stamp = (0, 0, 0)
        try:
            found = (self._path / file).lstat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if before is not None and before[0] == stamp and not anew:
                return before
            list_place(name)
            return stamp, read_list(_text(self._path / file)), None
        except ListError as error:
            trouble = Trouble(file, str(error), error.line)
        except (OSError, ValueError, PolicyError) as error:
            trouble = Trouble(file, str(error))
        return stamp, before[1] if before else None, trouble


def _text(path: Path) -> str:
    """Text of a file. Raises OSError, and ValueError for one that is too large or no UTF-8."""
    descriptor = open_regular(path)
    if descriptor is None:
        raise FileNotFoundError(path.name)
    with os.fdopen(descriptor, "rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        msg = f"more than {MAX_BYTES} bytes"
        raise ValueError(msg)
    return data.decode("utf-8-sig")
