"""Reads and changes what ties Zigbee devices to each other: their groups and their binding tables.

All of it is asked of the device itself, over the air, and passes the gate in the hub's own name: a device that is cut
off is asked too. Sleepy devices answer only just after they have spoken.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from ...engine.radio.links import Link
from .frames import GROUPS, ZDO_ENDPOINT
from .gate import ZigbeeGate
from .gateway import NOT_LOADED

DEVICE_REFUSED: Final = "device_refused"
DEVICE_NOT_IN_NETWORK: Final = "device_not_in_network"
DEVICE_SILENT: Final = "device_silent"
LIMIT_S: Final = 12.0
"""Seconds that a device is given for one answer."""
AT_ONCE: Final = 4
"""Devices that are asked at the same time; sleepy ones make others wait."""
MAX_BINDINGS: Final = 255
"""Lines of one binding table; the protocol counts them in a byte."""
_TO_GROUP: Final = 1
_TO_DEVICE: Final = 3
_SUCCESS: Final = 0x00
_NO_ENTRY: Final = 0x88
_NOT_SUPPORTED: Final = 0x84
_NOT_FOUND: Final = 0x8B
_DUPLICATE: Final = 0x8A
_NOT_FOR_OTHERS: Final = frozenset({0x0000, 0x000A, 0x0019, 0x0021})
"""Client clusters by which nobody commands another device: Basic, Time, OTA, Green Power."""


class LinkError(Exception):
    """A device could not be asked or refused; `key` is a translation key, `detail` what was said."""

    def __init__(self, key: str, detail: str = "") -> None:
        """Keep key and detail for whoever tells the user."""
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key
        self.detail = detail


@dataclass(frozen=True, slots=True)
class LinkedDevice:
    """A device of the network: whether it sleeps, and whether it could command another one directly."""

    ieee: str
    sleepy: bool
    commands: bool


class ZigbeeLinks:
    """The links of the devices that ZHA knows."""

    def __init__(self, gate: ZigbeeGate) -> None:
        """Ask through `gate`, and of the radio that it follows."""
        self._gate = gate
        self._waiting: set[asyncio.Timeout] = set()
        """Answers that are waited for."""
        gate.gateway.on_stopping.append(self._give_up)

    def _give_up(self) -> None:
        """Wait for no answer any longer: the radio library would lose them without a word."""
        for limit in self._waiting:
            if not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())

    @property
    def coordinator(self) -> str | None:
        """IEEE address of the radio itself, None while there is none."""
        application = self._gate.gateway.application
        try:
            return None if application is None else str(application.state.node_info.ieee)
        except AttributeError:
            return None

    def devices(self) -> Mapping[str, LinkedDevice]:
        """Every device that was interviewed, but for the coordinator and those without a network address."""
        application = self._gate.gateway.application
        found = {}
        for device in tuple(application.devices.values()) if application is not None else ():
            ieee = str(device.ieee)
            if ieee == self.coordinator or not getattr(device, "is_initialized", False) or not hasattr(device, "zdo"):
                continue
            descriptor = getattr(device, "node_desc", None)
            sleepy = descriptor is not None and not descriptor.is_receiver_on_when_idle
            sends = {cluster for endpoint in _endpoints(device) for cluster in endpoint.out_clusters}
            found[ieee] = LinkedDevice(ieee, sleepy, bool(sends - _NOT_FOR_OTHERS))
        return found

    def clusters(self, ieee: str) -> Mapping[int, frozenset[int]]:
        """Server clusters of a device by endpoint, as zigpy remembers them. Raises LinkError."""
        return {int(one.endpoint_id): frozenset(map(int, one.in_clusters)) for one in _endpoints(self.device(ieee))}

    def memberships(self, ieee: str) -> tuple[Link, ...]:
        """Groups of a device as zigpy remembers them, also of one that is dead. Raises LinkError."""
        device = self.device(ieee)
        groups = device.application.groups
        return tuple(
            Link(ieee, int(endpoint.endpoint_id), group=int(number), name=_name(groups, int(number)))
            for endpoint in _endpoints(device)
            for number in sorted(endpoint.member_of)
        )

    async def read(self, ieee: str) -> tuple[Link, ...]:
        """Every link that a device holds. Raises LinkError."""
        return (*await self.read_groups(ieee), *await self.read_bindings(ieee))

    async def read_groups(self, ieee: str) -> tuple[Link, ...]:
        """Groups that a device is a member of, as it says itself; ZHA is told too. Raises LinkError."""
        device = self.device(ieee)
        groups = device.application.groups
        found = []
        for endpoint in _endpoints(device):
            if GROUPS not in endpoint.in_clusters:
                continue
            async with self.asking(ieee):
                answer = await endpoint.in_clusters[GROUPS].get_membership(groups=[])
            members = getattr(answer, "groups", None)
            if members is None:
                raise LinkError(DEVICE_REFUSED, repr(getattr(answer, "status", answer)))
            numbers = {int(number) for number in members}
            groups.update_group_membership(endpoint, numbers)
            found += [
                Link(ieee, int(endpoint.endpoint_id), group=number, name=_name(groups, number))
                for number in sorted(numbers)
            ]
        return tuple(found)

    async def read_bindings(self, ieee: str) -> tuple[Link, ...]:
        """Binding table of a device, page for page (Mgmt_Bind, Zigbee 2.4.3.3.4); empty if it keeps none.

        Raises LinkError.
        """
        device = self.device(ieee)
        groups = device.application.groups
        found: list[Link] = []
        while len(found) < MAX_BINDINGS:
            async with self.asking(ieee):
                status, total, start, page = await device.zdo.Mgmt_Bind_req(len(found))
            if status == _NOT_SUPPORTED:
                return ()
            if status != _SUCCESS or start != len(found):
                raise LinkError(DEVICE_REFUSED, repr(status))
            found += [_link(ieee, line, groups) for line in page]
            if not page or len(found) >= total:
                break
        return tuple(found)

    async def leading_to(self, ieee: str) -> tuple[tuple[Link, ...], tuple[str, ...]]:
        """Bindings by which others command a device directly, and those whose table could not be read."""
        places = asyncio.Semaphore(AT_ONCE)

        async def of(one: str) -> Collection[Link] | None:
            async with places:
                try:
                    return [link for link in await self.read_bindings(one) if link.target == ieee]
                except LinkError:
                    return None

        others = sorted(one for one, known in self.devices().items() if known.commands and one != ieee)
        found = dict(zip(others, await asyncio.gather(*map(of, others)), strict=True))
        return (
            tuple(link for links in found.values() for link in links or ()),
            tuple(one for one, links in found.items() if links is None),
        )

    async def take(self, link: Link) -> None:
        """Take a link out of the device that holds it; one that is not there is well. Raises LinkError."""
        await self._change(link, "remove_from_group", "Unbind_req", {_SUCCESS, _NOT_FOUND, _NO_ENTRY})

    async def give(self, link: Link) -> None:
        """Put a link into the device that holds it; one that is there is well. Raises LinkError."""
        await self._change(link, "add_to_group", "Bind_req", {_SUCCESS, _DUPLICATE})

    async def _change(self, link: Link, membership: str, binding: str, well: set[int]) -> None:
        device = self.device(link.holder)
        async with self.asking(link.holder):
            if link.is_membership:
                endpoint = device.endpoints.get(link.endpoint)
                if endpoint is None:
                    raise LinkError(DEVICE_REFUSED, f"no endpoint {link.endpoint}")
                name = (link.name or f"0x{link.group:04x}",) if membership == "add_to_group" else ()
                status = await getattr(endpoint, membership)(link.group, *name)
            else:
                request = getattr(device.zdo, binding)
                status = (await request(device.ieee, link.endpoint, link.cluster, _address(link)))[0]
        if int(status) not in well:
            raise LinkError(DEVICE_REFUSED, repr(status))

    def device(self, ieee: str) -> Any:
        """The device as zigpy has it. Raises LinkError."""
        gateway = self._gate.gateway
        if (application := gateway.application) is None or gateway.stopping:
            raise LinkError(gateway.reason or NOT_LOADED)
        device = next((one for one in application.devices.values() if str(one.ieee) == ieee), None)
        if device is None or not hasattr(device, "zdo"):
            raise LinkError(DEVICE_NOT_IN_NETWORK, ieee)
        return device

    @asynccontextmanager
    async def asking(self, ieee: str) -> AsyncIterator[None]:
        """Ask one thing of a device, past the gate; what goes wrong on the way is a LinkError."""
        from zigpy.exceptions import ZigbeeException  # noqa: PLC0415  # ZHA brings it, or none of this runs

        if self._gate.gateway.stopping:
            raise LinkError(NOT_LOADED)
        try:
            with self._gate.asking(ieee):
                async with asyncio.timeout(LIMIT_S) as limit:
                    self._waiting.add(limit)
                    try:
                        yield
                    finally:
                        self._waiting.discard(limit)
        except LinkError:
            raise
        except (ZigbeeException, TimeoutError) as error:
            raise LinkError(DEVICE_SILENT, str(error) or ieee) from error
        except Exception as error:  # the device answered nonsense, ZHA is another than we know, or is on its way out
            raise LinkError(DEVICE_REFUSED, repr(error)) from error


def _endpoints(device: Any) -> list[Any]:
    return [endpoint for number, endpoint in device.endpoints.items() if number != ZDO_ENDPOINT]


def _name(groups: Any, number: int) -> str | None:
    group = groups.get(number)
    return None if group is None else str(group.name)


def _link(holder: str, line: Any, groups: Any) -> Link:
    """A line of a binding table; whose table it is in is whose it is, whatever the line says."""
    to, endpoint, cluster = line.DstAddress, int(line.SrcEndpoint), int(line.ClusterId)
    if to.addrmode == _TO_GROUP:
        return Link(holder, endpoint, cluster, group=int(to.nwk), name=_name(groups, int(to.nwk)))
    return Link(holder, endpoint, cluster, target=str(to.ieee), target_endpoint=int(to.endpoint))


def _address(link: Link) -> Any:
    from zigpy.types import EUI64  # noqa: PLC0415  # as above
    from zigpy.zdo.types import MultiAddress  # noqa: PLC0415  # as above

    if link.group is not None:
        return MultiAddress(addrmode=_TO_GROUP, nwk=link.group)
    return MultiAddress(addrmode=_TO_DEVICE, ieee=EUI64.convert(link.target or ""), endpoint=link.target_endpoint)
