"""What ZHA's radio knows of a device's updates over the air; nothing in ZHA is public, so everything is duck-typed."""

import logging
import sys
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ...engine.firmware.facts import Radio
from ...engine.firmware.images import Target
from .gateway import ZHA_DOMAIN

OTA_CLUSTER: Final = 0x0019
"""ZCL 11."""

_LOGGER = logging.getLogger(__name__)


class RadioUpdates:
    """Asks the loaded ZHA; says nothing while there is none, or one that is not as we know it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Touch nothing yet."""
        self._hass = hass
        self._told = False

    @callback
    def application(self) -> Any | None:
        """The radio application of the loaded ZHA, None while there is none."""
        helpers = sys.modules.get(f"homeassistant.components.{ZHA_DOMAIN}.helpers")
        if helpers is None:
            return None
        try:
            return helpers.get_zha_gateway(self._hass).application_controller
        except ValueError:
            return None  # not loaded
        except AttributeError as error:
            self._tell_once(error)
            return None

    @callback
    def kinds(self) -> dict[str, Radio]:
        """What is known of each device, by IEEE address as `aa:bb:...`; O(devices)."""
        application = self.application()
        if application is None:
            return {}
        try:
            return {str(ieee): _kind(device) for ieee, device in application.devices.items()}
        except AttributeError as error:
            self._tell_once(error)
            return {}

    @callback
    def targets(self) -> tuple[Target, ...]:
        """What each device said when it last asked for an image; O(devices)."""
        application = self.application()
        if application is None:
            return ()
        try:
            return tuple(
                _target(str(ieee), asked)
                for ieee, device in application.devices.items()
                if (asked := getattr(device, "get_last_ota_query_cmd", lambda: None)()) is not None
            )
        except AttributeError as error:
            self._tell_once(error)
            return ()

    async def async_look_again(self) -> None:
        """Have zigpy read its indexes anew and tell ZHA's update entities what is there for each device."""
        ota = getattr(self.application(), "ota", None)
        try:
            if ota is not None:
                ota.invalidate_provider_caches()
                await ota.check_all_devices_for_ota()
        except AttributeError as error:
            self._tell_once(error)

    def _tell_once(self, error: AttributeError) -> None:
        if not self._told:
            _LOGGER.warning("This version of ZHA does not show what its devices can be updated with: %s", error)
        self._told = True


def _target(ieee: str, asked: Any) -> Target:
    hardware = getattr(asked, "hardware_version", None)
    return Target(
        ieee,
        int(asked.manufacturer_code),
        int(asked.image_type),
        int(asked.current_file_version),
        None if hardware is None else int(hardware),
    )


def _kind(device: Any) -> Radio:
    endpoints = [endpoint for number, endpoint in device.endpoints.items() if number != 0]
    clusters = [
        cluster
        for endpoint in endpoints
        for side in (endpoint.out_clusters, endpoint.in_clusters)
        if (cluster := side.get(OTA_CLUSTER)) is not None
    ]
    if not clusters:
        return Radio.NOT_UPDATABLE
    asked = any(getattr(cluster, "last_query_cmd", None) is not None for cluster in clusters)
    return Radio.ASKED if asked else Radio.NEVER_ASKED
