"""Actions: what automations and scripts may ask of the hub.

Users must be administrators. An automation has no user and is let through: whoever may write automations is one.
"""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import service

from ..const import DOMAIN
from . import (
    journal,
    limits,
    lists,
    manifests,
    monitoring,
    permissions,
    radio,
    replacement,
    requests,
    updates,
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register every action once, whether or not the hub is loaded."""
    for action in (
        *permissions.ACTIONS,
        *limits.ACTIONS,
        *lists.ACTIONS,
        *manifests.ACTIONS,
        *radio.ACTIONS,
        *requests.ACTIONS,
        *updates.ACTIONS,
        *replacement.ACTIONS,
        *journal.ACTIONS,
        *monitoring.ACTIONS,
    ):
        service.async_register_admin_service(hass, DOMAIN, action.name, action.handler, action.schema, action.response)
