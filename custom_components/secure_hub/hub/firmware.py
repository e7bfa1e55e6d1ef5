"""Firmware: how every device's software stands, remembered, judged and told."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
import contextlib
from dataclasses import replace
import logging
import time
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..adapters.alarm import Alarm
from ..adapters.firmware_store import FirmwareMemory, FirmwareStore
from ..adapters.journal import JournalError
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..adapters.updates import UpdateWatch, read_facts
from ..adapters.zha.updates import RadioUpdates
from ..const import DOMAIN
from ..engine.assets.model import Asset
from ..engine.events import SecurityEvent
from ..engine.firmware.deadlines import DAY, MAX_SNOOZE_DAYS, Snooze
from ..engine.firmware.facts import Facts
from ..engine.firmware.judging import Judge, Judged
from ..engine.firmware.settings import UpdateSettings, settings_of
from ..engine.firmware.status import FirmwareState, FirmwareStatus, Why
from ..engine.firmware.tracking import Tracked
from ..engine.firmware.versions import is_newer
from ..engine.journal import Entry
from .advisories import Advisories
from .keeper import HomeKeeper, failed
from .pauses import Pauses
from .publisher import signal_hub

_LOGGER = logging.getLogger(__name__)

START_S: Final = 5.0
"""Seconds for which a start waits for the first judgement."""
ANEW_S: Final = 3600.0
"""Seconds after which everything is judged anew, for days go by."""
_UNKNOWN: Final = FirmwareStatus(FirmwareState.UNKNOWN, Why.NO_SOURCE)


def signal_firmware(entry_id: str, asset_id: str) -> str:
    """Name the dispatcher signal that says: this asset's software stands otherwise."""
    return f"{DOMAIN}_{entry_id}_{asset_id}_firmware"


class FirmwareRoom:
    """Knows how the software of every governed asset stands."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Nothing is read before `async_start`."""
        self.hub = hub
        self.hass = hub.hass
        self.settings: UpdateSettings = settings_of(hub.entry.options)
        self.advisories = Advisories(hub.hass, self.settings.feeds)
        self.judge = Judge(deadlines=self.settings.deadlines)
        self.radio = RadioUpdates(hub.hass)
        self.memory = FirmwareMemory()
        self._store = FirmwareStore(hub.hass)
        self._judged: dict[str, Judged] = {}
        self._dirty: set[str] = set()
        self._refresh = False
        self._fetching: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stops: list[CALLBACK_TYPE] = []
        self._listeners: list[Callable[[], None]] = []
        self._watch = UpdateWatch(hub.hass, self._async_devices_changed)
        self._alarm = Alarm(hub.hass, self._async_due)

    async def async_start(self) -> None:
        """Remember, judge and watch.

        What cannot be read is put aside: clocks begin anew, nothing is installed, what is restricted stays so.
        """
        try:
            self.memory = await self._store.load() or FirmwareMemory()
        except StoreUnreadableError as error:
            aside = await self._store.start_anew(FirmwareMemory())
            _LOGGER.warning("What was known of devices' software cannot be read (%s); see %s", error, aside)
        self._watch.start()
        self._stops = [self.hub.async_on_governed(self._async_appeared)]
        self._async_due()
        with contextlib.suppress(TimeoutError):  # the rest of it comes when it is ready
            async with asyncio.timeout(START_S):
                if self._task is not None:
                    await asyncio.shield(self._task)

    async def async_stop(self) -> None:
        """Stop watching; what is remembered is written."""
        while self._stops:
            self._stops.pop()()
        self._watch.close()
        self._alarm.async_close()
        for task in (self._task, self._fetching):
            if task is not None:
                task.cancel()
        with contextlib.suppress(StoreWriteError):  # logged
            await self._store.flush()

    def status(self, asset_id: str) -> FirmwareStatus:
        """How the software of an asset stands."""
        judged = self._judged.get(asset_id)
        return judged.status if judged else _UNKNOWN

    def facts(self, asset_id: str) -> Facts | None:
        """What was last seen of an asset's software."""
        judged = self._judged.get(asset_id)
        return judged.facts if judged else None

    def tracked(self, asset_id: str) -> Tracked:
        """What is remembered of an asset's software."""
        return self.memory.tracked.get(asset_id, Tracked())

    @property
    def statuses(self) -> Mapping[str, FirmwareStatus]:
        """How the software of every governed asset stands, by asset id."""
        return {key: self.status(key) for key in self.hub.home.governed}

    def count(self, *states: FirmwareState) -> int:
        """How many governed assets stand so."""
        return sum(status.state in states for status in self.statuses.values())

    @callback
    def async_on_judged(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` each time that something was judged otherwise than before."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _async_appeared(self, assets: list[Asset]) -> None:
        self._async_judge(asset.id for asset in assets)

    @callback
    def _async_devices_changed(self, device_ids: frozenset[str]) -> None:
        governed = self.hub.home.governed
        self._async_judge(
            key for key, asset in self.hub.assets.items() if key in governed and asset.device_ids & device_ids
        )

    @callback
    def _async_due(self) -> None:
        """Take what changed of the advisories, fetch what is due, and judge everything again, for time goes by."""
        self._refresh = True
        self.async_judge_anew()
        if self.settings.feeds and (self._fetching is None or self._fetching.done()):
            self._fetching = self.hub.entry.async_create_background_task(
                self.hass, self._async_fetch(), f"{DOMAIN} advisories", eager_start=False
            )

    async def _async_fetch(self) -> None:
        await self.advisories.async_fetch()
        self._refresh = True
        self.async_judge_anew()

    async def async_check_advisories(self) -> None:
        """Fetch and read all advisories again, and return once every device was judged by them."""
        await self.advisories.async_fetch(force=True)
        await self._async_take(force=True)
        self.async_judge_anew()
        await self.async_settle()

    async def _async_take(self, *, force: bool = False) -> None:
        """Take the advisories as they are now."""
        if await self.advisories.async_read(force=force):
            self.judge = Judge(self.advisories.library, self.advisories.shelf.support, self.settings.deadlines)

    @callback
    def async_judge_anew(self) -> None:
        """Judge every governed asset again."""
        self._async_judge(self.hub.home.governed)

    @callback
    def _async_judge(self, asset_ids: Iterable[str]) -> None:
        self._dirty.update(asset_ids)
        if (self._dirty or self._refresh) and (self._task is None or self._task.done()):
            self._task = self.hub.entry.async_create_background_task(
                self.hass, self._async_work(), f"{DOMAIN} firmware", eager_start=False
            )

    async def async_settle(self) -> None:
        """Return once what is under way is fetched, read and judged."""
        while tasks := [task for task in (self._fetching, self._task) if task is not None and not task.done()]:
            await asyncio.shield(tasks[0])

    async def _async_work(self) -> None:
        while self._dirty or self._refresh:
            if self._refresh:
                self._refresh = False
                await self._async_take()
            dirty, self._dirty = self._dirty, set()
            async with self._lock:
                await self._async_judge_now(dirty)

    async def _async_judge_now(self, asset_ids: Iterable[str]) -> None:
        """Read what is seen of some assets, judge it off the loop, and tell what came out otherwise."""
        pause, seen, radios = Pauses(), [], self.radio.kinds()
        for asset_id in asset_ids:
            if (asset := self.hub.assets.get(asset_id)) is not None:
                seen.append(read_facts(self.hass, asset, radios))
                await pause.breathe()
        judged = await self.hass.async_add_executor_job(self.judge.judge_all, seen, self.memory.tracked, time.time())
        changed = []
        for one in judged:
            before = self._judged.get(one.facts.asset_id)
            self._judged[one.facts.asset_id] = one
            if before is None or before.status != one.status:
                changed.append((one, before))
        self._remember({one.facts.asset_id: self._async_told(one) for one in judged})
        for one, before in changed:
            self._async_publish(one, before)
            await pause.breathe()
        self._async_changed()

    def _remember(self, tracked: Mapping[str, Tracked]) -> None:
        """Remember what is new of some assets, and nothing of those that the hub forgot."""
        new = {key: one for key, one in tracked.items() if self.memory.tracked.get(key) != one}
        gone = self.memory.tracked.keys() - self.hub.assets.keys()
        if new or gone:
            kept = {key: one for key, one in self.memory.tracked.items() if key not in gone}
            self.memory = replace(self.memory, tracked={**kept, **new})
            self._store.save_soon(self.memory)
            for key in gone:
                self._judged.pop(key, None)

    @callback
    def _async_told(self, one: Judged) -> Tracked:
        """Tell once that an update is overdue."""
        overdue = one.status.state is FirmwareState.OVERDUE
        if overdue and not one.tracked.told:
            status = one.status
            self.hub.async_tell(
                SecurityEvent.OVERDUE,
                one.facts.asset_id,
                installed=status.installed,
                latest=status.latest,
                why=status.why.value,
                advisories=[match.vulnerability for match in status.matches[:5]],
            )
        return one.tracked if overdue is one.tracked.told else replace(one.tracked, told=overdue)

    @callback
    def _async_publish(self, one: Judged, before: Judged | None) -> None:
        async_dispatcher_send(self.hass, signal_firmware(self.hub.entry.entry_id, one.facts.asset_id))
        old, new = before.status.installed if before else None, one.status.installed
        if old is not None and new is not None and is_newer(new, old):
            self.hub.async_tell(SecurityEvent.UPDATE_INSTALLED, one.facts.asset_id, before=old, after=new)

    @callback
    def _async_changed(self) -> None:
        async_dispatcher_send(self.hass, signal_hub(self.hub.entry.entry_id))
        now = time.time()
        ends = [
            end
            for status in self.statuses.values()
            for end in (status.deadline, status.snoozed_until, status.support_ends)
            if end is not None and end > now
        ]
        self._alarm.async_set(min((*ends, now + ANEW_S)))
        for listener in tuple(self._listeners):
            listener()

    async def async_skip(self, asset_id: str, *, reason: str | None, actor: str | None) -> str | None:
        """Do not want the version that waits; give it, None if none does. Raises HomeAssistantError."""
        async with self._lock:
            waiting = self.tracked(asset_id).waiting
            if waiting is None:
                return None
            entry = Entry("skip_update", asset_id, actor, reason, before=waiting.version)
            await self._async_decide(entry, asset_id, skipped=waiting.version, skip_reason=reason, waiting=None)
            return waiting.version

    async def async_snooze(self, asset_id: str, days: float, *, reason: str, actor: str | None) -> float | None:
        """Put the deadline off until some days from now; give the new one, None if there is none.

        Raises HomeAssistantError.
        """
        async with self._lock:
            if self.status(asset_id).deadline is None:
                return None
            snooze = Snooze(time.time() + min(days, MAX_SNOOZE_DAYS) * DAY, reason, actor)
            entry = Entry("snooze_update", asset_id, actor, reason, after=snooze.until)
            await self._async_decide(entry, asset_id, snooze=snooze)
            return self.status(asset_id).deadline

    async def _async_decide(self, entry: Entry, asset_id: str, **changes: object) -> None:
        """Journal and remember what a person decided about an asset, and judge it anew."""
        tracked = replace(self.tracked(asset_id), **changes)  # type: ignore[arg-type]  # callers name fields of Tracked
        try:
            await self.hub.journal.record(entry)
            await self.async_change(tracked={**self.memory.tracked, asset_id: tracked})
        except (JournalError, StoreWriteError) as error:
            raise failed(error.key, error.detail) from error
        await self._async_judge_now([asset_id])

    async def async_change(self, **parts: Any) -> None:
        """Remember parts of the memory anew; returns once they are on the disk, or everything is as it was.

        Raises StoreWriteError, StoreUnreadableError.
        """
        before = {name: getattr(self.memory, name) for name in parts}
        self.memory = replace(self.memory, **parts)
        try:
            await self._store.save(self.memory)
        except StoreWriteError, StoreUnreadableError:
            self.memory = replace(self.memory, **before)
            raise
