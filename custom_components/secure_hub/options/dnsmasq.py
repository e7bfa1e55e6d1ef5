"""dnsmasq: where its configuration is, so that it tells the firewall the addresses of names."""

import os
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import selector
import voluptuous as vol

from ..adapters.dnsmasq import FILE, forget_fragment
from ..const import CONF_DNSMASQ
from .step import OptionsStep


class DnsmasqStep(OptionsStep):
    """Name the folder, or none."""

    async def async_step_dnsmasq(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what is to be done there, and ask."""
        before = self.config_entry.options.get(CONF_DNSMASQ, "")
        errors: dict[str, str] = {}
        if user_input is not None:
            folder = user_input.get(CONF_DNSMASQ, "").strip()
            if folder and (error := await self.hass.async_add_executor_job(_error, folder)):
                errors[CONF_DNSMASQ] = error
            else:
                if before and before != folder:
                    await self.hass.async_add_executor_job(forget_fragment, Path(before))
                return self.async_keep({CONF_DNSMASQ: folder})
        suggested = (user_input or {}).get(CONF_DNSMASQ, before)
        field = vol.Optional(CONF_DNSMASQ, description={"suggested_value": suggested})
        return self.async_show_form(
            step_id="dnsmasq",
            data_schema=vol.Schema({field: selector.TextSelector()}),
            errors=errors,
            description_placeholders={"file": FILE},
        )


def _error(folder: str) -> str | None:
    path = Path(folder)
    if not path.is_absolute() or not path.is_dir():
        return "no_such_folder"
    return None if os.access(path, os.W_OK | os.X_OK) else "folder_not_writable"
