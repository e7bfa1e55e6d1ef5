"""The rules themselves. Every packet's fate is written here and nowhere else; docs/firewall.md tells it in words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from . import permits
from .accounting import COUNTS, FROM, RECEIVED, SENT, TO, counts, refused
from .answers import ASKERS, told_at_new_address
from .asking import METERS
from .guard import ALARMS, GUARDS, SPOOFS, guard, honest, spoofed, spoofs
from .hairpin import no_redirects
from .layout import (
    CUT_OFF,
    FORWARD_PRIORITY,
    GOVERNED,
    HELD,
    LIMITED,
    PLANNED,
    QUARANTINED,
    ChainSpec,
    Field,
    Role,
    RuleSpec,
    SetSpec,
    Shape,
    TableSpec,
)
from .named import named_sets
from .netlink import be64
from .nftables import (
    VALUE,
    Base,
    Family,
    Meta,
    Verdict,
    class_value,
    constant,
    ct_direction,
    decide,
    differs,
    element,
    equals,
    learn,
    mapped,
    mask,
    meta,
    outside,
    payload,
    within,
)
from .packets import (
    ACCEPT,
    ARP,
    DESTINATION,
    DISCOVERY_FROM,
    DISCOVERY_TO,
    EAPOL,
    ETHERNET,
    IIF,
    IP4,
    IP6,
    IS,
    OIF,
    PORTED_SET,
    QINQ,
    REPLY,
    SOURCE,
    VLAN,
    destination,
    drop,
    ethertype,
    icmp6,
    jump,
    local,
    rule,
    source,
    udp,
)

LEASED: Final = SetSpec("leased", (Field.MAC, Field.IPV4), learned=True, size=16_384, timeout=86_400_000)
"""MAC . IPv4 of leases seen on their way to devices, kept a day: a device with a new lease is no spoofer."""
TRIED: Final = SetSpec("tried", (Field.PROTOCOL,), learned=True, local=True, size=1, timeout=60_000)
"""Has its one element while something is on trial; the kernel takes it away when the time is over."""
_KEY: Final = b"\x01"
LEARNED: Final = {spec.name: spec for spec in (LEASED, *METERS, TRIED, *ASKERS.values(), *COUNTS, *ALARMS)}
"""Sets that packets fill: nobody's change of them is drift."""
COUNTED: Final = frozenset({spec.name for spec in (*COUNTS, *ALARMS)} | {"limited", "quota"})
"""Sets whose elements have numbers to tell."""

_GROUP: Final = b"\x01" + bytes(5)
_AFTER_MAC: Final = 10
_AFTER_INTERFACE: Final = 12
_STANDINGS: Final = ((HELD, "held"), (QUARANTINED, "quarantined"))
_REFUSED_AT: Final = {"from": FROM, "to": TO, "to_hub": FROM, "from_hub": TO, "between": FROM}
"""Whose packets end in a chain: the sender's, or the receiver's."""


def tried_element(milliseconds: int) -> bytes:
    """The element of TRIED, for so long."""
    return element(_KEY, be64(4, milliseconds))


def table(family: Family, shape: Shape) -> TableSpec:
    """Everything that stands in our table of a family."""
    made = {Family.INET: _inet, Family.BRIDGE: _bridge, Family.NETDEV: _netdev}[family](shape)
    return replace(made, rules=(*_on_trial(made, shape.role), *made.rules))


def _on_trial(made: TableSpec, role: Role) -> Iterator[RuleSpec]:
    """What every packet meets first where something is on trial: whether these rules count now."""
    if role is Role.ALWAYS:
        return
    asked = within(TRIED.name) if role is Role.UNLESS_TRIED else outside(TRIED.name)
    for chain in made.chains:
        if chain.hook is not None:
            yield local(chain.name, role.name.lower().replace("_", " "), constant(_KEY), asked, ACCEPT)


def _classes(  # noqa: PLR0913 - what there is to say of a packet by the class of one of its ends
    chain: str, match: bytes, way: str, *, otherwise: Verdict | None, who: str, count: str | None = None
) -> Iterator[RuleSpec]:
    """Send each class its way: `match` loads one, `otherwise` is what who is not cut off meets (None: the next rule).

    With `count`, who is not cut off is counted in the set of that name; the rule behind is for when it is full.

    A verdict map behind the class map would be one rule, but nft 1.0.6 dies of an assertion when it lists that.
    """
    if otherwise is not None:
        spared = mask(class_value(CUT_OFF), VALUE) + equals(class_value(0), VALUE)
        if count is not None:
            yield local(chain, f"{who}: counted", match, spared, learn(count), decide(otherwise))
        yield rule(chain, f"{who}: not cut off", match, spared, decide(otherwise))
    for number, standing in _STANDINGS:
        verdict = decide(Verdict.GOTO, f"{standing}_{way}")
        yield rule(chain, f"{who}: {standing}", match, equals(class_value(number), VALUE), verdict)


def sets(family: Family) -> tuple[SetSpec, ...]:
    """Sets of a table that change while it stands: those that follow the plan, and those that packets fill."""
    planned = (spec for spec, families in PLANNED.values() if family in families)
    meters = () if family is Family.NETDEV else METERS
    apart = ASKERS.values() if family is Family.INET else (LEASED, *ALARMS)
    return (*planned, TRIED, *counts(family), *meters, *apart)


def _ends(family: Family, ways: dict[str, tuple[tuple[str, bytes], ...]], shape: Shape) -> Iterator[RuleSpec]:
    """Chains where held and quarantined devices end: some exceptions, then drop; apart, so that each counts its own."""
    for _, standing in _STANDINGS:
        for way, exceptions in ways.items():
            chain = f"{standing}_{way}"
            for comment, match in exceptions:
                yield rule(chain, comment, match, ACCEPT)
            yield from refused(family, chain, _REFUSED_AT[way])
            yield rule(chain, f"{standing}: {way.replace('_', ' ')}", drop(shape))


def _end_chains(*ways: str) -> tuple[ChainSpec, ...]:
    return tuple(ChainSpec(f"{standing}_{way}") for _, standing in _STANDINGS for way in ways)


# --- inet: what is routed, and what the hub itself hears and says


def _inet(shape: Shape) -> TableSpec:
    chains = (
        *(ChainSpec(name, hook, FORWARD_PRIORITY) for name, hook in (("forward", 2), ("input", 1), ("output", 3))),
        *(ChainSpec(name) for name in ("to_segment", "between", "towards", "unsolicited", "from_this")),
        *(ChainSpec(f"device_{way}") for way in ("from", "to_hub")),
        *(ChainSpec(f"cut_off_{w}{v}") for w in ("from", "to", "to_hub", "from_hub") for v in (4, 6)),
        *_end_chains("from", "to", "to_hub", "from_hub"),
        *permits.routed_chains(shape),
    )
    ends: dict[str, tuple[tuple[str, bytes], ...]] = {
        "from": (),
        "to": (),
        "to_hub": (
            ("DHCP", udp(68, 67)),
            ("DHCPv6", udp(546, 547)),
            ("neighbour discovery", icmp6() + within("discovery_from")),
        ),
        "from_hub": (
            ("DHCP", udp(67, 68)),
            ("DHCPv6", udp(547, 546)),
            ("neighbour discovery", icmp6() + within("discovery_to")),
        ),
    }
    rules = (*_forward(shape), *_hub_itself(shape), *_ends(Family.INET, ends, shape), *permits.routed(shape))
    return TableSpec(
        Family.INET, (*sets(Family.INET), *named_sets(shape), DISCOVERY_FROM, DISCOVERY_TO, PORTED_SET), chains, rules
    )


def _forward(shape: Shape) -> Iterator[RuleSpec]:
    yield rule("forward", "to a device", OIF, within("segment"), decide(Verdict.GOTO, "to_segment"))
    yield from _from_device("forward", "from")
    yield rule("to_segment", "between devices", IIF, within("segment"), decide(Verdict.GOTO, "between"))
    yield rule("to_segment", "towards", jump("towards"))
    yield rule("to_segment", "reply", ct_direction(), equals(REPLY), decide(Verdict.RETURN))
    yield rule("to_segment", "who opens connections to devices", IIF, outside("lan"), jump("unsolicited"))
    yield from refused(Family.INET, "unsolicited", TO)
    yield rule("unsolicited", "unsolicited", drop(shape))
    pair = IIF + meta(Meta.OIFNAME, _AFTER_INTERFACE) + within("bridged")
    yield rule("between", "bridged, policed there", pair, ETHERNET, DESTINATION, outside("hub"), ACCEPT)
    yield rule("between", "towards", jump("towards"))
    yield rule("between", "from a device", decide(Verdict.GOTO, "device_from"))
    yield from _to_address("towards", "to")
    yield from told_at_new_address("towards")


def _from_device(hook: str, way: str) -> Iterator[RuleSpec]:
    chain = f"device_{way}"
    by_mac = ETHERNET + SOURCE + mapped("mac")
    yield rule(hook, "from a device", IIF, within("segment"), decide(Verdict.GOTO, chain))
    for version, match in IS.items():
        yield permits.ruled(chain, match + by_mac, decide(Verdict.GOTO, permits.entrance(way, version)))
    yield rule(chain, "protected", ETHERNET, SOURCE, within("protected"), ACCEPT)
    for version, match in IS.items():
        by_address = match + source(version) + mapped(f"class{version}")
        yield from _cut_off(chain, by_address, way, version)
        # The governed too, before all else: one may say that it is at the address of who is cut off.
        yield _to_cut_off(permits.entrance(way, version), by_address, way, version)
    yield from _classes(chain, by_mac, way, otherwise=Verdict.ACCEPT, who="MAC")
    yield from _classes(chain, IIF + mapped("newcomer"), way, otherwise=None, who="newcomer")


def _to_address(chain: str, way: str) -> Iterator[RuleSpec]:
    for version, match in IS.items():
        there = match + destination(version) + mapped(f"class{version}")
        yield permits.ruled(chain, there, decide(Verdict.GOTO, f"ruled_{way}{version}"))
        yield from _cut_off(chain, there, way, version)


def _cut_off(chain: str, match: bytes, way: str, version: int) -> Iterator[RuleSpec]:
    """One look at the class of an address for everybody who is not cut off."""
    yield _to_cut_off(chain, match, way, version)
    yield from _classes(f"cut_off_{way}{version}", match, way, otherwise=None, who="address")


def _to_cut_off(chain: str, match: bytes, way: str, version: int) -> RuleSpec:
    bit = class_value(CUT_OFF)
    verdict = decide(Verdict.GOTO, f"cut_off_{way}{version}")
    return rule(chain, "cut off", match, mask(bit, VALUE), equals(bit, VALUE), verdict)


def _hub_itself(shape: Shape) -> Iterator[RuleSpec]:
    yield from _from_device("input", "to_hub")
    yield rule("output", "to a device", OIF, within("segment"), decide(Verdict.GOTO, "from_this"))
    yield from no_redirects("from_this", shape)
    yield from _to_address("from_this", "from_hub")
    yield from told_at_new_address("from_this")


# --- bridge and netdev: every frame from and to a device

_LEASE_ADDRESS: Final = payload(Base.TRANSPORT, 8 + 16, 4, _AFTER_MAC)  # yiaddr, RFC 2131
_LEASE_HOLDER: Final = payload(Base.TRANSPORT, 8 + 28, 6)  # chaddr

_LINK_ENDS: Final[dict[str, tuple[tuple[str, bytes], ...]]] = {
    "from": (
        ("ARP", ethertype(ARP)),
        ("DHCP", ethertype(IP4) + udp(68, 67)),
        ("DHCPv6", ethertype(IP6) + udp(546, 547)),
        ("neighbour discovery", ethertype(IP6) + icmp6() + within("discovery_from")),
        ("802.1X", ethertype(EAPOL)),
    ),
    "to": (
        ("ARP", ethertype(ARP)),
        ("DHCP", ethertype(IP4) + udp(67, 68)),
        ("DHCPv6", ethertype(IP6) + udp(547, 546)),
        ("neighbour discovery", ethertype(IP6) + icmp6() + within("discovery_to")),
        ("802.1X", ethertype(EAPOL)),
    ),
}
_BETWEEN_ENDS: Final[dict[str, tuple[tuple[str, bytes], ...]]] = {
    "between": (("DHCP", ethertype(IP4) + DESTINATION + equals(b"\xff" * 6) + udp(68, 67)),)
}
_LINK_SETS: Final = (DISCOVERY_FROM, DISCOVERY_TO)


def _link(family: Family, shape: Shape, odd: tuple[RuleSpec, ...], *, vlans: bool) -> Iterator[RuleSpec]:
    """Rules of a family that sees frames; with `vlans`, tagged frames are left to the VLAN's own interface."""
    others = (ethertype(VLAN), ACCEPT) if vlans else ()
    by_source, by_destination = SOURCE + mapped("mac"), DESTINATION + mapped("mac")
    bit = class_value(GOVERNED)
    governed = mask(bit, VALUE) + equals(bit, VALUE)
    unlimited = mask(class_value(GOVERNED | LIMITED), VALUE) + equals(bit, VALUE)
    yield rule("from_device", "governed", by_source, unlimited, decide(Verdict.GOTO, "from_governed"))
    yield from honest("from_governed", SENT)
    yield rule("from_governed", "guard", jump("guard"))
    yield local("from_governed", "counted", SOURCE, learn(SENT.name), ACCEPT)
    yield rule("from_governed", "governed", ACCEPT)
    yield rule("from_device", "the hub's own address", SOURCE, within("hub"), spoofed("own"))
    yield rule("from_device", "protected", SOURCE, within("protected"), ACCEPT)
    yield rule("from_device", "guard", jump("guard"))
    yield from guard(shape)
    yield from odd
    yield from spoofs(family, shape)
    yield rule("from_device", "rate", SOURCE, within("limited"), decide(Verdict.GOTO, "too_fast"))
    yield from refused(family, "too_fast", FROM)
    yield rule("too_fast", "rate", drop(shape))
    yield from _classes("from_device", by_source, "from", otherwise=Verdict.ACCEPT, who="MAC", count=SENT.name)
    if vlans:
        yield rule("from_device", "tagged", *others)
    yield from _classes("from_device", IIF + mapped("newcomer"), "from", otherwise=None, who="newcomer")

    lease = ethertype(IP4) + udp(67, 68) + _LEASE_HOLDER + _LEASE_ADDRESS
    yield rule("to_device", "lease", lease, learn(LEASED.name))
    yield local("to_device", "governed: counted", by_destination, governed, learn(RECEIVED.name), ACCEPT)
    yield rule("to_device", "protected", DESTINATION, within("protected"), ACCEPT)
    yield rule("to_device", "group", DESTINATION, mask(_GROUP), equals(_GROUP), ACCEPT)
    yield from _classes("to_device", by_destination, "to", otherwise=Verdict.ACCEPT, who="MAC", count=RECEIVED.name)
    if vlans:
        yield rule("to_device", "tagged", *others)
    yield from _classes("to_device", OIF + mapped("newcomer"), "to", otherwise=None, who="newcomer")
    yield from _ends(family, _LINK_ENDS, shape)


# --- bridge


def _bridge(shape: Shape) -> TableSpec:
    chains = (
        ChainSpec("prerouting", 0, -300),
        ChainSpec("forward", 2, FORWARD_PRIORITY),
        ChainSpec("postrouting", 4, 0),
        *(
            ChainSpec(name)
            for name in ("from_device", "from_governed", "to_device", "between", "sender", "receiver", "too_fast")
        ),
        *(ChainSpec(name) for name in (*GUARDS, *SPOOFS)),
        *_end_chains("from", "to", "between"),
        *permits.bridged_chains(),
    )
    odd = rule("guard", "odd ethertype", payload(Base.LINK, 12, 2), differs(EAPOL), drop(shape))
    rules = (
        rule("prerouting", "from a device", IIF, within("port"), jump("from_device")),
        rule("postrouting", "to a device", OIF, within("port"), jump("to_device")),
        *_link(Family.BRIDGE, shape, (odd,), vlans=False),
        *_between(),
        *_ends(Family.BRIDGE, _BETWEEN_ENDS, shape),
        *permits.bridged(shape),
    )
    return TableSpec(Family.BRIDGE, (*sets(Family.BRIDGE), *_LINK_SETS, PORTED_SET), chains, rules)


def _between() -> Iterator[RuleSpec]:
    """From port to port. Broadcast DHCP requests pass: the server may sit behind a port, then it is protected."""
    yield rule("forward", "from a device", IIF, within("port"), decide(Verdict.GOTO, "between"))
    yield rule("forward", "to a device", OIF, within("port"), decide(Verdict.GOTO, "between"))
    yield rule("between", "protected", SOURCE, within("protected"), ACCEPT)
    yield rule("between", "protected", DESTINATION, within("protected"), ACCEPT)
    yield rule("between", "sender", jump("sender"))
    yield rule("between", "receiver", jump("receiver"))
    # A port that was plugged in this moment is not in the map yet: then the other end says what newcomers meet.
    for chain, address, interfaces in (("sender", SOURCE, (IIF, OIF)), ("receiver", DESTINATION, (OIF, IIF))):
        if chain == "receiver":
            yield rule(chain, "group", address, mask(_GROUP), equals(_GROUP), decide(Verdict.RETURN))
        yield permits.ruled(chain, address + mapped("mac"), decide(Verdict.GOTO, f"ruled_{chain}"))
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
    chains = (
        *hooks,
        *(ChainSpec(n) for n in ("from_device", "from_governed", "to_device", "too_fast", *GUARDS, *SPOOFS)),
        *_end_chains("from", "to"),
    )
    untagged = ethertype(VLAN) + payload(Base.LINK, 14, 2) + mask(b"\x0f\xff") + equals(b"\x00\x00")
    odd = (
        rule("guard", "priority tag", untagged, drop(shape)),
        rule("guard", "QinQ", ethertype(QINQ), drop(shape)),
    )
    rules = (
        *(
            rule(device_chain(way, interface), interface, jump(chain))
            for interface in shape.netdevs
            for way, chain in (("ingress", "from_device"), ("egress", "to_device"))
        ),
        *_link(Family.NETDEV, shape, odd, vlans=True),
    )
    return TableSpec(Family.NETDEV, (*sets(Family.NETDEV), *_LINK_SETS), chains, rules)
