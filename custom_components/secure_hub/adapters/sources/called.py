"""Commands: which devices an action of Home Assistant reaches for, and who performs it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_NAME,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    ENTITY_MATCH_ALL,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import CALLBACK_TYPE, Context, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ...const import DOMAIN

_TRIGGERED: Final = ("automation_triggered", "script_started")
_PASSED_ON: Final = frozenset({DOMAIN, "homeassistant"})
"""Domains whose actions command no device by themselves: those of `homeassistant` are performed again by others."""
_MAX_RUNS: Final = 256
_MAX_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Command:
    """An action that reaches for devices.

    `run` is the name of the automation or script that performs it, `user_id` the user; None where there is none.
    """

    action: str
    devices: frozenset[str]
    run: str | None
    user_id: str | None


class CommandTap:
    """Hears actions before they are carried out."""

    def __init__(
        self, hass: HomeAssistant, on_command: Callable[[Command], None], is_wanted: Callable[[], bool]
    ) -> None:
        """Hear nothing yet; nothing is worked out while nobody wants it."""
        self._hass = hass
        self._on_command = on_command
        self._is_wanted = is_wanted
        self._runs: OrderedDict[str, str] = OrderedDict()
        self._stops: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> None:
        """Listen."""
        listen = self._hass.bus.async_listen
        self._stops = [listen(EVENT_CALL_SERVICE, self._async_called)]
        self._stops += [listen(event, self._async_triggered) for event in _TRIGGERED]

    @callback
    def async_stop(self) -> None:
        """Listen no more."""
        while self._stops:
            self._stops.pop()()

    @callback
    def _async_triggered(self, event: Event[Any]) -> None:
        """Remember whose the actions of a run are: they have its context."""
        name = event.data.get(ATTR_NAME)
        if isinstance(name, str):
            self._runs[event.context.id] = name[:_MAX_NAME]
            if len(self._runs) > _MAX_RUNS:
                self._runs.popitem(last=False)

    @callback
    def _async_called(self, event: Event[Any]) -> None:
        domain, data = event.data.get(ATTR_DOMAIN), event.data.get(ATTR_SERVICE_DATA)
        if domain in _PASSED_ON or not isinstance(data, dict) or not self._is_wanted():
            return
        if devices := called_devices(self._hass, str(domain), data):
            action = f"{domain}.{event.data.get(ATTR_SERVICE)}"
            self._on_command(Command(action, devices, self._run(event.context), event.context.user_id))

    def _run(self, context: Context) -> str | None:
        """The automation or script whose run it is."""
        return self._runs.get(context.id) or self._runs.get(context.parent_id or "")


def called_devices(hass: HomeAssistant, domain: str, data: dict[str, Any]) -> frozenset[str]:
    """Devices that an action of `domain` reaches for; not those of which it is only an entity of ours."""
    try:
        target = TargetSelection(data)
        found = async_extract_referenced_entity_ids(hass, target, expand_group=True)
    except TypeError, ValueError, AttributeError:  # what a caller may write there is not checked yet
        return frozenset()
    entities, devices = er.async_get(hass), dr.async_get(hass)
    if ENTITY_MATCH_ALL in target.entity_ids:
        found.indirectly_referenced.update(entities.entities)
    reached = set()
    for entity_id in found.referenced | found.indirectly_referenced:
        entry = entities.async_get(entity_id)
        if entry is None or entry.device_id is None or entry.platform == DOMAIN:
            continue
        if entity_id in found.referenced or entry.domain == domain:
            reached.add(entry.device_id)
    for device_id in found.referenced_devices:  # actions of integrations are about the device itself
        device = devices.async_get(device_id)
        owner = hass.config_entries.async_get_entry(device.config_entry_id) if device else None
        if owner is not None and owner.domain == domain:
            reached.add(device_id)
    return frozenset(reached)
