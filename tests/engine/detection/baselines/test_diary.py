"""What each of the last hours saw."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.baselines.diary import HOUR, Amount, Diary
from custom_components.secure_hub.engine.detection.baselines.week import HOURS

times = st.integers(0, 3 * HOURS).map(lambda hour: float(hour * HOUR))


def test_an_hour_adds_up_and_has_a_peak() -> None:
    diary = Diary(2)
    for amount in (10, 30, 20):
        diary.write(7 * HOUR + 5.0, (amount, 1))
    assert diary.read(0, 7) == Amount(60.0, 30.0)
    assert diary.read(1, 7) == Amount(3.0, 1.0)
    assert [diary.read(0, it) for it in (6, 8, 7 + HOURS)] == [Amount()] * 3


@given(st.lists(times, max_size=60))
def test_it_is_the_last_week_whatever_the_clock_does(seen: list[float]) -> None:
    diary, model, latest = Diary(1), dict[int, float](), -1
    for time in seen:
        diary.write(time, (1,))
        hour = int(time) // HOUR
        if hour <= latest - HOURS:
            model.clear()
            latest = hour
        latest = max(latest, hour)
        model[hour] = model.get(hour, 0.0) + 1.0
        model = {it: count for it, count in model.items() if it > latest - HOURS}
    assert {it: diary.read(0, it).total for it in range(4 * HOURS) if diary.read(0, it).total} == model
    assert Diary.load(diary.save(), 1).save() == diary.save()


@pytest.mark.parametrize("garbage", [{"latest": "x"}, {"totals": []}, {"most": ["AAAA"]}, {"totals": ["/" * 896]}])
def test_garbage_is_refused(garbage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Diary.load(Diary(1).save() | garbage, 1)
