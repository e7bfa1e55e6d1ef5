"""A router that one can log in to by SSH: its key is shown and pinned, and everything is tried before it is saved."""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, selector
import voluptuous as vol

from ..const import CONF_CLIENT_KEY, CONF_GUARDED_INTERFACES, CONF_HOST_KEY, CONF_LAN_INTERFACES, CONF_NEWCOMERS
from ..engine.enforcement import EnforcementError
from ..engine.policy.model import Newcomers

_MAX_KEY: Final = 16_384
"""Characters of a private key."""
_NOBODY: Final[Mapping[str, Any]] = {CONF_PORT: 22, CONF_USERNAME: "root"}
_HOME_BRIDGE: Final = "br-lan"
"""What OpenWrt calls the bridge with everybody's devices."""


async def _async_import(hass: HomeAssistant) -> None:
    """Import what speaks SSH, which takes a while and which few homes need."""
    await hass.async_add_import_executor_job(import_module, "..adapters.enforcers.router_setup", __package__)


class RouterSubentryFlow(ConfigSubentryFlow):
    """Name a router, compare its key, log in, and choose what it guards."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._data: dict[str, Any] = {}
        """What will be saved."""
        self._fingerprint = ""
        self._interfaces: dict[str, bool] = {}
        """Interfaces that the router has, and whether each is a bridge."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the router is and who logs in."""
        return await self._async_step_where("user", _NOBODY, user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask it again; the key that was used stays unless there is another."""
        if not self._data:
            self._data = dict(self._get_reconfigure_subentry().data)
        return await self._async_step_where("reconfigure", self._data, user_input)

    async def _async_step_where(
        self, step_id: str, values: Mapping[str, Any], user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        detail = ""
        if user_input is not None:
            await _async_import(self.hass)
            from ..adapters.enforcers import router_setup as setup  # noqa: PLC0415 - it is there now

            client_key = user_input.pop(CONF_CLIENT_KEY, "").strip()
            try:
                if client_key:
                    await self.hass.async_add_executor_job(setup.public_line, f"{client_key}\n")
                    client_key += "\n"
                else:
                    client_key = self._data.get(CONF_CLIENT_KEY) or await self.hass.async_add_executor_job(
                        setup.make_key
                    )
                host_key, self._fingerprint = await setup.read_host_key(user_input[CONF_HOST], user_input[CONF_PORT])
            except EnforcementError as error:
                errors, detail = {"base": error.key}, error.detail
            else:
                self._data |= {**user_input, CONF_HOST_KEY: host_key, CONF_CLIENT_KEY: client_key}
                return await self.async_step_login()
        return self.async_show_form(
            step_id=step_id,
            data_schema=_where_schema(user_input or values),
            errors=errors,
            description_placeholders={"detail": detail},
        )

    async def async_step_login(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show both keys; once they are where they belong, log in and look."""
        await _async_import(self.hass)
        from ..adapters.enforcers import router_setup as setup  # noqa: PLC0415 - it is there now

        errors: dict[str, str] = {}
        detail = ""
        if user_input is not None:
            data = self._data
            ssh = setup.SshSettings(
                data[CONF_HOST], data[CONF_HOST_KEY], data[CONF_CLIENT_KEY], data[CONF_USERNAME], data[CONF_PORT]
            )
            try:
                found = await setup.examine(ssh)
            except EnforcementError as error:
                errors, detail = {"base": error.key}, error.detail
            else:
                self._interfaces = {name: name in found.facts.members for name in found.facts.macs}
                return await self.async_step_interfaces()
        public = await self.hass.async_add_executor_job(setup.public_line, self._data[CONF_CLIENT_KEY])
        return self.async_show_form(
            step_id="login",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders={
                "host": self._data[CONF_HOST],
                "username": self._data[CONF_USERNAME],
                "fingerprint": self._fingerprint,
                "public_key": public,
                "detail": detail,
            },
        )

    async def async_step_interfaces(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask behind which of its interfaces devices are, and save."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _interfaces_errors(user_input, self._interfaces)
            if not errors:
                return self._save({**self._data, **user_input})
        return self.async_show_form(
            step_id="interfaces",
            data_schema=_interfaces_schema(self._interfaces, user_input or self._suggestion()),
            errors=errors,
        )

    def _suggestion(self) -> dict[str, Any]:
        """What was chosen before, or what looks like the home's bridge."""
        bridges = [name for name, is_bridge in self._interfaces.items() if is_bridge]
        return {
            CONF_GUARDED_INTERFACES: [_HOME_BRIDGE] if _HOME_BRIDGE in bridges else bridges[:1],
            CONF_LAN_INTERFACES: [],
            CONF_NEWCOMERS: Newcomers.ALLOW.value,
        } | self._data

    def _save(self, data: dict[str, Any]) -> SubentryFlowResult:
        title, unique_id = data[CONF_HOST], f"{data[CONF_HOST]}:{data[CONF_PORT]}"
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=title, unique_id=unique_id, data=data
            )
        return self.async_create_entry(title=title, data=data, unique_id=unique_id)


def _where_schema(values: Mapping[str, Any]) -> vol.Schema:
    """Ask for the login. A key that was saved is never shown again."""
    multiline = selector.TextSelector(selector.TextSelectorConfig(multiline=True))
    return vol.Schema(
        {
            vol.Required(CONF_HOST, default=values.get(CONF_HOST, vol.UNDEFINED)): vol.All(
                selector.TextSelector(), vol.Match(r"[A-Za-z0-9:.%_-]{1,253}\Z")
            ),
            vol.Required(CONF_PORT, default=values[CONF_PORT]): cv.port,
            vol.Required(CONF_USERNAME, default=values[CONF_USERNAME]): vol.All(
                selector.TextSelector(), vol.Length(1, 64)
            ),
            vol.Optional(CONF_CLIENT_KEY): vol.All(multiline, vol.Length(max=_MAX_KEY)),
        }
    )


def _interfaces_schema(interfaces: Collection[str], values: Mapping[str, Any]) -> vol.Schema:
    several = selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=sorted(interfaces), multiple=True, mode=selector.SelectSelectorMode.DROPDOWN
        )
    )
    newcomers = selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=[choice.value for choice in Newcomers],
            translation_key=CONF_NEWCOMERS,
            mode=selector.SelectSelectorMode.LIST,
        )
    )
    known = {key: [name for name in values[key] if name in interfaces] for key in _CHOSEN}
    return vol.Schema(
        {
            **{vol.Required(key, default=known[key]): several for key in _CHOSEN},
            vol.Required(CONF_NEWCOMERS, default=values[CONF_NEWCOMERS]): newcomers,
        }
    )


_CHOSEN: Final = (CONF_GUARDED_INTERFACES, CONF_LAN_INTERFACES)


def _interfaces_errors(user_input: Mapping[str, Any], interfaces: Collection[str]) -> dict[str, str]:
    guarded, lan = (frozenset(user_input[key]) for key in _CHOSEN)
    errors = {key: "no_such_interface" for key in _CHOSEN if not set(user_input[key]) <= set(interfaces)}
    if not guarded:
        errors[CONF_GUARDED_INTERFACES] = "nothing_guarded"
    if guarded & lan:
        errors[CONF_LAN_INTERFACES] = "both_guarded_and_lan"
    return errors
