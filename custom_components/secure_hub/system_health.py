"""System health: whether the wall stands, on Home Assistant's own page."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .hub import SecureHubConfigEntry


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:  # noqa: ARG001
    """Offer our lines."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[SecureHubConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        return {"enforcement": "not_loaded"}
    hub = entries[0].runtime_data
    return {
        "enforcement": hub.state.value,
        **{
            enforcer.name: enforcer.status.reason or enforcer.status.health.value
            for enforcer in hub.enforcement.enforcers
        },
        "assets": len(hub.assets),
        "journal": "broken" if hub.journal.status.broken else "intact",
    }
