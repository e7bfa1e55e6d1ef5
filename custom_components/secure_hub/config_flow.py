"""Config flow: looks at the machine, says what it found, asks what a person must decide."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from .adapters.enforcers.nftables import probe
from .adapters.neighbours import async_topology
from .adapters.netfilter.probe import Capabilities
from .const import BLOCK_SWITCH, CONF_IOT_INTERFACES, CONF_LAN_INTERFACES, CONF_MODE, CONF_NEWCOMERS, DOMAIN, ROUTER
from .engine.policy.model import Mode, Newcomers
from .engine.topology import Role, Topology, guess_roles
from .options.asking import AskingStep
from .options.decisions import DecisionsStep, decisions_errors, decisions_schema
from .options.dnsmasq import DnsmasqStep
from .options.ha_gate import HomeAssistantGateStep
from .options.installing import InstallingStep
from .options.interposition import InterpositionStep
from .options.monitoring import MonitoringStep
from .options.replacement import ReplacementStep
from .options.telemetry import TelemetryStep
from .options.updates import AdvisoriesStep, UpdatesStep
from .subentries.block_switch import BlockSwitchSubentryFlow
from .subentries.router import RouterSubentryFlow

_OPTIONS: Final = (
    "decisions",
    "asking",
    "updates",
    "installing",
    "advisories",
    "interposition",
    "dnsmasq",
    "replacement",
    "ha_gate",
    "telemetry",
    "monitoring",
)
"""Steps of the options flow, as its menu offers them."""


def _interfaces(topology: Topology) -> selector.SelectSelector:
    """Offer every interface that devices could be behind, named with its networks."""
    options = [
        selector.SelectOptionDict(value=name, label=" ".join((name, *_networks(topology, name))))
        for name, role in sorted(guess_roles(topology).items())
        if role.role is not Role.IGNORED
    ]
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=options, multiple=True, custom_value=True, mode=selector.SelectSelectorMode.DROPDOWN
        )
    )


def _networks(topology: Topology, name: str) -> list[str]:
    return [str(address.network) for link, address in topology.addresses if link == name and not address.is_link_local]


def _networks_schema(topology: Topology, values: Mapping[str, Any]) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(key, default=values[key]): _interfaces(topology)
            for key in (CONF_IOT_INTERFACES, CONF_LAN_INTERFACES)
        }
    )


def _networks_errors(user_input: Mapping[str, Any], topology: Topology) -> dict[str, str]:
    """Say which choice of networks cannot work."""
    names = {link.name for link in topology.links}
    iot, lan = set(user_input[CONF_IOT_INTERFACES]), set(user_input[CONF_LAN_INTERFACES])
    errors = {
        key: "no_such_interface"
        for key, chosen in ((CONF_IOT_INTERFACES, iot), (CONF_LAN_INTERFACES, lan))
        if not chosen <= names
    }
    if iot & lan:
        errors[CONF_LAN_INTERFACES] = "both_iot_and_lan"
    return errors


async def _findings(hass: HomeAssistant, capabilities: Capabilities, topology: Topology) -> dict[str, str]:
    """Put what was found into the user's words."""
    texts = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})

    def text(key: str) -> str:
        return texts.get(f"component.{DOMAIN}.selector.finding.options.{key}", key)

    roles = guess_roles(topology)
    found = [text(capabilities.reason or "firewall_ready")]
    for role in (Role.IOT, Role.LAN, Role.WAN):
        names = sorted(name for name, guess in roles.items() if guess.role is role)
        found.append(f"{text(f'role_{role.value}')}: {', '.join(names) or text('none')}")
    found.append(text("zha_found" if hass.config_entries.async_loaded_entries("zha") else "zha_absent"))
    return {"findings": "\n".join(f"- {line}" for line in found)}


class SecureHubConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set the hub up, and let its networks be changed later."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> SecureHubOptionsFlow:
        """Offer the decisions again."""
        return SecureHubOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer the enforcers that a person can name."""
        return {ROUTER: RouterSubentryFlow, BLOCK_SWITCH: BlockSwitchSubentryFlow}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what was found and ask for mode, networks and newcomers."""
        capabilities, topology = (
            await probe(self.hass.async_add_executor_job),
            await async_topology(self.hass.async_add_executor_job),
        )
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _networks_errors(user_input, topology) | decisions_errors(user_input, capabilities)
            if not errors:
                return self.async_create_entry(
                    title="Secure Hub",
                    data={key: user_input[key] for key in (CONF_IOT_INTERFACES, CONF_LAN_INTERFACES)},
                    options={key: user_input[key] for key in (CONF_MODE, CONF_NEWCOMERS)},
                )
        values = user_input or _suggestion(capabilities, topology)
        schema = decisions_schema(values).extend(_networks_schema(topology, values).schema)
        return self.async_show_form(
            step_id="user",
            data_schema=schema,
            errors=errors,
            description_placeholders=await _findings(self.hass, capabilities, topology),
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change which networks are guarded."""
        entry = self._get_reconfigure_entry()
        topology = await async_topology(self.hass.async_add_executor_job)
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _networks_errors(user_input, topology)
            if not errors:
                return self.async_update_reload_and_abort(entry, data=user_input)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=_networks_schema(topology, user_input or entry.data),
            errors=errors,
        )


class SecureHubOptionsFlow(
    DecisionsStep,
    AskingStep,
    UpdatesStep,
    InstallingStep,
    AdvisoriesStep,
    InterpositionStep,
    ReplacementStep,
    HomeAssistantGateStep,
    DnsmasqStep,
    TelemetryStep,
    MonitoringStep,
):
    """Change what was decided, one concern at a time; each comes with its mixin."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
        """Ask what is to be changed."""
        return self.async_show_menu(step_id="init", menu_options=list(_OPTIONS))


def _suggestion(capabilities: Capabilities, topology: Topology) -> dict[str, Any]:
    """Suggest the networks that look right, and enforcement where the machine can."""
    roles = guess_roles(topology)
    return {
        CONF_MODE: (Mode.ENFORCE if capabilities.usable else Mode.MONITOR).value,
        CONF_NEWCOMERS: Newcomers.HOLD.value,
        CONF_IOT_INTERFACES: sorted(name for name, guess in roles.items() if guess.role is Role.IOT),
        CONF_LAN_INTERFACES: sorted(name for name, guess in roles.items() if guess.role is Role.LAN),
    }
