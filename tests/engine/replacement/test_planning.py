"""What a new device takes over: every case of the plan, and what never may happen."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.radio.links import Link
from custom_components.secure_hub.engine.radio.scenes import Scene
from custom_components.secure_hub.engine.replacement.model import (
    EntityFacts,
    Loss,
    Radio,
    Refusal,
    ReplacementError,
    StepKind,
    Thing,
)
from custom_components.secure_hub.engine.replacement.planning import bindings, pair, plan

OLD_IEEE, NEW_IEEE, REMOTE = "00:00:00:00:00:00:00:01", "00:00:00:00:00:00:00:02", "00:00:00:00:00:00:00:03"


def light(entity_id: str, unique_id: str = "1", **more: object) -> EntityFacts:
    return EntityFacts(entity_id, "zha", unique_id, translation_key="light", **more)  # type: ignore[arg-type]


OLD = Thing("a", "Desk lamp", "d1", "Desk lamp", "attic", frozenset({"x"}), (light("light.desk", name="Desk"),))
NEW = Thing("b", "TRADFRI", "d2", entities=(light("light.tradfri", "2"),))


def kinds(old: Thing, new: Thing) -> list[StepKind]:
    return [step.kind for step in plan(old, new).steps]


def test_a_network_device_leaves_no_radio() -> None:
    found = plan(OLD, NEW)
    assert [step.kind for step in found.steps] == [StepKind.PERMISSIONS, StepKind.DEVICE, StepKind.ENTITY]
    assert found.steps[1].data == {
        "device": "d2",
        "name": "Desk lamp",
        "area": "attic",
        "labels": ["x"],
        "old_name": None,
        "old_area": None,
        "old_labels": [],
    }
    assert found.steps[2].data["parked"] == "light.desk_replaced"
    assert found.losses == ()
    assert kinds(replace(OLD, device_id=None), replace(NEW, entities=())) == [StepKind.PERMISSIONS]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (OLD, OLD, Refusal.SAME_DEVICE),
        (replace(OLD, protected=True), NEW, Refusal.PROTECTED),
        (OLD, replace(NEW, protected=True), Refusal.PROTECTED),
        (OLD, replace(NEW, entities=(EntityFacts("lock.door", "x", "1"),)), Refusal.ANOTHER_KIND),
        (OLD, replace(NEW, entities=(), ieee=NEW_IEEE), Refusal.ANOTHER_KIND),
    ],
)
def test_refused(old: Thing, new: Thing, key: Refusal) -> None:
    with pytest.raises(ReplacementError) as refused:
        plan(old, new)
    assert refused.value.key is key


def radio(thing: Thing, ieee: str, **more: object) -> Thing:
    return replace(thing, ieee=ieee, radio=Radio(ieee, {1: frozenset({4, 6}), 2: frozenset({6})}, **more))  # type: ignore[arg-type]


def test_the_radio_side() -> None:
    direct = Link(REMOTE, 1, 6, target=OLD_IEEE, target_endpoint=2)
    dimmed = Link(REMOTE, 1, 8, target=OLD_IEEE, target_endpoint=1)
    old = radio(OLD, OLD_IEEE, groups={1: frozenset({7, 9})}, bound_by=(direct, dimmed), unread=("00:11",))
    new = radio(NEW, NEW_IEEE, groups={1: frozenset({9})})
    found = plan(old, new)
    assert [step.kind for step in found.steps[3:]] == [StepKind.GROUP, StepKind.BINDING, StepKind.RETIRE]
    assert found.steps[3].data == {"ieee": NEW_IEEE, "endpoint": 1, "group": 7}
    assert bindings(found.steps[4]) == (direct, Link(REMOTE, 1, 6, target=NEW_IEEE, target_endpoint=2))
    assert found.losses == (
        (Loss.NO_SUCH_CLUSTER, f"{REMOTE}/1 0x0008"),
        (Loss.UNREAD, "00:11"),
    )
    other = plan(old, NEW)
    assert [loss for loss, _ in other.losses] == [Loss.OTHER_RADIO] * 4 + [Loss.UNREAD]
    assert other.steps[-1].kind is StepKind.RETIRE


def test_scenes_go_where_they_can_be_kept() -> None:
    kept = Scene(2, 7, 1, 0, b"", ((6, b"\x01"), (0x0300, b"\x00")))
    old = replace(OLD, ieee=OLD_IEEE, radio=Radio(OLD_IEEE, {2: frozenset({4, 5, 6})}, scenes=(kept,)))
    new = replace(NEW, ieee=NEW_IEEE, radio=Radio(NEW_IEEE, {1: frozenset({5, 6})}))
    found = plan(old, new)
    (scene,) = (step for step in found.steps if step.kind is StepKind.SCENE)
    payload = kept.with_clusters({6}).payload().hex()
    assert scene.data == {"ieee": NEW_IEEE, "endpoint": 1, "group": 7, "number": 1, "payload": payload}
    assert found.losses == ((Loss.NO_SUCH_CLUSTER, "1 (0x0007) 0x0300"),)
    assert plan(old, radio(NEW, NEW_IEEE)).losses == ((Loss.NO_SUCH_CLUSTER, "1 (0x0007)"),)
    assert plan(old, NEW).losses == ((Loss.OTHER_RADIO, "1 (0x0007)"),)
    dead = replace(old, radio=Radio(OLD_IEEE, {2: frozenset({5})}, scenes=None))
    assert plan(dead, new).losses == ((Loss.SCENES_UNREAD, ""),)


def test_guests_manifests_and_the_scenes_of_home_assistant() -> None:
    old = replace(OLD, guest_until=9.0, manifest="Lamps Ltd.", entities=(light("light.desk", scenes=("scene.dusk",)),))
    found = plan(old, NEW)
    assert [(step.kind, step.subject) for step in found.steps] == [
        (StepKind.PERMISSIONS, "Desk lamp"),
        (StepKind.GUEST, "Desk lamp"),
        (StepKind.MANIFEST, "Lamps Ltd."),
        (StepKind.DEVICE, "Desk lamp"),
        (StepKind.ENTITY, "light.desk (scene.dusk)"),
    ]
    assert found.steps[1].data == {"until": 9.0, "old_until": None}
    assert plan(OLD, replace(NEW, guest_until=9.0)).steps[1].data == {"until": None, "old_until": 9.0}
    lost = plan(old, replace(NEW, entities=())).losses
    assert lost == ((Loss.NO_SUCH_ENTITY, "light.desk (scene.dusk)"),)


def test_alike_goes_with_alike() -> None:
    old = [light("light.a", "1"), light("light.b", "2"), EntityFacts("sensor.t", "zha", "3", "temperature")]
    new = [
        light("light.y", "8"),
        light("light.x", "7"),
        EntityFacts("sensor.h", "mqtt", "1", "humidity"),
        EntityFacts("sensor.v", "mqtt", "2", "temperature", translation_key="heat"),
    ]
    pairs, lost = pair([*old, light("light.c", "9")], new)
    assert {(one.entity_id, other.entity_id) for one, other in pairs} == {
        ("light.a", "light.x"),
        ("light.b", "light.y"),
        ("sensor.t", "sensor.v"),
    }
    assert [one.entity_id for one in lost] == ["light.c"]


FACTS = st.builds(
    EntityFacts,
    st.builds("{}.{}".format, st.sampled_from(["light", "switch", "sensor"]), st.integers(0, 30)),
    st.sampled_from(["zha", "mqtt"]),
    st.text("0123456789", max_size=3),
    st.sampled_from([None, "temperature", "power"]),
    st.sampled_from([None, "one", "two"]),
    st.none(),
    is_primary=st.booleans(),
)
ENTITIES = st.lists(FACTS, max_size=12, unique_by=lambda one: one.entity_id)


@given(ENTITIES, ENTITIES)
def test_nothing_is_paired_twice_and_nothing_is_forgotten(old: list[EntityFacts], new: list[EntityFacts]) -> None:
    pairs, lost = pair(old, new)
    mine, theirs = [one.entity_id for one, _ in pairs], [other.entity_id for _, other in pairs]
    assert sorted([*mine, *(one.entity_id for one in lost)]) == sorted(one.entity_id for one in old)
    assert len(set(theirs)) == len(theirs)
    assert set(theirs) <= {one.entity_id for one in new}
    assert all(
        (one.domain, one.device_class, one.is_primary) == (two.domain, two.device_class, two.is_primary)
        for one, two in pairs
    )
