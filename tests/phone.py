"""A phone of the household: Home Assistant's app as its servers see it, registered and pushed to as the real one is.

It registers over HTTP, is pushed to over its own websocket channel (no cloud), and answers through its webhook.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Self

from aiohttp.test_utils import TestClient
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import CLIENT_ID
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

type Sell = Callable[[User, str], Awaitable[Phone]]
"""Gives a user a new phone of a name."""


class Phone:
    """One phone of one user."""

    def __init__(self, client: TestClient[Any, Any], socket: Any, webhook_id: str) -> None:
        """Wrap a registered app."""
        self._client = client
        self._socket = socket
        self._webhook_id = webhook_id

    @classmethod
    async def register(cls, client: TestClient[Any, Any], socket: Any, name: str) -> Self:
        """Register the app as it does when somebody logs in, and open its channel."""
        answer = await client.post(
            "/api/mobile_app/registrations",
            json={
                "app_data": {"push_websocket_channel": True},
                "app_id": "io.homeassistant.companion",
                "app_name": "Home Assistant",
                "app_version": "2026.10",
                "device_id": name,
                "device_name": name,
                "manufacturer": "Pear",
                "model": "P1",
                "os_name": "pOS",
                "os_version": "1",
                "supports_encryption": False,
            },
        )
        assert answer.status == HTTPStatus.CREATED
        webhook_id = (await answer.json())["webhook_id"]
        await socket.send_json_auto_id({"type": "mobile_app/push_notification_channel", "webhook_id": webhook_id})
        assert (await socket.receive_json())["success"]
        return cls(client, socket, webhook_id)

    async def receive(self, within: float = 20.0) -> dict[str, Any]:
        """The next notification."""
        message: dict[str, Any] = await asyncio.wait_for(self._socket.receive_json(), within)
        assert message["type"] == "event"
        notification: dict[str, Any] = message["event"]
        return notification

    async def press(self, action: str) -> None:
        """Press a button, or pretend to."""
        answer = await self._client.post(
            f"/api/webhook/{self._webhook_id}",
            json={
                "type": "fire_event",
                "data": {"event_type": "mobile_app_notification_action", "event_data": {"action": action}},
            },
        )
        assert answer.status == HTTPStatus.OK

    async def switch_off(self) -> None:
        """Let the app be closed."""
        await self._socket.close()


def button(notification: dict[str, Any], title: str) -> str:
    """What pressing the button of that title says."""
    actions: list[dict[str, Any]] = notification["data"]["actions"]
    action: str = next(one["action"] for one in actions if one["title"] == title)
    return action


@pytest.fixture
async def sell(hass: HomeAssistant, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator) -> Sell:
    """Home Assistant with its app's own integration, unmodified; gives out phones."""
    for component in ("http", "websocket_api", "webhook", "mobile_app"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()

    async def sold(user: User, name: str) -> Phone:
        token = hass.auth.async_create_access_token(await hass.auth.async_create_refresh_token(user, CLIENT_ID))
        phone = await Phone.register(await hass_client(token), await hass_ws_client(access_token=token), name)
        await hass.async_block_till_done()
        return phone

    return sold
