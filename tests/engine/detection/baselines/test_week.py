"""What each hour of the week sees."""

import pytest

from custom_components.secure_hub.engine.detection.baselines.week import HOURS, Week, hour_of_week


def test_hours() -> None:
    assert [hour_of_week(it) for it in (0.0, 3599.0, 3600.0, 7 * 86_400.0)] == [0, 0, 1, 0]


def test_an_hour_that_is_not_known_says_nothing() -> None:
    week = Week()
    for _ in range(119):
        week.learn(5, 100.0)
    assert week.bound(5, 1.0, 1.0) is None


def test_neighbours_count_so_that_clocks_may_change() -> None:
    week = Week()
    for _ in range(120):
        week.learn(0, 1e6)
    bounds = [week.bound(it, 2.0, 1.0) for it in (HOURS - 1, 0, 1, 2)]
    assert bounds[:3] == [bounds[0]] * 3
    assert bounds[0] is not None
    assert 2e6 < bounds[0] < 4e6
    assert bounds[3] is None


def test_one_outlier_moves_little() -> None:
    week = Week()
    for _ in range(150):
        week.learn(7, 1000.0)
    before = week.bound(7, 1.0, 1.0)
    week.learn(7, 1e12, learning=False)
    after = week.bound(7, 1.0, 1.0)
    assert before is not None
    assert after is not None
    assert after < 1.2 * before


def test_saved_and_restored_exactly() -> None:
    week = Week()
    for hour in range(HOURS):
        week.learn(hour, hour * 1000.0)
        week.learn(hour, hour * 10.0)
    assert Week.load(week.save()).save() == week.save()


@pytest.mark.parametrize("garbage", [b"", b"\xff" * HOURS * 14, b"x" * 11])
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Week.load(garbage)


def test_what_is_done_at_an_hour_of_another_day_is_usual_there() -> None:
    week = Week()
    for _ in range(150):
        week.learn(20, 1e6)
        week.learn(3, 10.0)
    day, night = week.bound(20 + 48, 2.0, 1.0), week.bound(3 + 48, 2.0, 1.0)
    assert day is not None
    assert night is not None
    assert day > 1e6 > night
