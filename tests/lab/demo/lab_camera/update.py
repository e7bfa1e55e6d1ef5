"""Software."""

from typing import Any, override

from homeassistant.components.update import UpdateDeviceClass, UpdateEntity, UpdateEntityFeature
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import device_info

INSTALLED, LATEST = "2.0.0", "2.1.0"


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant gives it
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the software of an entry's cameras."""
    async_add_entities(LabFirmware(camera) for camera in entry.data["cameras"])


class LabFirmware(UpdateEntity):
    """The software of one camera; what is installed is there at once."""

    _attr_has_entity_name = True
    _attr_device_class = UpdateDeviceClass.FIRMWARE
    _attr_supported_features = UpdateEntityFeature.INSTALL
    _attr_installed_version = INSTALLED
    _attr_latest_version = LATEST

    def __init__(self, camera: dict[str, Any]) -> None:
        """Run the version that it was sold with."""
        self._attr_unique_id = f"{camera['mac']}-firmware"
        self._attr_device_info = device_info(camera)

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        self._attr_installed_version = version or LATEST
        self.async_write_ha_state()
