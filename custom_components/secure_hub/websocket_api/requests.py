"""Commands about requests: what waits for a person, answers, and whose the devices are."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback
import voluptuous as vol

from ..adapters.people import async_user_of
from ..engine.requests.model import Answer
from ..hub import SecureHub
from ..hub.people import nobody
from ..told import request_row
from .commands import ASSET_ID, TEXT, Asked, Command

MAX_ANSWERED: Final = 100
"""Answered requests that one answer tells, the latest first."""
_MAX_OWNERS: Final = 16


def _pending(hub: SecureHub) -> list[dict[str, Any]]:
    return [request_row(hub, request) for request in hub.requests.book.pending.values()]


async def _async_list(asked: Asked) -> dict[str, Any]:
    hub, limit = asked.hub, asked.data["answered"]
    settled = reversed(hub.requests.book.settled[-limit:]) if limit else ()
    return {"requests": _pending(hub), "answered": [request_row(hub, request) for request in settled]}


async def _async_subscribe(asked: Asked) -> None:
    """Send what waits, now and whenever that changes, until the connection is closed or the hub is unloaded."""
    hub, connection = asked.hub, asked.connection

    @callback
    def tell() -> None:
        connection.send_event(asked.id, {"requests": _pending(hub)})

    @callback
    def state_changed() -> None:
        if hub.entry.state is not ConfigEntryState.LOADED:
            connection.send_event(asked.id, {"stopped": True})

    stops = (hub.requests.async_on_change(tell), hub.entry.async_on_state_change(state_changed))

    @callback
    def stop() -> None:
        for one in stops:
            one()

    connection.subscriptions[asked.id] = stop
    tell()


async def _async_answer(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data
    request = await hub.requests.async_answer(data["request_id"], data["answer"], actor=asked.actor)
    return request_row(hub, request)


async def _async_set_owner(asked: Asked) -> None:
    hub, data = asked.hub, asked.data
    asset = hub.asset(data["asset_id"])
    owners: dict[str, None] = {}
    for name in data["owners"]:
        user_id = await async_user_of(hub.hass, name)
        if user_id is None:
            raise nobody(name)
        owners[user_id] = None
    if data["transfer"]:
        await hub.async_transfer(asset.id, tuple(owners), actor=asked.actor)
    else:
        await hub.people.async_set_owners(asset.id, tuple(owners), actor=asked.actor)


COMMANDS = (
    Command(
        "requests/list",
        _async_list,
        {vol.Optional("answered", default=0): vol.All(int, vol.Range(min=0, max=MAX_ANSWERED))},
    ),
    Command("requests/subscribe", _async_subscribe),
    Command(
        "requests/answer",
        _async_answer,
        {vol.Required("request_id"): TEXT, vol.Required("answer"): vol.Coerce(Answer)},
    ),
    Command(
        "requests/set_owner",
        _async_set_owner,
        {
            vol.Required("asset_id"): ASSET_ID,
            vol.Required("owners"): vol.All([TEXT], vol.Length(max=_MAX_OWNERS)),
            vol.Optional("transfer", default=False): bool,
        },
    ),
)
