"""What monitoring remembers across restarts: `secure_hub.baselines`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.detection.baselines.baselines import Baselines
from ..engine.detection.incidents import Incidents
from ..engine.response.responder import Responder
from .storage import RoomStore
from .storage_codec import StoreValueError


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is usual, what is wrong, and what was done."""

    baselines: Baselines = field(default_factory=Baselines)
    incidents: Incidents = field(default_factory=Incidents)
    responder: Responder = field(default_factory=Responder)

    def clock_set(self, now: float, by: float = 0.0) -> None:
        """The clock was set to `now`, `by` seconds further than it would be: every term goes on as it was."""
        self.incidents.clock_set(now, by)
        self.responder.clock_set(now, by)


def detection_store(hass: HomeAssistant) -> RoomStore[Remembered]:
    """Describe the store."""
    return RoomStore(hass, f"{DOMAIN}.baselines", encode, decode)


def encode(kept: Remembered) -> dict[str, Any]:
    """Write it."""
    return {
        "baselines": kept.baselines.save(),
        "incidents": kept.incidents.save(),
        "responder": kept.responder.save(),
    }


def decode(data: Any) -> Remembered:
    """Read it. Raises StoreValueError and nothing else."""
    kept = Remembered()
    if not isinstance(data, Mapping) or data.keys() != {"baselines", "incidents", "responder"}:
        msg = "no baselines, incidents and responses"
        raise StoreValueError(msg)
    try:
        kept.baselines.load(data["baselines"])
        kept.incidents.load(data["incidents"])
        kept.responder.load(data["responder"])
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise StoreValueError(str(error)) from error
    return kept
