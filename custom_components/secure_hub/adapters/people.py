"""Users and persons of Home Assistant: who there is, who may decide, and what leaves with a device."""

from typing import Final

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant

from ..engine.requests.asking import People

_ZHA: Final = "zha"
_REMOVE: Final = "remove"


async def async_users(hass: HomeAssistant) -> list[User]:
    """Everybody who can log in."""
    return [user for user in await hass.auth.async_get_users() if user.is_active and not user.system_generated]


async def async_people(hass: HomeAssistant, owners: frozenset[str] = frozenset()) -> People:
    """Who there is to ask about something that these users own; only the active count."""
    users = await async_users(hass)
    ids = frozenset(user.id for user in users)
    return People(frozenset(user.id for user in users if user.is_admin), owners & ids, ids)


async def async_user_of(hass: HomeAssistant, name: str) -> str | None:
    """The id of the user that a name means: a user's id, or the entity id of a person who has one; None for nobody."""
    if name.startswith("person.") and (state := hass.states.get(name)) is not None:
        name = str(state.attributes.get("user_id") or "")
    user = await hass.auth.async_get_user(name)
    return user.id if user is not None and user.is_active and not user.system_generated else None


async def async_remove_from_radio(hass: HomeAssistant, ieee: str) -> None:
    """Let ZHA forget a device and tell it to leave; nothing where ZHA is not there. Raises HomeAssistantError."""
    if hass.services.has_service(_ZHA, _REMOVE):
        await hass.services.async_call(_ZHA, _REMOVE, {"ieee": ieee}, blocking=True)
