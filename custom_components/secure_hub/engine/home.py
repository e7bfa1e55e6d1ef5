"""One look at the home: from what is remembered and seen to what must be true."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType

from .assets.classes import is_governed
from .assets.identity import Resolution, resolve
from .assets.model import HARDWARE_KINDS, Address, Asset, AssetRecord, IdentifierKind, Sighting
from .firewall.coverage import Coverage, coverages, is_behind_gate
from .firewall.named import named_places
from .firewall.plan import PacketClass, Plan, Segment, Trial as PlanTrial
from .firewall.planning import plan
from .firewall.regions import Names
from .journal import Entry, JsonValue
from .policy.compiler import Compiler
from .policy.evaluation import Situation
from .policy.grants import Grant
from .policy.lists import NetworkList
from .policy.model import Newcomers, Policy
from .policy.permissions import Permissions
from .policy.rules import MatcherKind, Subject, subject
from .policy.safety import Environment, environment, protection
from .policy.scopes import Decision, PolicyError, Scope
from .policy.tables import ScopeTable, Table, compile_table
from .policy.trial import Trial, bounded, settings, with_settings
from .topology import Topology, neighbour_sightings

FORGET_AFTER = 90 * 86_400.0
"""Seconds."""
_MAX_LISTED = 200
"""Assets that one journal record names; a burst of more is counted."""
_ALLOWED = ScopeTable(Decision.ALLOW)


@dataclass(frozen=True, slots=True)
class Networks:
    """Interfaces of this host, as the person who set the hub up named them."""

    iot: frozenset[str] = frozenset()
    lan: frozenset[str] = frozenset()
    named: bool = False
    """dnsmasq tells the firewall the addresses of names."""


@dataclass(frozen=True, slots=True)
class Home:
    """The home as it is and as it should be, at one moment."""

    assets: Mapping[str, Asset] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    permissions: Permissions = field(default_factory=Permissions)
    trial: Trial | None = None
    """The risky change that waits to be confirmed."""
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    """What each asset may do."""
    names: Mapping[str, Names] = field(default_factory=dict)
    """What name servers told each asset."""
    lists: Mapping[str, NetworkList] = field(default_factory=dict)
    """Networks by the name that rules give them."""
    sets: Mapping[MatcherKind, frozenset[str]] = field(default_factory=dict)
    """The areas and labels that there are, as a decision finds them; a look does not ask."""
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
    expired: tuple[Grant, ...] = ()
    """Grants that ended since the last look."""
    rolled_back: bool = False
    """A trial ended unconfirmed."""
    looked: bool = True
    """False for what was only remembered."""

    @property
    def lasting(self) -> tuple[Policy, Permissions]:
        """What was decided but for what is only tried: what is worth remembering."""
        if self.trial is None:
            return self.policy, self.permissions
        return with_settings(self.policy, self.permissions, self.trial.lasting)

    def ruling(self, asset_id: str) -> Table | None:
        """Table of an asset that the home's rules are for, or that may not do everything."""
        table = self.tables.get(asset_id)
        if table is None or asset_id in self.governed or any(one != _ALLOWED for _, one in table.scopes):
            return table
        return None

    @property
    def next_end(self) -> float | None:
        """When the next grant or the trial ends, in seconds since the epoch: another look is due then."""
        expiry = self.permissions.next_expiry(0.0)
        ends = [expiry, self.trial.ends] if self.trial else [expiry]
        return min((end for end in ends if end is not None), default=None)


@dataclass(frozen=True, slots=True)
class Memory:
    """What was remembered before the look; `first_run` if nothing ever was."""

    records: Mapping[str, AssetRecord]
    policy: Policy
    first_run: bool
    governed: frozenset[str] = frozenset()
    """Assets that the home's rules were for when they were last seen."""
    permissions: Permissions = field(default_factory=Permissions)
    trial: Trial | None = None


def remembered(home: Home) -> Memory:
    """What the next look knows of a home."""
    records = {asset_id: asset.record for asset_id, asset in home.assets.items()}
    return Memory(
        records, home.policy, first_run=False, governed=home.governed, permissions=home.permissions, trial=home.trial
    )


def look(  # noqa: PLR0913 - everything that a look takes, nothing hidden
    memory: Memory,
    sightings: Iterable[Sighting],
    topology: Topology,
    networks: Networks,
    admin_addresses: frozenset[Address],
    *,
    compiler: Compiler | None = None,
    names: Mapping[str, Names] = MappingProxyType({}),
    lists: Mapping[str, NetworkList] = MappingProxyType({}),
    now: float,
    new_id: Callable[[], str],
) -> Home:
    """Join what is seen with what is remembered and compute what must be true.

    The same arguments give the same home, but for the ids that `new_id` makes; `compiler`, if there is one,
    only remembers its work, so that a look compiles what changed since the last. Time O(sightings + records).
    """
    seen = (*sightings, *neighbour_sightings(topology, networks.iot | networks.lan))
    resolution = resolve(memory.records.values(), seen, now=now, new_id=new_id)
    found = resolution.assets.items()
    assets = {key: asset for key, asset in found if asset.sightings or _is_remembered(asset, memory, now)}
    policy, trial = _settle(memory, assets, resolution), bounded(memory.trial, now)
    permissions = _settle_permissions(memory, assets, resolution, new_id)
    if trial is not None and trial.ends <= now:
        (policy, permissions), trial = with_settings(policy, permissions, trial.lasting), None
    surroundings = environment(topology, admin_addresses)
    governed = frozenset(key for key, one in assets.items() if _is_governed(one, networks.iot, memory))
    home = Home(
        assets=assets,
        policy=policy,
        permissions=permissions.sweep(now),
        trial=trial,
        subjects=(subjects := _subjects(assets, governed, surroundings, networks.iot)),
        tables=compiled(compiler, policy, permissions, subjects, now),
        names=names,
        lists=lists,
        topology=topology,
        environment=surroundings,
        coverage=coverages(assets, topology, networks.iot),
        governed=governed,
        created=tuple(asset_id for asset_id in resolution.created if asset_id in assets),
        merged=resolution.merges,
        split=resolution.splits,
        refused=len(resolution.refused),
        expired=tuple(grant for grant in permissions.all_grants() if not grant.active(now)),
        rolled_back=trial is None and memory.trial is not None,
    )
    return replace(home, plan=planned(home, networks, now))


def _subjects(
    assets: Mapping[str, Asset], governed: Collection[str], surroundings: Environment, iot_interfaces: frozenset[str]
) -> Mapping[str, Subject]:
    return {
        asset_id: subject(
            asset,
            governed=asset_id in governed,
            protected=protection(asset, surroundings),
            guarded=bool(asset.values(IdentifierKind.MAC)) and not asset.interfaces.isdisjoint(iot_interfaces),
        )
        for asset_id, asset in assets.items()
    }


def planned(home: Home, networks: Networks, now: float) -> Plan:
    """The plan that follows from a home at a moment; what is only tried says what lasts."""
    follows = _planned(home, networks)
    if home.trial is None:
        return follows
    policy, permissions = home.lasting
    tables = compiled(None, policy, permissions, home.subjects, now)
    lasting = _planned(replace(home, policy=policy, permissions=permissions, tables=tables), networks)
    return replace(follows, trial=PlanTrial(lasting, home.trial.ends))


def _planned(home: Home, networks: Networks) -> Plan:
    follows = plan(
        home.assets,
        home.policy,
        home.topology,
        home.environment,
        iot_interfaces=networks.iot,
        lan_interfaces=networks.lan,
        tables={key: table for key in home.tables if (table := home.ruling(key)) is not None},
        names=home.names,
        lists=home.lists,
        limits=home.permissions.limits,
        named=named_places(home.permissions) if networks.named else (),
    )
    return _with_absent(follows, networks.iot, home.policy.newcomers)


def compiled(
    compiler: Compiler | None, policy: Policy, permissions: Permissions, subjects: Mapping[str, Subject], now: float
) -> Mapping[str, Table]:
    """What each asset may do.

    Where more rules cross at an asset than a table can hold, it is denied whatever is not its own by right of safety:
    nobody may get out by being given one more label.
    """
    situation = Situation(policy, permissions, now)
    compiler = compiler or Compiler(situation)
    try:
        compiler.move(situation, subjects.values(), compiler.tables.keys() - subjects.keys())
    except PolicyError:
        known: dict[frozenset[str], ScopeTable] = {}
        return {asset_id: _compiled_alone(one, situation, known) for asset_id, one in subjects.items()}
    return compiler.tables


def _compiled_alone(one: Subject, situation: Situation, known: dict[frozenset[str], ScopeTable]) -> Table:
    try:
        return compile_table(one, situation, known)
    except PolicyError:
        denied = ScopeTable(Decision.DENY if one.protected is None else Decision.ALLOW)
        return Table(tuple((scope, denied) for scope in Scope if scope in one.scopes))


def _is_governed(asset: Asset, iot_interfaces: frozenset[str], memory: Memory) -> bool:
    """Where an asset is decides whether an unknown one is governed; one that is nowhere now stays what it was."""
    has_mac = bool(asset.values(IdentifierKind.MAC))
    if asset.id in memory.governed and has_mac and not asset.interfaces:
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


def _is_remembered(asset: Asset, memory: Memory, now: float) -> bool:
    """Whether an asset that nothing shows is still one.

    A hardware address may come back and must meet what was decided; a registry entry that was deleted may not. After
    FORGET_AFTER what nobody decided against is a stranger again: visitors' made-up addresses must not fill the memory.
    """
    if all(identifier.kind is IdentifierKind.REGISTRY for identifier in asset.record.identifiers):
        return False
    decided = asset.id in memory.policy.quarantined or asset.record.class_override is not None
    return decided or memory.permissions.names(asset.id) or now - asset.record.last_seen < FORGET_AFTER


def _settle(memory: Memory, assets: Mapping[str, Asset], resolution: Resolution) -> Policy:
    """Carry decisions over merges and splits, admit who needs no person, and forget who is gone.

    What is here when the hub is set up is taken as known. Later, what has a MAC and what joins this host's own Zigbee
    network can be a newcomer; a device without hardware address was set up by an administrator.
    """
    policy = memory.policy
    for kept, absorbed in resolution.merges:
        policy = policy.merge(kept, absorbed)
    for kept, new in resolution.splits:
        policy = policy.split(kept, new)
    policy = _follow_hardware(memory, assets, policy)
    everybody = memory.first_run or policy.newcomers is Newcomers.ALLOW
    known = frozenset(
        asset_id
        for asset_id in (assets if memory.first_run else resolution.created)
        if asset_id in assets
        and (everybody or not (assets[asset_id].values(IdentifierKind.MAC) or is_behind_gate(assets[asset_id])))
    )
    policy = policy.admit(known)
    for asset_id in (policy.admitted | policy.quarantined.keys()) - assets.keys():
        policy = policy.forget(asset_id)
    return policy


def _follow_hardware(memory: Memory, assets: Mapping[str, Asset], policy: Policy) -> Policy:
    """Let quarantine follow a hardware address that the registry says is another asset's now: it stays cut off."""
    cut_off = {
        identifier: quarantine
        for asset_id, quarantine in memory.policy.quarantined.items()
        if asset_id in memory.records
        for identifier in memory.records[asset_id].identifiers
        if identifier.kind in HARDWARE_KINDS
    }
    if not cut_off:
        return policy
    for asset in assets.values():
        for identifier in sorted(asset.record.identifiers & cut_off.keys()):
            policy = policy.quarantine(asset.id, cut_off[identifier])
    return policy


def _settle_permissions(
    memory: Memory, assets: Mapping[str, Asset], resolution: Resolution, new_id: Callable[[], str]
) -> Permissions:
    """Carry permissions over merges and splits, and forget who is gone."""
    permissions = memory.permissions
    for kept, absorbed in resolution.merges:
        permissions = permissions.merge(kept, absorbed)
    for kept, new in resolution.splits:
        permissions = permissions.split(kept, new, new_id)
    for asset_id in sorted((permissions.named() | memory.records.keys()) - assets.keys()):
        permissions = permissions.forget(asset_id)
    return permissions


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
    if before.lists != after.lists:
        yield Entry("lists_changed", details={"networks": _sizes(after.lists)})
    for grant in after.expired:
        yield Entry("grant_expired", asset_id=grant.asset_id, details={"scope": grant.scope.value, "grant": grant.id})
    if after.rolled_back:
        yield Entry("rolled_back", before=_told(before), after=_told(after))


def _sizes(lists: Mapping[str, NetworkList]) -> dict[str, JsonValue]:
    return {name: len(one.networks) for name, one in sorted(lists.items())}


def _told(home: Home) -> JsonValue:
    """What was decided about everybody, for the journal."""
    return asdict(settings(home.policy, home.permissions))


def _listed(asset_ids: Collection[str]) -> dict[str, JsonValue]:
    """Name assets in a journal record, as many as fit."""
    return {"count": len(asset_ids), "assets": sorted(asset_ids)[:_MAX_LISTED]}
