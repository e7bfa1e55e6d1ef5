"""Advisories: what lies in the hub's folder and what addresses give, read again when it changed."""

import asyncio
import logging
from pathlib import Path
import time
from typing import Final

from homeassistant.core import HomeAssistant

from ..adapters.advisories import Shelf, Trouble, drop_feeds, fetch_feed, fingerprint, keep_feed, read_all
from ..const import DOMAIN
from ..engine.firmware.advisories import DocumentError, Problem
from ..engine.firmware.matching import Library

_LOGGER = logging.getLogger(__name__)

FETCH_EVERY_S: Final = 24 * 3600.0
RETRY_EVERY_S: Final = 3500.0


class Advisories:
    """What is known of vulnerabilities and of the end of support."""

    def __init__(self, hass: HomeAssistant, feeds: tuple[str, ...]) -> None:
        """Nothing is read or fetched yet."""
        self._hass = hass
        self._root = Path(hass.config.path(DOMAIN))
        self._feeds = feeds
        self._fetched: float | None = None
        self._feed_troubles: dict[str, Trouble] = {}
        self._lock = asyncio.Lock()
        self._told: frozenset[Trouble] = frozenset()
        self.shelf = Shelf()
        self.library = Library()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be had or read."""
        return (*self._feed_troubles.values(), *self.shelf.troubles)

    async def async_read(self, *, force: bool = False) -> bool:
        """Read what changed in the folder; say whether anything is different now."""
        async with self._lock:
            seen = await self._hass.async_add_executor_job(fingerprint, self._root)
            changed = force or seen != self.shelf.fingerprint
            if changed:
                self.shelf = await self._hass.async_add_executor_job(read_all, self._root, time.time())
                documents = [read.document for read in self.shelf.read]
                self.library = await self._hass.async_add_executor_job(Library, documents)
            self._tell_once()
            return changed

    async def async_fetch(self, *, force: bool = False) -> None:
        """Fetch what is due: each address once a day, and each hour while it fails."""
        every = RETRY_EVERY_S if self._feed_troubles else FETCH_EVERY_S
        if not force and self._fetched is not None and time.time() - self._fetched < every:
            return
        self._fetched = time.time()
        troubles: dict[str, Trouble] = {}
        try:
            await self._hass.async_add_executor_job(drop_feeds, self._root, self._feeds)
        except OSError as error:
            _LOGGER.warning("What was fetched before could not be thrown away: %s", error)
        for url in self._feeds:
            try:
                data, given = await fetch_feed(url)
                await self._hass.async_add_executor_job(keep_feed, self._root, url, data, given, time.time())
            except DocumentError as error:
                troubles[url] = Trouble(url, error.problem, error.detail)
            except OSError as error:
                troubles[url] = Trouble(url, Problem.UNREADABLE, str(error))
        self._feed_troubles = troubles

    def _tell_once(self) -> None:
        troubles = frozenset(self.troubles)
        for trouble in sorted(troubles - self._told, key=lambda one: one.name)[:20]:
            _LOGGER.warning("%s is passed over (%s): %s", trouble.name, trouble.problem.value, trouble.detail)
        self._told = troubles
