"""Interposition: which frames draw a quarantined device's traffic to this host, and which let it go again.

This is what is called ARP spoofing and neighbour spoofing (RFC 826, RFC 4861) when somebody does it who should not. It
is done to devices that the owner of the network has quarantined, and to nobody else: such a *target* is told that
everybody on its network is at this host, and the others are told that the target is. No two others are ever told about
each other, and nothing protected is ever a target. All frames carry this host's own MAC in their Ethernet header, so
that switches are not misled.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from typing import Final

from ..assets.model import Address
from ..policy.scopes import Scope
from ..topology import Network, Topology
from .discovery import (
    BROADCAST,
    NOWHERE,
    Advertisement,
    Arp,
    Datagram,
    Echo,
    Frame,
    Heard,
    Packet,
    RouterAdvertisement,
    Solicitation,
    Unreachable,
    link_local,
    solicited_node,
)
from .plan import Member, PacketClass, Plan

MAX_NEIGHBOURS: Final = 256
"""Addresses on one network that are told about a target, and it about them; gateways come on top."""
MAX_TARGETS: Final = 32
"""Targets on one network: what is beyond is not drawn, and not said to be."""
MAX_ADDRESSES: Final = 16
"""Addresses of one target."""
_DHCP: Final = 67, 68
IDENTIFIER: Final = 0x5348
"""Of our echo requests. The rules of the firewall for what goes back out know it, and the ports above."""
BOTH: Final = frozenset({4, 6})
DRAWN: Final = frozenset({Scope.INTERNET, Scope.LAN, Scope.PEERS})
"""Scopes of what does not come here by itself."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A network in which this host is one among others, behind somebody else's router.

    `gateways` and `neighbours` say which MAC is really at an address; neighbours are all but this host and routers.
    """

    interface: str
    mac: str
    addresses: frozenset[Address]
    networks: frozenset[Network]
    gateways: Mapping[Address, str]
    neighbours: Mapping[Address, str]

    def has(self, address: Address) -> bool:
        """Whether an address can be somebody's on this network."""
        if address.is_multicast or address.is_unspecified:
            return False
        if isinstance(address, IPv6Address) and address.is_link_local:
            return True
        return any(address in network for network in self.networks)

    def extended(self, routers: Mapping[Address, str], found: Mapping[Address, str]) -> Ground:
        """Know more: routers that advertise themselves, and others who answered; what was known before goes first."""
        gateways = {**routers, **self.gateways}
        neighbours = {a: mac for a, mac in {**found, **self.neighbours}.items() if a not in gateways}
        return replace(self, gateways=gateways, neighbours=neighbours)

    def own(self, version: int) -> Address | None:
        """One address of this host, link-local where there is one."""
        mine = (a for a in self.addresses if a.version == version)
        return min(mine, key=lambda a: (not a.is_link_local, a.packed), default=None)


@dataclass(frozen=True, slots=True)
class Target:
    """A device on a ground whose traffic is drawn: one MAC, and the addresses that it is known to have."""

    asset_id: str
    mac: str
    addresses: frozenset[Address]
    passes: bool = False
    """What is drawn goes on from here as far as its rules allow; otherwise it ends here."""
    versions: frozenset[int] = BOTH
    """Versions of IP that are drawn."""

    def by(self, versions: Collection[int]) -> Target:
        """Return it drawn by these versions of IP alone."""
        addresses = frozenset(address for address in self.addresses if address.version in versions)
        return replace(self, addresses=addresses, versions=frozenset(versions))


def is_restricted(member: Member) -> bool:
    """Whether anything of what an asset says to others than this host is denied to it, without its being cut off."""
    rules = member.rules
    if member.packet_class is not PacketClass.OPEN or rules is None:
        return False
    return not DRAWN.isdisjoint(rules.denied | rules.excepted)


def grounds(plan: Plan, topology: Topology) -> dict[str, Ground]:
    """Guarded networks whose way out is another host, by interface. Time O(neighbours)."""
    macs = {link.name: link.mac for link in topology.links if link.mac and link.up}
    found = {}
    for interface in sorted({segment.interface for segment in plan.segments} & macs.keys()):
        own = [address for name, address in topology.addresses if name == interface]
        addresses = frozenset(address.ip for address in own)
        rows = {
            n.address: n.mac for n in topology.neighbours if n.interface == interface and n.mac not in plan.hub_macs
        }
        routers = {
            rows[route.gateway]
            for route in topology.routes
            if route.interface == interface and route.destination.prefixlen == 0 and route.gateway in rows
        }
        if routers:
            gateways = {address: mac for address, mac in rows.items() if mac in routers}
            others = sorted(rows.keys() - gateways.keys(), key=lambda a: (a.version, a.packed))
            networks = frozenset(address.network for address in own if not address.is_link_local)
            neighbours = {address: rows[address] for address in islice(others, MAX_NEIGHBOURS)}
            if any(address.version == 6 for address in addresses):  # noqa: PLR2004 - IPv6
                # Who has talked with this host has so by another address; neighbours talk by this one.
                guessed = {link_local(mac): mac for mac in neighbours.values()}
                neighbours = {**{a: mac for a, mac in guessed.items() if a not in gateways}, **neighbours}
            found[interface] = Ground(interface, macs[interface], addresses, networks, gateways, neighbours)
    return found


def targets(plan: Plan, topology: Topology, ground: Ground, *, restricted: bool = False) -> dict[str, Target]:
    """Whom the plan wants cut off on a ground, by MAC, and if asked for, whom it restricts; in monitor mode nobody.

    Time O(members + neighbours).
    """
    if not plan.enforce:
        return {}
    spared = plan.hub_macs | plan.protected_macs | frozenset(ground.gateways.values())
    rows: dict[str, set[Address]] = {}
    for neighbour in topology.neighbours:
        if neighbour.interface == ground.interface:
            rows.setdefault(neighbour.mac, set()).add(neighbour.address)
    found: dict[str, Target] = {}
    cut_off = {key for key, member in plan.members.items() if member.packet_class is PacketClass.QUARANTINED}
    passing = {key for key, member in plan.members.items() if is_restricted(member)} if restricted else set()
    for asset_id in (*sorted(cut_off), *sorted(passing)):
        member = plan.members[asset_id]
        here = {address for address in member.addresses if _free(ground, address)}
        for mac in sorted(member.macs - spared):
            addresses = here & rows.get(mac, set()) if len(member.macs) > 1 else here
            if (addresses or mac in rows) and len(found) < MAX_TARGETS:
                chosen = sorted(addresses, key=lambda a: (a.version, a.packed))[:MAX_ADDRESSES]
                found[mac] = Target(asset_id, mac, frozenset(chosen), asset_id in passing)
    return found


def reachable(plan: Plan, ground: Ground) -> Iterator[str]:
    """Ids of the assets that could be drawn on a ground."""
    present = frozenset(ground.neighbours.values())
    for asset_id, member in plan.members.items():
        if not present.isdisjoint(member.macs - plan.protected_macs):
            yield asset_id


def to_gateways(ground: Ground, target: Target) -> tuple[Frame, ...]:
    """Draw what passes between a target and the routers. The IPv6 ones are answered to where they are believed."""
    return tuple(_between(ground, target, ground.gateways))


def to_neighbours(ground: Ground, target: Target) -> Iterator[Frame]:
    """Draw what passes between a target and everybody else on its network."""
    yield from _between(ground, target, _others(ground.neighbours, target))


def to_device(ground: Ground, target: Target, about: Collection[Address]) -> tuple[Frame, ...]:
    """Draw what a target sends to some addresses."""
    rows = {**ground.gateways, **_others(ground.neighbours, target)}
    told = _pairs(target, {address: rows[address] for address in about if address in rows})
    return tuple(
        frame for address, _, to, mac in told if mac == target.mac for frame in _claim(ground, address, to, mac)
    )


def restoration(ground: Ground, target: Target) -> Iterator[Frame]:
    """Say to all that were told anything where the others really are, routers first."""
    for address, mac, to, to_mac in _pairs(target, _others({**ground.gateways, **ground.neighbours}, target)):
        yield from _truth(ground, address, mac, to, to_mac)


def answers(ground: Ground, target: Target, heard: Heard) -> tuple[Frame, ...]:
    """Answer a question that a target asks, or that somebody asks for it."""
    if not isinstance(heard, Arp | Solicitation) or heard.sender.is_unspecified:
        return ()
    wanted = heard.target
    if (isinstance(heard, Arp) and heard.reply) or wanted.version not in target.versions:
        return ()
    if not ground.has(wanted) or wanted in ground.addresses or wanted == heard.sender:
        return ()
    if (heard.source == target.mac) == (wanted in target.addresses) or heard.source == ground.mac:
        return ()
    if isinstance(heard, Arp):
        return (Arp(heard.source, ground.mac, ground.mac, heard.target, heard.sender_mac, heard.sender, reply=True),)
    router = wanted in ground.gateways
    return (_advertise(ground, heard.target, ground.mac, heard.sender, heard.source, router=router, solicited=True),)


def probes(ground: Ground, target: Target, sequence: int) -> tuple[Frame, ...]:
    """Ask target and routers for an answer in each other's name, which comes here only if they believe it.

    And in our own name, so that who answers nobody can be told from who does not believe. What `to_gateways` sends by
    IPv6 asks already. IPv4: ICMP, for ARP is answered to whoever asked.
    """
    found: list[Frame] = []
    for address, _, to, to_mac in _pairs(target, ground.gateways):
        if isinstance(address, IPv4Address) and isinstance(to, IPv4Address):
            found.append(Echo(to_mac, ground.mac, address, to, IDENTIFIER, sequence, reply=False))
            found.extend(_knock(ground, target, address, to, to_mac))
    asked: dict[Address, str] = {**ground.gateways, **dict.fromkeys(target.addresses, target.mac)}
    asked.setdefault(link_local(target.mac), target.mac)
    for address, mac in asked.items():
        mine = ground.own(address.version)
        if isinstance(address, IPv4Address) and isinstance(mine, IPv4Address):
            found.append(Echo(mac, ground.mac, mine, address, IDENTIFIER, sequence, reply=False))
            found.extend(_knock(ground, target, mine, address, mac))
        elif isinstance(address, IPv6Address) and isinstance(mine, IPv6Address):
            found.append(Solicitation(mac, ground.mac, mine, address, address, ground.mac))
    return tuple(found)


def question(ground: Ground, address: Address) -> tuple[Frame, ...]:
    """Ask all, in our own name, who is at an address."""
    mine = ground.own(address.version)
    if isinstance(address, IPv4Address) and isinstance(mine, IPv4Address):
        return (Arp(BROADCAST, ground.mac, ground.mac, mine, NOWHERE, address, reply=False),)
    if isinstance(address, IPv6Address) and isinstance(mine, IPv6Address):
        mac, group = solicited_node(address)
        return (Solicitation(mac, ground.mac, mine, group, address, ground.mac),)
    return ()


def spoken(ground: Ground, target: Target) -> frozenset[int]:
    """Versions of IP by which a target may get off its link: a router speaks them, or there are addresses for that."""
    own = (address for address in (*ground.addresses, *target.addresses) if not address.is_link_local)
    return frozenset(address.version for address in (*own, *ground.gateways))


def used(ground: Ground, target: Target, heard: Heard) -> Address | None:
    """Address that a target uses, if it can be its own: a claim, to be believed when it answers for it as well."""
    address: Address | None = None
    match heard:
        case Solicitation(sender=sender):
            address = heard.target if sender.is_unspecified else sender
        case Advertisement():
            address = heard.target
        case Arp() | Echo() | Unreachable() | Packet():
            address = heard.sender
    if address is None or heard.source != target.mac or not _free(ground, address):
        return None
    if address.version not in target.versions:
        return None
    return address if ground.neighbours.get(address, target.mac) == target.mac else None


def disturbs(ground: Ground, target: Target, heard: Heard) -> bool:
    """Whether others have just been reminded where a target really is, or it of where they are."""
    if not isinstance(heard, Arp | Solicitation | Advertisement) or heard.destination == ground.mac:
        return False
    return heard.source == target.mac or heard.target in target.addresses


def reminded(ground: Ground, heard: Heard) -> Address | None:
    """Address of somebody who has just told all where it really is, and so also those who should not know."""
    if not isinstance(heard, Arp | Advertisement | RouterAdvertisement) or not int(heard.destination[:2], 16) & 1:
        return None
    address = heard.target if isinstance(heard, Advertisement) else heard.sender
    return address if address in ground.gateways or address in ground.neighbours else None


def _free(ground: Ground, address: Address) -> bool:
    return ground.has(address) and address not in ground.addresses and address not in ground.gateways


def _others(rows: Mapping[Address, str], target: Target) -> dict[Address, str]:
    return {a: mac for a, mac in rows.items() if mac != target.mac and a not in target.addresses}


def _between(ground: Ground, target: Target, others: Mapping[Address, str]) -> Iterator[Frame]:
    for address, _, to, to_mac in _pairs(target, others):
        yield from _claim(ground, address, to, to_mac)


def _pairs(target: Target, others: Mapping[Address, str]) -> Iterator[tuple[Address, str, Address, str]]:
    """Whom to tell about whom: (address, its true MAC, whom to tell, at which MAC).

    The target hears of every other address at one of its own; each other MAC hears of every address of the target.
    """
    listening: dict[int, Address] = {}
    for address in sorted(target.addresses, key=lambda a: (not a.is_link_local, a.packed)):
        listening.setdefault(address.version, address)
    told = set()
    for address, mac in others.items():
        if (to := listening.get(address.version)) is None:
            continue
        yield address, mac, to, target.mac
        if (mac, address.version) not in told:
            told.add((mac, address.version))
            for one in target.addresses:
                if one.version == address.version:
                    yield one, target.mac, address, mac


def _knock(ground: Ground, target: Target, sender: IPv4Address, to: IPv4Address, to_mac: str) -> Iterator[Frame]:
    """Knock at a closed port: all that the firewall of this host lets pass to the device is what looks like DHCP."""
    if to_mac == target.mac:
        yield Datagram(to_mac, ground.mac, sender, to, *_DHCP)


def _claim(ground: Ground, address: Address, to: Address, to_mac: str) -> Iterator[Frame]:
    """Make `to` believe that an address is here, by asking it in the name of that address.

    A question creates the entry where there is none, and changes it at once; a reply does neither in Linux, where it
    counts for nothing during a second after the last change (LOCKTIME, arp(7)).
    """
    if isinstance(address, IPv4Address) and isinstance(to, IPv4Address):
        yield Arp(to_mac, ground.mac, ground.mac, address, NOWHERE, to, reply=False)
    elif isinstance(address, IPv6Address) and isinstance(to, IPv6Address):
        yield Solicitation(to_mac, ground.mac, address, to, to, ground.mac)


def _truth(ground: Ground, address: Address, mac: str, to: Address, to_mac: str) -> Iterator[Frame]:
    """Say where an address really is: by ARP as above; an advertisement changes entries and makes none."""
    if isinstance(address, IPv4Address) and isinstance(to, IPv4Address):
        yield Arp(to_mac, ground.mac, mac, address, NOWHERE, to, reply=False)
    elif isinstance(address, IPv6Address) and isinstance(to, IPv6Address):
        yield _advertise(ground, address, mac, to, to_mac, router=address in ground.gateways, solicited=False)


def _advertise(  # noqa: PLR0913 - the fields of the frame
    ground: Ground, address: IPv6Address, mac: str, to: IPv6Address, to_mac: str, *, router: bool, solicited: bool
) -> Advertisement:
    return Advertisement(
        to_mac, ground.mac, address, to, address, mac, router=router, solicited=solicited, override=True
    )
