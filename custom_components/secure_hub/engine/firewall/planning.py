"""Planning: from assets, policy and topology to the plan that every enforcer makes true."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network, collapse_addresses
from types import MappingProxyType
from typing import Final

from ..assets.classes import is_governed
from ..assets.model import Address, Asset, IdentifierKind
from ..persistent import PersistentMap
from ..policy.destinations import Place
from ..policy.limits import Limit
from ..policy.lists import NetworkList
from ..policy.model import Mode, Newcomers, Policy, Standing
from ..policy.safety import Environment, Protection, protection
from ..policy.tables import Table
from ..topology import Network, Topology, interface_towards, own_macs, uplinks
from .coverage import is_behind_gate
from .named import numbered
from .plan import Member, PacketClass, Plan, Segment
from .regions import Names, Resolver, constant_rules, is_constant, mentions, rules
from .zones import MAX_ZONES, Zones, zones as zones_of

_HOST: Final = 64
"""Bits of an IPv6 address that say who it is on its network (RFC 4291, 2.5.1)."""
_MAX_PREFIXES: Final = 1024
_LINK_LOCAL: Final = IPv6Network("fe80::/10")
_CLASSES: Final = {
    Standing.ADMITTED: PacketClass.OPEN,
    Standing.HELD: PacketClass.HELD,
    Standing.QUARANTINED: PacketClass.QUARANTINED,
}


def member(asset: Asset, standing: Standing, surroundings: Environment, iot_interfaces: Collection[str]) -> Member:
    """Make the member of the plan that `asset` is; one with neither MAC address nor radio has no packets to hold.

    Nothing protected is ever cut off. Holding is for newcomers on a guarded segment, whatever they say they are, and
    elsewhere for governed classes, and for those of this host's own Zigbee network. A thing with a cable is held there.
    """
    macs, ieees = asset.values(IdentifierKind.MAC), asset.values(IdentifierKind.IEEE)
    packet_class = _CLASSES[standing]
    if protection(asset, surroundings) is not None:
        packet_class = PacketClass.OPEN
    elif packet_class is PacketClass.HELD:
        on_segment = not asset.interfaces.isdisjoint(iot_interfaces)
        if not macs:
            packet_class = PacketClass.HELD if is_behind_gate(asset) else PacketClass.OPEN
        elif on_segment or is_governed(asset, iot_interfaces):
            ieees = frozenset()
        else:
            packet_class = PacketClass.OPEN
    addresses = asset.addresses if macs else frozenset()
    return Member(macs, addresses, ieees, packet_class)


def plan(  # noqa: PLR0913 - all that a plan follows from, by name
    assets: Mapping[str, Asset],
    policy: Policy,
    topology: Topology,
    surroundings: Environment,
    *,
    iot_interfaces: Collection[str],
    lan_interfaces: Collection[str],
    tables: Mapping[str, Table] = MappingProxyType({}),
    names: Mapping[str, Names] = MappingProxyType({}),
    lists: Mapping[str, NetworkList] = MappingProxyType({}),
    limits: Mapping[str, Limit] = MappingProxyType({}),
    named: tuple[Place, ...] = (),
) -> Plan:
    """Compute the whole plan. Pure and independent of the order of `assets`; time O(assets + neighbours).

    Whoever has neither MAC address nor radio is a member if it is governed: nothing of it passes here, but Home
    Assistant can be kept from it. `tables` are those of governed assets, `names` what DNS answers told each of them.
    """
    held = policy.newcomers is Newcomers.HOLD
    guarded = segments(topology, iot_interfaces, PacketClass.HELD if held else PacketClass.OPEN)
    interfaces = frozenset(segment.interface for segment in guarded)
    drafted = ((key, member(assets[key], policy.standing(key), surroundings, interfaces)) for key in sorted(assets))
    drafts = {key: draft for key, draft in drafted if draft.macs or draft.ieees or key in tables}
    entitled = _entitled(drafts, surroundings)
    owned: dict[str, set[Address]] = {asset_id: set() for asset_id in drafts}
    for address, claimants in ((one, some) for one, some in entitled.items() if some):
        owned[_owner(claimants, drafts)].add(address)
    members = {
        key: replace(draft, addresses=frozenset(owned[key]), table=tables.get(key), limit=limits.get(key))
        for key, draft in drafts.items()
    }
    return Plan(
        enforce=policy.mode is Mode.ENFORCE,
        segments=guarded,
        lan_interfaces=frozenset(link.name for link in topology.links if link.name in lan_interfaces),
        hub_macs=own_macs(topology),
        prefixes=_prefixes(topology, interfaces, members.values()),
        nameservers=_nameservers(topology, {*iot_interfaces, *lan_interfaces}),
        protected_macs=_protected_macs(assets, surroundings),
        members=PersistentMap(_ruled(members, members, names, zones_of(lists), named)),
        named=named,
        zones=zones_of(lists),
        contested={address: claimants for address, claimants in entitled.items() if len(claimants) > 1},
        hub_addresses=frozenset(interface.ip for _, interface in topology.addresses),
    )


def replan(  # noqa: PLR0913 - as for a plan
    current: Plan,
    asset: Asset,
    policy: Policy,
    surroundings: Environment,
    *,
    table: Table | None = None,
    names: Mapping[str, Names] = MappingProxyType({}),
    limit: Limit | None = None,
) -> Plan:
    """Compute the plan after a decision about one asset, all else being as it was for `current`.

    Equal to `plan` with the same arguments; time O(what the decision touches). `names` are those of the whole home.
    """
    interfaces = frozenset(segment.interface for segment in current.segments)
    drafted = member(asset, policy.standing(asset.id), surroundings, interfaces)
    if not (drafted.macs or drafted.ieees):  # nothing of it meets anything of another's
        members = PersistentMap.of(current.members)
        bare = {asset.id: replace(drafted, table=table, limit=limit)} if table is not None else {}
        if not bare and asset.id not in members:
            return current
        meant = _ruled(bare, members, names, current.zones, current.named)
        return replace(current, members=members.merged(meant, {asset.id} - bare.keys()))
    before = current.members.get(asset.id)
    if before is None:
        return current
    fresh = {asset.id: replace(drafted, addresses=before.addresses, table=table, limit=limit)}
    moved = {asset.id} if drafted.macs != before.macs else set()
    for address in asset.addresses & current.contested.keys():
        claimants = current.contested[address]
        now = {claimant: fresh.get(claimant, current.members[claimant]) for claimant in claimants}
        owner = _owner(claimants, now)
        for claimant, one in now.items():
            rest = one.addresses - {address}
            fresh[claimant] = replace(one, addresses=rest | {address} if claimant == owner else rest)
            if fresh[claimant].addresses != current.members[claimant].addresses:
                moved.add(claimant)
    members = PersistentMap.of(current.members).merged(fresh)
    touched = {asset.id}
    if moved:
        touched |= {key for key, one in members.items() if one.table and not moved.isdisjoint(mentions(one.table))}
    meant = _ruled({key: members[key] for key in touched}, members, names, current.zones, current.named)
    return replace(current, members=members.merged(meant))


def rename(current: Plan, asset_ids: Collection[str], names: Mapping[str, Names]) -> Plan:
    """Compute the plan after some devices were told other addresses for names, all else being as it was for `current`.

    Equal to `plan` with the same arguments; time O(asset_ids). `names` are those of the whole home.
    """
    some = {asset_id: current.members[asset_id] for asset_id in asset_ids if asset_id in current.members}
    meant = _ruled(some, current.members, names, current.zones, current.named)
    return replace(current, members=PersistentMap.of(current.members).merged(meant))


def _ruled(
    some: Mapping[str, Member],
    members: Mapping[str, Member],
    names: Mapping[str, Names],
    zones: Zones,
    named: tuple[Place, ...],
) -> dict[str, Member]:
    """Some members with what their tables mean."""

    def addresses(asset_id: str) -> frozenset[Address]:
        found = members.get(asset_id)
        return found.addresses if found else frozenset()

    def macs(asset_id: str) -> frozenset[str]:
        found = members.get(asset_id)
        return found.macs if found else frozenset()

    numbers = numbered(named, MAX_ZONES + 1)
    ruled = {}
    for asset_id, one in some.items():
        table = one.table
        if table is None or not one.macs:  # of a radio's table nothing is about packets
            ruled[asset_id] = one
        elif is_constant(table):
            ruled[asset_id] = replace(one, rules=constant_rules(table, zones))
        else:
            meant = rules(table, Resolver(addresses, names.get(asset_id, {}), zones, numbers, macs))
            ruled[asset_id] = replace(one, rules=meant)
    return ruled


def _prefixes(topology: Topology, interfaces: Collection[str], members: Iterable[Member]) -> frozenset[IPv6Network]:
    """Networks of IPv6 behind these interfaces: this host's own, those that it has routes to, and any that is in use.

    Another router may give the devices addresses of which this host has none; the first that is seen stands for all.
    """
    own = {interface.network for name, interface in topology.addresses if name in interfaces}
    routed = {route.destination for route in topology.routes if route.interface in interfaces}
    known = {n for n in own | routed if isinstance(n, IPv6Network) and n.prefixlen and not n.is_link_local}
    if not known:
        return frozenset()
    heads = {int(address) >> _HOST for one in members for address in one.addresses if isinstance(address, IPv6Address)}
    used = [network for head in sorted(heads) if not (network := IPv6Network((head << _HOST, 64))).is_link_local]
    return frozenset(known).union(used[:_MAX_PREFIXES])


def _nameservers(topology: Topology, home: Collection[str]) -> frozenset[Address]:
    """Name servers behind the home's own interfaces."""
    return frozenset(
        server
        for server in topology.nameservers
        if not server.is_loopback and interface_towards(topology, server) in home
    )


def _entitled(drafts: Mapping[str, Member], surroundings: Environment) -> dict[Address, frozenset[str]]:
    """Say for every address who may have it.

    Who answers at an address goes before whoever is said to have it (a tracker's memory may be old). What belongs to
    this host, a gateway or somebody else protected may only be theirs: nobody gets it cut off by claiming it.
    """
    claims: dict[Address, list[str]] = {}
    for asset_id, drafted in drafts.items():
        for address in drafted.addresses:
            claims.setdefault(address, []).append(asset_id)
    entitled = {}
    for address, claimants in claims.items():
        answering = surroundings.answers.get(address, frozenset())
        chosen = [asset_id for asset_id in claimants if not drafts[asset_id].macs.isdisjoint(answering)] or claimants
        if address in surroundings.addresses:
            chosen = [one for one in chosen if not drafts[one].macs.isdisjoint(surroundings.macs)]
        entitled[address] = frozenset(chosen)
    return entitled


def _owner(claimants: Collection[str], members: Mapping[str, Member]) -> str:
    """Of those equally entitled, the one of the stricter class; then the smaller id, so that it does not flicker."""
    return min(claimants, key=lambda one: (-members[one].packet_class, one))


def _protected_macs(assets: Mapping[str, Asset], surroundings: Environment) -> frozenset[str]:
    """MAC addresses of everything protected but this host: those found on the network, and their assets' others."""
    found = set(surroundings.protected_macs)
    for asset in assets.values():
        if protection(asset, surroundings) is not None:
            found |= asset.values(IdentifierKind.MAC)
    return frozenset(mac for mac in found if surroundings.macs.get(mac) is not Protection.IS_HUB)


def segments(
    topology: Topology, iot_interfaces: Collection[str], newcomers: PacketClass = PacketClass.HELD
) -> tuple[Segment, ...]:
    """Guarded segments that exist now, by name; the ports of a bridge are the links whose master it is."""
    found, outward = [], uplinks(topology)
    for link in topology.links:
        if link.name in iot_interfaces:
            ports = frozenset(port.name for port in topology.links if port.master == link.name)
            is_bridge = link.kind == "bridge"
            behind = _behind(topology, link.name) if link.name in outward else ()
            found.append(Segment(link.name, is_bridge, ports if is_bridge else frozenset(), newcomers, behind))
    return tuple(sorted(found, key=lambda segment: segment.interface))


def _behind(topology: Topology, interface: str) -> tuple[Network, ...]:
    """Networks of the home behind an interface: those that this host is in, and private ones that it has routes to."""
    found: set[Network] = {own.network for name, own in topology.addresses if name == interface}
    found |= {
        route.destination
        for route in topology.routes
        if route.interface == interface and (route.gateway is None or route.destination.is_private)
    }
    found = {network for network in found if network.prefixlen}
    four = collapse_addresses(one for one in found if isinstance(one, IPv4Network))
    six = collapse_addresses([_LINK_LOCAL, *(one for one in found if isinstance(one, IPv6Network))])
    return (*four, *six)
