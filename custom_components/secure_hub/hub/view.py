"""What the hub can be asked: the home as it is, as it should be, and what was read back."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
import time
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..adapters.enforcers.nftables import NftablesEnforcer
from ..adapters.zha.gate import ZigbeeGate
from ..const import DOMAIN
from ..engine.assets.model import Address, Asset, IdentifierKind
from ..engine.containment import COMMANDS, Reach, covered, denies, limitable, rules, scope_covered
from ..engine.enforcement import Enforcer, Health
from ..engine.far_ends import known, shared_names
from ..engine.firewall.coverage import (
    NOT_SEEN,
    ZIGBEE_GATE,
    ZIGBEE_LINKS,
    Coverage,
    CoverageLevel,
    is_behind_gate,
    scope_coverage,
)
from ..engine.firewall.plan import Member, PacketClass
from ..engine.home import Home
from ..engine.policy.destinations import ANY, Destination
from ..engine.policy.evaluation import Situation, Verdict, explain
from ..engine.policy.limits import Limited
from ..engine.policy.model import Policy, Standing
from ..engine.policy.permissions import Permissions
from ..engine.policy.rules import Matcher, MatcherKind
from ..engine.policy.scopes import NETWORK_SCOPES, Decision, Scope
from ..engine.policy.trial import Settings, settings
from .asking import Asking
from .enforcement import Enforcement, EnforcementState
from .isolation import Isolation
from .named import NamesForDnsmasq
from .naming import Naming
from .network_owners import NetworkOwners

ENFORCED: Final = "enforced"
NOT_ENFORCEABLE: Final = "not_enforceable"
MONITORED: Final = "monitored"
PENDING: Final = "pending"


class HomeView:
    """Questions about the home; asking changes nothing."""

    hass: HomeAssistant
    firewall: NftablesEnforcer
    gate: ZigbeeGate
    isolation: Isolation
    naming: Naming
    named: tuple[NamesForDnsmasq, ...]
    """What tells dnsmasq which names matter, if the owner named a folder for it."""
    asking: Asking
    network_owners: NetworkOwners
    enforcement: Enforcement
    _home: Home

    @property
    def assets(self) -> Mapping[str, Asset]:
        """Every asset by its id."""
        return self._home.assets

    @property
    def home(self) -> Home:
        """The home as it was last seen, and as it should be."""
        return self._home

    @property
    def policy(self) -> Policy:
        """Everything that was decided."""
        return self._home.policy

    @property
    def permissions(self) -> Permissions:
        """Everything that was permitted."""
        return self._home.permissions

    @property
    def settings(self) -> Settings:
        """Everything that was decided about everybody at once."""
        return settings(self.policy, self.permissions)

    @property
    def needed_enforcers(self) -> tuple[Enforcer, ...]:
        """The enforcers that this home needs; the radio's only where it has a radio, the further as they were named."""
        radio = any(coverage.reason == ZIGBEE_GATE for coverage in self._home.coverage.values())
        own = (self.firewall, *((self.gate, self.isolation) if radio else ()), self.naming, *self.named, self.asking)
        return (*own, *self.enforcement.further)

    @property
    def next_end(self) -> float | None:
        """When something ends by itself, in seconds since the epoch: another look is due then."""
        ends = (self._home.next_end, self.naming.next_end)
        return min((end for end in ends if end is not None), default=None)

    @property
    def state(self) -> EnforcementState:
        """How the world stands to what was decided."""
        return self.enforcement.state(self._home.plan, self.needed_enforcers)

    def standing(self, asset_id: str) -> Standing:
        """How the home stands towards an asset in effect: what nobody could hold is not held."""
        if asset_id in self.policy.quarantined:
            return Standing.QUARANTINED
        member = self._home.plan.members.get(asset_id)
        return Standing.HELD if member and member.packet_class is PacketClass.HELD else Standing.ADMITTED

    def coverage(self, asset_id: str) -> Coverage:
        """How much of the asset's traffic can be enforced from here, and why no more."""
        own = self._available(self._home.coverage[asset_id], self._enforcer(asset_id))
        asset = self.assets[asset_id]
        whole = NETWORK_SCOPES if asset.values(IdentifierKind.MAC) or asset.addresses else COMMANDS
        return covered(own, self._further_reaches(asset_id), whole)

    def scope_coverage(self, asset_id: str, scope: Scope) -> Coverage:
        """How far a decision about one scope of an asset is enforced from here, and why no further."""
        return self._covered(asset_id, scope, self._further_reaches(asset_id), cut_off=self._is_cut_off(asset_id))

    def _covered(self, asset_id: str, scope: Scope, further: Iterable[Reach], *, cut_off: bool) -> Coverage:
        own = scope_coverage(self.assets[asset_id], self._home.coverage[asset_id], scope)
        if own.level is not CoverageLevel.NONE:
            radio: dict[str, Enforcer] = {ZIGBEE_GATE: self.gate, ZIGBEE_LINKS: self.isolation}
            enforcer = radio.get(own.reason, self.firewall)
            own = self._available(own, enforcer)
            if scope not in enforcer.scopes and not cut_off:
                own = Coverage(CoverageLevel.NONE, "no_enforcer")
        return scope_covered(own, further, scope, cut_off=cut_off)

    def reaches(self, asset_id: str) -> Iterator[Reach]:
        """What every enforcer can do about an asset, and what it read back of it."""
        asset, coverage = self.assets.get(asset_id), self._home.coverage.get(asset_id, NOT_SEEN)
        current = self._is_applied(asset_id)
        if coverage.reason != ZIGBEE_GATE:
            held = self.firewall.held().get(asset_id)
            wall = self._available(coverage, self.firewall)
            yield Reach(wall, NETWORK_SCOPES, self.firewall.scopes, held, current, self.firewall.limits)
        if asset is not None and is_behind_gate(asset):
            gate = self._available(Coverage(CoverageLevel.FULL, ZIGBEE_GATE), self.gate)
            held = self.gate.held().get(asset_id)
            yield Reach(gate, COMMANDS, self.gate.scopes, held, current)
            links = self._available(Coverage(CoverageLevel.ROUTED, ZIGBEE_LINKS), self.isolation)
            settled = not self.isolation.pending(asset.values(IdentifierKind.IEEE))
            scopes = self.isolation.scopes
            yield Reach(links, scopes, scopes, held if settled else None, current and settled)
        yield from self._further_reaches(asset_id)

    def _further_reaches(self, asset_id: str) -> Iterator[Reach]:
        return self.enforcement.further_reaches(asset_id)

    @staticmethod
    def _available(coverage: Coverage, enforcer: Enforcer) -> Coverage:
        status = enforcer.status
        if coverage.level is CoverageLevel.NONE or status.health is not Health.UNAVAILABLE:
            return coverage
        return Coverage(CoverageLevel.NONE, status.reason or "unavailable")

    def outlook(self, asset_id: str) -> Hashable:
        """How an asset is held, but for what its table says: as long as nothing changes, the same means held alike."""
        asset, member = self.assets[asset_id], self._home.plan.members.get(asset_id)
        planned = member and (
            member.packet_class,
            bool(member.macs),
            bool(member.ieees),
            member.rules.refused if member.rules else None,
            member.table is None,
        )
        return (
            self._home.coverage[asset_id],
            bool(asset.values(IdentifierKind.MAC) or asset.addresses),
            is_behind_gate(asset),
            tuple(self.reaches(asset_id)),
            planned,
            self._is_applied(asset_id),
        )

    def enforced(self, asset_id: str, scope: Scope) -> str:
        """What was read back for a scope of an asset: a decision, or why there is none."""
        return self.all_enforced(asset_id, (scope,))[scope]

    def all_enforced(self, asset_id: str, scopes: Iterable[Scope]) -> dict[Scope, str]:
        """What was read back for scopes of an asset; what they have in common is looked up once."""
        member, further = self._home.plan.members.get(asset_id), tuple(self._further_reaches(asset_id))
        cut_off, reaches = self._is_cut_off(asset_id), tuple(self.reaches(asset_id))
        is_applied, is_enforced = self._is_applied(asset_id), self._home.plan.enforce
        found: dict[Scope, str] = {}
        for scope in scopes:
            if self._covered(asset_id, scope, further, cut_off=cut_off).level is CoverageLevel.NONE:
                found[scope] = NOT_ENFORCEABLE
            elif not is_enforced:
                found[scope] = MONITORED
            elif not is_applied or not (denies(reaches, scope) if cut_off else rules(reaches, scope)):
                found[scope] = PENDING
            elif cut_off or _is_too_large(member, scope):
                found[scope] = Decision.DENY.value
            else:
                table = member.table.scope(scope) if member and member.table else None
                found[scope] = (table.default if table else Decision.ALLOW).value
        return found

    def is_too_large(self, asset_id: str, scope: Scope) -> bool:
        """Whether a scope is denied as a whole, because what was said of it is more than the firewall holds."""
        return _is_too_large(self._home.plan.members.get(asset_id), scope)

    def limits(self, asset_id: str) -> dict[Limited, str]:
        """How each part of an asset's limit is kept; nothing if it has none."""
        if (limit := self.permissions.limits.get(asset_id)) is None:
            return {}
        reaches = tuple(self.reaches(asset_id))
        able, kept = limitable(reaches), limitable(reach for reach in reaches if reach.current)
        done = ENFORCED if self._home.plan.enforce else MONITORED
        return {
            kind: done if kind in kept else PENDING if kind in able else NOT_ENFORCEABLE for kind in sorted(limit.kinds)
        }

    def _is_cut_off(self, asset_id: str) -> bool:
        member = self._home.plan.members.get(asset_id)
        return member is not None and member.packet_class is not PacketClass.OPEN

    def explain(self, asset_id: str, scope: Scope, destination: Destination = ANY) -> Verdict:
        """What an asset may do, and why. Raises PolicyError for a scope that does not apply."""
        situation = Situation(self.policy, self.permissions, time.time())
        return explain(self._home.subjects[asset_id], scope, known(self._home, asset_id, destination), situation)

    def shared_names(self, asset_id: str, scope: Scope) -> Mapping[Address, Mapping[str, Decision]]:
        """Addresses that names share which may be reached with names which may not, so that all of them are closed."""
        return shared_names(self._home, asset_id, scope)

    def asset_of_device(self, device_id: str) -> Asset | None:
        """Give the asset that a Home Assistant device is, be the device another integration's or ours."""
        device = dr.async_get(self.hass).async_get(device_id)
        own = next((value for domain, value in device.identifiers if domain == DOMAIN), None) if device else None
        if own is not None:
            return self.assets.get(own)
        return next((asset for asset in self.assets.values() if device_id in asset.device_ids), None)

    def count(self, standing: Standing) -> int:
        """How many assets stand so."""
        return sum(self.standing(asset_id) is standing for asset_id in self.assets)

    def _enforcer(self, asset_id: str) -> Enforcer:
        member = self._home.plan.members.get(asset_id)
        return self.gate if member and member.ieees and not member.macs else self.firewall

    def _is_applied(self, asset_id: str) -> bool:
        """What is planned for the asset was made true and read back."""
        applied = self.enforcement.plan
        return applied is not None and applied.members.get(asset_id) == self._home.plan.members.get(asset_id)

    def _shown(self, asset_id: str) -> tuple[object, ...]:
        asset = self.assets[asset_id]
        return (
            asset.device_id,
            asset.name,
            self.enforcement.is_contained(asset_id),
            self.standing(asset_id),
            self.coverage(asset_id),
            self.policy.quarantined.get(asset_id),
            self.settings,
            self.permissions.profiles.get(asset_id),
            self.permissions.rules.get(Matcher(MatcherKind.ASSET, asset_id)),
            self._home.tables.get(asset_id),
            self._home.names.get(asset_id),
            tuple(scope for scope in Scope if self.is_too_large(asset_id, scope)),
            self._is_applied(asset_id),
            self.isolation.pending(asset.values(IdentifierKind.IEEE)),
            tuple(self._further_reaches(asset_id)),
        )


def _is_too_large(member: Member | None, scope: Scope) -> bool:
    return member is not None and member.rules is not None and scope in member.rules.refused
