"""What Home Assistant itself knows that explains what devices do: its commands, updates, who is at home, and logins."""

from collections import deque
from collections.abc import Callable, Iterable
import re
import time
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.components.update import ATTR_INSTALLED_VERSION, SERVICE_INSTALL
from homeassistant.components.update.const import ATTR_IN_PROGRESS
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
    EVENT_STATE_CHANGED,
    STATE_HOME,
)
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from .called import called_devices

_MAX_COMMANDED: Final = 4096
_KEPT: Final = 8
"""Commands of a device that are remembered: what it does is judged seconds later, and it may be told more by then."""
_WATCHING: Final = frozenset(
    {DOMAIN, "homeassistant", "persistent_notification", "notify", "logger", "recorder", "system_log"}
)
"""Domains of actions that tell no device anything."""
_LOGIN: Final = "http-login"
"""Id of the notification that Home Assistant's http component makes of a login that failed."""
_ADDRESS: Final = re.compile(r"\(([0-9A-Fa-f.:]{2,45})\)\.")
_FIRMWARE: Final = "update"
_AFTERWARDS: Final = 900.0
"""Seconds after the beginning or the end of an update for which it goes on: a device restarts and says who it is."""


class CommandWatch:
    """When Home Assistant last told each device something, and the failed logins."""

    def __init__(self, hass: HomeAssistant, on_login: Callable[[str], None]) -> None:
        """Hear nothing yet; `on_login` gets the address from which a login failed."""
        self._hass = hass
        self._on_login = on_login
        self._commanded: dict[str, deque[float]] = {}
        self._updated: dict[str, deque[float]] = {}
        """When updates of a device began or ended."""
        self._unlisten: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> None:
        """Listen."""
        self._unlisten = [
            self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._async_called),
            self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._async_updated, event_filter=_is_update),
            persistent_notification.async_register_callback(self._hass, self._async_notified),
        ]

    @callback
    def async_stop(self) -> None:
        """Listen no more."""
        while self._unlisten:
            self._unlisten.pop()()

    def since(self, device_ids: Iterable[str], at: float) -> float | None:
        """Seconds from when one of the devices was last told something until `at`; None if that was not of late."""
        times = [told for device_id in device_ids for told in self._commanded.get(device_id, ()) if told <= at]
        return at - max(times) if times else None

    def is_updating(self, device_ids: Iterable[str]) -> bool:
        """Whether the firmware of one of the devices is being installed, or was a quarter of an hour ago."""
        devices, now = set(device_ids), time.time()
        if any(0.0 <= now - at < _AFTERWARDS for it in devices for at in self._updated.get(it, ())):
            return True
        registry = er.async_get(self._hass)
        return any(
            entity.domain == _FIRMWARE and _in_progress(self._hass.states.get(entity.entity_id))
            for device_id in devices
            for entity in er.async_entries_for_device(registry, device_id)
        )

    def is_away(self, at: float) -> bool:
        """Whether everybody was somewhere else; False where nobody is known. Who moved since was elsewhere before."""
        people = self._hass.states.async_all("person")
        return bool(people) and all((it.state == STATE_HOME) is (it.last_changed.timestamp() > at) for it in people)

    @callback
    def _async_called(self, event: Event[Any]) -> None:
        domain, data = event.data.get(ATTR_DOMAIN), event.data.get(ATTR_SERVICE_DATA)
        if domain in _WATCHING or not isinstance(data, dict):
            return
        for device_id in called_devices(self._hass, str(domain), data):
            _note(self._commanded, device_id)
            if domain == _FIRMWARE and event.data.get(ATTR_SERVICE) == SERVICE_INSTALL:
                _note(self._updated, device_id)

    @callback
    def _async_updated(self, event: Event[EventStateChangedData]) -> None:
        """An update began, ended, or was there all at once."""
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or (_in_progress(old) == _in_progress(new) and not _has_new_version(old, new)):
            return
        entity = er.async_get(self._hass).async_get(event.data["entity_id"])
        if entity is not None and entity.device_id is not None:
            _note(self._updated, entity.device_id)

    @callback
    def _async_notified(
        self,
        kind: persistent_notification.UpdateType,
        notifications: dict[str, persistent_notification.Notification],
    ) -> None:
        notification = notifications.get(_LOGIN)
        if notification is None or kind not in {
            persistent_notification.UpdateType.ADDED,
            persistent_notification.UpdateType.UPDATED,
        }:
            return
        if found := _ADDRESS.search(notification["message"]):
            self._on_login(found[1])


def _note(when: dict[str, deque[float]], device_id: str) -> None:
    """Remember that something happened to a device now; who was heard of longest ago makes room."""
    times = when.pop(device_id, None) or deque(maxlen=_KEPT)
    if len(when) >= _MAX_COMMANDED:
        del when[next(iter(when))]
    times.append(time.time())
    when[device_id] = times


@callback
def _is_update(data: EventStateChangedData) -> bool:
    return data["entity_id"].startswith(f"{_FIRMWARE}.")


def _in_progress(state: State | None) -> bool:
    return state is not None and state.attributes.get(ATTR_IN_PROGRESS) not in {None, False}


def _has_new_version(old: State, new: State | None) -> bool:
    """Whether another version is installed; one that is not known is no other."""
    before = old.attributes.get(ATTR_INSTALLED_VERSION)
    after = None if new is None else new.attributes.get(ATTR_INSTALLED_VERSION)
    return None not in {before, after} and before != after
