"""The plan: what every enforcer must make true, computed from assets and policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv6Network

from ..assets.model import Address
from ..policy.destinations import Place
from ..policy.limits import Limit
from ..policy.tables import Table
from ..topology import Network
from .regions import Rules
from .zones import NO_ZONES, Zones


class PacketClass(IntEnum):
    """How packets of an asset are treated; the number is what the kernel's maps hold."""

    OPEN = 1
    HELD = 2
    """A newcomer: DHCP and neighbour discovery only."""
    QUARANTINED = 3
    """Cut off: DHCP and neighbour discovery only."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One interface of this host behind which IoT devices live.

    `ports` are the names of the members if `interface` is a bridge; a segment that is no bridge has none. `newcomers`
    is what a MAC meets that no member of the plan has. Where the way out is behind it too, somebody else's router,
    `behind` are the home's networks there; they do not overlap.
    """

    interface: str
    is_bridge: bool
    ports: frozenset[str]
    newcomers: PacketClass
    behind: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One asset in the plan. MACs, addresses and EUI-64s belong to one member only.

    An asset without a table is not governed: if it is open, everything passes. `rules` are what the table means with
    what the device's DNS names, other assets and lists stand for now.
    """

    macs: frozenset[str]
    addresses: frozenset[Address]
    ieees: frozenset[str]
    packet_class: PacketClass
    table: Table | None = None
    rules: Rules | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Desired state of all enforcers; equal plans mean equal worlds.

    `hub_macs` are this host's own, `protected_macs` those of assets that must never be cut off (gateway, DNS, the
    administrator's machine); `lan_interfaces` may open connections towards IoT segments. With `enforce` false the
    same rules count what they would have dropped, and drop nothing.
    """

    enforce: bool
    segments: tuple[Segment, ...] = ()
    lan_interfaces: frozenset[str] = frozenset()
    hub_macs: frozenset[str] = frozenset()
    protected_macs: frozenset[str] = frozenset()
    members: Mapping[str, Member] = field(default_factory=dict)
    contested: Mapping[Address, frozenset[str]] = field(default_factory=dict, compare=False)
    """Addresses that several members are equally entitled to; which has it follows from their classes."""
    hub_addresses: frozenset[Address] = frozenset()
    """This host's own: a device that claims one of them by ARP, ND or as its source is spoofing."""
    prefixes: frozenset[IPv6Network] = frozenset()
    """In which devices behind guarded networks may have addresses; none if nobody knows any."""
    nameservers: frozenset[Address] = frozenset()
    """Name servers of the home that are other machines on its networks; asking them is of scope `internet`."""
    zones: Zones = NO_ZONES
    """The named lists."""
    named: tuple[Place, ...] = ()
    """DNS names of which dnsmasq tells the firewall the addresses; what is narrower comes first."""
    trial: Trial | None = None
    """This plan is only tried."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be true again at `ends`, in seconds since the epoch, whoever lives to see it."""

    lasting: Plan
    ends: float
