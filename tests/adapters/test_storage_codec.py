"""What is remembered as JSON: it comes back whole, and nothing else is taken for it."""

from collections.abc import Callable
import json
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.secure_hub.adapters.storage_codec import (
    MAX_IDENTIFIERS,
    MAX_TEXT,
    Decided,
    StoreValueError,
    decode_assets,
    decode_decided,
    encode_assets,
    encode_decided,
)
from custom_components.secure_hub.engine.assets.model import AssetClass, AssetRecord, Identifier, IdentifierKind
from custom_components.secure_hub.engine.policy.model import Policy, Quarantine

from .stored import CAMERA, DECIDED, MAC, NOTHING, PERMITTED, A, B

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ids = st.text("0123456789abcdef", min_size=32, max_size=32)
times = st.floats(0, 2**53) | st.integers(0, 2**53)


def octets(count: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=count, max_size=count).map(lambda data: data.hex(":"))


identifiers = (
    st.builds(Identifier, st.just(IdentifierKind.MAC), octets(6))
    | st.builds(Identifier, st.just(IdentifierKind.IEEE), octets(8))
    | st.builds(Identifier, st.sampled_from([IdentifierKind.BLUETOOTH, IdentifierKind.REGISTRY]), texts)
)
records = st.builds(
    AssetRecord,
    id=ids,
    identifiers=st.frozensets(identifiers, max_size=5),
    name=texts,
    first_seen=times,
    manufacturer=st.none() | texts,
    model=st.none() | texts,
    class_override=st.none() | st.sampled_from(AssetClass),
    last_seen=times,
)
policies = st.builds(
    Policy,
    admitted=st.frozensets(ids, max_size=5),
    quarantined=st.dictionaries(ids, st.builds(Quarantine, times, st.none() | texts, texts), max_size=5),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(A) | st.just("mac"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["assets", "id", "name", "admitted", "quarantined", A]), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(st.lists(records, max_size=5, unique_by=lambda record: record.id))
def test_assets_come_back_through_json(found: list[AssetRecord]) -> None:
    assets = {record.id: record for record in found}
    assert decode_assets(orjson.loads(orjson.dumps(encode_assets(assets)))) == assets


@given(policies)
def test_policy_comes_back_through_json(policy: Policy) -> None:
    decided = Decided(policy, PERMITTED)
    assert decode_decided(orjson.loads(orjson.dumps(encode_decided(decided)))) == decided


@given(junk)
def test_junk_is_refused_and_nothing_else_happens(data: Any) -> None:
    for decode, empty in ((decode_assets, [{"assets": []}]), (decode_decided, [encode_decided(NOTHING)])):
        try:
            decode(data)
        except StoreValueError:
            continue
        assert data in empty or data.keys() == empty[0].keys()


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every container in some JSON, with each of its keys or indices."""
    keys: list[Any] = list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    return [(data, key) for key in keys] + [place for key in keys for place in places(data[key])]


def is_flag(key: Any) -> bool:
    """Whether a member may say both yes and no."""
    return key in {"lockdown", "once", "used"}


@pytest.mark.parametrize(
    ("encode", "decode", "value"),
    [(encode_assets, decode_assets, {A: CAMERA}), (encode_decided, decode_decided, DECIDED)],
)
@pytest.mark.parametrize("wrong", [[], {}, True, -1, 2**60, "\ud800", "x" * (MAX_TEXT + 1), "delete", "extra"])
def test_anything_wrong_anywhere_is_refused(
    encode: Callable[[Any], Any], decode: Callable[[Any], Any], value: Any, wrong: Any
) -> None:
    for number in range(len(places(encode(value)))):
        data = json.loads(json.dumps(encode(value)))
        container, key = places(data)[number]
        if wrong == "delete":
            del container[key]
        elif wrong == "extra" and isinstance(container, dict):
            container["extra"] = None
        elif wrong == container[key] or (wrong in ([], {}) and type(container[key]) is type(wrong)):
            continue
        else:
            container[key] = wrong
        try:
            again = decode(data)
        except StoreValueError:
            continue
        # Free text may be any, and of a list some may be missing: then that is what was said.
        assert encode(again) == data
        assert wrong in {"delete", "extra"} or (wrong is True and is_flag(key))


@pytest.mark.parametrize(
    "record",
    [
        AssetRecord("camera", frozenset(), "Camera", 1.0),
        AssetRecord(A, frozenset({Identifier(IdentifierKind.MAC, "02-00-00-00-00-01")}), "Camera", 1.0),
        AssetRecord(A, frozenset({Identifier(IdentifierKind.IEEE, MAC.value)}), "Camera", 1.0),
        AssetRecord(A, frozenset({Identifier(IdentifierKind.REGISTRY, "x" * (MAX_TEXT + 1))}), "Camera", 1.0),
        AssetRecord(
            A, frozenset(Identifier(IdentifierKind.REGISTRY, str(n)) for n in range(MAX_IDENTIFIERS + 1)), "Camera", 1.0
        ),
        AssetRecord(A, frozenset(), "Camera", float("nan")),
        AssetRecord(A, frozenset(), "Camera", float("inf")),
        AssetRecord(A, frozenset(), "Camera", -1.0),
    ],
)
def test_what_could_not_be_read_again_is_not_written(record: AssetRecord) -> None:
    with pytest.raises(StoreValueError):
        encode_assets({record.id: record})


def test_an_asset_under_another_id_and_one_twice() -> None:
    with pytest.raises(StoreValueError):
        encode_assets({B: CAMERA})
    row = encode_assets({A: CAMERA})["assets"][0]
    with pytest.raises(StoreValueError):
        decode_assets({"assets": [row, row]})


def test_long_names_are_cut() -> None:
    long = AssetRecord(A, frozenset(), "n" * 5000, 1.0, "m" * 5000, "o" * 5000)
    assert len(decode_assets(encode_assets({A: long}))[A].name) == MAX_TEXT
    policy = Policy(quarantined={A: Quarantine(1.0, None, "r" * 5000)})
    assert len(decode_decided(encode_decided(Decided(policy))).policy.quarantined[A].reason) == MAX_TEXT
