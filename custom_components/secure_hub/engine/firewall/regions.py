"""From an asset's decision table to regions that no packet is in two of, as the firewall's maps want them.

A table is a list in which the first match decides. Here the far ends that its exceptions name are cut into segments of
addresses, and each segment into ranges of ports, so that what is left has one decision and no order. What stands for
single addresses and ports can be looked up in a hash, and only what is wider needs intervals.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise
from operator import or_
from types import MappingProxyType
from typing import Final, NamedTuple

from ..assets.model import Address
from ..policy.destinations import Destination, Place, PlaceKind
from ..policy.scopes import NETWORK_SCOPES, Decision, Scope
from ..policy.service import Service
from ..policy.tables import Entry, ScopeTable, Table
from .region import ANYWHERE, Region, Span, agreed, differences, placed
from .services import Services, is_uniform, services, strictest
from .zones import NO_ZONES, Zones

MAX_REGIONS: Final = 4096
"""Regions of one asset and scope; beyond, the scope is denied as a whole."""
_MAX_WORK: Final = 2_000_000
"""Segments times exceptions of one scope."""
_MAX_PIECES: Final = 65_536
"""Parts into which lists may cut what other exceptions name."""

_TOP: Final = 1 << 128
"""Beyond the last address."""
_NEAR: Final = frozenset({Scope.LAN, Scope.PEERS})
"""Scopes in which the far end may be on the same link, where its MAC tells who it is."""
_NAMED: Final = frozenset({PlaceKind.NAME, PlaceKind.SUFFIX})
type Names = Mapping[str, frozenset[Address]]
"""DNS names that a device was told, and the addresses that it was told for each."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the firewall must know of one asset.

    In `denied` scopes nothing passes but what a region allows, in others all but what a region denies; scopes without
    regions are not `excepted`. `refused` scopes have more regions than we hold, or deny a list that is not there, and
    are denied altogether.
    """

    denied: frozenset[Scope] = frozenset()
    excepted: frozenset[Scope] = frozenset()
    regions: frozenset[Region] = frozenset()
    refused: frozenset[Scope] = frozenset()
    asks: bool = True
    """Some of the internet is allowed, or may be asked for by its name, so that the home's name server may be asked."""
    names: bool = False
    """Exceptions name names, or are yet to be asked for by name, so that what the device is told matters."""
    asked: frozenset[Scope] = frozenset()
    """Scopes in which a person is to be asked about something that is denied until then."""

    def stricter(self, other: Rules) -> bool:
        """Something that `other` lets pass may not pass here."""
        lost = {r for r in other.regions - self.regions if r.allow} | {
            r for r in self.regions - other.regions if not r.allow
        }
        return bool(lost or self.denied - other.denied or (other.asks and not self.asks))


class Resolver(NamedTuple):
    """What stands for places: addresses and MACs of assets, names that the device was told, zones of named lists."""

    assets: Callable[[str], frozenset[Address]]
    names: Names
    zones: Zones
    named: Mapping[Place, int] = MappingProxyType({})
    """Numbers of the names whose addresses the firewall itself is told."""
    macs: Callable[[str], frozenset[str]] = lambda _: frozenset()


def is_constant(table: Table) -> bool:
    """The table means the same for every asset, whatever names and other assets stand for."""
    return _kinds(table) <= {PlaceKind.NETWORK, PlaceKind.LIST}


def _kinds(table: Table) -> set[PlaceKind]:
    return {p.kind for _, scope in table.scopes for e in scope.exceptions for p in e.destination.places}


def mentions(table: Table) -> frozenset[str]:
    """Ids of the assets that the table is about."""
    return frozenset(
        place.value
        for _, scope in table.scopes
        for entry in scope.exceptions
        for place in entry.destination.places
        if place.kind is PlaceKind.ASSET
    )


def constant_rules(table: Table, zones: Zones) -> Rules:
    """Cut a constant table; remembered, for most looks at a home change no table and no list."""
    return _listed_rules(table, zones) if PlaceKind.LIST in _kinds(table) else _unlisted_rules(table)


@lru_cache(maxsize=16_384)
def _unlisted_rules(table: Table) -> Rules:
    return rules(table, Resolver(lambda _: frozenset(), {}, NO_ZONES))


@lru_cache(maxsize=1024)
def _listed_rules(table: Table, zones: Zones) -> Rules:
    return rules(table, Resolver(lambda _: frozenset(), {}, zones))


def rules(table: Table, resolver: Resolver) -> Rules:
    """Cut a table into regions. A scope with too many of them is denied: the stricter side."""
    denied, refused, asked = set(), set(), set()
    found: set[Region] = set()
    asks = False
    for scope, decided in table.scopes:
        if scope not in NETWORK_SCOPES:
            continue
        if decided.default is not Decision.ALLOW:
            denied.add(scope)
        said = {decided.default, *(entry.decision for entry in decided.exceptions)}
        if Decision.ASK in said:
            asked.add(scope)
        try:
            regions = _bounded(scope, decided, resolver)
        except OverflowError:
            denied.add(scope)
            refused.add(scope)
            continue
        found |= regions
        if scope is Scope.INTERNET:
            asks = not said.isdisjoint({Decision.ALLOW, Decision.ASK})
    excepted = frozenset(region.scope for region in found)
    names = Scope.INTERNET in asked or not _NAMED.isdisjoint(_kinds(table))
    return Rules(
        frozenset(denied), excepted, frozenset(found), frozenset(refused), asks, names, frozenset(asked - refused)
    )


def _bounded(scope: Scope, decided: ScopeTable, resolver: Resolver) -> set[Region]:
    found: set[Region] = set()
    for region in _regions(scope, decided, resolver):
        if region.inbound and scope is Scope.INTERNET:
            continue  # nobody opens connections from there
        if region.zone and scope is not Scope.INTERNET:
            raise OverflowError  # lists are of the internet: nowhere else would the firewall ask for them
        found.add(region)
        if len(found) > MAX_REGIONS:
            raise OverflowError
    return found


# --- what an exception is about


class _Heard(NamedTuple):
    """An exception, with the addresses that it is about (None: all), and of them only those in all of some lists.

    `names` must have led there. If it is about an asset, `asset` is its id.
    """

    spans: tuple[Span, ...] | None
    lists: int
    names: tuple[Place, ...]
    service: Service | None
    allow: bool
    asset: str

    def is_about(self, zone: int) -> bool:
        """Whether it speaks of all addresses of a zone."""
        return self.spans is None and self.lists & zone == self.lists


def _heard(entry: Entry, resolver: Resolver) -> _Heard:
    destination: Destination = entry.destination
    allow = entry.decision is Decision.ALLOW
    spans: tuple[Span, ...] | None = None
    lists = 0
    for place in destination.places:
        if place.kind is PlaceKind.LIST and place.value in resolver.zones.bits:
            lists |= resolver.zones.bits[place.value]
            continue
        if place.kind is PlaceKind.LIST and (not allow or place.value in resolver.zones.refused):
            raise OverflowError  # nobody knows what is to be denied, or what is allowed is too much
        own = tuple(sorted(set(_spans(place, resolver))))
        spans = own if spans is None else tuple(_meet(spans, own))
    names = tuple(p for p in destination.places if p.kind in _NAMED)
    asset = next((p.value for p in destination.places if p.kind is PlaceKind.ASSET), "")
    return _Heard(spans, lists, names, destination.service, allow, asset)


def _spans(place: Place, resolver: Resolver) -> Iterator[Span]:
    match place.kind:
        case PlaceKind.NETWORK if place.network is not None:
            yield place.network.version, int(place.network[0]), int(place.network[-1])
        case PlaceKind.ASSET:
            yield from _each(resolver.assets(place.value))
        case PlaceKind.NAME | PlaceKind.SUFFIX:
            for name, addresses in resolver.names.items():
                if place.covers(Place(PlaceKind.NAME, name)):
                    yield from _each(addresses)


def _each(addresses: frozenset[Address]) -> Iterator[Span]:
    for address in addresses:
        yield address.version, int(address), int(address)


def _meet(some: tuple[Span, ...], others: tuple[Span, ...]) -> Iterator[Span]:
    if len(some) * len(others) > _MAX_WORK:
        raise OverflowError
    for version, first, last in some:
        for kind, start, end in others:
            if version == kind and first <= end and start <= last:
                yield version, max(first, start), min(last, end)


# --- regions


def _regions(scope: Scope, decided: ScopeTable, resolver: Resolver) -> Iterator[Region]:
    if not decided.exceptions:
        return
    default, zones = decided.default is Decision.ALLOW, resolver.zones
    heard = [_heard(entry, resolver) for entry in decided.exceptions]
    lists = reduce(or_, (entry.lists for entry in heard))
    base = _services([entry for entry in heard if entry.is_about(0)], default)
    yield from differences(scope, ANYWHERE, base, Services.uniform(default))
    behind = {0: base}
    for zone, number in zones.numbers.items() if lists else ():
        if (known := zone & lists) not in behind:
            behind[known] = _services([entry for entry in heard if entry.is_about(zone)], default)
        if behind[known] != base:
            yield from (r._replace(zone=number) for r in _cut(scope, ANYWHERE, behind[known], base))
    told: dict[tuple[int, int], list[Place]] = {}
    for name, addresses in resolver.names.items():
        for address in addresses:
            told.setdefault((address.version, int(address)), []).append(Place(PlaceKind.NAME, name))
    named = resolver.named if scope is Scope.INTERNET else {}
    yield from _by_name(scope, heard, named, default=default)
    yield from _by_mac(scope, heard, resolver)
    for span, zone in _pieces(heard, zones, lists):
        there = [e for e in heard if e.lists & zone == e.lists and (e.spans is None or _is_within(span, e.spans))]
        names = told.get(span[:2], []) if span[1] == span[2] else []
        found = _judged(there, names, default)
        if names and named:  # what the device itself was told goes before what anybody was
            yield from placed(scope, span, found)
        elif found != behind[zone]:
            yield from _cut(scope, span, found, behind[zone])


def _by_name(scope: Scope, heard: list[_Heard], named: Mapping[Place, int], *, default: bool) -> Iterator[Region]:
    """What is said of names of which the firewall is told the addresses; a name below another has its own say."""
    for place, number in named.items():
        there = [e for e in heard if e.is_about(0) or (e.names and all(one.covers(place) for one in e.names))]
        if any(e.names for e in there):
            found = _services(there, default)
            yield from (r._replace(zone=number) for r in placed(scope, ANYWHERE, found))


def _by_mac(scope: Scope, heard: list[_Heard], resolver: Resolver) -> Iterator[Region]:
    """What is said of assets themselves, for packets from and to addresses that are not known to be theirs yet.

    What such an address is in nobody knows. So a network counts as far as it denies, and only against what is allowed;
    of what is left undecided here the address decides alone.
    """
    for asset in sorted({entry.asset for entry in heard if entry.asset} if scope in _NEAR else ()):
        said = [e for e in heard if not e.asset or e.asset == asset]
        spoken = [e for e in said if e.asset or (e.is_about(0) and not e.names)]
        lenient = services([(e.service, e.allow or not e.asset) for e in spoken], default=True)
        denying = [e for e in said if e.asset or not e.allow or (e.is_about(0) and not e.names)]
        strict = services([(e.service, e.allow and bool(e.asset)) for e in denying], default=False)
        for mac in sorted(resolver.macs(asset)):
            yield from (region._replace(mac=mac) for region in agreed(scope, lenient, strict))


def _cut(scope: Scope, span: Span, found: Services, base: Services) -> Iterator[Region]:
    """What differs from what is anywhere, in few regions."""
    differs = found.other is not base.other
    if differs and (span[1] == span[2] or (is_uniform(found) and is_uniform(base))):
        return placed(scope, span, found)
    return differences(scope, span, found, base)


def _services(there: list[_Heard], default: bool) -> Services:  # noqa: FBT001 - what is left when nothing matches
    return services([(entry.service, entry.allow) for entry in there], default)


def _judged(there: list[_Heard], names: list[Place], default: bool) -> Services:  # noqa: FBT001 - as above
    """Judge an address once for each name that it was given for; the strictest holds."""
    found: Services | None = None
    for name in names:
        alone = _services([e for e in there if all(place.covers(name) for place in e.names)], default)
        found = alone if found is None else strictest(found, alone)
    return _services(there, default) if found is None else found


def _pieces(heard: list[_Heard], zones: Zones, lists: int) -> Iterator[tuple[Span, int]]:
    """Segments, cut where they go into a list or out of one, each with the bits of the lists that it is in."""
    count = 0
    for version, start, end in _segments(heard):
        for first, last, zone in zones.cut(version, start, end, lists):
            if (count := count + 1) > _MAX_PIECES:
                raise OverflowError
            yield (version, first, last), zone


def _segments(heard: list[_Heard]) -> Iterator[Span]:
    """Ranges of addresses about which the same exceptions speak, if any does."""
    for version in (4, 6):
        spans = {span for entry in heard for span in entry.spans or () if span[0] == version}
        cuts = sorted({span[1] for span in spans} | {span[2] + 1 for span in spans})
        if len(cuts) * len(heard) > _MAX_WORK:
            raise OverflowError
        opened = {span[1]: 0 for span in spans}
        closed: dict[int, int] = {}
        for _, first, last in spans:
            opened[first] += 1
            closed[last + 1] = closed.get(last + 1, 0) + 1
        depth = 0
        for start, end in pairwise(cuts):
            depth += opened.get(start, 0) - closed.get(start, 0)
            if depth:
                yield version, start, end - 1


def _is_within(span: Span, spans: tuple[Span, ...]) -> bool:
    """Some range, of several in order that do not overlap, holds this one."""
    version, first, last = span
    at = bisect_right(spans, (version, first, _TOP)) - 1
    return at >= 0 and spans[at][0] == version and last <= spans[at][2]
