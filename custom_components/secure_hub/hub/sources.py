"""Live sources: what devices are seen to do, from everything on this machine that sees it."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..adapters.netfilter.connections import Ends, account, connections
from ..adapters.netfilter.netlink import NetfilterSocket, NetlinkError
from ..adapters.sources.commands import CommandWatch
from ..adapters.sources.dns import answer_in_packet
from ..adapters.sources.eve_file import EveFile
from ..adapters.sources.wire import WireTap
from ..adapters.zha.tap import ZigbeeFrame
from ..const import CONF_IOT_INTERFACES, CONF_LAN_INTERFACES
from ..engine.detection.connections import ConnectionTracker
from ..engine.detection.context import Context
from ..engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from ..engine.detection.readers.announcements import Announcements
from ..engine.detection.readers.endpoints import PRIVATE, Home, Place
from ..engine.detection.readers.eve import EveReader
from ..engine.enforcement import Health
from ..engine.events import SecurityEvent
from ..engine.firewall.plan import Plan
from ..engine.happened import Happened
from .keeper import HomeKeeper
from .publisher import signal_event
from .traffic import signal_traffic

MAX_PENDING: Final = 20_000
"""Observations that wait; of more, the oldest are lost and counted."""
_MAX_CONNECTIONS: Final = 32_768
_LOOK_S: Final = 5.0
"""Seconds between two looks at the kernel's connections at least; they take no more than a twentieth of the time."""
_SHARE: Final = 20.0
_MAX_CALLED: Final = 16_384
_OPEN_S: Final = 60.0
"""Seconds between two attempts to open what could not be opened."""
_COUNTED_S: Final = 60.0
"""Seconds between two readings of the wall's counters."""
_ETHERNET: Final = 14
_ANNOUNCEMENT: Final = 0x0013
_OTA: Final = 0x0019


class SourceName(StrEnum):
    """Where observations come from."""

    CONNECTIONS = "connections"
    WIRE = "wire"
    WALL = "wall"
    ZIGBEE = "zigbee"
    HOME_ASSISTANT = "home_assistant"
    SURICATA = "suricata"


@dataclass(slots=True)
class SourceHealth:
    """Whether a source is heard: `reason` says why not, or what is missing."""

    active: bool = False
    reason: str = ""
    seen: int = 0
    """Observations since the start."""


class Sources:
    """Everything that is heard, made into observations of assets."""

    def __init__(self, hub: HomeKeeper, eve_path: str | None, refused: Callable[[str], int]) -> None:
        """Hear nothing yet; `eve_path` is Suricata's file, if there is one.

        `refused` gives the packets of an asset that the wall dropped today.
        """
        self.health = {name: SourceHealth() for name in SourceName}
        self.lost = 0
        self._hub = hub
        self._eve_path = eve_path
        self._refused = refused
        self._counted: dict[str, int] = {}
        self._pending: deque[Observation] = deque()
        self._commands = CommandWatch(hub.hass, self._async_login)
        self._unlisten: list[CALLBACK_TYPE] = []
        self._kernel: NetfilterSocket | None = None
        self._ends: Ends | None = None
        self._tracker = ConnectionTracker(self._place, self._is_hub)
        self._wire: WireTap | None = None
        self._eve: EveFile | None = None
        self._plan: Plan | None = None
        self._owners: dict[str, str] = {}
        self._hub_addresses: frozenset[str] = frozenset()
        self._called: dict[tuple[str, str], str] = {}
        self._home = Home()
        self._announcements = Announcements(self._home)
        self._eve_reader = EveReader(self._home)
        self._next_look = self._next_open = 0.0

    @callback
    def async_start(self) -> None:
        """Listen to what is told in the event loop; the rest is opened with the first collection."""
        self._follow()
        self._commands.async_start()
        self.health[SourceName.HOME_ASSISTANT].active = True
        self._look_at_health()
        self._unlisten = [
            self._hub.gate.tap.subscribe(self._async_frame),
            async_dispatcher_connect(self._hub.hass, signal_event(self._hub.entry.entry_id), self._async_happened),
            async_dispatcher_connect(self._hub.hass, signal_traffic(self._hub.entry.entry_id), self._async_counted),
        ]

    async def async_stop(self) -> None:
        """Let go of everything."""
        self._commands.async_stop()
        while self._unlisten:
            self._unlisten.pop()()
        await self._hub.hass.async_add_executor_job(self._close)

    async def async_collect(self) -> list[Observation]:
        """Return what was seen since the last call, in the order of its time."""
        self._follow()
        self._look_at_health()
        heard = await self._hub.hass.async_add_executor_job(self._read)
        # What joined a moment ago was nobody then.
        waiting = [
            replace(it, asset=self._owners[it.asset]) if it.asset in self._owners else it for it in self._pending
        ]
        self._pending.clear()
        return sorted((*waiting, *heard), key=lambda it: it.time)

    def context(self, asset_id: str, at: float) -> Context:
        """Return what explains an asset's behaviour of that moment, some seconds ago at most, or makes it odder."""
        asset = self._hub.assets.get(asset_id)
        devices = asset.device_ids if asset else frozenset()
        commands = self._commands
        return Context(commands.since(devices, at), commands.is_updating(devices), commands.is_away(at))

    # --- in the event loop

    def _follow(self) -> None:
        """Know who is who now."""
        plan = self._hub.home.plan
        if plan is self._plan:
            return
        self._plan = plan
        self._owners = dict(_owners(plan))
        data = self._hub.entry.data
        interfaces = {*data[CONF_IOT_INTERFACES], *data[CONF_LAN_INTERFACES]}
        networks = {it.network for name, it in self._hub.home.topology.addresses if name in interfaces}
        self._home = Home((*PRIVATE, *networks))
        self._announcements = Announcements(self._home)
        self._eve_reader = EveReader(self._home)
        self._hub_addresses = frozenset(map(str, plan.hub_addresses))

    def _look_at_health(self) -> None:
        """Know what is heard of sources that are somebody else's."""
        wall, gateway = self._hub.firewall.status, self._hub.gate.gateway
        for name, active, reason in (
            (SourceName.WALL, wall.health is not Health.UNAVAILABLE, wall.reason),
            (SourceName.ZIGBEE, gateway.application is not None, gateway.reason),
        ):
            self.health[name].active, self.health[name].reason = active, reason or ""

    @callback
    def _put(self, source: SourceName, seen: Observation) -> None:
        self.health[source].seen += 1
        if len(self._pending) >= MAX_PENDING:
            self._pending.popleft()
            self.lost += 1
        self._pending.append(seen)

    @callback
    def _async_login(self, address: str) -> None:
        if address in self._hub_addresses or self._place(address) is Place.NOWHERE:
            return  # this machine itself, or a proxy on it: no device's doing
        asset = self._owners.get(address, address)
        seen = Observation(
            time.time(), asset, ObservationKind.LOGIN, peer=address, outcome=Outcome.REFUSED, inward=True
        )
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
    def _async_frame(self, frame: ZigbeeFrame) -> None:
        asset_id = self._owners.get(frame.ieee or "")
        if asset_id is None:
            return
        command, manufacturer = frame.command, frame.manufacturer or 0
        radio = Radio(
            frame.profile,
            frame.cluster,
            -1 if command is None else command,
            frame.is_general,
            manufacturer,
            frame.lqi or 0,
            frame.rssi or 0,
            sleepy=not frame.inbound and self._is_sleepy(frame.ieee),
        )
        kind = ObservationKind.RADIO_FRAME
        if frame.inbound and frame.dst_ep == 0 and frame.cluster == _ANNOUNCEMENT:
            kind = ObservationKind.RADIO_JOIN
        self._put(
            SourceName.ZIGBEE,
            Observation(
                frame.time,
                asset_id,
                kind,
                inward=not frame.inbound,
                began=kind is ObservationKind.RADIO_FRAME,
                sent=frame.size if frame.inbound else 0,
                received=0 if frame.inbound else frame.size,
                genuine=frame.cluster != _OTA or self.context(asset_id, frame.time).updating,
                radio=radio,
            ),
        )

    def _is_sleepy(self, ieee: str | None) -> bool:
        """Whether a Zigbee device sleeps, by its node descriptor; of one that says nothing, nothing is expected."""
        application = self._hub.gate.gateway.application
        devices = getattr(application, "devices", {})
        device = next((it for key, it in devices.items() if str(key) == ieee), None)
        descriptor = getattr(device, "node_desc", None)
        return descriptor is not None and not getattr(descriptor, "is_receiver_on_when_idle", True)

    # --- in the executor, one at a time

    def _read(self) -> list[Observation]:
        now = time.monotonic()
        if now >= self._next_open:
            self._next_open = now + _OPEN_S
            self._open()
        found = list(self._of_wire())
        if now >= self._next_look and self._kernel is not None:
            found += self._of_connections(self._kernel)
            spent = time.monotonic() - now
            self._next_look = now + max(_LOOK_S, _SHARE * spent)
        found += self._of_eve()
        return found

    def _open(self) -> None:
        if self._kernel is None:
            self._try(SourceName.CONNECTIONS, self._open_kernel)
        if self._wire is None:
            self._try(SourceName.WIRE, self._open_wire)
        if self._eve is None and self._eve_path:
            self._eve = EveFile(Path(self._eve_path))

    def _try(self, source: SourceName, opening: Callable[[], None]) -> None:
        health = self.health[source]
        try:
            opening()
        except (NetlinkError, OSError) as error:
            health.active, health.reason = False, str(error)
        else:
            health.active = True

    def _open_kernel(self) -> None:
        kernel = NetfilterSocket()
        try:
            connections(kernel, 1)
            self._ends = Ends()
            self.health[SourceName.CONNECTIONS].reason = "" if account() else "no_accounting"
        except BaseException:
            kernel.close()
            raise
        self._kernel = kernel

    def _open_wire(self) -> None:
        self._wire = WireTap(_interfaces(self._plan))

    def _of_wire(self) -> Iterator[Observation]:
        health = self.health[SourceName.WIRE]
        for at, frame in self._wire.read() if self._wire is not None else ():
            if told := answer_in_packet(frame[_ETHERNET:]):
                self._note_names(str(told[0]), told[1].name, told[1].addresses)
            for seen in self._announcements.frame(at, frame):
                if asset_id := self._owners.get(seen.asset):
                    health.seen += 1
                    yield replace(seen, asset=asset_id)

    def _place(self, address: str) -> Place:
        return self._home.place(address)

    def _is_hub(self, address: str) -> bool:
        return address in self._hub_addresses

    def name(self, asset_id: str, address: str) -> str:
        """Return the name by which an asset knows an address, or nothing."""
        return self._called.get((asset_id, address), "")

    def _note_names(self, receiver: str, name: str, addresses: Iterable[object]) -> None:
        asset_id = self._owners.get(receiver)
        if asset_id is None:
            return
        for address in addresses:
            key = (asset_id, str(address))
            self._called.pop(key, None)
            if len(self._called) >= _MAX_CALLED:
                del self._called[next(iter(self._called))]
            self._called[key] = name

    def _of_connections(self, kernel: NetfilterSocket) -> list[Observation]:
        health = self.health[SourceName.CONNECTIONS]
        try:
            ended = self._ends.read(_MAX_CONNECTIONS) if self._ends is not None else []
            seen = connections(kernel, _MAX_CONNECTIONS)
        except NetlinkError as error:
            health.active, health.reason = False, str(error)
            self._close_kernel()
            return []
        found = self._tracker.look(seen, ended, time.time(), self._owners.get, self.name)
        health.seen += len(found)
        return found

    def _of_eve(self) -> list[Observation]:
        health = self.health[SourceName.SURICATA]
        if self._eve is None:
            return []
        try:
            lines = self._eve.read()
        except OSError as error:
            health.active, health.reason = False, str(error)
            return []
        health.active, health.reason = True, ""
        found = [
            replace(it, asset=self._owners[it.asset])
            for it in self._eve_reader.read(lines)
            if it.asset in self._owners and it.kind is ObservationKind.ALERT
        ]
        health.seen += len(found)
        return found

    def _close_kernel(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None
        if self._ends is not None:
            self._ends.close()
            self._ends = None

    def _close(self) -> None:
        self._close_kernel()
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        for health in self.health.values():
            health.active = False


def _interfaces(plan: Plan | None) -> Collection[str]:
    return {segment.interface for segment in plan.segments} if plan else ()


def _owners(plan: Plan) -> Iterator[tuple[str, str]]:
    """Asset by address, hardware address and EUI-64."""
    for asset_id, member in plan.members.items():
        for address in member.addresses:
            yield str(address).partition("%")[0], asset_id
        for hardware in (*member.macs, *member.ieees):
            yield hardware, asset_id
