"""What is remembered of devices' software comes back as it was, and nothing else does."""

from dataclasses import replace
import json

import pytest

from custom_components.secure_hub.adapters.firmware_store import MAX_ROLLOUTS, FirmwareMemory, decode, encode
from custom_components.secure_hub.adapters.storage_codec import StoreValueError
from custom_components.secure_hub.engine.firmware.deadlines import Severity, Snooze
from custom_components.secure_hub.engine.firmware.rings import MAX_ITEMS, BackupState, Item, ItemState, Reason, Rollout
from custom_components.secure_hub.engine.firmware.settings import WhenOverdue
from custom_components.secure_hub.engine.firmware.tracking import Ran, Tracked, Waiting

ITEM = Item(
    "a",
    "update.a",
    "lane",
    "zigbee",
    "1.0",
    "2.0",
    can_revert=True,
    ring=2,
    state=ItemState.FAILED,
    since=5.0,
    attempts=1,
    sick_since=4.0,
    reason=Reason.UNHEALTHY,
    detail="x",
    absent=frozenset({"light.x"}),
)
FULL = FirmwareMemory(
    {
        "a": Tracked(
            (Ran("1.0", 1.0), Ran("2.0", 2.0)),
            Waiting(3.0, "3.0", "update.a", 4.0),
            "2.5",
            "no",
            Snooze(9.0, "away", "somebody"),
            ((Severity.CRITICAL, 7.0),),
            told=True,
        ),
        "b": Tracked(),
    },
    (Rollout("r", 1.0, "me", {"a": ITEM}, immediate=True, backup=BackupState.DONE, ended=6.0), Rollout("q", 0.0, None)),
    {"a": WhenOverdue.LOCAL_ONLY},
)


def test_everything_comes_back() -> None:
    assert decode(json.loads(json.dumps(encode(FULL)))) == FULL


def test_too_much_is_refused() -> None:
    many = replace(FULL, rollouts=FULL.rollouts[1:] * (MAX_ROLLOUTS + 1))
    with pytest.raises(StoreValueError):
        encode(many)
    data = encode(FULL)
    with pytest.raises(StoreValueError):
        decode(data | {"rollouts": data["rollouts"] * MAX_ROLLOUTS})
    data["rollouts"][0]["items"] *= MAX_ITEMS + 1
    with pytest.raises(StoreValueError):
        decode(data)


@pytest.mark.parametrize("member", ["tracked", "rollouts", "restricted"])
def test_what_was_never_written_is_refused(member: str) -> None:
    data = encode(FULL)
    for wrong in (None, 5, {"a": 1}, [1]):
        with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
            decode(data | {member: wrong})
