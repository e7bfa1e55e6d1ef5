"""Secure Hub: one place that knows every device in the home and says what each may do."""

import logging
from pathlib import Path

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .adapters.dnsmasq import forget_fragment
from .adapters.enforcers.nftables import NftablesEnforcer
from .adapters.journal import JournalError
from .adapters.storage import StoreUnreadableError, async_remove_stores
from .const import CONF_DNSMASQ, DOMAIN
from .devices import async_follow_assets
from .engine.enforcement import EnforcementError
from .http_api import async_setup_http_api
from .hub import SecureHub, SecureHubConfigEntry
from .hub.further import async_remove_further
from .hub.telemetry import async_remove_telemetry
from .panel import async_hide_panel, async_serve_code, async_show_panel
from .repairs import async_follow_hub, async_forget_issues, async_report_unreadable
from .services import async_setup_services
from .websocket_api import async_setup_websocket_api

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001 - Home Assistant's signature
    """Register what belongs to the integration rather than to an entry."""
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    async_setup_http_api(hass)
    await async_serve_code(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SecureHubConfigEntry) -> bool:
    """Start the hub."""
    await async_show_panel(hass)
    hub = SecureHub(hass, entry)
    try:
        await hub.async_start()
    except StoreUnreadableError as error:
        async_report_unreadable(hass, entry, error)
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key=error.reason.value,
            translation_placeholders={"key": error.store, "aside": error.aside},
        ) from error
    except JournalError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key=error.key, translation_placeholders={"detail": error.detail}
        ) from error
    entry.runtime_data = hub
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(async_follow_assets(hub))
    entry.async_on_unload(async_follow_hub(hub))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SecureHubConfigEntry) -> bool:
    """Stop the hub; what the kernel enforces stays as it is."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.async_stop()
    if entry.disabled_by:
        async_hide_panel(hass)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: SecureHubConfigEntry) -> bool:  # noqa: ARG001 - the signature is Home Assistant's
    """Refuse an entry that a newer Secure Hub wrote, and leave it as it is."""
    _LOGGER.error(
        "The settings are of version %s.%s, which this version cannot read; install a newer one",
        entry.version,
        entry.minor_version,
    )
    return False


async def async_remove_entry(hass: HomeAssistant, entry: SecureHubConfigEntry) -> None:
    """Take away our firewall tables, here and elsewhere, stores and issues; the journal stays as evidence."""
    firewall = NftablesEnforcer()
    try:
        await firewall.remove()
    except EnforcementError as error:
        _LOGGER.warning("What stands in the firewall could not be taken away: %s", error)
    finally:
        await firewall.close()
    await async_remove_further(hass, entry)
    if folder := entry.options.get(CONF_DNSMASQ):
        await hass.async_add_executor_job(forget_fragment, Path(folder))
    async_hide_panel(hass)
    async_forget_issues(hass)
    await async_remove_stores(hass)
    await async_remove_telemetry(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    device: dr.DeviceEntry,
) -> bool:
    """Let people delete the device of an asset that is gone, but not one that is still seen or contained."""
    hub = entry.runtime_data
    asset_id = next((value for domain, value in device.identifiers if domain == DOMAIN), None)
    return asset_id is not None and asset_id != entry.entry_id and await hub.async_forget(asset_id)
