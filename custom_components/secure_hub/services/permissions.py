"""Actions about what devices may do."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..engine.choices import DEFAULT, confirm
from ..engine.policy import destinations
from ..engine.policy.destinations import ANY, Destination
from ..engine.policy.grants import Duration
from ..engine.policy.listing import list_rules
from ..engine.policy.profiles import Profile
from ..engine.policy.rules import EVERYONE, Matcher, MatcherKind
from ..engine.policy.scopes import Decision, PolicyError, Scope
from ..engine.previews import Wish
from ..hub import SecureHub, refused
from ..told import explained, told_rules
from .calls import ATTR_DEVICE_ID, ATTR_REASON, DEVICES, MAX_REASON, NAMES, NOTHING, Action, asset_ids, hub_of

ATTR_AREA_ID = "area_id"
ATTR_CLASS = "class"
ATTR_DECISION = "decision"
ATTR_DESTINATION = "destination"
ATTR_DURATION = "duration"
ATTR_EVERYONE = "everyone"
ATTR_INTEGRATION = "integration"
ATTR_LABEL_ID = "label_id"
ATTR_MANUFACTURER = "manufacturer"
ATTR_MODEL = "model"
ATTR_PROFILE = "profile"
ATTR_SCOPE = "scope"

_SCOPE = vol.Coerce(Scope)
_DESTINATION: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_DESTINATION): vol.All(cv.string, vol.Length(min=1, max=destinations.MAX_TEXT))
}
QUARANTINE_SCHEMA = vol.Schema(
    {**DEVICES, vol.Optional(ATTR_REASON): vol.All(cv.string, vol.Length(min=1, max=MAX_REASON))}
)
RELEASE_SCHEMA = vol.Schema(DEVICES)
_SETS = {
    ATTR_AREA_ID: MatcherKind.AREA,
    ATTR_LABEL_ID: MatcherKind.LABEL,
    ATTR_CLASS: MatcherKind.CLASS,
    ATTR_INTEGRATION: MatcherKind.INTEGRATION,
}
"""Fields that each name sets of devices of one kind."""


def _somebody(data: dict[str, Any]) -> dict[str, Any]:
    """Refuse what names nobody, and models of several makers at once."""
    if ATTR_MODEL in data and len(data.get(ATTR_MANUFACTURER, ())) != 1:
        msg = "model needs the one manufacturer whose it is"
        raise vol.Invalid(msg, path=[ATTR_MODEL])
    if not data.get(ATTR_EVERYONE) and not data.keys() & {ATTR_DEVICE_ID, ATTR_MANUFACTURER, *_SETS}:
        msg = "name devices, or a set of devices"
        raise vol.Invalid(msg)
    return data


SET_PERMISSION_SCHEMA = vol.All(
    vol.Schema(
        {
            vol.Optional(ATTR_DEVICE_ID): NAMES,
            **{vol.Optional(field): NAMES for field in _SETS},
            vol.Optional(ATTR_MANUFACTURER): NAMES,
            vol.Optional(ATTR_MODEL): NAMES,
            vol.Optional(ATTR_EVERYONE): cv.boolean,
            vol.Required(ATTR_SCOPE): _SCOPE,
            vol.Required(ATTR_DECISION): vol.Any(DEFAULT, vol.Coerce(Decision)),
            **_DESTINATION,
        }
    ),
    _somebody,
)
SET_PROFILE_SCHEMA = vol.Schema({**DEVICES, vol.Required(ATTR_PROFILE): vol.Any(DEFAULT, vol.Coerce(Profile))})
GRANT_SCHEMA = vol.Schema(
    {**DEVICES, vol.Required(ATTR_SCOPE): _SCOPE, vol.Required(ATTR_DURATION): vol.Coerce(Duration), **_DESTINATION}
)
REVOKE_SCHEMA = vol.Schema({**DEVICES, vol.Optional(ATTR_SCOPE): _SCOPE})
EXPLAIN_SCHEMA = vol.Schema({**DEVICES, vol.Required(ATTR_SCOPE): _SCOPE, **_DESTINATION})


async def _async_quarantine(call: ServiceCall) -> None:
    hub = hub_of(call)
    await hub.async_quarantine(*asset_ids(hub, call), actor=call.context.user_id, reason=call.data.get(ATTR_REASON))


async def _async_release(call: ServiceCall) -> None:
    hub = hub_of(call)
    await hub.async_release(*asset_ids(hub, call), actor=call.context.user_id)


async def _async_set_permission(call: ServiceCall) -> None:
    hub, data = hub_of(call), call.data
    try:
        matchers = list(dict.fromkeys(_matchers(hub, call)))
    except PolicyError as error:
        raise refused(error) from error
    decision = None if data[ATTR_DECISION] == DEFAULT else data[ATTR_DECISION]
    destination = _destination(call)
    wishes = (Wish(matcher, data[ATTR_SCOPE], decision, destination) for matcher in matchers)
    await hub.async_set_permissions(*wishes, actor=call.context.user_id)


def _matchers(hub: SecureHub, call: ServiceCall) -> Iterator[Matcher]:
    """Whom a call names; a maker with models stands for these alone. Raises PolicyError."""
    for asset_id in asset_ids(hub, call):
        yield Matcher(MatcherKind.ASSET, asset_id)
    for field, kind in _SETS.items():
        for value in call.data.get(field, ()):
            yield Matcher(kind, value)
    for maker in call.data.get(ATTR_MANUFACTURER, ()):
        if models := call.data.get(ATTR_MODEL):
            yield from (Matcher(MatcherKind.MODEL, maker, model) for model in models)
        else:
            yield Matcher(MatcherKind.MANUFACTURER, maker)
    if call.data.get(ATTR_EVERYONE):
        yield EVERYONE


async def _async_list_rules(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    page = await hub.async_consider(lambda home: list_rules(home.permissions, home.subjects.values()))
    return told_rules(hub, page)


async def _async_set_profile(call: ServiceCall) -> None:
    hub, profile = hub_of(call), call.data[ATTR_PROFILE]
    chosen = None if profile == DEFAULT else profile
    await hub.async_set_profile(*asset_ids(hub, call), profile=chosen, actor=call.context.user_id)


async def _async_grant(call: ServiceCall) -> None:
    hub, data = hub_of(call), call.data
    await hub.async_grant(
        *asset_ids(hub, call),
        scope=data[ATTR_SCOPE],
        destination=_destination(call),
        duration=data[ATTR_DURATION],
        actor=call.context.user_id,
    )


async def _async_revoke(call: ServiceCall) -> None:
    hub = hub_of(call)
    await hub.async_revoke(*asset_ids(hub, call), scope=call.data.get(ATTR_SCOPE), actor=call.context.user_id)


async def _async_confirm(call: ServiceCall) -> None:
    await hub_of(call).async_decide(partial(confirm, actor=call.context.user_id))


async def _async_explain(call: ServiceCall) -> ServiceResponse:
    hub, scope, destination = hub_of(call), call.data[ATTR_SCOPE], _destination(call)
    try:
        return {
            "assets": {
                one: {"name": hub.asset(one).name, **explained(hub, one, scope, destination)}
                for one in asset_ids(hub, call)
            }
        }
    except PolicyError as error:
        raise refused(error) from error


def _destination(call: ServiceCall) -> Destination:
    try:
        return destinations.parse(call.data.get(ATTR_DESTINATION, ANY.text))
    except PolicyError as error:
        raise refused(error) from error


ACTIONS = (
    Action("quarantine", _async_quarantine, QUARANTINE_SCHEMA),
    Action("release", _async_release, RELEASE_SCHEMA),
    Action("set_permission", _async_set_permission, SET_PERMISSION_SCHEMA),
    Action("list_rules", _async_list_rules, NOTHING, SupportsResponse.ONLY),
    Action("set_profile", _async_set_profile, SET_PROFILE_SCHEMA),
    Action("grant", _async_grant, GRANT_SCHEMA),
    Action("revoke", _async_revoke, REVOKE_SCHEMA),
    Action("confirm", _async_confirm, NOTHING),
    Action("explain", _async_explain, EXPLAIN_SCHEMA, SupportsResponse.ONLY),
)
