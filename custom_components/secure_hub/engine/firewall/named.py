"""DNS names for dnsmasq: which sets it has to fill with the addresses of which names, before it answers (`nftset`).

dnsmasq knows a domain with all below it, the longest that fits, and sets of plain addresses. So a set is of a name, not
of a device: whoever may reach the name may reach what anybody was told for it.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from ..policy.destinations import Place, PlaceKind
from ..policy.permissions import Permissions

MAX_NAMED: Final = 64
"""Names with a set; a packet that nothing else decides is looked up in each."""
_NAMES: Final = frozenset({PlaceKind.NAME, PlaceKind.SUFFIX})


def named_places(permissions: Permissions) -> tuple[Place, ...]:
    """Names that rules, grants and allow-lists are about, longer ones first: what is narrower is asked first."""
    destinations = (
        *(rule.destination for rule in permissions.all_rules()),
        *(grant.destination for grant in permissions.all_grants()),
        *(allowed.destination for entries in permissions.allow_lists.values() for allowed in entries),
    )
    found = {place for destination in destinations for place in destination.places if place.kind in _NAMES}
    return tuple(sorted(found, key=lambda place: (-place.value.count("."), place.rank, str(place)))[:MAX_NAMED])


def set_stem(place: Place) -> str:
    """What the names of its sets begin with; `_4` and `_6` follow."""
    return f"name_{blake2b(str(place).encode(), digest_size=6).hexdigest()}"


def fragment(places: Iterable[Place], table: str) -> str:
    """Lines of dnsmasq's configuration that fill the sets in `table` of family inet."""
    several = tuple(places)
    lines = ["# Written by Secure Hub, which replaces it when permissions change."]
    for domain in sorted({place.value for place in several}):
        below = Place(PlaceKind.SUFFIX, domain)
        mine = [set_stem(p) for p in several if p.value == domain or p.covers(below)]
        sets = (f"{version}#inet#{table}#{stem}_{version}" for stem in mine for version in (4, 6))
        lines.append(f"nftset=/{domain}/{','.join(sets)}")
    return "\n".join(lines) + "\n"


def numbered(places: Iterable[Place], first: int) -> Mapping[Place, int]:
    """A number for each, as zones of lists have."""
    return {place: number for number, place in enumerate(places, first)}
