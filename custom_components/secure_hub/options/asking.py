"""How the home wants to be asked: a preset, or every choice by itself."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
import voluptuous as vol

from ..const import CONF_ASKING
from ..engine.requests.asking import Channel, Preset, Unanswered, Whom, preset_of
from ..engine.requests.asking_options import LONGEST_H, MOST_PER_HOUR, PRESET, details_of, options_of, policy_of
from .step import OptionsStep


class AskingStep(OptionsStep):
    """Change who is asked what, how often and when."""

    async def async_step_asking(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the presets, in words."""
        if user_input is not None:
            if user_input[PRESET] == Preset.CUSTOM:
                return await self.async_step_asking_details()
            return self.async_keep({CONF_ASKING: {PRESET: user_input[PRESET]}})
        current = preset_of(policy_of(self.config_entry.options.get(CONF_ASKING)))
        schema = vol.Schema(
            {vol.Required(PRESET, default=current.value): _choice("asking_preset", [one.value for one in Preset])}
        )
        return self.async_show_form(step_id="asking", data_schema=schema)

    async def async_step_asking_details(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for every choice by itself."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input["whom"] == Whom.PERSON and not user_input.get("person"):
                errors["person"] = "person_missing"
            else:
                policy = policy_of({**user_input, PRESET: Preset.CUSTOM.value})
                return self.async_keep({CONF_ASKING: options_of(policy)})
        values = user_input or details_of(policy_of(self.config_entry.options.get(CONF_ASKING)))
        return self.async_show_form(
            step_id="asking_details", data_schema=await _details_schema(self.hass, values), errors=errors
        )


async def _details_schema(hass: HomeAssistant, values: Mapping[str, Any]) -> vol.Schema:
    users = [
        selector.SelectOptionDict(value=user.id, label=user.name or user.id)
        for user in await hass.auth.async_get_users()
        if user.is_active and not user.system_generated
    ]
    person = selector.SelectSelector(selector.SelectSelectorConfig(options=users, mode=_DROPDOWN))
    fields: dict[str, Any] = {
        "whom": _choice("asking_whom", [one.value for one in Whom]),
        "owners_decide": selector.BooleanSelector(),
        "two_people": selector.BooleanSelector(),
        "channel": _choice("asking_channel", [one.value for one in Channel]),
        "per_device": _number(MOST_PER_HOUR),
        "per_home": _number(MOST_PER_HOUR),
        "quiet": selector.BooleanSelector(),
        "quiet_from": selector.TimeSelector(),
        "quiet_until": selector.TimeSelector(),
        "known_lists": selector.BooleanSelector(),
        "known_models": selector.BooleanSelector(),
        "patience_h": _number(LONGEST_H),
        "unanswered": _choice("asking_unanswered", [one.value for one in Unanswered]),
    }
    schema: dict[vol.Marker, Any] = {vol.Required(key, default=values[key]): field for key, field in fields.items()}
    schema[vol.Optional("person", description={"suggested_value": values.get("person")})] = person
    return vol.Schema(schema)


_DROPDOWN = selector.SelectSelectorMode.DROPDOWN


def _choice(key: str, options: list[str]) -> selector.SelectSelector:
    return selector.SelectSelector(
        selector.SelectSelectorConfig(options=options, translation_key=key, mode=selector.SelectSelectorMode.LIST)
    )


def _number(most: int) -> selector.NumberSelector:
    return selector.NumberSelector(selector.NumberSelectorConfig(min=1, max=most, step=1, mode=_BOX))


_BOX = selector.NumberSelectorMode.BOX
