"""MQTT, by the publish action of Home Assistant's own integration: its broker, its login, its encryption."""

from collections.abc import Iterable
from typing import Final, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .outlets import Line, OutletError, Way

_DOMAIN: Final = "mqtt"
_PUBLISH: Final = "publish"
_AT_LEAST_ONCE: Final = 1


class MqttWay(Way):
    """Publishes each line under `<topic>/<asset>`."""

    def __init__(self, hass: HomeAssistant, topic: str) -> None:
        """Name the topic."""
        self._hass = hass
        self._topic = topic

    @override
    async def send(self, lines: Iterable[Line]) -> None:
        """Publish; returns once the broker has them."""
        if not self._hass.services.has_service(_DOMAIN, _PUBLISH):
            msg = "Home Assistant's MQTT integration is not set up"
            raise OutletError(msg)
        for line in lines:
            data = {"topic": f"{self._topic}/{line.asset}", "payload": line.text, "qos": _AT_LEAST_ONCE}
            try:
                await self._hass.services.async_call(_DOMAIN, _PUBLISH, data, blocking=True)
            except HomeAssistantError as error:
                raise OutletError(str(error)) from error

    @override
    async def close(self) -> None:
        """Nothing is held."""
