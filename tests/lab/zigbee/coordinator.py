"""The coordinator's side of the ziggurat protocol: what ZHA talks to instead of a radio.

Speaks the binary protocol of `zigpy_ziggurat.zigbee.protocol` (version 2) over a WebSocket on loopback; behind it is
a network of virtual devices in which unicasts, groupcasts, broadcasts and bindings reach whom they would reach.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
import logging
from random import Random
from typing import Any

from aiohttp import WSMsgType, web
import zigpy.types as t
from zigpy.zdo.types import DeviceType, Neighbor, PermitJoins, Relationship, RxOnWhenIdle
from zigpy_ziggurat.zigbee import protocol as p

from .description import DeviceDescription
from .device import ZDO_PROFILE, VirtualDevice
from .zcl import Frame

_LOGGER = logging.getLogger(__name__)

HARDWARE_ADDRESS = t.EUI64.convert("00:12:4b:00:aa:bb:cc:dd")
INDIRECT_TIMEOUT = 7.68
"""Seconds that a parent keeps a frame for a sleeping child (macTransactionPersistenceTime)."""
ADDRESS_BITS_BROADCAST = 0xFFF8
RX_ON_WHEN_IDLE, ROUTERS = 0xFFFD, 0xFFFC
COORDINATOR_NWK = t.NWK(0x0000)
LQI, RSSI = 200, -50
MAX_FLOOD = 10_000

_ENTRY_COUNT = p.ScanCount(count=t.uint16_t(0)).serialize()
_DELIVERED, _EXPIRED, _NO_ACK = p.SendStatus.SUCCESS, p.SendStatus.INDIRECT_EXPIRED, p.SendStatus.NWK_NO_ACK


class JoinRefusedError(Exception):
    """The network is not open for joining."""


class VirtualCoordinator:
    """A Zigbee network that one client, ZHA, connects to."""

    def __init__(self, *, seed: int = 1, indirect_timeout: float = INDIRECT_TIMEOUT) -> None:
        """Make an unformed network; `seed` fixes the network addresses that it hands out."""
        self.devices: dict[t.EUI64, VirtualDevice] = {}
        self.indirect_timeout = indirect_timeout
        self.url = ""
        self.provisional_keys: dict[str, bytes] = {}
        """IEEE address -> link key by which that device may join, made of its install code."""
        self._random = Random(seed)
        self._network: p.NetworkState | None = None
        self._started = False
        self._open_until = 0.0
        self._runner: web.AppRunner | None = None
        self._client: web.WebSocketResponse | None = None
        self._sends: dict[int, asyncio.Task[None]] = {}
        self._bodies: Mapping[p.RequestCommand, Callable[[Any], bytes]] = {
            p.RequestCommand.GET_FIRMWARE_INFO: lambda _: p.FirmwareInfo(
                protocol_version=t.uint8_t(p.PROTOCOL_VERSION), version=t.LongCharacterString("virtual")
            ).serialize(),
            p.RequestCommand.GET_HW_ADDRESS: lambda _: p.HwAddress(ieee=HARDWARE_ADDRESS).serialize(),
            p.RequestCommand.GET_NETWORK_INFO: lambda _: p.NetworkInfo(
                state=self._network, key_count=t.uint16_t(0), started=t.Bool(self._started)
            ).serialize(),
            p.RequestCommand.CONFIGURE: self._configure,
            p.RequestCommand.START_NETWORK: self._start_network,
            p.RequestCommand.PERMIT_JOINS: self._permit,
            p.RequestCommand.SET_PROVISIONAL_KEY: self._provision,
            p.RequestCommand.SCAN_KEY_TABLE: lambda _: _ENTRY_COUNT,
            p.RequestCommand.SCAN_CHILDREN: lambda _: _ENTRY_COUNT,
            p.RequestCommand.SCAN_ADDRESS_CACHE: lambda _: _ENTRY_COUNT,
            p.RequestCommand.SCAN_ROUTE_TABLE: lambda _: _ENTRY_COUNT,
            p.RequestCommand.CANCEL_REQUEST: self._cancel,
        }

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 picks a free one. `url` is what ZHA is to connect to."""
        application = web.Application()
        application.router.add_get("/", self._serve)
        self._runner = web.AppRunner(application, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """Close the client's connection and stop listening."""
        for task in self._sends.values():
            task.cancel()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what devices do ----------------------------------------------------------------------------------------

    @property
    def joining_open(self) -> bool:
        """Whether the network admits newcomers now."""
        return asyncio.get_running_loop().time() < self._open_until

    async def join(self, description: DeviceDescription, *, unasked: bool = False) -> VirtualDevice:
        """A device enters and announces itself; `unasked` as one does that already knows the network key.

        Raises JoinRefusedError while joining is not permitted.
        """
        if not unasked and not self.joining_open:
            msg = f"{description.key} asked to join a closed network"
            raise JoinRefusedError(msg)
        device = self.devices.get(description.ieee) or VirtualDevice(description, self._free_address())
        self.devices[device.ieee] = device
        await self.rejoin(device)
        return device

    async def rejoin(self, device: VirtualDevice, *, nwk: int | None = None) -> None:
        """A device that knows the network comes back, with a new address if one is given."""
        device.nwk = t.NWK(device.nwk if nwk is None else nwk)
        device.joined, device.leaving, device.powered = True, False, True
        device.awake.set()
        device.parent = self._parent_entry()
        await self._notify(
            p.NotificationCommand.DEVICE_JOINED,
            p.DeviceJoined(
                nwk=device.nwk,
                ieee=device.ieee,
                parent=COORDINATOR_NWK,
                rx_on_when_idle=t.uint1_t(not device.description.sleepy),
                device_type=p.ChildDeviceType.ROUTER if device.description.router else p.ChildDeviceType.END_DEVICE,
                reserved=t.uint5_t(0),
            ),
        )
        await self.transmit(device, device.announcement())

    async def readdress(self, device: VirtualDevice, nwk: int | None = None) -> None:
        """A device takes another network address, as after an address conflict, and announces it."""
        device.nwk = t.NWK(self._free_address() if nwk is None else nwk)
        await self.transmit(device, device.announcement())

    async def leave(self, device: VirtualDevice) -> None:
        """A device leaves the network and says so."""
        device.joined, device.leaving = False, False
        await self._notify(
            p.NotificationCommand.DEVICE_LEFT,
            p.DeviceLeft(
                nwk=device.nwk,
                has_ieee=t.uint1_t(1),
                rejoin=t.uint1_t(0),
                has_router_ieee=t.uint1_t(0),
                reserved=t.uint5_t(0),
                ieee=device.ieee,
                reason=p.LeaveReason.ANNOUNCED,
                router=COORDINATOR_NWK,
                router_ieee=t.EUI64([0] * 8),
            ),
        )

    def sleep(self, device: VirtualDevice) -> None:
        """Turn a device's receiver off: unicasts wait at its parent, broadcasts pass it by."""
        device.awake.clear()

    def wake(self, device: VirtualDevice) -> None:
        """Let a device poll its parent, which hands over what waits."""
        device.awake.set()

    async def report(
        self, device: VirtualDevice, cluster: str | int, attribute: str | int, value: Any, endpoint: int | None = None
    ) -> None:
        """A device measures a new value and reports it."""
        await self.originate(device, device.report(cluster, attribute, value, endpoint))

    async def press(self, device: VirtualDevice, cluster: str | int, command: int, payload: bytes = b"") -> None:
        """A remote sends a command to whatever it is bound to, or to the coordinator."""
        await self.originate(device, device.command(cluster, command, payload))

    async def flood(self, device: VirtualDevice, make: Callable[[], Frame], count: int, interval: float = 0.0) -> None:
        """A device gone mad sends frame after frame, at most `MAX_FLOOD`; `interval` in seconds."""
        for _ in range(min(count, MAX_FLOOD)):
            await self.transmit(device, make())
            await asyncio.sleep(interval)

    async def malformed(self, device: VirtualDevice, count: int = 1) -> None:
        """A device sends bytes that are no ZCL, of every length up to 80, from and to random endpoints."""
        clusters = [c for e in device.description.endpoints.values() for c in e.inputs] or [0]
        for _ in range(min(count, MAX_FLOOD)):
            frame = Frame(
                profile=self._random.choice((ZDO_PROFILE, 0x0104, 0xC05E)),
                cluster=self._random.choice([*clusters, self._random.randrange(0x10000)]),
                src_ep=self._random.randrange(256),
                dst_ep=self._random.choice((0, 1, self._random.randrange(256))),
                data=self._random.randbytes(self._random.randrange(81)),
            )
            await self.transmit(device, frame)

    async def originate(self, device: VirtualDevice, frame: Frame) -> None:
        """Send a frame along the device's bindings; without one for its cluster it goes to the coordinator."""
        targets = device.targets(frame)
        if not targets:
            await self.transmit(device, frame)
        for binding in targets:
            to = binding.DstAddress
            if to.addrmode == 0x01:
                await self._groupcast(device, frame, int(to.nwk))
            elif to.ieee in self.devices:
                target = Frame(frame.profile, frame.cluster, frame.src_ep, int(to.endpoint), frame.data)
                await self._hand_over(self.devices[to.ieee], target, answered=False)
            else:
                await self.transmit(device, frame)

    async def transmit(self, device: VirtualDevice, frame: Frame, *, group: int | None = None) -> None:
        """Bring a frame of a device to the client."""
        device.frames_out += 1
        await self._notify(
            p.NotificationCommand.RECEIVED_APS,
            p.ReceivedAps(
                source=device.nwk,
                destination=COORDINATOR_NWK,
                has_group=t.Bool(group is not None),
                group=t.uint16_t(group or 0),
                profile_id=t.uint16_t(frame.profile),
                cluster_id=t.uint16_t(frame.cluster),
                src_ep=t.uint8_t(frame.src_ep),
                dst_ep=t.uint8_t(frame.dst_ep),
                lqi=t.uint8_t(LQI),
                rssi=t.int8s(RSSI),
                data=t.LongOctetString(frame.data),
            ),
        )

    # -- the air between coordinator and devices ----------------------------------------------------------------

    async def _hand_over(self, device: VirtualDevice, frame: Frame, *, answered: bool, **cast: Any) -> None:
        """A frame reaches a device; its answers and what changed by it go out again."""
        answers = device.receive(frame, **cast)
        for answer in answers if answered else ():
            await self.transmit(device, answer)
        for change in device.changes():
            await self.originate(device, change)
        if device.leaving:
            await self.leave(device)

    async def _groupcast(self, source: VirtualDevice | None, frame: Frame, group: int) -> None:
        for device in list(self.devices.values()):
            if device is not source and self._hears(device) and device.in_group(group):
                await self._hand_over(device, frame, answered=False, group=group)
        if source is not None:
            await self.transmit(source, frame, group=group)

    def _hears(self, device: VirtualDevice) -> bool:
        return device.joined and device.powered and device.awake.is_set()

    async def _unicast(self, request_id: int, send: p.SendUnicast) -> None:
        """Deliver, waiting for a sleeper to poll, and confirm as the firmware would."""
        device = next((d for d in self.devices.values() if d.nwk == send.destination and d.joined), None)
        if device is None and send.has_eui64 and send.destination == 0xFFFE:
            device = self.devices.get(send.destination_eui64)
        status = _NO_ACK
        if device is not None and device.joined and device.powered:
            try:
                async with asyncio.timeout(self.indirect_timeout):
                    await device.awake.wait()
                status = _DELIVERED
            except TimeoutError:
                status = _EXPIRED
        await self._notify(p.NotificationCommand.SEND_CONFIRM, p.SendConfirm(status=status), request_id)
        if send.aps_ack and status is _DELIVERED:
            await self._notify(p.NotificationCommand.APS_ACK_CONFIRM, p.ApsAckConfirm(status=status), request_id)
        if device is not None and status is _DELIVERED:
            await self._hand_over(device, _frame(send, int(send.dst_ep)), answered=True)

    async def _broadcast(self, request_id: int, send: p.SendBroadcast) -> None:
        await self._notify(p.NotificationCommand.BROADCAST_CONFIRM, p.BroadcastConfirm(status=_DELIVERED), request_id)
        for device in list(self.devices.values()):
            addressed = {RX_ON_WHEN_IDLE: not device.description.sleepy, ROUTERS: device.description.router}
            if self._hears(device) and addressed.get(int(send.destination), True):
                await self._hand_over(device, _frame(send, int(send.dst_ep)), answered=True, broadcast=True)

    async def _multicast(self, request_id: int, send: p.SendGroupcast) -> None:
        await self._notify(p.NotificationCommand.BROADCAST_CONFIRM, p.BroadcastConfirm(status=_DELIVERED), request_id)
        await self._groupcast(None, _frame(send, 0xFF), int(send.group_id))

    def _free_address(self) -> int:
        taken = {device.nwk for device in self.devices.values()}
        return next(a for a in iter(lambda: self._random.randrange(1, ADDRESS_BITS_BROADCAST), None) if a not in taken)

    def _parent_entry(self) -> Neighbor | None:
        if self._network is None:
            return None
        return Neighbor(
            extended_pan_id=self._network.extended_pan_id,
            ieee=self._network.ieee_address,
            nwk=COORDINATOR_NWK,
            device_type=DeviceType.Coordinator,
            rx_on_when_idle=RxOnWhenIdle.On,
            relationship=Relationship.Parent,
            reserved1=0,
            permit_joining=PermitJoins.Accepting if self.joining_open else PermitJoins.NotAccepting,
            reserved2=0,
            depth=0,
            lqi=LQI,
        )

    # -- the protocol -------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        client = web.WebSocketResponse(max_msg_size=65_536)
        await client.prepare(request)
        self._client = client
        hello = p.Hello(protocol_version=t.uint8_t(p.PROTOCOL_VERSION), configured=t.Bool(self._network is not None))
        await self._notify(p.NotificationCommand.HELLO, hello)
        async for message in client:
            if message.type is WSMsgType.BINARY:
                await self._receive(message.data)
        return client

    async def _receive(self, data: bytes) -> None:
        header, body = p.Header.deserialize(data)
        command, request_id = header.command, int(header.request_id)
        try:
            command = p.RequestCommand(command)
            request = p.REQUESTS[command].deserialize(body)[0]
        except KeyError, ValueError:
            await self._send(p.FrameType.RESPONSE, command, request_id, p.Status.MALFORMED_PAYLOAD.serialize())
            return
        if command is p.RequestCommand.GET_NETWORK_INFO and self._network is None:
            await self._send(p.FrameType.RESPONSE, command, request_id, p.Status.NOT_CONFIGURED.serialize())
            return
        if command is p.RequestCommand.ENERGY_SCAN:
            for channel in request.channels:
                quiet = p.EnergyResult(channel=channel, rssi=t.int8s(-80))
                await self._send(p.FrameType.EVENT, command, request_id, quiet.serialize())
        answer = self._bodies.get(command, lambda _: b"")(request)
        await self._send(p.FrameType.RESPONSE, command, request_id, p.Status.OK.serialize() + answer)
        deliver: Callable[[int, Any], Any] | None = {
            p.RequestCommand.SEND_UNICAST: self._unicast,
            p.RequestCommand.SEND_BROADCAST: self._broadcast,
            p.RequestCommand.SEND_GROUPCAST: self._multicast,
        }.get(command)
        if deliver is not None:
            task = asyncio.get_running_loop().create_task(deliver(request_id, request))
            self._sends[request_id] = task
            task.add_done_callback(lambda done: self._delivered(request_id, done))

    def _delivered(self, request_id: int, task: asyncio.Task[None]) -> None:
        if self._sends.get(request_id) is task:
            del self._sends[request_id]
        if not task.cancelled() and (error := task.exception()):
            _LOGGER.error("A virtual device failed", exc_info=error)

    def _configure(self, request: p.Configure) -> bytes:
        self._network = request.state
        return b""

    def _start_network(self, _request: p.StartNetwork) -> bytes:
        self._started = True
        return b""

    def _permit(self, request: p.PermitJoins) -> bytes:
        self._open_until = asyncio.get_running_loop().time() + int(request.duration)
        return b""

    def _provision(self, request: p.SetProvisionalKey) -> bytes:
        self.provisional_keys[str(request.ieee)] = bytes(request.key.serialize())
        return b""

    def _cancel(self, request: p.CancelRequest) -> bytes:
        task = self._sends.get(int(request.request_id))
        return t.Bool(bool(task and task.cancel())).serialize()

    async def _notify(self, command: p.NotificationCommand, payload: p.Notification, request_id: int = 0) -> None:
        await self._send(p.FrameType.NOTIFICATION, command, request_id, payload.serialize())

    async def _send(self, kind: p.FrameType, command: Any, request_id: int, body: bytes) -> None:
        if self._client is not None and not self._client.closed:
            with suppress(ConnectionError):  # the client went away: what is in the air is lost
                await self._client.send_bytes(p.encode_reply(kind, command, request_id, body))


def _frame(send: p.SendUnicast | p.SendBroadcast | p.SendGroupcast, endpoint: int) -> Frame:
    return Frame(int(send.profile_id), int(send.cluster_id), int(send.src_ep), endpoint, bytes(send.asdu))
