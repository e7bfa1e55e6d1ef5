"""What Home Assistant itself knows that explains what devices do: its commands, updates, who is at home, and logins."""

from collections import deque
from collections.abc import Callable, Iterable
import re
import time
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.const import ATTR_DOMAIN, ATTR_SERVICE_DATA, EVENT_CALL_SERVICE, STATE_HOME
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
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


class CommandWatch:
    """When Home Assistant last told each device something, and the failed logins."""

    def __init__(self, hass: HomeAssistant, on_login: Callable[[str], None]) -> None:
        """Hear nothing yet; `on_login` gets the address from which a login failed."""
        self._hass = hass
        self._on_login = on_login
        self._commanded: dict[str, deque[float]] = {}
        self._unlisten: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> None:
        """Listen."""
        self._unlisten = [
            self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._async_called),
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
        """Whether the firmware of one of the devices is being installed now, which takes minutes."""
        registry = er.async_get(self._hass)
        return any(
            entity.domain == _FIRMWARE
            and (state := self._hass.states.get(entity.entity_id)) is not None
            and state.attributes.get("in_progress") not in {None, False}
            for device_id in device_ids
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
        now = time.time()
        for device_id in called_devices(self._hass, str(domain), data):
            told = self._commanded.pop(device_id, None) or deque(maxlen=_KEPT)
            if len(self._commanded) >= _MAX_COMMANDED:
                del self._commanded[next(iter(self._commanded))]
            told.append(now)
            self._commanded[device_id] = told

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
