"""Rollouts: installs what waits, in windows and rings, and survives a restart in the middle."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
import logging
import time
from typing import Final
from uuid import uuid4

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from ..adapters.alarm import Alarm
from ..adapters.firmware_store import MAX_ROLLOUTS
from ..adapters.installing import back_up, install, look_at
from ..adapters.journal import JournalError
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.events import SecurityEvent
from ..engine.firmware.facts import Facts
from ..engine.firmware.rings import (
    Backup,
    BackupState,
    Command,
    Item,
    ItemState,
    Revert,
    Rollout,
    Seen,
    advance,
    backed_up,
    extended,
    resumed,
    returned,
    rings,
)
from ..engine.journal import Entry, JsonValue
from .firmware import FirmwareRoom
from .keeper import failed
from .publisher import signal_hub

_LOGGER = logging.getLogger(__name__)

POLL_S: Final = 60.0
"""Seconds after which a rollout is looked at even if nothing is heard."""
_FAILED: Final = frozenset({ItemState.FAILED, ItemState.REVERTING, ItemState.REVERTED, ItemState.STOPPED})


class Refusal(StrEnum):
    """Why a device is left out of a rollout."""

    NOTHING_WAITS = "nothing_waits"
    NOT_INSTALLABLE = "not_installable"
    """Its integration only says that there is an update."""
    NEEDS_PERSON = "needs_person"
    """It runs on a battery or must not fail: a person has to say yes to it by name."""
    FAILED_BEFORE = "failed_before"
    """This version failed on it or on its like; a person may try again by naming it."""
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What came of an order: the versions that will be installed, and why others will not, by asset id."""

    versions: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)


class Rollouts:
    """Installs updates, one rollout at a time; what is ordered meanwhile joins it."""

    def __init__(self, firmware: FirmwareRoom) -> None:
        """Nothing is installed before `async_start`."""
        self._firmware = firmware
        self._hub = firmware.hub
        self._hass = firmware.hass
        self._lock = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._driver: asyncio.Task[None] | None = None
        self._again = False
        self._stops: list[CALLBACK_TYPE] = []
        self._alarm = Alarm(self._hass, self.async_drive_soon)
        self._before: list[Callable[[str], Awaitable[None]]] = []
        self._opened: datetime | None = None
        """End of the window in which what waits was last ordered by itself."""

    @property
    def active(self) -> Rollout | None:
        """The rollout that runs."""
        return next((one for one in self._firmware.memory.rollouts if one.ended is None), None)

    @callback
    def async_before_install(self, listener: Callable[[str], Awaitable[None]]) -> CALLBACK_TYPE:
        """Wait for `listener` with the id of each asset before something is installed on it."""
        self._before.append(listener)
        return lambda: self._before.remove(listener)

    @property
    def recent(self) -> tuple[Rollout, ...]:
        """The last rollouts, newest first."""
        return self._firmware.memory.rollouts

    async def async_start(self) -> None:
        """Take up what a restart interrupted."""
        rollout = self.active
        if rollout is not None:
            await self._async_keep(rollout, resumed(rollout, time.time()))
        self._stops = [self._firmware.async_on_judged(self.async_drive_soon)]
        self.async_drive_soon()

    async def async_stop(self) -> None:
        """Let go; what is being installed is looked at after the next start."""
        while self._stops:
            self._stops.pop()()
        self._alarm.async_close()
        for task in (*self._tasks.values(), self._driver):
            if task is not None:
                task.cancel()

    async def async_install(
        self,
        asset_ids: Iterable[str] | None,
        *,
        actor: str | None,
        immediate: bool = False,
        consent: bool = False,
    ) -> Ordered:
        """Order what waits on some devices, or on all, to be installed; say of each what will come of it.

        `immediate` waits for no window. `consent` is a person's yes to devices that need one. Raises HomeAssistantError
        if it cannot be written down.
        """
        async with self._lock:
            named = asset_ids is not None
            ordered, items = Ordered(), []
            by_name = sorted(self._hub.home.governed, key=lambda one: (self._hub.assets[one].name, one))
            for asset_id in by_name if asset_ids is None else asset_ids:
                found = self._item(asset_id, consent=consent and actor is not None, again=named)
                if isinstance(found, Item):
                    items.append(found)
                    ordered.versions[asset_id] = found.version
                elif named or found is not Refusal.NOTHING_WAITS:
                    ordered.refused[asset_id] = found
            if items:
                await self._async_order(items, actor, immediate=immediate)
        self.async_drive_soon()
        return ordered

    async def _async_order(self, items: list[Item], actor: str | None, *, immediate: bool) -> None:
        settings, active = self._firmware.settings, self.active
        if active is not None:
            rollout = extended(active, items, settings.pace)
            rollout = replace(rollout, immediate=active.immediate or immediate)
        else:
            backup = BackupState.WANTED if settings.backup else BackupState.NOT_WANTED
            placed = rings(items, settings.pace)
            rollout = Rollout(uuid4().hex, time.time(), actor, placed, immediate=immediate, backup=backup)
        details: dict[str, JsonValue] = {
            "devices": [item.asset_id for item in items[:100]],
            "number": len(items),
            "immediate": immediate,
        }
        try:
            await self._hub.journal.record(Entry("install_updates", None, actor, details=details))
            await self._async_keep(active, rollout)
        except (JournalError, StoreWriteError) as error:
            raise failed(error.key, error.detail) from error

    def _item(self, asset_id: str, *, consent: bool, again: bool) -> Item | Refusal:
        """What is to be installed on a device, or why nothing is."""
        facts, status = self._firmware.facts(asset_id), self._firmware.status(asset_id)
        offer = next((one for one in facts.offers if one.entity_id == status.entity_id), None) if facts else None
        version = offer.waiting if offer else None
        if facts is None or offer is None or version is None:
            return Refusal.NOTHING_WAITS
        active = self.active
        if active is not None and asset_id in active.items and active.items[asset_id].state not in _FAILED:
            return Refusal.UNDER_WAY
        if not offer.can_install:
            return Refusal.NOT_INSTALLABLE
        if facts.needs_consent and not consent:
            return Refusal.NEEDS_PERSON
        if not again and self._failed_before(asset_id, version):
            return Refusal.FAILED_BEFORE
        return Item(
            asset_id,
            offer.entity_id,
            f"{facts.manufacturer or ''}|{facts.model or ''}|{version}",
            _carrier(facts, offer.source),
            offer.installed,
            version,
            can_revert=offer.can_choose,
        )

    def _failed_before(self, asset_id: str, version: str) -> bool:
        for rollout in self.recent:
            item = rollout.items.get(asset_id)
            if item is not None and item.version == version:
                return item.state in _FAILED
        return False

    @callback
    def async_drive_soon(self) -> None:
        """Look at the rollout, and do what has to be done."""
        self._again = True
        if self._driver is None or self._driver.done():
            self._driver = self._hub.entry.async_create_background_task(
                self._hass, self._async_drive(), f"{DOMAIN} rollout", eager_start=False
            )

    async def async_settle(self) -> None:
        """Return once nothing is being done any more that does not wait for a device or a time."""
        while self._driver is not None and not self._driver.done():
            await asyncio.shield(self._driver)

    async def _async_drive(self) -> None:
        while self._again:
            self._again = False
            await self._async_order_what_waits()
            async with self._lock:
                await self._async_advance()

    async def _async_order_what_waits(self) -> None:
        """In each window, once, order what waits and needs nobody's yes, if that is wanted."""
        window, now = self._firmware.settings.window, dt_util.now()
        if self._firmware.settings.automatic and window.is_open(now) and self._opened != window.next_change(now):
            self._opened = window.next_change(now)
            if self.active is None and any(status.outstanding for status in self._firmware.statuses.values()):
                await self.async_install(None, actor=None)

    async def _async_advance(self) -> None:
        rollout, now = self.active, time.time()
        window = self._firmware.settings.window
        if rollout is not None:
            after, commands = advance(
                rollout,
                self._seen(rollout),
                self._firmware.settings.pace,
                window=window.is_open(dt_util.now()),
                now=now,
                busy=self._busy_elsewhere(rollout),
            )
            try:
                await self._async_keep(rollout, after)
            except (StoreWriteError, StoreUnreadableError) as error:
                _LOGGER.warning("A rollout waits, for it cannot be written down: %s", error)
            else:
                await self._async_tell(rollout, after)
                for command in commands:
                    self._async_begin(command)
        change = window.next_change(dt_util.now())
        times = [change.timestamp()] if change else []
        self._alarm.async_set(min((*times, now + POLL_S)) if self.active else min(times, default=None))

    def _seen(self, rollout: Rollout) -> dict[str, Seen]:
        return {
            asset_id: look_at(self._hass, asset, item, rollout.created)
            for asset_id, item in rollout.items.items()
            if (asset := self._hub.assets.get(asset_id)) is not None
        }

    def _busy_elsewhere(self, rollout: Rollout) -> frozenset[str]:
        """Carriers through which a device is updated that this rollout did not begin with."""
        return frozenset(
            _carrier(facts, offer.source)
            for asset_id in self._hub.home.governed
            if asset_id not in rollout.items and (facts := self._firmware.facts(asset_id)) is not None
            for offer in facts.offers
            if offer.in_progress
        )

    async def _async_keep(self, before: Rollout | None, after: Rollout) -> None:
        """Remember a rollout in the place of what it was. Raises StoreWriteError, StoreUnreadableError."""
        if after is before or after == before:
            return
        rest = tuple(one for one in self.recent if one.id != after.id)
        await self._firmware.async_change(rollouts=(after, *rest)[:MAX_ROLLOUTS])
        async_dispatcher_send(self._hass, signal_hub(self._hub.entry.entry_id))

    async def _async_tell(self, before: Rollout, after: Rollout) -> None:
        """Journal what became of devices, and tell of failures."""
        for asset_id, item in after.items.items():
            was = before.items[asset_id].state if asset_id in before.items else None
            if item.state is was:
                continue
            reason = item.reason.value if item.reason else None
            if item.state in {ItemState.FAILED, ItemState.REVERTING} and was not in _FAILED:
                self._hub.async_tell(
                    SecurityEvent.UPDATE_FAILED, asset_id, version=item.version, reason=reason, detail=item.detail
                )
            entry = Entry(
                "update",
                asset_id,
                after.actor,
                item.detail or None,
                item.before,
                item.version,
                {"state": item.state.value, "ring": item.ring, "entity_id": item.entity_id, "reason": reason},
            )
            try:
                await self._hub.journal.record(entry)
            except JournalError as error:
                _LOGGER.warning("What became of an update was not journalled: %s", error)
            if item.state is ItemState.FAILED and (task := self._tasks.pop(asset_id, None)):
                task.cancel()

    @callback
    def _async_begin(self, command: Command) -> None:
        if isinstance(command, Backup):
            key, work = "backup", self._async_back_up()
        else:
            key = command.item.asset_id
            work = self._async_install_on(command.item, revert=isinstance(command, Revert))
        self._tasks[key] = self._hub.entry.async_create_background_task(
            self._hass, work, f"{DOMAIN} update {key}", eager_start=False
        )

    async def _async_back_up(self) -> None:
        complaint = await back_up(self._hass)
        async with self._lock:
            if (rollout := self.active) is not None:
                after = backed_up(rollout, complaint, time.time())
                await self._async_keep(rollout, after)
                await self._async_tell(rollout, after)
        self.async_drive_soon()

    async def _async_install_on(self, item: Item, *, revert: bool) -> None:
        for listener in tuple(self._before):
            await listener(item.asset_id)
        version = item.before if revert else item.version if item.can_revert else None
        complaint = await install(self._hass, item.entity_id, version)
        async with self._lock:
            self._tasks.pop(item.asset_id, None)
            if (rollout := self.active) is not None and item.asset_id in rollout.items:
                after = returned(rollout, item.asset_id, complaint, time.time())
                await self._async_keep(rollout, after)
                await self._async_tell(rollout, after)
        self.async_drive_soon()


def _carrier(facts: Facts, source: str) -> str:
    """What a device is updated through: all that speaks Zigbee shares the air."""
    return "zigbee" if facts.zigbee else source
