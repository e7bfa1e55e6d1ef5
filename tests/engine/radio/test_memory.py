"""What is remembered of the radio."""

import pytest

from custom_components.secure_hub.engine.radio.memory import MAX_BANS, MAX_JOINS, Ban, Join, RadioMemory

BULB = "00:00:00:00:00:00:00:01"


def ieee(number: int) -> str:
    return number.to_bytes(8).hex(":")


def test_bans() -> None:
    memory = RadioMemory().with_ban(BULB, Ban(1.0, reason="first")).evicted(BULB, 5.0).with_ban(BULB, Ban(9.0))
    assert memory.bans[BULB] == Ban(1.0, reason="first", evictions=1, last_eviction=5.0)
    assert memory.without_ban(BULB) == RadioMemory() == memory.without_ban(BULB).without_ban(BULB)


def test_there_are_not_too_many() -> None:
    full = RadioMemory(bans={ieee(number): Ban(0.0) for number in range(MAX_BANS)})
    assert full.with_ban(ieee(0), Ban(1.0)) == full
    with pytest.raises(OverflowError):
        full.with_ban(ieee(MAX_BANS), Ban(1.0))
    memory = RadioMemory()
    for number in range(MAX_JOINS + 1):
        memory = memory.with_join(ieee(number), Join(float(number), asked=True))
    assert len(memory.joins) == MAX_JOINS
    assert ieee(0) not in memory.joins
