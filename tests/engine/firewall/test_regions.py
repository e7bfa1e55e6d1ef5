"""Regions say of every packet what the table says, and no packet is in two of a kind."""

from ipaddress import ip_address, ip_network
from itertools import combinations

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall import regions, zones as zoning
from custom_components.secure_hub.engine.firewall.region import Region
from custom_components.secure_hub.engine.firewall.regions import (
    Names,
    Resolver,
    Rules,
    constant_rules,
    is_constant,
    mentions,
    rules,
)
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES, zones
from custom_components.secure_hub.engine.policy.destinations import ANY, PlaceKind, parse, target
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
    return Resolver(
        lambda asset_id: ASSET_ADDRESSES.get(asset_id, frozenset()),
        told,
        zones(LISTS),
        macs=lambda asset_id: frozenset({asset_id} & ASSET_ADDRESSES.keys()),
    )


def zone(address: Address) -> int:
    """Number of the zone that an address is in."""
    held = zones(LISTS)
    found = [r.lists for r in held.ranges if r.version == address.version and r.first <= int(address) <= r.last]
    return held.numbers[found[0]] if found else 0


def covers(region: Region, address: Address, protocol: int, port: int) -> bool:
    if region.zone and region.zone != zone(address):
        return False
    there = not region.version or (region.version == address.version and region.first <= int(address) <= region.last)
    return (
        there and region.protocols[0] <= protocol <= region.protocols[1] and region.ports[0] <= port <= region.ports[1]
    )


def is_whole(region: Region) -> bool:
    return (region.protocols, region.ports) == ((0, 255), (0, 65535))


def tier(region: Region) -> int:
    """How early a region is asked: intervals, a whole address, the same in a zone of lists, services anywhere."""
    whole = is_whole(region)
    if region.zone:
        return 4 if whole else 3
    if not region.version:
        return 5
    return 2 if region.single and whole else 1


def passes(  # noqa: PLR0913 - all that a packet is
    found: Rules, scope: Scope, address: Address, protocol: int, port: int, *, inbound: bool = False, mac: str = ""
) -> bool:
    """What the firewall does with one packet of whoever opened the connection; `port` is that of who answers.

    With `mac` the far end is on the same link, at an address that is not known to be its own.
    """
    ported = protocol in NUMBERS.values()
    covering = [r for r in found.regions if r.scope is scope and covers(r, address, protocol, port if ported else 0)]
    known = [r for r in covering if mac and r.mac == mac and (r.inbound is inbound or (not r.inbound and is_whole(r)))]
    known = [r for r in known if ported or not inbound]
    hits = known or [r for r in covering if r.inbound is inbound and not r.mac]
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
        if scope in found.refused and scope is not Scope.INTERNET:
            continue  # a list, which no rule of such a scope may name
        if scope is Scope.INTERNET and inbound:
            assert not any(region.inbound for region in found.regions if region.scope is scope), (
                "nobody opens from there"
            )
            continue
        assert passes(found, scope, address, number, port, inbound=inbound) is (decided.decide(far) is Decision.ALLOW)


@settings(max_examples=200, deadline=None)
@given(
    subject_sets(),
    situations,
    st.sampled_from(ADDRESSES).map(ip_address),
    st.sampled_from(sorted(ASSET_ADDRESSES)),
    st.sampled_from([*Protocol, None]),
    st.integers(1, 8),
    st.booleans(),
)
def test_a_device_at_an_unknown_address_meets_no_less(  # noqa: PLR0913, PLR0917 - all that a packet depends on
    subject: Subject,
    situation: Situation,
    address: Address,
    asset_id: str,
    protocol: Protocol | None,
    port: int,
    inbound: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """On its link it is judged by its MAC: never more is open than the table says, and the same without networks."""
    if any(address in addresses for addresses in ASSET_ADDRESSES.values()):
        return
    table = compile_table(subject, situation)
    found = rules(table, resolver({}))
    number = NUMBERS.get(protocol, 47) if protocol is not Protocol.ICMP else 1 if address.version == 4 else 58
    far = target(address=address, asset_id=asset_id, protocol=protocol, port=port, own=inbound)
    for scope in (Scope.LAN, Scope.PEERS):
        decided = table.scope(scope)
        if decided is None or scope in found.refused or (inbound and number not in NUMBERS.values()):
            continue  # nobody opens what has no port: each packet is judged by the device's own table, both ways
        passing = passes(found, scope, address, number, port, inbound=inbound, mac=asset_id)
        wanted = decided.decide(far) is Decision.ALLOW
        kinds = {place.kind for entry in decided.exceptions for place in entry.destination.places}
        assert wanted or not passing
        assert passing is wanted or kinds - {PlaceKind.ASSET}


@settings(deadline=None)
@given(subject_sets(), situations, names)
def test_regions_are_disjoint(subject: Subject, situation: Situation, told: Names) -> None:
    """Interval maps refuse elements that overlap."""
    found = rules(compile_table(subject, situation), resolver(told))
    for one, other in combinations(found.regions, 2):
        if (one.scope, one.inbound, one.version, one.zone, one.mac, tier(one)) == (
            other.scope,
            other.inbound,
            other.version,
            other.zone,
            other.mac,
            tier(other),
        ):
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


def test_too_many_regions_fall_to_the_stricter_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the firewall cannot hold is denied and said, whatever the default was; other scopes are untouched."""
    monkeypatch.setattr(regions, "MAX_REGIONS", 100)
    many = [(f"10.0.{number}.0/25", Decision.DENY) for number in range(101)]
    both = Table((*table(Decision.ALLOW, *many).scopes, (Scope.LAN, ScopeTable(Decision.ALLOW))))
    found = rules(both, resolver({}))
    assert (found.denied, found.refused, found.regions) == ({Scope.INTERNET}, {Scope.INTERNET}, frozenset())
    fits = rules(table(Decision.ALLOW, *many[:-1]), resolver({}))
    assert (len(fits.regions), fits.refused) == (100, frozenset()), "one region a network"
    assert not passes(fits, Scope.INTERNET, ip_address("10.0.99.7"), 6, 80)
    assert passes(fits, Scope.INTERNET, ip_address("10.0.99.200"), 6, 80)


def test_a_list_is_one_region_however_long_it_is() -> None:
    long = NetworkList([ip_network((0x0A000000 + number * 512, 24)) for number in range(20_000)])
    denying = table(Decision.ALLOW, ("10.0.0.0/23", Decision.ALLOW), ("set:long", Decision.DENY))
    found = constant_rules(denying, zones({"long": long}))
    whole = Region(Scope.INTERNET, False, 0, 0, 0, (0, 255), (0, 65535), allow=False, zone=1)  # noqa: FBT003 - outbound
    inside = Region(
        Scope.INTERNET,
        False,  # noqa: FBT003 - outbound
        4,
        0x0A000000,
        0x0A0000FF,
        (0, 255),
        (0, 65535),
        allow=True,
    )
    assert (found.regions, found.refused) == ({whole, inside}, frozenset()), "a network that is narrower is cut"
    assert constant_rules(denying, zones({"long": long})) is found, "remembered"
    assert constant_rules(denying, zones({"long": NetworkList(long.networks[:1])})).regions == found.regions


def test_a_list_beside_others_is_a_region_for_each_zone() -> None:
    """Where lists overlap, what is in both is told apart from what is in one."""
    held = zones(LISTS)
    found = constant_rules(table(Decision.ALLOW, ("set:nl", Decision.DENY)), held)
    assert {r.zone for r in found.regions} == {n for lists, n in held.numbers.items() if lists & held.bits["nl"]}
    assert len(held.numbers) == 3, "nl, ads, and both"


def test_what_lists_cut_into_too_many_parts_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "_MAX_PIECES", 3)
    held = zones({"some": NetworkList([ip_network((0x0A000000 + number * 512, 24)) for number in range(2)])})
    said = ("set:some", Decision.ALLOW), ("10.0.0.0/8", Decision.ALLOW)
    assert constant_rules(table(Decision.DENY, *said), held).refused == {Scope.INTERNET}


def test_lists_that_do_not_fit_are_denied_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {"b": NetworkList([ip_network("10.0.0.0/24")]), "a": NetworkList([ip_network("10.0.0.0/25")])}
    monkeypatch.setattr(zoning, "MAX_ZONES", 1)
    held = zones(lists)
    assert (held.bits, held.refused) == ({"a": 1}, {"b"})
    for decision in Decision:
        said = constant_rules(table(Decision.DENY, ("set:b", decision)), held)
        assert said.refused == {Scope.INTERNET}, decision


def test_a_list_that_is_not_there_opens_nothing() -> None:
    allowed = constant_rules(table(Decision.DENY, ("set:gone", Decision.ALLOW)), zones(LISTS))
    assert (allowed.regions, allowed.refused) == (frozenset(), frozenset())
    for decision in (Decision.DENY, Decision.ASK):
        denied = constant_rules(table(Decision.ALLOW, ("set:gone", decision)), zones(LISTS))
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
    assert constant_rules(constant, zones(LISTS)) == rules(
        constant, resolver({"a.example": frozenset({ip_address("10.0.0.9")})})
    )
    about = table(Decision.DENY, ("asset:tv", Decision.ALLOW), scope=Scope.PEERS)
    assert not is_constant(about)
    assert mentions(about) == {"tv"}


@pytest.mark.parametrize(
    ("default", "said", "open_ports"),
    [
        (Decision.DENY, (("10.0.0.0/8 tcp/23", Decision.DENY), ("asset:a1", Decision.ALLOW)), {80}),
        (Decision.ALLOW, (("10.0.0.0/8 tcp/23", Decision.ALLOW), ("asset:a1", Decision.DENY)), set[int]()),
        (Decision.ALLOW, (("10.0.0.0/8 tcp/23", Decision.DENY), ("asset:a1 tcp/80", Decision.DENY)), set[int]()),
        (Decision.DENY, (("tcp/23", Decision.DENY), ("asset:a1", Decision.ALLOW)), {80}),
        (Decision.DENY, (("asset:a2", Decision.DENY), ("asset:a1", Decision.ALLOW)), {23, 80}),
    ],
)
def test_of_networks_what_denies_counts_at_an_unknown_address(
    default: Decision, said: tuple[tuple[str, Decision], ...], open_ports: set[int]
) -> None:
    """Whether it is in the network nobody knows to be the device's, so neither end of the order is opened by it."""
    found = rules(table(default, *said, scope=Scope.PEERS), resolver({}))
    somewhere = ip_address("10.9.9.9")
    assert {port for port in (23, 80) if passes(found, Scope.PEERS, somewhere, 6, port, mac="a1")} == open_ports


def test_a_table_that_says_something_of_everywhere() -> None:
    """An exception about any far end and every service is regions as any other is."""
    entry = Entry(ANY, Decision.ALLOW)
    table = Table(((Scope.LAN, ScopeTable(Decision.DENY, (entry,))),))
    found = rules(table, Resolver(lambda _: frozenset(), {}, NO_ZONES))
    protocols = {number for r in found.regions for number in range(r.protocols[0], r.protocols[1] + 1) if r.inbound}
    assert protocols == set(range(256))
