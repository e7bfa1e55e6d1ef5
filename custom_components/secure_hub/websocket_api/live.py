"""Subscriptions: what a subscriber was told last, and what differs from it now."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from time import monotonic
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..hub import SecureHub
from ..hub.publisher import signal_hub
from .commands import Asked

PAUSE_S: Final = 0.25
"""Seconds over which a burst of changes is gathered into one message."""
SHARE: Final = 4
"""How many times as long as it looked for differences it rests before it looks again, at least."""

type Row = Mapping[str, Any]
type Look = Callable[[], Awaitable[Mapping[str, Any]]]
"""Gives what differs from what it gave before; nothing for nothing."""


class Known:
    """The rows that a subscriber knows, by id."""

    def __init__(self) -> None:
        """It knows none."""
        self._rows: dict[str, Row] = {}

    def is_news(self, row: Row) -> bool:
        """Whether a row is not as it was told; it is known from then on."""
        key = row["id"]
        if (known := self._rows.get(key)) is row or known == row:
            return False
        self._rows[key] = row
        return True

    def gone(self, there: Container[str]) -> list[str]:
        """Forget the rows that are not there any more; their ids."""
        gone = [key for key in self._rows if key not in there]
        for key in gone:
            del self._rows[key]
        return gone


def different(**parts: Any) -> dict[str, Any]:
    """The parts of a message that say something."""
    return {name: part for name, part in parts.items() if part}


class _Live:
    """Looks for differences whenever a figure of the hub changed, at most once in PAUSE_S, and tells them."""

    def __init__(self, hub: SecureHub, look: Look, tell: Callable[[Mapping[str, Any]], None]) -> None:
        self._hub = hub
        self._look = look
        self._tell = tell
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: CALLBACK_TYPE | None = None

    async def async_start(self, *, first: bool) -> None:
        hub = self._hub
        self._unsubscribe = async_dispatcher_connect(hub.hass, signal_hub(hub.entry.entry_id), self._async_changed)
        there = await self._look()
        if self._unsubscribe is None:
            return  # the subscriber left meanwhile
        if first:
            self._tell({"changed": [], "gone": [], **there})
        self._task = hub.entry.async_create_background_task(hub.hass, self._async_follow(), "secure_hub live")

    @callback
    def async_stop(self) -> None:
        """Tell nothing any more; may be called twice."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._task is not None:
            self._task.cancel()

    @callback
    def _async_changed(self) -> None:
        self._changed.set()

    async def _async_follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            begin = monotonic()
            if difference := await self._look():
                self._tell(difference)
            await asyncio.sleep(max(PAUSE_S, SHARE * (monotonic() - begin)))


async def async_follow(asked: Asked, look: Look, *, first: bool) -> None:
    """Send what differs from now on, and with `first` what there is now, until `async_until_over` ends it."""

    @callback
    def tell(difference: Mapping[str, Any]) -> None:
        asked.connection.send_event(asked.id, difference)

    live = _Live(asked.hub, look, tell)
    async_until_over(asked, live.async_stop)
    await live.async_start(first=first)


@callback
def async_until_over(asked: Asked, stop: CALLBACK_TYPE) -> None:
    """Call `stop` once, when the connection is closed or the hub is unloaded; tell the subscriber of the latter."""
    hub, connection = asked.hub, asked.connection
    stops = [stop]

    @callback
    def closed() -> None:
        unfollow()
        while stops:
            stops.pop()()

    @callback
    def state_changed() -> None:
        if stops and hub.entry.state is not ConfigEntryState.LOADED:
            stops.pop()()
            connection.send_event(asked.id, {"stopped": True})

    unfollow = hub.entry.async_on_state_change(state_changed)
    connection.subscriptions[asked.id] = closed
