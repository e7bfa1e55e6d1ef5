"""What devices send and receive: the kernel counts, this room reads once a minute and remembers the day."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..adapters.journal import JournalError
from ..adapters.netfilter.kernel import Tally
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.enforcement import EnforcementError
from ..engine.events import SecurityEvent
from ..engine.firewall.plan import Plan
from ..engine.traffic import Count, TrafficBook, Use
from .keeper import HomeKeeper

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(minutes=1)
_KEEP_EVERY: Final = 10
"""Readings after which the day is written down; what was counted since the last is found again in the kernel."""
_NAMES: Final = ("sent", "received", "refused", "refused4", "refused6", "quota")


def signal_traffic(entry_id: str) -> str:
    """Name the dispatcher signal that says: what was counted was read."""
    return f"{DOMAIN}_{entry_id}_traffic"


def traffic_store(hass: HomeAssistant) -> RoomStore[TrafficBook]:
    """Where the day is remembered."""
    return RoomStore(hass, f"{DOMAIN}.traffic", TrafficBook.encode, TrafficBook.decode)


class Traffic:
    """Use of the day by asset, and quotas that are renewed with it."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Count nothing yet."""
        self._hub = hub
        self._store = traffic_store(hub.hass)
        self._busy = asyncio.Lock()
        self._book = TrafficBook()
        self._quotas: Mapping[str, tuple[int, int]] = {}
        self._readings = 0
        self._cancel: CALLBACK_TYPE | None = None

    def use(self, asset_id: str) -> Use:
        """What an asset did today, as of the last reading."""
        return self._book.used.get(asset_id, Use())

    def quota(self, asset_id: str) -> tuple[int, int] | None:
        """Bytes used of an asset's quota and how many there are, as of the last reading; None if it has none."""
        return self._quotas.get(asset_id)

    async def async_start(self) -> None:
        """Remember the day and begin to read."""
        try:
            self._book = await self._store.load() or TrafficBook()
        except StoreUnreadableError as error:  # figures, no decisions: the file is put aside and the day begins anew
            try:
                aside = await self._store.start_anew(self._book)
            except StoreWriteError as trouble:
                aside = str(trouble)
            _LOGGER.warning("Counting begins anew, for what was remembered cannot be read: %s; %s", error, aside)
        await self.async_read()
        self._cancel = async_track_time_interval(self._hub.hass, self._async_tick, INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Read a last time and remember."""
        if self._cancel is None:
            return
        self._cancel()
        self._cancel = None
        await self.async_read()
        await self._async_keep()

    async def _async_tick(self, _now: datetime) -> None:
        await self.async_read()
        self._readings += 1
        if self._readings % _KEEP_EVERY == 0:
            await self._async_keep()

    async def async_read(self) -> None:
        """Read what the kernel counted; with a new day, quotas begin anew."""
        async with self._busy:
            try:
                day = dt_util.now().date().isoformat()
                if self._book.day not in {"", day}:
                    await self._hub.firewall.renew_quotas()
                tally = await self._hub.firewall.tally(_NAMES)
            except EnforcementError as error:
                _LOGGER.debug("Counts could not be read: %s", error)
                return
            changed, spent = await self._hub.hass.async_add_executor_job(self._take, day, tally, self._hub.home.plan)
        for asset_id in spent:
            await self._async_tell(asset_id)
        if changed:
            async_dispatcher_send(self._hub.hass, signal_traffic(self._hub.entry.entry_id))

    def _take(self, day: str, tally: Tally, plan: Plan) -> tuple[bool, list[str]]:
        owners = dict(_owners(plan))
        changed = bool(self._book.read(day, _counts(tally), owners, once=not plan.enforce))
        quotas: dict[str, tuple[int, int]] = {}
        for (mac,), quota in tally.get("inet quota", {}).items():
            if owner := owners.get(mac):
                quotas[owner] = max(quota, quotas.get(owner, quota))
        before, self._quotas = self._quotas, quotas
        spent = sorted(key for key, (used, size) in quotas.items() if used >= size and key not in self._book.spent)
        self._book.spent |= set(spent)
        return changed or before != quotas, spent

    async def _async_tell(self, asset_id: str) -> None:
        _, size = self._quotas[asset_id]
        self._hub.async_tell(SecurityEvent.QUOTA_REACHED, asset_id, quota_bytes=size)
        try:
            await self._hub.journal.append("quota_reached", asset_id=asset_id, details={"quota": size})
        except JournalError as error:
            _LOGGER.warning("A quota that was used up was not journalled: %s", error)

    async def _async_keep(self) -> None:
        try:
            async with self._busy:
                await self._store.save(self._book)
        except (StoreWriteError, StoreUnreadableError) as error:
            _LOGGER.warning("Counts are not remembered: %s", error)


def _counts(tally: Tally) -> Iterator[Count]:
    for where, counts in tally.items():
        table, _, name = where.partition(" ")
        if name != "quota":
            for (key,), (packets, size) in counts.items():
                yield Count(table, name, key, packets, size)


def _owners(plan: Plan) -> Iterator[tuple[str, str]]:
    for asset_id, member in plan.members.items():
        for mac in member.macs:
            yield mac, asset_id
        for address in member.addresses:
            yield str(address).partition("%")[0], asset_id
