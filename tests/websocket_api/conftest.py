"""A panel's end of the websocket: an administrator's connection to the hub."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.secure_hub.hub import SecureHub

PATIENCE_S = 20


class Panel:
    """Sends commands and keeps what arrives unasked."""

    def __init__(self, socket: MockHAClientWebSocket) -> None:
        """Talk over a connection that is logged in."""
        self.socket = socket
        self.events: list[dict[str, Any]] = []

    async def tries(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command; the whole answer."""
        await self.socket.send_json_auto_id({"type": f"secure_hub/{command}", **fields})
        async with asyncio.timeout(PATIENCE_S):
            while (answer := await self.socket.receive_json())["type"] == "event":
                self.events.append(answer["event"])
        return dict(answer)

    async def asks(self, command: str, **fields: Any) -> Any:
        """Send a command that must succeed; its result."""
        answer = await self.tries(command, **fields)
        assert answer["success"], answer
        return answer["result"]

    async def refused(self, command: str, **fields: Any) -> str:
        """Send a command that must fail; the translation key, or the code where there is none."""
        answer = await self.tries(command, **fields)
        assert not answer["success"], answer
        error = answer["error"]
        return str(error.get("translation_key") or error["code"])

    async def next_event(self) -> dict[str, Any]:
        """Wait for a difference."""
        if self.events:
            return self.events.pop(0)
        async with asyncio.timeout(PATIENCE_S):
            message = await self.socket.receive_json()
        assert message["type"] == "event", message
        return dict(message["event"])


@pytest.fixture
async def panel(hass: HomeAssistant, hub: SecureHub, hass_ws_client: WebSocketGenerator) -> AsyncIterator[Panel]:
    """The panel of an administrator, in front of a hub that guards the four devices of `lab`."""
    assert hub.assets
    socket = await hass_ws_client(hass)
    yield Panel(socket)
    await socket.close()
