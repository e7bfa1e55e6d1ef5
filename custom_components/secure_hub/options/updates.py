"""By when updates have to be installed."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..engine.assets.classes import GOVERNED
from ..engine.firmware.deadlines import MAX_DAYS, SENSITIVE
from ..engine.firmware.settings import DAYS, SENSITIVE_CLASSES, SENSITIVE_DAYS, options_of, settings_of
from .step import OptionsStep


def number(maximum: int, unit: str, *, minimum: int = 0) -> Any:
    """Ask for a whole number."""
    asked = selector.NumberSelector(
        selector.NumberSelectorConfig(
            min=minimum, max=maximum, step=1, unit_of_measurement=unit, mode=selector.NumberSelectorMode.BOX
        )
    )
    return vol.All(asked, vol.Coerce(int))


class UpdatesStep(OptionsStep):
    """Change the deadlines of updates."""

    async def async_step_updates(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the days by severity and class."""
        if user_input is not None:
            return self.async_keep(user_input)
        values = options_of(settings_of(self.config_entry.options))
        classes = selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=sorted(one.value for one in GOVERNED | SENSITIVE), translation_key="asset_class", multiple=True
            )
        )
        fields: dict[vol.Marker, Any] = {
            vol.Required(key, default=values[key]): number(MAX_DAYS, "d", minimum=1) for key in DAYS.values()
        }
        fields[vol.Required(SENSITIVE_CLASSES, default=values[SENSITIVE_CLASSES])] = classes
        fields[vol.Required(SENSITIVE_DAYS, default=values[SENSITIVE_DAYS])] = number(MAX_DAYS, "d", minimum=1)
        return self.async_show_form(step_id="updates", data_schema=vol.Schema(fields))
