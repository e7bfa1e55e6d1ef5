"""The radio's store: what is written is read again, and nothing else is."""

from typing import Any

from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.radio_store import RadioStore, decode, encode
from custom_components.secure_hub.adapters.storage_codec import StoreValueError
from custom_components.secure_hub.engine.radio.links import Link
from custom_components.secure_hub.engine.radio.memory import Ban, Join, RadioMemory

IEEE = st.binary(min_size=8, max_size=8).map(lambda raw: raw.hex(":"))
BYTE, WORD = st.integers(0, 255), st.integers(0, 65_535)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
TIME = st.floats(0, 2**40, allow_nan=False)
ACTOR = st.none() | TEXT
LINKS = st.one_of(
    st.builds(
        Link,
        IEEE,
        BYTE,
        group=WORD,
        name=ACTOR,
        scenes=st.lists(st.binary(min_size=6, max_size=9), max_size=3).map(tuple),
    ),
    st.builds(Link, IEEE, BYTE, WORD, group=WORD),
    st.builds(Link, IEEE, BYTE, WORD, target=IEEE, target_endpoint=BYTE),
)
MEMORIES = st.builds(
    RadioMemory,
    taken=st.frozensets(LINKS, max_size=4),
    bans=st.dictionaries(
        IEEE, st.builds(Ban, TIME, ACTOR, TEXT, TEXT, st.integers(0, 2**40), st.none() | TIME), max_size=3
    ),
    joins=st.dictionaries(IEEE, st.builds(Join, TIME, st.booleans(), st.booleans(), ACTOR), max_size=3),
)
BULB = "00:00:00:00:00:00:00:01"


@given(MEMORIES)
def test_what_is_written_is_read_again(memory: RadioMemory) -> None:
    again = decode(encode(memory))
    assert again == memory
    told = [{(link, link.name, link.scenes) for link in one.taken} for one in (again, memory)]
    assert told[0] == told[1]


def changed(**values: Any) -> dict[str, Any]:
    row = encode(RadioMemory(taken=frozenset({Link(BULB, 1, 6, target=BULB, target_endpoint=1)})))["taken"][0]
    return {"taken": [row | values], "bans": {}, "joins": {}}


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"taken": {}, "bans": {}, "joins": {}},
        {"taken": [], "bans": [], "joins": {}},
        {"taken": [], "bans": {"x": {}}, "joins": {}},
        {"taken": [], "bans": {BULB: {}}, "joins": {}},
        {"taken": [], "bans": {}, "joins": {BULB: {"at": 1, "asked": 1, "trusted": True, "opened_by": None}}},
        {"taken": [], "bans": {}, "joins": {BULB: {"at": -1, "asked": True, "trusted": True, "opened_by": None}}},
        changed(endpoint=256),
        changed(endpoint=True),
        changed(holder="02"),
        changed(target=None),
        changed(target=None, target_endpoint=None),
        changed(target=None, target_endpoint=None, group=1, cluster="6"),
        changed(group=1),
        changed(name="\ud800"),
        changed(name=7),
        changed(scenes=None),
        changed(scenes=["00"]),
        changed(scenes=["00" * 6] * 65),
    ],
)
def test_what_was_never_written_is_refused(data: Any) -> None:
    with pytest.raises(StoreValueError):
        decode(data)


def test_what_was_written_before_scenes_were_kept_is_read() -> None:
    data = changed()
    del data["taken"][0]["scenes"]
    assert decode(data) == decode(changed())


def test_a_membership_needs_a_group() -> None:
    with pytest.raises(StoreValueError):
        encode(RadioMemory(taken=frozenset({Link(BULB, 1, target=BULB, target_endpoint=1)})))


async def test_it_is_a_store_of_its_own(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    store = RadioStore(hass)
    assert await store.load() is None
    await store.save(RadioMemory(bans={BULB: Ban(1.0)}))
    assert hass_storage["secure_hub.radio"]["data"]["bans"][BULB]["since"] == 1.0
    assert await RadioStore(hass).load() == RadioMemory(bans={BULB: Ban(1.0)})
