"""What is done about incidents, and where an intrusion detection system writes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..const import (
    ATTR_CLASS,
    CONF_ASK_CLASSES,
    CONF_BAD_LISTS,
    CONF_BUDGET,
    CONF_CLASS_PLAYBOOKS,
    CONF_DRY_RUN,
    CONF_EVE_PATH,
    CONF_PLAYBOOK,
    CONF_RELEASE_AFTER,
)
from ..engine.assets.model import AssetClass
from ..engine.response.playbooks import DEFAULT, PlaybookName
from ..engine.response.responder import BUDGET
from .step import OptionsStep

MAX_BUDGET: Final = 50
MAX_HOURS: Final = 720


def _schema(values: Mapping[str, Any], lists: Iterable[str]) -> vol.Schema:
    playbooks = selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=[it.value for it in PlaybookName],
            translation_key=CONF_PLAYBOOK,
            mode=selector.SelectSelectorMode.LIST,
        )
    )
    by_class = selector.ObjectSelectorConfig(
        fields={
            ATTR_CLASS: {"selector": _classes(multiple=False), "required": True},
            CONF_PLAYBOOK: {"selector": playbooks, "required": True},
        },
        multiple=True,
        label_field=ATTR_CLASS,
        description_field=CONF_PLAYBOOK,
        translation_key=CONF_CLASS_PLAYBOOKS,
    )
    return vol.Schema(
        {
            vol.Required(CONF_PLAYBOOK, default=values.get(CONF_PLAYBOOK, DEFAULT.value)): playbooks,
            vol.Optional(CONF_CLASS_PLAYBOOKS, default=values.get(CONF_CLASS_PLAYBOOKS, [])): selector.ObjectSelector(
                by_class
            ),
            vol.Required(CONF_BUDGET, default=values.get(CONF_BUDGET, BUDGET)): _number(MAX_BUDGET),
            vol.Required(CONF_RELEASE_AFTER, default=values.get(CONF_RELEASE_AFTER, 0)): _number(MAX_HOURS, "h"),
            vol.Required(CONF_DRY_RUN, default=values.get(CONF_DRY_RUN, False)): selector.BooleanSelector(),
            vol.Optional(CONF_ASK_CLASSES, default=values.get(CONF_ASK_CLASSES, [])): _classes(multiple=True),
            vol.Optional(CONF_BAD_LISTS, default=values.get(CONF_BAD_LISTS, [])): selector.SelectSelector(
                selector.SelectSelectorConfig(options=sorted(lists), multiple=True)
            ),
            vol.Optional(CONF_EVE_PATH, description={"suggested_value": values.get(CONF_EVE_PATH)}): str,
        }
    )


def _classes(*, multiple: bool) -> selector.SelectSelector:
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=[it.value for it in AssetClass], translation_key="asset_class", multiple=multiple
        )
    )


def _number(most: int, unit: str | None = None) -> Any:
    config = selector.NumberSelectorConfig(min=0, max=most, step=1, mode=selector.NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return vol.All(selector.NumberSelector(config), vol.Coerce(int))


class MonitoringStep(OptionsStep):
    """Change the playbook and its limits."""

    async def async_step_monitoring(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            path = user_input.get(CONF_EVE_PATH)
            if path and not await self.hass.async_add_executor_job(Path(path).is_file):
                errors[CONF_EVE_PATH] = "no_such_file"
            else:
                return self.async_keep({CONF_EVE_PATH: None, **user_input})
        values = user_input or self.config_entry.options
        lists = set(values.get(CONF_BAD_LISTS, []))
        if self.config_entry.state is ConfigEntryState.LOADED:
            lists |= self.config_entry.runtime_data.home.lists.keys()
        return self.async_show_form(step_id="monitoring", data_schema=_schema(values, lists), errors=errors)
