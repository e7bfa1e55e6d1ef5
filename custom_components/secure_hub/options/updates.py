"""By when updates have to be installed, and what tells of vulnerabilities."""

from typing import Any, Final
from urllib.parse import urlsplit

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..adapters.advisories import FOLDER
from ..const import DOMAIN
from ..engine.assets.classes import GOVERNED
from ..engine.firmware.deadlines import MAX_DAYS, SENSITIVE
from ..engine.firmware.settings import (
    DAYS,
    FEEDS,
    OVERDUE,
    SENSITIVE_CLASSES,
    SENSITIVE_DAYS,
    WhenOverdue,
    options_of,
    settings_of,
)
from .step import OptionsStep

MAX_FEEDS: Final = 20
_LIST: Final = selector.SelectSelectorMode.LIST


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
        fields[vol.Required(OVERDUE, default=values[OVERDUE])] = selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=[one.value for one in WhenOverdue], translation_key="when_overdue", mode=_LIST
            )
        )
        return self.async_show_form(step_id="updates", data_schema=vol.Schema(fields))


class AdvisoriesStep(OptionsStep):
    """Change where advisories are fetched from."""

    async def async_step_advisories(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for addresses."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if all(urlsplit(url).scheme == "https" and urlsplit(url).hostname for url in user_input[FEEDS]):
                return self.async_keep(user_input)
            errors = {FEEDS: "not_https"}
        values = user_input or options_of(settings_of(self.config_entry.options))
        addresses = selector.TextSelector(
            selector.TextSelectorConfig(type=selector.TextSelectorType.URL, multiple=True)
        )
        limited = vol.All(addresses, vol.Length(max=MAX_FEEDS))
        return self.async_show_form(
            step_id="advisories",
            data_schema=vol.Schema({vol.Required(FEEDS, default=list(values[FEEDS])): limited}),
            errors=errors,
            description_placeholders={"folder": f"{DOMAIN}/{FOLDER}"},
        )
