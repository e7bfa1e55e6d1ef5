"""Regions say of every packet what the table says, and no packet is in two of a kind."""

from ipaddress import ip_address, ip_network
from itertools import combinations

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall.regions import (
    MAX_REGIONS,
    Names,
    Region,
    Resolver,
    Rules,
    constant_rules,
    is_constant,
    mentions,
    rules,
)
from custom_components.secure_hub.engine.policy.destinations import ANY, parse, target
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.lists import NetworkList
from custom_components.secure_hub.engine.policy.rules import Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.service import Protocol
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table, compile_table
from tests.engine.policy.strategies import ADDRESSES, SCOPES, situations, subject_sets

NUMBERS = {Protocol.TCP: 6, Protocol.UDP: 17}
ASSET_ADDRESSES = {
    "a1": frozenset({ip_address("10.1.2.4"), ip_address("fe80::1")}),
    "a2": frozenset({ip_address("2001:db8::2")}),
}
LISTS = {
    "nl": NetworkList([ip_network("10.1.0.0/17"), ip_network("2001:db8::/33")]),
    "ads": NetworkList([ip_network("10.1.2.4/31"), ip_network("192.0.2.1/32")]),
}
names = st.dictionaries(
    st.sampled_from(["x.example", "y.x.example", "a.x.example", "example", "other.test", "unheard.of"]),
    st.frozensets(st.sampled_from(ADDRESSES).map(ip_address), min_size=1),
)


def resolver(told: Names) -> Resolver:
    return Resolver(lambda asset_id: ASSET_ADDRESSES.get(asset_id, frozenset()), told, LISTS)


def covers(region: Region, address: Address, protocol: int, port: int) -> bool:
    there = not region.version or (region.version == address.version and region.first <= int(address) <= region.last)
    return (
        there and region.protocols[0] <= protocol <= region.protocols[1] and region.ports[0] <= port <= region.ports[1]
    )


def tier(region: Region) -> int:
    """How early a region is asked: single services, intervals, a whole address, services anywhere."""
    if not region.version:
        return 3
    if region.single and (region.protocols, region.ports) == ((0, 255), (0, 65535)):
        return 2
    return 1


def passes(  # noqa: PLR0913 - all that a packet is
    found: Rules, scope: Scope, address: Address, protocol: int, port: int, *, inbound: bool = False
) -> bool:
    """What the firewall does with one packet of whoever opened the connection; `port` is that of who answers."""
    hits = [
        region
        for region in found.regions
        if region.scope is scope
        and region.inbound is inbound
        and covers(region, address, protocol, port if protocol in NUMBERS.values() else 0)
    ]
    assert len({tier(region) for region in hits}) == len(hits), "no two of a kind"
    return min(hits, key=tier).allow if hits else scope not in found.denied


@settings(max_examples=400, deadline=None)
@given(
    subject_sets(),
    situations,
    names,
    st.sampled_from(ADDRESSES).map(ip_address),
    st.sampled_from([*Protocol, None]),
    st.integers(1, 8),
    st.booleans(),
)
def test_every_packet_meets_what_the_table_says(  # noqa: PLR0913, PLR0917 - all that a packet depends on
    subject: Subject,
    situation: Situation,
    told: Names,
    address: Address,
    protocol: Protocol | None,
    port: int,
    inbound: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    table = compile_table(subject, situation)
    found = rules(table, resolver(told))
    owner = next((key for key, addresses in ASSET_ADDRESSES.items() if address in addresses), None)
    far = target(
        address=address,
        names=[name for name, addresses in told.items() if address in addresses],
        asset_id=owner,
        lists=[name for name, members in LISTS.items() if address in members],
        protocol=protocol,
        port=port,
        own=inbound,
    )
    number = NUMBERS.get(protocol, 47) if protocol is not Protocol.ICMP else 1 if address.version == 4 else 58
    for scope in SCOPES:
        decided = table.scope(scope)
        if decided is None or scope is Scope.CONTROL:
            continue
        assert passes(found, scope, address, number, port, inbound=inbound) is (decided.decide(far) is Decision.ALLOW)


@settings(deadline=None)
@given(subject_sets(), situations, names)
def test_regions_are_disjoint(subject: Subject, situation: Situation, told: Names) -> None:
    """Interval maps refuse elements that overlap."""
    found = rules(compile_table(subject, situation), resolver(told))
    for one, other in combinations(found.regions, 2):
        if (one.scope, one.inbound, one.version, tier(one)) == (other.scope, other.inbound, other.version, tier(other)):
            pairs = zip(
                ((one.first, one.last), one.protocols, one.ports),
                ((other.first, other.last), other.protocols, other.ports),
                strict=True,
            )
            assert any(a[1] < b[0] or b[1] < a[0] for a, b in pairs), (one, other)


def outbound(span: tuple[int, int, int], protocols: tuple[int, int], ports: tuple[int, int], *, allow: bool) -> Region:
    return Region(Scope.INTERNET, False, *span, protocols, ports, allow)  # noqa: FBT003 - outbound


def table(default: Decision, *exceptions: tuple[str, Decision], scope: Scope = Scope.INTERNET) -> Table:
    return Table(((scope, ScopeTable(default, tuple(Entry(parse(where), said) for where, said in exceptions))),))


def test_common_tables_are_small() -> None:
    """A whole address and an exact service cost a hash element each, a network one interval."""
    service = rules(table(Decision.DENY, ("192.0.2.1 tcp/443", Decision.ALLOW)), resolver({}))
    address = (4, 0xC0000201, 0xC0000201)
    assert service.regions == {outbound(address, (6, 6), (443, 443), allow=True)}
    network = rules(table(Decision.ALLOW, ("192.0.2.0/24", Decision.DENY)), resolver({}))
    assert all(not r.allow and r.first == 0xC0000200 and r.last == 0xC00002FF for r in network.regions)
    anywhere = rules(table(Decision.ALLOW, ("tcp/23", Decision.DENY)), resolver({}))
    assert anywhere.regions == {outbound((0, 0, 0), (6, 6), (23, 23), allow=False)}
    assert anywhere.asks


def test_ask_is_held_back_on_the_wire() -> None:
    assert rules(table(Decision.ASK), resolver({})).denied == {Scope.INTERNET}


def test_shared_address_is_judged_by_its_strictest_name() -> None:
    """An address of a content network, told for a name that is allowed and for one that is not, stays closed."""
    allowed = table(Decision.DENY, ("good.example", Decision.ALLOW))
    address = ip_address("192.0.2.9")
    alone = rules(allowed, resolver({"good.example": frozenset({address})}))
    shared = rules(allowed, resolver({"good.example": frozenset({address}), "bad.example": frozenset({address})}))
    assert passes(alone, Scope.INTERNET, address, 6, 443)
    assert not passes(shared, Scope.INTERNET, address, 6, 443)
    assert shared.asks, "or nobody could learn addresses"


def test_too_many_regions_fall_to_the_stricter_side() -> None:
    """What the firewall cannot hold is denied and said, whatever the default was; other scopes are untouched."""
    many = Table(
        (
            (Scope.INTERNET, ScopeTable(Decision.ALLOW, (Entry(parse("set:long"), Decision.DENY),))),
            (Scope.LAN, ScopeTable(Decision.ALLOW)),
        )
    )
    networks = [ip_network((0x0A000000 + number * 512, 24)) for number in range(MAX_REGIONS + 1)]
    found = rules(many, Resolver(lambda _: frozenset(), {}, {"long": NetworkList(networks)}))
    assert (found.denied, found.refused, found.regions) == ({Scope.INTERNET}, {Scope.INTERNET}, frozenset())
    fits = rules(many, Resolver(lambda _: frozenset(), {}, {"long": NetworkList(networks[:100])}))
    assert not fits.refused
    assert not passes(fits, Scope.INTERNET, networks[99][7], 6, 80)
    assert passes(fits, Scope.INTERNET, networks[100][7], 6, 80)


def test_a_network_of_a_list_is_one_region_either_way() -> None:
    long = NetworkList([ip_network((0x0A000000 + number * 512, 24)) for number in range(MAX_REGIONS // 2)])
    allowing = table(Decision.DENY, ("set:long", Decision.ALLOW))
    found = constant_rules(allowing, {"long": long, "other": long})
    assert (len(found.regions), found.refused) == (MAX_REGIONS, frozenset())
    assert constant_rules(allowing, {"long": long}) is found, "what it does not name does not matter"
    assert constant_rules(allowing, {"long": NetworkList(long.networks[:1])}) != found
    assert passes(found, Scope.INTERNET, long.networks[7][7], 47, 0, inbound=True)
    assert not passes(found, Scope.INTERNET, ip_address("10.0.1.1"), 6, 80)


def test_a_list_that_is_not_there_opens_nothing() -> None:
    allowed = constant_rules(table(Decision.DENY, ("set:gone", Decision.ALLOW)), LISTS)
    assert (allowed.regions, allowed.refused) == (frozenset(), frozenset())
    for decision in (Decision.DENY, Decision.ASK):
        denied = constant_rules(table(Decision.ALLOW, ("set:gone", decision)), LISTS)
        assert denied.refused == denied.denied == {Scope.INTERNET}


@pytest.mark.parametrize(
    ("before", "after", "stricter"),
    [
        (table(Decision.ALLOW), table(Decision.DENY), True),
        (table(Decision.DENY), table(Decision.ALLOW), False),
        (table(Decision.ALLOW), table(Decision.ALLOW, ("10.0.0.0/8", Decision.DENY)), True),
        (table(Decision.ALLOW, ("10.0.0.0/8", Decision.DENY)), table(Decision.ALLOW), False),
        (table(Decision.DENY, ("10.0.0.1", Decision.ALLOW)), table(Decision.DENY), True),
        (table(Decision.DENY), table(Decision.DENY, ("10.0.0.1", Decision.ALLOW)), False),
    ],
)
def test_stricter(before: Table, after: Table, stricter: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert rules(after, resolver({})).stricter(rules(before, resolver({}))) is stricter


def test_what_a_table_depends_on() -> None:
    constant = table(Decision.DENY, ("10.0.0.0/8 tcp", Decision.ALLOW), ("10.0.0.9", Decision.ALLOW))
    assert is_constant(constant)
    assert constant_rules(constant, LISTS) == rules(
        constant, resolver({"a.example": frozenset({ip_address("10.0.0.9")})})
    )
    about = table(Decision.DENY, ("asset:tv", Decision.ALLOW), scope=Scope.PEERS)
    assert not is_constant(about)
    assert mentions(about) == {"tv"}


def test_a_table_that_says_something_of_everywhere() -> None:
    """An exception about any far end and every service is regions as any other is."""
    entry = Entry(ANY, Decision.ALLOW)
    table = Table(((Scope.LAN, ScopeTable(Decision.DENY, (entry,))),))
    found = rules(table, Resolver(lambda _: frozenset(), {}, {}))
    protocols = {number for r in found.regions for number in range(r.protocols[0], r.protocols[1] + 1) if r.inbound}
    assert protocols == set(range(256))
