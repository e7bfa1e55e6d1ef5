"""Planning a replacement: which step carries what over. Pure; O(entities + groups + scenes + bindings)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ..journal import JsonValue
from ..radio.links import Link
from ..radio.scenes import SCENES, Scene
from .model import EntityFacts, Loss, Plan, Radio, Refusal, ReplacementError, Step, StepKind, Thing

GROUPS: Final = 0x0004
"""Cluster by which an endpoint is put into groups (ZCL 3.6)."""
_OURS: Final = "secure_hub"

_ALIKE: Final[tuple[Callable[[EntityFacts], Hashable], ...]] = (
    lambda one: (one.domain, one.platform, one.translation_key, one.device_class, one.original_name, one.is_primary),
    lambda one: (one.domain, one.translation_key, one.device_class, one.is_primary),
    lambda one: (one.domain, one.device_class, one.is_primary),
)
"""What two entities have in common that do the same, the surest first."""


def plan(old: Thing, new: Thing) -> Plan:
    """Say what replacing `old` by `new` takes. Raises ReplacementError if it makes no sense."""
    _check(old, new)
    steps = [Step(StepKind.PERMISSIONS, old.name)]
    if old.owners and old.owners != new.owners:
        owners = {"owners": sorted(old.owners), "old_owners": sorted(new.owners)}
        steps.append(Step(StepKind.OWNER, old.name, owners))
    if old.guest_until != new.guest_until:
        guest = {"until": old.guest_until, "old_until": new.guest_until}
        steps.append(Step(StepKind.GUEST, old.name, guest))
    if old.manifest is not None:
        steps.append(Step(StepKind.MANIFEST, old.manifest))
    if old.model is not None and old.model == new.model:
        steps.append(Step(StepKind.BEHAVIOUR, old.name))
    if old.device_id and new.device_id:
        steps.append(Step(StepKind.DEVICE, old.user_name or old.name, _device(old, new)))
    pairs, lost = pair(old.entities, new.entities)
    steps += [Step(StepKind.ENTITY, _used(mine), _entity(mine, theirs)) for mine, theirs in pairs]
    losses = [(Loss.NO_SUCH_ENTITY, _used(one)) for one in lost if one.platform != _OURS]
    if old.radio is not None:
        radio_steps, radio_losses = _radio(old.radio, new.radio)
        steps += [*radio_steps, Step(StepKind.RETIRE, old.name, {"ieee": old.radio.ieee})]
        losses += radio_losses
    return Plan(old.asset_id, new.asset_id, tuple(steps), tuple(losses))


def _check(old: Thing, new: Thing) -> None:
    if old.asset_id == new.asset_id:
        raise ReplacementError(Refusal.SAME_DEVICE, old.name)
    for one in (old, new):
        if one.protected:
            raise ReplacementError(Refusal.PROTECTED, one.name)
    mine, theirs = _does(old), _does(new)
    is_known = bool(theirs) or new.ieee is not None  # what is only seen on the network may do anything
    if mine and is_known and mine.isdisjoint(theirs):
        raise ReplacementError(Refusal.ANOTHER_KIND, f"{old.name}: {_words(mine)}; {new.name}: {_words(theirs)}")


def _does(thing: Thing) -> frozenset[str]:
    """Domains of what the device is there for."""
    return frozenset(one.domain for one in thing.entities if one.is_primary and one.platform != _OURS)


def _words(domains: frozenset[str]) -> str:
    return ", ".join(sorted(domains))


def pair(
    old: Sequence[EntityFacts], new: Sequence[EntityFacts]
) -> tuple[list[tuple[EntityFacts, EntityFacts]], list[EntityFacts]]:
    """Pair entities that do the same, each with one at most; and those of the old device that find none.

    Of several alike the first goes with the first, in the order of their unique ids, which count endpoints; where
    there are not as many on both sides, the rest is lost.
    """
    pairs: list[tuple[EntityFacts, EntityFacts]] = []
    mine, theirs = sorted(old, key=_order), sorted(new, key=_order)
    for alike in _ALIKE:
        groups: dict[Hashable, list[EntityFacts]] = defaultdict(list)
        for one in theirs:
            groups[alike(one)].append(one)
        pairs += [(one, found.pop(0)) for one in mine if (found := groups.get(alike(one)))]
        mine = _rest(mine, (one for one, _ in pairs))
        theirs = _rest(theirs, (other for _, other in pairs))
    return pairs, mine


def _rest(entities: Sequence[EntityFacts], paired: Iterable[EntityFacts]) -> list[EntityFacts]:
    gone = {one.entity_id for one in paired}
    return [one for one in entities if one.entity_id not in gone]


def _order(one: EntityFacts) -> tuple[str, str]:
    return one.unique_id, one.entity_id


def _used(one: EntityFacts) -> str:
    """An entity and the scenes of Home Assistant that know it by its id."""
    return f"{one.entity_id} ({', '.join(one.scenes)})" if one.scenes else one.entity_id


def _device(old: Thing, new: Thing) -> dict[str, str | list[str] | None]:
    return {
        "device": new.device_id,
        "name": old.user_name or old.name,
        "area": old.area_id,
        "labels": sorted(old.labels),
        "old_name": new.user_name,
        "old_area": new.area_id,
        "old_labels": sorted(new.labels),
    }


def _entity(mine: EntityFacts, theirs: EntityFacts) -> dict[str, str | bool | list[str] | None]:
    after, before = _chosen(mine), _chosen(theirs)
    return {
        "old": mine.entity_id,
        "new": theirs.entity_id,
        "parked": f"{mine.entity_id}_replaced",
        **after,
        **{f"old_{key}": value for key, value in before.items()},
    }


def _chosen(one: EntityFacts) -> dict[str, str | bool | list[str] | None]:
    """What a person chose for an entity."""
    return {
        "name": one.name,
        "icon": one.icon,
        "area": one.area_id,
        "labels": sorted(one.labels),
        "hidden": one.hidden,
    }


def _radio(old: Radio, new: Radio | None) -> tuple[list[Step], list[tuple[Loss, str]]]:
    steps: list[Step] = []
    losses: list[tuple[Loss, str]] = []
    for endpoint, group in _memberships(old):
        words = f"0x{group:04x}"
        if (able := _able(GROUPS, endpoint, new)) is None:
            losses.append((_no_cluster(new), words))
        elif new is not None and group not in new.groups.get(able, frozenset()):
            steps.append(Step(StepKind.GROUP, words, {"ieee": new.ieee, "endpoint": able, "group": group}))
    scenes, lost = _scenes(old.scenes, new)
    steps += scenes
    losses += lost
    for link in old.bound_by:
        words = f"{link.holder}/{link.endpoint} 0x{link.cluster or 0:04x}"
        if new is None or (able := _able(link.cluster or 0, link.target_endpoint or 0, new)) is None:
            losses.append((_no_cluster(new), words))
        else:
            steps.append(Step(StepKind.BINDING, words, _binding(link, new, able, taken=link in old.taken)))
    losses += [(Loss.UNREAD, ieee) for ieee in old.unread]
    return steps, losses


def _scenes(scenes: Sequence[Scene] | None, new: Radio | None) -> tuple[list[Step], list[tuple[Loss, str]]]:
    """Carry the scenes that an endpoint of the new device can keep, each with the clusters that it has."""
    if scenes is None:
        return [], [(Loss.SCENES_UNREAD, "")]
    steps: list[Step] = []
    losses: list[tuple[Loss, str]] = []
    for scene in scenes:
        words = f"{scene.number} (0x{scene.group:04x})"
        if new is None or (able := _able(SCENES, scene.endpoint, new)) is None:
            losses.append((_no_cluster(new), words))
            continue
        kept = scene.with_clusters(new.inputs[able])
        lacking = [cluster for cluster, _ in scene.fields if cluster not in new.inputs[able]]
        losses += [(Loss.NO_SUCH_CLUSTER, f"{words} 0x{cluster:04x}") for cluster in lacking]
        data = {"ieee": new.ieee, "endpoint": able, "group": scene.group, "number": scene.number}
        steps.append(Step(StepKind.SCENE, words, {**data, "payload": kept.payload().hex()}))
    return steps, losses


def _memberships(radio: Radio) -> Iterator[tuple[int, int]]:
    for endpoint, groups in sorted(radio.groups.items()):
        for group in sorted(groups):
            yield endpoint, group


def _no_cluster(new: Radio | None) -> Loss:
    return Loss.OTHER_RADIO if new is None else Loss.NO_SUCH_CLUSTER


def _able(cluster: int, wished: int, new: Radio | None) -> int | None:
    """Endpoint of the new device that has the cluster: the same as the old one's if it can, else the first."""
    able = sorted(endpoint for endpoint, inputs in new.inputs.items() if cluster in inputs) if new else []
    return wished if wished in able else next(iter(able), None)


def _binding(link: Link, new: Radio, endpoint: int, *, taken: bool) -> dict[str, JsonValue]:
    return {
        "source": link.holder,
        "source_endpoint": link.endpoint,
        "cluster": link.cluster,
        "old_target": link.target,
        "old_target_endpoint": link.target_endpoint,
        "target": new.ieee,
        "target_endpoint": endpoint,
        "taken": taken,
    }


def bindings(step: Step) -> tuple[Link, Link]:
    """The entry that a step of kind `binding` takes away, and the one that it makes instead."""
    data = step.data
    old = Link(
        data["source"],
        data["source_endpoint"],
        data["cluster"],
        target=data["old_target"],
        target_endpoint=data["old_target_endpoint"],
    )
    return old, replace(old, target=data["target"], target_endpoint=data["target_endpoint"])
