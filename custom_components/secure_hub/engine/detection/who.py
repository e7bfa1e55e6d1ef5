"""Who is who in the home at the moment: whose an address is, and who may say so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..assets.model import Address
from ..firewall.plan import Plan
from ..topology import Topology, gateways


@dataclass(frozen=True, slots=True)
class Who:
    """All that a source has to know of the home to tell of assets. Addresses as text, without a zone."""

    owners: Mapping[str, str] = field(default_factory=dict)
    """Asset by address, hardware address and EUI-64."""
    hub: frozenset[str] = frozenset()
    """Addresses of this machine."""
    hub_macs: frozenset[str] = frozenset()
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Hardware addresses that may claim an address which others would gain by: the hub's, and known gateways'."""
    servers: frozenset[str] | None = None
    """Hardware addresses of who gives out addresses by right: this machine, gateways and name servers.

    None where that of a gateway on a watched network is not known: then nobody can say who does so without right.
    """
    interfaces: frozenset[str] = frozenset()
    """Those behind which devices are watched."""
    ports: frozenset[str] = frozenset()
    """Members of those that are bridges."""


def who_is_who(plan: Plan, topology: Topology) -> Who:
    """Read it from the plan, which settles who is entitled to an address, and from the routes."""
    owners = dict(_owners(plan))
    hub, interfaces = frozenset(map(_text, plan.hub_addresses)), frozenset(it.interface for it in plan.segments)
    routers = {_text(address): interface in interfaces for interface, address in gateways(topology)}
    known = {address: _macs(plan, owners.get(address)) for address in routers if address not in hub}
    near = [macs or _neighbours(topology, address) for address, macs in known.items() if routers[address]]
    name_servers = (_macs(plan, owners.get(_text(address))) for address in plan.nameservers)
    return Who(
        owners,
        hub,
        plan.hub_macs,
        dict.fromkeys(hub, plan.hub_macs) | {address: macs for address, macs in known.items() if macs},
        plan.hub_macs.union(*near, *name_servers) if all(near) else None,
        interfaces,
        frozenset().union(*(segment.ports for segment in plan.segments)),
    )


def _text(address: Address) -> str:
    return str(address).partition("%")[0]


def _macs(plan: Plan, asset_id: str | None) -> frozenset[str]:
    return plan.members[asset_id].macs if asset_id is not None else frozenset()


def _neighbours(topology: Topology, address: str) -> frozenset[str]:
    return frozenset(it.mac for it in topology.neighbours if _text(it.address) == address)


def _owners(plan: Plan) -> Iterator[tuple[str, str]]:
    for asset_id, member in plan.members.items():
        for address in member.addresses:
            yield _text(address), asset_id
        for hardware in (*member.macs, *member.ieees):
            yield hardware, asset_id
