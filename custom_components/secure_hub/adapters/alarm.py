"""An alarm clock: calls back once at the next moment at which something ends."""

from collections.abc import Callable
from datetime import datetime
import time

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class Alarm:
    """One alarm; setting it forgets what it was set to before.

    It goes off once the time until then has passed. A clock that is set back meanwhile does not put it off, so whoever
    is called may find that it is early, and sets it anew.
    """

    def __init__(self, hass: HomeAssistant, ring: Callable[[], None]) -> None:
        """Call `ring` when it goes off; it is not set yet."""
        self._hass = hass
        self._ring = ring
        self._at: float | None = None
        self._cancel: CALLBACK_TYPE | None = None
        self._closed = False

    @callback
    def async_close(self) -> None:
        """Never go off again, whatever somebody who is slow to stop may still set."""
        self.async_set(None)
        self._closed = True

    @callback
    def async_set(self, at: float | None) -> None:
        """Go off at `at`, in seconds since the epoch and at once if that is past; None for never."""
        if at == self._at or self._closed:
            return
        if self._cancel is not None:
            self._cancel()
        self._at, self._cancel = at, None
        if at is not None:
            self._cancel = async_call_later(self._hass, max(0.0, at - time.time()), self._async_ring)

    @callback
    def _async_ring(self, _now: datetime) -> None:
        self._at, self._cancel = None, None
        self._ring()
