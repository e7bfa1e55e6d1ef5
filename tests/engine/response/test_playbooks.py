"""Playbooks."""

from custom_components.secure_hub.engine.detection.findings import Severity
from custom_components.secure_hub.engine.response.playbooks import AUTOMATIC, DEFAULT, PLAYBOOKS, PlaybookName, Step


def test_every_playbook_knows_every_severity_and_is_no_milder_for_worse() -> None:
    order = list(Step)
    for name in PlaybookName:
        steps = [order.index(PLAYBOOKS[name].steps[severity]) for severity in Severity]
        assert steps == sorted(steps)


def test_by_default_nothing_is_cut_off_without_a_person() -> None:
    assert not AUTOMATIC & set(PLAYBOOKS[DEFAULT].steps.values())
