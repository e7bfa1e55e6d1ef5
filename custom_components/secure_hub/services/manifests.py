"""Actions about manifests: what manufacturers say that devices need."""

from ipaddress import ip_address
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..engine.assets.model import Address
from ..engine.manifests.binding import Bound
from ..engine.manifests.i_json import MAX_BYTES
from .calls import ATTR_DEVICE_ID, Action, asset_ids, hub_of

ATTR_ALLOW_UNSIGNED: Final = "allow_unsigned"
ATTR_CONTROLLERS: Final = "controllers"
ATTR_MANIFEST: Final = "manifest"
MAX_CONTROLLERS: Final = 64

DEVICE: Final[dict[vol.Marker, Any]] = {
    vol.Required(ATTR_DEVICE_ID): vol.All(
        cv.ensure_list, vol.Length(min=1, max=1), [vol.All(cv.string, vol.Length(min=1, max=255))]
    )
}


def _address(value: Any) -> Address:
    try:
        return ip_address(cv.string(value))
    except ValueError as error:
        raise vol.Invalid("no IP address") from error  # noqa: EM101, TRY003 - voluptuous's own way


_ADDRESSES = vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_CONTROLLERS), [_address])
IMPORT_SCHEMA = vol.Schema(
    {
        **DEVICE,
        vol.Required(ATTR_MANIFEST): vol.All(cv.string, vol.Length(min=1, max=MAX_BYTES)),
        vol.Optional(ATTR_CONTROLLERS, default=dict): vol.All(
            {vol.All(cv.string, vol.Length(min=1, max=255)): _ADDRESSES}, vol.Length(max=MAX_CONTROLLERS)
        ),
        vol.Optional(ATTR_ALLOW_UNSIGNED, default=False): cv.boolean,
    }
)
REMOVE_SCHEMA = vol.Schema(DEVICE)


async def _async_import_manifest(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    bound = await hub.manifests.async_import(
        asset_id,
        call.data[ATTR_MANIFEST],
        actor=call.context.user_id,
        controllers={uri: frozenset(addresses) for uri, addresses in call.data[ATTR_CONTROLLERS].items()},
        allow_unsigned=call.data[ATTR_ALLOW_UNSIGNED],
    )
    return told(bound)


def told(bound: Bound) -> dict[str, Any]:
    """An allow-list for an answer: its lines, and what is not in it."""
    return {
        "allowed": [
            {"scope": one.scope.value, "destination": one.destination.text, "source": one.source}
            for one in bound.allowed
        ],
        "left_out": [{"where": one.where, "reason": one.reason} for one in bound.problems],
    }


async def _async_remove_manifest(call: ServiceCall) -> None:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    await hub.manifests.async_remove(asset_id, actor=call.context.user_id)


ACTIONS = (
    Action("import_manifest", _async_import_manifest, IMPORT_SCHEMA, SupportsResponse.OPTIONAL),
    Action("remove_manifest", _async_remove_manifest, REMOVE_SCHEMA),
)
