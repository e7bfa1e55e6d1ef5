"""Rows: kept while nothing changes, and never when something did."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.websocket_api import rows as module
from tests.faces import asset, device_id
from tests.lab.network.lab import Lab


async def rows(hub: SecureHub) -> dict[str, dict[str, object]]:
    """Every row by id."""
    return {row["id"]: row async for row in module.async_rows(hub, (*hub.assets, "nobody"))}


async def test_a_row_is_worked_out_once(hub: SecureHub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await rows(hub)
    assert set(first) == set(hub.assets)
    monkeypatch.setattr("custom_components.secure_hub.hub.pauses.SLICE_S", -1.0)
    monkeypatch.setattr(module, "asset_row", lambda *_: pytest.fail("nothing changed"))
    assert await rows(hub) == first


async def test_what_changed_is_worked_out_anew(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    assert (await rows(hub))[camera]["standing"] == "admitted"
    await hub.async_quarantine(camera, actor=None)
    assert (await rows(hub))[camera]["standing"] == "quarantined"
    dr.async_get(hass).async_update_device(device_id(hub, lab.device("camera")), name_by_user="Porch")
    assert (await rows(hub))[camera]["name"] == "Porch"
