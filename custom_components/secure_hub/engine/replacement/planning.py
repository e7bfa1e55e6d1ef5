"""Planning a replacement: which step carries what over. Pure; O(entities + groups + bindings)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final

from .model import Binding, EntityFacts, Loss, Plan, Radio, Refusal, ReplacementError, Step, StepKind, Thing

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
    if old.device_id and new.device_id:
        steps.append(Step(StepKind.DEVICE, old.user_name or old.name, _device(old, new)))
    pairs, lost = pair(old.entities, new.entities)
    steps += [Step(StepKind.ENTITY, mine.entity_id, _entity(mine, theirs)) for mine, theirs in pairs]
    losses = [(Loss.NO_SUCH_ENTITY, one.entity_id) for one in lost if one.platform != _OURS]
    if old.radio is not None:
        radio_steps, radio_losses = _radio(old.radio, new.radio)
        steps += radio_steps
        losses += radio_losses
    steps.append(Step(StepKind.RETIRE, old.name, {"ieee": old.radio.ieee if old.radio else None}))
    return Plan(old.asset_id, new.asset_id, tuple(steps), tuple(losses))


def _check(old: Thing, new: Thing) -> None:
    if old.asset_id == new.asset_id:
        raise ReplacementError(Refusal.SAME_DEVICE, old.name)
    for one in (old, new):
        if one.protected:
            raise ReplacementError(Refusal.PROTECTED, one.name)
    mine, theirs = _does(old), _does(new)
    if mine and theirs and mine.isdisjoint(theirs):
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
        for one in mine:
            if found := groups.get(alike(one)):
                pairs.append((one, found.pop(0)))
        paired = {one.entity_id for both in pairs for one in both}
        mine = [one for one in mine if one.entity_id not in paired]
        theirs = [one for one in theirs if one.entity_id not in paired]
    return pairs, mine


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
    wanted = [*_memberships(old), *old.bound_by]
    for each in wanted:
        words = _said(each)
        if new is None:
            losses.append((Loss.OTHER_RADIO, words))
        elif (endpoint := _endpoint(each, new)) is None:
            losses.append((Loss.NO_SUCH_CLUSTER, words))
        elif isinstance(each, Binding):
            steps.append(Step(StepKind.BINDING, words, _binding(each, old, new, endpoint)))
        elif each[1] not in new.groups.get(endpoint, frozenset()):
            data = {"ieee": new.ieee, "endpoint": endpoint, "group": each[1]}
            steps.append(Step(StepKind.GROUP, words, data))
    losses += [(Loss.SCENE, f"0x{group:04x}/{scene}") for _, group, scene in old.scenes]
    losses += [(Loss.UNREAD, ieee) for ieee in old.unread]
    return steps, losses


def _memberships(radio: Radio) -> Iterator[tuple[int, int]]:
    for endpoint, groups in sorted(radio.groups.items()):
        for group in sorted(groups):
            yield endpoint, group


def _said(each: Binding | tuple[int, int]) -> str:
    if isinstance(each, Binding):
        return f"{each.source}/{each.source_endpoint} 0x{each.cluster:04x}"
    return f"0x{each[1]:04x}"


def _endpoint(each: Binding | tuple[int, int], new: Radio) -> int | None:
    """Endpoint of the new device that can be commanded so: the same if it can, else the first."""
    wished, cluster = (each.target_endpoint, each.cluster) if isinstance(each, Binding) else (each[0], GROUPS)
    able = sorted(endpoint for endpoint, inputs in new.inputs.items() if cluster in inputs)
    return wished if wished in able else next(iter(able), None)


def _binding(each: Binding, old: Radio, new: Radio, endpoint: int) -> dict[str, str | int]:
    return {
        "source": each.source,
        "source_endpoint": each.source_endpoint,
        "cluster": each.cluster,
        "old_target": old.ieee,
        "old_endpoint": each.target_endpoint,
        "target": new.ieee,
        "endpoint": endpoint,
    }
