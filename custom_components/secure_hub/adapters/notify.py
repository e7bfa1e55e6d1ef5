"""Telling people: the phones that users registered with Home Assistant's app, and its own notifications."""

import asyncio
from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

_LOGGER: Final = logging.getLogger(__name__)

ANSWERED: Final = "mobile_app_notification_action"
"""Event that the app fires when a button is pressed; any app of any user may fire it with any content."""
_MOBILE_APP: Final = "mobile_app"
_NOTIFY: Final = "notify"
_TIMEOUT: Final = 15.0
"""Seconds that one phone may take: the app's own relay gives up after ten."""


@callback
def phones(hass: HomeAssistant) -> Mapping[str, tuple[str, ...]]:
    """Notify actions of the phones that can be pushed to, by the id of the user who registered them."""
    if _MOBILE_APP not in hass.config.components:
        return {}
    from homeassistant.components.mobile_app.util import (  # noqa: PLC0415 - slow, and only where the app is used
        get_notify_service,
        supports_push,
    )

    found: dict[str, list[str]] = {}
    for entry in hass.config_entries.async_loaded_entries(_MOBILE_APP):
        user_id, webhook_id = entry.data.get("user_id"), entry.data.get("webhook_id")
        if not (user_id and webhook_id and hass.services.has_service(_NOTIFY, _NOTIFY)):
            continue
        if supports_push(hass, webhook_id) and (service := get_notify_service(hass, webhook_id)):
            found.setdefault(user_id, []).append(service)
    return {user_id: tuple(services) for user_id, services in found.items()}


async def async_push(hass: HomeAssistant, service: str, message: str, data: Mapping[str, Any], title: str = "") -> bool:
    """Send to one phone; False, and logged, if it did not take it."""
    content = {"message": message, "data": dict(data), **({"title": title} if title else {})}
    try:
        async with asyncio.timeout(_TIMEOUT):
            await hass.services.async_call(_NOTIFY, service, content, blocking=True)
    except (HomeAssistantError, TimeoutError) as error:
        _LOGGER.warning("%s took no notification: %s", service, error)
        return False
    return True


async def async_clear(hass: HomeAssistant, services: Sequence[str], tag: str) -> None:
    """Take a notification off these phones."""
    await asyncio.gather(*(async_push(hass, service, "clear_notification", {"tag": tag}) for service in services))


@callback
def async_show(hass: HomeAssistant, tag: str, title: str, message: str) -> None:
    """Show a notification in Home Assistant itself, to everybody."""
    persistent_notification.async_create(hass, message, title, tag)


@callback
def async_hide(hass: HomeAssistant, tag: str) -> None:
    """Take it away."""
    persistent_notification.async_dismiss(hass, tag)
