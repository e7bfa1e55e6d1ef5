"""What devices were told: believed for long enough to be used, bounded, and forgotten."""

from ipaddress import ip_address
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firewall.names import (
    CEILING,
    FLOOR,
    MAX_ADDRESSES,
    MAX_NAMES,
    Answer,
    NameBook,
    conflicting,
    is_name,
    shared,
)

ONE, TWO = ip_address("192.0.2.1"), ip_address("2001:db8::1")


def test_short_lives_are_stretched_and_long_ones_cut() -> None:
    book = NameBook()
    assert book.hear("camera", Answer("a.example", frozenset({ONE}), 5.0), 0.0)
    assert not book.hear("camera", Answer("a.example", frozenset({ONE}), 5.0), 10.0), "nothing new"
    assert book.hear("camera", Answer("a.example", frozenset({TWO}), 10 * CEILING), 20.0)
    assert book.names("camera", FLOOR) == {"a.example": {ONE, TWO}}
    assert book.next_expiry() == FLOOR + 10
    assert book.names("camera", FLOOR + 10) == {"a.example": {TWO}}
    assert book.sweep(FLOOR + 10) == {"camera"}
    assert book.sweep(CEILING + 20) == {"camera"}
    assert (book.all_names(CEILING + 20), book.next_expiry()) == ({}, None)


def test_mapped_addresses_are_what_they_are() -> None:
    book = NameBook()
    book.hear("camera", Answer("a.example", frozenset({ip_address("::ffff:192.0.2.1")}), 5.0), 0.0)
    assert book.names("camera", 1.0) == {"a.example": {ONE}}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 1e6)), max_size=20))
def test_devices_know_their_own_answers_only(heard: list[tuple[int, int, float]]) -> None:
    book = NameBook()
    expected: dict[str, set[str]] = {}
    for device, name, ttl in heard:
        book.hear(f"d{device}", Answer(f"n{name}.example", frozenset({ONE}), ttl), 0.0)
        expected.setdefault(f"d{device}", set()).add(f"n{name}.example")
    assert {key: set(names) for key, names in book.all_names(1.0).items()} == expected
    book.forget("d0")
    assert book.names("d0", 1.0) == {}


def test_a_device_cannot_fill_our_memory() -> None:
    book = NameBook()
    for number in range(MAX_NAMES + 50):
        book.hear("camera", Answer(f"n{number}.example", frozenset({ONE}), FLOOR + number), 0.0)
    names = book.names("camera", 1.0)
    assert len(names) == MAX_NAMES
    assert "n0.example" not in names
    many = frozenset(ip_address(0x0A000000 + number) for number in range(MAX_ADDRESSES + 5))
    book.hear("camera", Answer("many.example", many, CEILING), 0.0)
    assert len(book.names("camera", 1.0)["many.example"]) == MAX_ADDRESSES


def test_shared_addresses_are_said() -> None:
    names = {"good.example": frozenset({ONE, TWO}), "bad.example": frozenset({ONE}), "nice.example": frozenset({TWO})}
    assert shared(names) == {ONE: {"good.example", "bad.example"}, TWO: {"good.example", "nice.example"}}
    assert conflicting(names, lambda name: name != "bad.example") == {ONE: {"good.example", "bad.example"}}


def test_what_a_rule_can_name() -> None:
    assert is_name("cloud.camera.example")
    assert not any(map(is_name, ("", "*.example", "192.0.2.1", "a b", "tcp", "a" * 254)))


def test_what_was_told_survives_and_ages() -> None:
    book = NameBook()
    book.hear("camera", Answer("a.example", frozenset({ONE}), 5.0), 100.0)
    book.hear("camera", Answer("b.example", frozenset({TWO}), CEILING), 100.0)
    written = json.loads(json.dumps(book.encode(200.0)))
    again = NameBook.decode(written, 5.0, 60.0)
    assert again.names("camera", 5.0) == {"a.example": {ONE}, "b.example": {TWO}}
    assert again.next_expiry() == 5.0 + FLOOR - 100 - 60
    assert NameBook.decode(written, 5.0, FLOOR).names("camera", 5.0) == {"b.example": {TWO}}
    backwards = NameBook.decode(written, 5.0, -CEILING)
    assert backwards.next_expiry() == 5.0 + FLOOR - 100, "a clock that went back gives nothing"
    assert NameBook.decode(written, 5.0, 2 * CEILING).all_names(5.0) == {}


def test_of_two_that_are_one_all_counts() -> None:
    book = NameBook()
    for number, asset_id in enumerate(("kept", "absorbed")):
        book.hear(asset_id, Answer("a.example", frozenset({ONE}), FLOOR), 10.0 * number)
    book.hear("absorbed", Answer("b.example", frozenset({TWO}), FLOOR), 0.0)
    book.merge("kept", "absorbed")
    assert book.all_names(1.0) == {"kept": {"a.example": {ONE}, "b.example": {TWO}}}
    assert book.names("kept", FLOOR + 5) == {"a.example": {ONE}}, "what counts longer counts"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"a": []},
        {"a": {"*.b": {}}},
        {"a": {"b.example": []}},
        {"a": {"b.example": {"192.0.2.1": "5"}}},
        {"a": {"b.example": {"192.0.2.1": -1}}},
        {"a": {"b.example": {"192.0.2.1": 2 * CEILING}}},
        {"a": {"b.example": {"192.0.2.1": True}}},
        {"a": {"b.example": {"no address": 5}}},
        {"a": {"b.example": {f"192.0.2.{n}": 5 for n in range(MAX_ADDRESSES + 1)}}},
    ],
)
def test_what_was_never_written_is_not_read(data: object) -> None:
    with pytest.raises(ValueError, match=r"no |not "):
        NameBook.decode(data, 0.0, 0.0)
