"""The client side of updates over the air (ZCL 11): a virtual device that asks, fetches and changes its version."""

import asyncio
import struct
from typing import Any

from zigpy.zcl.foundation import Direction, ZCLHeader

from .coordinator import VirtualCoordinator
from .device import VirtualDevice
from .zcl import Frame

OTA = 0x0019
FILE_VERSION = 0x0002
NOTIFY, QUERY, QUERY_RSP, BLOCK, BLOCK_RSP, END, END_RSP = 0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x07
BLOCK_SIZE = 48
_HEADER = struct.Struct("<IHHHHHIH32sI")


def image(manufacturer: int, image_type: int, version: int, body: bytes = b"firmware" * 40) -> bytes:
    """An image file with one element (ZCL 11.4)."""
    element = struct.pack("<HI", 0x0000, len(body)) + body
    size = _HEADER.size + len(element)
    name = b"virtual".ljust(32, b"\x00")
    return _HEADER.pack(0x0BEEF11E, 0x0100, _HEADER.size, 0, manufacturer, image_type, version, 2, name, size) + element


class OtaClient:
    """Lets a virtual device be updated."""

    def __init__(self, coordinator: VirtualCoordinator, device: VirtualDevice, manufacturer: int, kind: int) -> None:
        """Listen to what the device hears."""
        self._coordinator = coordinator
        self.device = device
        self._identity = struct.pack("<HH", manufacturer, kind)
        self.fetched = b""
        self._size = 0
        self._wanted = b""
        self._tasks: set[asyncio.Task[None]] = set()
        receive = device.receive

        def heard(frame: Frame, **cast: Any) -> list[Frame]:
            answers = receive(frame, **cast)
            if frame.cluster == OTA:
                self._take(frame)
            return answers

        device.receive = heard  # type: ignore[method-assign]

    @property
    def version(self) -> int:
        """The file version that the device runs."""
        return int(self.device.servers[1].value(OTA, FILE_VERSION))

    def query(self) -> None:
        """Ask whether there is an image."""
        self._say(QUERY, b"\x00" + self._identity + struct.pack("<I", self.version))

    def _take(self, frame: Frame) -> None:
        header, payload = ZCLHeader.deserialize(frame.data)
        if header.frame_control.is_general or header.direction is not Direction.Server_to_Client:
            return
        if header.command_id == NOTIFY:
            self.query()
        elif header.command_id == QUERY_RSP and payload[0] == 0:
            self._wanted = payload[5:9]
            self._size = int.from_bytes(payload[9:13], "little")
            self.fetched = b""
            self._next()
        elif header.command_id == BLOCK_RSP and payload[0] == 0:
            length = payload[13]
            self.fetched += payload[14 : 14 + length]
            self._next()
        elif header.command_id == END_RSP:
            held = self.device.servers[1].attributes[OTA, FILE_VERSION]
            value = type(held.value)(int.from_bytes(self._wanted, "little"))
            self.device.servers[1].attributes[OTA, FILE_VERSION] = type(held)(held.type, value)

    def _next(self) -> None:
        if len(self.fetched) < self._size:
            position = struct.pack("<IB", len(self.fetched), BLOCK_SIZE)
            self._say(BLOCK, b"\x00" + self._identity + self._wanted + position)
        else:
            self._say(END, b"\x00" + self._identity + self._wanted)

    def _say(self, command: int, payload: bytes) -> None:
        header = ZCLHeader.cluster(self.device.sequence(), command, direction=Direction.Client_to_Server)
        frame = Frame(0x0104, OTA, 1, 1, header.serialize() + payload)
        task = asyncio.get_running_loop().create_task(self._coordinator.transmit(self.device, frame))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
