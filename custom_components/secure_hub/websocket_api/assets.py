"""Commands about assets: the list, page by page, one of them in full, and why it may do what it may."""

from typing import Any, Final

import voluptuous as vol

from ..engine.policy import destinations
from ..engine.policy.destinations import ANY
from ..engine.policy.scopes import Scope
from ..told import asset_details, explained
from .commands import ASSET_ID, Asked, Command
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
    return asset_details(asked.hub, asked.hub.asset(asked.data["asset_id"]).id)


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
    Command("asset", _async_asset, {vol.Required("asset_id"): ASSET_ID}),
    Command(
        "explain",
        _async_explain,
        {
            vol.Required("asset_id"): ASSET_ID,
            vol.Required("scope"): vol.Coerce(Scope),
            vol.Optional("destination", default=ANY.text): vol.All(str, vol.Length(min=1, max=destinations.MAX_TEXT)),
        },
    ),
)
