"""What is being learned of assets, across restarts."""

from collections.abc import Mapping
from ipaddress import ip_address
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.manifests.learned import MAX_SEEN, Conversation, Watch
from ..engine.manifests.model import MAX_PORT, Direction
from .storage import RoomStore
from .storage_codec import StoreValueError

MAX_WATCHES: Final = 64
"""Assets that can be watched at one time."""
_ID: Final = re.compile(r"[0-9a-f]{32}")
_MAX_TIME: Final = float(2**53)
_MAX_NAME: Final = 253
_ROW: Final = 7

type Watches = Mapping[str, Watch]
"""Watches by the id of the asset."""


class LearningStore(RoomStore[Watches]):
    """What is being learned: `secure_hub.learning`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.learning", encode, decode)


def encode(watches: Watches) -> dict[str, Any]:
    """Write it. Raises StoreValueError for what could not be read again."""
    data = {
        "watches": {
            key: {
                "since": watch.since,
                "until": watch.until,
                "overflowed": watch.overflowed,
                "seen": [
                    [one.at, one.initiated.value, one.protocol, str(one.remote), one.port, one.name, one.times]
                    for one in watch.seen
                ],
            }
            for key, watch in watches.items()
        }
    }
    decode(data)
    return data


def decode(data: Any) -> Watches:
    """Read it. Raises StoreValueError and nothing else."""
    watches = _object(data, {"watches"})["watches"]
    _require(isinstance(watches, dict) and len(watches) <= MAX_WATCHES)
    return {_matching(key): _watch(row) for key, row in watches.items()}


def _watch(row: Any) -> Watch:
    members = _object(row, {"since", "until", "overflowed", "seen"})
    seen, overflowed = members["seen"], members["overflowed"]
    _require(isinstance(seen, list) and len(seen) <= MAX_SEEN and isinstance(overflowed, bool))
    return Watch(_time(members["since"]), _time(members["until"]), tuple(map(_conversation, seen)), overflowed)


def _conversation(row: Any) -> Conversation:
    _require(isinstance(row, list) and len(row) == _ROW)
    at, initiated, protocol, remote, port, name, times = row
    _require(isinstance(initiated, str) and initiated in set(Direction) and isinstance(remote, str))
    _require(name is None or (isinstance(name, str) and 0 < len(name) <= _MAX_NAME and name.isascii()))
    _require(type(protocol) is int and 0 <= protocol <= 0xFF)  # noqa: PLR2004 - one octet
    _require(port is None or (type(port) is int and 0 <= port <= MAX_PORT))
    _require(type(times) is int and times >= 1)
    try:
        address = ip_address(remote)
    except ValueError as error:
        raise StoreValueError(str(error)) from error
    return Conversation(_time(at), Direction(initiated), protocol, address, port, name, times)


def _object(data: Any, names: set[str]) -> dict[str, Any]:
    _require(isinstance(data, dict) and data.keys() == names)
    found: dict[str, Any] = data
    return found


def _matching(key: Any) -> str:
    _require(isinstance(key, str) and _ID.fullmatch(key) is not None)
    return str(key)


def _time(value: Any) -> float:
    _require(type(value) in {int, float} and 0 <= value <= _MAX_TIME)
    return float(value)


def _require(holds: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        msg = "not what was written"
        raise StoreValueError(msg)
