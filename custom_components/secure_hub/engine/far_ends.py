"""What is known of the far end that somebody asks about, as the firewall goes by it when it meets a packet. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from .assets.model import Address
from .firewall.names import conflicting, is_name, shared
from .home import Home
from .policy.destinations import Destination, PlaceKind, asset_place, name_place
from .policy.lists import enriched
from .policy.scopes import Decision, Scope

MAX_JUDGED: Final = 64
"""Names of one asset that share an address with others and are judged for it: devices choose what they ask for."""
_NAMED: Final = frozenset({PlaceKind.NAME, PlaceKind.SUFFIX})


def known(home: Home, asset_id: str, destination: Destination) -> Destination:
    """The same region with all that is known of it for an asset.

    That are the named lists that hold it and, if it is one address, the names that the asset was told it for and whose
    it is. O(assets) for an address.
    """
    there = enriched(destination, home.lists)
    address = _address(destination)
    if address is None:
        return there
    names = (name for name, addresses in home.names.get(asset_id, {}).items() if address in addresses)
    owners = (key for key, member in home.plan.members.items() if address in member.addresses)
    places = (*map(name_place, filter(is_name, names)), *map(asset_place, owners))
    return Destination((*there.places, *places), destination.service)


def _address(destination: Destination) -> Address | None:
    """The one address that a destination is about, None if it is about something else."""
    networks = [place.network for place in destination.places if place.network is not None]
    if len(destination.places) != 1 or not networks or networks[0].num_addresses != 1:
        return None
    return networks[0].network_address


def shared_names(home: Home, asset_id: str, scope: Scope) -> Mapping[Address, Mapping[str, Decision]]:
    """Addresses that an asset was told for several names that meet different decisions, each with those names.

    Such an address meets the strictest of them, so that a name may be closed although it is allowed: people should be
    told why. Empty where no rule names a name.
    """
    table, names = home.tables[asset_id].scope(scope), home.names.get(asset_id)
    if not names or table is None or not any(_is_named(entry.destination) for entry in table.exceptions):
        return {}

    @cache
    def decision(name: str) -> Decision:
        return table.decide(Destination((name_place(name),)))

    several = sorted({name for some in shared(names).values() for name in some if is_name(name)})[:MAX_JUDGED]
    found = conflicting({name: names[name] for name in several}, lambda name: decision(name) is Decision.ALLOW)
    return {address: {name: decision(name) for name in sorted(some)} for address, some in found.items()}


def _is_named(destination: Destination) -> bool:
    return any(place.kind in _NAMED for place in destination.places)
