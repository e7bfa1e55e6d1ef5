"""Actions about the Zigbee network: who may join, who never may, and who is tied to whom."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..engine.assets.model import IdentifierKind, hardware_identifier
from ..engine.radio.install_code import MAX_TEXT, InstallCodeError, parse
from ..engine.radio.links import Link
from ..hub import SecureHub
from .calls import ATTR_DEVICE_ID, ATTR_REASON, DEVICES, MAX_REASON, NAMES, NOTHING, Action, asset_ids, hub_of

ATTR_CLUSTER = "cluster"
ATTR_CODE = "code"
ATTR_ENDPOINT = "endpoint"
ATTR_GROUP = "group"
ATTR_IEEE = "ieee"
ATTR_SECONDS = "seconds"
ATTR_TARGET_ENDPOINT = "target_endpoint"
MAX_PERMIT_S = 254

_WORD = vol.All(vol.Coerce(int), vol.Range(min=0, max=0xFFFF))
_ENDPOINT = vol.All(vol.Coerce(int), vol.Range(min=1, max=254))


def _ieee(value: Any) -> str:
    """IEEE address in any usual spelling, as the hub writes it."""
    found = hardware_identifier(IdentifierKind.IEEE, cv.string(value))
    if found is None:
        msg = "not an IEEE address"
        raise vol.Invalid(msg)
    return found.value


_IEEES = vol.All(cv.ensure_list, vol.Length(min=1, max=100), [_ieee])
BAN_SCHEMA = vol.All(
    vol.Schema(
        {
            vol.Optional(ATTR_DEVICE_ID): NAMES,
            vol.Optional(ATTR_IEEE): _IEEES,
            vol.Optional(ATTR_REASON): vol.All(cv.string, vol.Length(min=1, max=MAX_REASON)),
        }
    ),
    cv.has_at_least_one_key(ATTR_DEVICE_ID, ATTR_IEEE),
)
UNBAN_SCHEMA = vol.Schema({vol.Required(ATTR_IEEE): _IEEES})
LIST_BINDINGS_SCHEMA = vol.Schema(DEVICES)
REMOVE_BINDING_SCHEMA = vol.All(
    vol.Schema(
        {
            **DEVICES,
            vol.Required(ATTR_ENDPOINT): _ENDPOINT,
            vol.Optional(ATTR_CLUSTER): _WORD,
            vol.Optional(ATTR_GROUP): _WORD,
            vol.Inclusive(ATTR_IEEE, "target"): _ieee,
            vol.Inclusive(ATTR_TARGET_ENDPOINT, "target"): _ENDPOINT,
        }
    ),
    cv.has_at_least_one_key(ATTR_GROUP, ATTR_IEEE),
)
PERMIT_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_CODE): vol.All(cv.string, vol.Length(min=1, max=MAX_TEXT)),
        vol.Optional(ATTR_IEEE): _ieee,
        vol.Optional(ATTR_SECONDS, default=60): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_PERMIT_S)),
    }
)


async def _async_ban(call: ServiceCall) -> None:
    hub = hub_of(call)
    named = {ieee: hub.asset(one).name for one in asset_ids(hub, call) for ieee in _radios(hub, one)}
    for ieee in call.data.get(ATTR_IEEE, ()):
        named.setdefault(ieee, "")
    for ieee, name in named.items():
        await hub.radio.async_ban(ieee, name=name, actor=call.context.user_id, reason=call.data.get(ATTR_REASON))


async def _async_unban(call: ServiceCall) -> None:
    hub = hub_of(call)
    for ieee in call.data[ATTR_IEEE]:
        await hub.radio.async_unban(ieee, actor=call.context.user_id)


async def _async_list_bans(call: ServiceCall) -> ServiceResponse:
    bans = hub_of(call).radio.memory.bans
    return {
        "bans": [
            {
                "ieee": ieee,
                "name": ban.name,
                "reason": ban.reason,
                "since": ban.since,
                "evictions": ban.evictions,
                "last_eviction": ban.last_eviction,
            }
            for ieee, ban in bans.items()
        ]
    }


async def _async_list_bindings(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    asked = {one: _radios(hub, one) for one in asset_ids(hub, call)}
    return {
        "devices": [
            {
                "name": hub.asset(asset_id).name,
                "ieee": ieee,
                "links": [_shown(hub, link) for link in await hub.radio.async_links(ieee)],
            }
            for asset_id, ieees in asked.items()
            for ieee in ieees
        ]
    }


async def _async_remove_binding(call: ServiceCall) -> None:
    hub, data = hub_of(call), call.data
    for asset_id in asset_ids(hub, call):
        for ieee in _radios(hub, asset_id):
            link = Link(
                ieee,
                data[ATTR_ENDPOINT],
                data.get(ATTR_CLUSTER),
                None if ATTR_IEEE in data else data[ATTR_GROUP],
                data.get(ATTR_IEEE),
                data.get(ATTR_TARGET_ENDPOINT),
            )
            if link.cluster is None and link.target is not None:
                raise ServiceValidationError(translation_domain=DOMAIN, translation_key="binding_without_cluster")
            await hub.radio.async_remove_link(link, actor=call.context.user_id)


async def _async_permit_with_install_code(call: ServiceCall) -> None:
    hub = hub_of(call)
    try:
        code = parse(call.data[ATTR_CODE], call.data.get(ATTR_IEEE))
    except InstallCodeError as error:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=error.key) from error
    await hub.radio.async_admit_with_code(code, call.data[ATTR_SECONDS], actor=call.context.user_id)


async def _async_close_network(call: ServiceCall) -> None:
    await hub_of(call).radio.async_close_network()


def _radios(hub: SecureHub, asset_id: str) -> list[str]:
    """IEEE addresses of an asset, refusing one that has none."""
    asset = hub.asset(asset_id)
    found = sorted(asset.values(IdentifierKind.IEEE))
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_zigbee", translation_placeholders={"asset": asset.name}
        )
    return found


def _shown(hub: SecureHub, link: Link) -> dict[str, Any]:
    """A link with the names that people know: what passes the hub, and what does not."""
    names = {ieee: one.name for one in hub.assets.values() for ieee in one.values(IdentifierKind.IEEE)}
    to_hub = link.target is not None and link.target == hub.isolation.links.coordinator
    return {
        "kind": "group" if link.is_membership else "binding",
        ATTR_ENDPOINT: link.endpoint,
        ATTR_CLUSTER: link.cluster,
        ATTR_GROUP: link.group,
        "group_name": link.name,
        ATTR_IEEE: link.target,
        "target_name": names.get(link.target or ""),
        ATTR_TARGET_ENDPOINT: link.target_endpoint,
        "bypasses_hub": not link.is_membership and not to_hub,
    }


ACTIONS = (
    Action("ban", _async_ban, BAN_SCHEMA),
    Action("unban", _async_unban, UNBAN_SCHEMA),
    Action("list_bans", _async_list_bans, NOTHING, SupportsResponse.ONLY),
    Action("list_bindings", _async_list_bindings, LIST_BINDINGS_SCHEMA, SupportsResponse.ONLY),
    Action("remove_binding", _async_remove_binding, REMOVE_BINDING_SCHEMA),
    Action("permit_with_install_code", _async_permit_with_install_code, PERMIT_SCHEMA),
    Action("close_network", _async_close_network, NOTHING),
)
