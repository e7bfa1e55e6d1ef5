"""Live sources: what devices are seen to do, from everything on this machine that sees it."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..adapters.sources.announced import WireSource
from ..adapters.sources.commands import CommandWatch
from ..adapters.sources.connections import ConnectionSource
from ..adapters.sources.live import Names, SourceHealth, SourceName
from ..adapters.sources.suricata import SuricataSource
from ..adapters.zha.radios import Radios
from ..adapters.zha.rejoins import BareRejoins
from ..adapters.zha.tap import ZigbeeFrame
from ..const import CONF_IOT_INTERFACES, CONF_LAN_INTERFACES
from ..engine.detection.context import Context
from ..engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from ..engine.detection.readers.endpoints import PRIVATE, Home, Place
from ..engine.detection.who import Who, who_is_who
from ..engine.enforcement import Health
from ..engine.events import SecurityEvent
from ..engine.firewall.plan import Plan
from ..engine.happened import Happened
from ..engine.spoofing import Spoof
from .keeper import HomeKeeper
from .publisher import signal_event
from .spoofing import signal_spoofed
from .traffic import signal_traffic

MAX_PENDING: Final = 20_000
"""Observations that wait; of more, the oldest are lost and counted."""
_COUNTED_S: Final = 60.0
"""Seconds between two readings of the wall's counters."""
_ANNOUNCEMENT: Final = 0x0013
_OTA: Final = 0x0019


class Sources:
    """Everything that is heard, made into observations of assets."""

    def __init__(self, hub: HomeKeeper, eve_path: str | None, refused: Callable[[str], int]) -> None:
        """Hear nothing yet; `eve_path` is Suricata's file, if there is one.

        `refused` gives the packets of an asset that the wall dropped today.
        """
        self.health = {name: SourceHealth() for name in SourceName}
        self._hub = hub
        self._refused = refused
        self._counted: dict[str, int] = {}
        self._pending: deque[Observation] = deque()
        self._commands = CommandWatch(hub.hass, self._async_login)
        self._radios, self._rejoins = Radios(hub.gate.gateway), BareRejoins(hub.gate.gateway)
        self._unlisten: list[CALLBACK_TYPE] = []
        self._plan: Plan | None = None
        self._who, self._home, self._names = Who(), Home(), Names()
        health, names = self.health, self._names
        self._suricata = SuricataSource(health[SourceName.SURICATA], names, Path(eve_path)) if eve_path else None
        flows, questions = (self._suricata.flows, self._suricata.questions) if self._suricata else (None, None)
        self._connections = ConnectionSource(health[SourceName.CONNECTIONS], names, flows)
        self._wire = WireSource(health[SourceName.WIRE], names, questions)

    @callback
    def async_start(self) -> None:
        """Listen to what is told in the event loop; the rest is opened with the first collection."""
        self._follow()
        self._commands.async_start()
        self._rejoins.start()
        self.health[SourceName.HOME_ASSISTANT].active = True
        self._look_at_health()
        hass, entry_id = self._hub.hass, self._hub.entry.entry_id
        self._unlisten = [
            self._hub.gate.tap.subscribe(self._async_frame),
            async_dispatcher_connect(hass, signal_event(entry_id), self._async_happened),
            async_dispatcher_connect(hass, signal_traffic(entry_id), self._async_counted),
            async_dispatcher_connect(hass, signal_spoofed(entry_id), self._async_spoofed),
        ]

    async def async_stop(self) -> None:
        """Let go of everything."""
        self._commands.async_stop()
        self._rejoins.stop()
        while self._unlisten:
            self._unlisten.pop()()
        await self._hub.hass.async_add_executor_job(self._close)

    async def async_collect(self) -> list[Observation]:
        """Return what was seen since the last call, in the order of its time."""
        self._follow()
        self._look_at_health()
        heard = await self._hub.hass.async_add_executor_job(self._read)
        # What joined a moment ago was nobody then.
        owners = self._who.owners
        waiting = [replace(it, asset=owners[it.asset]) if it.asset in owners else it for it in self._pending]
        self._pending.clear()
        return sorted((*waiting, *heard), key=lambda it: it.time)

    def context(self, asset_id: str, at: float) -> Context:
        """Return what explains an asset's behaviour of that moment, some seconds ago at most, or makes it odder."""
        asset = self._hub.assets.get(asset_id)
        devices = asset.device_ids if asset else frozenset()
        commands = self._commands
        return Context(commands.since(devices, at), commands.is_updating(devices), commands.is_away(at))

    def name(self, asset_id: str, address: str) -> str:
        """Return the name by which an asset knows an address, or nothing."""
        return self._names.of(asset_id, address)

    # --- in the event loop

    def _follow(self) -> None:
        """Know who is who now."""
        home, data = self._hub.home, self._hub.entry.data
        if home.plan is self._plan:
            return
        self._plan = home.plan
        self._who = who_is_who(home.plan, home.topology)
        interfaces = {*data[CONF_IOT_INTERFACES], *data[CONF_LAN_INTERFACES]}
        networks = {it.network for name, it in home.topology.addresses if name in interfaces}
        self._home = Home((*PRIVATE, *networks))

    def _look_at_health(self) -> None:
        """Know what is heard of sources that are somebody else's."""
        wall, gateway = self._hub.firewall.status, self._hub.gate.gateway
        for name, active, reason in (
            (SourceName.WALL, wall.health is not Health.UNAVAILABLE, wall.reason),
            (SourceName.ZIGBEE, gateway.application is not None, gateway.reason),
        ):
            self.health[name].active, self.health[name].reason = active, reason or ""
        self.health[SourceName.ZIGBEE].rejected = self._hub.gate.tap.failures

    @callback
    def _put(self, source: SourceName, seen: Observation) -> None:
        self.health[source].seen += 1
        if len(self._pending) >= MAX_PENDING:
            self._pending.popleft()
            self.health[source].lost += 1
        self._pending.append(seen)

    @callback
    def _async_login(self, address: str) -> None:
        if address in self._who.hub or self._home.place(address) is Place.NOWHERE:
            return  # this machine itself, or a proxy on it: no device's doing
        asset = self._who.owners.get(address, address)
        kind = ObservationKind.LOGIN
        seen = Observation(time.time(), asset, kind, peer=address, outcome=Outcome.REFUSED, inward=True)
        self._put(SourceName.HOME_ASSISTANT, seen)

    @callback
    def _async_happened(self, one: Happened) -> None:
        """A device joined the Zigbee network, asked or not."""
        if one.event is not SecurityEvent.JOINED or "asked" not in one.details:
            return
        asset = one.asset_id or str(one.details.get("ieee"))
        kind, asked = ObservationKind.RADIO_JOIN, bool(one.details["asked"])
        self._put(SourceName.ZIGBEE, Observation(time.time(), asset, kind, genuine=asked, radio=Radio()))

    @callback
    def _async_counted(self) -> None:
        """The wall's counters were read."""
        for asset_id in self._hub.assets:
            count = self._refused(asset_id)
            more = count - self._counted.get(asset_id, count)  # a day begins with 0
            self._counted[asset_id] = count
            if more > 0:
                kind = ObservationKind.REFUSED
                seen = Observation(time.time(), asset_id, kind, duration=_COUNTED_S, packets_sent=more)
                self._put(SourceName.WALL, seen)
        for asset_id in self._counted.keys() - self._hub.assets.keys():
            del self._counted[asset_id]

    @callback
    def _async_spoofed(self, senders: Iterable[tuple[str, Spoof]]) -> None:
        """The wall caught somebody under an address that is not his."""
        self._follow()
        now, who = time.time(), self._who
        for asset, one in senders:
            holders = who.hub_macs if one.address in who.hub_macs else who.holders.get(one.address)
            if not holders and who.owners.get(one.address) in {None, asset}:
                continue  # nobody's: it gave itself an address, as devices do that wait for one
            seen = Observation(
                now,
                asset,
                ObservationKind.FALSE_SENDER,
                min(holders) if holders else "",
                packets_sent=one.packets,
                name=one.address,
            )
            self._put(SourceName.WALL, seen)

    @callback
    def _async_frame(self, frame: ZigbeeFrame) -> None:
        asset_id = self._who.owners.get(frame.ieee or "")
        if asset_id is None:
            return
        returns = frame.inbound and frame.dst_ep == 0 and frame.cluster == _ANNOUNCEMENT
        radio = Radio(
            frame.profile,
            frame.cluster,
            -1 if frame.command is None else frame.command,
            frame.is_general,
            frame.manufacturer or 0,
            frame.lqi or 0,
            frame.rssi or 0,
            direct=frame.inbound and self._radios.is_direct(frame.ieee),
            sleepy=not frame.inbound and self._radios.is_sleepy(frame.ieee),
            secured=not (returns and self._rejoins.take(frame.ieee or "")),
        )
        self._put(
            SourceName.ZIGBEE,
            Observation(
                frame.time,
                asset_id,
                ObservationKind.RADIO_JOIN if returns else ObservationKind.RADIO_FRAME,
                inward=not frame.inbound,
                began=not returns,
                sent=frame.size if frame.inbound else 0,
                received=0 if frame.inbound else frame.size,
                genuine=frame.cluster != _OTA or self.context(asset_id, frame.time).updating,
                radio=radio,
            ),
        )

    # --- in the executor, one at a time

    def _read(self) -> list[Observation]:
        who, home = self._who, self._home
        found = self._wire.read(who, home)
        told = self._connections.read(who, home)
        found += told or ()
        if self._suricata is not None:
            looked = told is not None or not self.health[SourceName.CONNECTIONS].active
            found += self._suricata.read(who, home, looked=looked)
        return found

    def _close(self) -> None:
        self._connections.close()
        self._wire.close()
        if self._suricata is not None:
            self._suricata.close()
        for health in self.health.values():
            health.active = False
