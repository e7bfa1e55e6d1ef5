"""Whose networks are: tables that the owner of the home keeps, read in the background and looked at once an hour."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
import logging
from pathlib import Path
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.network_owners import FOLDER, OwnerFolder
from ..const import DOMAIN
from ..engine.assets.model import Address
from ..engine.network_owners import Owner, OwnerTable, owner_of
from .publisher import signal_hub

_LOGGER = logging.getLogger(__name__)

LOOK: Final = timedelta(hours=1)


class NetworkOwners:
    """Says whose an address is; without a table, of nobody."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Know nobody's yet."""
        self.troubles: Mapping[str, str] = {}
        """Files that are refused, and why."""
        self._hass = hass
        self._entry_id = entry_id
        self._folder = OwnerFolder(Path(hass.config.path(DOMAIN)) / FOLDER)
        self._tables: tuple[OwnerTable, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self._stop: CALLBACK_TYPE | None = None

    def owner(self, address: Address) -> Owner | None:
        """Whose an address is."""
        return owner_of(self._tables, address)

    def owners(self, addresses: Collection[Address]) -> Owner | None:
        """Whose some addresses are, if they are all one's."""
        found = {self.owner(address) for address in addresses}
        return found.pop() if len(found) == 1 else None

    async def async_start(self) -> None:
        """Begin to read; nobody waits for it."""
        self._stop = async_track_time_interval(self._hass, self._async_tick, LOOK, cancel_on_shutdown=True)
        self._async_soon()

    async def async_stop(self) -> None:
        """Look no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _async_tick(self, _now: datetime) -> None:
        self._async_soon()

    @callback
    def _async_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = self._hass.async_create_background_task(self.async_read(), f"{DOMAIN} network owners")

    async def async_read(self) -> None:
        """Read what is new, and tell who shows it."""
        if await self._hass.async_add_executor_job(self._folder.read):
            files = self._folder.files
            self._tables = tuple(one.table for one in files.values() if one.table is not None)
            self.troubles = {name: one.trouble for name, one in files.items() if one.trouble is not None}
            _LOGGER.debug("Owners of %d networks are known", sum(map(len, self._tables)))
            async_dispatcher_send(self._hass, signal_hub(self._entry_id))
