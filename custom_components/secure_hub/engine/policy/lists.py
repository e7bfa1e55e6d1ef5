"""Named lists of networks: a country, a provider, a blocklist."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from ..assets.model import Address
from .destinations import Destination, Network, PlaceKind, list_place, network_place, unmapped
from .permissions import Permissions
from .scopes import PolicyError, Refusal

MAX_NETWORKS = 500_000


class ListError(ValueError):
    """Text that is no list of networks, and the number of the line that is none."""

    def __init__(self, line: int, detail: str) -> None:
        """Keep the line for whoever tells the user."""
        super().__init__(detail)
        self.line = line


class NetworkList:
    """An immutable set of IPv4 and IPv6 addresses, given as networks; a look-up takes O(log networks)."""

    __slots__ = ("_ends", "_starts", "networks")

    def __init__(self, networks: Iterable[Network]) -> None:
        """Collapse the networks into disjoint ranges. Raises PolicyError `list_too_long`."""
        given = list(networks)
        if len(given) > MAX_NETWORKS:
            raise PolicyError(Refusal.LIST_TOO_LONG, str(MAX_NETWORKS))
        self.networks: tuple[Network, ...] = (
            *collapse_addresses(n for n in given if isinstance(n, IPv4Network)),
            *collapse_addresses(n for n in given if isinstance(n, IPv6Network)),
        )
        """The fewest networks that make up the same set, IPv4 first, in order."""
        self._starts = {v: [int(n[0]) for n in self._of(v)] for v in (4, 6)}
        self._ends = {v: [int(n[-1]) for n in self._of(v)] for v in (4, 6)}

    def _of(self, version: int) -> Iterator[Network]:
        return (network for network in self.networks if network.version == version)

    def covers(self, network: Network) -> bool:
        """The whole network is in the list, within one collapsed network."""
        at = bisect_right(self._starts[network.version], int(network[0])) - 1
        return at >= 0 and int(network[-1]) <= self._ends[network.version][at]

    def __contains__(self, address: Address) -> bool:
        """The address is in the list."""
        plain = unmapped(address)
        at = bisect_right(self._starts[plain.version], int(plain)) - 1
        return at >= 0 and int(plain) <= self._ends[plain.version][at]


def enriched(destination: Destination, lists: Mapping[str, NetworkList]) -> Destination:
    """The same region with every named list that holds all of it added to its places."""
    networks = [place.network for place in destination.places if place.network is not None]
    inside = [list_place(name) for name, members in lists.items() if any(map(members.covers, networks))]
    return Destination((*destination.places, *inside), destination.service) if inside else destination


def read_list(text: str) -> NetworkList:
    """Read a list: one network or address a line; `#` or `;` begins a comment.

    Raises ListError for a line that is no network, a network with host bits among them, and PolicyError as NetworkList.
    """
    networks: list[Network] = []
    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].partition(";")[0].strip()
        if not written:
            continue
        try:
            network = ip_network(written)
            network_place(network)
        except ValueError as error:
            raise ListError(number, str(error)[:200]) from error
        networks.append(network)
    return NetworkList(networks)


def named_lists(permissions: Permissions) -> frozenset[str]:
    """Names of the lists that rules, grants and allow-lists are about."""
    destinations = (
        *(rule.destination for rule in permissions.all_rules()),
        *(grant.destination for grant in permissions.all_grants()),
        *(allowed.destination for entries in permissions.allow_lists.values() for allowed in entries),
    )
    places = (place for destination in destinations for place in destination.places)
    return frozenset(place.value for place in places if place.kind is PlaceKind.LIST)
