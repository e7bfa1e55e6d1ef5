"""The stores of requests and of people."""

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.people import Ownership
from ..engine.requests.memory import RequestMemory
from .request_codec import decode_people, decode_requests, encode_people, encode_requests
from .storage import RoomStore


class RequestStore(RoomStore[RequestMemory]):
    """All requests, and the offers that are out: `secure_hub.requests`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.requests", encode_requests, decode_requests)


class PeopleStore(RoomStore[Ownership]):
    """Whose the assets are: `secure_hub.people`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.people", encode_people, decode_people)
