"""Groups and bindings of Zigbee devices: what else commands them than Home Assistant.

Read and written through zigpy's public objects, so that ZHA, which listens to them, sees every change.
"""

import asyncio
from collections.abc import Collection, Mapping
import sys
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ...engine.zigbee import Binding
from .gateway import NOT_LOADED, ZHA_DOMAIN, RadioApplication

TIMEOUT_S: Final = 15.0
"""Seconds that one answer of a device may take; a sleepy one polls its parent every few."""
MAX_ENTRIES: Final = 256
"""Entries of one binding table; the index in Mgmt_Bind_req is one octet (Zigbee 2.4.3.3.4)."""
REFUSED: Final = "zigbee_refused"
UNKNOWN: Final = "zigbee_unknown"
NO_ANSWER: Final = "zigbee_no_answer"
_SUCCESS: Final = 0
_AS_WISHED: Final = frozenset({_SUCCESS, 0x8A, 0x8B})
"""SUCCESS, DUPLICATE_EXISTS, NOT_FOUND (ZCL 2.6.3): a member is one, or is none any more."""
_NO_ENTRY: Final = 0x88
_GROUP, _DEVICE = 0x01, 0x03
"""Address modes of a binding's target (Zigbee 2.4.3.2.2)."""


class BondError(Exception):
    """A device did not do it; `key` is a translation key, `detail` which device and what it said."""

    def __init__(self, key: str, detail: str) -> None:
        """Keep both for whoever tells the user."""
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail


class Bonds:
    """Groups and bindings in the network of the ZHA that is loaded now."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing is kept: ZHA's radio is asked for each time."""
        self._hass = hass

    def inputs(self, ieee: str) -> Mapping[int, frozenset[int]]:
        """Server clusters of a device by endpoint, as zigpy remembers them. Raises BondError."""
        return {
            number: frozenset(map(int, endpoint.in_clusters))
            for number, endpoint in self._device(ieee).endpoints.items()
            if number
        }

    def groups(self, ieee: str) -> Mapping[int, frozenset[int]]:
        """Groups of a device by endpoint, as zigpy remembers them. Raises BondError."""
        return {
            number: frozenset(map(int, endpoint.member_of))
            for number, endpoint in self._device(ieee).endpoints.items()
            if number and endpoint.member_of
        }

    def speakers(self) -> frozenset[str]:
        """Devices of which zigpy knows endpoints with client clusters: those that may command others directly."""
        application = self._application()
        return frozenset(
            str(device.ieee)
            for device in application.devices.values()
            if device.nwk and any(endpoint.out_clusters for number, endpoint in _endpoints(device) if number)
        )

    async def async_join_group(self, ieee: str, endpoint: int, group: int) -> None:
        """Put an endpoint into a group. Raises BondError."""
        groups = self._application().groups
        name = groups[group].name if group in groups else ""
        await self._async_group("add_to_group", ieee, endpoint, group, name)

    async def async_leave_group(self, ieee: str, endpoint: int, group: int) -> None:
        """Take an endpoint out of a group. Raises BondError."""
        await self._async_group("remove_from_group", ieee, endpoint, group)

    async def _async_group(self, method: str, ieee: str, endpoint: int, group: int, *name: str) -> None:
        found = self._device(ieee).endpoints.get(endpoint)
        if found is None:
            raise BondError(REFUSED, f"{ieee}: no endpoint {endpoint}")
        status = await _asked(ieee, getattr(found, method)(group, *name))
        if status not in _AS_WISHED:
            raise BondError(REFUSED, f"{ieee}: group 0x{group:04x}: {status!r}")

    async def async_bindings(self, ieee: str) -> tuple[Binding, ...]:
        """Read a device's whole binding table, page by page. Raises BondError."""
        device, found = self._device(ieee), list[Binding]()
        while len(found) < MAX_ENTRIES:
            status, *rest = await _asked(ieee, device.zdo.Mgmt_Bind_req(len(found)))
            if status != _SUCCESS:
                raise BondError(REFUSED, f"{ieee}: {status!r}")
            total, _start, page = rest
            found += [_binding(entry) for entry in page]
            if not page or len(found) >= total:
                break
        return tuple(found)

    async def async_bindings_to(self, ieee: str, among: Collection[str]) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
        """Entries of others' tables that lead to a device, and whose table could not be read."""
        found, unread = list[Binding](), list[str]()
        for one in sorted(set(among) - {ieee}):
            try:
                found += [binding for binding in await self.async_bindings(one) if binding.target == ieee]
            except BondError:
                unread.append(one)
        return tuple(found), tuple(unread)

    async def async_bind(self, binding: Binding) -> None:
        """Add an entry to its source's table. Raises BondError."""
        await self._async_bind("Bind_req", binding)

    async def async_unbind(self, binding: Binding) -> None:
        """Take an entry out of its source's table, if it is in it. Raises BondError."""
        await self._async_bind("Unbind_req", binding)

    async def _async_bind(self, command: str, binding: Binding) -> None:
        source = self._device(binding.source)
        request = getattr(source.zdo, command)(
            source.ieee, binding.source_endpoint, binding.cluster, self._target(binding)
        )
        status, *_ = await _asked(binding.source, request)
        if status != _SUCCESS and not (command == "Unbind_req" and status == _NO_ENTRY):
            raise BondError(REFUSED, f"{binding.source}: {status!r}")

    def _target(self, binding: Binding) -> Any:
        types: Any = sys.modules["zigpy.zdo.types"]
        address = types.MultiAddress()
        if isinstance(binding.target, int):
            address.addrmode, address.nwk = _GROUP, binding.target
        else:
            ieee = sys.modules["zigpy.types"].EUI64.convert(binding.target)
            address.addrmode, address.ieee, address.endpoint = _DEVICE, ieee, binding.target_endpoint
        return address

    def _application(self) -> RadioApplication:
        helpers = sys.modules.get(f"homeassistant.components.{ZHA_DOMAIN}.helpers")
        try:
            application = helpers.get_zha_gateway(self._hass).application_controller if helpers else None
        except ValueError, AttributeError:
            application = None
        if application is None:
            raise BondError(NOT_LOADED, "")
        return application

    def _device(self, ieee: str) -> Any:
        for device in self._application().devices.values():
            if str(device.ieee) == ieee and hasattr(device, "zdo"):
                return device
        raise BondError(UNKNOWN, ieee)


def _endpoints(device: Any) -> Any:
    return getattr(device, "endpoints", {}).items()


def _binding(entry: Any) -> Binding:
    target = entry.DstAddress
    if target.addrmode == _GROUP:
        return Binding(str(entry.SrcAddress), int(entry.SrcEndpoint), int(entry.ClusterId), int(target.nwk))
    return Binding(
        str(entry.SrcAddress), int(entry.SrcEndpoint), int(entry.ClusterId), str(target.ieee), int(target.endpoint)
    )


async def _asked(ieee: str, request: Any) -> Any:
    """Answer of a device. Raises BondError if there is none, or none that can be read."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await request
    except TimeoutError as error:
        raise BondError(NO_ANSWER, ieee) from error
    except Exception as error:  # zigpy's errors have no public base class that holds from version to version
        raise BondError(REFUSED, f"{ieee}: {error}") from error
