"""Decision tables: everything that was decided about an asset, compiled to lists in which the first match counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import NamedTuple

from .destinations import ANY, Destination
from .evaluation import Layer, Situation, Voice, voices
from .rules import Subject
from .scopes import Decision, PolicyError, Refusal, Scope

MAX_REGIONS = 1024
"""Regions that crossing rules of one layer may have in common."""

_DECISIONS = tuple(Decision)
"""By their strictness."""
_PERSONAL = frozenset({Layer.GRANT, Layer.ASSET})
"""Layers in which hardly two assets are told the same."""

type Said = frozenset[str]
"""All that is said of one asset and scope, as text."""

type _Voices = dict[str, Voice]
"""The strictest that is said of each destination in one layer, by the destination's text."""


class Entry(NamedTuple):
    """One line of a table."""

    destination: Destination
    decision: Decision


@dataclass(frozen=True, slots=True, init=False)
class ScopeTable:
    """What an asset meets in one scope: the first exception that covers a packet, else the default.

    No exception can be left out without changing what some packet meets, as far as single entries tell. Exceptions are
    kept as two columns: a home has hundreds of thousands, and the garbage collector looks at every object.
    """

    default: Decision
    _destinations: tuple[Destination, ...]
    _decisions: bytes
    """Of each, its strictness."""

    def __init__(self, default: Decision, exceptions: Sequence[Entry] = ()) -> None:
        """Keep the exceptions in their order."""
        object.__setattr__(self, "default", default)
        object.__setattr__(self, "_destinations", tuple([entry.destination for entry in exceptions]))
        object.__setattr__(self, "_decisions", bytes([entry.decision.strictness for entry in exceptions]))

    @property
    def exceptions(self) -> tuple[Entry, ...]:
        """What is decided otherwise than by default, the first that counts first."""
        decisions = [_DECISIONS[number] for number in self._decisions]
        return tuple(map(Entry, self._destinations, decisions, strict=True))

    def decide(self, destination: Destination) -> Decision:
        """What one packet meets, or a region as a whole; of several names of an address the strictest counts."""
        decisions = (self._first(alternative) for alternative in destination.alternatives())
        return max(decisions, key=lambda decision: decision.strictness)

    def _first(self, destination: Destination) -> Decision:
        hits = (entry.decision for entry in self.exceptions if entry.destination.covers(destination))
        return next(hits, self.default)


_PLAIN = {(scope, decision): (scope, ScopeTable(decision)) for scope in Scope for decision in Decision}
"""Where there are no exceptions: one for all assets."""


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
    return Table(tuple([_known_table(scope, said[scope], known) for scope in Scope if scope in said]))


def _known_table(scope: Scope, said: Sequence[Voice], known: dict[Said, ScopeTable]) -> tuple[Scope, ScopeTable]:
    if len(said) == 1:  # it speaks of anywhere, as in every scope somebody does
        return _PLAIN[scope, said[0].decision]
    if any(voice.layer in _PERSONAL for voice in said):  # to remember it takes more room than to compile it takes time
        return scope, _scope_table(said)
    key = frozenset(f"{layer:d} {decision} {where.text}" for _, layer, decision, where, _, _ in said)
    table = known.get(key)
    if table is None:
        table = known[key] = _scope_table(said)
    return scope, table


def _scope_table(said: Sequence[Voice]) -> ScopeTable:
    layers: dict[Layer, _Voices] = {}
    for voice in said:
        layer = layers.setdefault(voice.layer, {})
        text = voice.destination.text
        if text not in layer or voice.decision.strictness > layer[text].decision.strictness:
            layer[text] = voice
    heard: list[_Voices] = []
    above: list[Destination] = []
    default = Decision.DENY
    for _, layer in sorted(layers.items()):
        rest = layer.pop(ANY.text, None)
        if above:
            for text in [text for text, voice in layer.items() if _is_covered(voice.destination, above)]:
                del layer[text]
        above += [voice.destination for voice in layer.values()]
        heard.append(layer)
        if rest is not None:
            default = rest.decision
            break
    entries: list[Entry] = []
    for layer in reversed(heard):
        entries[:0] = _arranged(layer, None if entries else default)
    return ScopeTable(default, _needed(entries, default))


def _arranged(layer: _Voices, spare: Decision | None) -> list[Entry]:
    """One layer in an order in which the first match is the strictest of the narrowest.

    What decides as `spare` does is left out if it comes before nothing that decides otherwise.
    """
    kept = [voice for voice in layer.values() if voice.decision is not spare]
    if spare is not None and len(kept) < len(layer):
        kept += _exceptions(layer, spare, kept)
    kept.sort(key=_laxity)
    after: dict[str, list[str]] = {}
    waits: dict[str, int] = {}
    for stricter, laxer in combinations(kept, 2):
        one, other = stricter.destination, laxer.destination
        if stricter.decision is not laxer.decision and one.overlaps(other):
            first, second = (other, one) if other.narrower(one) else (one, other)
            after.setdefault(first.text, []).append(second.text)
            waits[second.text] = waits.get(second.text, 0) + 1
    ready = [text for voice in kept if (text := voice.destination.text) not in waits]
    heapify(ready)
    ordered: list[Entry] = []
    while ready:
        text = heappop(ready)
        ordered.append(Entry(layer[text].destination, layer[text].decision))
        for later in after.get(text, ()):
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, later)
    return ordered if len(ordered) == len(kept) else _with_meets(layer)


def _exceptions(layer: _Voices, spare: Decision, others: Sequence[Voice]) -> list[Voice]:
    """What decides `spare` and is heard before one of the others, where both hold."""
    around = [(other.destination, spare.strictness > other.decision.strictness) for other in others]
    found: list[Voice] = []
    for voice in layer.values():
        if voice.decision is spare:
            here = voice.destination
            for there, laxer in around:
                if (here.narrower(there) or (laxer and not there.narrower(here))) and here.overlaps(there):
                    found.append(voice)
                    break
    return found


def _laxity(voice: Voice) -> int:
    return -voice.decision.strictness


def _with_meets(said: _Voices) -> list[Entry]:
    """The layer and all that its destinations have in common, most shared first.

    Whatever destinations cover a packet, what they have in common is in the list, covers it, and comes before
    everything that fewer of them share: the first match knows all of them.
    """
    layer = {voice.destination: voice.decision for voice in said.values()}
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
    earlier = [entry.destination for entry in entries]
    needed: list[Entry] = []
    for entry in reversed(entries):
        earlier.pop()
        if not _same_without(earlier, entry, needed, default) and not _is_covered(entry.destination, earlier):
            needed.insert(0, entry)
    return tuple(needed)


def _is_covered(where: Destination, by: Iterable[Destination]) -> bool:
    lacks = ~where.needs
    for one in by:  # noqa: SIM110 - compiling asks this more than anything else, and `any` is slower
        if not one.needs & lacks and one.covers(where):
            return True
    return False


def _same_without(earlier: Sequence[Destination], entry: Entry, later: Sequence[Entry], default: Decision) -> bool:
    """Every packet that reaches the entry, which none of the `earlier` ones covers, meets the same further down."""
    where, decision = entry
    if decision is not default and not _is_covered(where, [one for one, said in later if said is decision]):
        return False
    for other, otherwise in later:
        if otherwise is decision:
            if other.covers(where):
                return True
        elif other.overlaps(where) and not any(one.covers_meet(where, other) for one in earlier):
            return False
    return decision is default
