"""Reads and changes the scenes that Zigbee devices keep.

zigpy reads a scene's head and drops the rest, so answers are taken as they came, from its listeners.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from ...engine.radio.scenes import SCENES, Scene, read_membership, read_view
from .links import DEVICE_REFUSED, LinkError, ZigbeeLinks

MAX_SCENES: Final = 64
"""Scenes of one device that are read."""
_ADD, _VIEW, _REMOVE, _MEMBERSHIP = 0x00, 0x01, 0x02, 0x06
_TO_SERVER: Final = 0x01
"""Frame control of a command of a cluster, from client to server (ZCL 2.4.1.1)."""
_HEADER: Final = 3
_CLUSTER_COMMAND: Final = 0b001
_SUCCESS, _NOT_FOUND = 0x00, 0x8B
_NO_GROUP: Final = 0


class ZigbeeScenes:
    """The scenes of the devices that ZHA knows, asked of themselves."""

    def __init__(self, links: ZigbeeLinks) -> None:
        """Ask as `links` does."""
        self._links = links

    async def read(self, ieee: str, groups: Mapping[int, Collection[int]]) -> tuple[Scene, ...]:
        """Every scene of a device whose endpoints are in these groups, at most MAX_SCENES. Raises LinkError."""
        found: list[Scene] = []
        for endpoint, clusters in self._links.clusters(ieee).items():
            for group in sorted({_NO_GROUP, *groups.get(endpoint, ())}) if SCENES in clusters else ():
                found += await self.of_group(ieee, endpoint, group)
        return tuple(found[:MAX_SCENES])

    async def of_group(self, ieee: str, endpoint: int, group: int) -> tuple[Scene, ...]:
        """Scenes that an endpoint keeps for a group; none where it keeps no scenes at all. Raises LinkError."""
        if SCENES not in self._links.clusters(ieee).get(endpoint, ()):
            return ()
        answer = await self._ask(ieee, endpoint, _MEMBERSHIP, group.to_bytes(2, "little"))
        numbers = () if answer is None else _read(read_membership, answer)[:MAX_SCENES]
        found = [await self.view(ieee, endpoint, group, number) for number in numbers]
        return tuple(scene for scene in found if scene is not None)

    async def view(self, ieee: str, endpoint: int, group: int, number: int) -> Scene | None:
        """One scene, None if there is none of that number. Raises LinkError."""
        answer = await self._ask(ieee, endpoint, _VIEW, _which(group, number))
        return None if answer is None else _read(partial(read_view, endpoint), answer)

    async def add(self, ieee: str, endpoint: int, payload: bytes) -> None:
        """Give an endpoint the scene of an Add Scene's payload, in the place of one of its number. Raises LinkError."""
        await self._change(ieee, endpoint, _ADD, payload, {_SUCCESS})

    async def remove(self, ieee: str, endpoint: int, group: int, number: int) -> None:
        """Take a scene from an endpoint; one that is not there is well. Raises LinkError."""
        await self._change(ieee, endpoint, _REMOVE, _which(group, number), {_SUCCESS, _NOT_FOUND})

    async def _change(self, ieee: str, endpoint: int, command: int, payload: bytes, well: set[int]) -> None:
        answer = await self._ask(ieee, endpoint, command, payload)
        if not answer or answer[0] not in well:
            raise LinkError(DEVICE_REFUSED, f"scene {payload[:3].hex()}: {(answer or b'').hex() or 'no answer to it'}")

    async def _ask(self, ieee: str, endpoint: int, command: int, payload: bytes) -> bytes | None:
        """Payload of the answer to a command; None if the device knows no such command. Raises LinkError."""
        device = self._links.device(ieee)
        found = device.endpoints.get(endpoint)
        if found is None:
            raise LinkError(DEVICE_REFUSED, f"no endpoint {endpoint}")
        number = int(device.get_sequence())
        heard = _Answer(ieee, number)
        device.application.add_listener(heard)
        try:
            async with self._links.asking(ieee):
                data = bytes((_TO_SERVER, number, command)) + payload
                await found.request(cluster=SCENES, sequence=number, data=data, command_id=command)
        except LinkError:
            if heard.payload is None:  # else it answered, and zigpy could not read that
                raise
        finally:
            device.application.remove_listener(heard)
        return heard.payload


class _Answer:
    """A listener of zigpy's application that waits for one answer."""

    def __init__(self, ieee: str, number: int) -> None:
        self._ieee = ieee
        self._number = number
        self.payload: bytes | None = None

    def handle_message(self, device: Any, _profile: int, cluster: int, _src: int, _dst: int, data: bytes) -> None:
        mine = cluster == SCENES and str(device.ieee) == self._ieee and len(data) >= _HEADER
        if mine and data[0] & _CLUSTER_COMMAND and data[1] == self._number:
            self.payload = bytes(data[_HEADER:])


def _which(group: int, number: int) -> bytes:
    return group.to_bytes(2, "little") + bytes((number,))


def _read[T](reader: Callable[[bytes], T], answer: bytes) -> T:
    try:
        return reader(answer)
    except ValueError as error:
        raise LinkError(DEVICE_REFUSED, str(error)) from error
