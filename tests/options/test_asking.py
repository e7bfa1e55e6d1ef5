"""How the home wants to be asked, chosen in the options: a preset in one step, everything by itself in two."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.const import CONF_ASKING, CONF_MODE
from custom_components.secure_hub.engine.requests.asking import PRESETS, Preset
from custom_components.secure_hub.hub import SecureHub


async def opened(hass: HomeAssistant, hub: SecureHub) -> ConfigFlowResult:
    menu = await hass.config_entries.options.async_init(hub.entry.entry_id)
    return await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "asking"})


async def answered(hass: HomeAssistant, form: ConfigFlowResult, data: dict[str, Any]) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_configure(form["flow_id"], data)
    await hass.async_block_till_done()
    return result


async def test_a_preset(hass: HomeAssistant, hub: SecureHub) -> None:
    form = await opened(hass, hub)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "asking")
    done = await answered(hass, form, {"preset": "strict"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert hub.entry.options[CONF_ASKING] == {"preset": "strict"}
    assert hub.entry.options[CONF_MODE] == "enforce", "what others chose stays"
    assert hub.entry.runtime_data.requests.policy == PRESETS[Preset.STRICT]


async def test_everything_by_itself(hass: HomeAssistant, hub: SecureHub) -> None:
    anna = MockUser(is_owner=True, name="Anna").add_to_hass(hass)
    form = await answered(hass, await opened(hass, hub), {"preset": "custom"})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "asking_details")
    schema = form["data_schema"]
    assert schema
    shown = schema({})
    assert (shown["whom"], shown["per_home"], shown["quiet_from"]) == ("admins", 10, "22:00:00")
    refused = await answered(hass, form, {**shown, "whom": "person"})
    assert refused["errors"] == {"person": "person_missing"}
    chosen = {**shown, "whom": "person", "person": anna.id, "per_home": 3, "quiet": False, "patience_h": 2}
    done = await answered(hass, form, chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    policy = hub.entry.runtime_data.requests.policy
    assert (policy.person, policy.per_home, policy.quiet_from, policy.patience) == (anna.id, 3, None, 7200.0)
    again = await opened(hass, hub)
    assert again["data_schema"]
    assert again["data_schema"]({})["preset"] == "custom"
