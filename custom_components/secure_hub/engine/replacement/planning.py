"""Planning a replacement: which step carries what over. Pure; O(entities + groups + bindings)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ..journal import JsonValue
from ..zigbee import Binding
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
    if old.model is not None and old.model == new.model:
        steps.append(Step(StepKind.BEHAVIOUR, old.name))
    if old.device_id and new.device_id:
        steps.append(Step(StepKind.DEVICE, old.user_name or old.name, _device(old, new)))
    pairs, lost = pair(old.entities, new.entities)
    steps += [Step(StepKind.ENTITY, mine.entity_id, _entity(mine, theirs)) for mine, theirs in pairs]
    losses = [(Loss.NO_SUCH_ENTITY, one.entity_id) for one in lost if one.platform != _OURS]
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
    for binding in old.bound_by:
        words = f"{binding.source}/{binding.source_endpoint} 0x{binding.cluster:04x}"
        if new is None or (able := _able(binding.cluster, binding.target_endpoint or 0, new)) is None:
            losses.append((_no_cluster(new), words))
        else:
            steps.append(Step(StepKind.BINDING, words, _binding(binding, new, able)))
    losses += [(Loss.UNREAD, ieee) for ieee in old.unread]
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


def _binding(binding: Binding, new: Radio, endpoint: int) -> dict[str, JsonValue]:
    return {
        "source": binding.source,
        "source_endpoint": binding.source_endpoint,
        "cluster": binding.cluster,
        "old_target": binding.target,
        "old_target_endpoint": binding.target_endpoint,
        "target": new.ieee,
        "target_endpoint": endpoint,
    }


def bindings(step: Step) -> tuple[Binding, Binding]:
    """The entry that a step of kind `binding` takes away, and the one that it makes instead."""
    data = step.data
    old = Binding(
        data["source"], data["source_endpoint"], data["cluster"], data["old_target"], data["old_target_endpoint"]
    )
    return old, replace(old, target=data["target"], target_endpoint=data["target_endpoint"])
