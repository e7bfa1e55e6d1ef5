"""A small integration of devices with real `update` entities: honest ones, and ones that fail, lie or fall ill."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.components.update import UpdateDeviceClass, UpdateEntity, UpdateEntityFeature
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

DOMAIN = "gadgets"
REFUSED = "the device refused the image"
PLATFORMS = ["lock", "sensor", "update"]
_FEATURES = UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS | UpdateEntityFeature.RELEASE_NOTES


class Manners(Enum):
    """How a device takes an update."""

    GOOD = auto()
    FAILS = auto()
    """It says so."""
    LIES = auto()
    """It says that it succeeded, and stays as it was."""
    FALLS_ILL = auto()
    """It takes the update, and what it measures is not there any more."""
    HANGS = auto()
    """It never comes to an end."""


@dataclass
class Gadget:
    """One device; what is changed here shows after `async_show`."""

    key: str
    manufacturer: str | None = "Acme"
    model: str | None = "Smart Plug 3"
    installed: str | None = "1.0.0"
    latest: str | None = "1.1.0"
    manners: Manners = Manners.GOOD
    reverts: bool = False
    critical: bool = False
    battery: bool = False
    can_install: bool = True
    offers: bool = True
    """It has an update entity at all."""
    available: bool = True
    mac: str | None = None
    installs: int = 0
    healthy: bool = True

    @property
    def update(self) -> str:
        """Entity id of its update."""
        return f"update.{self.key}_firmware"


class Measure(SensorEntity):
    """What a device measures."""

    _attr_has_entity_name = True
    _attr_native_value = 21

    def __init__(self, gadget: Gadget) -> None:
        """Belong to a device."""
        self.gadget = gadget
        self._attr_unique_id = f"{gadget.key}-measure"
        self._attr_name = "Measure"
        self._attr_device_info = _device(gadget)
        if gadget.battery:
            self._attr_device_class = "battery"  # type: ignore[assignment]

    @property
    @override
    def available(self) -> bool:
        """Whether the device is well."""
        return self.gadget.available and self.gadget.healthy


class Bolt(Entity):
    """What makes a device critical."""

    _attr_has_entity_name = True
    _attr_name = "Bolt"

    def __init__(self, gadget: Gadget) -> None:
        """Belong to a device."""
        self._attr_unique_id = f"{gadget.key}-bolt"
        self._attr_device_info = _device(gadget)


class Firmware(UpdateEntity):
    """The update of a device."""

    _attr_has_entity_name = True
    _attr_name = "Firmware"
    _attr_device_class = UpdateDeviceClass.FIRMWARE
    _attr_title = "Gadget OS"

    def __init__(self, gadget: Gadget) -> None:
        """Belong to a device."""
        self.gadget = gadget
        self._attr_unique_id = f"{gadget.key}-firmware"
        self._attr_device_info = _device(gadget)
        if gadget.can_install:
            self._attr_supported_features = _FEATURES
            if gadget.reverts:
                self._attr_supported_features |= UpdateEntityFeature.SPECIFIC_VERSION

    @property
    @override
    def available(self) -> bool:
        """Whether the device answers."""
        return self.gadget.available

    @property
    @override
    def installed_version(self) -> str | None:
        """What the device says."""
        return self.gadget.installed

    @property
    @override
    def latest_version(self) -> str | None:
        """What its maker says."""
        return self.gadget.latest

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Do as the device's manners are."""
        gadget = self.gadget
        gadget.installs += 1
        self._attr_in_progress, self._attr_update_percentage = True, 40
        self.async_write_ha_state()
        await asyncio.sleep(0)
        if gadget.manners is Manners.HANGS:
            await asyncio.Event().wait()
        if gadget.manners is Manners.FAILS:
            raise HomeAssistantError(REFUSED)
        if gadget.manners is not Manners.LIES:
            gadget.installed = version or gadget.latest
            gadget.healthy = gadget.manners is not Manners.FALLS_ILL or gadget.installed != gadget.latest

    @override
    async def async_release_notes(self) -> str:
        """Say what is new."""
        return "It is better now."


class Gadgets:
    """The devices of one Home Assistant."""

    def __init__(self, hass: HomeAssistant, gadgets: Iterable[Gadget]) -> None:
        """Describe them."""
        self.hass = hass
        self.gadgets = {gadget.key: gadget for gadget in gadgets}
        self.entry = MockConfigEntry(domain=DOMAIN, title="Gadgets")
        self.entities: list[Entity] = []

    async def async_set_up(self) -> None:
        """Register the integration and set it up with all its devices."""

        async def setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
            for gadget in self.gadgets.values():
                dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **_device(gadget))
            await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
            return True

        async def unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
            return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

        mock_integration(self.hass, MockModule(DOMAIN, async_setup_entry=setup_entry, async_unload_entry=unload_entry))
        mock_platform(self.hass, f"{DOMAIN}.config_flow", None)
        for platform, make in (("sensor", Measure), ("update", Firmware), ("lock", Bolt)):
            mock_platform(self.hass, f"{DOMAIN}.{platform}", MockPlatform(async_setup_entry=self._adder(make)))
        self.entry.add_to_hass(self.hass)
        with mock_config_flow(DOMAIN, ConfigFlow):
            assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()

    def _adder(self, make: Any) -> Any:
        async def add(_hass: HomeAssistant, _entry: ConfigEntry, add_entities: AddConfigEntryEntitiesCallback) -> None:
            wanted = {Measure: lambda _: True, Firmware: lambda g: g.offers, Bolt: lambda g: g.critical}[make]
            new = [make(gadget) for gadget in self.gadgets.values() if wanted(gadget)]
            self.entities += new
            add_entities(new)

        return add

    def async_show(self) -> None:
        """Let every entity show what its device is like now."""
        for entity in self.entities:
            if entity.hass is not None:
                entity.async_write_ha_state()

    def device_id(self, key: str) -> str:
        """Id of a device in the registry."""
        device = dr.async_get(self.hass).async_get_device_by_identifier((DOMAIN, key), self.entry.entry_id)
        assert device
        return device.id

    def status_entity(self, key: str) -> str:
        """Entity id of the hub's firmware status of a device."""
        entities = er.async_entries_for_device(er.async_get(self.hass), self.device_id(key))
        return next(one.entity_id for one in entities if one.unique_id.endswith("-firmware_status"))


def _device(gadget: Gadget) -> DeviceInfo:
    return DeviceInfo(
        identifiers={(DOMAIN, gadget.key)},
        connections={(dr.CONNECTION_NETWORK_MAC, gadget.mac)} if gadget.mac else set(),
        name=gadget.key,
        manufacturer=gadget.manufacturer,
        model=gadget.model,
        sw_version=gadget.installed,
    )
