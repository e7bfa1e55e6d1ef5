"""Replacing a device by the options flow: what is chosen, what is shown, how it ends."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.replacing import House, fall_silent, states

UNDER_WAY = {FlowResultType.SHOW_PROGRESS, FlowResultType.SHOW_PROGRESS_DONE}


async def choose(hass: HomeAssistant, house: House, **chosen: str) -> Any:
    begun = await hass.config_entries.options.async_init(house.hub.entry.entry_id)
    flow_id = begun["flow_id"]
    form = await hass.config_entries.options.async_configure(flow_id, {"next_step_id": "replacement"})
    assert form["type"] is FlowResultType.FORM
    return await hass.config_entries.options.async_configure(flow_id, chosen)


async def end(hass: HomeAssistant, plan: Any) -> Any:
    found = await hass.config_entries.options.async_configure(plan["flow_id"], {})
    assert found["type"] is FlowResultType.SHOW_PROGRESS
    async with asyncio.timeout(60):
        while (found := await hass.config_entries.options.async_configure(plan["flow_id"]))["type"] in UNDER_WAY:  # noqa: ASYNC110 - as a browser does
            await asyncio.sleep(0.1)
    return found


async def test_choose_see_confirm(hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = house.page(house.old).id, house.page(house.new).id
    wrong = await choose(hass, house, old_device_id=old, new_device_id=old)
    assert wrong["errors"] == {"base": "replace_same_device"}
    unknown = await choose(hass, house, old_device_id=old, new_device_id="nobody")
    assert unknown["errors"] == {"new_device_id": "unknown_device"}
    before = dict(house.hub.entry.options)

    plan = await choose(hass, house, old_device_id=old, new_device_id=new)
    assert plan["step_id"] == "replacement_plan"
    assert "Entity: light.desk" in plan["description_placeholders"]["steps"]
    assert plan["description_placeholders"]["losses"] == "-"

    with monkeypatch.context() as patched:
        fall_silent(patched, membership=False)
        stopped = await end(hass, plan)
    assert (stopped["type"], stopped["reason"]) == (FlowResultType.ABORT, "replace_stopped")
    await house.hub.replacements.async_roll_back(house.asset(house.old).id, actor=None)

    done = await end(hass, await choose(hass, house, old_device_id=old, new_device_id=new))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "replaced")
    assert states(house)["light"][0] == "light.desk"
    assert dict(house.hub.entry.options) == before
