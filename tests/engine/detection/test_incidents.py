"""Findings gathered into incidents."""

from dataclasses import asdict, replace
from itertools import count
import json
from typing import Any

import pytest

from custom_components.secure_hub.engine.detection.context import Context
from custom_components.secure_hub.engine.detection.feedback import Normal
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.incidents import QUIET, Incidents, Judgement

NEWS = Finding("cam", 100.0, FindingKind.NEW_SERVICE, Severity.LOW, 0.3, "", "x", "It called.")
BEACON = Finding("cam", 200.0, FindingKind.BEACON, Severity.MEDIUM, 0.6, "T1571", "x", "It beacons.")
SCAN = Finding("cam", 300.0, FindingKind.HORIZONTAL_SCAN, Severity.HIGH, 0.9, "T1046", "x", "It scans.")


class Box(Incidents):
    """Incidents with ids that count."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self.ids = map(str, count())

    def tell(self, finding: Finding, context: Context | None = None) -> Judgement:
        """Add one that nobody called normal."""
        judgement = self.add(finding, context or Context(), lambda: next(self.ids))
        assert judgement is not None
        return judgement


def test_findings_gather_and_escalate() -> None:
    box = Box()
    first, again = box.tell(NEWS), box.tell(replace(NEWS, time=150.0, subject="y"))
    assert (first.opened, first.escalated, again.opened, again.escalated) == (True, True, False, False)
    worse, worst = box.tell(BEACON), box.tell(SCAN)
    assert (worse.escalated, worst.escalated) == (True, True)
    incident = worst.incident
    assert [it.finding.kind for it in incident.events] == [NEWS.kind, NEWS.kind, BEACON.kind, SCAN.kind]
    assert (incident.opened, incident.updated, incident.worst, incident.severity) == (100.0, 300.0, SCAN, Severity.HIGH)
    assert incident.confidence == pytest.approx(1 - 0.1 * 0.4)
    assert incident.score == 96
    assert incident.by_hallmark
    assert box.open == [incident] == list(box)


def test_what_is_slight_is_not_much_together() -> None:
    box = Box()
    for number in range(50):
        box.tell(replace(NEWS, subject=str(number)))
    incident = box.of("cam")
    assert incident is not None
    assert (incident.severity, incident.score, incident.count, len(incident.events)) == (Severity.LOW, 9, 50, 32)
    assert not replace(incident).by_hallmark


def test_what_is_grave_is_not_crowded_out() -> None:
    box = Box()
    for number in range(8):
        box.tell(replace(NEWS, subject=str(number)))
    box.tell(replace(BEACON, time=150.0))
    box.tell(SCAN)
    for number in range(8, 60):
        last = box.tell(replace(NEWS, time=400.0 + number, subject=str(number)))
    incident = last.incident
    assert (incident.severity, incident.worst, incident.by_hallmark) == (Severity.HIGH, SCAN, True)
    assert incident.confidence == pytest.approx(1 - 0.1 * 0.4)
    assert (len(incident.events), incident.updated) == (32, 459.0)


def test_every_kind_at_once_leaves_the_gravest() -> None:
    box = Box()
    box.tell(SCAN)
    for number, kind in enumerate(FindingKind):
        last = box.tell(replace(NEWS, kind=kind, time=400.0 + number, subject="z"))
    assert len(last.incident.events) == 32
    assert (last.incident.worst, last.incident.updated) == (SCAN, 400.0 + number)


def test_three_of_medium_severity_are_grave_together() -> None:
    box = Box()
    for kind in (FindingKind.BEACON, FindingKind.DEAD_CONTACT, FindingKind.STRANGERS):
        last = box.tell(replace(BEACON, kind=kind))
    assert last.escalated
    assert last.incident.severity is Severity.HIGH
    assert not last.incident.by_hallmark


def test_context_weighs() -> None:
    box = Box()
    odd = replace(BEACON, kind=FindingKind.UNUSUAL_VOLUME)
    incident = box.tell(odd, Context(commanded=2.0)).incident
    assert (incident.severity, incident.worst.confidence, incident.events[0].context) == (
        Severity.LOW,
        0.3,
        "commanded",
    )
    later = box.tell(replace(odd, kind=FindingKind.STRANGERS), Context(away=True))
    assert later.escalated
    assert later.incident.severity is Severity.HIGH
    assert not later.incident.by_hallmark, "no person is spared the question by what only is unusual"


def test_what_is_normal_is_no_incident() -> None:
    box = Box()
    box.feedback.add(Normal(FindingKind.BEACON, "cam", "x", until=1000.0))
    assert box.add(BEACON, Context(), str) is None
    box.tell(replace(BEACON, time=1000.0))


@pytest.mark.parametrize("by", [10 * QUIET, -10 * QUIET])
def test_a_clock_that_is_set_ends_nothing_earlier_nor_later(by: float) -> None:
    box = Box()
    box.feedback.add(Normal(FindingKind.BEACON, "cam", "x", until=1e7))
    incident = box.tell(SCAN).incident
    half = incident.updated + QUIET / 2
    assert not box.sweep(half)
    box.clock_set(half + by, by)
    kept = Box()
    kept.load(json.loads(json.dumps(box.save())))
    assert kept.save() == box.save()
    assert not kept.sweep(half + by + QUIET / 2)
    assert kept.of("cam") is not None
    assert kept.of("cam").updated == incident.updated, "it was found when it was"
    assert [it.until for it in box.feedback] == [1e7 + by]
    assert kept.sweep(half + by + QUIET / 2 + 1)
    later = box.tell(replace(SCAN, time=half + by)).incident
    assert later.quiet_since == half + by
    box.clock_set(half + by - 1)
    assert not box.sweep(half + by - 1 + QUIET), "what lay ahead of the clock begins to be quiet now"


def test_they_end() -> None:
    box = Box()
    incident = box.tell(SCAN).incident
    assert box.sweep(300.0 + QUIET) == []
    assert box.sweep(301.0 + QUIET, keep=frozenset({"cam"})) == []
    (over,) = box.sweep(301.0 + QUIET)
    assert (over.id, over.reason) == (incident.id, "quiet")
    assert box.of("cam") is None
    assert box.close(incident.id, "resolved", 1.0) is None
    assert box.close("no", "resolved", 1.0) is None
    assert box.tell(SCAN).opened, "the next is another one"
    assert box.get(incident.id) == over


def test_bounded() -> None:
    box = Box()
    for number in range(600):
        box.tell(replace(SCAN, asset=str(number)))
        if number % 3:
            box.close(str(number), "resolved", 1.0)
    assert len(list(box)) == 512
    assert all(box.of(it.asset) == it for it in box.open)
    for number in range(600, 1200):
        box.tell(replace(SCAN, asset=str(number)))
    assert len(box.open) == 512


def test_two_assets_that_are_one() -> None:
    box = Box()
    box.tell(SCAN)
    box.move("one", "cam")
    box.move("one", "nobody")
    moved = box.of("one")
    assert moved is not None
    assert box.of("cam") is None
    box.tell(SCAN)
    box.move("one", "cam")
    assert box.open == [moved]


def test_saved_and_restored_exactly() -> None:
    box, other = Box(), Incidents()
    for finding in (NEWS, BEACON, SCAN, replace(SCAN, asset="tv")):
        box.tell(finding)
    box.close("1", "resolved", 400.0)
    box.feedback.add(Normal(FindingKind.FLOOD, "cam"))
    other.load(json.loads(json.dumps(box.save())))
    assert other.save() == box.save()
    assert other.open == box.open


def test_what_was_saved_at_first_is_understood() -> None:
    box = Incidents()
    finding = {**asdict(BEACON), "kind": BEACON.kind.value, "severity": "medium"}
    old = {"finding": finding, "confidence": 0.3, "context": "commanded"}
    incident = {"id": "1", "asset": "cam", "opened": 1.0, "events": [old], "count": 1, "closed": None, "reason": ""}
    box.load({"incidents": [incident], "normal": []})
    (read,) = box.open
    assert (read.worst.confidence, read.events[0].context) == (0.3, "commanded")


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"incidents": 5, "normal": []},
        {"incidents": [{}], "normal": []},
        {"incidents": [], "normal": [{"kind": "x"}]},
        {"incidents": [{"events": [], "id": 1}], "normal": []},
    ],
)
def test_garbage_is_refused_and_changes_nothing(garbage: dict[str, Any]) -> None:
    box = Box()
    box.tell(SCAN)
    before = box.save()
    with pytest.raises(ValueError, match=r"."):
        box.load(garbage)
    assert box.save() == before
