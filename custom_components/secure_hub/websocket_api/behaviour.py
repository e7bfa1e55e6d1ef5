"""Commands about what devices do: each hour beside what is usual for it, and with whom they talk."""

from typing import Any, Final

import voluptuous as vol

from ..engine.detection.baselines.behaviour import Hour, Quantity
from ..engine.telemetry.flows import MAX_OF_HOME
from ..hub import SecureHub
from ..hub.flows import SeenFlow
from ..told import asset_name
from .commands import ASSET, ASSET_ID, Asked, Command

_QUANTITIES: Final = {one.name.lower(): one for one in (Quantity.SENT, Quantity.RECEIVED, Quantity.CALLS)}
FLOWS: Final = 50
"""Flows that an answer tells of if nobody asks for more."""


async def _async_behaviour(asked: Asked) -> dict[str, Any]:
    hub, quantity = asked.hub, asked.data["quantity"]
    seen = await hub.monitoring.async_behaviour(hub.asset(asked.data["asset_id"]).id)
    hours = seen.hours.get(_QUANTITIES[quantity], ()) if seen else ()
    return {
        "quantity": quantity,
        "learning": seen is None or seen.learning,
        "since": seen.since if seen else None,
        "hours": [_hour(one) for one in hours],
    }


def _hour(hour: Hour) -> dict[str, Any]:
    low, typical, high = hour.usual or (None, None, None)
    return {
        "start": hour.start,
        "total": hour.total,
        "most": hour.most,
        "low": low,
        "typical": typical,
        "high": high,
    }


async def _async_flows(asked: Asked) -> dict[str, Any]:
    """Those that carried most, of one device or of all."""
    hub, asset_id, limit = asked.hub, asked.data.get("asset_id"), asked.data["limit"]
    flows = hub.flows.of_home() if asset_id is None else hub.flows.of_asset(hub.asset(asset_id).id)
    return {"flows": [_flow(hub, one) for one in flows[:limit]], "more": len(flows) > limit}


def _flow(hub: SecureHub, seen: SeenFlow) -> dict[str, Any]:
    flow, peer = seen.flow, hub.assets.get(seen.peer_asset or "")
    return {
        "asset_id": flow.asset,
        "asset": asset_name(hub, hub.assets[flow.asset]),
        "peer": flow.peer,
        "name": flow.name,
        "peer_asset_id": peer.id if peer else None,
        "peer_asset": asset_name(hub, peer) if peer else None,
        "protocol": flow.protocol,
        "port": flow.port,
        "service": seen.service,
        "inward": flow.inward,
        "local": flow.local,
        "last": flow.last,
        "sent": flow.sent,
        "received": flow.received,
        "packets": flow.packets,
        "allowed": flow.allowed,
        "held": flow.held,
    }


COMMANDS = (
    Command(
        "behaviour",
        _async_behaviour,
        {**ASSET, vol.Optional("quantity", default="sent"): vol.In(_QUANTITIES)},
    ),
    Command(
        "flows",
        _async_flows,
        {
            vol.Optional("asset_id"): ASSET_ID,
            vol.Optional("limit", default=FLOWS): vol.All(int, vol.Range(min=1, max=MAX_OF_HOME)),
        },
    ),
)
