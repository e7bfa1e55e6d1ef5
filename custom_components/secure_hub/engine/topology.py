"""How this host sits in the network: links, addresses, neighbours and routes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network
import re
from typing import Final

from .assets.model import Address, IdentifierKind, Sighting, hardware_identifier

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
class Station:
    """A MAC address that a bridge of this host has learned (its forwarding database): the port it was last heard on."""

    mac: str
    bridge: str
    port: str


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
    stations: tuple[Station, ...] = ()


class Role(StrEnum):
    """What an interface of this host seems to be for."""

    IOT = "iot"
    LAN = "lan"
    WAN = "wan"
    IGNORED = "ignored"
    """Loopback, tunnels, bridge ports, containers: no place where devices of the home live."""


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role and the translation key of the reason to think so."""

    role: Role
    reason: str


_IGNORED_KINDS: Final = frozenset(
    {
        "dummy",
        "gre",
        "ifb",
        "ip6tnl",
        "ipip",
        "ipvlan",
        "nlmon",
        "sit",
        "tun",
        "vcan",
        "vrf",
        "vti",
        "vxlan",
        "wireguard",
    }
)
_CONTAINER_BRIDGE: Final = re.compile(r"docker\d+|hassio|br-[0-9a-f]{12}|cni\d+|virbr\d+|lxcbr\d+|lxdbr\d+|podman\d+")
_IOT_NAME: Final = re.compile(r"(?<![a-z])(?:iot|guest|things|smart)(?![a-z])")
_LAN_NAME: Final = re.compile(r"(?<![a-z])(?:lan|home|trusted|private)(?![a-z])")
_WAN_NAME: Final = re.compile(r"(?<![a-z])(?:wan|ppp\d*|uplink|internet|wwan\d*)(?![a-z])")


def uplinks(topology: Topology) -> frozenset[str]:
    """Interfaces that a default route leaves through."""
    return frozenset(route.interface for route in topology.routes if route.destination.prefixlen == 0)


def gateways(topology: Topology) -> frozenset[tuple[str, Address]]:
    """Next hops of all routes of this host, with the interface that each is behind."""
    return frozenset((route.interface, route.gateway) for route in topology.routes if route.gateway is not None)


def own_macs(topology: Topology) -> frozenset[str]:
    """MAC addresses of this host's interfaces."""
    return frozenset(link.mac for link in topology.links if link.mac)


def interface_towards(topology: Topology, address: Address) -> str | None:
    """Interface that this host would send to `address` through: longest prefix first (RFC 1812, 5.2.4.3)."""
    best = max(
        (
            route
            for route in topology.routes
            if route.destination.version == address.version and address in route.destination
        ),
        key=lambda route: route.destination.prefixlen,
        default=None,
    )
    return best.interface if best else None


def guess_roles(topology: Topology) -> Mapping[str, RoleGuess]:
    """Guess what every interface is for, from its kind, its name, its addresses and the default routes."""
    outward = uplinks(topology)
    addressed = {name for name, address in topology.addresses if not address.is_link_local}
    inward = addressed - outward - {link.name for link in topology.links if _ignored(link)}
    guesses = {}
    for link in topology.links:
        if reason := _ignored(link):
            guess = RoleGuess(Role.IGNORED, reason)
        elif link.name in outward:
            guess = RoleGuess(Role.WAN, "default_route") if inward else RoleGuess(Role.LAN, "only_network")
        elif _WAN_NAME.search(link.name):
            guess = RoleGuess(Role.WAN, "name")
        elif _IOT_NAME.search(link.name):
            guess = RoleGuess(Role.IOT, "name")
        elif link.name not in addressed:
            guess = RoleGuess(Role.IGNORED, "no_address")
        elif _LAN_NAME.search(link.name):
            guess = RoleGuess(Role.LAN, "name")
        elif link.wireless and link.name not in outward:
            guess = RoleGuess(Role.IOT, "access_point")
        else:
            guess = RoleGuess(Role.LAN, "addressed")
        guesses[link.name] = guess
    return guesses


def _ignored(link: Link) -> str | None:
    """Reason why nothing of the home lives behind a link."""
    if link.name == "lo" or link.mac is None:
        return "not_ethernet"
    if link.master is not None:
        return "bridge_port"
    if _CONTAINER_BRIDGE.fullmatch(link.name):
        return "containers"
    if link.kind in _IGNORED_KINDS:
        return "virtual"
    return None


def neighbour_sightings(topology: Topology, interfaces: Collection[str] | None = None) -> tuple[Sighting, ...]:
    """One sighting per MAC address and interface, of those who answer at an address and those whom a bridge heard.

    `interfaces` limits where to look; without it, everywhere that devices could live. This host itself, and what
    answers on the way to the internet (its neighbours are the provider's), is left out.
    """
    if interfaces is None:
        watched = {name for name, guess in guess_roles(topology).items() if guess.role in {Role.IOT, Role.LAN}}
    else:
        watched = set(interfaces)
    own = own_macs(topology)
    found: dict[tuple[str, str], set[Address]] = {(one.bridge, one.mac): set() for one in topology.stations}
    for neighbour in topology.neighbours:
        found.setdefault((neighbour.interface, neighbour.mac), set()).add(neighbour.address)
    sightings = []
    for (interface, mac), addresses in sorted(found.items()):
        identifier = hardware_identifier(IdentifierKind.MAC, mac)
        if identifier is None or identifier.value in own or interface not in watched:
            continue
        sightings.append(
            Sighting("neighbours", frozenset({identifier}), interface=interface, addresses=frozenset(addresses))
        )
    return tuple(sightings)
