"""Weeks of normal life raise nothing above the budget, and in the middle of them every attack is found."""

from collections import Counter

import pytest

from custom_components.secure_hub.engine.detection.baselines.baselines import Baselines
from custom_components.secure_hub.engine.detection.context import Context
from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import Severity
from custom_components.secure_hub.engine.detection.incidents import Incidents
from custom_components.secure_hub.engine.detection.observations import Observation
from tests.lab.normal_life import DEVICES, HOUR, NEW_TV, START, UPDATES, WEEK, attacks, life

BUDGET = 1.0
"""False alarms for each device and week."""


@pytest.fixture(scope="module")
def month() -> list[Observation]:
    """Four weeks: one to learn, three to live."""
    return life(4)


def _learnt(seen: list[Observation]) -> Baselines:
    baselines = Baselines()
    detector = Detector(baselines)
    for one in seen:
        detector.observe(one)
    return baselines


def test_nothing_above_the_budget(month: list[Observation]) -> None:
    detector = Detector(Baselines({"tv": "TV", NEW_TV: "TV"}))
    found = [finding for one in month for finding in detector.observe(one)]
    device_weeks = 3 * len(DEVICES)
    assert len(found) / device_weeks <= BUDGET, Counter((it.asset, it.kind) for it in found)
    incidents = Incidents()
    days = {f"{asset} {day}" for asset, day in UPDATES.items()}
    for number, finding in enumerate(found):
        day = int((finding.time - START) // 86_400)
        updating = f"{finding.asset} {day}" in days
        incidents.add(finding, Context(updating=updating), lambda number=number: str(number))
    grave = [it for it in incidents if it.severity is not Severity.LOW]
    assert len(grave) <= 0.1 * device_weeks, [it.worst for it in grave]
    assert not [it for it in grave if it.severity is Severity.HIGH]


def test_every_attack_is_found_within_a_minute(month: list[Observation]) -> None:
    normal = _learnt([one for one in month if one.time < START + 2 * WEEK]).save()
    missed = []
    for asset in ("camera", "speaker", "lamp"):
        for name, seen in attacks(START + 2 * WEEK + HOUR, asset).items():
            if name.startswith("Zigbee") is not (asset == "lamp"):
                continue
            baselines = Baselines()
            baselines.load(normal)
            detector = Detector(baselines)
            found = [it for one in seen for it in detector.observe(one) if it.asset == asset]
            worth = [it for it in found if it.severity is not Severity.LOW]
            if not worth or worth[0].time - seen[0].time > 60:
                missed.append((asset, name, [it.kind for it in found]))
    assert missed == []
