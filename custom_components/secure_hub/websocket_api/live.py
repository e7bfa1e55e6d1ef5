"""What a subscriber was told last, and what differs from it now."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..hub import SecureHub
from ..hub.publisher import signal_hub
from .rows import async_rows

PAUSE_S: Final = 0.25
"""Seconds over which a burst of changes is gathered into one message."""
SHARE: Final = 4
"""How many times as long as it looked for differences it rests before it looks again, at least."""


class Live:
    """Follows the hub for one subscriber and sends the difference, at most once in PAUSE_S."""

    def __init__(
        self,
        hub: SecureHub,
        overview: Callable[[SecureHub], Mapping[str, Any]],
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """Nothing was told yet."""
        self._hub = hub
        self._overview = overview
        self._tell = tell
        self._told: dict[str, Mapping[str, Any]] = {}
        self._told_overview: Mapping[str, Any] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Take what holds now as known, and follow."""
        hub = self._hub
        self._unsubscribe = async_dispatcher_connect(hub.hass, signal_hub(hub.entry.entry_id), self._async_changed)
        self._told_overview = self._overview(hub)
        await self._async_differences()
        if self._unsubscribe is None:
            return  # the subscriber left meanwhile
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
            difference: dict[str, Any] = {}
            overview = self._overview(self._hub)
            if overview != self._told_overview:
                difference["overview"] = self._told_overview = overview
            changed, gone = await self._async_differences()
            if changed:
                difference["changed"] = changed
            if gone:
                difference["gone"] = gone
            if difference:
                self._tell(difference)
            await asyncio.sleep(max(PAUSE_S, SHARE * (monotonic() - begin)))

    async def _async_differences(self) -> tuple[list[Mapping[str, Any]], list[str]]:
        """Rows that are not as they were told, and ids of those that are no more."""
        changed: list[Mapping[str, Any]] = []
        async for row in async_rows(self._hub, tuple(self._hub.assets)):
            if row != self._told.get(row["id"]):
                self._told[row["id"]] = row
                changed.append(row)
        gone = [asset_id for asset_id in self._told if asset_id not in self._hub.assets]
        for asset_id in gone:
            del self._told[asset_id]
        return changed, gone
