"""What a router's own interfaces are and who is behind them, as `ip` of iproute2 and BusyBox tells it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Network, ip_address, ip_network
import re
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.coverage import Coverage, CoverageLevel
from ...engine.firewall.plan import Member, PacketClass, Plan, Segment
from ...engine.topology import Network

_LINK: Final = re.compile(r"\d+: ([^\s:@]{1,15})(?:@[^\s:]+)?: (.*)")
_MASTER: Final = re.compile(r"\smaster ([^\s]{1,15})\s")
_MAC: Final = re.compile(r"\slink/ether ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b")
_ADDRESS: Final = re.compile(r"\d+: ([^\s:@]{1,15})(?:@[^\s:]+)? +inet6? ([0-9a-f.:]+)(/\d{1,3})?[ /]")
_NEIGHBOUR: Final = re.compile(r"[0-9a-f.:]+ dev ([^\s]{1,15}) lladdr ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b")
_WIRELESS: Final = re.compile(r"(?:wl|wifi|ath|ra|phy\d+-ap|mld)[^\s]*\d")
"""Names that access points give their radios: hostapd on OpenWrt, and the drivers' own."""
_MAX_LINES: Final = 4096
_SEVERAL: Final = 2
"""Ports of a bridge from which on a device may have one to itself."""


@dataclass(frozen=True, slots=True)
class RouterFacts:
    """Interfaces of a router: their MACs, the members of those that have members, and all addresses."""

    macs: dict[str, str] = field(default_factory=dict)
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    addresses: frozenset[Address] = frozenset()
    networks: dict[str, frozenset[Network]] = field(default_factory=dict)

    def sees(self, member: Member, guarded: frozenset[str], neighbours: Mapping[str, Collection[str]]) -> bool:
        """Whether an asset is behind a guarded interface: the router talks with it there, or it has an address there.

        `neighbours` are interfaces by MAC, as `parse_neighbours` reads them.
        """
        if any(not guarded.isdisjoint(neighbours.get(mac, ())) for mac in member.macs):
            return True
        networks = [network for name in guarded for network in self.networks.get(name, ())]
        return any(address in network for address in member.addresses for network in networks)

    def coverage(self, guarded: Collection[str], *, bridged: bool) -> Coverage:
        """How far the router holds what is behind its guarded interfaces, the worst of them.

        Stations of one access point, and what is behind one port, may reach each other without it.
        """
        for name in guarded:
            ports = self.members.get(name, frozenset())
            if not bridged or len(ports) < _SEVERAL or any(map(_WIRELESS.match, ports)):
                return Coverage(CoverageLevel.ROUTED, "behind_router")
        return Coverage(CoverageLevel.FULL, "behind_router_bridge")


def parse_neighbours(answer: str) -> dict[str, frozenset[str]]:
    """Interfaces by MAC address of those with whom the router talks; lines that say something else are passed over."""
    found: dict[str, set[str]] = {}
    for line in answer.splitlines()[:_MAX_LINES]:
        if row := _NEIGHBOUR.match(line):
            found.setdefault(row[2], set()).add(row[1])
    return {mac: frozenset(names) for mac, names in found.items()}


def parse(links: str, addresses: str) -> RouterFacts:
    """Facts from the answers to both commands; lines that say something else are passed over."""
    macs: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    for line in links.splitlines()[:_MAX_LINES]:
        if (found := _LINK.match(line)) is None:
            continue
        name, rest = found.groups()
        if mac := _MAC.search(rest):
            macs[name] = mac[1]
        if master := _MASTER.search(rest):
            members.setdefault(master[1], set()).add(name)
    own: set[Address] = set()
    networks: dict[str, set[Network]] = {}
    for line in addresses.splitlines()[:_MAX_LINES]:
        if found := _ADDRESS.match(line):
            try:
                own.add(address := ip_address(found[2]))
                if found[3] and not address.is_link_local:
                    networks.setdefault(found[1], set()).add(ip_network(found[2] + found[3], strict=False))
            except ValueError:
                continue
    return RouterFacts(
        macs,
        {name: frozenset(ports) for name, ports in members.items()},
        frozenset(own),
        {name: frozenset(found) for name, found in networks.items()},
    )


def router_plan(
    plan: Plan,
    facts: RouterFacts,
    guarded: Collection[str],
    lan: Collection[str],
    newcomers: PacketClass,
) -> Plan:
    """Return the hub's plan as it reads on the router: its interfaces, MACs and addresses; the hub is protected there.

    An interface with members is a bridge.
    """
    segments = tuple(
        Segment(name, is_bridge=name in facts.members, ports=facts.members.get(name, frozenset()), newcomers=newcomers)
        for name in sorted(guarded)
        if name in facts.macs
    )
    own = frozenset(facts.macs.values())
    networks = {
        n for segment in segments for n in facts.networks.get(segment.interface, ()) if isinstance(n, IPv6Network)
    }
    return replace(
        plan,
        segments=segments,
        lan_interfaces=frozenset(lan),
        hub_macs=own,
        hub_addresses=facts.addresses,
        prefixes=plan.prefixes | networks if networks else frozenset(),
        protected_macs=(plan.protected_macs | plan.hub_macs) - own,
    )
