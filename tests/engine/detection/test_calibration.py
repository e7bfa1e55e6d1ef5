"""The budget of false alarms."""

from dataclasses import replace

from custom_components.secure_hub.engine.detection.calibration import Calibration
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity

WEEK = 7 * 86_400.0
SURE = Finding("a", 0.0, FindingKind.FLOOD, Severity.HIGH, 0.9, "", "x", "It.")
VAGUE = replace(SURE, kind=FindingKind.BEACON, confidence=0.5)


def test_without_a_baseline_all_is_said() -> None:
    assert Calibration(0.0).lets_through(VAGUE)


def test_the_least_sure_goes_first() -> None:
    calibration = Calibration(1.0)
    calibration.learn([VAGUE, replace(VAGUE, subject="y"), SURE], 1, WEEK)
    assert not calibration.lets_through(replace(VAGUE, asset="b"))
    assert calibration.lets_through(replace(SURE, asset="b"))
    assert not calibration.lets_through(SURE), "that was normal life"


def test_more_of_normal_life_allows_more() -> None:
    calibration = Calibration(1.0)
    calibration.learn([VAGUE, replace(VAGUE, subject="y")], 1, WEEK)
    assert not calibration.lets_through(replace(VAGUE, asset="b"))
    calibration.learn([], 3, WEEK)
    assert calibration.lets_through(replace(VAGUE, asset="b"))
