"""Pictures."""

from typing import Any, override

from homeassistant.components.camera import Camera
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import device_info

PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">
<rect width="320" height="180" fill="#b8cbd8"/>
<path d="M0 180V120L320 100V180Z" fill="#7f9a6a"/><path d="M120 130V70L160 40L200 70V130Z" fill="#8c6f5a"/></svg>"""


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant gives it
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the cameras of an entry."""
    async_add_entities(LabCamera(camera) for camera in entry.data["cameras"])


class LabCamera(Camera):
    """One camera."""

    _attr_has_entity_name = True
    _attr_name = None

    def __init__(self, camera: dict[str, Any]) -> None:
        """Look at the same house always."""
        super().__init__()
        self.content_type = "image/svg+xml"
        self._attr_unique_id = f"{camera['mac']}-picture"
        self._attr_device_info = device_info(camera)

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes:
        return PICTURE
