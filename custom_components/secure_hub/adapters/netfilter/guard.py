"""The guard of a link: frames whose sender is not who he says, and offers of what only a router may offer."""

from collections.abc import Iterator
from typing import Final

from .accounting import FROM, refused
from .layout import Field, RuleSpec, SetSpec, Shape
from .nftables import (
    Base,
    Family,
    Meta,
    Verdict,
    counter,
    decide,
    differs,
    equals,
    learn,
    meta,
    outside,
    payload,
    within,
)
from .packets import ARP, IIF, IP4, IP6, SOURCE, UDP, drop, ethertype, icmp6, local, rule, udp

_ARP_SENDER: Final = payload(Base.NETWORK, 14, 4)
_LINK_SOURCE4: Final = payload(Base.NETWORK, 12, 4)
_LINK_SOURCE6: Final = payload(Base.NETWORK, 8, 16)
_ND_TARGET: Final = payload(Base.TRANSPORT, 8, 16)
_NONE4: Final = bytes(4)
_ROUTER_ADVERTISEMENT: Final = b"\x86"
_NEIGHBOUR_ADVERTISEMENT: Final = b"\x88"
_ND_REDIRECT: Final = b"\x89"
_AFTER_MAC: Final = 10

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
    """Rules of chain `guard`, against addresses that are somebody else's.

    A claim by ARP to an address that is nobody's stays possible: how else would
    the hub learn that a device has moved? Packets from it wait until the hub has learned.
    """
    yield rule("guard", "rogue DHCP", ethertype(IP4), _udp_from(67), drop(shape))
    yield rule("guard", "rogue DHCPv6", ethertype(IP6), _udp_from(547), drop(shape))
    for name, kind in (("advertisement", _ROUTER_ADVERTISEMENT), ("redirect", _ND_REDIRECT)):
        yield rule("guard", f"rogue router {name}", ethertype(IP6), icmp6(), equals(kind), drop(shape))

    # Whoever asks for a lease may do so from an address that we do not know to be its own yet.
    yield rule("guard", "DHCP", ethertype(IP4), udp(68, 67), decide(Verdict.RETURN))

    def not_its_own(sender: bytes, owned: str, bind: str) -> bytes:
        return sender + within(owned) + SOURCE + _moved(sender) + outside(bind)

    lease = outside("leased")
    yield rule(
        "guard", "ARP spoofing", ethertype(ARP), not_its_own(_ARP_SENDER, "owned4", "bind4"), lease, spoofed("arp")
    )
    claim = ethertype(IP4) + not_its_own(_LINK_SOURCE4, "owned4", "bind4")
    yield rule("guard", "IPv4 spoofing", claim, lease, spoofed("ip4"))
    strange = ethertype(IP4) + _LINK_SOURCE4 + differs(_NONE4) + SOURCE + within("bound")
    pair = _moved(_LINK_SOURCE4) + outside("bind4") + lease
    yield rule("guard", "IPv4 address not its own", strange, pair, spoofed("ip4"))
    claim = ethertype(IP6) + not_its_own(_LINK_SOURCE6, "owned6", "bind6")
    yield rule("guard", "IPv6 spoofing", claim, spoofed("ip6"))
    advertised = ethertype(IP6) + icmp6() + equals(_NEIGHBOUR_ADVERTISEMENT)
    yield rule("guard", "neighbour spoofing", advertised, not_its_own(_ND_TARGET, "owned6", "bind6"), spoofed("nd"))


_MOVED: Final = {
    _ARP_SENDER: payload(Base.NETWORK, 14, 4, _AFTER_MAC),
    _LINK_SOURCE4: payload(Base.NETWORK, 12, 4, _AFTER_MAC),
    _LINK_SOURCE6: payload(Base.NETWORK, 8, 16, _AFTER_MAC),
    _ND_TARGET: payload(Base.TRANSPORT, 8, 16, _AFTER_MAC),
}


def _moved(sender: bytes) -> bytes:
    """Load the same field, into the register behind a MAC."""
    return _MOVED[sender]
