"""Actions: what automations and scripts may ask of the hub.

Users must be administrators. An automation has no user and is let through: whoever may write automations is one.
"""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from .const import DOMAIN
from .hub import SecureHub, SecureHubConfigEntry

ATTR_DEVICE_ID = "device_id"
ATTR_REASON = "reason"
MAX_REASON = 200

_DEVICES: dict[vol.Marker, Any] = {
    vol.Required(ATTR_DEVICE_ID): vol.All(cv.ensure_list, vol.Length(min=1, max=1000), [cv.string])
}
QUARANTINE_SCHEMA = vol.Schema(
    {**_DEVICES, vol.Optional(ATTR_REASON): vol.All(cv.string, vol.Length(min=1, max=MAX_REASON))}
)
RELEASE_SCHEMA = vol.Schema(_DEVICES)
VERIFY_SCHEMA = vol.Schema({})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register every action once, whether or not the hub is loaded."""
    register = service.async_register_admin_service
    register(hass, DOMAIN, "quarantine", _async_quarantine, QUARANTINE_SCHEMA)
    register(hass, DOMAIN, "release", _async_release, RELEASE_SCHEMA)
    register(hass, DOMAIN, "verify_journal", _async_verify_journal, VERIFY_SCHEMA, SupportsResponse.ONLY)


async def _async_quarantine(call: ServiceCall) -> None:
    hub = _hub(call)
    for asset_id in _asset_ids(hub, call):
        await hub.async_quarantine(asset_id, actor=call.context.user_id, reason=call.data.get(ATTR_REASON))


async def _async_release(call: ServiceCall) -> None:
    hub = _hub(call)
    for asset_id in _asset_ids(hub, call):
        await hub.async_release(asset_id, actor=call.context.user_id)


async def _async_verify_journal(call: ServiceCall) -> ServiceResponse:
    verification = await _hub(call).async_verify_journal()
    response: dict[str, Any] = {"ok": verification.ok, "records": verification.count}
    if verification.first_break is not None:
        response["first_break"] = {
            "line": verification.first_break.line,
            "kind": verification.first_break.kind.value,
        }
    return response


def _hub(call: ServiceCall) -> SecureHub:
    entries: list[SecureHubConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    return entries[0].runtime_data


def _asset_ids(hub: SecureHub, call: ServiceCall) -> list[str]:
    """Give the assets that the named devices are, refusing the whole call if one is unknown."""
    # one pass over the assets, not one for each device: a call may name a thousand
    by_device = {device_id: asset for asset in hub.assets.values() for device_id in asset.device_ids}
    found: dict[str, None] = {}
    for device_id in call.data[ATTR_DEVICE_ID]:
        asset = by_device.get(device_id) or hub.asset_of_device(device_id)
        if asset is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_device",
                translation_placeholders={"device": device_id},
            )
        found[asset.id] = None
    return list(found)
