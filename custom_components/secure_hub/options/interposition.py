"""Interposition: opt-in, with its limits said before it is switched on, and how it does."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.helpers import selector
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from ..const import CONF_INTERPOSE_RESTRICTED, CONF_INTERPOSITION, DOMAIN
from .step import OptionsStep


class InterpositionStep(OptionsStep):
    """Switch interposition on or off, and choose whom it draws."""

    async def async_step_interposition(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what it is, and ask."""
        if user_input is not None:
            return self.async_keep(user_input)
        options = self.config_entry.options
        return self.async_show_form(
            step_id="interposition",
            data_schema=vol.Schema(
                {
                    vol.Required(choice, default=options.get(choice, False)): selector.BooleanSelector()
                    for choice in (CONF_INTERPOSITION, CONF_INTERPOSE_RESTRICTED)
                }
            ),
            description_placeholders={"status": await self._async_status()},
        )

    async def _async_status(self) -> str:
        """How it does now, in words."""
        key = "off"
        if self.config_entry.state is ConfigEntryState.LOADED:
            for enforcer in self.config_entry.runtime_data.enforcement.further:
                if enforcer.name == CONF_INTERPOSITION:
                    key = enforcer.status.reason or enforcer.status.health.value
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", {DOMAIN})
        found = texts.get(f"component.{DOMAIN}.selector.interposition.options.{key}")
        if found is None:
            issues = await async_get_translations(self.hass, self.hass.config.language, "issues", {DOMAIN})
            found = issues.get(f"component.{DOMAIN}.issues.{key}.title", key)
        return found
