"""Rules of the governed: what each scope of a device says of a packet, both ways, for all devices at once.

A chain stands for a scope and a direction. The class of the device says at once what is allowed or denied as a whole;
where it has exceptions, maps are asked, from the single service to the whole address. What the far end opened is
judged by what comes from it, what the device opened by what comes from the device; replies pass with them. On
a bridge nobody remembers connections: there both directions are judged by the port of the far end.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from .accounting import refused
from .asking import copied
from .layout import (
    ALLOW,
    ASKS,
    DENY,
    KIND,
    NAMES,
    OPEN,
    RULED,
    SCOPES,
    ChainSpec,
    RuleSpec,
    Shape,
    denied,
    excepted,
)
from .log import GROUP, SNAPLEN
from .nftables import (
    KEY,
    VALUE,
    Base,
    Family,
    Meta,
    Verdict,
    class_value,
    constant,
    ct_direction,
    decide,
    equals,
    limit,
    log,
    mapped,
    mask,
    meta,
    outside,
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
    IS4,
    IS6,
    OIF,
    REPLY,
    SOURCE,
    TCP,
    UDP,
    drop,
    ethertype,
    icmp6,
    local,
    rule,
    udp,
)

_VERSIONS: Final = (4, 6)
_BEYOND: Final = ("internet", "lan", "peers")
_NEAR: Final = ("lan", "peers")
_FROM: Final = "from"
_TO: Final = "to"

_RETURN: Final = decide(Verdict.RETURN)
_IS: Final = {4: IS4, 6: IS6}
_TYPE: Final = {4: ethertype(IP4), 6: ethertype(IP6)}
_PORTED: Final = meta(Meta.L4PROTO) + within("ported")
_PORTLESS: Final = meta(Meta.L4PROTO) + outside("ported")
_OPENING: Final = meta(Meta.L4PROTO) + equals(TCP) + payload(Base.TRANSPORT, 13, 1) + mask(b"\x12") + equals(b"\x02")
"""TCP with SYN and without ACK (RFC 9293, 3.1)."""
_NAME_SERVICE: Final = (53).to_bytes(2)
_ANSWERS: Final = 200
"""Answers that are copied to us a second, of all devices; each is worth some ten microseconds."""
_SOURCE_PORT: Final = 0
_DESTINATION_PORT: Final = 2


def _goto(chain: str) -> bytes:
    return decide(Verdict.GOTO, chain)


def _is(bits: int, value: int) -> bytes:
    """Match a class that was loaded."""
    return mask(class_value(bits), VALUE) + equals(class_value(value), VALUE)


def ruled(chain: str, match: bytes, verdict: bytes) -> RuleSpec:
    """Send the governed their way; `match` loads a class."""
    return rule(chain, "governed", match, _is(KIND, RULED), verdict)


def _source(version: int, register: int = KEY) -> bytes:
    offset, size = (12, 4) if version == 4 else (8, 16)  # noqa: PLR2004 - the protocol's number
    return payload(Base.NETWORK, offset, size, register)


def _destination(version: int, register: int = KEY) -> bytes:
    offset, size = (16, 4) if version == 4 else (24, 16)  # noqa: PLR2004 - the protocol's number
    return payload(Base.NETWORK, offset, size, register)


def _words(version: int) -> int:
    """Registers of an address."""
    return 1 if version == 4 else 4  # noqa: PLR2004 - the protocol's number


# --- judging


def _whole(chain: str, device: bytes, way: str, scope: str) -> Iterator[RuleSpec]:
    """What needs no look at the far end; `device` loads the class."""
    number = SCOPES[scope]
    bits = denied(number) | excepted(number)
    yield rule(chain, "allowed", device, _is(bits, 0), _RETURN)
    yield rule(chain, "denied", device, _is(bits, denied(number)), _goto(f"denied_{way}_{scope}"))


def _rest(chain: str, device: bytes, way: str, scope: str) -> RuleSpec:
    bit = denied(SCOPES[scope])
    return rule(chain, "the rest", device, _is(bit, bit), _goto(f"denied_{way}_{scope}"))


def _asked(chain: str, comment: str, key: bytes, name: str, stop: str) -> Iterator[RuleSpec]:
    for decision, words, verdict in ((ALLOW, "allowed", _RETURN), (DENY, "denied", _goto(stop))):
        yield rule(chain, f"{comment}: {words}", key, mapped(name), equals(class_value(decision), VALUE), verdict)


def _service(after: int, port: int | None) -> tuple[bytes, bytes]:
    """Load protocol and port behind the rest of a key; for protocols without ports, or if none counts, port 0."""
    protocol = meta(Meta.L4PROTO, after)
    plain = protocol + constant(bytes(2), after + 1)
    return plain, plain if port is None else protocol + payload(Base.TRANSPORT, port, 2, after + 1)


def _served(  # noqa: PLR0913, PLR0917 - a key has that many parts
    chain: str, what: str, name: str, ends: bytes, after: int, port: int | None, stop: str
) -> Iterator[RuleSpec]:
    """Ask a map of services; `ends` loads the key up to register `after`."""
    plain, numbered = _service(after, port)
    if port is None:
        yield from _asked(chain, what, ends + plain, name, stop)
    else:
        yield from _asked(chain, what, _PORTED + ends + numbered, name, stop)
        yield from _asked(chain, f"{what} without ports", _PORTLESS + ends + plain, name, stop)


def _exceptions(  # noqa: PLR0913, PLR0917 - a key has that many parts
    chain: str, head: bytes, far: bytes, version: int, port: int | None, stop: str
) -> Iterator[RuleSpec]:
    """Ask the maps of a device by its MAC what they say of one far end.

    `head` loads scope and MAC, `far` the far end behind them; `port` is the offset of the port that counts, None for
    none.
    """
    behind = KEY + 3 + _words(version)
    if port is not None:
        key = _PORTED + head + far + _service(behind, port)[1]
        yield from _asked(chain, "service", key, f"exact{version}", stop)
    yield from _served(chain, "network", f"range{version}", head + far, behind, port, stop)
    yield from _asked(chain, "address", head + far, f"place{version}", stop)


def _anywhere(chain: str, head: bytes, port: int | None, stop: str) -> Iterator[RuleSpec]:
    """Ask what is said of services wherever they are."""
    yield from _served(chain, "anywhere", "any", head, KEY + 3, port, stop)


def _scope(scope: str) -> bytes:
    return constant(SCOPES[scope].to_bytes(2))


def _by_mac(scope: str, offset: int) -> bytes:
    """Load scope and MAC of the device, which is at this offset of the frame."""
    return _scope(scope) + payload(Base.LINK, offset, 6, KEY + 1)


# --- routed, and to and from this machine


def routed_chains(shape: Shape) -> Iterator[ChainSpec]:
    """Chains in table inet."""
    names = [f"denied_{way}_{scope}" for way, scope in product((_FROM, _TO), SCOPES)]
    names += ["ruled_from", "ruled_to_hub", "from_hub", "spent"]
    for version in _VERSIONS:
        names += [f"{way}_{scope}{version}" for way, scope in product((_FROM, _TO), _BEYOND)]
        names += [f"{way}_near{version}" for way in (_FROM, _TO)]
        names += [
            f"lists{version}",
            f"unlisted{version}",
            *(f"zone{version}_{zone}" for zone in range(1, shape.zones + 1)),
        ]
        names += [f"ruled_from{version}", f"ruled_to{version}", f"ruled_from_hub{version}"]
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
        yield rule("ruled_from", f"IPv{version}", _IS[version], _goto(f"ruled_from{version}"))
        yield from _entrance(_FROM, version)
        yield from _entrance(_TO, version)
        for scope in _BEYOND:
            yield from _from(scope, version, shape.zones)
            yield from _to(scope, version)
    yield from _hub()


def _entrance(way: str, version: int) -> Iterator[RuleSpec]:
    """Which scope a packet that is routed is of: by the interface of the far end, and on guarded ones by who it is."""
    chain, near = f"ruled_{way}{version}", f"{way}_near{version}"
    interface, address, offset, device = (
        (OIF, _destination(version), _DESTINATION_PORT, _sender())
        if way == _FROM
        else (IIF, _source(version), _SOURCE_PORT, _receiver(version))
    )
    if way == _TO:
        yield _heard(chain, version)
    question = _PORTED + payload(Base.TRANSPORT, offset, 2) + equals(_NAME_SERVICE)
    server = _IS[version] + address + within(f"resolver{version}") + question
    yield from _names(chain, server, device, way)
    yield rule(chain, "near", interface, within("segment"), _goto(near))
    yield rule(chain, "LAN", interface, within("lan"), _goto(f"{way}_lan{version}"))
    yield rule(chain, "internet", _goto(f"{way}_internet{version}"))
    ungoverned = _IS[version] + address + mapped(f"class{version}") + _is(KIND, OPEN)
    yield rule(near, "not governed", ungoverned, _goto(f"{way}_lan{version}"))
    yield rule(near, "peers", _goto(f"{way}_peers{version}"))


def _names(chain: str, question: bytes, device: bytes, way: str) -> Iterator[RuleSpec]:
    """Questions to the home's name server, and answers, are of the internet."""
    yield rule(chain, "names", question, device, _is(ASKS, ASKS), _RETURN)
    yield rule(chain, "no names", question, _goto(f"denied_{way}_internet"))


def _heard(chain: str, version: int) -> RuleSpec:
    """Copy us the answers of name servers to devices whose permissions name names."""
    answer = meta(Meta.L4PROTO) + equals(UDP) + payload(Base.TRANSPORT, _SOURCE_PORT, 2) + equals(_NAME_SERVICE)
    wanted = _receiver(version) + _is(NAMES, NAMES)
    return rule(chain, "told", answer, wanted, limit(_ANSWERS, _ANSWERS), log(GROUP, SNAPLEN))


def _sender() -> bytes:
    return ETHERNET + SOURCE + mapped("mac")


def _receiver(version: int) -> bytes:
    return _IS[version] + _destination(version) + mapped(f"class{version}")


def _from(scope: str, version: int, zones: int) -> Iterator[RuleSpec]:
    chain = f"from_{scope}{version}"
    if scope == "internet":
        yield local(chain, "quota", ETHERNET, SOURCE, within("quota"), _goto("spent"))
    yield from _whole(chain, _sender(), _FROM, scope)
    yield rule(chain, "reply", ct_direction(), equals(REPLY), _RETURN)
    head = ETHERNET + _IS[version] + _by_mac(scope, 6)
    far = _destination(version, KEY + 3)
    stop = f"denied_from_{scope}"
    yield from _exceptions(chain, head, far, version, _DESTINATION_PORT, stop)
    if scope == "internet":
        yield from _lists(version, zones)
    yield from _anywhere(chain, head, _DESTINATION_PORT, stop)
    yield _rest(chain, _sender(), _FROM, scope)


def _lists(version: int, zones: int) -> Iterator[RuleSpec]:
    """Ask what is said of the zone of the named lists that the far end is in; what is in none goes by in one look."""
    chain, stop = f"from_internet{version}", "denied_from_internet"
    entrance, rest = f"lists{version}", f"unlisted{version}"
    zone_of = _IS[version] + _destination(version) + mapped(f"list{version}")
    yield rule(chain, "in a list", zone_of, _is(0, 0), _goto(entrance))
    head = ETHERNET + _IS[version] + _by_mac("internet", 6)
    for zone in range(1, zones + 1):
        apart, key = f"zone{version}_{zone}", head + constant(zone.to_bytes(2), KEY + 3)
        yield rule(entrance, f"zone {zone}", zone_of, equals(class_value(zone), VALUE), _goto(apart))
        yield from _served(apart, "service in lists", "listed_range", key, KEY + 4, _DESTINATION_PORT, stop)
        yield from _asked(apart, "lists", key, "listed", stop)
        yield rule(apart, "whatever the list", _goto(rest))
    yield from _anywhere(rest, head, _DESTINATION_PORT, stop)
    yield _rest(rest, _sender(), _FROM, "internet")


def _to(scope: str, version: int) -> Iterator[RuleSpec]:
    chain, stop = f"to_{scope}{version}", f"denied_to_{scope}"
    yield from _whole(chain, _receiver(version), _TO, scope)
    yield rule(chain, "reply", ct_direction(), equals(REPLY), _RETURN)
    if scope in _NEAR:
        size = _words(version)
        ends = _IS[version] + _scope(scope) + _destination(version, KEY + 1) + _source(version, KEY + 1 + size)
        network = ends + meta(Meta.L4PROTO, KEY + 1 + 2 * size)
        yield from _asked(chain, "opens, network", network, f"opened_range{version}", stop)
        yield from _asked(chain, "opens, address", ends, f"opened_place{version}", stop)
        yield from _opens(chain, scope, version, stop)
    yield _rest(chain, _receiver(version), _TO, scope)


def _opens(chain: str, scope: str, version: int, stop: str) -> Iterator[RuleSpec]:
    own = _IS[version] + _scope(scope) + _destination(version, KEY + 1)
    key = own + meta(Meta.L4PROTO, KEY + 1 + _words(version))
    yield from _asked(chain, "opens", key, f"opened_any{version}", stop)


def _hub() -> Iterator[RuleSpec]:
    """To and from this machine; DHCP and neighbour discovery are of no scope."""
    yield rule("ruled_to_hub", "DHCP", udp(68, 67), _RETURN)
    yield rule("ruled_to_hub", "DHCPv6", udp(546, 547), _RETURN)
    yield rule("ruled_to_hub", "neighbour discovery", icmp6(), within(DISCOVERY_FROM.name), _RETURN)
    asked = _PORTED + payload(Base.TRANSPORT, _DESTINATION_PORT, 2) + equals(_NAME_SERVICE)
    yield from _names("ruled_to_hub", asked, _sender(), _FROM)
    yield rule("ruled_to_hub", "hub", _goto("from_hub"))
    yield from _whole("from_hub", _sender(), _FROM, "hub")
    yield rule("from_hub", "reply", ct_direction(), equals(REPLY), _RETURN)
    head = ETHERNET + _by_mac("hub", 6)
    yield from _anywhere("from_hub", head, _DESTINATION_PORT, "denied_from_hub")
    yield _rest("from_hub", _sender(), _FROM, "hub")
    for version in _VERSIONS:
        chain = f"ruled_from_hub{version}"
        yield rule(chain, "DHCP", udp(67, 68), _RETURN)
        yield rule(chain, "DHCPv6", udp(547, 546), _RETURN)
        yield rule(chain, "neighbour discovery", icmp6(), within(DISCOVERY_TO.name), _RETURN)
        yield _heard(chain, version)
        answer = _PORTED + payload(Base.TRANSPORT, _SOURCE_PORT, 2) + equals(_NAME_SERVICE)
        yield from _names(chain, answer, _receiver(version), _TO)
        yield from _whole(chain, _receiver(version), _TO, "hub")
        yield rule(chain, "reply", ct_direction(), equals(REPLY), _RETURN)
        yield from _opens(chain, "hub", version, "denied_to_hub")
        yield _rest(chain, _receiver(version), _TO, "hub")


# --- between the ports of a bridge


def bridged_chains() -> Iterator[ChainSpec]:
    """Chains in table bridge."""
    for way, entrance in ((_FROM, "ruled_sender"), (_TO, "ruled_receiver")):
        yield ChainSpec(entrance)
        yield from (ChainSpec(f"denied_{way}_{scope}") for scope in _NEAR)
        for version in _VERSIONS:
            yield ChainSpec(f"{entrance}{version}")
            yield from (ChainSpec(f"{way}_{scope}{version}") for scope in _NEAR)
            if way == _TO:
                yield from (ChainSpec(f"opened_{scope}{version}") for scope in _NEAR)


def bridged(shape: Shape) -> Iterator[RuleSpec]:
    """Rules in table bridge. What is neither IPv4 nor IPv6 has been judged by the guard."""
    for way, entrance in ((_FROM, "ruled_sender"), (_TO, "ruled_receiver")):
        for scope in _NEAR:
            yield from refused(Family.BRIDGE, f"denied_{way}_{scope}", way)
            if way == _FROM:
                yield from copied(Family.BRIDGE, scope)
            yield rule(f"denied_{way}_{scope}", f"{scope}: {way} a device", drop(shape))
        yield rule(entrance, "IPv4 DHCP", _TYPE[4], udp(68, 67), _RETURN)
        yield rule(entrance, "neighbour discovery", _TYPE[6], icmp6(), within(DISCOVERY_FROM.name), _RETURN)
        other = DESTINATION if way == _FROM else SOURCE
        for version in _VERSIONS:
            chain = f"{entrance}{version}"
            yield rule(entrance, f"IPv{version}", _TYPE[version], _goto(chain))
            yield rule(chain, "not governed", other, mapped("mac"), _is(KIND, OPEN), _goto(f"{way}_lan{version}"))
            yield rule(chain, "peers", _goto(f"{way}_peers{version}"))
            for scope in _NEAR:
                yield from _bridged(way, scope, version)


def _bridged(way: str, scope: str, version: int) -> Iterator[RuleSpec]:
    chain, stop = f"{way}_{scope}{version}", f"denied_{way}_{scope}"
    device = (SOURCE if way == _FROM else DESTINATION) + mapped("mac")
    head = _TYPE[version] + _by_mac(scope, 6 if way == _FROM else 0)
    yield from _whole(chain, device, way, scope)
    if way == _FROM:
        yield from _exceptions(chain, head, _destination(version, KEY + 3), version, _DESTINATION_PORT, stop)
        yield from _anywhere(chain, head, _DESTINATION_PORT, stop)
    else:
        opened, far = f"opened_{scope}{version}", _source(version, KEY + 3)
        yield rule(chain, "opens", _TYPE[version], _OPENING, _goto(opened))
        for judged, port in ((chain, _SOURCE_PORT), (opened, None)):
            yield from _exceptions(judged, head, far, version, port, stop)
            yield from _anywhere(judged, head, port, stop)
        yield _rest(opened, device, way, scope)
    yield _rest(chain, device, way, scope)
