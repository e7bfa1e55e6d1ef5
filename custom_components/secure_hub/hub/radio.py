"""The radio's room: who may join the Zigbee network, who never may, and what was taken apart in it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import time
from typing import Any, Final

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.alarm import Alarm
from ..adapters.journal import JournalError
from ..adapters.radio_store import RadioStore
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..adapters.storage_codec import MAX_TEXT, StoreValueError
from ..adapters.zha.admission import AdmissionUnavailableError, Arrival, Window, ZigbeeAdmission
from ..adapters.zha.facts import RadioFacts
from ..adapters.zha.links import LinkError
from ..const import DOMAIN
from ..engine.assets.model import Asset, IdentifierKind
from ..engine.events import SecurityEvent
from ..engine.firewall.plan import PacketClass
from ..engine.policy.model import Newcomers
from ..engine.posture import Item
from ..engine.radio.install_code import InstallCode
from ..engine.radio.links import Link
from ..engine.radio.memory import Ban, Join, RadioMemory
from ..engine.radio.posture import examine
from .keeper import HomeKeeper, failed
from .publisher import signal_hub

RADIO_REFUSED: Final = "radio_refused"
RADIO_STORE_UNREADABLE: Final = "radio_store_unreadable"
EXAMINE_EVERY: Final = timedelta(minutes=5)
PAGE_GOES_S: Final = 60.0
"""Seconds after which the page of a device that ZHA forgot should be gone."""
MAX_HELD: Final = 256
"""Newcomers of one moment that the gate holds before the home knows them."""

_LOGGER = logging.getLogger(__name__)


class Radio:
    """What the hub does about the Zigbee network beside the gate."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Touch nothing yet."""
        self._hub = hub
        self._store = RadioStore(hub.hass)
        self._writing = asyncio.Lock()
        self._closing = Alarm(hub.hass, self._expired)
        self._facts = RadioFacts(hub.gate)
        self._open_since: float | None = None
        self.posture: tuple[Item, ...] = ()
        """How well the network is kept, as last examined; empty without a radio."""
        self._left: dict[str, float] = {}
        """IEEE address -> since when ZHA does not know a banned device that has a page, on the monotonic clock."""
        self.left_pages: Mapping[str, str] = {}
        """IEEE address -> name of banned devices that ZHA forgot and whose pages stay."""
        self._ends: list[Callable[[], None]] = []
        self.memory = RadioMemory()
        self.unreadable: StoreUnreadableError | None = None
        """Why nobody knows who is banned; until it is mended whoever joins is held."""
        self.admission = ZigbeeAdmission(
            hub.hass,
            hub.gate,
            is_banned=lambda ieee: ieee in self.memory.bans,
            on_window=self._window_changed,
            on_arrival=self._arrived,
            on_eviction=self._evicted,
            on_introduced=self._introduced,
        )

    async def async_start(self) -> None:
        """Remember, then watch. What cannot be read is kept as it is, and told."""
        try:
            self.memory = await self._store.load() or RadioMemory()
        except StoreUnreadableError as error:
            self.unreadable = error
            _LOGGER.error("Who is banned from the Zigbee network cannot be read: %s", error)  # noqa: TRY400 - no bug
        self._hub.isolation.start(self.memory.taken, self._keep_links)
        self._facts.start()
        self.admission.start()
        self._ends = [
            async_dispatcher_connect(self._hub.hass, signal_hub(self._hub.entry.entry_id), self._decided),
            async_track_time_interval(self._hub.hass, self._async_examine, EXAMINE_EVERY),
            self._hub.gate.gateway.follow(self._attached, self._changed),
        ]

    async def async_stop(self) -> None:
        """Let go of the radio; what is banned or taken apart is so again after the next start."""
        ends, self._ends = self._ends, []
        for end in ends:
            end()
        self.admission.stop()
        self._facts.stop()
        self._closing.async_close()
        await self._hub.isolation.close()
        try:
            await self._store.flush()
        except StoreWriteError as error:
            _LOGGER.warning("What is remembered of the radio could not be saved: %s", error)

    @property
    def available(self) -> bool:
        """Whether there is a radio whose joining can be watched."""
        return self._hub.gate.gateway.application is not None and "permit" not in self.admission.missing

    @property
    def window(self) -> Window | None:
        """What lets devices join now."""
        return self.admission.open_window

    async def async_ban(self, ieee: str, *, name: str, actor: str | None, reason: str | None) -> None:
        """Send a device away and let it never join again.

        Raises ServiceValidationError for the radio itself, HomeAssistantError if it cannot be remembered.
        """
        if ieee == self._hub.isolation.links.coordinator or self._is_coordinator(ieee):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="ban_coordinator")
        ban = Ban(time.time(), actor, (reason or "")[:MAX_TEXT], name[:MAX_TEXT])
        await self._journal("zigbee_banned", actor=actor, reason=reason, details={"ieee": ieee, "name": ban.name})
        try:
            await self._remember(lambda memory: _without_links(memory.with_ban(ieee, ban), ieee))
        except OverflowError as error:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_many_bans") from error
        self._hub.isolation.taken = self.memory.taken
        asset = self._asset(ieee)
        self._hub.async_tell(SecurityEvent.BANNED, asset.id if asset else None, ieee=ieee, name=ban.name)
        try:
            await self.admission.remove(ieee)
        except Exception as error:  # noqa: BLE001 - whatever ZHA says: it is banned, and sent away when it comes back
            _LOGGER.warning("The banned device %s could not be removed from ZHA: %s", ieee, error)
        self._changed()

    async def async_unban(self, ieee: str, *, actor: str | None) -> None:
        """Let a device join again.

        Raises ServiceValidationError if it is not banned, HomeAssistantError if it cannot be remembered.
        """
        if ieee not in self.memory.bans:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="not_banned", translation_placeholders={"ieee": ieee}
            )
        await self._journal("zigbee_unbanned", actor=actor, details={"ieee": ieee})
        await self._remember(lambda memory: memory.without_ban(ieee))
        self._changed()

    async def async_close_network(self) -> None:
        """Let nobody join any more. Raises HomeAssistantError without a radio, or if it does not obey."""
        await self._ask_radio(self.admission.close_network())

    async def async_open_network(self, seconds: int, *, actor: str | None) -> None:
        """Let anybody join for some seconds. Raises as `async_close_network` does."""
        await self._ask_radio(self.admission.open_network(seconds, actor))

    async def async_admit_with_code(self, code: InstallCode, seconds: int, *, actor: str | None) -> None:
        """Let one device join by its install code: the trusted way.

        Raises ServiceValidationError for a banned one, and as `async_close_network` does.
        """
        if code.ieee in self.memory.bans:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="is_banned", translation_placeholders={"ieee": code.ieee}
            )
        await self._ask_radio(self.admission.admit_with_code(code.ieee, code.code, code.key, seconds, actor))

    async def async_links(self, ieee: str) -> tuple[Link, ...]:
        """Give every group and binding of a device, asked of itself. Raises HomeAssistantError."""
        try:
            return await self._hub.isolation.links.read(ieee)
        except LinkError as error:
            raise failed(error.key, error.detail) from error

    async def async_remove_link(self, link: Link, *, actor: str | None) -> None:
        """Take a group or a binding out of a device for good. Raises HomeAssistantError."""
        await self._journal("zigbee_link_removed", actor=actor, details=_told(link))
        try:
            await self._hub.isolation.links.take(link)
        except LinkError as error:
            raise failed(error.key, error.detail) from error
        if link in self.memory.taken:
            await self._keep_links(self.memory.taken - {link})
            self._hub.isolation.taken = self.memory.taken

    async def _ask_radio(self, asked: Any) -> None:
        try:
            await asked
        except AdmissionUnavailableError as error:
            raise failed(error.key, "") from error
        except Exception as error:  # zigpy's and the radio library's are many
            _LOGGER.debug("The radio refused", exc_info=True)
            raise failed(RADIO_REFUSED, str(error)[:MAX_TEXT]) from error

    async def _keep_links(self, taken: frozenset[Link]) -> None:
        """Remember which links are taken. Raises StoreWriteError."""
        was = self.memory.taken
        try:
            await self._save(replace(self.memory, taken=taken))
        except (StoreUnreadableError, StoreValueError) as error:
            raise StoreWriteError(self._store.key, str(error)) from error
        for action, links in (("zigbee_link_taken", taken - was), ("zigbee_link_given", was - taken)):
            for link in links:
                await self._journal(action, details=_told(link))

    async def _remember(self, change: Callable[[RadioMemory], RadioMemory]) -> None:
        """Remember a change, on the disk before anything else. Raises HomeAssistantError, OverflowError."""
        try:
            await self._save(change(self.memory))
        except StoreWriteError as error:
            raise failed(error.key, error.detail) from error
        except StoreUnreadableError as error:
            raise failed(RADIO_STORE_UNREADABLE, error.aside) from error

    async def _save(self, memory: RadioMemory) -> None:
        async with self._writing:
            was, self.memory = self.memory, memory
            try:
                await self._store.save(memory)
            except HomeAssistantError, StoreValueError:
                self.memory = was
                raise

    def _save_soon(self, memory: RadioMemory) -> None:
        self.memory = memory
        try:
            self._store.save_soon(memory)
        except (StoreUnreadableError, StoreValueError) as error:
            _LOGGER.debug("Not remembered of the radio: %s", error)

    async def _journal(self, action: str, *, actor: str | None = None, reason: str | None = None, details: Any) -> None:
        try:
            await self._hub.journal.append(action, actor=actor, reason=reason, details=details)
        except JournalError as error:
            raise failed(error.key, error.detail) from error

    def _note(self, action: str, actor: str | None, details: Mapping[str, Any]) -> None:
        """Journal what happened already, in its turn."""

        async def append() -> None:
            try:
                await self._journal(action, actor=actor, details=dict(details))
            except HomeAssistantError as error:
                _LOGGER.warning("Not journalled: %s", error)

        self._hub.entry.async_create_background_task(self._hub.hass, append(), f"{DOMAIN} {action}")

    @callback
    def _window_changed(self, window: Window | None) -> None:
        self._closing.async_set(window.until if window else None)
        self._open_since = None if window is None else self._open_since or time.time()
        if window is None:
            self._note("zigbee_closed", None, {})
        else:
            who = {"device": window.device, "only": window.only}
            details = {"seconds": round(window.until - time.time()), **{k: v for k, v in who.items() if v}}
            self._note("zigbee_opened", window.actor, details)
        self._changed()

    @callback
    def _expired(self) -> None:
        """The time for which the network was opened is over."""
        self.admission.expire()
        if window := self.admission.open_window:  # the clock was set back meanwhile
            self._closing.async_set(window.until)

    @callback
    def _arrived(self, arrival: Arrival) -> None:
        """A device joined that ZHA did not know: hold it from its first frame, note it and tell."""
        ieee, window = arrival.ieee, arrival.window
        if self._holds(ieee):
            self._hub.gate.joining.add(ieee)
            while len(self._hub.gate.joining) > MAX_HELD:
                self._hub.gate.joining.discard(next(one for one in self._hub.gate.joining if one != ieee))
        # A window that a device opened was opened by nobody.
        asked = window is not None and window.device is None
        trusted = window is not None and window.only == ieee
        join = Join(arrival.at, asked, trusted, window.actor if window else None)
        self._save_soon(self.memory.with_join(ieee, join))
        told = {"ieee": ieee, "asked": asked, "trusted": trusted}
        self._note("zigbee_joined", join.opened_by, told)
        asset = self._asset(ieee)
        self._hub.async_tell(SecurityEvent.JOINED, asset.id if asset else None, ieee=ieee, asked=asked, trusted=trusted)
        self._changed()

    @callback
    def _introduced(self, ieee: str) -> None:
        """ZHA interviewed a device: from now on the home's policy decides, and until it does the device is held."""
        gate = self._hub.gate
        gate.joining.discard(ieee)
        if self._holds(ieee) and not gate.is_planned(ieee) and len(gate.arrived) < MAX_HELD:
            gate.arrived.add(ieee)

    @callback
    def _decided(self) -> None:
        """Hold nobody any longer who was let in."""
        for held in (self._hub.gate.arrived, self._hub.gate.joining):
            held.difference_update([ieee for ieee in held if not self._holds(ieee)])

    @callback
    def _evicted(self, ieee: str) -> None:
        memory = self.memory.evicted(ieee, time.time())
        self._save_soon(memory)
        count = memory.bans[ieee].evictions
        if count & (count - 1) == 0:  # the 1st, 2nd, 4th, 8th ... : one that keeps trying fills no journal
            self._note("zigbee_evicted", None, {"ieee": ieee, "evictions": count})
        self._changed()

    def _holds(self, ieee: str) -> bool:
        """Whether a device is a newcomer to the home, and newcomers are held."""
        asset = self._asset(ieee)
        if asset is not None and asset.id in self._hub.policy.admitted:
            return False
        return self._hub.policy.newcomers is Newcomers.HOLD or self.unreadable is not None

    def _asset(self, ieee: str) -> Asset | None:
        assets = self._hub.assets.values()
        return next((asset for asset in assets if ieee in asset.values(IdentifierKind.IEEE)), None)

    def _is_coordinator(self, ieee: str) -> bool:
        asset = self._asset(ieee)
        return asset is not None and any(sighting.is_coordinator for sighting in asset.sightings)

    def _attached(self, _application: Any) -> None:
        self._changed()
        if self._hub.gate.gateway.zha is not None:  # its radio runs
            self._hub.entry.async_create_background_task(
                self._hub.hass, self._async_examine(), f"{DOMAIN} zigbee posture"
            )

    async def _async_examine(self, _now: datetime | None = None) -> None:
        """Ask the radio what it does not show, then judge."""
        await self._facts.ask_policy(lambda: self.window is not None)
        self._examine()

    @callback
    def _examine(self) -> None:
        """Judge the network anew, and tell if that came out otherwise than before."""
        was, self.posture = (self.posture, self.left_pages), ()
        cut_off = frozenset(
            ieee
            for member in self._hub.home.plan.members.values()
            if member.packet_class is not PacketClass.OPEN
            for ieee in member.ieees
        )
        self._look_for_left_pages()
        facts = self._facts.read(self.memory.joins, self._open_since, cut_off)
        if facts is not None:
            self.posture = examine(facts, time.time())
        if (self.posture, self.left_pages) != was:
            async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    def _look_for_left_pages(self) -> None:
        """Notice devices that ZHA forgot and whose page stays.

        ZHA takes a page away once all its entities say that they are gone, and waits for ever for one that was never
        set up to its end.
        """
        application, now = self._hub.gate.gateway.application, time.monotonic()
        bans = self.memory.bans.keys()
        gone = bans - {str(address) for address in application.devices} if application is not None else frozenset()
        left = {
            ieee: asset
            for asset in self._hub.assets.values()
            if asset.device_id is not None
            for ieee in asset.values(IdentifierKind.IEEE) & gone
        }
        self._left = {ieee: self._left.get(ieee, now) for ieee in left}
        pages = {ieee: asset.name for ieee, asset in left.items() if now - self._left[ieee] >= PAGE_GOES_S}
        for ieee in pages.keys() - self.left_pages.keys():
            self._note("zigbee_page_left", None, {"ieee": ieee, "name": pages[ieee]})
        self.left_pages = pages

    @callback
    def _changed(self) -> None:
        self._examine()
        async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))


def _without_links(memory: RadioMemory, ieee: str) -> RadioMemory:
    """Give a device that is gone for good nothing back, and nobody a link to it."""
    return replace(memory, taken=frozenset(one for one in memory.taken if ieee not in {one.holder, one.target}))


def _told(link: Link) -> dict[str, Any]:
    names = ("holder", "endpoint", "cluster", "group", "target", "target_endpoint")
    return {name: value for name in names if (value := getattr(link, name)) is not None}
