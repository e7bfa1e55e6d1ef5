"""Identity: which sightings and which remembered records are one physical thing.

Three kinds of evidence, in this order:

1. Sightings join when they show the same hardware address (MAC, IEEE, Bluetooth), or when one is the other's child
   device. IP addresses never join anything.
2. A sighting that shows no hardware address joins by Home Assistant's own identifier, or by the device of before
   2026.8 that it was split from, as long as that leads to one thing only.
3. Memory: a record holds together what was once seen together, but never two groups of Home Assistant devices that
   show different hardware addresses now. There the registry was corrected, and the record comes apart.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .classes import classify
from .model import HARDWARE_KINDS, Asset, AssetRecord, Identifier, IdentifierKind, Sighting

MAX_STRANGERS: Final = 1024
"""Assets without a Home Assistant device that are created at most: a device that changes its MAC address with every
frame must not fill the disk. One beyond the limit gets no record; on a guarded segment it meets the newcomer choice."""

DAY: Final = 86_400.0

_MAX_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the home consists of, and what changed of it."""

    assets: Mapping[str, Asset]
    merges: tuple[tuple[str, str], ...] = ()
    """(kept, absorbed): two records turned out to be one thing; the older id is kept."""
    splits: tuple[tuple[str, str], ...] = ()
    """(kept, new): one record turned out to be two things; the new id should inherit what was decided."""
    created: tuple[str, ...] = ()
    """Ids of things never seen before; those of `splits` are not among them."""
    refused: tuple[Sighting, ...] = ()
    """Sightings of strangers beyond `MAX_STRANGERS`."""


class _Groups:
    """Disjoint sets of the integers 0..n-1 (union by smaller root, path halving)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, item: int) -> int:
        parents = self._parents
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first

    def join_all(self, buckets: Iterable[Sequence[int]]) -> None:
        for bucket in buckets:
            for other in bucket[1:]:
                self.join(bucket[0], other)

    def members(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parents)):
            found[self.root(item)].append(item)
        return found


@dataclass(slots=True)
class _Thing:
    """Sightings that show by themselves that they are one."""

    sightings: tuple[Sighting, ...]
    identifiers: set[Identifier]
    is_hard: bool
    is_claimed: bool
    """A Home Assistant device says so, not only the network."""
    age: float
    smallest: Identifier


@dataclass(slots=True)
class _Memory:
    """Records that claim the same identifiers, the oldest first."""

    records: list[AssetRecord]
    identifiers: set[Identifier]


@dataclass(slots=True)
class _Draft:
    """An asset in the making."""

    things: list[_Thing] = field(default_factory=list)
    memories: list[_Memory] = field(default_factory=list)
    split_from: _Memory | None = None


def resolve(
    records: Iterable[AssetRecord],
    sightings: Iterable[Sighting],
    *,
    now: float,
    new_id: Callable[[], str],
    max_strangers: int = MAX_STRANGERS,
) -> Resolution:
    """Join what is remembered with what is seen.

    The order of both does not matter; resolving again what came out changes nothing. A sighting without any
    identifier (and without a parent) names nothing and is ignored. A record that nothing sights stays.

    Args:
        records: Everything remembered.
        sightings: Everything that all sources say now.
        now: Seconds since the epoch.
        new_id: Makes an id that is not in use.
        max_strangers: Assets without a Home Assistant device beyond which no further ones are created.

    """
    things = _things(_join(list(sightings)))
    memories = _memories(records)
    return _finish(_drafts(things, memories), now, new_id, max_strangers)


def _join(sightings: list[Sighting]) -> list[tuple[Sighting, ...]]:
    """Group sightings by hardware address and parent, then the rest by weaker keys."""
    groups = _Groups(len(sightings))
    by_address: dict[Identifier, list[int]] = defaultdict(list)
    by_device = {s.device_id: index for index, s in enumerate(sightings) if s.device_id}
    for index, sighting in enumerate(sightings):
        for identifier in sighting.identifiers:
            if identifier.kind in HARDWARE_KINDS:
                by_address[identifier].append(index)
        if sighting.parent_id in by_device:
            groups.join(index, by_device[sighting.parent_id])
    groups.join_all(by_address.values())
    _join_weakly(sightings, groups)
    return [tuple(sightings[index] for index in members) for members in groups.members().values()]


def _join_weakly(sightings: list[Sighting], groups: _Groups) -> None:
    """Attach groups without a hardware address to each other, then to the one other group that they lead to."""
    hard = {groups.root(index) for index, s in enumerate(sightings) if _is_hard(s.identifiers)}
    soft_by_key: dict[str, list[int]] = defaultdict(list)
    hard_by_key: dict[str, set[int]] = defaultdict(set)
    for index, sighting in enumerate(sightings):
        root = groups.root(index)
        for key in _weak_keys(sighting):
            if root in hard:
                hard_by_key[key].add(root)
            else:
                soft_by_key[key].append(index)
    groups.join_all(soft_by_key.values())
    leads: dict[int, set[int]] = defaultdict(set)
    for key, indices in soft_by_key.items():
        leads[groups.root(indices[0])] |= hard_by_key.get(key, set())
    for soft, targets in leads.items():
        if len(targets) == 1:
            groups.join(soft, targets.pop())


def _weak_keys(sighting: Sighting) -> Iterable[str]:
    for identifier in sighting.identifiers:
        if identifier.kind is IdentifierKind.REGISTRY:
            yield f"id {identifier.value}"
    if sighting.composite_id:
        yield f"composite {sighting.composite_id}"


def _is_hard(identifiers: Iterable[Identifier]) -> bool:
    return any(identifier.kind in HARDWARE_KINDS for identifier in identifiers)


def _things(groups: list[tuple[Sighting, ...]]) -> list[_Thing]:
    """One thing per group; an identifier that several show (a registry identifier) is the oldest's."""
    found = []
    for group in groups:
        identifiers = {identifier for sighting in group for identifier in sighting.identifiers}
        if not identifiers:
            continue
        devices = [s.created_at for s in group if s.device_id]
        found.append(
            _Thing(
                tuple(sorted(group, key=_rank)),
                identifiers,
                is_hard=_is_hard(identifiers),
                is_claimed=bool(devices),
                age=min(devices, default=float("inf")),
                smallest=min(identifiers),
            )
        )
    # Without a hardware address it has nothing else to be known by: it goes first.
    found.sort(key=lambda thing: (thing.is_hard, thing.age, thing.smallest, _rank(thing.sightings[0])))
    taken: set[Identifier] = set()
    for thing in found:
        thing.identifiers -= taken
        taken |= thing.identifiers
    return [thing for thing in found if thing.identifiers]


def _rank(sighting: Sighting) -> tuple[object, ...]:
    """Canonical device first: no child, no service, with a hardware address, more than a tracker, the oldest."""
    return (
        sighting.device_id is None,
        sighting.parent_id is not None,
        sighting.is_service,
        not _is_hard(sighting.identifiers),
        sighting.platforms <= {"device_tracker"},
        sighting.created_at,
        sighting.device_id or "",
        sighting.source,
        sighting.interface or "",
        sorted(sighting.identifiers),
        sorted(map(str, sighting.addresses)),
        sighting.hostname or "",
        sighting.name or "",
    )


def _memories(records: Iterable[AssetRecord]) -> list[_Memory]:
    """Records that claim one hardware address are one; a registry identifier is the oldest record's."""
    oldest = sorted(records, key=lambda record: (record.first_seen, record.id))
    groups = _Groups(len(oldest))
    by_address: dict[Identifier, list[int]] = defaultdict(list)
    for index, record in enumerate(oldest):
        for identifier in record.identifiers:
            if identifier.kind in HARDWARE_KINDS:
                by_address[identifier].append(index)
    groups.join_all(by_address.values())
    found: list[_Memory] = []
    owner: dict[Identifier, _Memory] = {}
    for members in groups.members().values():
        claimed = [oldest[index] for index in members]
        identifiers = {identifier for record in claimed for identifier in record.identifiers}
        memory = _Memory(claimed, {identifier for identifier in identifiers if identifier not in owner})
        if identifiers and not memory.identifiers:
            owner[min(identifiers)].records.extend(claimed)
            continue
        owner.update(dict.fromkeys(memory.identifiers, memory))
        found.append(memory)
    return found


def _drafts(things: list[_Thing], memories: list[_Memory]) -> list[_Draft]:
    """Connect memories with the things that show their identifiers; no draft has two anchors."""
    thing_of = {identifier: index for index, thing in enumerate(things) for identifier in thing.identifiers}
    groups = _Groups(len(things) + len(memories))
    for offset, memory in enumerate(memories, len(things)):
        for identifier in memory.identifiers:
            if (index := thing_of.get(identifier)) is not None:
                groups.join(index, offset)
    drafts = []
    for members in groups.members().values():
        draft = _Draft(
            [things[index] for index in members if index < len(things)],
            [memories[index - len(things)] for index in members if index >= len(things)],
        )
        anchors = _anchors(draft.things)
        drafts.extend([draft] if len(anchors) <= 1 else _come_apart(draft, anchors))
    return drafts


def _anchors(things: list[_Thing]) -> list[_Thing]:
    """Return the things that are certainly distinct: what Home Assistant devices claim, with addresses if any has."""
    claimed = [thing for thing in things if thing.is_claimed]
    return [thing for thing in claimed if thing.is_hard] or claimed


def _come_apart(whole: _Draft, anchors: list[_Thing]) -> list[_Draft]:
    """Give each anchor a draft of its own; memories and lesser things follow what they overlap.

    Everything in `whole` hangs together, so that from the anchors outward everything finds its place.
    """
    drafts = [_Draft([anchor]) for anchor in anchors]
    home: dict[int, _Draft] = {}
    rivals = [sum(1 for memory in whole.memories if memory.identifiers & anchor.identifiers) for anchor in anchors]
    for memory in whole.memories:
        candidates = []
        for index, anchor in enumerate(anchors):
            if overlap := len(memory.identifiers & anchor.identifiers):
                candidates.append((rivals[index] > 1, -overlap, anchor.age, anchor.smallest, index))
                drafts[index].split_from = drafts[index].split_from or memory
        if candidates:
            home[id(memory)] = drafts[min(candidates)[-1]]
    pending = deque(thing for thing in whole.things if not any(thing is anchor for anchor in anchors))
    while pending:
        thing = pending.popleft()
        overlapping = [memory for memory in whole.memories if memory.identifiers & thing.identifiers]
        settled = next((home[id(memory)] for memory in overlapping if id(memory) in home), None)
        if settled is None:
            pending.append(thing)
            continue
        settled.things.append(thing)
        for memory in overlapping:
            home.setdefault(id(memory), settled)
    for memory in whole.memories:
        home[id(memory)].memories.append(memory)
    return drafts


def _finish(drafts: list[_Draft], now: float, new_id: Callable[[], str], max_strangers: int) -> Resolution:
    """Give every draft its id, its record and its class."""
    seen = {identifier for draft in drafts for thing in draft.things for identifier in thing.identifiers}
    assets: dict[str, Asset] = {}
    merges: list[tuple[str, str]] = []
    splits: list[tuple[str, str]] = []
    created: list[str] = []
    refused: list[Sighting] = []
    known = [draft for draft in drafts if draft.memories]
    for draft in known:
        records = sorted(
            (record for memory in draft.memories for record in memory.records), key=lambda r: (r.first_seen, r.id)
        )
        asset = _asset(draft, records, seen, _seen_now(draft, records, now))
        assets[asset.id] = asset
        merges.extend((asset.id, record.id) for record in records[1:] if record.id != asset.id)
    strangers = sum(1 for asset in assets.values() if asset.device_id is None)
    fresh = [draft for draft in drafts if not draft.memories]
    fresh.sort(key=lambda draft: (not draft.things[0].is_claimed, draft.things[0].smallest))
    for draft in fresh:
        if not any(thing.is_claimed for thing in draft.things):
            if strangers >= max_strangers:
                refused.extend(sighting for thing in draft.things for sighting in thing.sightings)
                continue
            strangers += 1
        blank = AssetRecord(new_id(), frozenset(), "", now, last_seen=now)
        origin = draft.split_from
        if origin is not None:
            splits.append((origin.records[0].id, blank.id))
        else:
            created.append(blank.id)
        assets[blank.id] = _asset(draft, [], seen, blank)
    absorbed = {gone: kept for kept, gone in merges}
    return Resolution(
        assets,
        tuple(sorted(merges)),
        tuple((absorbed.get(kept, kept), new) for kept, new in splits),
        tuple(created),
        tuple(refused),
    )


def _seen_now(draft: _Draft, records: list[AssetRecord], now: float) -> AssetRecord:
    """Take the oldest record, with the day on which the thing was last seen."""
    last_seen = max(record.last_seen for record in records)
    if draft.things and now - last_seen >= DAY:
        last_seen = now
    return replace(records[0], last_seen=last_seen)


def _asset(draft: _Draft, records: list[AssetRecord], seen: set[Identifier], record: AssetRecord) -> Asset:
    """Add up what is remembered and what is seen of one thing."""
    sightings = tuple(sorted((s for thing in draft.things for s in thing.sightings), key=_rank))
    own = {identifier for thing in draft.things for identifier in thing.identifiers}
    remembered = {identifier for memory in draft.memories for identifier in memory.identifiers}
    identifiers = frozenset(own | (remembered - seen))
    manufacturer = _first(s.manufacturer for s in sightings) or _first(r.manufacturer for r in records)
    model = _first(s.model for s in sightings) or _first(r.model for r in records)
    override = next((r.class_override for r in records if r.class_override), None)
    record = replace(
        record,
        identifiers=identifiers,
        name=_name(sightings, records, manufacturer, min(identifiers, default=None)),
        manufacturer=manufacturer,
        model=model,
        class_override=override,
    )
    return Asset(record, sightings, classify(sightings, override))


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _name(
    sightings: Sequence[Sighting], records: list[AssetRecord], manufacturer: str | None, identifier: Identifier | None
) -> str:
    """User's name, integration's name, the remembered one, the name it gives itself, or what it is made by."""
    given = _first(s.user_name for s in sightings) or _first(s.name for s in sightings)
    tail = "without address"
    if identifier is not None:
        tail = identifier.value[-8:] if identifier.kind in HARDWARE_KINDS else identifier.value
    remembered = _first(record.name for record in records if not record.name.endswith(f" {tail}"))
    chosen = given or remembered or _first(s.hostname for s in sightings) or f"{manufacturer or 'Device'} {tail}"
    printable = "".join(character for character in chosen if character.isprintable()).strip()
    return printable[:_MAX_NAME] or f"Device {tail}"
