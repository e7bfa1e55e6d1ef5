"""Grants for once end at their first use: while one waits, the kernel's connections are read every two seconds."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
import logging
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.netfilter.netlink import NetlinkError
from ..adapters.netfilter.sight import open_table
from ..const import DOMAIN
from ..engine.decisions import Change
from ..engine.home import Home
from ..engine.journal import Entry
from ..engine.policy.grants import Grant
from ..engine.policy.scopes import Scope
from ..engine.uses import Flow, used, waiting, waiting_for
from .keeper import HomeKeeper

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(seconds=2)


class Uses:
    """Looks whether what was granted for once has happened."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Look at nothing yet."""
        self._hub = hub
        self._cancel: CALLBACK_TYPE | None = None
        self._blind = False

    async def async_start(self) -> None:
        """Begin to look."""
        self._cancel = async_track_time_interval(self._hub.hass, self._async_tick, INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Look no more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def async_used(self, asset_id: str, scope: Scope) -> None:
        """Something happened that was granted once: begin its end."""
        if found := waiting_for(self._hub.home, asset_id, scope):
            self._hub.entry.async_create_task(self._hub.hass, self._async_end(found), f"{DOMAIN} used")

    async def _async_tick(self, _now: datetime) -> None:
        await self.async_look()

    async def async_look(self) -> None:
        """Begin the end of what was used; without the right to see connections it ends after an hour."""
        if not waiting(self._hub.home):
            return
        try:
            found = await self._hub.hass.async_add_executor_job(self._look, self._hub.home)
        except (NetlinkError, OSError) as error:
            if not self._blind:
                _LOGGER.warning("Grants for once end after an hour, for connections cannot be seen: %s", error)
            self._blind = True
            return
        await self._async_end(found)

    async def _async_end(self, found: Iterable[Grant]) -> None:
        for grant in found:
            try:
                await self._hub.async_decide(partial(_use, grant=grant))
            except HomeAssistantError as error:
                _LOGGER.warning("The end of a grant for once could not be set: %s", error)

    def _look(self, home: Home) -> tuple[Grant, ...]:
        with closing(open_table()) as table:
            flows = [Flow(one.opened_by, one.target, one.protocol, one.port) for one in table.answered()]
        return used(home, flows, self._hub.networks, time.time())


def _use(home: Home, grant: Grant) -> Change | None:
    """Begin the end of a grant that is still there."""
    current = home.permissions.grants.get(grant.asset_id, {}).get(grant.id)
    if current is None or current.used:
        return None
    after = current.use(time.time())
    details = {"grant": grant.id, "scope": grant.scope.value, "expires": after.expires}
    entry = Entry("grant_used", grant.asset_id, details=details)
    return Change(entry, home.policy, home.permissions.with_grant(after))
