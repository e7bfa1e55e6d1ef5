"""Use of a day: whatever the counts do, what a device did is told once and never as less than nothing."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.traffic import MAX_COUNT, Count, TrafficBook, Use

MAC, ADDRESS, OTHER = "02:00:00:00:00:01", "10.0.0.1", "02:00:00:00:00:02"
OWNERS = {MAC: "camera", ADDRESS: "camera", OTHER: "tv"}


def count(packets: int, *, name: str = "sent", key: str = MAC, table: str = "bridge") -> Count:
    return Count(table, name, key, packets, packets * 100)


def begun(*counts: Count) -> TrafficBook:
    book = TrafficBook()
    assert book.read("2026-01-01", counts, OWNERS, once=False) == frozenset()
    return book


def test_what_was_counted_before_the_first_reading_is_of_no_day() -> None:
    book = begun(count(50))
    assert book.used == {}
    assert book.read("2026-01-01", [count(53)], OWNERS, once=False) == {"camera"}
    assert book.used == {"camera": Use(sent=3, sent_bytes=300)}
    assert book.read("2026-01-01", [count(53)], OWNERS, once=False) == frozenset()


def test_tables_and_keys_of_one_asset_add_up() -> None:
    book = begun()
    book.read(
        "2026-01-01",
        [
            count(1),
            count(2, table="netdev"),
            count(4, name="received"),
            count(8, name="refused"),
            count(16, name="refused4", key=ADDRESS, table="inet"),
            count(32, key=OTHER),
            count(64, key="02:00:00:00:00:99"),
        ],
        OWNERS,
        once=False,
    )
    assert book.used["camera"] == Use(3, 300, 4, 400, 24, 2400)
    assert book.used["tv"] == Use(32, 3200)
    assert book.used.keys() == {"camera", "tv"}


def test_what_several_tables_saw_of_one_packet_counts_once_where_nothing_is_dropped() -> None:
    book = begun()
    counts = [count(5, name="refused"), count(3, name="refused", table="inet")]
    book.read("2026-01-01", counts, OWNERS, once=True)
    assert book.used["camera"].refused == 5


def test_a_new_day_begins_at_nothing_and_is_told() -> None:
    book = begun()
    book.read("2026-01-01", [count(5), count(5, key=OTHER)], OWNERS, once=False)
    assert book.read("2026-01-02", [count(6), count(5, key=OTHER)], OWNERS, once=False) == {"camera", "tv"}
    assert book.used == {"camera": Use(sent=1, sent_bytes=100)}


def test_a_restart_finds_again_what_was_counted_meanwhile() -> None:
    book = begun()
    book.read("2026-01-01", [count(5)], OWNERS, once=False)
    again = TrafficBook.decode(json.loads(json.dumps(book.encode())))
    again.read("2026-01-01", [count(9)], OWNERS, once=False)
    assert again.used == {"camera": Use(sent=9, sent_bytes=900)}
    fresh_table = TrafficBook.decode(again.encode())
    fresh_table.read("2026-01-01", [count(2)], OWNERS, once=False)
    assert fresh_table.used["camera"].sent == 11


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), max_size=20))
def test_every_packet_is_counted_once_whatever_begins_anew(steps: list[tuple[int, bool]]) -> None:
    book, total, now = begun(), 0, 0
    for more, anew in steps:
        now = more if anew and more < now else now + more  # a count that begins anew is lower than it was
        total += more
        before = book.used.get("camera", Use())
        book.read("2026-01-01", [count(now)], OWNERS, once=False)
        assert book.used.get("camera", Use()).sent >= before.sent
    assert book.used.get("camera", Use()).sent == total


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"day": 1, "spent": [], "used": {}, "counts": {}},
        {"day": "", "spent": [], "used": [], "counts": {}},
        {"day": "", "used": {"a": [1]}, "counts": {}},
        {"day": "", "spent": [], "used": {}, "counts": {"a": [1, -1]}},
        {"day": "", "spent": [], "used": {}, "counts": {"a": [1, 1.5]}},
        {"day": "", "spent": [], "used": {}, "counts": {"a": [1, True]}},
        {"day": "", "spent": [], "used": {}, "counts": {"a": [1, MAX_COUNT]}},
        {"day": "", "spent": [], "used": {}, "counts": {}, "more": 1},
        {"day": "", "spent": [1], "used": {}, "counts": {}},
    ],
)
def test_what_was_never_written_is_not_read(data: object) -> None:
    with pytest.raises(ValueError, match="no "):
        TrafficBook.decode(data)
