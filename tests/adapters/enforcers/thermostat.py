"""An integration of somebody else's, with one device that has two entities and can be reloaded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

DOMAIN: Final = "thermostat"
SWITCH: Final = "switch.thermostat_heating"
SENSOR: Final = "sensor.thermostat_temperature"
PLATFORMS: Final = [Platform.SENSOR, Platform.SWITCH]


class Heating(SwitchEntity):
    """What can be commanded; `orders` is what reached the device."""

    _attr_should_poll = False
    _attr_name = "Heating"
    _attr_has_entity_name = True
    _attr_unique_id = "heating"
    _attr_is_on = False

    def __init__(self, info: DeviceInfo, orders: list[str]) -> None:
        """Belong to the device."""
        self._attr_device_info = info
        self._orders = orders

    async def async_turn_on(self, **_: Any) -> None:
        """Note it."""
        self._orders.append("on")

    async def async_turn_off(self, **_: Any) -> None:
        """Note it."""
        self._orders.append("off")


class Temperature(SensorEntity):
    """What is reported."""

    _attr_should_poll = False
    _attr_name = "Temperature"
    _attr_has_entity_name = True
    _attr_unique_id = "temperature"
    _attr_native_value = 21

    def __init__(self, info: DeviceInfo) -> None:
        """Belong to the device."""
        self._attr_device_info = info


@asynccontextmanager
async def installed(
    hass: HomeAssistant, mac: str, orders: list[str], *, reloadable: bool = True
) -> AsyncIterator[tuple[MockConfigEntry, str]]:
    """Have it set up for the device with a MAC address, or without one; gives its config entry and the device's id."""
    connections = {(dr.CONNECTION_NETWORK_MAC, mac)} if mac else set[tuple[str, str]]()
    info = DeviceInfo(identifiers={(DOMAIN, "one")}, connections=connections, name="Thermostat")

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

    async def switches(_: HomeAssistant, __: ConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
        add([Heating(info, orders)])

    async def sensors(_: HomeAssistant, __: ConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
        add([Temperature(info)])

    module = MockModule(DOMAIN, async_setup_entry=set_up, async_unload_entry=unload if reloadable else None)
    mock_integration(hass, module)
    mock_platform(hass, f"{DOMAIN}.switch", MockPlatform(async_setup_entry=switches))
    mock_platform(hass, f"{DOMAIN}.sensor", MockPlatform(async_setup_entry=sensors))
    mock_platform(hass, f"{DOMAIN}.config_flow", None)
    entry = MockConfigEntry(domain=DOMAIN, title="Thermostat")
    entry.add_to_hass(hass)
    with mock_config_flow(DOMAIN, ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        yield entry, device.id
