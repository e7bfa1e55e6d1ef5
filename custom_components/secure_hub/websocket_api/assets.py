"""Commands about assets: the list, page by page, one of them in full, and why it may do what it may."""

from typing import Any, Final

import voluptuous as vol

from ..adapters.people import async_users
from ..engine.policy import destinations
from ..engine.policy.destinations import ANY
from ..engine.policy.scopes import Scope
from ..told import asset_details, explained, told_containment, told_progress
from .commands import ASSET, ASSET_ID, Asked, Command
from .rows import async_rows

MAX_PAGE: Final = 200


async def _async_assets(asked: Asked) -> dict[str, Any]:
    """Up to `limit` assets in the order of their ids, those behind `after` if it is given."""
    hub, after, limit = asked.hub, asked.data.get("after"), asked.data["limit"]
    ids = sorted(asset_id for asset_id in hub.assets if after is None or asset_id > after)
    return {
        "assets": [row async for row in async_rows(hub, ids[:limit])],
        "total": len(hub.assets),
        "after": ids[limit - 1] if len(ids) > limit else None,
    }


async def _async_asset(asked: Asked) -> dict[str, Any]:
    """All that is known of one asset, and what the rooms say of it."""
    hub, asset_id = asked.hub, asked.hub.asset(asked.data["asset_id"]).id
    responder, replaced = hub.monitoring.kept.responder, hub.replacements.under_way.get(asset_id)
    users = {user.id: user.name for user in await async_users(hub.hass)}
    return {
        **asset_details(hub, asset_id),
        "owners": [{"id": one, "name": users.get(one)} for one in sorted(hub.people.ownership.of(asset_id))],
        "guest_until": hub.people.ownership.guests.get(asset_id),
        "learning": hub.monitoring.is_learning(asset_id),
        "contained_by": told_containment(responder.contained.get(asset_id)),
        "probation_until": responder.probation.get(asset_id),
        "replacement": told_progress(hub, replaced) if replaced else None,
    }


async def _async_explain(asked: Asked) -> dict[str, Any]:
    asset = asked.hub.asset(asked.data["asset_id"])
    destination = destinations.parse(asked.data["destination"])
    return explained(asked.hub, asset.id, asked.data["scope"], destination)


COMMANDS = (
    Command(
        "assets",
        _async_assets,
        {
            vol.Optional("after"): ASSET_ID,
            vol.Optional("limit", default=MAX_PAGE): vol.All(int, vol.Range(min=1, max=MAX_PAGE)),
        },
    ),
    Command("asset", _async_asset, ASSET),
    Command(
        "explain",
        _async_explain,
        {
            **ASSET,
            vol.Required("scope"): vol.Coerce(Scope),
            vol.Optional("destination", default=ANY.text): vol.All(str, vol.Length(min=1, max=destinations.MAX_TEXT)),
        },
    ),
)
