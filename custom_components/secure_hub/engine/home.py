"""One look at the home: from what is remembered and seen to what must be true."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .assets.classes import is_governed
from .assets.identity import Resolution, resolve
from .assets.model import Address, Asset, AssetRecord, IdentifierKind, Sighting
from .firewall.coverage import Coverage, coverages
from .firewall.plan import PacketClass, Plan, Segment
from .firewall.planning import plan
from .firewall.topology import Topology, neighbour_sightings
from .journal import Entry, JsonValue
from .policy.model import Newcomers, Policy
from .policy.safety import Environment, environment

FORGET_AFTER = 90 * 86_400.0
"""Seconds."""
_MAX_LISTED = 200
"""Assets that one journal record names; a burst of more is counted."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Interfaces of this host, as the person who set the hub up named them."""

    iot: frozenset[str] = frozenset()
    lan: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """The home as it is and as it should be, at one moment."""

    assets: Mapping[str, Asset] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    plan: Plan = field(default_factory=lambda: Plan(enforce=False))
    topology: Topology = field(default_factory=Topology)
    environment: Environment = field(default_factory=Environment)
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    governed: frozenset[str] = frozenset()
    created: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    """Pairs of the id that was kept and the id that it absorbed."""
    split: tuple[tuple[str, str], ...] = ()
    """Pairs of the id that was kept and the id that came out of it."""

    refused: int = 0
    """Sightings of strangers that were too many to remember; on a guarded network they meet the newcomer choice."""
    looked: bool = True
    """False for what was only remembered."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was remembered before the look; `first_run` if nothing ever was."""

    records: Mapping[str, AssetRecord]
    policy: Policy
    first_run: bool
    governed: frozenset[str] = frozenset()
    """Assets that the home's rules were for when they were last seen."""


def look(  # noqa: PLR0913 - everything that a look takes, nothing hidden
    memory: Memory,
    sightings: Iterable[Sighting],
    topology: Topology,
    networks: Networks,
    admin_addresses: frozenset[Address],
    *,
    now: float,
    new_id: Callable[[], str],
) -> Home:
    """Join what is seen with what is remembered and compute what must be true.

    Pure: the same arguments give the same home, but for the ids that `new_id` makes. Time O(sightings + records).
    """
    seen = (*sightings, *neighbour_sightings(topology, networks.iot | networks.lan))
    resolution = resolve(memory.records.values(), seen, now=now, new_id=new_id)
    assets = {
        asset_id: asset
        for asset_id, asset in resolution.assets.items()
        if asset.sightings or _is_remembered(asset, memory.policy, now)
    }
    policy = _settle(memory, assets, resolution)
    surroundings = environment(topology, admin_addresses)
    return Home(
        assets=assets,
        policy=policy,
        plan=_with_absent(
            plan(assets, policy, topology, surroundings, iot_interfaces=networks.iot, lan_interfaces=networks.lan),
            networks.iot,
            policy.newcomers,
        ),
        topology=topology,
        environment=surroundings,
        coverage=coverages(assets, topology, networks.iot),
        governed=frozenset(
            asset.id for asset in assets.values() if _is_governed(asset, networks.iot, was=asset.id in memory.governed)
        ),
        created=tuple(asset_id for asset_id in resolution.created if asset_id in assets),
        merged=resolution.merges,
        split=resolution.splits,
        refused=len(resolution.refused),
    )


def _is_governed(asset: Asset, iot_interfaces: frozenset[str], *, was: bool) -> bool:
    """Where an asset is decides whether an unknown one is governed; one that is nowhere now stays what it was."""
    has_mac = bool(asset.values(IdentifierKind.MAC))
    if was and has_mac and not asset.interfaces:
        return True
    return is_governed(asset, iot_interfaces) and (has_mac or bool(asset.sightings))


def _with_absent(plan: Plan, iot_interfaces: frozenset[str], newcomers: Newcomers) -> Plan:
    """Keep guarding the interfaces that are not there, as bridges without ports: they may come back at any moment.

    Else a network that vanished would leave no trace in the plan, and nobody would be told that it is not guarded.
    """
    unknown = PacketClass.HELD if newcomers is Newcomers.HOLD else PacketClass.OPEN
    absent = iot_interfaces - {segment.interface for segment in plan.segments}
    segments = (
        *plan.segments,
        *(Segment(name, is_bridge=True, ports=frozenset(), newcomers=unknown) for name in absent),
    )
    return replace(plan, segments=tuple(sorted(segments, key=lambda segment: segment.interface)))


def _is_remembered(asset: Asset, policy: Policy, now: float) -> bool:
    """Whether an asset that nothing shows is still one.

    A hardware address may come back and must meet what was decided; a registry entry that was deleted may not. After
    FORGET_AFTER what nobody decided against is a stranger again: visitors' made-up addresses must not fill the memory.
    """
    if all(identifier.kind is IdentifierKind.REGISTRY for identifier in asset.record.identifiers):
        return False
    decided = asset.id in policy.quarantined or asset.record.class_override is not None
    return decided or now - asset.record.last_seen < FORGET_AFTER


def _settle(memory: Memory, assets: Mapping[str, Asset], resolution: Resolution) -> Policy:
    """Carry decisions over merges and splits, admit who needs no person, and forget who is gone.

    What is here when the hub is set up is taken as known. Later, only what has a MAC can be a newcomer: a radio
    admits its own, and a device without hardware address was set up by an administrator.
    """
    policy = memory.policy
    for kept, absorbed in resolution.merges:
        policy = policy.merge(kept, absorbed)
    for kept, new in resolution.splits:
        policy = policy.split(kept, new)
    everybody = memory.first_run or policy.newcomers is Newcomers.ALLOW
    known = frozenset(
        asset_id
        for asset_id in (assets if memory.first_run else resolution.created)
        if asset_id in assets and (everybody or not assets[asset_id].values(IdentifierKind.MAC))
    )
    policy = policy.admit(known)
    for asset_id in (policy.admitted | policy.quarantined.keys()) - assets.keys():
        policy = policy.forget(asset_id)
    return policy


def changes(before: Home, after: Home) -> Iterable[Entry]:
    """What a look found otherwise than the one before, as the journal is to tell it."""
    if not before.looked:
        yield Entry("first_look", details={"assets": len(after.assets)})
    elif after.created:
        yield Entry("assets_appeared", details=_listed(after.created))
    for kept, absorbed in after.merged:
        yield Entry("assets_merged", asset_id=kept, details={"absorbed": absorbed})
    for kept, new in after.split:
        yield Entry("asset_split", asset_id=kept, details={"new": new})
    if gone := before.assets.keys() - after.assets.keys() - {absorbed for _, absorbed in after.merged}:
        yield Entry("assets_gone", details=_listed(gone))


def _listed(asset_ids: Collection[str]) -> dict[str, JsonValue]:
    """Name assets in a journal record, as many as fit."""
    return {"count": len(asset_ids), "assets": sorted(asset_ids)[:_MAX_LISTED]}
