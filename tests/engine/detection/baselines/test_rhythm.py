"""Calls by the clock to somebody new."""

from random import Random

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
