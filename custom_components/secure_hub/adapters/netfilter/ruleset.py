"""The rules themselves. Every packet's fate is written here and nowhere else; docs/firewall.md tells it in words."""

from collections.abc import Iterator
import struct
from typing import Final

from .layout import HELD, OPEN, PLANNED, QUARANTINED, ChainSpec, Field, RuleSpec, SetSpec, Shape, TableSpec
from .nftables import (
    VALUE,
    Base,
    Family,
    Meta,
    Verdict,
    class_value,
    counter,
    ct_direction,
    decide,
    differs,
    equals,
    learn,
    mapped,
    mask,
    meta,
    outside,
    payload,
    within,
)

LEASED: Final = SetSpec("leased", (Field.MAC, Field.IPV4), learned=True)
"""MAC . IPv4 of leases seen on their way to devices, kept a day: a device with a new lease is no spoofer."""
LEASED_SIZE: Final = 16_384
LEASED_TIMEOUT: Final = 86_400_000

_IP4: Final = b"\x08\x00"
_ARP: Final = b"\x08\x06"
_VLAN: Final = b"\x81\x00"
_QINQ: Final = b"\x88\xa8"
_IP6: Final = b"\x86\xdd"
_EAPOL: Final = b"\x88\x8e"
_UDP: Final = b"\x11"
_ICMP6: Final = b"\x3a"
_ROUTER_ADVERTISEMENT: Final = b"\x86"
_NEIGHBOUR_ADVERTISEMENT: Final = b"\x88"
_ND_REDIRECT: Final = b"\x89"
_GROUP: Final = b"\x01" + bytes(5)
_REPLY: Final = b"\x01"

_DISCOVERY_FROM: Final = SetSpec("discovery_from", (Field.ICMPV6,), constants=(b"\x85", b"\x87", b"\x88"))
"""Router solicitation, neighbour solicitation and advertisement (RFC 4861)."""
_DISCOVERY_TO: Final = SetSpec("discovery_to", (Field.ICMPV6,), constants=(b"\x86", b"\x87", b"\x88"))
"""Router advertisement, neighbour solicitation and advertisement."""
_ETHERTYPES: Final = SetSpec("ethertype", (Field.ETHERTYPE,), constants=(_IP4, _IP6, _ARP, _EAPOL))

_SOURCE: Final = payload(Base.LINK, 6, 6)
_DESTINATION: Final = payload(Base.LINK, 0, 6)
_IIF: Final = meta(Meta.IIFNAME)
_OIF: Final = meta(Meta.OIFNAME)
_AFTER_MAC: Final = 10
_AFTER_INTERFACE: Final = 12
_ACCEPT: Final = decide(Verdict.ACCEPT)

_STANDINGS: Final = ((HELD, "held"), (QUARANTINED, "quarantined"))


def table(family: Family, shape: Shape) -> TableSpec:
    """Everything that stands in our table of a family."""
    match family:
        case Family.INET:
            return _inet(shape)
        case Family.BRIDGE:
            return _bridge(shape)
        case Family.NETDEV:
            return _netdev(shape)


def _rule(chain: str, comment: str, *expressions: bytes) -> RuleSpec:
    return RuleSpec(chain, comment, expressions)


def _jump(chain: str) -> bytes:
    return decide(Verdict.JUMP, chain)


def _drop(shape: Shape) -> bytes:
    """Count, and in monitor mode let pass."""
    return counter() + decide(Verdict.DROP if shape.enforce else Verdict.ACCEPT)


def _type(ethertype: bytes) -> bytes:
    return payload(Base.LINK, 12, 2) + equals(ethertype)


def _udp(source: int, destination: int) -> bytes:
    ports = source.to_bytes(2) + destination.to_bytes(2)
    return meta(Meta.L4PROTO) + equals(_UDP) + payload(Base.TRANSPORT, 0, 4) + equals(ports)


def _udp_from(port: int) -> bytes:
    return meta(Meta.L4PROTO) + equals(_UDP) + payload(Base.TRANSPORT, 0, 2) + equals(port.to_bytes(2))


def _icmp6() -> bytes:
    return meta(Meta.L4PROTO) + equals(_ICMP6) + payload(Base.TRANSPORT, 0, 1)


def _classes(chain: str, match: bytes, way: str, *, otherwise: Verdict | None, who: str) -> Iterator[RuleSpec]:
    """Send each class its way: `match` loads one, `otherwise` is what the open meet (None: the next rule).

    A verdict map behind the class map would be one rule, but nft 1.0.6 dies of an assertion when it lists that.
    """
    if otherwise is not None:
        yield _rule(chain, f"{who}: open", match, equals(class_value(OPEN), VALUE), decide(otherwise))
    for number, standing in _STANDINGS:
        verdict = decide(Verdict.GOTO, f"{standing}_{way}")
        yield _rule(chain, f"{who}: {standing}", match, equals(class_value(number), VALUE), verdict)


def _planned(family: Family) -> tuple[SetSpec, ...]:
    return tuple(spec for spec, families in PLANNED.values() if family in families)


def _ends(ways: dict[str, tuple[tuple[str, bytes], ...]], shape: Shape) -> Iterator[RuleSpec]:
    """Chains where held and quarantined devices end: some exceptions, then drop; apart, so that each counts its own."""
    for _, standing in _STANDINGS:
        for way, exceptions in ways.items():
            chain = f"{standing}_{way}"
            for comment, match in exceptions:
                yield _rule(chain, comment, match, _ACCEPT)
            yield _rule(chain, f"{standing}: {way.replace('_', ' ')}", _drop(shape))


def _end_chains(*ways: str) -> tuple[ChainSpec, ...]:
    return tuple(ChainSpec(f"{standing}_{way}") for _, standing in _STANDINGS for way in ways)


# --- inet: what is routed, and what the hub itself hears and says

_IS4: Final = meta(Meta.NFPROTO) + equals(b"\x02")
_IS6: Final = meta(Meta.NFPROTO) + equals(b"\x0a")
_SOURCE4: Final = _IS4 + payload(Base.NETWORK, 12, 4)
_SOURCE6: Final = _IS6 + payload(Base.NETWORK, 8, 16)
_DESTINATION4: Final = _IS4 + payload(Base.NETWORK, 16, 4)
_DESTINATION6: Final = _IS6 + payload(Base.NETWORK, 24, 16)
_ETHERNET: Final = meta(Meta.IIFTYPE) + equals(struct.pack("=H", 1))
"""The interface has MACs (ARPHRD_ETHER, in host order)."""


def _inet(shape: Shape) -> TableSpec:
    chains = (
        *(ChainSpec(name, hook, -10) for name, hook in (("forward", 2), ("input", 1), ("output", 3))),
        ChainSpec("unsolicited"),
        *_end_chains("from", "to", "to_hub", "from_hub"),
    )
    ends: dict[str, tuple[tuple[str, bytes], ...]] = {
        "from": (),
        "to": (),
        "to_hub": (
            ("DHCP", _udp(68, 67)),
            ("DHCPv6", _udp(546, 547)),
            ("neighbour discovery", _icmp6() + within("discovery_from")),
        ),
        "from_hub": (
            ("DHCP", _udp(67, 68)),
            ("DHCPv6", _udp(547, 546)),
            ("neighbour discovery", _icmp6() + within("discovery_to")),
        ),
    }
    rules = (*_forward(shape), *_hub_itself(), *_ends(ends, shape))
    return TableSpec(Family.INET, (*_planned(Family.INET), _DISCOVERY_FROM, _DISCOVERY_TO), chains, rules)


def _forward(shape: Shape) -> Iterator[RuleSpec]:
    pair = _IIF + meta(Meta.OIFNAME, _AFTER_INTERFACE) + within("bridged")
    yield _rule("forward", "bridged, policed there", pair, _ETHERNET, _DESTINATION, outside("hub"), _ACCEPT)
    yield from _to_address("forward", "to")
    elsewhere = _OIF + within("segment") + _IIF + outside("lan")
    yield _rule("forward", "who opens connections to devices", elsewhere, _jump("unsolicited"))
    yield _rule("unsolicited", "between devices", _IIF, within("segment"), decide(Verdict.RETURN))
    yield _rule("unsolicited", "reply", ct_direction(), equals(_REPLY), decide(Verdict.RETURN))
    yield _rule("unsolicited", "unsolicited", _drop(shape))
    yield from _from_device("forward", "from")


def _from_device(chain: str, way: str) -> Iterator[RuleSpec]:
    here = _IIF + within("segment")
    yield _rule(chain, "protected", here, _ETHERNET, _SOURCE, within("protected"), _ACCEPT)
    for match, name in ((_SOURCE4, "class4"), (_SOURCE6, "class6")):
        yield from _classes(chain, here + match + mapped(name), way, otherwise=None, who="address")
    by_mac = here + _ETHERNET + _SOURCE + mapped("mac")
    yield from _classes(chain, by_mac, way, otherwise=Verdict.ACCEPT, who="MAC")
    yield from _classes(chain, here + _IIF + mapped("newcomer"), way, otherwise=None, who="newcomer")


def _to_address(chain: str, way: str) -> Iterator[RuleSpec]:
    for match, name in ((_DESTINATION4, "class4"), (_DESTINATION6, "class6")):
        there = _OIF + within("segment") + match + mapped(name)
        yield from _classes(chain, there, way, otherwise=None, who="address")


def _hub_itself() -> Iterator[RuleSpec]:
    yield from _from_device("input", "to_hub")
    yield from _to_address("output", "from_hub")


# --- bridge and netdev: every frame from and to a device

_LEASE_ADDRESS: Final = payload(Base.TRANSPORT, 8 + 16, 4, _AFTER_MAC)  # yiaddr, RFC 2131
_LEASE_HOLDER: Final = payload(Base.TRANSPORT, 8 + 28, 6)  # chaddr
_ARP_SENDER: Final = payload(Base.NETWORK, 14, 4)
_LINK_SOURCE4: Final = payload(Base.NETWORK, 12, 4)
_LINK_SOURCE6: Final = payload(Base.NETWORK, 8, 16)
_ND_TARGET: Final = payload(Base.TRANSPORT, 8, 16)
_NONE4: Final = bytes(4)

_LINK_ENDS: Final[dict[str, tuple[tuple[str, bytes], ...]]] = {
    "from": (
        ("ARP", _type(_ARP)),
        ("DHCP", _type(_IP4) + _udp(68, 67)),
        ("DHCPv6", _type(_IP6) + _udp(546, 547)),
        ("neighbour discovery", _type(_IP6) + _icmp6() + within("discovery_from")),
        ("802.1X", _type(_EAPOL)),
    ),
    "to": (
        ("ARP", _type(_ARP)),
        ("DHCP", _type(_IP4) + _udp(67, 68)),
        ("DHCPv6", _type(_IP6) + _udp(547, 546)),
        ("neighbour discovery", _type(_IP6) + _icmp6() + within("discovery_to")),
        ("802.1X", _type(_EAPOL)),
    ),
}
_LINK_SETS: Final = (_DISCOVERY_FROM, _DISCOVERY_TO, LEASED)


def _link(shape: Shape, guard: tuple[RuleSpec, ...], *, vlans: bool) -> Iterator[RuleSpec]:
    """Rules of a family that sees frames; with `vlans`, tagged frames are left to the VLAN's own interface."""
    others = (_type(_VLAN), _ACCEPT) if vlans else ()
    yield _rule("from_device", "the hub's own address", _SOURCE, within("hub"), _drop(shape))
    yield _rule("from_device", "protected", _SOURCE, within("protected"), _ACCEPT)
    yield _rule("from_device", "guard", _jump("guard"))
    yield from guard
    yield from _spoofing(shape)
    yield from _classes("from_device", _SOURCE + mapped("mac"), "from", otherwise=Verdict.ACCEPT, who="MAC")
    if vlans:
        yield _rule("from_device", "tagged", *others)
    yield from _classes("from_device", _IIF + mapped("newcomer"), "from", otherwise=None, who="newcomer")

    lease = _type(_IP4) + _udp(67, 68) + _LEASE_HOLDER + _LEASE_ADDRESS
    yield _rule("to_device", "lease", lease, learn(LEASED.name))
    yield _rule("to_device", "protected", _DESTINATION, within("protected"), _ACCEPT)
    yield _rule("to_device", "group", _DESTINATION, mask(_GROUP), equals(_GROUP), _ACCEPT)
    yield from _classes("to_device", _DESTINATION + mapped("mac"), "to", otherwise=Verdict.ACCEPT, who="MAC")
    if vlans:
        yield _rule("to_device", "tagged", *others)
    yield from _classes("to_device", _OIF + mapped("newcomer"), "to", otherwise=None, who="newcomer")
    yield from _ends(_LINK_ENDS, shape)


def _spoofing(shape: Shape) -> Iterator[RuleSpec]:
    """Guard against addresses that are somebody else's.

    A claim by ARP to an address that is nobody's stays possible: how else would
    the hub learn that a device has moved? Packets from it wait until the hub has learned.
    """
    yield _rule("guard", "rogue DHCP", _type(_IP4), _udp_from(67), _drop(shape))
    yield _rule("guard", "rogue DHCPv6", _type(_IP6), _udp_from(547), _drop(shape))
    for name, kind in (("advertisement", _ROUTER_ADVERTISEMENT), ("redirect", _ND_REDIRECT)):
        yield _rule("guard", f"rogue router {name}", _type(_IP6), _icmp6(), equals(kind), _drop(shape))

    # Whoever asks for a lease may do so from an address that we do not know to be its own yet.
    yield _rule("guard", "DHCP", _type(_IP4), _udp(68, 67), decide(Verdict.RETURN))

    def not_its_own(sender: bytes, owned: str, bind: str) -> bytes:
        return sender + within(owned) + _SOURCE + _moved(sender) + outside(bind)

    lease = outside("leased")
    yield _rule("guard", "ARP spoofing", _type(_ARP), not_its_own(_ARP_SENDER, "owned4", "bind4"), lease, _drop(shape))
    claim = _type(_IP4) + not_its_own(_LINK_SOURCE4, "owned4", "bind4")
    yield _rule("guard", "IPv4 spoofing", claim, lease, _drop(shape))
    strange = _type(_IP4) + _LINK_SOURCE4 + differs(_NONE4) + _SOURCE + within("bound")
    pair = _moved(_LINK_SOURCE4) + outside("bind4") + lease
    yield _rule("guard", "IPv4 address not its own", strange, pair, _drop(shape))
    claim = _type(_IP6) + not_its_own(_LINK_SOURCE6, "owned6", "bind6")
    yield _rule("guard", "IPv6 spoofing", claim, _drop(shape))
    advertised = _type(_IP6) + _icmp6() + equals(_NEIGHBOUR_ADVERTISEMENT)
    yield _rule("guard", "neighbour spoofing", advertised, not_its_own(_ND_TARGET, "owned6", "bind6"), _drop(shape))


_MOVED: Final = {
    _ARP_SENDER: payload(Base.NETWORK, 14, 4, _AFTER_MAC),
    _LINK_SOURCE4: payload(Base.NETWORK, 12, 4, _AFTER_MAC),
    _LINK_SOURCE6: payload(Base.NETWORK, 8, 16, _AFTER_MAC),
    _ND_TARGET: payload(Base.TRANSPORT, 8, 16, _AFTER_MAC),
}


def _moved(sender: bytes) -> bytes:
    """Load the same field, into the register behind a MAC."""
    return _MOVED[sender]


# --- bridge


def _bridge(shape: Shape) -> TableSpec:
    chains = (
        ChainSpec("prerouting", 0, -300),
        ChainSpec("forward", 2, -10),
        ChainSpec("postrouting", 4, 0),
        *(ChainSpec(name) for name in ("from_device", "to_device", "guard", "between", "sender", "receiver")),
        *_end_chains("from", "to", "between"),
    )
    odd = _rule("guard", "odd ethertype", payload(Base.LINK, 12, 2), outside("ethertype"), _drop(shape))
    rules = (
        _rule("prerouting", "from a device", _IIF, within("port"), _jump("from_device")),
        _rule("postrouting", "to a device", _OIF, within("port"), _jump("to_device")),
        *_link(shape, (odd,), vlans=False),
        *_between(),
        *_ends({"between": (("DHCP", _type(_IP4) + _DESTINATION + equals(b"\xff" * 6) + _udp(68, 67)),)}, shape),
    )
    return TableSpec(Family.BRIDGE, (*_planned(Family.BRIDGE), *_LINK_SETS, _ETHERTYPES), chains, rules)


def _between() -> Iterator[RuleSpec]:
    """From port to port. Broadcast DHCP requests pass: the server may sit behind a port, then it is protected."""
    yield _rule("forward", "from a device", _IIF, within("port"), decide(Verdict.GOTO, "between"))
    yield _rule("forward", "to a device", _OIF, within("port"), decide(Verdict.GOTO, "between"))
    yield _rule("between", "protected", _SOURCE, within("protected"), _ACCEPT)
    yield _rule("between", "protected", _DESTINATION, within("protected"), _ACCEPT)
    yield _rule("between", "sender", _jump("sender"))
    yield _rule("between", "receiver", _jump("receiver"))
    # A port that was plugged in this moment is not in the map yet: then the other end says what newcomers meet.
    for chain, address, interfaces in (("sender", _SOURCE, (_IIF, _OIF)), ("receiver", _DESTINATION, (_OIF, _IIF))):
        if chain == "receiver":
            yield _rule(chain, "group", address, mask(_GROUP), equals(_GROUP), decide(Verdict.RETURN))
        yield from _classes(chain, address + mapped("mac"), "between", otherwise=Verdict.RETURN, who="MAC")
        for interface in interfaces:
            newcomer = interface + mapped("newcomer")
            yield from _classes(chain, newcomer, "between", otherwise=None, who="newcomer")


# --- netdev


def device_chain(way: str, interface: str) -> str:
    """Name of an interface's chain; what nft cannot write in a name becomes `_` and two hex digits."""
    plain = "".join(c if c.isascii() and c.isalnum() else f"_{c.encode().hex()}" for c in interface)
    return f"{way}_{plain}"


def _netdev(shape: Shape) -> TableSpec:
    hooks = tuple(
        ChainSpec(device_chain(way, interface), hook, priority, interface)
        for interface in shape.netdevs
        for way, hook, priority in (("ingress", 0, -500), ("egress", 1, 0))
    )
    chains = (*hooks, *(ChainSpec(n) for n in ("from_device", "to_device", "guard")), *_end_chains("from", "to"))
    untagged = _type(_VLAN) + payload(Base.LINK, 14, 2) + mask(b"\x0f\xff") + equals(b"\x00\x00")
    odd = (
        _rule("guard", "priority tag", untagged, _drop(shape)),
        _rule("guard", "QinQ", _type(_QINQ), _drop(shape)),
    )
    rules = (
        *(
            _rule(device_chain(way, interface), interface, _jump(chain))
            for interface in shape.netdevs
            for way, chain in (("ingress", "from_device"), ("egress", "to_device"))
        ),
        *_link(shape, odd, vlans=True),
    )
    return TableSpec(Family.NETDEV, (*_planned(Family.NETDEV), *_LINK_SETS), chains, rules)
