"""Commands about updates: what waits, page by page, ordered, skipped and put off."""

from typing import Any
from unittest.mock import AsyncMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.lab.gadgets import Gadget, Gadgets
from tests.updates import settled, started

from .conftest import Panel

pytestmark = pytest.mark.usefixtures("unloaded")


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let the stores be files."""
    return {}


async def test_what_waits_is_told_ordered_and_put_off(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, freezer: FrozenDateTimeFactory
) -> None:
    assert freezer
    made = Gadgets(hass, [Gadget(f"plug{number}") for number in range(3)])
    await made.async_set_up()
    hub = await started(hass)
    panel = Panel(await hass_ws_client(hass))
    page = await panel.asks("updates/list", limit=2)
    rows = page["devices"]
    page = await panel.asks("updates/list", limit=2, after=page["after"])
    rows += page["devices"]
    assert page["after"] is None
    assert [row["asset_id"] for row in rows] == sorted(hub.home.governed)
    assert {(row["status"], row["version"], row["latest"]) for row in rows} == {("update_available", "1.0.0", "1.1.0")}
    assert (await panel.asks("overview"))["updates"] == {"waiting": 3, "overdue": 0, "progress": None}
    first, second, third = (row["asset_id"] for row in rows)
    assert await panel.asks("updates/skip", asset_id=second, reason="it is loud") == {"skipped": "1.1.0"}
    assert (await panel.asks("updates/snooze", asset_id=third, days=2, reason="on holiday"))["deadline"]
    details = await panel.asks("updates/device", asset_id=third)
    assert details["snooze_reason"] == "on holiday"
    assert details["entity_id"].startswith("update.")
    assert [ran["version"] for ran in details["history"]] == ["1.0.0"]
    assert details["vulnerabilities"] == []
    assert details["ordered"] is None
    assert (await panel.asks("updates/device", asset_id=second))["skip_reason"] == "it is loud"
    with patch.object(hub.rollouts, "_async_advance", AsyncMock()):  # else it may be over before anybody asks
        ordered = await panel.asks("updates/install", asset_ids=[first], now=True, confirm=True)
        assert ordered == {"installing": {first: "1.1.0"}, "left_out": {}}
        waits = {"version": "1.1.0", "state": "waiting", "ring": 0, "reason": None}
        assert (await panel.asks("updates/device", asset_id=first))["ordered"] == waits
        assert (await panel.asks("overview"))["updates"]["progress"] == [0, 1]
    hub.rollouts.async_drive_soon()
    await settled(hass, hub)
    await hub.rollouts.async_settle()
    told = await panel.asks("updates/list")
    assert told["rollouts"][0]["devices"][0]["asset_id"] == first
    assert await panel.refused("updates/install", asset_ids=["nobody"]) == "unknown_asset"
