"""Another integration's switch that blocks a device: which, for whom, and what it means."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_ENTITY_ID
from homeassistant.helpers import entity_registry as er, selector
import voluptuous as vol

from ..adapters.enforcers.block_switches import DOMAINS, BlockSwitch, Meaning, find_block_switch
from ..const import BLOCK_SWITCH, CONF_ASSET, CONF_CUTS, CONF_ON_MEANS, DOMAIN
from ..engine.assets.model import IdentifierKind
from ..engine.policy.scopes import NETWORK_SCOPES, Scope
from ..hub import SecureHub

_EVERYTHING: Final = "everything"
_CUTS: Final = {_EVERYTHING: NETWORK_SCOPES, "internet": frozenset({Scope.INTERNET})}
"""What a switch cuts, in a person's words."""


class BlockSwitchSubentryFlow(ConfigSubentryFlow):
    """Name a device, then the switch that blocks it; the known ones are suggested."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._asset_id = ""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask whom the switch blocks."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        hub: SecureHub = entry.runtime_data
        taken = {subentry.data[CONF_ASSET] for subentry in entry.get_subentries_of_type(BLOCK_SWITCH)}
        free = [
            hub.assets[key]
            for key in hub.home.governed - taken
            if hub.assets[key].values(IdentifierKind.MAC) and hub.home.subjects[key].protected is None
        ]
        if not free:
            return self.async_abort(reason="no_devices")
        if user_input is not None:
            self._asset_id = user_input[CONF_ASSET]
            return await self.async_step_switch()
        options = [
            selector.SelectOptionDict(value=asset.id, label=asset.name) for asset in sorted(free, key=lambda a: a.name)
        ]
        devices = selector.SelectSelector(
            selector.SelectSelectorConfig(options=options, mode=selector.SelectSelectorMode.DROPDOWN)
        )
        return self.async_show_form(step_id="user", data_schema=vol.Schema({vol.Required(CONF_ASSET): devices}))

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the switch again; the device stays."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._asset_id = self._get_reconfigure_subentry().data[CONF_ASSET]
        return await self.async_step_switch(user_input)

    async def async_step_switch(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which switch it is and what it means, and save."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = self._errors(user_input)
            if not errors:
                return self._save(user_input)
        return self.async_show_form(
            step_id="switch",
            data_schema=_switch_schema(user_input or self._suggestion()),
            errors=errors,
            description_placeholders={"device": self._name},
        )

    @property
    def _name(self) -> str:
        assets = self._get_entry().runtime_data.assets
        return assets[self._asset_id].name if self._asset_id in assets else self._asset_id

    def _errors(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        entity_id = user_input[CONF_ENTITY_ID]
        if self.hass.states.get(entity_id) is None:
            return {CONF_ENTITY_ID: "no_such_switch"}
        registered = er.async_get(self.hass).async_get(entity_id)
        if registered is not None and registered.platform == DOMAIN:
            return {CONF_ENTITY_ID: "own_switch"}
        return {}

    def _suggestion(self) -> dict[str, Any]:
        """What was chosen before, or a switch of an integration that is known to have one for this device."""
        if self.source == SOURCE_RECONFIGURE:
            data = self._get_reconfigure_subentry().data
            found = BlockSwitch(
                data[CONF_ENTITY_ID], Meaning(data[CONF_ON_MEANS]), frozenset(map(Scope, data[CONF_CUTS]))
            )
        else:
            asset = self._get_entry().runtime_data.assets.get(self._asset_id)
            known = find_block_switch(self.hass, asset.values(IdentifierKind.MAC)) if asset else None
            if known is None:
                return {CONF_ON_MEANS: Meaning.ALLOWED.value, CONF_CUTS: "internet"}
            found = known
        cuts = next((words for words, scopes in _CUTS.items() if scopes == found.scopes), _EVERYTHING)
        return {CONF_ENTITY_ID: found.entity_id, CONF_ON_MEANS: found.on_means.value, CONF_CUTS: cuts}

    def _save(self, user_input: Mapping[str, Any]) -> SubentryFlowResult:
        scopes = sorted(_CUTS[user_input[CONF_CUTS]])
        data = {**user_input, CONF_ASSET: self._asset_id, CONF_CUTS: [scope.value for scope in scopes]}
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=self._name, data=data
            )
        return self.async_create_entry(title=self._name, data=data, unique_id=self._asset_id)


def _switch_schema(values: Mapping[str, Any]) -> vol.Schema:
    switch = selector.EntitySelector(selector.EntitySelectorConfig(domain=sorted(DOMAINS)))
    return vol.Schema(
        {
            vol.Required(CONF_ENTITY_ID, default=values.get(CONF_ENTITY_ID, vol.UNDEFINED)): switch,
            vol.Required(CONF_ON_MEANS, default=values[CONF_ON_MEANS]): _choice(CONF_ON_MEANS, [*Meaning]),
            vol.Required(CONF_CUTS, default=values[CONF_CUTS]): _choice(CONF_CUTS, [*_CUTS]),
        }
    )


def _choice(key: str, options: list[str]) -> selector.SelectSelector:
    return selector.SelectSelector(
        selector.SelectSelectorConfig(options=options, translation_key=key, mode=selector.SelectSelectorMode.LIST)
    )
