"""Minutes: nothing that is seen is counted twice or not at all, whatever clocks and devices do."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from custom_components.secure_hub.engine.telemetry import aggregate
from custom_components.secure_hub.engine.telemetry.aggregate import Aggregator, KnownPeers
from custom_components.secure_hub.engine.telemetry.record import (
    DISTINCT,
    MAX_CONVERSATIONS,
    MAX_COUNT,
    MINUTE,
    Count,
    Record,
)

from .observed import NOON, observations

FLOW = Observation(NOON + 1.5, "camera", ObservationKind.FLOW, "192.0.2.7", "tcp", 443, outcome=Outcome.ANSWERED)


def totals(records: list[Record]) -> Counter[tuple[str, Count]]:
    """Return what the records say in sum."""
    found: Counter[tuple[str, Count]] = Counter()
    for record in records:
        for count, value in record.counts.items():
            if count not in DISTINCT:
                found[record.asset, count] += value
    return +found


@given(st.lists(observations()), st.lists(st.integers(-4000, 4000), max_size=5))
def test_the_minutes_add_up_to_what_was_seen(seen: list[Observation], jumps: list[int]) -> None:
    """Closing at any time, with a clock that jumps, loses nothing; one that sums everything up says the same."""
    aggregator, everything = Aggregator(), Aggregator()
    records: list[Record] = []
    now = float(NOON)
    for number, one in enumerate(seen):
        now = now + 7 + (jumps[number] if number < len(jumps) else 0)
        aggregator.add(one, now)
        everything.add(replace(one, time=float(NOON)), NOON)
        records += aggregator.close(now)
    records += aggregator.flush()
    assert totals(records) == totals(everything.flush())
    begun = sum(it.kind is ObservationKind.FLOW and it.began for it in seen)
    sent = sum(it.sent for it in seen if it.kind is ObservationKind.FLOW)
    assert sum(it.counts.get(Count.BEGUN, 0) for it in records) == begun
    assert sum(it.counts.get(Count.SENT, 0) for it in records) == sent
    assert aggregator.lost == 0


@given(st.lists(observations(assets=1)))
def test_rows_say_no_more_than_the_counts(seen: list[Observation]) -> None:
    aggregator = Aggregator()
    for one in seen:
        aggregator.add(one, NOON + 300)
    for record in aggregator.flush():
        rows, omitted = record.conversations, record.counts.get(Count.OMITTED, 0)
        sums = (sum(it.sent for it in rows), sum(it.begun for it in rows), sum(it.parts for it in rows))
        counts = tuple(record.counts.get(it, 0) for it in (Count.SENT, Count.BEGUN, Count.PARTS))
        assert sums == counts if not omitted else all(a <= b for a, b in zip(sums, counts, strict=True))
        assert all(0 <= it.first <= it.last <= MINUTE for it in rows)
        assert record.minute % MINUTE == 0


@pytest.mark.parametrize(
    "kind", [it for it in ObservationKind if it not in {ObservationKind.REFUSED, ObservationKind.FALSE_SENDER}]
)
def test_every_kind_is_counted(kind: ObservationKind) -> None:
    aggregator = Aggregator()
    aggregator.add(replace(FLOW, kind=kind), NOON)
    (record,) = aggregator.flush()
    assert sum(record.counts.values()) > 0


def test_what_the_wall_refuses_is_counted_once() -> None:
    aggregator = Aggregator()
    aggregator.add(replace(FLOW, kind=ObservationKind.REFUSED, packets_sent=3), NOON)
    assert aggregator.flush() == []


def test_a_minute_is_over_a_minute_after_its_end() -> None:
    aggregator = Aggregator()
    aggregator.add(FLOW, NOON + 2)
    assert aggregator.close(NOON + 119) == []
    aggregator.add(replace(FLOW, time=NOON + 59.0, port=80), NOON + 119)
    (record,) = aggregator.close(NOON + 120)
    assert record.minute == NOON
    assert [(it.port, it.first) for it in record.conversations] == [(443, 1.5), (80, 59.0)]
    aggregator.add(FLOW, NOON + 120)
    (late,) = aggregator.flush()
    assert late.minute == NOON + 60, "what comes after that goes to the oldest minute that is open"
    assert late.conversations[0].first == 0.0


def test_a_clock_that_is_set_back_closes_what_is_future() -> None:
    aggregator = Aggregator()
    aggregator.add(replace(FLOW, time=NOON + 7200.0), NOON + 7200)
    assert [it.minute for it in aggregator.close(NOON)] == [NOON + 7200]
    aggregator.add(FLOW, NOON + 2)
    assert [it.minute for it in aggregator.close(NOON + 120)] == [NOON]


def test_peers_are_new_once() -> None:
    known = KnownPeers()
    aggregator = Aggregator(known)
    aggregator.add(FLOW, NOON)
    aggregator.add(replace(FLOW, peer="192.0.2.8", local=True), NOON)
    aggregator.add(replace(FLOW, peer="192.0.2.8", local=True, name="nas.home"), NOON)
    aggregator.add(replace(FLOW, time=NOON + 60.0), NOON + 60)
    first, second = aggregator.flush()
    assert [first.counts.get(it) for it in (Count.PEERS, Count.PEERS_NEW, Count.PEERS_LOCAL)] == [3, 3, 2]
    assert [second.counts.get(it) for it in (Count.PEERS, Count.PEERS_NEW)] == [1, None]
    later = KnownPeers()
    later.recall(first)
    assert later.meet("camera", "192.0.2.7")
    assert later.meet("camera", "nas.home")
    assert not later.meet("tv", "192.0.2.7")


def test_a_million_peers_take_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregate, "MAX_ASSETS", 4)
    known = KnownPeers()
    aggregator = Aggregator(known)
    for number in range(5000):
        aggregator.add(replace(FLOW, peer=f"{number}", port=number), NOON)
    (record,) = aggregator.flush()
    assert len(record.conversations) == MAX_CONVERSATIONS
    assert record.counts[Count.BEGUN] == 5000
    assert record.counts[Count.OMITTED] == 5000 - MAX_CONVERSATIONS
    assert record.counts[Count.PEERS] == aggregate.MAX_DISTINCT
    assert len(known._known["camera"]) == aggregate.MAX_PEERS
    for number in range(20):
        aggregator.add(replace(FLOW, asset=f"{number}"), NOON)
    aggregator.add(replace(FLOW, asset=""), NOON)
    assert aggregator.lost == 9
    assert len(known._known) == 4


def test_numbers_end_somewhere() -> None:
    aggregator = Aggregator()
    for _ in range(3):
        aggregator.add(replace(FLOW, sent=MAX_COUNT, received=-5), NOON)
    (record,) = aggregator.flush()
    assert record.counts[Count.SENT] == record.conversations[0].sent == MAX_COUNT
    assert not record.counts.get(Count.RECEIVED)
    assert Record.from_line(record.line()).conversations == record.conversations


def test_the_radio_and_what_is_dropped() -> None:
    aggregator = Aggregator()
    frame = Observation(
        NOON + 1.0,
        "lamp",
        ObservationKind.RADIO_FRAME,
        sent=9,
        radio=Radio(260, 6, 10, general=True, lqi=200, rssi=-60),
    )
    aggregator.add(frame, NOON)
    aggregator.add(replace(frame, radio=replace(frame.radio or Radio(), lqi=100, rssi=-80)), NOON)
    aggregator.add(replace(frame, sent=0, received=5, inward=True, genuine=False), NOON)
    aggregator.add(replace(frame, kind=ObservationKind.RADIO_JOIN, began=False), NOON)
    aggregator.add(replace(frame, kind=ObservationKind.RADIO_JOIN, radio=None), NOON)
    aggregator.drop("lamp", NOON, packets=3, size=180)
    aggregator.drop("lamp", NOON, frames=2)
    (record,) = aggregator.flush()
    assert (record.lqi.lowest, record.lqi.highest) == (100, 200)
    assert (record.rssi.lowest, record.rssi.highest) == (-80, -60)
    told = record.as_json()
    assert told["radio"] == {
        "frames_from": 4,
        "bytes_from": 36,
        "frames_to": 1,
        "bytes_to": 5,
        "unasked": 1,
        "rejoins": 1,
        "joins": 1,
    }
    assert told["drops"] == {"packets": 3, "bytes": 180, "frames": 2}
    assert [(it.inward, it.count, it.size) for it in record.commands] == [(False, 2, 18), (True, 1, 5)]


@pytest.mark.parametrize("kind", ObservationKind)
def test_every_kind_of_observation_is_taken(kind: ObservationKind) -> None:
    Aggregator().add(Observation(NOON, "camera", kind, packets_sent=7), NOON)
