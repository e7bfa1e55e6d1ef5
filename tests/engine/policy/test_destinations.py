"""Destinations: reading, writing, and the three relations."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import product

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import (
    ANY,
    Destination,
    Place,
    PlaceKind,
    name_place,
    network_place,
    parse,
    target,
    unmapped,
)
from custom_components.secure_hub.engine.policy.scopes import PolicyError, Refusal
from custom_components.secure_hub.engine.policy.service import Protocol, Service

from .strategies import destinations, places, services, targets


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("any", "any"),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("2001:db8::1/128 tcp/443", "2001:db8::1 tcp/443"),
        ("Example.COM.", "example.com"),
        ("*.Example.com  udp/53", "*.example.com udp/53"),
        ("_mqtt._tcp.local", "_mqtt._tcp.local"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("asset:0123abcd tcp/80-90", "asset:0123abcd tcp/80-90"),
        ("set:nl", "set:nl"),
        ("tcp", "tcp"),
        ("tcp/0-65535", "tcp"),
        ("udp/5353-5353", "udp/5353"),
        ("icmp", "icmp"),
        ("own:tcp/22", "own:tcp/22"),
        ("asset:a own:udp/0-65535", "asset:a own:udp"),
    ],
)
def test_parse_reads_and_writes_canonically(text: str, canonical: str) -> None:
    assert parse(text).text == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal.INVALID_DESTINATION),
        ("a.example b.example", Refusal.INVALID_DESTINATION),
        ("tcp/1 tcp/2", Refusal.INVALID_NAME),
        ("any tcp/1", Refusal.INVALID_NAME),
        ("192.0.2.7/24", Refusal.INVALID_NETWORK),
        ("192.0.2.256", Refusal.INVALID_NETWORK),
        ("1.2.3", Refusal.INVALID_NETWORK),
        ("fe80::1%eth0", Refusal.INVALID_NETWORK),
        ("::ffff:192.0.2.1", Refusal.INVALID_NETWORK),
        ("::ffff:0:0/100", Refusal.INVALID_NETWORK),
        ("tcp/0-65536", Refusal.INVALID_SERVICE),
        ("tcp/9-8", Refusal.INVALID_SERVICE),
        ("tcp/", Refusal.INVALID_SERVICE),
        ("udp/-1", Refusal.INVALID_SERVICE),
        ("icmp/8", Refusal.INVALID_SERVICE),
        ("own:icmp", Refusal.INVALID_SERVICE),
        ("own:tcp/9-8", Refusal.INVALID_SERVICE),
        ("own:example.com", Refusal.INVALID_NETWORK),
        ("*", Refusal.INVALID_NAME),
        ("*.", Refusal.INVALID_NAME),
        ("a.*.example", Refusal.INVALID_NAME),
        ("-a.example", Refusal.INVALID_NAME),
        ("a..example", Refusal.INVALID_NAME),
        ("müller.de", Refusal.INVALID_NAME),
        ("x" * 64 + ".example", Refusal.INVALID_NAME),
        ("a.123", Refusal.INVALID_NAME),
        ("asset:", Refusal.INVALID_ASSET),
        ("asset:A/B", Refusal.INVALID_ASSET),
        ("set:" + "n" * 65, Refusal.INVALID_SET),
        ("a." * 200 + "example", Refusal.DESTINATION_TOO_LONG),
    ],
)
def test_parse_says_what_it_cannot_read(text: str, refusal: Refusal) -> None:
    with pytest.raises(PolicyError) as error:
        parse(text)
    assert error.value.key is refusal


@given(st.text(max_size=400) | st.from_regex(r"[*a-z0-9.:/% -]{1,60}", fullmatch=True))
def test_parse_takes_anything(text: str) -> None:
    try:
        destination = parse(text)
    except PolicyError:
        return
    assert parse(destination.text) == destination


@given(destinations)
def test_rules_destinations_survive_as_text(destination: Destination) -> None:
    again = parse(destination.text)
    assert (again, again.places, again.service) == (destination, destination.places, destination.service)


@given(destinations, destinations, destinations, targets)
def test_covers_is_containment(one: Destination, other: Destination, third: Destination, packet: Destination) -> None:
    assert one.covers(one)
    assert ANY.covers(one)
    if one.covers(other):
        assert one.overlaps(other)
        assert not other.covers(packet) or one.covers(packet)
        if other.covers(third):
            assert one.covers(third)
        if other.covers(one):
            assert one == other
        else:
            assert other.narrower(one)


@given(destinations, destinations, destinations)
def test_narrower_is_a_strict_partial_order(one: Destination, other: Destination, third: Destination) -> None:
    assert not one.narrower(one)
    if one.narrower(other):
        assert not other.narrower(one)
        if other.narrower(third):
            assert one.narrower(third)


@given(destinations, destinations, targets)
def test_overlap_and_meet_know_every_shared_packet(one: Destination, other: Destination, packet: Destination) -> None:
    for alone in packet.alternatives():
        both = one.covers(alone) and other.covers(alone)
        if both:
            assert one.overlaps(other)
            assert other.overlaps(one)
        if one.overlaps(other):
            assert one.meet(other).covers(alone) == both
            assert one.meet(other) == other.meet(one)


@given(destinations, destinations, destinations | targets)
def test_what_covers_a_meet_needs_no_meet(one: Destination, other: Destination, third: Destination) -> None:
    if one.overlaps(other):
        assert third.covers_meet(one, other) == third.covers(one.meet(other))


def lies_in(inner: Place, outer: Place) -> bool:
    """The plain definition."""
    one, other = inner.network, outer.network
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return one.subnet_of(other)
    if outer.kind is PlaceKind.SUFFIX and inner.kind in {PlaceKind.NAME, PlaceKind.SUFFIX}:
        return inner.value.endswith(f".{outer.value}") or inner == outer
    return inner == outer


labels = st.from_regex(r"(\*\.)?([ab]([-_0]?[ab])?\.){0,3}[ab]", fullmatch=True).map(name_place)
networks = st.builds(
    lambda bits, length: network_place(ip_network((bits >> (32 - length) << (32 - length), length))),
    st.sampled_from([0, 1, 0x0A000000, 0x0A000001, 0x0A010203, 0xFFFFFFFF]),
    st.sampled_from([0, 1, 8, 16, 31, 32]),
)
alike = st.tuples(labels, labels) | st.tuples(networks, networks) | st.tuples(places, places | labels | networks)


@given(alike)
def test_places_lie_in_one_another_as_networks_and_names_do(pair: tuple[Place, Place]) -> None:
    one, other = pair
    assert one.covers(other) == lies_in(other, one)
    families = [PlaceKind.NAME if place.kind is PlaceKind.SUFFIX else place.kind for place in pair]
    apart = families[0] is families[1] is not PlaceKind.LIST and not lies_in(one, other) and not lies_in(other, one)
    assert one.overlaps(other) is not apart


@given(services, services)
def test_services_are_what_they_name(one: Service, other: Service) -> None:
    def named(service: Service) -> set[tuple[Protocol, bool, int]]:
        sides = {False, True} if service.is_whole else {service.own}
        ports = [port for port in (*range(8), 65535) if service.first <= port <= service.last]
        return {(service.protocol, own, port) for own, port in product(sides, ports)}

    assert one.covers(other) == (named(one) >= named(other))
    assert one.overlaps(other) == bool(named(one) & named(other))


ORDER = ["192.0.2.7", "192.0.2.0/24", "192.0.0.0/16", "set:nl", "any"]
NAMED = ["a.b.example", "*.b.example", "*.example", "192.0.2.0/24", "set:nl", "any"]


@pytest.mark.parametrize(
    "order",
    [
        ORDER,
        NAMED,
        ["asset:x", "192.0.2.0/24"],
        ["tcp/443", "tcp/400-500", "tcp", "any"],
        ["own:tcp/22", "own:tcp", "tcp"],
    ],
)
def test_what_is_narrower(order: list[str]) -> None:
    for (i, one), (j, other) in product(enumerate(order), repeat=2):
        assert parse(one).narrower(parse(other)) is (i < j)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7", "a.example"),
        ("asset:x", "a.example"),
        ("*.a.example", "*.b.example"),
        ("set:nl", "set:ads"),
        ("192.0.2.0/24", "tcp/443"),
        ("192.0.2.0/24 tcp", "192.0.0.0/16 tcp/443"),
        ("tcp/400-500", "tcp/450-550"),
        ("tcp", "udp"),
        ("tcp/22", "own:tcp/22"),
        ("tcp/1-65535", "own:tcp/22"),
    ],
)
def test_what_is_incomparable(one: str, other: str) -> None:
    assert not parse(one).narrower(parse(other))
    assert not parse(other).narrower(parse(one))


@pytest.mark.parametrize(
    ("rule", "packet", "covered"),
    [
        ("*.example", target(names=["a.b.example"]), True),
        ("*.example", target(names=["example"]), False),
        ("*.example", target(names=["badexample"]), False),
        ("example", target(names=["EXAMPLE."]), True),
        ("192.0.2.0/24", target(address=ip_address("192.0.2.9")), True),
        ("192.0.2.0/24", target(address=ip_address("::ffff:192.0.2.9")), True),
        ("fe80::/10", target(address=ip_address("fe80::1%eth0")), True),
        ("0.0.0.0/0", target(address=ip_address("::1")), False),
        ("192.0.2.0/24 tcp/443", target(address=ip_address("192.0.2.9"), protocol=Protocol.TCP, port=443), True),
        ("192.0.2.0/24 tcp/443", target(address=ip_address("192.0.2.9"), protocol=Protocol.UDP, port=443), False),
        ("tcp", target(protocol=Protocol.TCP), True),
        ("tcp", target(), False),
        ("tcp", target(protocol=Protocol.TCP, port=22, own=True), True),
        ("tcp/22", target(protocol=Protocol.TCP, port=22, own=True), False),
        ("own:tcp/22", target(protocol=Protocol.TCP, port=22, own=True), True),
        ("own:tcp/22", target(protocol=Protocol.TCP, port=22), False),
        ("icmp", target(protocol=Protocol.ICMP, port=8), True),
        ("set:nl", target(address=ip_address("192.0.2.9"), lists=["nl"]), True),
        ("asset:x", target(asset_id="x"), True),
        ("asset:x", target(asset_id="xy"), False),
    ],
)
def test_what_a_packet_is_covered_by(rule: str, packet: Destination, covered: bool) -> None:  # noqa: FBT001 - a column
    assert parse(rule).covers(packet) is covered


def test_an_address_of_several_names_is_taken_apart() -> None:
    packet = target(address=ip_address("192.0.2.1"), names=["a.example", "b.example"])
    assert [region.text for region in packet.alternatives()] == ["192.0.2.1 a.example", "192.0.2.1 b.example"]


def test_places_have_one_order() -> None:
    one = Destination((name_place("b.example"), name_place("a.example")))
    assert one == Destination((name_place("a.example"), name_place("b.example"), name_place("a.example")))


def test_services_refuse_what_no_packet_has() -> None:
    for bad in [(Protocol.TCP, -1, 5), (Protocol.UDP, 5, 65536), (Protocol.ICMP, 8, 8)]:
        with pytest.raises(PolicyError):
            Service(*bad)


def test_unmapped_keeps_plain_addresses() -> None:
    assert unmapped(ip_address("::ffff:192.0.2.1")) == ip_address("192.0.2.1")
    assert unmapped(ip_address("2001:db8::1")) in ip_network("2001:db8::/32")
