"""Which frames draw whom: only a target, only about itself to others, only about others to it."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall.discovery import (
    Advertisement,
    Arp,
    Datagram,
    Echo,
    Frame,
    Heard,
    Packet,
    RouterAdvertisement,
    Solicitation,
    Unreachable,
    link_local,
)
from custom_components.secure_hub.engine.firewall.interposition import (
    IDENTIFIER,
    MAX_NEIGHBOURS,
    MAX_TARGETS,
    Ground,
    Target,
    answers,
    disturbs,
    grounds,
    is_restricted,
    probes,
    question,
    reachable,
    reminded,
    restoration,
    spoken,
    targets,
    to_device,
    to_gateways,
    to_neighbours,
    used,
)
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.firewall.proof import Side, Way, answered, passes_on, proved, ways
from custom_components.secure_hub.engine.firewall.regions import Rules
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.topology import Link, Topology

from .homes import neighbour, route

HUB, ROUTER, CAMERA, TV, LAPTOP = (f"02:00:00:00:00:0{n}" for n in range(1, 6))
NOBODY = str(IPv4Address(0))
BROADCAST = "ff:ff:ff:ff:ff:ff"
FLAT = Topology(
    links=(Link("eth0", HUB, "", None, up=True), Link("wlan0", "02:00:00:00:00:99", "", None, up=True, wireless=True)),
    addresses=(
        ("eth0", ip_interface("192.0.2.2/24")),
        ("eth0", ip_interface("2001:db8::2/64")),
        ("eth0", ip_interface(f"{link_local(HUB)}/64")),
        ("wlan0", ip_interface("198.51.100.1/24")),
    ),
    neighbours=(
        neighbour("192.0.2.1", ROUTER, "eth0"),
        neighbour(str(link_local(ROUTER)), ROUTER, "eth0"),
        neighbour("192.0.2.10", CAMERA, "eth0"),
        neighbour("2001:db8::10", CAMERA, "eth0"),
        neighbour("192.0.2.11", TV, "eth0"),
        neighbour("192.0.2.12", LAPTOP, "eth0"),
        neighbour("198.51.100.7", "02:00:00:00:00:07", "wlan0"),
    ),
    routes=(route("0.0.0.0/0", "eth0", "192.0.2.1"), route("::/0", "eth0", str(link_local(ROUTER)))),
)


def a(text: str) -> Address:
    return ip_address(text)


def member(mac: str, *addresses: str, quarantined: bool = False) -> Member:
    standing = PacketClass.QUARANTINED if quarantined else PacketClass.OPEN
    return Member(frozenset({mac}), frozenset(map(ip_address, addresses)), frozenset(), standing)


PLAN = Plan(
    enforce=True,
    segments=tuple(Segment(name, False, frozenset(), PacketClass.OPEN) for name in ("eth0", "wlan0", "gone0")),  # noqa: FBT003 - no bridge
    hub_macs=frozenset({HUB, "02:00:00:00:00:99"}),
    protected_macs=frozenset({ROUTER, LAPTOP}),
    members={
        "camera": member(CAMERA, "192.0.2.10", "2001:db8::10", quarantined=True),
        "tv": member(TV, "192.0.2.11"),
        "router": member(ROUTER, "192.0.2.1", quarantined=True),
        "laptop": member(LAPTOP, "192.0.2.12", quarantined=True),
        "hub": member(HUB, "192.0.2.2", quarantined=True),
        "elsewhere": member("02:00:00:00:00:07", "198.51.100.7", quarantined=True),
    },
)
GROUND = grounds(PLAN, FLAT)["eth0"]
TARGET = targets(PLAN, FLAT, GROUND)[CAMERA]


def test_only_where_another_host_is_the_way_out() -> None:
    assert set(grounds(PLAN, FLAT)) == {"eth0"}
    assert GROUND.gateways == {a("192.0.2.1"): ROUTER, link_local(ROUTER): ROUTER}
    assert GROUND.neighbours == {
        a("192.0.2.10"): CAMERA,
        a("2001:db8::10"): CAMERA,
        a("192.0.2.11"): TV,
        a("192.0.2.12"): LAPTOP,
        **{link_local(mac): mac for mac in (CAMERA, TV, LAPTOP)},
    }
    assert not grounds(replace(PLAN, segments=()), FLAT)
    assert not grounds(PLAN, replace(FLAT, routes=()))
    assert not grounds(PLAN, replace(FLAT, neighbours=FLAT.neighbours[2:])), "the router's MAC is not known"


def test_targets_are_quarantined_and_never_protected() -> None:
    assert set(targets(PLAN, FLAT, GROUND)) == {CAMERA}
    assert Target("camera", CAMERA, frozenset({a("192.0.2.10"), a("2001:db8::10")})) == TARGET
    assert not targets(replace(PLAN, enforce=False), FLAT, GROUND), "monitor mode"
    unprotected = replace(PLAN, protected_macs=frozenset())
    assert set(targets(unprotected, FLAT, GROUND)) == {CAMERA, LAPTOP}, "a router and this host are never targets"
    assert set(reachable(PLAN, GROUND)) == {"camera", "tv"}


@pytest.mark.parametrize(
    ("rules", "is_drawn"),
    [
        (None, False),
        (Rules(), False),
        (Rules(denied=frozenset({Scope.HUB})), False),
        *((Rules(denied=frozenset({scope})), True) for scope in (Scope.INTERNET, Scope.LAN, Scope.PEERS)),
        (Rules(excepted=frozenset({Scope.INTERNET})), True),
    ],
)
def test_the_restricted_are_drawn_if_asked_for(rules: Rules | None, is_drawn: bool) -> None:  # noqa: FBT001 - a case
    """What is said to this host comes here by itself; the quarantined go first, and what they say ends here."""
    tv = replace(PLAN.members["tv"], rules=rules)
    plan = replace(PLAN, members={**PLAN.members, "a": tv, "tv": replace(tv, macs=frozenset({LAPTOP}))})
    assert is_restricted(tv) is is_drawn
    assert set(targets(plan, FLAT, GROUND)) == {CAMERA}
    found = targets(plan, FLAT, GROUND, restricted=True)
    passing = Target("a", TV, frozenset({a("192.0.2.11")}), passes=True)
    assert list(found.values()) == ([TARGET, passing] if is_drawn else [TARGET]), "nobody protected"
    assert not targets(replace(plan, enforce=False), FLAT, GROUND, restricted=True)


def test_what_must_be_forwarded_for_a_target() -> None:
    """IPv6 only where it leads further than the link."""
    assert spoken(GROUND, TARGET) == {4, 6}
    gateways = {address: mac for address, mac in GROUND.gateways.items() if address.version == 4}
    mine = frozenset(map(a, ("192.0.2.2", "fe80::2")))
    local, own = replace(GROUND, addresses=mine, gateways=gateways), frozenset(map(a, ("192.0.2.10", "fe80::10")))
    target = replace(TARGET, addresses=own)
    assert spoken(local, target) == {4}
    assert spoken(local, TARGET) == {4, 6}, "it has an address for more"
    assert spoken(local.extended({IPv6Address("fe80::1"): ROUTER}, {}), target) == {4, 6}, "a router advertised itself"


def test_what_is_not_drawn_by_ipv6_is_left_alone_by_ipv6() -> None:
    """Neither told nor learned, whatever is asked."""
    by4 = TARGET.by({4})
    assert by4.addresses == {a("192.0.2.10")}
    router, camera = link_local(ROUTER), IPv6Address("2001:db8::10")
    asks = Solicitation("33:33:ff:00:00:02", CAMERA, camera, IPv6Address("ff02::1:ff00:2"), router, CAMERA)
    assert answers(GROUND, TARGET, asks)
    assert not answers(GROUND, by4, asks)
    new = replace(asks, sender=IPv6Address("2001:db8::50"))
    assert used(GROUND, TARGET, new)
    assert used(GROUND, by4, new) is None
    frames = [*to_gateways(GROUND, by4), *to_neighbours(GROUND, by4), *restoration(GROUND, by4)]
    assert all(isinstance(frame, Arp) for frame in frames)
    assert {way.address.version for way in ways(GROUND, by4)} == {4}


def test_only_the_answer_of_another_shows_that_things_pass_on() -> None:
    """And only one to a question of ours: a device could say what does not get on."""
    router, camera = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.10")
    assert passes_on(TARGET, Echo(CAMERA, HUB, router, camera, IDENTIFIER, 1, reply=True))
    assert not passes_on(TARGET, Echo(ROUTER, HUB, camera, router, IDENTIFIER, 1, reply=True))
    assert not passes_on(TARGET, Echo(CAMERA, HUB, router, camera, IDENTIFIER + 1, 1, reply=True))
    assert not passes_on(TARGET, Echo(CAMERA, HUB, router, camera, IDENTIFIER, 1, reply=False))


def test_an_asset_with_two_macs_is_drawn_at_each_by_its_own_addresses() -> None:
    both = replace(
        PLAN.members["camera"], macs=frozenset({CAMERA, TV}), addresses=frozenset(map(a, ("192.0.2.10", "192.0.2.11")))
    )
    found = targets(replace(PLAN, members={"camera": both}), FLAT, GROUND)
    assert {mac: target.addresses for mac, target in found.items()} == {
        CAMERA: {a("192.0.2.10")},
        TV: {a("192.0.2.11")},
    }


def test_there_is_an_end_to_neighbours_and_targets() -> None:
    rows = tuple(neighbour(f"192.0.2.{n}", f"02:00:00:00:01:{n:02x}", "eth0") for n in range(20, 250))
    rows += tuple(neighbour(f"2001:db8::{n:x}", f"02:00:00:00:01:{n % 256:02x}", "eth0") for n in range(20, 400))
    members = {str(n): member(f"02:00:00:00:01:{n:02x}", f"192.0.2.{n}", quarantined=True) for n in range(20, 250)}
    full = replace(FLAT, neighbours=FLAT.neighbours + rows)
    ground = grounds(PLAN, full)["eth0"]
    assert len(ground.neighbours) <= 2 * MAX_NEIGHBOURS
    assert len(targets(replace(PLAN, members=members), full, ground)) == MAX_TARGETS


def told(frame: Frame) -> tuple[str, Address, str | None]:
    """Whom a frame tells about which address, and where it says that to be."""
    match frame:
        case Arp():
            return frame.destination, frame.sender, frame.sender_mac
        case Solicitation():
            return frame.destination, frame.sender, frame.link_address
        case Advertisement():
            return frame.destination, frame.target, frame.link_address
    msg = f"{frame} tells nothing"
    raise AssertionError(msg)


ROWS = {**GROUND.gateways, **GROUND.neighbours}
addresses = st.sampled_from(sorted({*ROWS, *GROUND.addresses, a("192.0.2.99"), a("203.0.113.1"), a("::")}, key=str))
macs = st.sampled_from([HUB, ROUTER, CAMERA, TV, LAPTOP, BROADCAST, "02:00:00:00:00:77"])
v4s = addresses.filter(lambda x: x.version == 4)
v6s = addresses.filter(lambda x: x.version == 6)
overheard = st.one_of(
    st.builds(Arp, macs, macs, macs, v4s, macs, v4s, st.booleans()),
    st.builds(Solicitation, macs, macs, v6s, v6s, v6s, st.none() | macs),
    st.builds(Advertisement, macs, macs, v6s, v6s, v6s, macs, st.booleans(), st.booleans(), st.booleans()),
    st.builds(Echo, macs, macs, v4s, v4s, st.just(1), st.just(1), st.booleans()),
    st.builds(Packet, macs, macs, addresses, addresses),
)


def only_about_the_target(frame: Frame) -> bool:
    whom, address, where = told(frame)
    return where == HUB and ((whom == CAMERA) != (address in TARGET.addresses)) and address not in GROUND.addresses


@given(overheard, st.sets(addresses))
def test_nobody_is_told_about_anybody_but_the_target(heard: Heard, about: set[Address]) -> None:
    frames = [*to_gateways(GROUND, TARGET), *to_neighbours(GROUND, TARGET), *to_device(GROUND, TARGET, about)]
    frames += answers(GROUND, TARGET, heard)
    assert all(only_about_the_target(frame) for frame in frames)
    assert all(frame.source == HUB for frame in frames)  # type: ignore[attr-defined]  # all of them have one


def test_everybody_who_is_told_something_is_told_the_truth_again() -> None:
    lies = {told(f)[:2] for f in (*to_gateways(GROUND, TARGET), *to_neighbours(GROUND, TARGET))}
    truth = {told(frame)[:2]: told(frame)[2] for frame in restoration(GROUND, TARGET)}
    assert truth.keys() == lies
    assert {(CAMERA, address) for address in ROWS if ROWS[address] != CAMERA} <= lies
    assert {(mac, address) for mac in (ROUTER, TV, LAPTOP) for address in TARGET.addresses} <= lies
    assert all(where == ROWS[address] for (_, address), where in truth.items())
    routers = [
        f.router for f in restoration(GROUND, TARGET) if isinstance(f, Advertisement) and f.target in GROUND.gateways
    ]
    assert routers == [True], "or it would be no router any more"


def test_to_device_is_about_what_is_known() -> None:
    frames = to_device(GROUND, TARGET, {a("192.0.2.1"), a("192.0.2.99"), a("192.0.2.10")})
    assert [told(frame) for frame in frames] == [(CAMERA, a("192.0.2.1"), HUB)]


def arp(source: str, sender: str, target: str, destination: str = BROADCAST, *, reply: bool = False) -> Arp:
    return Arp(destination, source, source, IPv4Address(sender), "00:00:00:00:00:00", IPv4Address(target), reply)


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (arp(CAMERA, "192.0.2.10", "192.0.2.1"), (CAMERA, a("192.0.2.1"), HUB)),
        (arp(CAMERA, "192.0.2.10", "192.0.2.99"), (CAMERA, a("192.0.2.99"), HUB)),
        (arp(TV, "192.0.2.11", "192.0.2.10"), (TV, a("192.0.2.10"), HUB)),
        (arp(ROUTER, "192.0.2.1", "192.0.2.10"), (ROUTER, a("192.0.2.10"), HUB)),
        (arp(TV, "192.0.2.11", "192.0.2.1"), None),
        (arp(TV, "192.0.2.11", "192.0.2.12"), None),
        (arp(CAMERA, "192.0.2.10", "192.0.2.2"), None),
        (arp(CAMERA, "192.0.2.10", "192.0.2.10"), None),
        (arp(CAMERA, NOBODY, "192.0.2.10"), None),
        (arp(CAMERA, "192.0.2.10", "203.0.113.1"), None),
        (arp(CAMERA, "192.0.2.10", "192.0.2.1", reply=True), None),
        (arp(HUB, "192.0.2.2", "192.0.2.10"), None),
    ],
)
def test_questions_are_answered_for_the_target_only(heard: Arp, answer: tuple[str, Address, str] | None) -> None:
    """Not address conflict detection (RFC 5227), not what concerns this host, not what belongs to others."""
    assert [told(frame) for frame in answers(GROUND, TARGET, heard)] == ([answer] if answer else [])


def test_questions_by_ipv6_are_answered_too() -> None:
    router, camera = link_local(ROUTER), IPv6Address("2001:db8::10")
    heard = Solicitation("33:33:ff:00:00:02", CAMERA, camera, IPv6Address("ff02::1:ff00:2"), router, CAMERA)
    (frame,) = answers(GROUND, TARGET, heard)
    assert frame == Advertisement(CAMERA, HUB, router, camera, router, HUB, router=True, solicited=True, override=True)
    assert not answers(GROUND, TARGET, replace(heard, sender=IPv6Address("::"))), "duplicate address detection"


def test_probes_ask_in_the_others_name_and_in_ours() -> None:
    found = probes(GROUND, TARGET, 7)
    echoes = {(f.destination, str(f.sender), str(f.receiver)) for f in found if isinstance(f, Echo)}
    assert echoes == {
        (CAMERA, "192.0.2.1", "192.0.2.10"),
        (ROUTER, "192.0.2.10", "192.0.2.1"),
        (CAMERA, "192.0.2.2", "192.0.2.10"),
        (ROUTER, "192.0.2.2", "192.0.2.1"),
    }
    knocks = {(f.destination, str(f.sender)) for f in found if isinstance(f, Datagram)}
    assert knocks == {(CAMERA, "192.0.2.1"), (CAMERA, "192.0.2.2")}
    asked = {(f.destination, str(f.target)) for f in found if isinstance(f, Solicitation)}
    assert asked == {(CAMERA, "2001:db8::10"), (CAMERA, str(link_local(CAMERA))), (ROUTER, str(link_local(ROUTER)))}


def test_what_proves_and_what_only_answers() -> None:
    assert ways(GROUND, TARGET) == {
        *(Way(Side.DEVICE, address) for address in GROUND.gateways),
        *(Way(Side.ROUTER, address) for address in TARGET.addresses),
    }
    router, camera, hub = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.10"), IPv4Address("192.0.2.2")
    far = IPv4Address("203.0.113.1")
    device, gateway = frozenset({Way(Side.DEVICE, router)}), frozenset({Way(Side.ROUTER, camera)})
    assert proved(GROUND, TARGET, Echo(HUB, CAMERA, camera, router, 1, 1, reply=True)) == device
    assert proved(GROUND, TARGET, Unreachable(HUB, CAMERA, camera, router)) == device
    assert proved(GROUND, TARGET, Packet(HUB, CAMERA, camera, far)) == device
    assert proved(GROUND, TARGET, Echo(HUB, ROUTER, router, camera, 1, 1, reply=True)) == gateway
    for nothing in (
        Packet(ROUTER, CAMERA, camera, far),  # overheard, and on its way
        Packet(HUB, CAMERA, camera, hub),
        Packet(HUB, CAMERA, camera, IPv4Address("192.0.2.11")),
        Packet(HUB, CAMERA, camera, IPv4Address("255.255.255.255")),
        Packet(HUB, CAMERA, camera, IPv4Address("224.0.0.251")),
        Packet(HUB, TV, camera, router),
        Echo(HUB, ROUTER, router, hub, 1, 1, reply=True),
        arp(CAMERA, "192.0.2.10", "192.0.2.1", HUB, reply=True),
    ):
        assert not proved(GROUND, TARGET, nothing)
    assert answered(GROUND, TARGET, Echo(HUB, ROUTER, router, hub, 1, 1, reply=True)) == gateway
    assert answered(GROUND, TARGET, Unreachable(HUB, CAMERA, camera, hub)) == device
    assert not answered(GROUND, TARGET, Echo(HUB, TV, IPv4Address("192.0.2.11"), hub, 1, 1, reply=True))
    assert not answered(GROUND, TARGET, Packet(HUB, CAMERA, camera, hub)), "who speaks need not answer"


def test_addresses_that_a_target_uses() -> None:
    assert used(GROUND, TARGET, arp(CAMERA, "192.0.2.50", "192.0.2.1")) == a("192.0.2.50")
    probe = Solicitation(
        "33:33:ff:00:00:50", CAMERA, IPv6Address("::"), IPv6Address("ff02::1"), IPv6Address("2001:db8::50"), None
    )
    assert used(GROUND, TARGET, probe) == a("2001:db8::50")
    for taken in ("192.0.2.1", "192.0.2.2", "192.0.2.11", "203.0.113.9", NOBODY):
        assert used(GROUND, TARGET, arp(CAMERA, taken, "192.0.2.12")) is None, taken
    assert used(GROUND, TARGET, arp(TV, "192.0.2.50", "192.0.2.1")) is None


def test_what_undoes_it() -> None:
    assert disturbs(GROUND, TARGET, arp(CAMERA, "192.0.2.10", "192.0.2.1"))
    assert disturbs(GROUND, TARGET, arp(TV, "192.0.2.11", "192.0.2.10"))
    assert not disturbs(GROUND, TARGET, arp(TV, "192.0.2.11", "192.0.2.12"))
    assert not disturbs(GROUND, TARGET, arp(CAMERA, "192.0.2.10", "192.0.2.1", HUB, reply=True)), "or it never ends"
    assert reminded(GROUND, arp(TV, "192.0.2.11", "192.0.2.12")) == a("192.0.2.11")
    assert reminded(GROUND, arp(TV, "192.0.2.11", "192.0.2.12", LAPTOP)) is None
    assert reminded(GROUND, arp("02:00:00:00:00:77", "192.0.2.77", "192.0.2.12")) is None
    advertised = RouterAdvertisement("33:33:00:00:00:01", ROUTER, link_local(ROUTER), 1800)
    assert reminded(GROUND, advertised) == link_local(ROUTER)


def test_a_ground_that_knows_more() -> None:
    router, stranger = link_local("02:00:00:00:00:42"), a("192.0.2.99")
    found = {stranger: "02:00:00:00:00:77", a("192.0.2.11"): "02:00:00:00:00:66", a("192.0.2.1"): "02:00:00:00:00:66"}
    more = GROUND.extended({router: "02:00:00:00:00:42"}, found)
    assert more.gateways == {**GROUND.gateways, router: "02:00:00:00:00:42"}
    assert more.neighbours == {**GROUND.neighbours, stranger: "02:00:00:00:00:77"}, "what was known goes first"


def test_questions_of_our_own() -> None:
    assert [told(f) for f in question(GROUND, a("192.0.2.99"))] == [(BROADCAST, a("192.0.2.2"), HUB)]
    (frame,) = question(GROUND, a("2001:db8::99"))
    assert told(frame) == ("33:33:ff:00:00:99", link_local(HUB), HUB)
    deaf = Ground("eth0", HUB, frozenset(), frozenset({ip_network("192.0.2.0/24")}), {}, {})
    assert question(deaf, a("192.0.2.99")) == ()
