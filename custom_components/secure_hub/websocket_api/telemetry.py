"""Commands about telemetry: how it does, and the records of every minute as they are made."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback
import voluptuous as vol

from ..engine.telemetry.record import Record
from .commands import ASSET_ID, Asked, Command


async def _async_status(asked: Asked) -> dict[str, Any]:
    return asked.hub.telemetry.status


async def _async_subscribe(asked: Asked) -> None:
    """Send the records of every minute that is over, until the connection is closed or the hub is unloaded."""
    hub, connection = asked.hub, asked.connection
    only = asked.data.get("asset_id")

    @callback
    def tell(records: list[Record]) -> None:
        told = [it.as_json() for it in records if only in {None, it.asset}]
        if told:
            connection.send_event(asked.id, {"records": told})

    @callback
    def stop() -> None:
        unsubscribe()
        unfollow()

    @callback
    def state_changed() -> None:
        if hub.entry.state is not ConfigEntryState.LOADED:
            unsubscribe()
            connection.send_event(asked.id, {"stopped": True})

    unsubscribe = hub.telemetry.async_subscribe(tell)
    unfollow = hub.entry.async_on_state_change(state_changed)
    connection.subscriptions[asked.id] = stop


COMMANDS = (
    Command("telemetry", _async_status),
    Command("telemetry/subscribe", _async_subscribe, {vol.Optional("asset_id"): ASSET_ID}),
)
