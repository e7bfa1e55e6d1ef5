"""The guard of a link: frames whose sender is not who he says, and offers of what only a router may offer."""

from collections.abc import Iterator
from typing import Final

from .accounting import FROM, refused
from .layout import OPEN, Field, RuleSpec, SetSpec, Shape
from .nftables import (
    VALUE,
    Base,
    Family,
    Meta,
    Verdict,
    class_value,
    counter,
    decide,
    differs,
    equals,
    learn,
    mapped,
    meta,
    outside,
    payload,
    within,
)
from .packets import ACCEPT, ARP, ICMP6, IIF, IP4, IP6, SOURCE, UDP, drop, ethertype, icmp6, local, rule, udp

_ARP_SENDER: Final = payload(Base.NETWORK, 14, 4)
_LINK_SOURCE4: Final = payload(Base.NETWORK, 12, 4)
_LINK_SOURCE6: Final = payload(Base.NETWORK, 8, 16)
_ND_TARGET: Final = payload(Base.TRANSPORT, 8, 16)
_AFTER_MAC: Final = 10
_MOVED: Final = {
    _ARP_SENDER: payload(Base.NETWORK, 14, 4, _AFTER_MAC),
    _ND_TARGET: payload(Base.TRANSPORT, 8, 16, _AFTER_MAC),
}
"""The same fields, in the register behind a MAC."""
_SENDER4: Final = SOURCE + payload(Base.NETWORK, 12, 4, _AFTER_MAC)
_SENDER6: Final = SOURCE + payload(Base.NETWORK, 8, 16, _AFTER_MAC)
"""MAC and address that a packet says it is from."""
_NONE4: Final = bytes(4)
_ROUTER_ADVERTISEMENT: Final = b"\x86"
_NEIGHBOUR_ADVERTISEMENT: Final = b"\x88"
_ND_REDIRECT: Final = b"\x89"

_SERVERS: Final = (67, 547)
"""Ports of servers of DHCP and DHCPv6."""

_ALARMS: Final = 1_024
_ALARM_MS: Final = 600_000


def _alarm(name: str, *fields: Field) -> SetSpec:
    where = (Field.INTERFACE, Field.MAC)
    return SetSpec(name, (*where, *fields), learned=True, counted=True, local=True, size=_ALARMS, timeout=_ALARM_MS)


SPOOFED: Final = _alarm("spoofed")
SPOOFED4: Final = _alarm("spoofed4", Field.IPV4)
SPOOFED6: Final = _alarm("spoofed6", Field.IPV6)
"""Who sent under an address that is not his: port, MAC, and the address."""
ALARMS: Final = (SPOOFED, SPOOFED4, SPOOFED6)

_BEHIND_INTERFACE: Final = 12
_BEHIND_MAC: Final = 14
GUARDS: Final = ("guard", "guard4", "guard6", "guard_arp")
"""Chains of the guard."""
SPOOFS: Final[dict[str, tuple[bytes, SetSpec]]] = {
    "spoofed_own": (b"", SPOOFED),
    "spoofed_arp": (payload(Base.NETWORK, 14, 4, _BEHIND_MAC), SPOOFED4),
    "spoofed_ip4": (payload(Base.NETWORK, 12, 4, _BEHIND_MAC), SPOOFED4),
    "spoofed_ip6": (payload(Base.NETWORK, 8, 16, _BEHIND_MAC), SPOOFED6),
    "spoofed_nd": (payload(Base.TRANSPORT, 8, 16, _BEHIND_MAC), SPOOFED6),
}
"""Chains where frames with a false sender end, where the false address is, and where it is noted."""


def spoofs(family: Family, shape: Shape) -> Iterator[RuleSpec]:
    """Note who sends under a false address, then drop."""
    for chain, (address, alarm) in SPOOFS.items():
        yield from refused(family, chain, FROM)
        yield local(chain, "who", IIF, payload(Base.LINK, 6, 6, _BEHIND_INTERFACE), address, learn(alarm.name))
        yield rule(chain, "false sender", decide(Verdict.DROP if shape.enforce else Verdict.ACCEPT))


def spoofed(how: str) -> bytes:
    """Count, and go where who it was is noted before the frame is dropped."""
    return counter() + decide(Verdict.GOTO, f"spoofed_{how}")


def _udp_from(port: int) -> bytes:
    return meta(Meta.L4PROTO) + equals(UDP) + payload(Base.TRANSPORT, 0, 2) + equals(port.to_bytes(2))


def guard(shape: Shape) -> Iterator[RuleSpec]:
    """Rules against addresses that are somebody else's; a frame goes to the chain of its kind, the odd ones stay.

    A claim by ARP to an address that is nobody's stays possible: how else would
    the hub learn that a device has moved? Packets from it wait until the hub has learned.
    """
    for kind, chain in ((IP4, "guard4"), (IP6, "guard6"), (ARP, "guard_arp")):
        yield rule("guard", chain, ethertype(kind), decide(Verdict.GOTO, chain))
    yield from _guard4(shape)
    yield from _guard6(shape)
    claim = _ARP_SENDER + within("owned4") + SOURCE + _MOVED[_ARP_SENDER] + outside("bind4")
    yield rule("guard_arp", "ARP spoofing", ethertype(ARP), claim, outside("leased"), spoofed("arp"))


def honest(chain: str, count: SetSpec) -> Iterator[RuleSpec]:
    """Count and pass what the guard would pass with no more than one look: nearly all that is ever sent.

    No servers of DHCP and nothing of ICMPv6, of which it asks more. Later fragments have no ports and go its way too.
    """
    port, other = payload(Base.TRANSPORT, 0, 2), meta(Meta.L4PROTO) + differs(ICMP6)
    counted = SOURCE, learn(count.name), ACCEPT
    ports4, ports6 = (port + differs(number.to_bytes(2)) for number in _SERVERS)
    yield local(chain, "IPv4 address its own", ethertype(IP4), ports4, _SENDER4, within("bind4"), *counted)
    yield local(chain, "IPv6 address its own", ethertype(IP6), other, ports6, _SENDER6, within("bind6"), *counted)


def _guard4(shape: Shape) -> Iterator[RuleSpec]:
    yield rule("guard4", "rogue DHCP", _udp_from(_SERVERS[0]), drop(shape))
    # One look, which nearly all packets need no other after.
    yield rule("guard4", "its own", ethertype(IP4), _SENDER4, within("bind4"), decide(Verdict.RETURN))
    # Whoever asks for a lease may do so from an address that we do not know to be its own yet.
    yield rule("guard4", "DHCP", udp(68, 67), decide(Verdict.RETURN))
    claimed, new = ethertype(IP4) + _LINK_SOURCE4, _SENDER4 + outside("leased")
    yield rule("guard4", "IPv4 spoofing", claimed, within("owned4"), new, spoofed("ip4"))
    strange = claimed + differs(_NONE4) + SOURCE + within("bound")
    yield rule("guard4", "IPv4 address not its own", strange, new, spoofed("ip4"))


def _guard6(shape: Shape) -> Iterator[RuleSpec]:
    yield rule("guard6", "rogue DHCPv6", _udp_from(_SERVERS[1]), drop(shape))
    for name, kind in (("advertisement", _ROUTER_ADVERTISEMENT), ("redirect", _ND_REDIRECT)):
        yield rule("guard6", f"rogue router {name}", icmp6(), equals(kind), drop(shape))
    advertised = ethertype(IP6) + icmp6() + equals(_NEIGHBOUR_ADVERTISEMENT)
    claim = _ND_TARGET + within("owned6") + SOURCE + _MOVED[_ND_TARGET] + outside("bind6")
    yield rule("guard6", "neighbour spoofing", advertised, claim, spoofed("nd"))
    yield rule("guard6", "its own", ethertype(IP6), _SENDER6, within("bind6"), decide(Verdict.RETURN))
    yield rule("guard6", "IPv6 spoofing", ethertype(IP6), _LINK_SOURCE6, within("owned6"), spoofed("ip6"))
    # Within the segment's networks a device may make itself addresses, of which we hear a moment later.
    here = _LINK_SOURCE6 + mapped("prefix6") + equals(class_value(OPEN), VALUE)
    yield rule("guard6", "of its network", ethertype(IP6), here, decide(Verdict.RETURN))
    yield rule("guard6", "IPv6 address not its own", ethertype(IP6), spoofed("ip6"))
