"""How much an asset does in five minutes."""

from typing import Any

import pytest

from custom_components.secure_hub.engine.detection.baselines.behaviour import Quantity
from custom_components.secure_hub.engine.detection.baselines.volumes import SLOT, Volumes


def live(volumes: Volumes, slots: range, sent: int) -> None:
    for slot in slots:
        volumes.advance(slot * SLOT, learning=True, holding=False, prior=None)
        volumes.add(Quantity.SENT, sent)


def test_several_times_the_peak_is_said_once() -> None:
    volumes = Volumes()
    live(volumes, range(100), 5_000_000)
    volumes.advance(100 * SLOT, learning=False, holding=False, prior=None)
    said = [volumes.add(Quantity.SENT, 4_000_000) for _ in range(20)]
    (only,) = filter(None, said)
    assert only == (24_000_000, False), "as soon as it is four times as much"


def test_a_lamp_may_be_updated() -> None:
    volumes = Volumes()
    live(volumes, range(100), 1000)
    volumes.advance(100 * SLOT, learning=False, holding=False, prior=None)
    assert volumes.add(Quantity.RECEIVED, 40_000_000) is None
    assert volumes.add(Quantity.SENT, 9_000_000) is None


def test_an_hour_that_is_quiet_every_week() -> None:
    volumes, week = Volumes(), 2016
    for slot in range(4 * week):
        busy = slot // 12 % 24 == 20
        volumes.advance(slot * SLOT, learning=True, holding=False, prior=None)
        volumes.add(Quantity.SENT, 200_000_000 if busy else 100_000)
    volumes.advance((4 * week + 3 * 12) * SLOT, learning=False, holding=False, prior=None)
    assert volumes.add(Quantity.SENT, 200_000_000) == (200_000_000, True)
    volumes.advance((4 * week + 20 * 12) * SLOT, learning=False, holding=False, prior=None)
    assert volumes.add(Quantity.SENT, 200_000_000) is None


def test_what_is_suspicious_is_not_learnt() -> None:
    one, other = Volumes(), Volumes()
    for volumes in (one, other):
        live(volumes, range(20), 1000)
    one.advance(20 * SLOT, learning=True, holding=False, prior=None)
    one.add(Quantity.SENT, 10**12)
    one.advance(21 * SLOT, learning=True, holding=True, prior=None)
    other.advance(20 * SLOT, learning=True, holding=False, prior=None)
    assert one.peaks == other.peaks


def test_before_anything_is_known_the_model_tells() -> None:
    volumes = Volumes()
    volumes.advance(0.0, learning=True, holding=False, prior=(20.0, -1.0, -1.0, -1.0))
    assert volumes.add(Quantity.SENT, 2**20 * 15) is None
    assert volumes.add(Quantity.SENT, 2**20 * 2) == (2**20 * 17, False)
    assert volumes.add(Quantity.RECEIVED, 10**12) is None


def test_a_clock_that_jumps() -> None:
    volumes = Volumes()
    live(volumes, range(20), 1000)
    for time in (1e12, 5.0, 5e9, 0.0):
        volumes.advance(time, learning=False, holding=False, prior=None)
        assert volumes.start == time // SLOT * SLOT


def test_saved_and_restored_exactly() -> None:
    volumes = Volumes()
    live(volumes, range(50), 123_456)
    other = Volumes.load(volumes.save())
    for it in (volumes, other):
        live(it, range(50, 100), 654_321)
    assert other.save() == volumes.save()


@pytest.mark.parametrize("key", ["spreads", "weeks", "totals", "bounds"])
def test_garbage_is_refused(key: str) -> None:
    data: dict[str, Any] = Volumes().save()
    data[key] = data[key][2:]
    with pytest.raises(ValueError, match=r"."):
        Volumes.load(data)


def test_hours_are_shown_beside_what_is_usual() -> None:
    volumes, week = Volumes(), 2016
    live(volumes, range(week), 1000)
    volumes.advance(week * SLOT, learning=True, holding=False, prior=None)
    volumes.add(Quantity.SENT, 5000)
    volumes.add(Quantity.CALLS, 3)
    hours = volumes.hours((week + 1) * SLOT)
    assert set(hours) == {Quantity.SENT, Quantity.RECEIVED, Quantity.CALLS}
    sent = hours[Quantity.SENT]
    assert [it.start for it in sent] == list(range(3600, 169 * 3600, 3600))
    assert {(it.total, it.most) for it in sent[:-1]} == {(12_000.0, 1000.0)}
    assert (sent[-1].total, sent[-1].most) == (5000.0, 5000.0), "the five minutes that go on count"
    usual = sent[-1].usual
    assert usual is not None
    assert usual.low <= usual.typical <= usual.high
    assert usual.typical == pytest.approx(1000.0, rel=1e-3)
    assert hours[Quantity.CALLS][-1].total == 3.0
    assert Volumes().hours(0.0)[Quantity.CALLS][0].usual is None


def test_what_is_suspicious_is_shown_nevertheless() -> None:
    volumes = Volumes()
    live(volumes, range(1), 1000)
    volumes.discard()
    volumes.advance(SLOT, learning=True, holding=True, prior=None)
    assert volumes.hours(SLOT)[Quantity.SENT][-1].total == 1000.0


def test_what_was_saved_before_there_were_diaries_is_read() -> None:
    volumes = Volumes()
    live(volumes, range(50), 1000)
    data = volumes.save()
    del data["diary"], data["weeks"][2]
    assert Volumes.load(data).peaks == volumes.peaks
    assert len(Volumes.load(data).save()["weeks"]) == 3


def test_a_night_that_is_always_calm() -> None:
    volumes, week = Volumes(), 2016
    for slot in range(3 * week):
        volumes.advance(slot * SLOT, learning=True, holding=False, prior=None)
        volumes.add(Quantity.CALLS, 400 if slot // 12 % 24 == 20 else 2)
    volumes.advance((3 * week + 3 * 12) * SLOT, learning=False, holding=False, prior=None)
    assert volumes.add(Quantity.CALLS, 350) == (350, True)
