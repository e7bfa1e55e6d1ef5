"""What is remembered of learning: what is written is read again, and nothing else is."""

from ipaddress import ip_address
from typing import Any

import pytest

from custom_components.secure_hub.adapters.learning_store import MAX_WATCHES, decode, encode
from custom_components.secure_hub.adapters.storage_codec import StoreValueError
from custom_components.secure_hub.engine.manifests.learned import Conversation, Watch
from custom_components.secure_hub.engine.manifests.model import Direction

A = "a" * 32
TALK = Conversation(1.5, Direction.FROM_DEVICE, 6, ip_address("192.0.2.1"), 443, "cloud.example", 3)
OTHER = Conversation(2.5, Direction.TO_DEVICE, 1, ip_address("2001:db8::1"))
WATCHES = {A: Watch(1.0, 9.0, (TALK, OTHER), overflowed=True)}
ROW = [1.5, "from-device", 6, "192.0.2.1", 443, "cloud.example", 3]


def test_it_comes_back() -> None:
    assert decode(encode(WATCHES)) == WATCHES
    assert decode(encode({})) == {}


@pytest.mark.parametrize(
    "data",
    [None, {}, {"watches": []}, {"watches": {"camera": {}}}, {"watches": {A: {}}}, {"watches": {A: []}},
     {"watches": {f"{number:032x}": {} for number in range(MAX_WATCHES + 1)}}],
    ids=range(7),
)  # fmt: skip
def test_other_shapes_are_refused(data: Any) -> None:
    with pytest.raises(StoreValueError):
        decode(data)


@pytest.mark.parametrize(
    ("name", "wrong"), [("since", -1), ("until", "x"), ("overflowed", 1), ("seen", {}), ("since", True)]
)
def test_members_are_checked(name: str, wrong: Any) -> None:
    data = encode(WATCHES)
    data["watches"][A][name] = wrong
    with pytest.raises(StoreValueError):
        decode(data)


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(0, None), (1, "sideways"), (1, 1), (2, 256), (2, True), (3, "nowhere"), (3, 7), (4, 65536), (4, "443"),
     (5, ""), (5, "x" * 254), (5, "\u00e4"), (6, 0), (6, 1.5)],
)  # fmt: skip
def test_conversations_are_checked(at: int, wrong: Any) -> None:
    data = encode(WATCHES)
    data["watches"][A]["seen"] = [[*ROW[:at], wrong, *ROW[at + 1 :]]]
    with pytest.raises(StoreValueError):
        decode(data)
    data["watches"][A]["seen"] = [ROW[:-1]]
    with pytest.raises(StoreValueError):
        decode(data)
