"""Named lists as the firewall holds them: each address once, with the lists that it is in.

The lists of a home cut the addresses into zones: all that is in the same lists, and in no other, is one zone. So lists
of any length cost a packet one look, whatever lists there are and however they overlap, and a rule about a list costs a
device one element for each zone in it, however many networks that is.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

from ..policy.lists import NetworkList

MAX_RANGES: Final = 65_536
"""Ranges of all lists together; lists that would make it more are refused, the last by name first."""
MAX_ZONES: Final = 128
"""Likewise; each costs the firewall a few rules."""


class Range(NamedTuple):
    """Addresses of one zone: IP version, first and last as integers, and the bits of the lists that they are in."""

    version: int
    first: int
    last: int
    lists: int


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """The zones of a home. Compare by identity: the same lists give the same object."""

    bits: Mapping[str, int] = field(default_factory=dict)
    """The bit of each list."""
    ranges: tuple[Range, ...] = ()
    """In order, disjoint, and no two of one zone side by side."""
    refused: frozenset[str] = frozenset()
    """Lists that are too long to be held with the others."""
    numbers: Mapping[int, int] = field(default_factory=dict)
    """Every zone by the bits of its lists, numbered from 1."""

    def cut(self, version: int, first: int, last: int, bits: int) -> Iterator[tuple[int, int, int]]:
        """Cut addresses where they go from one zone into another, as far as these bits tell zones apart.

        Gives first, last and the bits of their lists without others; time is that of a look-up, and of what it gives.
        """
        start, zone = first, 0
        for one in self._ranges_from(version, first):
            if one.version != version or one.first > last:
                break
            for begin, number in ((max(one.first, first), one.lists & bits), (one.last + 1, 0)):
                if number != zone and begin <= last:
                    if begin > start:
                        yield start, begin - 1, zone
                    start, zone = begin, number
        yield start, last, zone

    def _ranges_from(self, version: int, address: int) -> Iterator[Range]:
        at = max(bisect_right(self.ranges, (version, address, 1 << 128)) - 1, 0)
        while at < len(self.ranges):
            one = self.ranges[at]
            if (one.version, one.last) >= (version, address):
                yield one
            at += 1


NO_ZONES: Final = Zones()


@lru_cache(maxsize=4)  # a look at the home seldom finds other lists than the last
def _zones(lists: frozenset[tuple[str, NetworkList]]) -> Zones:
    names = sorted(lists, key=lambda one: one[0])
    while True:
        bits = {name: 1 << place for place, (name, _) in enumerate(names)}
        if sum(len(members.networks) for _, members in names) <= MAX_RANGES:
            ranges = tuple(islice(_swept(dict(names), bits), MAX_RANGES + 1))
            numbers = {lists: n for n, lists in enumerate(sorted({one.lists for one in ranges}), 1)}
            if len(ranges) <= MAX_RANGES and len(numbers) <= MAX_ZONES:
                return Zones(bits, ranges, frozenset(name for name, _ in lists) - bits.keys(), numbers)
        names.pop()


def zones(lists: Mapping[str, NetworkList]) -> Zones:
    """The zones of some lists, at most 32; remembered. Time O(n log n) for n networks."""
    return _zones(frozenset(lists.items())) if lists else NO_ZONES


def _swept(lists: Mapping[str, NetworkList], bits: Mapping[str, int]) -> Iterator[Range]:
    """Go through all addresses in order and tell where the zone changes."""
    for version in (4, 6):
        changes: dict[int, int] = {}
        for name, members in lists.items():
            for network in members.networks:
                if network.version == version:
                    for at in (int(network[0]), int(network[-1]) + 1):
                        changes[at] = changes.get(at, 0) ^ bits[name]
        zone = 0
        cuts = sorted(at for at, bit in changes.items() if bit)
        for at, after in pairwise([*cuts, 1 << 128]):
            zone ^= changes[at]
            if zone:
                yield Range(version, at, after - 1, zone)
