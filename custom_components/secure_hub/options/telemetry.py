"""Telemetry: how long it is kept, and whether any of it leaves the home."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..adapters.telemetry.syslog import context_with
from ..const import CONF_TELEMETRY
from ..engine.telemetry.edge import (
    MAX_CA,
    MAX_DAYS,
    MAX_MEGABYTES,
    MAX_TEXT,
    MIN_MEGABYTES,
    Form,
    Sends,
    TelemetrySettings,
)
from .step import OptionsStep

_MAX_PORT: Final = 65_535
_FORBIDDEN: Final = frozenset("+#\0")
"""In the topic of a message (MQTT 5.0, section 4.7)."""


class TelemetryStep(OptionsStep):
    """Change what is kept, and what is sent where."""

    async def async_step_telemetry(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_errors(user_input)
            if not errors:
                return self.async_keep({CONF_TELEMETRY: user_input})
        values = user_input or self.config_entry.options.get(CONF_TELEMETRY)
        return self.async_show_form(
            step_id="telemetry", data_schema=_schema(TelemetrySettings.of(values)), errors=errors
        )

    async def _async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        topic = str(user_input.get("mqtt_topic") or "")
        if _FORBIDDEN & set(topic) or topic.endswith("/") or topic.startswith("$"):
            return {"mqtt_topic": "no_topic"}
        if user_input["sends"] != Sends.NOTHING and not (user_input.get("syslog_host") or topic):
            return {"sends": "nowhere_to"}
        try:
            await self.hass.async_add_executor_job(context_with, str(user_input.get("syslog_ca") or ""))
        except ValueError:
            return {"syslog_ca": "no_certificate"}
        return {}


def _schema(now: TelemetrySettings) -> vol.Schema:
    def optional(key: str) -> vol.Optional:
        return vol.Optional(key, description={"suggested_value": getattr(now, key) or None})

    text = vol.All(selector.TextSelector(), vol.Length(max=MAX_TEXT))
    certificates = selector.TextSelector(selector.TextSelectorConfig(multiline=True))
    return vol.Schema(
        {
            vol.Required("days", default=now.days): _number(1, MAX_DAYS, "d"),
            vol.Required("megabytes", default=now.megabytes): _number(MIN_MEGABYTES, MAX_MEGABYTES, "MB"),
            vol.Required("sends", default=now.sends.value): _choice("telemetry_sends", [it.value for it in Sends]),
            vol.Required("form", default=now.form.value): _choice("telemetry_form", [it.value for it in Form]),
            optional("syslog_host"): text,
            vol.Required("syslog_port", default=now.syslog_port): _number(1, _MAX_PORT),
            optional("syslog_ca"): vol.All(certificates, vol.Length(max=MAX_CA)),
            optional("syslog_name"): text,
            optional("mqtt_topic"): text,
        }
    )


def _choice(key: str, options: list[str]) -> selector.SelectSelector:
    return selector.SelectSelector(
        selector.SelectSelectorConfig(options=options, translation_key=key, mode=selector.SelectSelectorMode.LIST)
    )


def _number(least: int, most: int, unit: str | None = None) -> Any:
    config = selector.NumberSelectorConfig(min=least, max=most, step=1, mode=selector.NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return vol.All(selector.NumberSelector(config), vol.Coerce(int))
