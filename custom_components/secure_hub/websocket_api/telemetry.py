"""Commands about telemetry: how it does, and the records of every minute as they are made."""

from typing import Any

from homeassistant.core import callback
import voluptuous as vol

from ..engine.telemetry.record import Record
from .commands import ASSET_ID, Asked, Command
from .live import async_until_over


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

    async_until_over(asked, hub.telemetry.async_subscribe(tell))


COMMANDS = (
    Command("telemetry", _async_status),
    Command("telemetry/subscribe", _async_subscribe, {vol.Optional("asset_id"): ASSET_ID}),
)
