"""What every action of the hub is made of."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolSchemaType
import voluptuous as vol

from ..const import DOMAIN
from ..hub import SecureHub, SecureHubConfigEntry

ATTR_DEVICE_ID = "device_id"
ATTR_REASON = "reason"
MAX_REASON = 200
MAX_NAMED = 1000

NAMES = vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_NAMED), [vol.All(cv.string, vol.Length(min=1, max=255))])
DEVICES: dict[vol.Marker, Any] = {vol.Required(ATTR_DEVICE_ID): NAMES}
NOTHING = vol.Schema({})


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its name, what carries it out, what it takes and whether it answers."""

    name: str
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse] | Coroutine[Any, Any, None]]
    schema: VolSchemaType
    response: SupportsResponse = SupportsResponse.NONE


def hub_of(call: ServiceCall) -> SecureHub:
    """Give the hub; raises ServiceValidationError while none is loaded."""
    entries: list[SecureHubConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    return entries[0].runtime_data


def asset_ids(hub: SecureHub, call: ServiceCall) -> list[str]:
    """Give the assets that the named devices are, refusing the whole call if one is unknown."""
    # one pass over the assets, not one for each device: a call may name a thousand
    by_device = {device_id: asset for asset in hub.assets.values() for device_id in asset.device_ids}
    found: dict[str, None] = {}
    for device_id in call.data.get(ATTR_DEVICE_ID, ()):
        asset = by_device.get(device_id)
        found[asset.id if asset else asset_of(hub, device_id)] = None
    return list(found)


def asset_of(hub: SecureHub, device_id: str) -> str:
    """Give the asset that a device is; raises ServiceValidationError for an unknown one."""
    asset = hub.asset_of_device(device_id)
    if asset is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_device",
            translation_placeholders={"device": device_id},
        )
    return asset.id
