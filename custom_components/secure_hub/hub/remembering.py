"""What is remembered of requests: on the disk before anybody is told, with counts gathered for a while."""

from collections.abc import Callable
from functools import partial
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..adapters.request_storage import RequestStore
from ..engine.requests.book import Book
from ..engine.requests.memory import RequestMemory
from .publisher import signal_hub
from .view import HomeView

_SAVE_S: Final = 10.0
"""Seconds over which counts of requests are gathered before they are written; what is new is written at once."""


class Remembering:
    """The memory of requests, its file, and who is told when it changes."""

    def __init__(self, hub: HomeView, entry_id: str) -> None:
        """Know of none yet."""
        self.memory = RequestMemory()
        self.save_at: float | None = None
        """When what is not written yet is due, in seconds since the epoch."""
        self._hass = hub.hass
        self._signal = signal_hub(entry_id)
        self._store = RequestStore(hub.hass)
        self._listeners: list[Callable[[], None]] = []
        self._shown: tuple[object, ...] = ()

    @property
    def book(self) -> Book:
        """What waits and what was answered."""
        return self.memory.book

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` whenever a request came, asks for something else, or ended."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    async def async_load(self) -> None:
        """Remember. Raises StoreUnreadableError."""
        self.memory = await self._store.load() or RequestMemory()

    async def async_keep(self, memory: RequestMemory) -> None:
        """Remember. Raises StoreWriteError; what is in mind then is what was decided, and is written next time."""
        self.async_change(memory)
        self.async_tell()
        await self._store.save(memory)
        self.save_at = None

    async def async_keep_due(self) -> None:
        """Write what has waited long enough. Raises StoreWriteError."""
        if self.save_at is not None and self.save_at <= time.time():
            await self.async_keep(self.memory)

    @callback
    def async_change(self, memory: RequestMemory) -> None:
        """Have it in mind now, and on the disk soon."""
        self.memory = memory
        if self.save_at is None:
            self.save_at = time.time() + _SAVE_S

    @callback
    def async_tell(self) -> None:
        """Tell whoever shows requests, if there is something else to show."""
        shown = tuple((one.id, one.wants, one.votes) for one in self.book.pending.values())
        if self._shown != shown:
            self._shown = shown
            for listener in tuple(self._listeners):
                listener()
            async_dispatcher_send(self._hass, self._signal)
