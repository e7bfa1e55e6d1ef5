"""The envelopes of all assets."""

from dataclasses import replace
import json
from random import Random
import tracemalloc
from typing import Any

import pytest

from custom_components.secure_hub.engine.detection.baselines.baselines import Baselines
from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind

from .test_envelope import CLOUD, DAY


def lived(days: int = 8) -> Baselines:
    baselines = Baselines({"camera": "Cam 1", "other": "Cam 1", "lamp": "Lamp"})
    for number in range(days * 144):
        baselines.observe(replace(CLOUD, time=number * 600.0))
    return baselines


def test_a_newcomer_is_not_blind_on_its_first_day() -> None:
    baselines = lived()
    odd = replace(CLOUD, time=9 * DAY, port=23)
    assert [it.kind for it in baselines.observe(replace(odd, asset="other"))] == [FindingKind.NEW_SERVICE]
    assert baselines.observe(replace(odd, asset="lamp")) == []
    assert baselines.observe(replace(odd, asset="stranger")) == []


def test_of_an_unknown_model_others_of_its_kind_tell_how_much() -> None:
    baselines = lived()
    baselines.classes = {"camera": "camera", "newcomer": "camera", "lamp": "iot_endpoint"}
    flow = replace(CLOUD, time=9 * DAY, port=23, sent=500_000_000)
    assert [it.kind for it in baselines.observe(replace(flow, asset="newcomer"))] == [FindingKind.UNUSUAL_VOLUME]
    assert baselines.observe(replace(flow, asset="newcomer", port=6667, sent=1)) == [], "makers differ"
    assert baselines.observe(replace(flow, asset="lamp")) == []


def test_what_a_hallmark_objects_to_is_not_learnt() -> None:
    baselines = lived(1)
    odd = replace(CLOUD, time=DAY, port=23)
    baselines.observe(odd)
    baselines.suspect([Finding("camera", DAY, FindingKind.FLOOD, Severity.HIGH, 0.9, "", "", "")])
    baselines.suspect([Finding("nobody", DAY, FindingKind.FLOOD, Severity.LOW, 0.9, "", "", "")])
    baselines.settle()
    assert baselines.observe(replace(odd, time=2 * DAY))


def test_relearn_merge_and_forget() -> None:
    baselines = lived()
    baselines.observe(replace(CLOUD, asset="lamp", time=8 * DAY))
    baselines.merge("lamp", "camera")
    envelope = baselines.envelope("lamp")
    assert envelope is not None
    assert not envelope.is_learning(8 * DAY)
    baselines.relearn("lamp")
    assert len(baselines) == 0
    baselines.observe(CLOUD)
    baselines.merge("camera", "lamp")
    baselines.forget(frozenset({"lamp"}))
    assert baselines.envelope("camera") is None


def begun(at: float, count: int) -> Baselines:
    """Two days of life that ended at `at`, in so many observations."""
    baselines = Baselines()
    for number in range(count):
        baselines.observe(replace(CLOUD, time=at - 2 * DAY * (1 - number / (count - 1))))
    return baselines


@pytest.mark.parametrize("jump", [28 * DAY, 40 * 365 * DAY, -40 * 365 * DAY, -5 * DAY])
def test_a_clock_that_is_set_teaches_nothing(jump: float) -> None:
    now = 1.8e9
    baselines = begun(now, 288)
    assert baselines.observe(replace(CLOUD, time=now + jump)) == []
    restored = Baselines()
    restored.load(json.loads(json.dumps(baselines.save())))
    restored.observe(replace(CLOUD, time=now))
    for it, time in ((baselines, now + jump), (restored, now)):
        envelope = it.envelope("camera")
        assert envelope is not None
        assert envelope.is_learning(time + 2 * DAY), "at most a day is taken for learnt"
        assert not envelope.is_learning(time + 5 * DAY)


def test_what_was_learnt_survives_a_clock_that_begins_anew() -> None:
    baselines = lived()
    baselines.observe(replace(CLOUD, time=1e9 + 8 * DAY))  # the machine was off
    for time in (0.0, 60.0, 1e9 + 9 * DAY):
        baselines.observe(replace(CLOUD, time=time))
        envelope = baselines.envelope("camera")
        assert envelope is not None
        assert not envelope.is_learning(time)


def test_a_successor_is_expected_to_do_what_the_old_one_did() -> None:
    baselines = lived()
    baselines.succeed("nobody", "new")
    assert baselines.envelope("new") is None
    baselines.succeed("camera", "new")
    old, new = baselines.envelope("camera"), baselines.envelope("new")
    assert old is not None
    assert new is not None
    assert new is not old
    assert new.save() == old.save()


def test_other_kinds_are_not_learnt() -> None:
    baselines = Baselines()
    assert baselines.observe(Observation(0.0, "a", ObservationKind.ALERT)) == []
    assert len(baselines) == 0


def test_saved_and_restored_exactly() -> None:
    one, other = lived(), Baselines({"other": "Cam 1", "camera": "Cam 1"})
    other.load(json.loads(json.dumps(one.save())))
    assert other.save() == one.save()
    odd = replace(CLOUD, asset="other", time=9 * DAY, port=23)
    assert other.observe(odd) == one.observe(odd)


@pytest.mark.parametrize(
    "garbage",
    [{}, {"version": 2, "assets": {}}, {"version": 1, "assets": []}, {"version": 1, "assets": {"a": {"since": "x"}}}],
)
def test_garbage_is_refused_and_changes_nothing(garbage: dict[str, Any]) -> None:
    baselines = lived(1)
    before = baselines.save()
    with pytest.raises(ValueError, match=r"."):
        baselines.load(garbage)
    assert baselines.save() == before


def test_every_part_of_a_store_may_be_garbage() -> None:
    saved, random = lived(1).save(), Random(5)
    for _ in range(200):
        broken = json.loads(json.dumps(saved))
        part: Any = broken["assets"]["camera"]
        while isinstance(part, (dict, list)) and part:
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            key = random.choice(keys)
            if random.random() < 0.4 or not isinstance(part[key], (dict, list)):
                part[key] = random.choice([None, "x", [], {}, float("nan"), 10**40, [[]]])
                break
            part = part[key]
        try:
            Baselines().load(broken)
        except ValueError:
            continue


def test_an_asset_takes_less_than_64_kb_with_all_its_hallmarks() -> None:
    random = Random(3)
    shown = [
        replace(
            CLOUD,
            time=number * 100.0,
            peer=f"{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}.1",
            port=random.choice((22, 23, 443, random.randrange(65_536))),
            local=random.random() < 0.2,
            inward=random.random() < 0.1,
            sent=random.randrange(10**6),
        )
        for number in range(12_000)
    ]
    for _ in range(2):  # what a coverage tracer notes of each line the first time is not ours
        tracemalloc.start()
        detector = Detector(Baselines())
        for one in shown:
            detector.observe(one)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert size < 64 * 1024


def test_a_million_peers_are_bounded() -> None:
    baselines = Baselines()
    for number in range(100_000):
        baselines.observe(replace(CLOUD, time=number / 100, peer=f"2001:{number % 65_536:x}:{number:x}::1"))
    assert len(json.dumps(baselines.save())) < 40_000
