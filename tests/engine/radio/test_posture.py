"""What is judged well of a Zigbee network, and what not."""

from dataclasses import replace
import json
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.posture import MAX_NAMED, score
from custom_components.secure_hub.engine.radio.memory import Join
from custom_components.secure_hub.engine.radio.posture import (
    DAY,
    HINTS,
    LEFT_OPEN_S,
    WEIGHTS,
    WELL_KNOWN_KEYS,
    Check,
    Facts,
    examine,
)
from custom_components.secure_hub.engine.radio.signal import MAX_DEVICES, MIN_FRAMES, Signals

NOW = 1_790_000_000.0
BULB, PLUG = "00:00:00:00:00:00:00:01", "00:00:00:00:00:00:00:02"
RANDOM = bytes.fromhex("8f1c63e02ab7594dd03c7e159a62f4b8")
GOOD = Facts(
    network_key=RANDOM,
    joins={BULB: Join(NOW - 5, asked=True, trusted=True)},
    insecure_rejoins=(),
    rejects_insecure_rejoins=True,
    routers=frozenset({PLUG}),
    end_devices=frozenset({BULB}),
    firmware="7.4.4.0 build 0",
    backup_at=NOW - DAY,
)


def bad(facts: Facts) -> dict[Check, str]:
    """What is not well, and what that rests on."""
    return {item.check: item.evidence for item in examine(facts, NOW) if item.well is False}


def test_a_network_that_is_kept_well() -> None:
    assert bad(GOOD) == {}
    assert score(examine(GOOD, NOW), WEIGHTS) == 100
    assert sum(WEIGHTS.values()) == 100
    assert {item.outcome for item in examine(GOOD, NOW)} == {"good"}


@pytest.mark.parametrize(
    ("change", "check", "evidence"),
    [
        ({"open_since": NOW - LEFT_OPEN_S - 60}, Check.LEFT_OPEN, "16 min"),
        ({"accepting": frozenset({PLUG})}, Check.LEFT_OPEN, PLUG),
        ({"joins": {BULB: Join(NOW - 5, asked=False, trusted=True)}}, Check.UNASKED_JOINS, BULB),
        ({"joins": {BULB: Join(NOW - 5, asked=True)}}, Check.TRUSTED_JOINS, BULB),
        ({"insecure_rejoins": ((NOW - 5, PLUG), (NOW - 90 * DAY, BULB))}, Check.INSECURE_REJOINS, PLUG),
        ({"rejects_insecure_rejoins": False}, Check.TRUST_CENTRE, ""),
        ({"routers": frozenset({BULB})}, Check.ROUTERS, BULB),
        ({"cut_off": frozenset({PLUG})}, Check.ROUTERS, PLUG),
        ({"collapsed": (BULB,)}, Check.SIGNAL, BULB),
        ({"firmware": "6.10.3.0 build 297"}, Check.FIRMWARE, "6.10.3.0 build 297"),
        ({"firmware": "Z-Stack 3.30.9 (build 20220219)"}, Check.FIRMWARE, "Z-Stack 3.30.9 (build 20220219)"),
        ({"backup_at": NOW - 40 * DAY}, Check.BACKUP, "40 d"),
        ({"backup_at": 0.0}, Check.BACKUP, ""),
    ],
)
def test_each_fault_by_itself(change: dict[str, Any], check: Check, evidence: str) -> None:
    assert bad(replace(GOOD, **change)) == {check: evidence}


@pytest.mark.parametrize(
    "key",
    [
        *sorted(WELL_KNOWN_KEYS),
        bytes(16),
        b"\xff" * 16,
        bytes(range(16)),
        bytes(range(0, 160, 10)),
        b"abababababababab",
    ],
)
def test_keys_that_are_no_secret(key: bytes) -> None:
    assert Check.NETWORK_KEY in bad(replace(GOOD, network_key=key))


@given(st.integers(0, 100_000))
def test_a_random_key_is_one(seed: int) -> None:
    assert Check.NETWORK_KEY not in bad(replace(GOOD, network_key=Random(seed).randbytes(16)))


def test_what_is_unknown_counts_neither_way() -> None:
    items = {item.check: item.well for item in examine(Facts(), NOW)}
    assert {check for check, well in items.items() if well is None} == {
        *(Check.NETWORK_KEY, Check.TRUSTED_JOINS, Check.INSECURE_REJOINS, Check.TRUST_CENTRE),
        *(Check.FIRMWARE, Check.BACKUP),
    }
    assert score(examine(Facts(), NOW), WEIGHTS) == 100
    assert score((), WEIGHTS) is None
    assert RANDOM.hex() not in repr(GOOD)
    for strange in ("virtual", "", "20991399"):
        assert Check.FIRMWARE not in bad(replace(GOOD, firmware=strange))


def test_evidence_is_bounded() -> None:
    many = frozenset(number.to_bytes(8).hex(":") for number in range(40))
    evidence = bad(replace(GOOD, accepting=many))[Check.LEFT_OPEN]
    assert evidence.count(",") == MAX_NAMED - 1
    assert evidence.endswith("(+30)")


def test_every_fault_has_a_mend_in_words() -> None:
    texts = Path(__file__).parents[3] / "custom_components/secure_hub/translations/en.json"
    issues = json.loads(texts.read_text(encoding="utf-8"))["issues"]
    assert {f"zigbee_{check.value}" for check in set(Check) - HINTS} <= issues.keys()


def test_a_link_that_collapses() -> None:
    signals = Signals()
    for _ in range(MIN_FRAMES * 4):
        signals.note(BULB, 200)
        signals.note(PLUG, 40)
    assert signals.collapsed == ()
    for _ in range(30):
        signals.note(BULB, 20)
        signals.note(PLUG, 5)
    assert signals.collapsed == (BULB,), "the other was never good"
    for number in range(MAX_DEVICES):
        signals.note(f"new{number}", 1)
    assert signals.collapsed == ()
