"""The Zigbee gate: frames between ZHA and a device that is cut off are refused or dropped.

Permissions are held apart: who may not be commanded (scope `control`) is sent nothing, who may not report (scope
`report`) is not listened to; a quarantined device is neither.

The gate sits on the two doors of zigpy's radio application that every radio library and every caller uses:
`send_packet` (outbound) and `packet_received` (inbound). It holds back unicasts to a device and everything from it;
what a groupcast says to it is held back only when it is taken out of its groups.

Let through, because they help to keep a device out: a device's announcement of its own address, without which it would
come back under another one; and the request to leave the network with its answer. From a device that may be commanded
and may not report, bare acknowledgements pass too: ZDO responses and ZCL default responses, which say nothing of it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ...engine.enforcement import Health, Status
from ...engine.firewall.plan import Member, PacketClass, Plan
from ...engine.policy.scopes import Decision, Scope
from ...engine.policy.tables import Table
from .gateway import HOOK_MISSING, RadioApplication, ZhaGateway

HOOK_REPLACED: Final = "zha_hook_replaced"
GATE_FAILED: Final = "zha_gate_failed"

ZDO_ENDPOINT: Final = 0
DEVICE_ANNCE: Final = 0x0013
MGMT_LEAVE_REQ: Final = 0x0034
MGMT_LEAVE_RSP: Final = 0x8034
CHECK_INTERVAL: Final = timedelta(seconds=5)
_ZDO_RESPONSE: Final = 0x8000
_CLUSTER_COMMAND: Final = 0b011
_MANUFACTURER_SPECIFIC: Final = 0b100
_DEFAULT_RESPONSE: Final = 0x0B
_IEEE_IN_ANNCE: Final = slice(3, 11)
"""Device_annce: sequence number (1), NWK address (2), IEEE address (8), capability (1). Zigbee 2.4.3.1.11."""

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class FrameCounts:
    """Frames of one device since the gate first met it.

    `received` and `sent` count every frame that came to the gate, `dropped` and `refused` those of them that it held
    back, or, while the plan is only to be counted, would have held back.
    """

    received: int = 0
    sent: int = 0
    dropped: int = 0
    refused: int = 0


class _Doors:
    """The two wrapped methods of one radio application."""

    def __init__(self, application: RadioApplication, gate: ZigbeeGate) -> None:
        """Wrap both; raises AttributeError, with nothing wrapped, if this is no zigpy application as we know it."""
        self.application = application
        for needed in ("get_device_with_address", "devices"):
            getattr(application, needed)
        receive: Callable[[Any], None] = application.packet_received
        send: Callable[[Any], Awaitable[Any]] = application.send_packet
        self._active = True

        def packet_received(packet: Any) -> None:
            if not (self._active and gate.drops(application, packet)):
                receive(packet)

        async def send_packet(packet: Any) -> Any:
            if self._active and gate.refuses(application, packet):
                from zigpy.exceptions import DeliveryError  # noqa: PLC0415  # ZHA brings it, or none of this runs

                msg = "Refused by Secure Hub: the device may not be commanded"
                raise DeliveryError(msg)
            return await send(packet)

        self._wrapped = {"packet_received": packet_received, "send_packet": send_packet}
        self._found = {name: vars(application)[name] for name in self._wrapped if name in vars(application)}
        for name, wrapper in self._wrapped.items():
            setattr(application, name, wrapper)

    @property
    def hung(self) -> bool:
        """Whether both wrappers are what the application's callers meet."""
        return all(vars(self.application).get(name) is wrapper for name, wrapper in self._wrapped.items())

    def unhinge(self) -> None:
        """Put back what was there; a wrapper that somebody has wrapped since stays and only passes through."""
        self._active = False
        for name, wrapper in self._wrapped.items():
            if vars(self.application).get(name) is not wrapper:
                continue
            if name in self._found:
                setattr(self.application, name, self._found[name])
            else:
                delattr(self.application, name)


class ZigbeeGate:
    """Enforcer of the plan for members with a Zigbee radio, in ZHA's own process.

    A held newcomer is treated as quarantined. The plan is remembered while ZHA is absent, and in force from before the
    radio of the next ZHA starts. Containment by this gate ends with Secure Hub: it is this integration's own code that
    refuses the frames, so `close` opens it, and a quarantined device can talk with ZHA until the gate is back.
    """

    name = "zigbee_gate"
    scopes = frozenset({Scope.CONTROL, Scope.REPORT})

    def __init__(self, hass: HomeAssistant, *, on_status: Callable[[], None]) -> None:
        """Touch nothing yet; `on_status` is called in the event loop when `status` may read otherwise than before."""
        self._hass = hass
        self._on_status = on_status
        self._gateway = ZhaGateway(hass, self._attach, self._detach)
        self._doors: _Doors | None = None
        self._missing: str | None = None
        self._failed: str | None = None
        self._enforce = False
        self._classes: Mapping[str, PacketClass] = {}
        """IEEE address -> class, of those that are not open."""
        self._unheard: frozenset[str] = frozenset()
        """IEEE addresses of those whose frames are dropped."""
        self._uncommanded: frozenset[str] = frozenset()
        """IEEE addresses of those that are sent nothing."""
        self._held: Mapping[str, PacketClass] = {}
        """What is done to each asset with a radio while the gate hangs."""
        self._stop_checking: Callable[[], None] | None = None
        self.counts: dict[str, FrameCounts] = {}
        """IEEE address -> frames seen, of devices that ZHA knows."""

    async def start(self) -> None:
        """Follow ZHA from now on. A plan applied before is in force at once; without one every frame passes."""
        self._stop_checking = async_track_time_interval(self._hass, self._check, CHECK_INTERVAL)
        self._gateway.start()
        self._on_status()

    @property
    def status(self) -> Status:
        """Unavailable without ZHA or a hook on it, drifted if somebody replaced the hook."""
        if self._doors is None:
            reason = HOOK_MISSING if self._missing else self._gateway.reason
            return Status(Health.UNAVAILABLE, reason, self._missing)
        if not self._doors.hung:
            return Status(Health.DRIFTED, HOOK_REPLACED)
        if self._failed is not None:
            return Status(Health.DEGRADED, GATE_FAILED, self._failed)
        return Status(Health.IN_SYNC)

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002  # a few dicts
        """Hold back the members that the plan does not leave open; hang replaced doors again."""
        members = {key: member for key, member in plan.members.items() if member.ieees}
        self._classes = {
            ieee: member.packet_class
            for member in members.values()
            if member.packet_class is not PacketClass.OPEN
            for ieee in member.ieees
        }
        self._unheard = _closed(members.values(), Scope.REPORT)
        self._uncommanded = _closed(members.values(), Scope.CONTROL)
        self._enforce = plan.enforce
        self._held = {key: member.packet_class if plan.enforce else PacketClass.OPEN for key, member in members.items()}
        self._failed = None
        self._rehang()

    def held(self) -> Mapping[str, PacketClass]:
        """What the gate does now to each asset with a radio: nothing is held open or shut by a gate that is not hung.

        While the plan is only to be counted every asset is open.
        """
        if self._doors is None or not self._doors.hung:
            return {}
        return self._held

    async def close(self) -> None:
        """Take the gate off ZHA; the radio has nothing of its own that could stay shut (see the class)."""
        if self._stop_checking is not None:
            self._stop_checking()
            self._stop_checking = None
        self._gateway.stop()

    async def remove(self) -> None:
        """As `close`: nothing else was ever made."""
        await self.close()

    def drops(self, application: RadioApplication, packet: Any) -> bool:
        """Whether an inbound packet ends here; counts it. Never raises."""
        ieee = None
        try:
            ieee = _known(application, packet.src)
            if ieee is None:
                return False
            counts = self._counts(application, ieee)
            counts.received += 1
            if ieee not in self._unheard or _may_come_in(packet, ieee):
                return False
            if ieee not in self._uncommanded and _is_acknowledgement(packet):
                return False
            counts.dropped += 1
        except Exception as error:  # noqa: BLE001  # nothing of ours may stop ZHA's reader
            self._fail(error)
        return self._enforce and ieee in self._unheard

    def refuses(self, application: RadioApplication, packet: Any) -> bool:
        """Whether an outbound packet is not sent; counts it. Never raises."""
        ieee = None
        try:
            ieee = _known(application, packet.dst)
            if ieee is None:
                return False
            counts = self._counts(application, ieee)
            counts.sent += 1
            if ieee not in self._uncommanded or (packet.dst_ep == ZDO_ENDPOINT and packet.cluster_id == MGMT_LEAVE_REQ):
                return False
            counts.refused += 1
        except Exception as error:  # noqa: BLE001  # nothing of ours may reach ZHA's callers but the refusal itself
            self._fail(error)
        return self._enforce and ieee in self._uncommanded

    def _counts(self, application: RadioApplication, ieee: str) -> FrameCounts:
        counts = self.counts.get(ieee)
        if counts is None:
            known = {str(address) for address in application.devices}
            self.counts = {address: kept for address, kept in self.counts.items() if address in known}
            counts = self.counts[ieee] = FrameCounts()
        return counts

    def _fail(self, error: Exception) -> None:
        """Note a frame that the gate could not judge: it is treated as of the device it was found to be from or to."""
        first, self._failed = self._failed is None, repr(error)
        if first:
            _LOGGER.error("The Zigbee gate failed on a frame", exc_info=error)
            self._hass.loop.call_soon(self._on_status)

    @callback
    def _check(self, _now: datetime) -> None:
        """Notice a hook that somebody replaced; nobody tells."""
        self._rehang()

    def _rehang(self) -> None:
        if self._doors is not None and not self._doors.hung:
            _LOGGER.warning("Somebody replaced the Zigbee gate in ZHA; hanging it again")
            self._attach(self._doors.application)

    def _attach(self, application: RadioApplication) -> None:
        if self._doors is not None and self._doors.application is application and self._doors.hung:
            return
        self._take_off()
        try:
            self._doors = _Doors(application, self)
        except AttributeError as error:
            _LOGGER.warning("This version of ZHA cannot be gated: %s", error)
            self._missing = str(error)
        self._on_status()

    def _detach(self) -> None:
        self._take_off()
        self._on_status()

    def _take_off(self) -> None:
        if self._doors is not None:
            self._doors.unhinge()
            self._doors = None
        self._missing = None


def _closed(members: Iterable[Member], scope: Scope) -> frozenset[str]:
    """IEEE addresses of the members that are cut off, or may not do what the scope is about."""
    return frozenset(
        ieee
        for member in members
        if member.packet_class is not PacketClass.OPEN or not _allows(member.table, scope)
        for ieee in member.ieees
    )


def _allows(table: Table | None, scope: Scope) -> bool:
    found = table.scope(scope) if table else None
    return found is None or found.default is Decision.ALLOW


def _known(application: RadioApplication, address: Any) -> str | None:
    """IEEE address of the device at a NWK or IEEE address; None for groups, broadcasts and strangers."""
    try:
        return str(application.get_device_with_address(address).ieee)
    except KeyError, ValueError:
        return None


def _may_come_in(packet: Any, ieee: str) -> bool:
    """Whether a frame of a device that is cut off is one that helps to keep it out.

    An announcement passes for the announcer's own IEEE address only: another's would draw that device's traffic.
    """
    if packet.dst_ep != ZDO_ENDPOINT or packet.src_ep != ZDO_ENDPOINT:
        return False
    if packet.cluster_id == MGMT_LEAVE_RSP:
        return True
    data = bytes(packet.data.serialize())
    return packet.cluster_id == DEVICE_ANNCE and ":".join(f"{b:02x}" for b in data[_IEEE_IN_ANNCE][::-1]) == ieee


def _is_acknowledgement(packet: Any) -> bool:
    """Whether a frame says no more than that a command arrived.

    ZDO responses have the high bit of the cluster set (Zigbee 2.4.4). A ZCL header is frame control, whose low two bits
    are 0 for a global command and whose third says that a manufacturer code (2) follows, sequence number and command
    (ZCL 2.4.1).
    """
    if packet.dst_ep == ZDO_ENDPOINT:
        return packet.src_ep == ZDO_ENDPOINT and bool(packet.cluster_id & _ZDO_RESPONSE)
    data = bytes(packet.data.serialize())
    command = 4 if data[0] & _MANUFACTURER_SPECIFIC else 2
    return not data[0] & _CLUSTER_COMMAND and data[command] == _DEFAULT_RESPONSE
