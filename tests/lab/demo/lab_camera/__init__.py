"""A small integration of cameras, as their maker would have made one: a picture, and software that can be updated.

The demo's Home Assistant loads it, so that a camera of the virtual home counts as one for what is known of it.
"""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo

DOMAIN: Final = "lab_camera"
PLATFORMS: Final = (Platform.CAMERA, Platform.UPDATE)


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set the cameras of an entry up: `cameras` in its data, each with `name` and `mac`."""
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


def device_info(camera: dict[str, Any]) -> DeviceInfo:
    """What a camera is."""
    return DeviceInfo(
        identifiers={(DOMAIN, camera["mac"])},
        connections={(CONNECTION_NETWORK_MAC, camera["mac"])},
        manufacturer="Example Optics",
        model="IPC-D2",
        name=camera["name"],
    )
