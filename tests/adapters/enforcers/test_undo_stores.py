"""What is to be undone later comes back as it was, or not at all."""

from typing import Any

from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers import undo_stores
from custom_components.secure_hub.adapters.enforcers.block_switches import BlockSwitch, Meaning
from custom_components.secure_hub.adapters.enforcers.undo_stores import GateStore, SwitchStore
from custom_components.secure_hub.adapters.storage import StoreUnreadableError
from custom_components.secure_hub.adapters.storage_codec import StoreValueError

TURNED = {
    "a": BlockSwitch("switch.camera", Meaning.ALLOWED),
    "b": BlockSwitch("input_boolean.tv", Meaning.BLOCKED),
}


async def test_switches_come_back(hass: HomeAssistant) -> None:
    assert await SwitchStore(hass).load() is None
    await SwitchStore(hass).save(TURNED)
    assert await SwitchStore(hass).load() == TURNED


async def test_entities_come_back(hass: HomeAssistant) -> None:
    await GateStore(hass).save({"a": {"2", "1"}})
    assert await GateStore(hass).load() == {"a": {"1", "2"}}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"turned": []},
        {"turned": {"a": "switch"}},
        {"turned": {"a": ["lock.door", "allowed"]}},
        {"turned": {"a": ["switch.camera", "perhaps"]}},
        {"taken": {"a": 1}},
        {"taken": [1]},
    ],
)
async def test_what_is_not_ours_is_refused(hass: HomeAssistant, hass_storage: dict[str, Any], wrong: Any) -> None:
    for store in (SwitchStore(hass), GateStore(hass)):
        hass_storage[store.key] = {"version": 1, "minor_version": 1, "key": store.key, "data": wrong}
        with pytest.raises(StoreUnreadableError):
            await store.load()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(JSON)
def test_anything_is_understood_or_refused(data: Any) -> None:
    for key, decode in (("turned", undo_stores._decode_switches), ("taken", undo_stores._decode_gate)):
        for value in (data, {key: data}):
            try:
                assert isinstance(decode(value), dict)
            except StoreValueError:
                continue
