"""What was done in Home Assistant itself and is not undone yet: switches turned, entities taken away."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from ...const import DOMAIN
from ..storage import RoomStore
from ..storage_codec import StoreValueError
from .block_switches import BlockSwitch, Meaning
from .ha_gate import Taken


class SwitchStore(RoomStore[Mapping[str, BlockSwitch]]):
    """Switches by the asset that they block: `secure_hub.block_switches`.

    What a switch cuts is a setting; here it is only remembered how to turn it back.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.block_switches", _encode_switches, _decode_switches)


def _encode_switches(turned: Mapping[str, BlockSwitch]) -> dict[str, Any]:
    return {"turned": {key: [switch.entity_id, switch.on_means.value] for key, switch in turned.items()}}


def _decode_switches(data: Any) -> Mapping[str, BlockSwitch]:
    try:
        return {
            str(key): BlockSwitch(str(entity_id), Meaning(on_means))
            for key, (entity_id, on_means) in data["turned"].items()
        }
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise StoreValueError(str(error)) from error


class GateStore(RoomStore[Taken]):
    """Registry ids of the entities that the Home Assistant gate took away, by asset: `secure_hub.ha_gate`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.ha_gate", _encode_gate, _decode_gate)


def _encode_gate(taken: Taken) -> dict[str, Any]:
    return {"taken": {key: sorted(ids) for key, ids in taken.items()}}


def _decode_gate(data: Any) -> Taken:
    try:
        return {str(key): frozenset(map(str, ids)) for key, ids in data["taken"].items()}
    except (AttributeError, LookupError, TypeError) as error:
        raise StoreValueError(str(error)) from error
