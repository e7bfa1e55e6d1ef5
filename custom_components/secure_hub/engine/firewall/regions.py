"""From an asset's decision table to regions that no packet is in two of, as the firewall's maps want them.

A table is a list in which the first match decides. Here the far ends that its exceptions name are cut into segments of
addresses, and each segment into ranges of ports, so that what is left has one decision and no order. What stands for
single addresses and ports can be looked up in a hash, and only what is wider needs intervals.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from typing import Final, NamedTuple

from ..assets.model import Address
from ..policy.destinations import Destination, Place, PlaceKind, Protocol, Service
from ..policy.lists import NetworkList
from ..policy.scopes import NETWORK_SCOPES, Decision, Scope
from ..policy.tables import Entry, ScopeTable, Table

MAX_REGIONS: Final = 4096
"""Regions of one asset and scope; beyond, the scope is denied as a whole."""
_MAX_WORK: Final = 2_000_000
"""Segments times exceptions of one scope."""

ANY_PROTOCOL: Final = (0, 255)
ANY_PORT: Final = (0, 65535)
_NAMED: Final = frozenset({PlaceKind.NAME, PlaceKind.SUFFIX})
_ICMP: Final = {4: (1,), 6: (58,), 0: (1, 58)}
_OTHERS: Final = {
    0: ((0, 0), (2, 5), (7, 16), (18, 57), (59, 255)),
    4: ((0, 0), (2, 5), (7, 16), (18, 255)),
    6: ((0, 5), (7, 16), (18, 57), (59, 255)),
}

type Span = tuple[int, int, int]
"""IP version, first and last address."""

type Names = Mapping[str, frozenset[Address]]
"""DNS names that a device was told, and the addresses that it was told for each."""


class Region(NamedTuple):
    """A part of what is beyond an asset, and whether the asset may have to do with it.

    `version` 0 is every address, of either version; first and last address are integers then 0. `inbound` regions are
    about connections that the far end opens: of them no port is asked.
    """

    scope: Scope
    inbound: bool
    version: int
    first: int
    last: int
    protocols: tuple[int, int]
    ports: tuple[int, int]
    allow: bool

    @property
    def single(self) -> bool:
        """The region is about one address."""
        return bool(self.version) and self.first == self.last

    def address(self, number: int) -> Address:
        """First or last address as an address."""
        return IPv4Address(number) if self.version == 4 else IPv6Address(number)  # noqa: PLR2004 - the protocol's number


@dataclass(frozen=True, slots=True)
class Rules:
    """What the firewall must know of one asset.

    In `denied` scopes nothing passes but what a region allows, in others all but what a region denies; scopes without
    regions are not `excepted`. `refused` scopes have more regions than we hold, and are denied altogether.
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
    """What stands for places: addresses of assets, names that the device was told, named lists."""

    assets: Callable[[str], frozenset[Address]]
    names: Names
    lists: Mapping[str, NetworkList]


def is_constant(table: Table) -> bool:
    """The table means the same whatever names, assets and lists stand for."""
    return _kinds(table) <= {PlaceKind.NETWORK}


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


@lru_cache(maxsize=16_384)
def constant_rules(table: Table) -> Rules:
    """Cut a constant table; remembered, for most looks at a home change no table."""
    return rules(table, Resolver(lambda _: frozenset(), {}, {}))


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
        found.add(region)
        if len(found) > MAX_REGIONS:
            raise OverflowError
    return found


# --- what an exception is about


class _Heard(NamedTuple):
    """An exception, with the addresses that it is about (None: all) and the names that must have led there."""

    spans: tuple[Span, ...] | None
    names: tuple[Place, ...]
    service: Service | None
    allow: bool


def _heard(entry: Entry, resolver: Resolver) -> _Heard:
    destination: Destination = entry.destination
    spans: tuple[Span, ...] | None = None
    names = tuple(p for p in destination.places if p.kind in _NAMED)
    for place in destination.places:
        own = tuple(sorted(set(_spans(place, resolver))))
        spans = own if spans is None else tuple(_meet(spans, own))
    return _Heard(spans, names, destination.service, entry.decision is Decision.ALLOW)


def _spans(place: Place, resolver: Resolver) -> Iterator[Span]:
    match place.kind:
        case PlaceKind.NETWORK if place.network is not None:
            yield place.network.version, int(place.network[0]), int(place.network[-1])
        case PlaceKind.LIST if place.value in resolver.lists:
            networks = resolver.lists[place.value].networks
            if len(networks) > MAX_REGIONS:
                raise OverflowError
            for network in networks:
                yield network.version, int(network[0]), int(network[-1])
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


# --- what one far end meets, by protocol and port


class _Services(NamedTuple):
    """Whether a packet passes: by TCP and UDP port from 1 (disjoint, in order), and without asking for a port."""

    tcp: tuple[tuple[int, int, bool], ...]
    udp: tuple[tuple[int, int, bool], ...]
    any_tcp: bool
    any_udp: bool
    icmp: bool
    other: bool


def _services(heard: list[_Heard], default: bool) -> _Services:  # noqa: FBT001 - what is left when nothing matches
    def first(protocol: Protocol | None, ports: tuple[int, int]) -> bool:
        for entry in heard:
            service = entry.service
            if service is None:
                return entry.allow
            if service.protocol is protocol and service.first <= ports[0] and ports[1] <= service.last:
                return entry.allow
        return default

    def ported(protocol: Protocol) -> tuple[tuple[int, int, bool], ...]:
        cuts = {1, ANY_PORT[1] + 1}
        for entry in heard:
            if entry.service is not None and entry.service.protocol is protocol:
                cuts |= {max(1, entry.service.first), entry.service.last + 1}
        found: list[tuple[int, int, bool]] = []
        for start, end in pairwise(sorted(cuts)):
            allow = first(protocol, (start, end - 1))
            if found and found[-1][2] is allow:
                found[-1] = (found[-1][0], end - 1, allow)
            else:
                found.append((start, end - 1, allow))
        return tuple(found)

    return _Services(
        ported(Protocol.TCP),
        ported(Protocol.UDP),
        first(Protocol.TCP, ANY_PORT),
        first(Protocol.UDP, ANY_PORT),
        first(Protocol.ICMP, ANY_PORT),
        first(None, ANY_PORT),
    )


def _strictest(some: _Services, other: _Services) -> _Services:
    def both(
        one: tuple[tuple[int, int, bool], ...], two: tuple[tuple[int, int, bool], ...]
    ) -> tuple[tuple[int, int, bool], ...]:
        return tuple((start, end, allow and wanted) for start, end, allow, wanted in _pairs(one, two))

    return _Services(
        both(some.tcp, other.tcp),
        both(some.udp, other.udp),
        *(one and two for one, two in zip(some[2:], other[2:], strict=True)),
    )


def _pairs(
    one: tuple[tuple[int, int, bool], ...], two: tuple[tuple[int, int, bool], ...]
) -> Iterator[tuple[int, int, bool, bool]]:
    """Ranges in which neither changes, and what each says there."""
    left, right = 0, 0
    start = 1
    while left < len(one) and right < len(two):
        end = min(one[left][1], two[right][1])
        yield start, end, one[left][2], two[right][2]
        left += one[left][1] == end
        right += two[right][1] == end
        start = end + 1


# --- regions


def _regions(scope: Scope, decided: ScopeTable, resolver: Resolver) -> Iterator[Region]:
    if not decided.exceptions:
        return
    default = decided.default is Decision.ALLOW
    heard = [_heard(entry, resolver) for entry in decided.exceptions]
    base = _services([entry for entry in heard if entry.spans is None], default)
    everywhere = _Services(((1, 65535, default),), ((1, 65535, default),), default, default, default, default)
    yield from _differences(scope, (0, 0, 0), base, everywhere)
    told: dict[tuple[int, int], list[Place]] = {}
    for name, addresses in resolver.names.items():
        for address in addresses:
            told.setdefault((address.version, int(address)), []).append(Place(PlaceKind.NAME, name))
    for span in _segments(heard):
        version, first, last = span
        there = [entry for entry in heard if entry.spans is None or any(_holds(one, span) for one in entry.spans)]
        names = told.get((version, first), []) if first == last else []
        found = _judged(there, names, default)
        if found != base:
            special = first == last and found.other is not base.other
            yield from _placed(scope, span, found) if special else _differences(scope, span, found, base)


def _judged(there: list[_Heard], names: list[Place], default: bool) -> _Services:  # noqa: FBT001 - as above
    """Judge an address once for each name that it was given for; the strictest holds."""
    found: _Services | None = None
    for name in names:
        alone = _services([e for e in there if all(place.covers(name) for place in e.names)], default)
        found = alone if found is None else _strictest(found, alone)
    return _services(there, default) if found is None else found


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


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] == inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2]


def _placed(scope: Scope, span: Span, found: _Services) -> Iterator[Region]:
    """One address: what holds for it in general, and services for which something else does."""
    whole = _Services(
        ((1, 65535, found.other),), ((1, 65535, found.other),), found.other, found.other, found.other, found.other
    )
    for inbound in (False, True):
        yield Region(scope, inbound, *span, ANY_PROTOCOL, ANY_PORT, found.other)
    yield from _differences(scope, span, found, whole)


def _differences(scope: Scope, span: Span, found: _Services, base: _Services) -> Iterator[Region]:
    for number, ours, theirs in ((6, found.tcp, base.tcp), (17, found.udp, base.udp)):
        for first, last, allow, before in _pairs(ours, theirs):
            if allow is not before:
                yield Region(scope, False, *span, (number, number), (first, last), allow)  # noqa: FBT003 - outbound
    for number, allow, before in ((6, found.any_tcp, base.any_tcp), (17, found.any_udp, base.any_udp)):
        if allow is not before:
            yield Region(scope, True, *span, (number, number), ANY_PORT, allow)  # noqa: FBT003 - inbound
    yield from _portless(scope, span, found, base)


def _portless(scope: Scope, span: Span, found: _Services, base: _Services) -> Iterator[Region]:
    for inbound in (False, True):
        if found.icmp is not base.icmp:
            for number in _ICMP[span[0]]:
                yield Region(scope, inbound, *span, (number, number), ANY_PORT, found.icmp)
        if found.other is not base.other:
            for protocols in _OTHERS[span[0]]:
                yield Region(scope, inbound, *span, protocols, ANY_PORT, found.other)
