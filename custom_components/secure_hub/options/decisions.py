"""What Secure Hub does, and what a new device meets."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..adapters.enforcers.nftables import probe
from ..adapters.netfilter.probe import Capabilities
from ..const import CONF_MODE, CONF_NEWCOMERS
from ..engine.policy.model import Mode, Newcomers
from .step import OptionsStep


def decisions_schema(values: Mapping[str, Any]) -> vol.Schema:
    """Ask for mode and newcomers, with `values` filled in."""
    return vol.Schema(
        {
            vol.Required(CONF_MODE, default=values[CONF_MODE]): _choice(CONF_MODE, [mode.value for mode in Mode]),
            vol.Required(CONF_NEWCOMERS, default=values[CONF_NEWCOMERS]): _choice(
                CONF_NEWCOMERS, [choice.value for choice in Newcomers]
            ),
        }
    )


def decisions_errors(user_input: Mapping[str, Any], capabilities: Capabilities) -> dict[str, str]:
    """Refuse to promise enforcement on a machine that cannot do it."""
    if user_input[CONF_MODE] == Mode.ENFORCE and not capabilities.usable:
        return {CONF_MODE: "cannot_enforce"}
    return {}


def _choice(key: str, options: list[str]) -> selector.SelectSelector:
    return selector.SelectSelector(
        selector.SelectSelectorConfig(options=options, translation_key=key, mode=selector.SelectSelectorMode.LIST)
    )


class DecisionsStep(OptionsStep):
    """Change mode and newcomers."""

    async def async_step_decisions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for mode and newcomers again."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = decisions_errors(user_input, await probe(self.hass.async_add_executor_job))
            if not errors:
                return self.async_keep(user_input)
        return self.async_show_form(
            step_id="decisions",
            data_schema=decisions_schema(user_input or self.config_entry.options),
            errors=errors,
        )
