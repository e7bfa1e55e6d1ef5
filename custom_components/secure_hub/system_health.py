"""System health: whether the wall stands, on Home Assistant's own page."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.enforcement import Status
from .engine.posture import score
from .engine.radio.posture import WEIGHTS
from .hub import SecureHubConfigEntry


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:  # noqa: ARG001 - the signature is Home Assistant's
    """Offer our lines."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Say it in words; every user may ask, so nothing is named."""
    texts: dict[str, str] = {}
    for category in ("entity", "exceptions", "issues"):
        texts |= await async_get_translations(hass, hass.config.language, category, {DOMAIN})

    def text(path: str, key: str) -> str:
        return texts.get(f"component.{DOMAIN}.{path}", key)

    def health(status: Status) -> str:
        if status.reason is None:
            return text(f"entity.sensor.enforcement.state.{status.health.value}", status.health.value)
        return text(f"issues.{status.reason}.title", status.reason)

    entries: list[SecureHubConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        return {"enforcement": text("exceptions.not_loaded.message", "not_loaded")}
    hub = entries[0].runtime_data
    sources = hub.monitoring.sources.health.values()
    telemetry = "on" if any(hub.telemetry.failing.values()) else "off"
    journal = "on" if hub.journal.status.broken else "off"
    return {
        "enforcement": text(f"entity.sensor.enforcement.state.{hub.state.value}", hub.state.value),
        **{name: health(enforcer.status) for name, enforcer in hub.enforcement.named().items()},
        **({} if (percent := score(hub.radio.posture, WEIGHTS)) is None else {"zigbee_posture": f"{percent} %"}),
        "sources": f"{sum(it.active for it in sources)} / {len(sources)}",
        "telemetry": text(f"entity.binary_sensor.telemetry.state.{telemetry}", telemetry),
        "assets": len(hub.assets),
        "journal": text(f"entity.binary_sensor.journal.state.{journal}", journal),
    }
