"""How this host sits in the network: links, addresses, neighbours and routes."""

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network

from ..assets.model import Address

type InterfaceAddress = IPv4Interface | IPv6Interface
type Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface of this host; `kind` as in rtnetlink (`bridge`, `veth`, `vlan`) or empty for hardware."""

    name: str
    mac: str | None
    kind: str
    master: str | None
    up: bool
    wireless: bool = False


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row of the neighbour table (ARP, ND): who answers at an address behind an interface."""

    address: Address
    mac: str
    interface: str


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the main table; `gateway` is None for what is on-link."""

    destination: Network
    gateway: Address | None
    interface: str


@dataclass(frozen=True, slots=True)
class Topology:
    """A snapshot of the host's own view of its networks."""

    links: tuple[Link, ...] = ()
    addresses: tuple[tuple[str, InterfaceAddress], ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    routes: tuple[Route, ...] = ()
    nameservers: tuple[Address, ...] = ()
    forwards_ipv4: bool = False
    forwards_ipv6: bool = False
