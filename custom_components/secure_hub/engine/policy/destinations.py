"""Where a permission leads: networks, names, assets and lists, each with or without a service.

A destination is a region of everything that an asset could reach: the places that must all hold (none: anywhere) and
the service (None: any). A rule's destination and a packet's are the same type; a packet's merely names everything
known of its far end. Three relations are all that evaluation needs:

- `covers`: whatever lies in the other lies in this one, for certain;
- `overlaps`: something may lie in both;
- `narrower`: more specific, a strict partial order. Places rank: single address, exact name or asset, then
  `*.suffix`, then network, then list, then anywhere; within a rank the one inside the other is narrower and everything
  else is incomparable. A destination is narrower if neither its place nor its service is wider, and one is narrower.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
import re
import sys

from ..assets.model import Address
from .scopes import PolicyError, Refusal
from .service import ALL_PORTS, Protocol, Service, parse_service

type Network = IPv4Network | IPv6Network

MAX_TEXT = 320
"""Longest destination as text: a DNS name of 253, a service, and room."""

_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_TOKEN = re.compile(r"[a-z0-9_-]{1,64}")
_MAPPED = IPv6Network("::ffff:0:0/96")


class PlaceKind(StrEnum):
    """What kind of place a destination names."""

    NETWORK = "network"
    NAME = "name"
    SUFFIX = "suffix"
    ASSET = "asset"
    LIST = "set"


@dataclass(frozen=True, slots=True)
class Place:
    """One place; `value` is canonical text.

    `network` is set for kind `network` only. A `suffix` is every name below it, at any depth, and not the name itself
    (the value carries no `*.`).

    All places are ranges of one line (`first` to `last`), on which networks lie by address and names by their labels
    read backwards, so that what is within a place is a range within its range.
    """

    kind: PlaceKind
    value: str
    network: Network | None = field(default=None, compare=False)
    rank: int = field(init=False, repr=False, compare=False)
    """0 for what stands for single addresses, higher for wider kinds."""
    family: int = field(init=False, repr=False, compare=False)
    """A bit: places of one family may lie in one another, others never do."""
    first: bytes = field(init=False, repr=False, compare=False)
    last: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Rank once; evaluation compares often."""
        first, last = _range(self)
        single = self.network is not None and first == last
        object.__setattr__(self, "rank", 0 if single else _RANK[self.kind])
        object.__setattr__(self, "family", _FAMILY[self.kind])
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)

    def covers(self, other: Place) -> bool:
        """Every address of `other` is one of this place, for certain."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Place) -> bool:
        """Some address may be in both; lists and places of different kinds always may.

        Two names do not overlap even if they resolve to one shared address: an address known by several names is
        judged by each name alone, and the strictest judgement holds.
        """
        if self.family != other.family or self.family == _LIST:
            return True
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        """As a person writes it."""
        return f"{_PREFIX[self.kind]}{self.value}"


def _range(place: Place) -> tuple[bytes, bytes]:
    """First and last of the line that a place is."""
    family = b"%d " % _FAMILY[place.kind]
    if place.network is not None:
        family += b"%d " % place.network.version
        first, bits = place.network.network_address.packed, place.network.max_prefixlen
        last = int.from_bytes(first) | (1 << (bits - place.network.prefixlen)) - 1  # the network would keep its own
        return family + first, family + last.to_bytes(bits // 8)
    if place.kind is PlaceKind.NAME:
        name = family + _backwards(place.value)
        return name, name
    if place.kind is PlaceKind.SUFFIX:
        below = family + _backwards(place.value)
        return below + b".", below + b".\xff"
    only = family + place.value.encode()
    return only, only


def _backwards(name: str) -> bytes:
    return ".".join(reversed(name.split("."))).encode()


_RANK = {PlaceKind.NAME: 0, PlaceKind.ASSET: 0, PlaceKind.SUFFIX: 1, PlaceKind.NETWORK: 2, PlaceKind.LIST: 3}
_ANYWHERE_RANK = 4
_PREFIX = {
    PlaceKind.NETWORK: "",
    PlaceKind.NAME: "",
    PlaceKind.SUFFIX: "*.",
    PlaceKind.ASSET: "asset:",
    PlaceKind.LIST: "set:",
}
_LIST = 8
_FAMILY = {PlaceKind.NETWORK: 1, PlaceKind.NAME: 2, PlaceKind.SUFFIX: 2, PlaceKind.ASSET: 4, PlaceKind.LIST: _LIST}
_NEEDS_SERVICE = 16


@dataclass(frozen=True, slots=True)
class Destination:
    """A region: where all `places` hold and the service is `service`.

    Rules have at most one place. Compare and hash by `text`, the canonical form that `parse` reads back.
    """

    places: tuple[Place, ...] = field(default=(), compare=False)
    service: Service | None = field(default=None, compare=False)
    text: str = field(init=False)
    needs: int = field(init=False, compare=False)
    """Bits for a service and for each kind of place: another region can lie in this one only if it has them all."""
    rank: int = field(init=False, repr=False, compare=False)
    """The place's."""
    start: int = field(init=False, repr=False, compare=False)
    """The service's part of the line of all services, for every service more than all of it."""
    end: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Bring the places into one order, so that equal regions are equal."""
        places = self.places
        if len(places) > 1:
            places = tuple(sorted(set(places), key=str))
            object.__setattr__(self, "places", places)
        words = [*map(str, places), *([str(self.service)] if self.service else ())]
        object.__setattr__(self, "text", " ".join(words) or "any")
        needs = 0 if self.service is None else _NEEDS_SERVICE
        for place in places:
            needs |= place.family
        object.__setattr__(self, "needs", needs)
        object.__setattr__(self, "rank", places[0].rank if places else _ANYWHERE_RANK)
        object.__setattr__(self, "start", -1 if self.service is None else self.service.start)
        object.__setattr__(self, "end", sys.maxsize if self.service is None else self.service.end)

    def __hash__(self) -> int:
        """The text's, which Python keeps."""
        return hash(self.text)

    @property
    def is_any(self) -> bool:
        """Everywhere, every service."""
        return not self.places and self.service is None

    def covers(self, other: Destination) -> bool:
        """Whatever lies in `other` lies in this region, for certain."""
        if self.needs & ~other.needs or self.start > other.start or other.end > self.end:
            return False
        for mine in self.places:  # plain loops: compiling asks this more often than anything else
            for theirs in other.places:
                if mine.covers(theirs):
                    break
            else:
                return False
        return True

    def covers_meet(self, one: Destination, other: Destination) -> bool:
        """Whatever lies in both others lies in this region, for certain: covers what they `meet` in, unmade."""
        if self.needs & ~(one.needs | other.needs):
            return False
        if self.start > max(one.start, other.start) or min(one.end, other.end) > self.end:
            return False
        places = one.places + other.places
        return all(any(mine.covers(theirs) for theirs in places) for mine in self.places)

    def overlaps(self, other: Destination) -> bool:
        """Something may lie in both."""
        if self.start > other.end or other.start > self.end:
            return False
        for mine in self.places:
            for theirs in other.places:
                if not mine.overlaps(theirs):
                    return False
        return True

    def narrower(self, other: Destination) -> bool:
        """More specific than `other`; for rules, which have at most one place."""
        if self.rank > other.rank or self.start < other.start or self.end > other.end:
            return False
        if self.rank == other.rank and self.places:
            mine, theirs = self.places[0], other.places[0]
            if not theirs.covers(mine):
                return False
            if not mine.covers(theirs):
                return True
        return self.rank < other.rank or self.start > other.start or self.end < other.end

    def meet(self, other: Destination) -> Destination:
        """What both have in common; only for regions that overlap."""
        places = set(self.places) | set(other.places)
        least = tuple(p for p in places if not any(q != p and p.covers(q) for q in places))
        if self.service is None or other.service is None:
            return Destination(least, self.service or other.service)
        return Destination(least, self.service.meet(other.service))

    def alternatives(self) -> tuple[Destination, ...]:
        """This region once for each exact name it has; itself if it has one or none."""
        names = [p for p in self.places if p.kind is PlaceKind.NAME]
        if len(names) <= 1:
            return (self,)
        rest = tuple(p for p in self.places if p.kind is not PlaceKind.NAME)
        return tuple(Destination((*rest, name), self.service) for name in names)

    def __str__(self) -> str:
        """As a person writes it."""
        return self.text


ANY = Destination()
"""Everywhere."""


def unmapped(address: Address) -> Address:
    """The address itself: an IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) as IPv4, without a zone."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def network_place(network: Network) -> Place:
    """A network as a place. Raises PolicyError `invalid_network` for IPv4 hidden in IPv6."""
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        raise PolicyError(Refusal.INVALID_NETWORK, str(network))
    single = network.prefixlen == network.max_prefixlen
    return Place(PlaceKind.NETWORK, str(network.network_address) if single else str(network), network)


def name_place(text: str) -> Place:
    """A DNS name or `*.suffix` as a place, lower case, without the final dot.

    Raises PolicyError `invalid_name`; names outside ASCII are written in their `xn--` form (RFC 5891).
    """
    value = text.lower().removesuffix(".")
    kind = PlaceKind.SUFFIX if value.startswith("*.") else PlaceKind.NAME
    value = value.removeprefix("*.")
    if not _NAME.fullmatch(value) or value.rpartition(".")[2].isdigit() or value in {"any", *Protocol}:
        raise PolicyError(Refusal.INVALID_NAME, text[:MAX_TEXT])
    return Place(kind, value)


def asset_place(asset_id: str) -> Place:
    """Another asset as a place. Raises PolicyError `invalid_asset`."""
    return _token_place(PlaceKind.ASSET, asset_id, Refusal.INVALID_ASSET)


def list_place(name: str) -> Place:
    """A named list of networks as a place. Raises PolicyError `invalid_set`."""
    return _token_place(PlaceKind.LIST, name, Refusal.INVALID_SET)


def _token_place(kind: PlaceKind, value: str, key: Refusal) -> Place:
    if not _TOKEN.fullmatch(value):
        raise PolicyError(key, value[:MAX_TEXT])
    return Place(kind, value)


def target(  # noqa: PLR0913 - everything that can be known of a packet's far end, all of it optional
    *,
    address: Address | None = None,
    names: Iterable[str] = (),
    asset_id: str | None = None,
    lists: Iterable[str] = (),
    protocol: Protocol | None = None,
    port: int | None = None,
    own: bool = False,
) -> Destination:
    """The far end of one packet: all that is known of it.

    `names` are the DNS names that the device was given this address for, `lists` the named lists that hold the
    address. An `own` connection was opened by the far end, to this port of the asset. Without a protocol, or for one
    that services cannot name, only rules for every service match. Raises PolicyError for what cannot be.
    """
    places = [*map(name_place, names), *map(list_place, lists)]
    if address is not None:
        places.append(network_place(ip_network(unmapped(address))))
    if asset_id is not None:
        places.append(asset_place(asset_id))
    if protocol is None:
        return Destination(tuple(places))
    if protocol is Protocol.ICMP:
        return Destination(tuple(places), Service(protocol))
    ports = ALL_PORTS if port is None else (port, port)
    return Destination(tuple(places), Service(protocol, *ports, own=own))


def parse(text: str) -> Destination:
    """Read a destination as a person writes it.

    `any`, or a place, a service, or a place and a service with a space between. Places: `192.0.2.0/24`,
    `2001:db8::1`, `example.com`, `*.example.com`, `asset:<id>`, `set:<name>`. Services: `tcp`, `udp/53`,
    `tcp/8000-8100`, `icmp`; of the asset's own ports `own:tcp`, `own:tcp/22`. Raises PolicyError that says which part
    cannot be read.
    """
    if len(text) > MAX_TEXT:
        raise PolicyError(Refusal.DESTINATION_TOO_LONG, text[:40])
    match text.split():
        case ["any"]:
            return ANY
        case [word]:
            service = parse_service(word)
            return Destination((), service) if service else Destination((parse_place(word),))
        case [place, word] if service := parse_service(word):
            return Destination((parse_place(place),), service)
    raise PolicyError(Refusal.INVALID_DESTINATION, text)


@lru_cache(maxsize=4096)
def parse_place(text: str) -> Place:
    """Read one place. Raises PolicyError."""
    prefix, colon, rest = text.partition(":")
    if colon and prefix == PlaceKind.ASSET:
        return asset_place(rest)
    if colon and prefix == PlaceKind.LIST:
        return list_place(rest)
    if ":" not in text and not text.partition("/")[0].replace(".", "").isdigit():
        return name_place(text)
    if "%" in text:
        raise PolicyError(Refusal.INVALID_NETWORK, text)
    try:
        return network_place(ip_network(text))
    except PolicyError:
        raise
    except ValueError as error:
        raise PolicyError(Refusal.INVALID_NETWORK, text) from error
