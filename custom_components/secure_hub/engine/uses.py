"""Grants for once: which of them was used, from the connections that there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .assets.model import Address
from .home import Home, Networks
from .policy.destinations import target
from .policy.evaluation import Situation, explain
from .policy.grants import Grant
from .policy.lists import enriched
from .policy.scopes import NETWORK_SCOPES, Decision, PolicyError, Scope
from .policy.service import PROTOCOLS
from .topology import interface_towards


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection that both sides took part in: who opened it, to where; `protocol` is an IP protocol's number."""

    opened_by: Address
    target: Address
    protocol: int
    port: int | None


def waiting(home: Home) -> tuple[Grant, ...]:
    """Grants for once that were not used yet, as far as the network sees what they allow."""
    return tuple(g for g in home.permissions.all_grants() if g.once and not g.used and g.scope in NETWORK_SCOPES)


def waiting_for(home: Home, asset_id: str, scope: Scope) -> tuple[Grant, ...]:
    """Grants for once of one asset and scope that were not used yet."""
    given = home.permissions.grants.get(asset_id, {}).values()
    return tuple(grant for grant in given if grant.once and not grant.used and grant.scope is scope)


def used(home: Home, flows: Iterable[Flow], networks: Networks, now: float) -> tuple[Grant, ...]:
    """Of the waiting grants those without which one of the connections would not have been."""
    grants = waiting(home)
    owners = {a: key for key, one in home.plan.members.items() for a in one.addresses}
    mine = {grant.asset_id for grant in grants}
    found: dict[str, Grant] = {}
    for flow in flows:
        for asset_id, far, own in _ends(flow, owners, mine):
            scope = _scope(home, far, owners, networks)
            there = replace(flow, target=far)
            for grant in grants:
                matches = grant.id not in found and grant.asset_id == asset_id and grant.scope is scope
                if matches and _opened(home, grant, there, owners.get(far), now, own=own):
                    found[grant.id] = grant
    return tuple(found.values())


def _ends(flow: Flow, owners: dict[Address, str], mine: set[str]) -> Iterator[tuple[str, Address, bool]]:
    """Each waiting asset that took part, with its far end, and whether the port is the asset's own."""
    if (opener := owners.get(flow.opened_by)) in mine and opener:
        yield opener, flow.target, False
    if (answerer := owners.get(flow.target)) in mine and answerer:
        yield answerer, flow.opened_by, True


def _scope(home: Home, far: Address, owners: dict[Address, str], networks: Networks) -> Scope:
    """Scope of a far end, as the firewall sees it."""
    if far in home.plan.hub_addresses:
        return Scope.HUB
    interface = interface_towards(home.topology, far)
    if interface in networks.iot:
        return Scope.PEERS if owners.get(far) in home.governed else Scope.LAN
    return Scope.LAN if interface in networks.lan else Scope.INTERNET


def _opened(  # noqa: PLR0913 - a connection, the grant, and all that tells what each is
    home: Home, grant: Grant, flow: Flow, owner: str | None, now: float, *, own: bool
) -> bool:
    names = [name for name, told in home.names.get(grant.asset_id, {}).items() if flow.target in told]
    protocol = PROTOCOLS.get(flow.protocol)
    try:
        far = target(address=flow.target, names=names, asset_id=owner, protocol=protocol, port=flow.port, own=own)
        there = enriched(far, home.lists)
    except PolicyError:
        return False
    subject = home.subjects[grant.asset_id]
    without = home.permissions.without_grant(grant.asset_id, grant.id)
    decided = [
        explain(subject, grant.scope, there, Situation(home.policy, permissions, now)).decision
        for permissions in (home.permissions, without)
    ]
    return decided[0] is Decision.ALLOW and decided[1] is not Decision.ALLOW
