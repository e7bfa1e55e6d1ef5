"""What is to be done, and by whom it was done."""

from dataclasses import replace
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import AssetClass
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.incidents import Event, Incident
from custom_components.secure_hub.engine.response.playbooks import AUTOMATIC, PlaybookName, Step
from custom_components.secure_hub.engine.response.responder import (
    COOLING,
    PROBATION,
    Responder,
    Response,
    Settings,
    Suspect,
)

SCAN = Finding("cam", 0.0, FindingKind.HORIZONTAL_SCAN, Severity.HIGH, 0.9, "T1046", "x", "It scans.")
BEACON = replace(SCAN, kind=FindingKind.BEACON, severity=Severity.MEDIUM, confidence=0.6)
STRICT = Settings(PlaybookName.QUARANTINE)
SUSPECT, CRITICAL = Suspect(AssetClass.CAMERA), Suspect(AssetClass.CAMERA, critical=True)
DAY = 86_400.0


def incident(finding: Finding = SCAN, asset: str = "cam") -> Incident:
    return Incident("1", asset, 0.0, (Event(finding),))


def test_the_playbook_is_followed() -> None:
    box = Responder()
    said = [box.respond(incident(), Settings(name), SUSPECT, 0.0).step for name in PlaybookName]
    assert said == [Step.NOTIFY, Step.ASK, Step.RESTRICT, Step.QUARANTINE, Step.QUARANTINE]
    assert box.respond(incident(BEACON), STRICT, SUSPECT, 0.0).step is Step.ASK


def test_what_is_on_the_radio_can_be_sent_away() -> None:
    box, settings, radio = Responder(), Settings(PlaybookName.EVICT), Suspect(radio=True)
    assert box.respond(incident(), settings, radio, 0.0) == Response(Step.EVICT, "playbook", Step.EVICT)
    assert box.respond(incident(BEACON), settings, radio, 0.0).step is Step.ASK
    for refused in (replace(settings, dry_run=True), replace(settings, ask_classes=frozenset({AssetClass.UNKNOWN}))):
        asked = box.respond(incident(), refused, radio, 0.0)
        assert (asked.step, asked.wanted) == (Step.ASK, Step.EVICT)
    assert box.respond(incident(), STRICT, radio, 0.0).step is Step.QUARANTINE


def test_what_is_cut_off_already_is_only_told_of() -> None:
    response = Responder().respond(incident(), STRICT, replace(SUSPECT, cut_off=True), 0.0)
    assert (response.step, response.reason) == (Step.NOTIFY, "contained")


def test_a_kind_of_device_that_a_person_decides_about() -> None:
    settings = replace(STRICT, ask_classes=frozenset({AssetClass.CAMERA}))
    assert Responder().respond(incident(), settings, SUSPECT, 0.0).reason == "critical"
    assert Responder().respond(incident(), settings, Suspect(AssetClass.MEDIA), 0.0).step is Step.QUARANTINE


@pytest.mark.parametrize(
    ("finding", "settings", "critical", "reason"),
    [
        (SCAN, STRICT, True, "critical"),
        (replace(SCAN, confidence=0.7), STRICT, False, "unsure"),
        (replace(SCAN, kind=FindingKind.UNUSUAL_VOLUME), STRICT, False, "unsure"),
        (SCAN, replace(STRICT, budget=0), False, "budget"),
        (SCAN, replace(STRICT, dry_run=True), False, "dry_run"),
    ],
)
def test_a_person_is_asked_instead(finding: Finding, settings: Settings, reason: str, *, critical: bool) -> None:
    response = Responder().respond(incident(finding), settings, Suspect(critical=critical), 0.0)
    assert (response.step, response.reason, response.wanted) == (Step.ASK, reason, Step.QUARANTINE)


def test_a_budget_for_a_day() -> None:
    box = Responder()
    for number in range(5):
        one = incident(asset=str(number))
        response = box.respond(one, STRICT, SUSPECT, float(number))
        assert (response.reason == "budget") is (number > 2)
        if response.step in AUTOMATIC:
            box.note_contained(one, response.step, float(number))
    assert box.respond(incident(), STRICT, SUSPECT, DAY + 1).step is Step.QUARANTINE


def test_released_by_a_person_it_cools_off() -> None:
    box = Responder()
    box.note_contained(incident(), Step.RESTRICT, 0.0, "trusted")
    assert box.respond(incident(), STRICT, SUSPECT, 1.0).reason == "contained"
    done = box.note_released("cam", 10.0, watch=False)
    assert done is not None
    assert done.profile == "trusted"
    assert box.respond(incident(), STRICT, SUSPECT, 11.0).reason == "cooling"
    assert box.respond(incident(), STRICT, SUSPECT, 11.0 + COOLING).step is Step.QUARANTINE


def test_a_clock_that_is_set_changes_no_term() -> None:
    for by in (-5 * DAY, 5 * DAY):
        box, settings = Responder(), replace(STRICT, release_after=DAY)
        box.note_contained(incident(), Step.QUARANTINE, 0.0)
        box.note_released("tv", 0.0, watch=True)
        box.clock_set(1.0 + by, by)
        assert box.due(settings, by + DAY - 1) == []
        assert box.due(settings, by + DAY) == ["cam"]
        assert box.passed(by + PROBATION - 1) == []
        assert box.passed(by + PROBATION) == ["tv"]
        watched = box.respond(incident(asset="tv"), STRICT, SUSPECT, by + COOLING - 1)
        assert watched.reason == "cooling"
        assert box.respond(incident(asset="tv"), STRICT, SUSPECT, by + COOLING).step is Step.QUARANTINE


def test_what_lies_ahead_of_the_clock_counts_from_now() -> None:
    box, settings = Responder(), replace(STRICT, release_after=DAY)
    box.note_contained(incident(), Step.QUARANTINE, 5 * DAY)
    box.note_released("tv", 5 * DAY, watch=True)
    box.clock_set(0.0)
    assert box.due(settings, DAY) == ["cam"]
    assert box.passed(PROBATION) == ["tv"]
    assert box.respond(incident(asset="tv"), STRICT, SUSPECT, COOLING).step is Step.QUARANTINE


def test_what_is_harsher_than_what_was_done() -> None:
    box, one = Responder(), incident()
    quarantine = Response(Step.QUARANTINE, "playbook", Step.QUARANTINE)
    asked = Response(Step.ASK, "unsure", Step.QUARANTINE)
    assert box.is_harsher(one, Response(Step.NOTE, "playbook", Step.NOTE)), "nothing was done yet"
    box.note_answered(one, asked)
    assert not box.is_harsher(one, replace(asked, reason="budget"))
    assert box.is_harsher(one, quarantine)
    assert not box.is_isolated(one)
    box.note_answered(one, quarantine)
    assert not box.is_harsher(one, Response(Step.NOTIFY, "contained", Step.QUARANTINE))
    box.note_answered(one, Response(Step.NOTIFY, "contained", Step.QUARANTINE))
    assert box.is_isolated(one), "being told once more lets nobody go"
    assert box.answer(one) == quarantine


@pytest.mark.parametrize(
    ("reason", "over"), [("cooling", True), ("budget", True), ("dry_run", True), ("unsure", False)]
)
def test_a_refusal_that_holds_no_longer(reason: str, *, over: bool) -> None:
    box, one = Responder(), incident()
    assert not box.is_refusal_over(one, STRICT, SUSPECT, 0.0), "nobody was asked"
    box.note_answered(one, Response(Step.ASK, reason, Step.QUARANTINE))
    assert box.is_refusal_over(one, STRICT, SUSPECT, 0.0) is over
    assert not box.is_refusal_over(one, replace(STRICT, dry_run=True), SUSPECT, 0.0)


def test_a_playbook_for_a_kind_of_device() -> None:
    settings = replace(STRICT, playbooks={AssetClass.CAMERA: PlaybookName.NOTIFY})
    assert Responder().respond(incident(), settings, SUSPECT, 0.0).step is Step.NOTIFY
    assert Responder().respond(incident(), settings, Suspect(AssetClass.MEDIA), 0.0).step is Step.QUARANTINE


def test_on_probation_less_is_enough() -> None:
    box = Responder()
    box.note_released("cam", 0.0, watch=True)
    response = box.respond(incident(BEACON), Settings(), SUSPECT, 1.0)
    assert (response.step, response.reason) == (Step.QUARANTINE, "probation")
    assert box.respond(incident(BEACON), Settings(), CRITICAL, 1.0).step is Step.ASK
    slight = replace(BEACON, severity=Severity.LOW)
    assert box.respond(incident(slight), Settings(), SUSPECT, 1.0).step is Step.NOTE
    assert box.passed(PROBATION - 1) == []
    assert box.passed(PROBATION) == ["cam"]
    assert box.respond(incident(BEACON), Settings(), SUSPECT, PROBATION).step is Step.ASK


def test_automatic_release() -> None:
    box = Responder()
    box.note_contained(incident(), Step.QUARANTINE, 0.0)
    assert box.due(STRICT, DAY) == []
    assert box.due(replace(STRICT, release_after=DAY), DAY - 1) == []
    assert box.due(replace(STRICT, release_after=DAY), DAY) == ["cam"]
    box.forget("cam")
    assert box.due(replace(STRICT, release_after=DAY), DAY) == []


def test_bounded() -> None:
    box = Responder()
    for number in range(3000):
        box.note_contained(incident(asset=str(number)), Step.QUARANTINE, number * DAY)
        box.note_released(f"x{number}", number * DAY, watch=True)
        box.respond(incident(asset="y"), STRICT, SUSPECT, number * DAY)
        box.note_answered(replace(incident(), id=str(number)), Response(Step.ASK, "unsure", Step.ASK))
    assert len(box.contained) == len(box.probation) == 1024
    assert len(box._acted) <= 2
    assert len(box.save()["answers"]) == 1024


def test_saved_and_restored_exactly() -> None:
    box, other = Responder(), Responder()
    box.note_contained(incident(), Step.RESTRICT, 5.0, "trusted")
    box.note_contained(incident(asset="tv"), Step.QUARANTINE, 6.0)
    box.note_released("tv", 7.0, watch=True)
    box.note_answered(incident(), Response(Step.ASK, "budget", Step.QUARANTINE))
    saved = json.loads(json.dumps(box.save()))
    other.load(saved)
    assert other.save() == box.save()
    assert other.contained == box.contained
    assert other.answer(incident()) == box.answer(incident())
    del saved["answers"]
    other.load(saved)
    assert other.answer(incident()) is None, "they were not saved at first"


@pytest.mark.parametrize(
    "garbage", [{}, {"contained": [], "probation": {}, "acted": [], "let_go": {}}, {"contained": {"a": [1, 2, "x", 0]}}]
)
def test_garbage_is_refused(garbage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Responder().load(garbage)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.floats(0, 4 * DAY), st.booleans()), max_size=40),
    st.integers(0, 4),
)
def test_never_a_critical_one_and_never_more_than_the_budget(
    story: list[tuple[str, bool, float, bool]], budget: int
) -> None:
    box, settings = Responder(), replace(STRICT, budget=budget)
    acted: list[float] = []
    for asset, critical, now, watch in sorted(story, key=lambda it: it[2]):
        if asset in box.contained:
            box.note_released(asset, now, watch=watch)
        one = incident(asset=asset)
        step = box.respond(one, settings, Suspect(critical=critical), now).step
        if step in AUTOMATIC:
            assert not critical
            box.note_contained(one, step, now)
            acted.append(now)
        assert sum(now - it < DAY for it in acted) <= budget
