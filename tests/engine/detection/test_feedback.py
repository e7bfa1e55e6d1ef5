"""What a person said is normal."""

from dataclasses import replace

import pytest

from custom_components.secure_hub.engine.detection.feedback import Feedback, Normal
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity

FOUND = Finding("a", 100.0, FindingKind.BEACON, Severity.MEDIUM, 0.6, "", "x tcp port 99", "It.")


@pytest.mark.parametrize(
    ("normal", "covered"),
    [
        (Normal(FindingKind.BEACON), True),
        (Normal(FindingKind.FLOOD), False),
        (Normal(FindingKind.BEACON, "a", "x tcp port 99"), True),
        (Normal(FindingKind.BEACON, "b"), False),
        (Normal(FindingKind.BEACON, subject="y"), False),
        (Normal(FindingKind.BEACON, until=101.0), True),
        (Normal(FindingKind.BEACON, until=100.0), False),
    ],
)
def test_scope_and_time(normal: Normal, *, covered: bool) -> None:
    feedback = Feedback()
    feedback.add(normal)
    assert feedback.is_normal(FOUND) is covered


def test_taken_back() -> None:
    feedback = Feedback()
    said = [
        Normal(FindingKind.BEACON, "a", "x tcp port 99", until=500.0),
        Normal(FindingKind.BEACON),
        Normal(FOUND.kind, "b"),
    ]
    for normal in said:
        feedback.add(normal)
    assert list(feedback) == said
    assert feedback.take_back(Normal(FindingKind.BEACON, "a", "x tcp port 99"))
    assert feedback.is_normal(FOUND), "it was said of all, too"
    assert feedback.take_back(Normal(FindingKind.BEACON))
    assert not feedback.is_normal(FOUND)
    assert not feedback.take_back(Normal(FindingKind.BEACON))
    assert list(feedback) == said[2:]


def test_bounded_swept_saved_and_restored() -> None:
    feedback = Feedback()
    for number in range(1000):
        feedback.add(Normal(FindingKind.BEACON, str(number), until=float(number)))
        feedback.add(Normal(FindingKind.BEACON, str(number)))
    assert len(feedback) == 256
    feedback.add(Normal(FindingKind.FLOOD, until=50.0))
    feedback.sweep(60.0)
    assert not feedback.is_normal(replace(FOUND, kind=FindingKind.FLOOD, time=1.0))
    other = Feedback()
    other.load(feedback.save())
    assert other.save() == feedback.save()
