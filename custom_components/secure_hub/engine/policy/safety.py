"""Safety invariants: what must never be cut off, whatever was decided."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..assets.model import Address, Asset, IdentifierKind
from ..topology import Topology, gateways, interface_towards, own_macs


class Protection(StrEnum):
    """Why an asset must not be cut off: a translation key; the first that applies is said."""

    IS_HUB = "is_hub"
    IS_GATEWAY = "is_gateway"
    IS_DNS = "is_dns"
    IS_ADMIN_MACHINE = "is_admin_machine"
    IS_COORDINATOR = "is_coordinator"


@dataclass(frozen=True, slots=True)
class Environment:
    """Who must never be cut off, by MAC address and by IP address.

    `addresses` counts only for an asset whose claim the network does not refute: `answers` says which MAC addresses
    really answer at an address, `behind` the interface that the address must be behind.
    """

    macs: Mapping[str, Protection] = field(default_factory=dict)
    addresses: Mapping[Address, Protection] = field(default_factory=dict)
    answers: Mapping[Address, frozenset[str]] = field(default_factory=dict)
    behind: Mapping[Address, str | None] = field(default_factory=dict)

    @property
    def protected_macs(self) -> frozenset[str]:
        """MAC addresses of everything protected but this host."""
        return frozenset(mac for mac, reason in self.macs.items() if reason is not Protection.IS_HUB)


def environment(
    topology: Topology,
    admin_addresses: Collection[Address] = (),
    *,
    coordinator_addresses: Collection[Address] = (),
) -> Environment:
    """Find who must never be cut off.

    A role that is known by IP address is turned into a MAC address by the row of the neighbour table behind the
    interface that the route to that address leaves through: a device on another segment that claims the gateway's
    address gains nothing. Where this host has to pass a gateway to get there, the gateway is protected anyway.
    """
    own = {interface.ip for _, interface in topology.addresses}
    roles: list[tuple[Protection, str | None, Address]] = [
        (Protection.IS_GATEWAY, interface, address) for interface, address in sorted(gateways(topology), key=str)
    ]
    for reason, wanted in (
        (Protection.IS_DNS, topology.nameservers),
        (Protection.IS_ADMIN_MACHINE, admin_addresses),
        (Protection.IS_COORDINATOR, coordinator_addresses),
    ):
        roles.extend((reason, interface_towards(topology, address), address) for address in sorted(wanted, key=str))
    rows: dict[tuple[str | None, Address], str] = {(n.interface, n.address): n.mac for n in topology.neighbours}
    answers: dict[Address, set[str]] = {}
    for neighbour in topology.neighbours:
        answers.setdefault(neighbour.address, set()).add(neighbour.mac)
    macs = dict.fromkeys(own_macs(topology), Protection.IS_HUB)
    addresses = dict.fromkeys(own, Protection.IS_HUB)
    behind: dict[Address, str | None] = {}
    for reason, interface, address in roles:
        if address.is_loopback or address in own:
            continue
        addresses.setdefault(address, reason)
        behind.setdefault(address, interface)
        if mac := rows.get((interface, address)):
            macs.setdefault(mac, reason)
    return Environment(
        macs,
        addresses,
        {address: frozenset(found) for address, found in answers.items()},
        behind,
    )


def protection(asset: Asset, surroundings: Environment) -> Protection | None:
    """Why `asset` must not be cut off, or None if it may be."""
    macs = asset.values(IdentifierKind.MAC)
    reasons = {surroundings.macs[mac] for mac in macs if mac in surroundings.macs}
    if any(sighting.is_coordinator for sighting in asset.sightings):
        reasons.add(Protection.IS_COORDINATOR)
    for address in asset.addresses:
        if address not in surroundings.behind or address in surroundings.answers:
            continue
        if not asset.interfaces or surroundings.behind[address] in asset.interfaces:
            reasons.add(surroundings.addresses[address])
    return min(reasons, key=list(Protection).index, default=None)
