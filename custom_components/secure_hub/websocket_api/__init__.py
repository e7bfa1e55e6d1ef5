"""The websocket API behind the panel: `secure_hub/...`, for administrators only; docs/api.md tells it all."""

from homeassistant.core import HomeAssistant, callback

from . import (
    assets,
    behaviour,
    home,
    incidents,
    journal,
    people,
    permissions,
    replacement,
    requests,
    telemetry,
    updates,
)
from .commands import async_register

COMMANDS = (
    *home.COMMANDS,
    *assets.COMMANDS,
    *behaviour.COMMANDS,
    *permissions.COMMANDS,
    *requests.COMMANDS,
    *replacement.COMMANDS,
    *incidents.COMMANDS,
    *updates.COMMANDS,
    *journal.COMMANDS,
    *telemetry.COMMANDS,
    *people.COMMANDS,
)


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register every command once, whether or not the hub is loaded: commands cannot be taken back."""
    for command in COMMANDS:
        async_register(hass, command)
