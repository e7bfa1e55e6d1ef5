"""What every websocket command is made of, and the one gate that all of them pass."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import async_response, require_admin
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import voluptuous as vol

from ..const import DOMAIN
from ..engine.policy.scopes import PolicyError
from ..hub import SecureHub, SecureHubConfigEntry, refused

MAX_NAMED: Final = 1000
"""Assets, or changes, that one command may name."""

_ENVELOPE: Final[dict[vol.Marker, Any]] = {vol.Required("id"): int, vol.Required("type"): str}

TEXT: Final = vol.All(str, vol.Length(min=1, max=255))
ASSET_ID: Final = vol.All(str, vol.Length(min=1, max=64))
ASSET_IDS: Final = vol.All([ASSET_ID], vol.Length(min=1, max=MAX_NAMED), lambda ids: list(dict.fromkeys(ids)))
ASSET: Final[Mapping[vol.Marker, Any]] = {vol.Required("asset_id"): ASSET_ID}
REASON: Final = vol.All(str, vol.Length(min=1, max=200))


@dataclass(frozen=True, slots=True)
class Asked:
    """One command that an administrator sent."""

    hub: SecureHub
    connection: ActiveConnection
    id: int
    data: Mapping[str, Any]

    @property
    def actor(self) -> str:
        """User id of who asks, for the journal."""
        return str(self.connection.user.id)


@dataclass(frozen=True, slots=True)
class Command:
    """`secure_hub/<name>`: what answers it, and the fields that it takes beside `id` and `type`.

    The answer is what the handler returns, JSON; what it raises is told as an error with a translation key.
    """

    name: str
    handler: Callable[[Asked], Coroutine[Any, Any, Any]]
    fields: Mapping[vol.Marker, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The type of its messages."""
        return f"{DOMAIN}/{self.name}"


@callback
def async_register(hass: HomeAssistant, command: Command) -> None:
    """Let administrators send a command; who is none learns not even what it takes."""
    schema = vol.Schema({**_ENVELOPE, **command.fields})

    @async_response
    async def answer(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
        try:
            asked = Asked(loaded_hub(hass), connection, message["id"], schema(message))
            connection.send_result(message["id"], await command.handler(asked))
        except PolicyError as error:
            raise refused(error) from error

    websocket_api.async_register_command(
        hass,
        command.type,
        require_admin(answer),
        vol.Schema(_ENVELOPE, extra=vol.ALLOW_EXTRA),
    )


@callback
def loaded_hub(hass: HomeAssistant) -> SecureHub:
    """Give the hub; raises ServiceValidationError while none is loaded."""
    entries: list[SecureHubConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    return entries[0].runtime_data


def told_error(error: HomeAssistantError | PolicyError) -> dict[str, Any]:
    """One of many things that could not be done, as the error of a command is told."""
    if isinstance(error, PolicyError):
        error = refused(error)
    return {
        "message": str(error),
        "translation_domain": error.translation_domain,
        "translation_key": error.translation_key,
        "translation_placeholders": error.translation_placeholders,
    }
