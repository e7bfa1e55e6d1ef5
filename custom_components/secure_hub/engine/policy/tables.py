"""Decision tables: everything that was decided about an asset, compiled to lists in which the first match counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations
from operator import attrgetter
from typing import NamedTuple

from .destinations import ANY, Destination
from .evaluation import Layer, Situation, Voice, voices
from .rules import Subject
from .scopes import Decision, PolicyError, Refusal, Scope

MAX_REGIONS = 1024
"""Regions that crossing rules of one layer may have in common."""

_PERSONAL = frozenset({Layer.GRANT, Layer.ASSET})
"""Layers in which hardly two assets are told the same."""

type Said = frozenset[str]
"""All that is said of one asset and scope, as text."""


class Entry(NamedTuple):
    """One line of a table."""

    destination: Destination
    decision: Decision


@dataclass(frozen=True, slots=True)
class ScopeTable:
    """What an asset meets in one scope: the first exception that covers a packet, else the default.

    No exception can be left out without changing what some packet meets, as far as single entries tell.
    """

    default: Decision
    exceptions: tuple[Entry, ...] = ()

    def decide(self, destination: Destination) -> Decision:
        """What one packet meets, or a region as a whole; of several names of an address the strictest counts."""
        decisions = (self._first(alternative) for alternative in destination.alternatives())
        return max(decisions, key=lambda decision: decision.strictness)

    def _first(self, destination: Destination) -> Decision:
        hits = (entry.decision for entry in self.exceptions if entry.destination.covers(destination))
        return next(hits, self.default)


@dataclass(frozen=True, slots=True)
class Table:
    """What an asset meets in each scope that applies to it, in the order of `Scope`.

    Equal tables hash alike, so that assets that may do the same can share a class in the firewall.
    """

    scopes: tuple[tuple[Scope, ScopeTable], ...]

    def scope(self, scope: Scope) -> ScopeTable | None:
        """The table of one scope, None if it does not apply."""
        return next((table for name, table in self.scopes if name is scope), None)


def compile_table(asset: Subject, situation: Situation, known: dict[Said, ScopeTable] | None = None) -> Table:
    """Compile all that was decided about one asset.

    `known` keeps, for other assets, what scopes compiled to in which nothing is said of this very asset. Takes O(n^2)
    comparisons for n destinations in a scope that is not known yet. Raises PolicyError `too_many_exceptions`.
    """
    said: dict[Scope, list[Voice]] = {}
    for voice in voices(asset, situation):
        said.setdefault(voice.scope, []).append(voice)
    known = {} if known is None else known
    return Table(tuple((scope, _known_table(said[scope], known)) for scope in Scope if scope in said))


def _known_table(said: Sequence[Voice], known: dict[Said, ScopeTable]) -> ScopeTable:
    if any(voice.layer in _PERSONAL for voice in said):  # to remember it takes more room than to compile it takes time
        return _scope_table(said)
    key = frozenset(f"{layer:d} {decision} {where.text}" for _, layer, decision, where, _, _ in said)
    table = known.get(key)
    if table is None:
        table = known[key] = _scope_table(said)
    return table


def _scope_table(said: Sequence[Voice]) -> ScopeTable:
    layers: dict[Layer, dict[str, Entry]] = {}
    for _, name, decision, destination, _, _ in said:
        layer = layers.setdefault(name, {})
        before = layer.get(destination.text)
        if before is None or decision.strictness > before.decision.strictness:
            layer[destination.text] = Entry(destination, decision)
    entries: list[Entry] = []
    default = Decision.DENY
    for _, layer in sorted(layers.items()):
        rest = layer.pop(ANY.text, None)
        heard = list(layer.values())
        if entries:
            above = tuple(entries)
            heard = [new for new in heard if not any(old.destination.covers(new.destination) for old in above)]
        entries.extend(_arranged(heard))
        if rest is not None:
            default = rest.decision
            break
    return ScopeTable(default, _needed(entries, default))


def _arranged(layer: Sequence[Entry]) -> Sequence[Entry]:
    """One layer in an order in which the first match is the strictest of the narrowest."""
    layer = sorted(layer, key=attrgetter("destination.text"))
    if len({entry.decision for entry in layer}) <= 1:
        return layer
    ordered = _sorted(layer)
    return _with_meets(layer) if ordered is None else ordered


def _sorted(layer: Sequence[Entry]) -> list[Entry] | None:
    """Narrower before wider, stricter before laxer where neither is; None if no order does both."""
    after: list[list[int]] = [[] for _ in layer]
    waits = [0] * len(layer)
    for (i, (one, decision)), (j, (other, otherwise)) in combinations(enumerate(layer), 2):
        if decision is otherwise or not one.overlaps(other):
            continue
        breadth = one.breadth(other) or otherwise.strictness - decision.strictness
        first, second = (i, j) if breadth < 0 else (j, i)
        after[first].append(second)
        waits[second] += 1
    ready = [index for index, count in enumerate(waits) if not count]  # in order, so a heap
    ordered: list[Entry] = []
    while ready:
        index = heappop(ready)
        ordered.append(layer[index])
        for later in after[index]:
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, later)
    return ordered if len(ordered) == len(layer) else None


def _with_meets(given: Sequence[Entry]) -> list[Entry]:
    """The layer and all that its destinations have in common, most shared first.

    Whatever destinations cover a packet, what they have in common is in the list, covers it, and comes before
    everything that fewer of them share: the first match knows all of them.
    """
    layer = dict(given)
    regions = set(layer)
    fresh = list(layer)
    while fresh:
        region = fresh.pop()
        for other in layer:
            if region.overlaps(other) and (meet := region.meet(other)) not in regions:
                regions.add(meet)
                fresh.append(meet)
        if len(regions) > MAX_REGIONS:
            raise PolicyError(Refusal.TOO_MANY_EXCEPTIONS, str(MAX_REGIONS))
    ranked: list[tuple[int, str, Entry]] = []
    for region in regions:
        around = [destination for destination in layer if destination.covers(region)]
        left = [d for d in around if not any(other.narrower(d) for other in around)]
        decision = max((layer[d] for d in left), key=lambda decision: decision.strictness)
        ranked.append((-len(around), region.text, Entry(region, decision)))
    return [entry for _, _, entry in sorted(ranked)]


def _needed(entries: Sequence[Entry], default: Decision) -> tuple[Entry, ...]:
    """Leave out entries that no packet reaches and those whose packets meet the same without them."""
    if all(entry.decision is default for entry in entries):
        return ()
    kept: list[Entry] = []
    for entry in entries:
        if not _is_covered(entry.destination, kept):
            kept.append(entry)
    tail: list[Entry] = []
    while kept:
        entry = kept.pop()
        if not _same_without(kept, entry, tail[::-1], default):
            tail.append(entry)
    return tuple(reversed(tail))


def _is_covered(where: Destination, entries: Sequence[Entry]) -> bool:
    lacks = ~where.needs
    for destination, _ in entries:  # noqa: SIM110 - compiling asks this more than anything else, and `any` is slower
        if not destination.needs & lacks and destination.covers(where):
            return True
    return False


def _same_without(earlier: Sequence[Entry], entry: Entry, later: Sequence[Entry], default: Decision) -> bool:
    """Every packet that reaches the entry, which none of the `earlier` ones covers, meets the same further down."""
    where, decision = entry
    if decision is not default and not _is_covered(where, [one for one in later if one.decision is decision]):
        return False
    for other, otherwise in later:
        if otherwise is decision:
            if other.covers(where):
                return True
        elif other.overlaps(where) and (other.covers(where) or not _is_covered(where.meet(other), earlier)):
            return False
    return decision is default
