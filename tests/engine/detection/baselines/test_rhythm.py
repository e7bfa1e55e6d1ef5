"""Calls by the clock to somebody new."""

from random import Random
from typing import Any

import pytest

from custom_components.secure_hub.engine.detection.baselines.rhythm import CALLS, Rhythm


def test_calls_by_the_clock() -> None:
    rhythm = Rhythm()
    said = [rhythm.call("198.51.100.7", 443, 60.0 * it) for it in range(CALLS)]
    assert said == [*[None] * (CALLS - 1), 60.0]


def test_retries_and_people_are_no_clock() -> None:
    rhythm, random = Rhythm(), Random(1)
    assert not any(rhythm.call("198.51.100.7", 443, float(it)) for it in range(30) for _ in range(2) if it < 4)
    time = 0.0
    for _ in range(200):
        time += random.expovariate(1 / 300)
        assert rhythm.call("203.0.113.9", 443, time) is None


@pytest.mark.parametrize("garbage", [[["a", 1, 0.0]], [["a", 1, 0.0, ["x"]]], [["a", 1, float("nan"), []]]])
def test_garbage_is_refused(garbage: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        Rhythm.load(garbage)


def test_saved_and_restored_in_bounds() -> None:
    rhythm = Rhythm()
    for number in range(30):
        rhythm.call(f"198.51.100.{number}", 443, 60.0 * number)
    assert Rhythm.load(rhythm.save() * 2).save() == rhythm.save()
