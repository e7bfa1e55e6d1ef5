"""Robust statistics in four numbers."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.baselines.spread import Spread


def learnt(*amounts: float) -> Spread:
    spread = Spread()
    for amount in amounts:
        spread.learn(amount)
    return spread


def test_one_outlier_moves_little() -> None:
    before, after = learnt(*[1000.0] * 50), learnt(*[1000.0] * 50, 1e12)
    assert after.middle - before.middle < 0.05
    assert after.peak > before.peak, "but while it learns, it was there"


def test_the_peak_follows_slowly_once_it_is_known() -> None:
    spread = learnt(*[1000.0] * 50)
    for _ in range(24):
        spread.learn(1e12, learning=False)
    assert 1900 < 2**spread.peak < 2100, "twice as high after two hours"


def test_the_bound() -> None:
    spread = learnt(*[1000.0] * 50)
    assert 3900 < spread.bound(4.0, 1.0) < 4100
    assert learnt(10.0, 1000.0, 10.0, 1000.0).bound(2.0, 50.0) > 1e6


@given(st.lists(st.floats(0, 1e15), max_size=50), st.lists(st.floats(0, 1e15), max_size=20))
def test_saved_and_restored_exactly(before: list[float], after: list[float]) -> None:
    one = learnt(*before)
    other = Spread.load(one.save())
    for amount in after:
        one.learn(amount, learning=False)
        other.learn(amount, learning=False)
    assert one.save() == other.save()


@pytest.mark.parametrize("garbage", [[], [1.0] * 5, [float("nan")] * 4, [1e9] * 4, ["x"] * 4])
def test_garbage_is_refused(garbage: list[float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Spread.load(garbage)
