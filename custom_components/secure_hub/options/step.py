"""What every step of the options flow shares."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import callback


class OptionsStep(OptionsFlowWithReload):
    """A concern's part of the options: it changes its own and leaves everybody else's as they are."""

    @callback
    def async_keep(self, changed: Mapping[str, Any]) -> ConfigFlowResult:
        """Merge what was chosen into the options and end the flow; the hub is reloaded if anything changed."""
        return self.async_create_entry(data={**self.config_entry.options, **changed})
