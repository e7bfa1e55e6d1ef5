"""The Home Assistant gate: opt-in, with what it costs said before it is switched on."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..const import CONF_HA_GATE
from .step import OptionsStep


class HomeAssistantGateStep(OptionsStep):
    """Switch the gate on or off."""

    async def async_step_ha_gate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what it is, and ask."""
        if user_input is not None:
            return self.async_keep(user_input)
        is_on = self.config_entry.options.get(CONF_HA_GATE, False)
        return self.async_show_form(
            step_id="ha_gate",
            data_schema=vol.Schema({vol.Required(CONF_HA_GATE, default=is_on): selector.BooleanSelector()}),
        )
