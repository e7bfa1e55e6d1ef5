"""Remote control of a virtual Zigbee network: JSON lines over a loopback socket, for scripts and the demo.

A request is one line, `{"do": VERB, "device": KEY, ...}` with the keyword arguments of the verb; its answer is one
line, `{"ok": true, "result": ...}` or `{"ok": false, "error": "..."}`. `device` is a key of the zoo.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
from typing import Any

from .coordinator import JoinRefusedError, VirtualCoordinator
from .description import DeviceDescription
from .device import VirtualDevice

MAX_LINE = 65_536


class ControlError(Exception):
    """The network refused a request."""


class Control:
    """Server of the control socket."""

    def __init__(self, coordinator: VirtualCoordinator, zoo: Mapping[str, DeviceDescription]) -> None:
        """Control `coordinator`; its devices come from `zoo`."""
        self._coordinator = coordinator
        self._zoo = zoo
        self._server: asyncio.Server | None = None
        self._verbs: Mapping[str, Callable[..., Awaitable[Any]]] = {
            "network": self._network,
            "join": self._join,
            "join_all": self._join_all,
            "read": self._read,
            "report": self._report,
            "press": self._press,
            "sleep": self._sleep,
            "wake": self._wake,
            "rejoin": self._rejoin,
            "readdress": self._readdress,
            "leave": self._leave,
            "flood": self._flood,
            "malformed": self._malformed,
        }

    async def start(self, port: int = 0) -> int:
        """Listen on loopback and return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=MAX_LINE)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except ValueError, ConnectionError:
            pass  # a line without end, or nobody there any more
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            verb = self._verbs[request.pop("do")]
            return {"ok": True, "result": await verb(**request)}
        except (JoinRefusedError, KeyError, TypeError, ValueError, AttributeError) as error:
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}

    def _device(self, key: str) -> VirtualDevice:
        return self._coordinator.devices[self._zoo[key].ieee]

    async def _network(self) -> dict[str, Any]:
        devices = {device.description.key: _described(device) for device in self._coordinator.devices.values()}
        return {"url": self._coordinator.url, "open": self._coordinator.joining_open, "devices": devices}

    async def _join(self, device: str, *, unasked: bool = False) -> dict[str, Any]:
        return _described(await self._coordinator.join(self._zoo[device], unasked=unasked))

    async def _join_all(self) -> list[str]:
        for description in self._zoo.values():
            await self._coordinator.join(description)
        return list(self._zoo)

    async def _read(self, device: str, cluster: str, attribute: str) -> Any:
        value = self._device(device).read(cluster, attribute)
        return int(value) if isinstance(value, int) else str(value)

    async def _report(self, device: str, cluster: str, attribute: str, value: Any) -> None:
        await self._coordinator.report(self._device(device), cluster, attribute, value)

    async def _press(self, device: str, cluster: str, command: int) -> None:
        await self._coordinator.press(self._device(device), cluster, command)

    async def _sleep(self, device: str) -> None:
        self._coordinator.sleep(self._device(device))

    async def _wake(self, device: str) -> None:
        self._coordinator.wake(self._device(device))

    async def _rejoin(self, device: str) -> None:
        await self._coordinator.rejoin(self._device(device))

    async def _readdress(self, device: str) -> int:
        await self._coordinator.readdress(self._device(device))
        return int(self._device(device).nwk)

    async def _leave(self, device: str) -> None:
        await self._coordinator.leave(self._device(device))

    async def _flood(  # noqa: PLR0913  # one keyword each
        self, device: str, *, cluster: str, attribute: str, value: Any, count: int, interval: float = 0.0
    ) -> None:
        source = self._device(device)
        await self._coordinator.flood(source, lambda: source.report(cluster, attribute, value), count, interval)

    async def _malformed(self, device: str, count: int = 1) -> None:
        await self._coordinator.malformed(self._device(device), count)


def _described(device: VirtualDevice) -> dict[str, Any]:
    """What can be said of a device: who and where it is, and how many frames reached it and left it."""
    return {
        "kind": device.description.kind,
        "ieee": str(device.ieee),
        "nwk": int(device.nwk),
        "joined": device.joined,
        "awake": device.awake.is_set(),
        "frames_in": device.frames_in,
        "unicasts_in": device.unicasts_in,
        "frames_out": device.frames_out,
    }


async def request(port: int, do: str, **arguments: Any) -> Any:
    """One request to a control socket; raises ControlError if it was refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MAX_LINE)
    try:
        writer.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        answer = json.loads(await reader.readline())
    finally:
        writer.close()
        await writer.wait_closed()
    if not answer["ok"]:
        raise ControlError(answer["error"])
    return answer["result"]
