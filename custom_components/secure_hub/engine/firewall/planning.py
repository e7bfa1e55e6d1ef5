"""Planning: from assets, policy and topology to the plan that every enforcer makes true."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from ..assets.classes import is_governed
from ..assets.model import Address, Asset, IdentifierKind
from ..policy.model import Mode, Newcomers, Policy, Standing
from ..policy.safety import Environment, Protection, protection
from .plan import Member, PacketClass, Plan
from .topology import Topology, own_macs, segments

_CLASSES: Final = {
    Standing.ADMITTED: PacketClass.OPEN,
    Standing.HELD: PacketClass.HELD,
    Standing.QUARANTINED: PacketClass.QUARANTINED,
}


def member(
    asset: Asset, standing: Standing, surroundings: Environment, iot_interfaces: Collection[str]
) -> Member | None:
    """Make the member of the plan that `asset` is, or None if it has neither MAC address nor radio.

    Nothing protected is ever cut off. Holding is for newcomers on a guarded segment, whatever they say they are, and
    elsewhere for governed classes; the radio knows no holding: there a device is cut off or not.
    """
    macs, ieees = asset.values(IdentifierKind.MAC), asset.values(IdentifierKind.IEEE)
    if not macs and not ieees:
        return None
    packet_class = _CLASSES[standing]
    if protection(asset, surroundings) is not None:
        packet_class = PacketClass.OPEN
    elif packet_class is PacketClass.HELD:
        on_segment = not asset.interfaces.isdisjoint(iot_interfaces)
        if not macs or not (on_segment or is_governed(asset, iot_interfaces)):
            packet_class = PacketClass.OPEN
        else:
            ieees = frozenset()
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
) -> Plan:
    """Compute the whole plan. Pure and independent of the order of `assets`; time O(assets + neighbours)."""
    newcomers = PacketClass.HELD if policy.newcomers is Newcomers.HOLD else PacketClass.OPEN
    guarded = segments(topology, iot_interfaces, newcomers)
    interfaces = frozenset(segment.interface for segment in guarded)
    drafts = {}
    for asset_id in sorted(assets):
        drafted = member(assets[asset_id], policy.standing(asset_id), surroundings, interfaces)
        if drafted is not None:
            drafts[asset_id] = drafted
    entitled = _entitled(drafts, surroundings)
    owned: dict[str, set[Address]] = {asset_id: set() for asset_id in drafts}
    for address, claimants in entitled.items():
        if claimants:
            owned[_owner(claimants, drafts)].add(address)
    return Plan(
        enforce=policy.mode is Mode.ENFORCE,
        segments=guarded,
        lan_interfaces=frozenset(link.name for link in topology.links if link.name in lan_interfaces),
        hub_macs=own_macs(topology),
        protected_macs=_protected_macs(assets, surroundings),
        members={
            asset_id: replace(drafted, addresses=frozenset(owned[asset_id])) for asset_id, drafted in drafts.items()
        },
        contested={address: claimants for address, claimants in entitled.items() if len(claimants) > 1},
        hub_addresses=frozenset(interface.ip for _, interface in topology.addresses),
    )


def replan(current: Plan, asset: Asset, policy: Policy, surroundings: Environment) -> Plan:
    """Compute the plan after a decision about one asset, all else being as it was for `current`.

    Equal to `plan` with the same arguments, in the time of a copy of the members. An asset without MAC address and
    radio has no member, and changes nothing.
    """
    interfaces = frozenset(segment.interface for segment in current.segments)
    drafted = member(asset, policy.standing(asset.id), surroundings, interfaces)
    before = current.members.get(asset.id)
    if before is None or drafted is None:
        return current
    members = {**current.members, asset.id: replace(drafted, addresses=before.addresses)}
    for address in asset.addresses & current.contested.keys():
        claimants = current.contested[address]
        owner = _owner(claimants, members)
        for claimant in claimants:
            rest = members[claimant].addresses - {address}
            members[claimant] = replace(members[claimant], addresses=rest | {address} if claimant == owner else rest)
    return replace(current, members=members)


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
