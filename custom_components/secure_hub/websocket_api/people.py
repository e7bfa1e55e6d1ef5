"""Commands about people and their devices: who there is, whose a device is, and that one leaves."""

from typing import Any, Final

import voluptuous as vol

from ..adapters.people import async_user_of, async_users
from ..hub.people import nobody
from .commands import ASSET, REASON, TEXT, Asked, Command

_MAX_OWNERS: Final = 16


async def _async_people(asked: Asked) -> dict[str, Any]:
    users = await async_users(asked.hub.hass)
    return {"people": [{"id": user.id, "name": user.name, "admin": user.is_admin} for user in users]}


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
        await hub.async_transfer(asset.id, users=tuple(owners), actor=asked.actor)
    else:
        await hub.people.async_set_owners(asset.id, users=tuple(owners), actor=asked.actor)


async def _async_retire(asked: Asked) -> None:
    hub, data = asked.hub, asked.data
    await hub.async_retire(hub.asset(data["asset_id"]).id, actor=asked.actor, reason=data.get("reason"))


COMMANDS = (
    Command("people", _async_people),
    Command(
        "requests/set_owner",
        _async_set_owner,
        {
            **ASSET,
            vol.Required("owners"): vol.All([TEXT], vol.Length(max=_MAX_OWNERS)),
            vol.Optional("transfer", default=False): bool,
        },
    ),
    Command("retire", _async_retire, {**ASSET, vol.Optional("reason"): REASON}),
)
