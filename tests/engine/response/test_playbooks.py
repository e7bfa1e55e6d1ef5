"""Playbooks."""

from custom_components.secure_hub.engine.detection.findings import Severity
from custom_components.secure_hub.engine.response.playbooks import AUTOMATIC, DEFAULT, PLAYBOOKS, PlaybookName, Step


def test_every_playbook_knows_every_severity_and_is_no_milder_for_worse() -> None:
    order = list(Step)
    for name in PlaybookName:
        for radio in (False, True):
            steps = [order.index(PLAYBOOKS[name].step(severity, radio=radio)) for severity in Severity]
            assert steps == sorted(steps)


def test_by_default_nothing_is_cut_off_without_a_person() -> None:
    for radio in (False, True):
        assert not AUTOMATIC & {PLAYBOOKS[DEFAULT].step(severity, radio=radio) for severity in Severity}


def test_only_what_is_on_the_radio_is_sent_away_from_it() -> None:
    for name in PlaybookName:
        assert Step.EVICT not in {PLAYBOOKS[name].step(severity, radio=False) for severity in Severity}
