"""Overdue: restricts devices whose update is overdue, if that was chosen, and lets go of them when it is installed."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.choices import chosen_profile, set_profile
from ..engine.decisions import Change
from ..engine.firmware.rings import BUSY
from ..engine.firmware.settings import WhenOverdue
from ..engine.firmware.status import FirmwareState
from ..engine.home import Home
from ..engine.policy.profiles import Profile
from .firmware import FirmwareRoom
from .publisher import signal_hub
from .rollouts import Rollouts

_LOGGER = logging.getLogger(__name__)

REASON: Final = "update overdue"
"""Reason that the journal gives, and by which a quarantine of ours is known."""

type Quarantine = Callable[..., Coroutine[Any, Any, None]]


class Overdue:
    """Keeps the restrictions equal to what is overdue; a device that is being updated is let go of meanwhile.

    Only devices that nobody chose a profile for are restricted, and only what is still as it was left is taken back:
    what a person decides counts for more.
    """

    def __init__(self, firmware: FirmwareRoom, rollouts: Rollouts, quarantine: Quarantine, release: Quarantine) -> None:
        """Nothing is restricted before `async_start`."""
        self._firmware = firmware
        self._rollouts = rollouts
        self._hub = firmware.hub
        self._quarantine = quarantine
        self._release = release
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._stops: list[CALLBACK_TYPE] = []
        self._failed: set[str] = set()
        """Devices with which it failed since the last judgement: it is not tried again and again."""
        self._told: set[str] = set()

    @property
    def restricted(self) -> Mapping[str, WhenOverdue]:
        """Devices that are restricted for it, and how."""
        return self._firmware.memory.restricted

    async def async_start(self) -> None:
        """Follow what is judged."""
        self._stops = [
            self._firmware.async_on_judged(self._async_judged),
            async_dispatcher_connect(self._hub.hass, signal_hub(self._hub.entry.entry_id), self._async_soon),
            self._rollouts.async_before_install(self._async_let_update),
        ]
        self._async_soon()

    async def async_stop(self) -> None:
        """Follow no more; what is restricted stays so."""
        while self._stops:
            self._stops.pop()()
        if self._task is not None:
            self._task.cancel()

    async def async_settle(self) -> None:
        """Return once what is overdue is restricted."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    @callback
    def _async_judged(self) -> None:
        self._failed.clear()
        self._async_soon()

    async def _async_let_update(self, _asset_id: str) -> None:
        """Return once a device may do what it needs for its update."""
        self._async_soon()
        await self.async_settle()

    @callback
    def _async_soon(self) -> None:
        self._again = True
        if self._task is None or self._task.done():
            self._task = self._hub.entry.async_create_background_task(
                self._hub.hass, self._async_work(), f"{DOMAIN} overdue", eager_start=False
            )

    async def _async_work(self) -> None:
        while self._again:
            self._again = False
            wanted = self._wanted()
            for asset_id in self.restricted.keys() - self._failed:
                if wanted.get(asset_id) is not self.restricted[asset_id]:
                    await self._async_attempt(asset_id, self._async_let_go(asset_id))
            for asset_id in wanted.keys() - self.restricted.keys() - self._failed:
                await self._async_attempt(asset_id, self._async_restrict(asset_id, wanted[asset_id]))

    def _wanted(self) -> dict[str, WhenOverdue]:
        """Who is to be restricted now, and how."""
        how = self._firmware.settings.when_overdue
        if how is WhenOverdue.NOTHING:
            return {}
        rollout = self._rollouts.active
        busy = {key for key, item in rollout.items.items() if item.state in BUSY} if rollout else set()
        return {
            asset_id: how
            for asset_id, status in self._firmware.statuses.items()
            if status.state is FirmwareState.OVERDUE and asset_id not in busy
        }

    async def _async_attempt(self, asset_id: str, work: Coroutine[Any, Any, None]) -> None:
        """Do it, or say once why not: a device may be protected, or nothing here can enforce it."""
        try:
            await work
        except (HomeAssistantError, StoreWriteError, StoreUnreadableError) as error:
            self._failed.add(asset_id)
            if asset_id not in self._told:
                _LOGGER.warning("What is overdue was not restricted or released: %s", error)
            self._told.add(asset_id)
        else:
            self._told.discard(asset_id)

    async def _async_restrict(self, asset_id: str, how: WhenOverdue) -> None:
        if asset_id not in self._hub.assets or self._chosen(asset_id):
            return
        before = self.restricted
        await self._async_remember({**before, asset_id: how})
        try:
            if how is WhenOverdue.QUARANTINE:
                await self._quarantine(asset_id, actor=None, reason=REASON)
            else:
                await self._hub.async_decide(partial(_with_profile, asset_id=asset_id, profile=Profile.LOCAL_ONLY))
        except HomeAssistantError:
            await self._async_remember(before)
            raise

    def _chosen(self, asset_id: str) -> bool:
        """Whether somebody chose a profile for the asset, or cut it off."""
        return asset_id in self._hub.permissions.profiles or asset_id in self._hub.policy.quarantined

    async def _async_let_go(self, asset_id: str) -> None:
        how = self.restricted[asset_id]
        quarantine = self._hub.policy.quarantined.get(asset_id)
        if asset_id in self._hub.assets:
            if how is WhenOverdue.QUARANTINE and quarantine is not None and quarantine.reason == REASON:
                await self._release(asset_id, actor=None)
            elif how is WhenOverdue.LOCAL_ONLY and self._hub.permissions.profiles.get(asset_id) is Profile.LOCAL_ONLY:
                await self._hub.async_decide(partial(_with_profile, asset_id=asset_id, profile=None))
        await self._async_remember({key: one for key, one in self.restricted.items() if key != asset_id})

    async def _async_remember(self, restricted: Mapping[str, WhenOverdue]) -> None:
        await self._firmware.async_change(restricted=restricted)


def _with_profile(home: Home, *, asset_id: str, profile: Profile | None) -> Change | None:
    """Choose a profile because of an update; None if it is chosen already."""
    if chosen_profile(home, asset_id) == (profile.value if profile else "default"):
        return None
    change = set_profile(home, asset_id, profile, actor=None)
    return replace(change, entry=replace(change.entry, reason=REASON))
