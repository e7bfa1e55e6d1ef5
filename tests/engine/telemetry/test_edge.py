"""The edge: nothing leaves that nobody chose, and less than everything where numbers were chosen."""

import json

import pytest

from custom_components.secure_hub.engine.policy.scopes import Decision
from custom_components.secure_hub.engine.telemetry.edge import (
    DAYS,
    MAX_MEGABYTES,
    Form,
    Sends,
    TelemetrySettings,
    may_leave,
    outward,
    spelled,
)
from custom_components.secure_hub.engine.telemetry.record import Command, Conversation, Count, Name, Record

from .observed import NOON

RECORD = Record(
    "camera",
    NOON,
    {Count.SENT: 5, Count.BEGUN: 1},
    conversations=[Conversation("192.0.2.7", "cloud.example", "tcp", 443, sent=5, begun=1)],
    names=[Name("cloud.example", found=True, count=1)],
    commands=[Command(260, 6, 1, count=1)],
)


@pytest.mark.parametrize("told", [None, {}, [], "x", {"sends": "all"}, {"days": "many"}, {"sends": None}])
def test_nothing_leaves_by_default(told: object) -> None:
    settings = TelemetrySettings.of(told)
    assert settings == TelemetrySettings()
    assert not settings.leaves
    assert settings.days == DAYS


def test_settings_are_bounded() -> None:
    settings = TelemetrySettings.of(
        {"days": 0, "megabytes": 1e9, "sends": "counts", "syslog_host": "siem.example", "syslog_port": 0}
    )
    assert (settings.days, settings.megabytes, settings.syslog_port) == (1, MAX_MEGABYTES, 1)
    assert settings.leaves
    assert not TelemetrySettings.of({"sends": "everything"}).leaves, "nowhere to"


def test_only_what_may_be_shared_leaves() -> None:
    assert may_leave(Decision.ALLOW)
    assert not any(map(may_leave, (Decision.ASK, Decision.DENY, None)))


def test_numbers_name_nobody() -> None:
    assert outward(RECORD, Sends.NOTHING) is None
    assert outward(RECORD, Sends.EVERYTHING) == RECORD
    shown = outward(RECORD, Sends.COUNTS)
    assert shown
    for form in Form:
        text = "\n".join(spelled(shown, form))
        assert "example" not in text
        assert "192.0.2.7" not in text
    assert shown.counts == RECORD.counts
    assert shown.commands == RECORD.commands
    assert RECORD.conversations, "what is kept here is as it was"


def test_forms() -> None:
    (line,) = spelled(RECORD, Form.RECORDS)
    assert Record.from_line(line) == RECORD
    found = [json.loads(it)["class_uid"] for it in spelled(RECORD, Form.OCSF)]
    assert found == [4001, 4003, 4001]
