"""Rules of the governed: what each scope of a device says of a packet, both ways, for all devices at once.

A chain stands for a scope and a direction. The class of the device says at once what is allowed or denied as a whole;
where it has exceptions, maps are asked, from the single service to the whole address. What the far end opened is
judged by what comes from it and the device's own port, what the device opened by what comes from the device and the
port of the far end; replies pass with them. On a bridge nobody remembers connections: there only TCP tells who opens
one, and every other packet may be of either, so that none passes that either forbids.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from .accounting import refused
from .answers import asked, asking_chain, asks, name_service, told
from .asking import copied
from .hairpin import hairpin
from .layout import (
    ASKS,
    KIND,
    METERED,
    OPEN,
    RULED,
    SCOPES,
    ChainSpec,
    RuleSpec,
    Shape,
    denied,
    excepted,
    opened,
)
from .looks import (
    RETURN,
    Look,
    Maps,
    every_look,
    goto,
    judged,
    looks_anywhere,
    looks_by_mac,
    looks_in_zone,
    looks_there,
    words,
)
from .named import named, named_chains
from .nftables import (
    KEY,
    VALUE,
    Base,
    Family,
    Meta,
    class_value,
    constant,
    ct_direction,
    equals,
    mapped,
    mask,
    meta,
    payload,
    within,
)
from .packets import (
    DESTINATION,
    DISCOVERY_FROM,
    DISCOVERY_TO,
    ETHERNET,
    IIF,
    IP4,
    IP6,
    IS,
    OIF,
    REPLY,
    SOURCE,
    TCP,
    destination,
    drop,
    ethertype,
    icmp6,
    local,
    rule,
    source,
    udp,
)

_VERSIONS: Final = (4, 6)
_BEYOND: Final = ("internet", "lan", "peers")
_NEAR: Final = ("lan", "peers")
_FROM: Final = "from"
_TO: Final = "to"

_TYPE: Final = {4: ethertype(IP4), 6: ethertype(IP6)}
_OPENING: Final = meta(Meta.L4PROTO) + equals(TCP) + payload(Base.TRANSPORT, 13, 1) + mask(b"\x12") + equals(b"\x02")
"""TCP with SYN and without ACK (RFC 9293, 3.1)."""
_SOURCE_PORT: Final = 0
_DESTINATION_PORT: Final = 2


def _is(bits: int, value: int) -> bytes:
    """Match a class that was loaded."""
    return mask(class_value(bits), VALUE) + equals(class_value(value), VALUE)


def ruled(chain: str, match: bytes, verdict: bytes) -> RuleSpec:
    """Send the governed their way; `match` loads a class."""
    return rule(chain, "governed", match, _is(KIND, RULED), verdict)


# --- judging


def _without_exceptions(chain: str) -> str:
    """Name of the chain where a scope is decided as a whole."""
    return f"whole_{chain}"


def _whole(chain: str, device: bytes, way: str, scope: str) -> Iterator[RuleSpec]:
    """What needs no look at the far end goes apart, so that what does need some loads the class once."""
    apart = _without_exceptions(chain)
    yield rule(chain, "no exceptions", device, _is(excepted(SCOPES[scope]), 0), goto(apart))
    yield _rest(apart, device, way, scope)


def _rest(chain: str, device: bytes, way: str, scope: str) -> RuleSpec:
    bit = denied(SCOPES[scope])
    return rule(chain, "the rest", device, _is(bit, bit), goto(f"denied_{way}_{scope}"))


def _scope(number: int) -> bytes:
    return constant(number.to_bytes(2))


def _by_mac(number: int, offset: int) -> bytes:
    """Load scope and MAC of the device, which is at this offset of the frame."""
    return _scope(number) + payload(Base.LINK, offset, 6, KEY + 1)


# --- routed, and to and from this machine


def routed_chains(shape: Shape) -> Iterator[ChainSpec]:
    """Chains in table inet."""
    names = [f"denied_{way}_{scope}" for way, scope in product((_FROM, _TO), SCOPES)]
    names += [_names_chain(way, version) for way, version in product((_FROM, _TO), _VERSIONS)]
    names += ["ruled_to_hub", "from_hub", _without_exceptions("from_hub"), "spent"]
    for version in _VERSIONS:
        scoped = [f"{way}_{scope}{version}" for way, scope in product((_FROM, _TO), _BEYOND)]
        names += [*scoped, *map(_without_exceptions, [*scoped, f"ruled_from_hub{version}"])]
        names += [f"{way}_{place}{version}" for way, place in product((_FROM, _TO), ("inside", "near"))]
        names += [f"lists{version}", f"unlisted{version}", *(_zone(version, zone) for zone in _zones(shape))]
        names += named_chains(version, shape)
        names += [asking_chain(version), f"ruled_from{version}", f"ruled_to{version}", f"ruled_from_hub{version}"]
    yield from map(ChainSpec, names)


def routed(shape: Shape) -> Iterator[RuleSpec]:
    """Rules in table inet; the chains `ruled_...` are where the governed enter."""
    for way, scope in product((_FROM, _TO), SCOPES):
        yield from refused(Family.INET, f"denied_{way}_{scope}", way)
        if way == _FROM:
            yield from copied(Family.INET, scope)
        yield rule(f"denied_{way}_{scope}", f"{scope}: {way} a device", drop(shape))
    yield from refused(Family.INET, "spent", _FROM)
    yield local("spent", "quota", drop(shape))
    for version in _VERSIONS:
        yield from asked(version)
        yield from _entrance(_FROM, version, shape)
        yield from _entrance(_TO, version, shape)
        for scope in _BEYOND:
            yield from _from(scope, version, shape)
            yield from _to(scope, version)
    yield from _hub()


def entrance(way: str, version: int) -> str:
    """Name of the chain where packets of the governed enter."""
    return f"ruled_{way}" if way == "to_hub" else f"ruled_{way}{version}"


def _names_chain(way: str, version: int) -> str:
    return f"names_{way}{version}"


def _entrance(way: str, version: int, shape: Shape) -> Iterator[RuleSpec]:
    """Which scope a packet that is routed is of: by the interface of the far end, and on guarded ones by who it is.

    What may be about names takes a way of its own, so that nothing else is asked more than a port about them.
    """
    chain, names = entrance(way, version), _names_chain(way, version)
    inside, near = f"{way}_inside{version}", f"{way}_near{version}"
    interface, address, offset, device = (
        (OIF, destination(version), _DESTINATION_PORT, _sender())
        if way == _FROM
        else (IIF, source(version), _SOURCE_PORT, _receiver(version))
    )
    yield rule(chain, "names", name_service(offset), goto(names))
    yield asks(names, version) if way == _FROM else told(names, version)
    server = IS[version] + address + within(f"resolver{version}")
    yield from _names(names, server, device, way)
    for one in (names, chain):
        yield rule(one, "at home", interface, within("inside"), goto(inside))
        yield rule(one, "internet", goto(f"{way}_internet{version}"))
    yield rule(inside, "near", interface, within("segment"), goto(near))
    yield rule(inside, "LAN", goto(f"{way}_lan{version}"))
    ungoverned = IS[version] + address + mapped(f"class{version}") + _is(KIND, OPEN)
    yield from hairpin(way, version, shape)
    yield rule(near, "not governed", ungoverned, goto(f"{way}_lan{version}"))
    yield rule(near, "peers", goto(f"{way}_peers{version}"))


def _names(chain: str, question: bytes, device: bytes, way: str) -> Iterator[RuleSpec]:
    """Questions to the home's name server, and answers, are of the internet."""
    yield rule(chain, "names", question, device, _is(ASKS, ASKS), RETURN)
    yield rule(chain, "no names", question, goto(f"denied_{way}_internet"))


def _sender() -> bytes:
    return ETHERNET + SOURCE + mapped("mac")


def _receiver(version: int) -> bytes:
    return IS[version] + destination(version) + mapped(f"class{version}")


def _from(scope: str, version: int, shape: Shape) -> Iterator[RuleSpec]:
    chain = f"from_{scope}{version}"
    if scope == "internet":
        metered = _sender() + _is(METERED, METERED)
        yield local(chain, "quota", metered, ETHERNET, SOURCE, within("quota"), goto("spent"))
    yield from _whole(chain, _sender(), _FROM, scope)
    yield rule(chain, "reply", ct_direction(), equals(REPLY), RETURN)
    maps = Maps(ETHERNET + IS[version] + _by_mac(SCOPES[scope], 6), destination(version, KEY + 3), version)
    stop = f"denied_from_{scope}"
    yield from judged(chain, looks_there(maps, _DESTINATION_PORT), stop)
    if scope == "internet":
        listed = IS[version] + destination(version) + mapped(f"list{version}") + _is(0, 0)
        yield from named(maps, shape, _DESTINATION_PORT, stop, f"lists{version}")
        yield rule(chain, "in a list", listed, goto(f"lists{version}"))
        yield from _lists(maps, shape)
    yield from judged(chain, looks_anywhere(maps, _DESTINATION_PORT), stop)
    yield _rest(chain, _sender(), _FROM, scope)


def _zones(shape: Shape) -> range:
    return range(1, shape.zones + 1)


def _zone(version: int, zone: int) -> str:
    return f"zone{version}_{zone}"


def _lists(maps: Maps, shape: Shape) -> Iterator[RuleSpec]:
    """Ask what is said of the zone of the named lists that the far end is in; what is in none goes by in one look."""
    version, stop = maps.version, "denied_from_internet"
    entrance, rest = f"lists{version}", f"unlisted{version}"
    zone_of = IS[version] + destination(version) + mapped(f"list{version}")
    for zone in _zones(shape):
        chain = _zone(version, zone)
        yield rule(entrance, f"zone {zone}", zone_of, equals(class_value(zone), VALUE), goto(chain))
        yield from judged(chain, looks_in_zone(maps, zone, _DESTINATION_PORT), stop)
        yield rule(chain, "whatever the list", goto(rest))
    yield rule(entrance, "in no list", goto(rest))
    yield from judged(rest, looks_anywhere(maps, _DESTINATION_PORT), stop)
    yield _rest(rest, _sender(), _FROM, "internet")


def _to(scope: str, version: int) -> Iterator[RuleSpec]:
    chain, stop = f"to_{scope}{version}", f"denied_to_{scope}"
    yield from _whole(chain, _receiver(version), _TO, scope)
    yield rule(chain, "reply", ct_direction(), equals(REPLY), RETURN)
    if scope in _NEAR:
        yield from judged(chain, _opens(scope, version, source(version, KEY + 1 + words(version))), stop)
    yield _rest(chain, _receiver(version), _TO, scope)


def _opens(scope: str, version: int, far: bytes) -> Iterator[Look]:
    """Ask what the far end may open, by the device's address and its own port."""
    head = IS[version] + _scope(SCOPES[scope]) + destination(version, KEY + 1)
    return every_look(Maps(head, far, version, KEY + 1 + words(version), "opened_"), _DESTINATION_PORT)


def _hub() -> Iterator[RuleSpec]:
    """To and from this machine; DHCP and neighbour discovery are of no scope."""
    yield from (asks("ruled_to_hub", version) for version in _VERSIONS)
    yield rule("ruled_to_hub", "DHCP", udp(68, 67), RETURN)
    yield rule("ruled_to_hub", "DHCPv6", udp(546, 547), RETURN)
    yield rule("ruled_to_hub", "neighbour discovery", icmp6(), within(DISCOVERY_FROM.name), RETURN)
    yield from _names("ruled_to_hub", name_service(_DESTINATION_PORT), _sender(), _FROM)
    yield rule("ruled_to_hub", "hub", goto("from_hub"))
    yield from _whole("from_hub", _sender(), _FROM, "hub")
    yield rule("from_hub", "reply", ct_direction(), equals(REPLY), RETURN)
    looks = every_look(Maps(ETHERNET + _by_mac(SCOPES["hub"], 6), b"", 0), _DESTINATION_PORT)
    yield from judged("from_hub", looks, "denied_from_hub")
    yield _rest("from_hub", _sender(), _FROM, "hub")
    for version in _VERSIONS:
        chain = f"ruled_from_hub{version}"
        yield rule(chain, "DHCP", udp(67, 68), RETURN)
        yield rule(chain, "DHCPv6", udp(547, 546), RETURN)
        yield rule(chain, "neighbour discovery", icmp6(), within(DISCOVERY_TO.name), RETURN)
        yield told(chain, version)
        yield from _names(chain, name_service(_SOURCE_PORT), _receiver(version), _TO)
        yield from _whole(chain, _receiver(version), _TO, "hub")
        yield rule(chain, "reply", ct_direction(), equals(REPLY), RETURN)
        yield from judged(chain, _opens("hub", version, b""), "denied_to_hub")
        yield _rest(chain, _receiver(version), _TO, "hub")


# --- between the ports of a bridge


def bridged_chains() -> Iterator[ChainSpec]:
    """Chains in table bridge."""
    for way, entrance in ((_FROM, "ruled_sender"), (_TO, "ruled_receiver")):
        yield ChainSpec(entrance)
        for prefix, scope in product(("denied_", "mate_", "mate_opens_", "mate_own_", "mate_far_"), _NEAR):
            yield ChainSpec(f"{prefix}{way}_{scope}")
        for version in _VERSIONS:
            yield ChainSpec(f"{entrance}{version}")
            for prefix, scope in product(("", "by_", "opens_", "own_", "far_", _without_exceptions("")), _NEAR):
                yield ChainSpec(f"{prefix}{way}_{scope}{version}")


def bridged(shape: Shape) -> Iterator[RuleSpec]:
    """Rules in table bridge. What is neither IPv4 nor IPv6 has been judged by the guard."""
    for way, entrance in ((_FROM, "ruled_sender"), (_TO, "ruled_receiver")):
        for scope in _NEAR:
            yield from refused(Family.BRIDGE, f"denied_{way}_{scope}", way)
            if way == _FROM:
                yield from copied(Family.BRIDGE, scope)
            yield rule(f"denied_{way}_{scope}", f"{scope}: {way} a device", drop(shape))
        yield rule(entrance, "DHCP", _TYPE[4], udp(68, 67), RETURN)
        yield rule(entrance, "DHCPv6", _TYPE[6], udp(546, 547), RETURN)
        yield rule(entrance, "neighbour discovery", _TYPE[6], icmp6(), within(DISCOVERY_FROM.name), RETURN)
        other = DESTINATION if way == _FROM else SOURCE
        for version in _VERSIONS:
            chain = f"{entrance}{version}"
            yield rule(entrance, f"IPv{version}", _TYPE[version], goto(chain))
            yield rule(chain, "not governed", other, mapped("mac"), _is(KIND, OPEN), goto(f"{way}_lan{version}"))
            yield rule(chain, "peers", goto(f"{way}_peers{version}"))
            for scope in _NEAR:
                yield from _bridged(way, scope, version)
        for scope in _NEAR:
            yield from _by_mate(way, scope)


def _bridged(way: str, scope: str, version: int) -> Iterator[RuleSpec]:
    """TCP that opens is judged by who opens it; of any other packet the port of either end may be what counts."""
    chain, stop = f"{way}_{scope}{version}", f"denied_{way}_{scope}"
    mac, there, address, far_port, own_port = (
        (SOURCE, DESTINATION, destination, _DESTINATION_PORT, _SOURCE_PORT)
        if way == _FROM
        else (DESTINATION, SOURCE, source, _SOURCE_PORT, _DESTINATION_PORT)
    )
    device, number, offset = mac + mapped("mac"), SCOPES[scope], 6 if way == _FROM else 0
    behind = address(version, KEY + 3)
    far = list(every_look(Maps(_TYPE[version] + _by_mac(number, offset), behind, version), far_port))
    opening = every_look(Maps(_TYPE[version] + _by_mac(opened(number), offset), behind, version), own_port)
    own = [look for look in opening if look.port]
    yield from _whole(chain, device, way, scope)
    known = _TYPE[version] + there + address(version, KEY + 2) + within(f"bind{version}")
    yield rule(chain, "known address", known, goto(f"by_{chain}"))
    yield rule(chain, "by MAC", goto(f"mate_{way}_{scope}"))
    yield rule(f"by_{chain}", "opens", _TYPE[version], _OPENING, goto(f"opens_{chain}"))
    yield from judged(f"by_{chain}", far, stop, goto(f"own_{chain}"))
    yield from judged(f"by_{chain}", own, stop)
    yield _rest(f"by_{chain}", device, way, scope)
    yield from judged(f"own_{chain}", own, stop)
    yield from judged(f"far_{chain}", far, stop)
    whole = [look for look in far if look.name.startswith("place")]
    opens = [look for look in far if look.port or look in whole] if way == _FROM else [*own[:-1], *whole, own[-1]]
    yield from judged(f"opens_{chain}", opens, stop)
    yield _rest(f"opens_{chain}", device, way, scope)


def _by_mate(way: str, scope: str) -> Iterator[RuleSpec]:
    """Who is at an address that we do not know to be his is judged by his MAC first, then by the address."""
    chain, stop = f"{way}_{scope}", f"denied_{way}_{scope}"
    offset, there, far_port, own_port = (
        (6, 0, _DESTINATION_PORT, _SOURCE_PORT) if way == _FROM else (0, 6, _SOURCE_PORT, _DESTINATION_PORT)
    )
    mate, behind = payload(Base.LINK, there, 6, KEY + 3), KEY + 5
    far = list(looks_by_mac(_by_mac(SCOPES[scope], offset) + mate, behind, far_port))
    opening = looks_by_mac(_by_mac(opened(SCOPES[scope]), offset) + mate, behind, own_port)
    own = [look for look in opening if look.port]
    opens = [look for look in far if look.port] if way == _FROM else own
    yield rule(f"mate_{chain}", "opens", _OPENING, goto(f"mate_opens_{chain}"))
    yield from judged(f"mate_{chain}", far, stop, goto(f"mate_own_{chain}"))
    yield from judged(f"mate_{chain}", own, stop, goto(f"mate_far_{chain}"))
    yield from judged(f"mate_own_{chain}", own, stop)
    yield from judged(f"mate_opens_{chain}", [*opens, far[-1]], stop)
    for stage, rest in (("mate", "by"), ("mate_own", "own"), ("mate_far", "far"), ("mate_opens", "opens")):
        for version in _VERSIONS:
            yield rule(f"{stage}_{chain}", f"IPv{version}", _TYPE[version], goto(f"{rest}_{chain}{version}"))
