"""Actions about manifests: what manufacturers say that devices need, and what devices were seen to need."""

from ipaddress import ip_address
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import json_loads_object
import voluptuous as vol

from ..engine.assets.model import Address
from ..engine.manifests.binding import Bound
from ..engine.manifests.i_json import MAX_BYTES
from ..engine.manifests.learned import rules_of
from ..engine.manifests.lines import line
from ..engine.manifests.model import Direction
from ..hub.learning import Learned
from .calls import ATTR_DEVICE_ID, Action, asset_ids, hub_of

ATTR_ALLOW_UNSIGNED: Final = "allow_unsigned"
ATTR_CONTROLLERS: Final = "controllers"
ATTR_DAYS: Final = "days"
ATTR_MANIFEST: Final = "manifest"
MAX_CONTROLLERS: Final = 64
MAX_DAYS: Final = 60

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
DEVICE_SCHEMA = vol.Schema(DEVICE)
LEARN_SCHEMA = vol.Schema(
    {**DEVICE, vol.Optional(ATTR_DAYS, default=7): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_DAYS))}
)


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


async def _async_learn(call: ServiceCall) -> None:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    await hub.learning.async_learn(asset_id, call.data[ATTR_DAYS], actor=call.context.user_id)


async def _async_learned_list(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    return _learned(await hub.learning.async_learned(asset_id))


async def _async_confirm_learned(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    return _learned(await hub.learning.async_confirm(asset_id, actor=call.context.user_id))


async def _async_export_manifest(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    (asset_id,) = asset_ids(hub, call)
    found: dict[str, Any] = json_loads_object(await hub.learning.async_export(asset_id))
    return found


def _learned(learned: Learned) -> dict[str, Any]:
    """What was seen and what follows, for an answer; times in ISO 8601."""
    return {
        "since": _time(learned.watch.since),
        "until": _time(learned.watch.until),
        "complete": not learned.watch.overflowed,
        "seen": [
            {
                **{key: value for key, value in line(rule).items() if key in {"family", "protocol", "remote"}},
                "ports": [list(ports) for ports in need.ports or ()],
                "opened_by": "device" if need.initiated is Direction.FROM_DEVICE else "far_end",
                "conversations": need.conversations,
                "days": need.days,
                "first_seen": _time(need.first_seen),
                "last_seen": _time(need.last_seen),
            }
            for need in learned.needs
            for rule in rules_of((need,))[:1]
        ],
        **told(learned.bound),
    }


def _time(seconds: float) -> str:
    return dt_util.utc_from_timestamp(seconds).isoformat(timespec="seconds")


ACTIONS = (
    Action("import_manifest", _async_import_manifest, IMPORT_SCHEMA, SupportsResponse.OPTIONAL),
    Action("remove_manifest", _async_remove_manifest, DEVICE_SCHEMA),
    Action("learn", _async_learn, LEARN_SCHEMA),
    Action("learned_list", _async_learned_list, DEVICE_SCHEMA, SupportsResponse.ONLY),
    Action("confirm_learned", _async_confirm_learned, DEVICE_SCHEMA, SupportsResponse.OPTIONAL),
    Action("export_manifest", _async_export_manifest, DEVICE_SCHEMA, SupportsResponse.ONLY),
)
