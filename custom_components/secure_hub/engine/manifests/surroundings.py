"""What the abstractions of a manifest stand for in a home, seen from one of its assets."""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from ..assets.model import Address, Asset, IdentifierKind
from ..home import Home, Networks
from ..policy.rules import fold
from ..policy.safety import Protection, protection
from ..topology import Topology
from .binding import DNS_SERVERS, GATEWAY, Surroundings
from .model import Group, GroupKind


def surroundings(
    home: Home,
    networks: Networks,
    asset_id: str,
    mud_urls: Mapping[str, str],
    controllers: Mapping[str, frozenset[Address]] | None = None,
) -> Surroundings:
    """Look around from an asset.

    `mud_urls` are those of the assets' own manifests, by asset id, this one's included: their authorities say who is of
    one manufacturer (RFC 8520, section 4.4), and so does the manufacturer that Home Assistant knows. `controllers` are
    addresses by class URI, as the owner gave them.
    """
    topology = home.topology
    others = {  # what may be done with the hub is no destination
        key: asset for key, asset in home.assets.items() if protection(asset, home.environment) is not Protection.IS_HUB
    }
    named = networks.iot | networks.lan
    return Surroundings(
        hub=frozenset(interface.ip for _, interface in topology.addresses),
        local=tuple(sorted({i.network for name, i in topology.addresses if name in named}, key=str)),
        groups=_groups(others, asset_id, mud_urls),
        controllers={
            DNS_SERVERS.value: frozenset(topology.nameservers),
            GATEWAY.value: frozenset(_gateways(topology, named)),
            **(controllers or {}),
        },
        macs={mac: key for key, asset in others.items() for mac in asset.values(IdentifierKind.MAC)},
        governed=home.governed,
    )


def _gateways(topology: Topology, named: Collection[str]) -> Iterator[Address]:
    """The router that this machine goes out through, if it is in the home; else this machine, if it forwards."""
    for version, forwards in ((4, topology.forwards_ipv4), (6, topology.forwards_ipv6)):
        out = [r for r in topology.routes if r.destination.version == version and not r.destination.prefixlen]
        hops = [route.gateway for route in out if route.gateway is not None and route.interface in named]
        yield from hops
        if forwards and not hops:
            yield from (i.ip for name, i in topology.addresses if name in named and i.version == version)


def _groups(assets: Mapping[str, Asset], asset_id: str, mud_urls: Mapping[str, str]) -> Mapping[Group, frozenset[str]]:
    found: dict[Group, set[str]] = {}
    own = assets.get(asset_id)
    makers = _makers(own) if own else set()
    for key, asset in assets.items():
        if key != asset_id and makers & _makers(asset):
            found.setdefault(Group(GroupKind.SAME_MANUFACTURER), set()).add(key)
    for key, url in mud_urls.items():
        if key == asset_id or key not in assets:
            continue
        found.setdefault(Group(GroupKind.MODEL, url), set()).add(key)
        found.setdefault(Group(GroupKind.MANUFACTURER, _authority(url)), set()).add(key)
        if asset_id in mud_urls and _authority(mud_urls[asset_id]) == _authority(url):
            found.setdefault(Group(GroupKind.SAME_MANUFACTURER), set()).add(key)
    return {group: frozenset(members) for group, members in found.items()}


def _makers(asset: Asset) -> set[str]:
    names = (asset.record.manufacturer, *(sighting.manufacturer for sighting in asset.sightings))
    return {fold(name) for name in names if name and fold(name)}


def _authority(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
