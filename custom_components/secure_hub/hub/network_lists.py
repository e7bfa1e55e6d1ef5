"""The named lists of networks that rules may be about: what they hold, and what is wrong with them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..adapters.network_lists import FOLDER, ListFolder, Lists, Trouble
from ..engine.policy.lists import NetworkList, named_lists
from ..engine.policy.permissions import Permissions


class NetworkLists:
    """Reads the lists at every look; what did not change costs one look at each file."""

    def __init__(self, folder: Path, run: Callable[..., Awaitable[Any]]) -> None:
        """Read nothing yet; `run` runs a blocking call elsewhere, as `hass.async_add_executor_job`."""
        self.troubles: tuple[Trouble, ...] = ()
        """Files that are refused."""
        self.missing: tuple[str, ...] = ()
        """Lists that rules name and that were not there at the last look."""
        self._folder = ListFolder(folder / FOLDER)
        self._run = run
        self._busy = asyncio.Lock()
        self._anew = False

    def read_anew(self) -> None:
        """Take no file for unchanged at the next look."""
        self._anew = True

    async def read(self, permissions: Permissions) -> Mapping[str, NetworkList]:
        """What the lists are now."""
        async with self._busy:
            anew, self._anew = self._anew, False
            found, self.missing = await self._run(partial(self._read, permissions, anew=anew))
            self.troubles = found.troubles
            lists: Mapping[str, NetworkList] = found.lists
            return lists

    def _read(self, permissions: Permissions, *, anew: bool) -> tuple[Lists, tuple[str, ...]]:
        found = self._folder.read(anew=anew)
        return found, tuple(sorted(named_lists(permissions) - found.lists.keys()))
