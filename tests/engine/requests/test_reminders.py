"""Which updates people are asked about."""

import pytest

from custom_components.secure_hub.engine.firmware.status import FirmwareState, FirmwareStatus, Why
from custom_components.secure_hub.engine.requests.model import Ask, Kind
from custom_components.secure_hub.engine.requests.reminders import NEAR, reminder

NOW = 1_800_000_000.0
DETAIL = "1.0 -> 1.1"


def status(state: FirmwareState, deadline: float | None, snoozed: float | None = None, **other: str) -> FirmwareStatus:
    known = {"installed": "1.0", "latest": "1.1", "entity_id": "update.plug"} | other
    return FirmwareStatus(state, Why.OFFERED, deadline=deadline, snoozed_until=snoozed, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "family"),
    [
        (status(FirmwareState.OVERDUE, NOW - 1), "overdue 1.1"),
        (status(FirmwareState.UPDATE_AVAILABLE, NOW + NEAR), "due 1.1"),
        (status(FirmwareState.UPDATE_AVAILABLE, NOW + NEAR + 1), None),
        (status(FirmwareState.UPDATE_AVAILABLE, None), None),
        (status(FirmwareState.OVERDUE, NOW - 1, NOW + 1), None),
        (status(FirmwareState.OVERDUE, NOW - 1, NOW - 1), "overdue 1.1"),
        (status(FirmwareState.UPDATING, NOW - 1), None),
        (FirmwareStatus(FirmwareState.OVERDUE, Why.FIX_EXISTS, deadline=NOW), None),
    ],
)
def test_reminder(what: FirmwareStatus, family: str | None) -> None:
    expected = None if family is None else Ask("plug", Kind.UPDATE, family, detail=DETAIL)
    assert reminder("plug", what, NOW) == expected


def test_versions_are_bounded() -> None:
    ask = reminder("plug", status(FirmwareState.OVERDUE, NOW, latest="9" * 500), NOW)
    assert ask is not None
    assert len(ask.family) < 120
