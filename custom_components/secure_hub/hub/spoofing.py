"""False senders: the firewall drops their packets and notes who they were; this room reads that and tells."""

from datetime import datetime, timedelta
import logging
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.journal import JournalError
from ..const import DOMAIN
from ..engine.enforcement import EnforcementError
from ..engine.events import SecurityEvent
from ..engine.journal import JsonValue
from ..engine.spoofing import Spoof, SpoofBook
from .keeper import HomeKeeper
from .publisher import signal_hub

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(seconds=5)
"""Three sets that are empty in a peaceful home are read in some fifty microseconds."""
_NAMES: Final = ("spoofed", "spoofed4", "spoofed6")


def signal_spoofed(entry_id: str) -> str:
    """Name the dispatcher signal with those who were caught since the last reading: pairs of asset and `Spoof`.

    Who is no asset is named by the port: MACs can be made up without end.
    """
    return f"{DOMAIN}_{entry_id}_spoofed"


class Spoofing:
    """Who was caught."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Nobody was."""
        self.book = SpoofBook()
        self._hub = hub
        self._cancel: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Take what was noted before as told, and begin to read."""
        await self.async_read(tell=False)
        self._cancel = async_track_time_interval(self._hub.hass, self._async_tick, INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Read no more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _async_tick(self, _now: datetime) -> None:
        await self.async_read()

    async def async_read(self, *, tell: bool = True) -> None:
        """Read who was noted since the last time."""
        try:
            tally = await self._hub.firewall.tally(_NAMES)
        except EnforcementError as error:
            _LOGGER.debug("False senders could not be read: %s", error)
            return
        before = self.book.packets
        counts = {sender: packets for told in tally.values() for sender, (packets, _) in told.items()}
        for one in self.book.read(counts, time.monotonic()):
            if tell:
                await self._async_tell(one)
        if tell and self.book.found:
            caught = [(self._who(one) or one.port, one) for one in self.book.found]
            async_dispatcher_send(self._hub.hass, signal_spoofed(self._hub.entry.entry_id), caught)
        if self.book.packets != before:
            async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    def _who(self, one: Spoof) -> str | None:
        """Return the asset that it was: by its MAC, or if that is the hub's, the one that is alone at the port."""
        home = self._hub.home
        macs = {one.mac}
        if one.mac in home.plan.hub_macs:
            macs = {it.mac for it in home.topology.stations if it.port == one.port}
        found = [key for key, member in home.plan.members.items() if member.macs & macs]
        return found[0] if len(found) == 1 else None

    async def _async_tell(self, one: Spoof) -> None:
        asset_id = self._who(one)
        details: dict[str, JsonValue] = {
            "port": one.port,
            "mac": one.mac,
            "address": one.address,
            "packets": one.packets,
        }
        self._hub.async_tell(SecurityEvent.SPOOFED, asset_id, **details)
        try:
            await self._hub.journal.append("spoofed", asset_id=asset_id, details=details)
        except JournalError as error:
            _LOGGER.warning("A false sender was not journalled: %s", error)
