"""A persistent map is a mapping like any other, and its copies do not know of each other."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.persistent import PersistentMap, differing

type Items = dict[str | int, int]

ITEMS = st.dictionaries(st.text(max_size=3) | st.integers(0, 2000), st.integers(0, 3), max_size=60)


@given(ITEMS, st.lists(st.tuples(ITEMS, st.lists(st.integers(0, 2000), max_size=5)), max_size=5))
def test_is_the_dict_it_stands_for(
    items: dict[str | int, int], steps: list[tuple[dict[str | int, int], list[int]]]
) -> None:
    versions = [(PersistentMap(items), dict(items))]
    for changes, gone in steps:
        one, model = versions[-1]
        after = {key: value for key, value in (model | changes).items() if key not in gone}
        versions.append((one.merged(changes, gone), after))
    for one, model in versions:
        assert one == model
        assert model == one
        assert (dict(one), len(one), set(one)) == (model, len(model), set(model))
        assert one == PersistentMap(model)
        assert repr(one).startswith("PersistentMap(")
    for old, was in versions:
        for new, now in versions:
            keys = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
            assert differing(old, new) == differing(was, now) == keys
            assert (old == new) is (was == now)


def test_what_is_not_there() -> None:
    one = PersistentMap({"a": 1})
    assert (one.get("b"), one.get("b", 2), one.get("a"), "b" in one, "a" in one) == (None, 2, 1, False, True)
    with pytest.raises(KeyError):
        one["b"]
    assert one != {"a": 2}
    assert one != 3
    assert PersistentMap.of(one) is one
    assert PersistentMap.of({"a": 1}) == one


def test_a_copy_shares_what_did_not_change() -> None:
    one = PersistentMap({number: number for number in range(10_000)})
    other = one.merged({7: 8})
    assert sum(1 for _ in one.parts(other)) == 1
    assert differing(one, other) == {7}
    assert (one[7], other[7]) == (7, 8)
