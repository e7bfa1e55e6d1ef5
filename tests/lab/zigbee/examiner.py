"""Puts a described device through all that the hub does with a Zigbee device, on unmodified ZHA.

It joins and is held as a newcomer is, is let in, quarantined, released, and replaced by a twin: the same description
with another IEEE address. That a device is cut off is judged by the frames that reach it, and that reach zigpy.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, NoReturn

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import zigpy.types as t

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset, IdentifierKind
from custom_components.secure_hub.hub import SecureHub

from .coordinator import HARDWARE_ADDRESS, VirtualCoordinator
from .description import DeviceDescription
from .device import VirtualDevice
from .diagnostics import load
from .plugin import eventually, gateway_of, settled
from .zcl import Frame

LIMIT_S: Final = 90.0
"""Seconds that one device may take; a busy machine needs two or three."""
STEP_S: Final = 30.0
"""Seconds that one thing that is waited for may take."""
SETTLE_S: Final = 3.0
MAX_BANNED: Final = 64
"""Devices that stay banned: the radio library takes a device that came back in vain for a newcomer seconds later."""
_REMOVING: Final = "ZHAGateway._async_remove_device"
_OURS: Final = 0x025A_7700_0000_0000
"""The IEEE addresses that twins get follow this one: locally administered, so nobody's."""
_PROFILE: Final = 0x0104
_BASIC: Final = 0x0000
_NODE_DESC_REQ: Final = 0x0002
_ZCL_VERSION_3: Final = b"\x0a\x00\x00\x20\x03"
"""Report attributes: attribute 0x0000 of type uint8 is 3 (ZCL 2.5.11)."""


class ExaminationError(Exception):
    """The device failed; `problem` says at what."""

    def __init__(self, problem: str) -> None:
        """Keep it for the one line that is told."""
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Listener:
    """What zigpy hears: a listener of its application."""

    heard: list[tuple[str, bytes]]

    def handle_message(self, device: Any, _profile: int, _cluster: int, _src: int, _dst: int, data: bytes) -> None:
        """Note a frame that came through."""
        self.heard.append((str(device.ieee), bytes(data)))


class Examiner:
    """Examines one device after the other in one home; leaves the home as it found it."""

    def __init__(
        self, hass: HomeAssistant, hub: SecureHub, coordinator: VirtualCoordinator, radio: ConfigEntry
    ) -> None:
        """Know the home: a hub that enforces and holds newcomers, and a loaded ZHA."""
        self.hass, self.hub, self.coordinator, self.radio = hass, hub, coordinator, radio
        self._numbers = count(1)
        self._used = {HARDWARE_ADDRESS}

    async def examine(self, path: Path) -> str | None:
        """Examine the device that a diagnostics file describes; None if it passed, else why not. Never raises."""
        try:
            description = await asyncio.to_thread(load, path)
        except Exception as error:  # noqa: BLE001 - whatever is in the file
            return f"no device diagnostics of ZHA: {_words(error)}"
        if description.ieee in self._used:  # recordings of two devices may have one address
            description = replace(description, ieee=self._free_address())
        self._used.add(description.ieee)
        twin = replace(description, key=f"{description.key}-twin", ieee=self._free_address())
        problem = await self._try(self._examine(description, twin), LIMIT_S)
        untidy = await self._try(self._clean_up(description, twin), STEP_S)
        return problem or (untidy and f"it could not be taken away again: {untidy}")

    async def _try(self, doing: Awaitable[None], limit: float) -> str | None:
        """Say what went wrong: a device's failure is a finding, and the next one is examined."""
        try:
            async with asyncio.timeout(limit):
                await doing
        except TimeoutError:
            return f"not done after {limit:.0f} s"
        except Exception as error:  # noqa: BLE001 - as said
            return _words(error)
        return None

    async def _examine(self, description: DeviceDescription, twin_description: DeviceDescription) -> None:
        if not self.coordinator.joining_open:
            await self.hass.services.async_call("zha", "permit", {"duration": 254}, blocking=True)
        old, twin = await asyncio.gather(self._join(description), self._join(twin_description))
        await self._settle()
        await self.hub.async_look()
        await self._expect(old, "as a newcomer", wished=False)
        for device in (old, twin):
            await self._call("release", device_id=self._page(device).id)
        await self._expect(old, "after it was let in", wished=True)
        await self._call("quarantine", device_id=self._page(old).id)
        await self._expect(old, "in quarantine", wished=False)
        await self._call("release", device_id=self._page(old).id)
        await self._expect(old, "after its release", wished=True)
        await self._replace(old, twin)

    async def _join(self, description: DeviceDescription) -> VirtualDevice:
        device = await self.coordinator.join(description)
        devices = gateway_of(self.hass).application_controller.devices
        await self._until(
            lambda: (known := devices.get(device.ieee)) is not None and known.is_initialized and self._find(device),
            f"{device.ieee} was not interviewed",
        )
        return device

    async def _expect(self, device: VirtualDevice, when: str, *, wished: bool) -> None:
        """Compare what the gate lets through, in both directions, with what it should. Raises ExaminationError."""
        ieee, gate = str(device.ieee), self.hub.gate
        known = gateway_of(self.hass).application_controller.devices[device.ieee]
        before, refused = _asked(device), ""
        try:
            await known.zdo.Node_Desc_req(known.nwk, retries=0)
        except Exception as error:  # noqa: BLE001 - zigpy's are many
            refused = str(error)
        reached = _asked(device) > before
        if reached is not wished or ("Secure Hub" in refused) is wished:
            _fail(f"{when}, a command {'reached it' if reached else f'did not reach it: {refused}'}")

        sequence = device.sequence()
        data = bytes((0x18, sequence)) + _ZCL_VERSION_3
        endpoint = min(device.servers, default=1)
        dropped, received = gate.counts[ieee].dropped, gate.counts[ieee].received
        with self._listening() as heard:
            await self.coordinator.transmit(device, Frame(_PROFILE, _BASIC, endpoint, endpoint, data))
            await self._until(lambda: gate.counts[ieee].received > received, f"{when}, its report did not arrive")
            came = (ieee, data) in heard
        if came is not wished or (gate.counts[ieee].dropped == dropped) is not wished:
            _fail(f"{when}, its report was {'heard' if came else 'not heard'}")

    async def _replace(self, old: VirtualDevice, twin: VirtualDevice) -> None:
        entities = self._entities(old)
        asset_id, page = self._asset(old).id, self._page(twin)
        answer = await self._call(
            "replace_device", answer=True, old_device_id=self._page(old).id, new_device_id=page.id
        )
        if answer["state"] != "done":
            _fail(f"replaced: {answer['state']}: {answer['error']} {answer['detail']}")
        if answer["not_carried_over"]:
            _fail(f"replaced: a twin does not take over {answer['not_carried_over']}")
        if (now := self._entities(twin)) != entities:
            _fail(f"replaced: entities {sorted(now ^ entities)} are not the same")
        known = gateway_of(self.hass).devices
        await self._until(lambda: old.ieee not in known and not old.joined, "replaced: the old one did not leave")
        await self._settle()
        await self._expect(twin, "in the place of the old one", wished=True)
        evicted = self.hub.radio.memory.bans[str(old.ieee)].evictions
        await self.coordinator.join(old.description, unasked=True)
        await self._until(
            lambda: self.hub.radio.memory.bans[str(old.ieee)].evictions > evicted and not old.joined,
            f"replaced: the old one ({asset_id}) came back",
        )

    async def _clean_up(self, *descriptions: DeviceDescription) -> None:
        """Take both devices out of the air, ZHA and the hub."""
        assets = [asset.id for one in descriptions if (asset := self._find_asset(str(one.ieee)))]
        for old in set(self.hub.replacements.under_way) & set(assets):
            with suppress(HomeAssistantError):
                await self.hub.replacements.async_roll_back(old, actor=None)
        await self._settle()  # what is still being set up when it is removed comes back
        for one in descriptions:
            await gateway_of(self.hass).async_remove_device(one.ieee)
        await self._settle()
        for one in descriptions:
            with suppress(TimeoutError):
                await eventually(lambda ieee=str(one.ieee): self._find_ieee(ieee) is None, SETTLE_S)
            if page := self._find_ieee(str(one.ieee)):  # ZHA waits for ever for an entity that it could not make
                for task in asyncio.all_tasks():
                    if task.get_name() == _REMOVING:
                        task.cancel()
                dr.async_get(self.hass).async_remove_device(page.id)
            self.coordinator.devices.pop(one.ieee, None)
        bans = self.hub.radio.memory.bans
        for ieee in sorted(bans, key=lambda one: bans[one].since)[:-MAX_BANNED]:
            await self.hub.radio.async_unban(ieee, actor=None)
        await self.hub.async_look()
        for asset_id in assets:
            if asset_id in self.hub.policy.quarantined:
                await self.hub.async_release(asset_id, actor=None)
            await self.hub.async_forget(asset_id)

    # --- what there is

    async def _settle(self) -> None:
        """Let ZHA set up what is there, but do not wait for what a device never answers."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await settled(self.hass)

    def _free_address(self) -> t.EUI64:
        return t.EUI64((_OURS + next(self._numbers)).to_bytes(8, "little"))

    @contextmanager
    def _listening(self) -> Iterator[list[tuple[str, bytes]]]:
        application = gateway_of(self.hass).application_controller
        listener = Listener([])
        application.add_listener(listener)
        try:
            yield listener.heard
        finally:
            application.remove_listener(listener)

    async def _call(self, action: str, *, answer: bool = False, **data: Any) -> Any:
        return await self.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=answer)

    async def _until(self, condition: Callable[[], Any], failing: str) -> None:
        try:
            await eventually(condition, STEP_S)
        except TimeoutError:
            _fail(failing)

    def _find_asset(self, ieee: str) -> Asset | None:
        return next((one for one in self.hub.assets.values() if ieee in one.values(IdentifierKind.IEEE)), None)

    def _asset(self, device: VirtualDevice) -> Asset:
        asset = self._find_asset(str(device.ieee))
        if asset is None:
            _fail(f"{device.ieee} is no asset of the hub")
        return asset

    def _find_ieee(self, ieee: str) -> dr.DeviceEntry | None:
        found = dr.async_get(self.hass).async_get_device_by_identifier(("zha", ieee), self.radio.entry_id)
        return found if isinstance(found, dr.DeviceEntry) else None

    def _find(self, device: VirtualDevice) -> dr.DeviceEntry | None:
        return self._find_ieee(str(device.ieee))

    def _page(self, device: VirtualDevice) -> dr.DeviceEntry:
        page = self._find(device)
        if page is None:
            _fail(f"{device.ieee} has no page in Home Assistant")
        return page

    def _entities(self, device: VirtualDevice) -> frozenset[str]:
        """ZHA's entities on a device's page."""
        registry = er.async_get(self.hass)
        found = er.async_entries_for_device(registry, self._page(device).id, include_disabled_entities=True)
        return frozenset(one.entity_id for one in found if one.platform == "zha")


def _asked(device: VirtualDevice) -> int:
    """How often it was asked for its node descriptor, which neither ZHA nor the hub does by itself then."""
    return sum(frame.dst_ep == 0 and frame.cluster == _NODE_DESC_REQ for frame in device.received)


def _fail(problem: str) -> NoReturn:
    raise ExaminationError(problem)


def _words(error: BaseException) -> str:
    """One line that says what went wrong."""
    said = " ".join(str(error).split())[:300]
    return said if isinstance(error, ExaminationError) else f"{type(error).__name__}: {said}"
