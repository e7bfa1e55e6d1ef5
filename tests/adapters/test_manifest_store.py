"""What is remembered of manifests: what is written is read again, and nothing else is."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.manifest_store import MAX_TEXT, Imported, Kept, Offer, decode, encode
from custom_components.secure_hub.adapters.storage_codec import StoreValueError
from custom_components.secure_hub.engine.policy.profiles import Profile

A, B = "a" * 32, "b" * 32
KEPT = Kept(
    {A: Imported("https://lamps.example/lamp", "A lamp", "lamp.json", "CN=Lamps", "00" * 32, 1.5, Profile.LOCAL_ONLY),
     B: Imported("https://lamps.example.com/lamp", "", "inline", "", "00" * 32, 0)},
    {A: Offer("https://lamps.example.com/lamp", "dhcp", 7)},
)  # fmt: skip
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
times = st.floats(0, 2**53)


def test_it_comes_back() -> None:
    assert decode(encode(KEPT)) == KEPT
    assert decode(encode(Kept())) == Kept()


@given(st.builds(Imported, text, text, text, text, text, times, st.none() | st.sampled_from(Profile)), text, times)
def test_everything_comes_back(imported: Imported, words: str, at: float) -> None:
    kept = Kept({A: imported}, {B: Offer(words, words, at)})
    assert decode(encode(kept)) == kept


@pytest.mark.parametrize("part", ["imported", "offers"])
@pytest.mark.parametrize("wrong", [None, [], {"camera": {}}, {A: None}, {A: {}}, {A: {"source": "x"}}])
def test_what_is_not_ours_is_refused(part: str, wrong: Any) -> None:
    with pytest.raises(StoreValueError):
        decode({**encode(KEPT), part: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("at", True), ("at", -1), ("at", "1"), ("before", "king"), ("before", 1), ("title", 7), ("title", "\ud800"),
     ("title", "x" * (MAX_TEXT + 1))],
)  # fmt: skip
def test_values_are_checked(name: str, wrong: Any) -> None:
    data = encode(KEPT)
    data["imported"][A][name] = wrong
    with pytest.raises(StoreValueError):
        decode(data)


@pytest.mark.parametrize("data", [None, [], {}, {"imported": {}}, {"imported": {}, "offers": {}, "more": 1}])
def test_other_shapes_are_refused(data: Any) -> None:
    with pytest.raises(StoreValueError):
        decode(data)
