"""When and how updates are installed."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..engine.firmware.settings import (
    AUTOMATIC,
    BACKUP,
    RING,
    SOAK_HOURS,
    WEEKDAYS,
    WINDOW_DAYS,
    WINDOW_END,
    WINDOW_START,
    options_of,
    settings_of,
)
from .step import OptionsStep
from .updates import number

MAX_SOAK_HOURS: Final = 14 * 24
MAX_RING: Final = 500


class InstallingStep(OptionsStep):
    """Change the windows and the pace of installing."""

    async def async_step_installing(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for windows, backup and rings."""
        if user_input is not None:
            return self.async_keep(user_input)
        values = options_of(settings_of(self.config_entry.options))
        weekdays = selector.SelectSelector(
            selector.SelectSelectorConfig(options=list(WEEKDAYS), translation_key="weekday", multiple=True)
        )
        asked: dict[str, Any] = {
            WINDOW_START: selector.TimeSelector(),
            WINDOW_END: selector.TimeSelector(),
            WINDOW_DAYS: weekdays,
            AUTOMATIC: selector.BooleanSelector(),
            BACKUP: selector.BooleanSelector(),
            SOAK_HOURS: number(MAX_SOAK_HOURS, "h"),
            RING: number(MAX_RING, "", minimum=1),
        }
        schema = {vol.Required(key, default=values[key]): field for key, field in asked.items()}
        return self.async_show_form(step_id="installing", data_schema=vol.Schema(schema))
