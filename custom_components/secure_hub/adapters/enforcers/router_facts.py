"""What a router's own interfaces are, as `ip -o link` and `ip -o addr` of iproute2 and BusyBox tell it."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
import re
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.plan import PacketClass, Plan, Segment

_LINK: Final = re.compile(r"\d+: ([^\s:@]{1,15})(?:@[^\s:]+)?: (.*)")
_MASTER: Final = re.compile(r"\smaster ([^\s]{1,15})\s")
_MAC: Final = re.compile(r"\slink/ether ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b")
_ADDRESS: Final = re.compile(r"\d+: [^\s]+ +inet6? ([0-9a-f.:]+)[ /]")
_MAX_LINES: Final = 4096


@dataclass(frozen=True, slots=True)
class RouterFacts:
    """Interfaces of a router: their MACs, the members of those that have members, and all addresses."""

    macs: dict[str, str] = field(default_factory=dict)
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    addresses: frozenset[Address] = frozenset()


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
    for line in addresses.splitlines()[:_MAX_LINES]:
        if found := _ADDRESS.match(line):
            try:
                own.add(ip_address(found[1]))
            except ValueError:
                continue
    return RouterFacts(macs, {name: frozenset(ports) for name, ports in members.items()}, frozenset(own))


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
    return replace(
        plan,
        segments=segments,
        lan_interfaces=frozenset(lan),
        hub_macs=own,
        hub_addresses=facts.addresses,
        protected_macs=(plan.protected_macs | plan.hub_macs) - own,
    )
