"""Actions about requests, and about whose the devices are."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..adapters.people import async_user_of
from ..engine.policy.grants import Duration
from ..engine.requests.model import Answer, Request
from ..hub.people import nobody
from ..told import request_row
from .calls import ATTR_DEVICE_ID, ATTR_REASON, DEVICES, MAX_REASON, NAMES, Action, asset_ids, hub_of

ATTR_ANSWERED = "answered"
ATTR_DURATION = "duration"
ATTR_OWNER = "owner"
ATTR_QUARANTINE = "quarantine"
ATTR_REQUEST_ID = "request_id"
ATTR_UNTIL = "until"
MAX_ANSWERED = 100
"""Answered requests that an answer tells, the latest first."""

_REQUEST: dict[vol.Marker, Any] = {vol.Required(ATTR_REQUEST_ID): vol.All(cv.string, vol.Length(min=1, max=64))}
_OWNERS = vol.All(cv.ensure_list, vol.Length(max=16), [vol.All(cv.string, vol.Length(min=1, max=255))])
APPROVE_SCHEMA = vol.Schema(
    {**_REQUEST, vol.Optional(ATTR_DURATION, default=Duration.ALWAYS.value): vol.Coerce(Duration)}
)
DENY_SCHEMA = vol.Schema({**_REQUEST, vol.Optional(ATTR_QUARANTINE, default=False): cv.boolean})
LIST_SCHEMA = vol.Schema({vol.Optional(ATTR_DEVICE_ID): NAMES, vol.Optional(ATTR_ANSWERED, default=False): cv.boolean})
OWNER_SCHEMA = vol.Schema({**DEVICES, vol.Optional(ATTR_OWNER, default=[]): _OWNERS})
RETIRE_SCHEMA = vol.Schema(
    {**DEVICES, vol.Optional(ATTR_REASON): vol.All(cv.string, vol.Length(min=1, max=MAX_REASON))}
)
GUEST_SCHEMA = vol.Schema({**DEVICES, vol.Optional(ATTR_UNTIL): cv.datetime})


async def _async_approve(call: ServiceCall) -> None:
    said = Answer(call.data[ATTR_DURATION].value)
    await hub_of(call).requests.async_answer(call.data[ATTR_REQUEST_ID], said, actor=call.context.user_id)


async def _async_deny(call: ServiceCall) -> None:
    said = Answer.QUARANTINE if call.data[ATTR_QUARANTINE] else Answer.DENY
    await hub_of(call).requests.async_answer(call.data[ATTR_REQUEST_ID], said, actor=call.context.user_id)


async def _async_list(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    wanted = set(asset_ids(hub, call)) if ATTR_DEVICE_ID in call.data else None
    book = hub.requests.book

    def told(requests: list[Request]) -> list[dict[str, Any]]:
        return [request_row(hub, one) for one in requests if wanted is None or one.asset_id in wanted]

    response: dict[str, Any] = {"requests": told(list(book.pending.values()))}
    if call.data[ATTR_ANSWERED]:
        response["answered"] = told(list(reversed(book.settled)))[:MAX_ANSWERED]
    return response


async def _async_set_owner(call: ServiceCall) -> None:
    hub, owners = hub_of(call), await _async_owners(call)
    await hub.people.async_set_owners(*asset_ids(hub, call), users=owners, actor=call.context.user_id)


async def _async_transfer(call: ServiceCall) -> None:
    hub, owners = hub_of(call), await _async_owners(call)
    await hub.async_transfer(*asset_ids(hub, call), users=owners, actor=call.context.user_id)


async def _async_owners(call: ServiceCall) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in call.data[ATTR_OWNER]:
        user_id = await async_user_of(call.hass, name)
        if user_id is None:
            raise nobody(name)
        found[user_id] = None
    return tuple(found)


async def _async_retire(call: ServiceCall) -> None:
    hub = hub_of(call)
    for asset_id in asset_ids(hub, call):
        await hub.async_retire(asset_id, actor=call.context.user_id, reason=call.data.get(ATTR_REASON))


async def _async_set_guest(call: ServiceCall) -> None:
    hub, until = hub_of(call), call.data.get(ATTR_UNTIL)
    end = None if until is None else dt_util.as_utc(until).timestamp()
    await hub.people.async_welcome(*asset_ids(hub, call), until=end, actor=call.context.user_id)


ACTIONS = (
    Action("approve_request", _async_approve, APPROVE_SCHEMA),
    Action("deny_request", _async_deny, DENY_SCHEMA),
    Action("list_requests", _async_list, LIST_SCHEMA, SupportsResponse.ONLY),
    Action("set_owner", _async_set_owner, OWNER_SCHEMA),
    Action("transfer", _async_transfer, OWNER_SCHEMA),
    Action("retire_device", _async_retire, RETIRE_SCHEMA),
    Action("set_guest", _async_set_guest, GUEST_SCHEMA),
)
