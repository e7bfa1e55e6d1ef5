"""What devices send and receive: the kernel counts, this room reads once a minute and remembers the day."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..adapters.enforcers.nftables import NftablesEnforcer
from ..adapters.netfilter.kernel import Tally
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.enforcement import EnforcementError
from ..engine.firewall.plan import Plan
from ..engine.traffic import Count, TrafficBook, Use

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(minutes=1)
_KEEP_EVERY: Final = 10
"""Readings after which the day is written down; what was counted since the last is found again in the kernel."""
_NAMES: Final = ("sent", "received", "refused", "refused4", "refused6")


def signal_traffic(entry_id: str) -> str:
    """Name the dispatcher signal that says: what was counted was read."""
    return f"{DOMAIN}_{entry_id}_traffic"


def traffic_store(hass: HomeAssistant) -> RoomStore[TrafficBook]:
    """Where the day is remembered."""
    return RoomStore(hass, f"{DOMAIN}.traffic", TrafficBook.encode, TrafficBook.decode)


class Traffic:
    """Use of the day by asset."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, firewall: NftablesEnforcer, plan: Callable[[], Plan]
    ) -> None:
        """Read the counts of `firewall`; `plan` gives what is planned now."""
        self._hass = hass
        self._entry_id = entry_id
        self._firewall = firewall
        self._plan = plan
        self._store = traffic_store(hass)
        self._busy = asyncio.Lock()
        self._book = TrafficBook()
        self._readings = 0
        self._cancel: CALLBACK_TYPE | None = None

    def use(self, asset_id: str) -> Use:
        """What an asset did today, as of the last reading."""
        return self._book.used.get(asset_id, Use())

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
        self._cancel = async_track_time_interval(self._hass, self._async_tick, INTERVAL, cancel_on_shutdown=True)

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
        """Read what the kernel counted."""
        try:
            tally = await self._firewall.tally(_NAMES)
        except EnforcementError as error:
            _LOGGER.debug("Counts could not be read: %s", error)
            return
        day = dt_util.now().date().isoformat()
        async with self._busy:
            changed = await self._hass.async_add_executor_job(self._take, day, tally, self._plan())
        if changed:
            async_dispatcher_send(self._hass, signal_traffic(self._entry_id))

    def _take(self, day: str, tally: Tally, plan: Plan) -> bool:
        owners = dict(_owners(plan))
        return bool(self._book.read(day, _counts(tally), owners, once=not plan.enforce))

    async def _async_keep(self) -> None:
        try:
            async with self._busy:
                await self._store.save(self._book)
        except (StoreWriteError, StoreUnreadableError) as error:
            _LOGGER.warning("Counts are not remembered: %s", error)


def _counts(tally: Tally) -> Iterator[Count]:
    for where, counts in tally.items():
        table, _, name = where.partition(" ")
        for (key,), (packets, size) in counts.items():
            yield Count(table, name, key, packets, size)


def _owners(plan: Plan) -> Iterator[tuple[str, str]]:
    for asset_id, member in plan.members.items():
        for mac in member.macs:
            yield mac, asset_id
        for address in member.addresses:
            yield str(address).partition("%")[0], asset_id
