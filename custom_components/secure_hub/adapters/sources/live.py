"""What all live sources have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ...engine.detection.who import Who

OPEN_S: Final = 60.0
"""Seconds between two attempts to open what could not be opened."""
_MAX_NAMES: Final = 16_384


class SourceName(StrEnum):
    """Where observations come from."""

    CONNECTIONS = "connections"
    WIRE = "wire"
    WALL = "wall"
    ZIGBEE = "zigbee"
    HOME_ASSISTANT = "home_assistant"
    SURICATA = "suricata"


@dataclass(slots=True)
class SourceHealth:
    """Whether a source is heard: `reason` says why not, or what is missing. Counts are since the start."""

    active: bool = False
    reason: str = ""
    seen: int = 0
    """Observations."""
    lost: int = 0
    """What came too fast or was too much: connections, frames, observations; bytes of a file."""
    rejected: int = 0
    """What could not be read."""


class Names:
    """The names by which assets know addresses, from the DNS answers that they got; bounded."""

    def __init__(self) -> None:
        """Know none."""
        self._names: dict[tuple[str, str], str] = {}

    def of(self, asset_id: str, address: str) -> str:
        """Return the name by which an asset knows an address, or nothing."""
        return self._names.get((asset_id, address), "")

    def note(self, who: Who, receiver: str, name: str, addresses: Iterable[object]) -> None:
        """Remember what who has the address `receiver` was told."""
        asset_id = who.owners.get(receiver)
        if asset_id is None:
            return
        for address in addresses:
            key = (asset_id, str(address))
            self._names.pop(key, None)
            if len(self._names) >= _MAX_NAMES:
                del self._names[next(iter(self._names))]
            self._names[key] = name
