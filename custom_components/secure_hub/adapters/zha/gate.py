"""The Zigbee gate: frames between ZHA and a device that is cut off are refused or dropped.

Permissions are held apart: who may not be commanded (scope `control`) is sent nothing, who may not report (scope
`report`) is not listened to; a quarantined device is neither.

The gate sits on the two doors of zigpy's radio application that every radio library and every caller uses:
`send_packet` (outbound) and `packet_received` (inbound). It holds back unicasts to a device and everything from it;
what a groupcast says to it is held back only when it is taken out of its groups.

Let through, because they help to keep a device out: a device's announcement of its own address, without which it would
come back under another one; and the request to leave the network with its answer. From a device that may be commanded
and may not report, what says nothing of it passes too: ZDO responses, ZCL default responses, answers about its groups.
A newcomer that is being interviewed may say who it is, and afterwards still acknowledge what it was told then: ZHA
waits for that.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
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
from .addresses import AddressBook
from .frames import introduces, is_default_response, is_leave_request, is_membership_answer, keeps_out
from .gateway import HOOK_MISSING, RadioApplication, ZhaGateway
from .hooks import Hook, Hooks
from .tap import FrameTap

HOOK_REPLACED: Final = "zha_hook_replaced"
GATE_FAILED: Final = "zha_gate_failed"
CHECK_INTERVAL: Final = timedelta(seconds=5)
_OUR_OWN: ContextVar[str | None] = ContextVar("secure_hub_zigbee_own", default=None)
"""IEEE address of the device that this task asks something in the hub's own name."""
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


def _hang(application: RadioApplication, gate: ZigbeeGate) -> Hooks:
    """Hang the doors; raises AttributeError, with nothing wrapped, if this is no zigpy application as we know it."""
    doors: dict[str, Hook] = {"packet_received": _passing(gate.drops), "send_packet": _refusing(gate.refuses)}
    if hasattr(application, "gp_packet_received"):  # an older zigpy hears no Green Power
        doors["gp_packet_received"] = _passing(gate.drops_green_power)
    return Hooks(application, doors)


def _passing(drops: Callable[[Any], bool]) -> Hook:
    """Make a door that what arrives comes through unless it is dropped."""

    def door(receive: Callable[[Any], None], doors: Hooks) -> Callable[[Any], None]:
        def received(packet: Any) -> None:
            if not (doors.active and drops(packet)):
                receive(packet)

        return received

    return door


def _refusing(refuses: Callable[[Any], bool]) -> Hook:
    """Make a door that what is sent goes through, or whoever sends it is told that it is refused."""

    def door(send: Callable[[Any], Awaitable[Any]], doors: Hooks) -> Callable[[Any], Awaitable[Any]]:
        async def send_packet(packet: Any) -> Any:
            if doors.active and refuses(packet):
                from zigpy.exceptions import DeliveryError  # noqa: PLC0415  # ZHA brings it, or none of this runs

                msg = "Refused by Secure Hub: the device may not be commanded"
                raise DeliveryError(msg)
            return await send(packet)

        return send_packet

    return door


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
        self.gateway = ZhaGateway(hass)
        self.gateway.follow(self._attach, self._detach)
        self.tap = FrameTap()
        self.joining: set[str] = set()
        """IEEE addresses of newcomers that are being interviewed: held, but for that."""
        self.arrived: set[str] = set()
        """IEEE addresses of newcomers that were interviewed and that the plan does not hold yet: held."""
        self._asked: dict[str, int] = {}
        """IEEE address -> how many of our own questions wait for its answer."""
        self._addresses: AddressBook | None = None
        """Whose addresses are, of the application that the gate hangs on."""
        self._doors: Hooks | None = None
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
        self.gateway.start()
        self._on_status()

    @property
    def status(self) -> Status:
        """Unavailable without ZHA or a hook on it, drifted if somebody replaced the hook."""
        if self._doors is None:
            reason = HOOK_MISSING if self._missing else self.gateway.reason
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
        self.arrived -= self._classes.keys()
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
        self.gateway.stop()

    async def remove(self) -> None:
        """As `close`: nothing else was ever made."""
        await self.close()

    def is_planned(self, ieee: str) -> bool:
        """Whether the plan cuts a device off."""
        return ieee in self._classes

    @contextmanager
    def asking(self, ieee: str) -> Iterator[None]:
        """Let what this task asks a device about its groups and bindings pass, and its answers."""
        token = _OUR_OWN.set(ieee)
        self._asked[ieee] = self._asked.get(ieee, 0) + 1
        try:
            yield
        finally:
            _OUR_OWN.reset(token)
            self._asked[ieee] -= 1
            if not self._asked[ieee]:
                del self._asked[ieee]

    def drops(self, packet: Any) -> bool:
        """Whether an inbound packet ends here; counts it. Never raises."""
        ieee, drops = None, False
        try:
            ieee = self._known(packet.src)
            if ieee is not None:
                unheard = self._is_unheard(ieee)
                drops = self._enforce and unheard  # whatever goes wrong below
                held_back = unheard and not self._may_come_in(packet, ieee)
                drops = self._enforce and held_back
                counts = self._counts(ieee)
                counts.received += 1
                counts.dropped += held_back
        except Exception as error:  # noqa: BLE001  # nothing of ours may stop ZHA's reader
            self._fail(error)
        if self.tap.listeners:
            self.tap.note(packet, ieee, inbound=True, passed=not drops)
        return drops

    def refuses(self, packet: Any) -> bool:
        """Whether an outbound packet is not sent; counts it. Never raises."""
        ieee, refuses = None, False
        try:
            ieee = self._known(packet.dst)
            if ieee is not None:
                held_back = self._is_uncommanded(ieee) and not is_leave_request(packet) and _OUR_OWN.get() != ieee
                refuses = self._enforce and held_back
                counts = self._counts(ieee)
                counts.sent += 1
                counts.refused += held_back
        except Exception as error:  # noqa: BLE001  # nothing of ours may reach ZHA's callers but the refusal itself
            self._fail(error)
        if self.tap.listeners:
            self.tap.note(packet, ieee, inbound=False, passed=not refuses)
        return refuses

    def drops_green_power(self, packet: Any) -> bool:
        """Whether a Green Power packet (`ZigbeeGpPacket`) ends here, whoever passed it on. Never raises."""
        try:
            ieee = _green_power_address(packet)
            return self._enforce and self._is_unheard(ieee)
        except Exception as error:  # noqa: BLE001  # as above
            self._fail(error)
            return False

    def _is_unheard(self, ieee: str) -> bool:
        return ieee in self._unheard or ieee in self.arrived or ieee in self.joining

    def _is_uncommanded(self, ieee: str) -> bool:
        if ieee in self.joining:
            return self._classes.get(ieee) is PacketClass.QUARANTINED
        return ieee in self._uncommanded or ieee in self.arrived

    def _may_come_in(self, packet: Any, ieee: str) -> bool:
        """Whether a frame of somebody who is not heard passes all the same."""
        if keeps_out(packet, ieee):
            return True
        held_as = self._classes.get(ieee)
        if ieee in self.joining and held_as is not PacketClass.QUARANTINED:
            return introduces(packet)
        if (ieee in self.arrived or held_as is PacketClass.HELD) and is_default_response(packet):
            return True
        return (ieee in self._asked or not self._is_uncommanded(ieee)) and is_membership_answer(packet)

    def _known(self, address: Any) -> str | None:
        """IEEE address of the device at a NWK or IEEE address; None for groups, broadcasts and strangers."""
        return None if self._addresses is None else self._addresses.ieee(address)

    def _counts(self, ieee: str) -> FrameCounts:
        counts = self.counts.get(ieee)
        if counts is None:
            application = self.gateway.application
            known = {str(address) for address in application.devices} if application is not None else set()
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
            self._attach(self._doors.target)

    def _attach(self, application: RadioApplication) -> None:
        if self._doors is not None and self._doors.target is application and self._doors.hung:
            return
        self._take_off()
        try:
            self._addresses = AddressBook(application)
            self._doors = _hang(application, self)
        except AttributeError as error:
            _LOGGER.warning("This version of ZHA cannot be gated: %s", error)
            self._take_off()
            self._missing = str(error)
        self._on_status()

    def _detach(self) -> None:
        self._take_off()
        self._on_status()

    def _take_off(self) -> None:
        self.joining.clear()
        if self._addresses is not None:
            self._addresses.close()
            self._addresses = None
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


def _green_power_address(packet: Any) -> str:
    """IEEE address by which zigpy knows a Green Power device: its own, or one made of its source id."""
    if packet.ieee is not None:
        return str(packet.ieee)
    from zigpy.zgp.util import synthetic_ieee  # noqa: PLC0415  # as above

    return str(synthetic_ieee(packet.src_id))
