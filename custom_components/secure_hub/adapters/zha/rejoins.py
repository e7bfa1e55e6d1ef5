"""Devices that come back to the network without its key, as radios of Silicon Labs tell it (EZSP).

The trust centre lets them, if its policy does (insecure rejoin, Zigbee R22, 4.6.3.3). No other radio library tells.
"""

from collections.abc import Callable
import logging
import time
from typing import Any, Final

from homeassistant.core import callback

from .gateway import RadioApplication, ZhaGateway

_LOGGER = logging.getLogger(__name__)

_FRAME: Final = "trustCenterJoinHandler"
_UNSECURED_REJOIN: Final = 3
"""EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN."""
_ANNOUNCED_S: Final = 60.0
"""Seconds within which who is back says so."""
_MAX_REMEMBERED: Final = 256


class BareRejoins:
    """Who came back without the key of late."""

    def __init__(self, gateway: ZhaGateway) -> None:
        """Hear nothing yet."""
        self._gateway = gateway
        self._came: dict[str, tuple[int, float]] = {}
        """How often who came that did not say so yet, and when last."""
        self._forget: Callable[[], None] | None = None
        self._end: Callable[[], None] | None = None
        self._heard: Any = None

    @callback
    def start(self) -> None:
        """Follow the radio."""
        self._end = self._gateway.follow(self._attach, self._detach)

    @callback
    def stop(self) -> None:
        """Let go of it."""
        if self._end is not None:
            self._end()
            self._end = None

    @callback
    def take(self, ieee: str) -> bool:
        """Whether a device that says it is back came without the key; once for each time."""
        times, last = self._came.pop(ieee, (0, 0.0))
        if not times or time.monotonic() - last >= _ANNOUNCED_S:
            return False
        if times > 1:
            self._came[ieee] = times - 1, last
        return True

    def _attach(self, application: RadioApplication) -> None:
        ezsp = getattr(application, "_ezsp", None)
        if ezsp is None or ezsp is self._heard:
            return
        self._detach()
        try:
            number = ezsp.add_callback(self._told)
        except AttributeError:
            return
        self._heard, self._forget = ezsp, lambda: ezsp.remove_callback(number)

    def _detach(self) -> None:
        if self._forget is not None:
            try:
                self._forget()
            except AttributeError, KeyError:
                _LOGGER.debug("The radio had forgotten us already")
        self._heard = self._forget = None

    @callback
    def _told(self, frame_name: str, fields: Any) -> None:
        if frame_name != _FRAME:
            return
        try:
            _, ieee, update, *_ = fields
            bare = int(update) == _UNSECURED_REJOIN
        except TypeError, ValueError:
            return
        if bare:
            times, _ = self._came.pop(str(ieee), (0, 0.0))
            if len(self._came) >= _MAX_REMEMBERED:
                del self._came[next(iter(self._came))]
            self._came[str(ieee)] = times + 1, time.monotonic()
