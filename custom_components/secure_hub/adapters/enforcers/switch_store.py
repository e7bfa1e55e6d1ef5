"""What is remembered of block switches: those that were turned here and not turned back yet."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from ...const import DOMAIN
from ..storage import RoomStore
from ..storage_codec import StoreValueError
from .block_switches import BlockSwitch, Meaning


class SwitchStore(RoomStore[Mapping[str, BlockSwitch]]):
    """Switches by the asset that they block: `secure_hub.block_switches`.

    What a switch cuts is a setting; here it is only remembered how to turn it back.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.block_switches", _encode, _decode)


def _encode(turned: Mapping[str, BlockSwitch]) -> dict[str, Any]:
    return {"turned": {key: [switch.entity_id, switch.on_means.value] for key, switch in turned.items()}}


def _decode(data: Any) -> Mapping[str, BlockSwitch]:
    try:
        return {
            str(key): BlockSwitch(str(entity_id), Meaning(on_means))
            for key, (entity_id, on_means) in data["turned"].items()
        }
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise StoreValueError(str(error)) from error
