"""A router's interfaces, as two implementations of `ip` tell them."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers.router_facts import (
    RouterFacts,
    parse,
    parse_neighbours,
    router_plan,
)
from custom_components.secure_hub.engine.firewall.coverage import CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment

IPROUTE2 = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: br-lan: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\\    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff
3: lan1@eth0: <BROADCAST,UP> mtu 1500 qdisc noqueue master br-lan state UP mode DEFAULT group default \\    link/ether 02:00:00:00:00:0b brd ff:ff:ff:ff:ff:ff link-netnsid 0
4: wan: <BROADCAST> mtu 1500 qdisc noop state DOWN \\    link/ether 02:00:00:00:00:0c brd ff:ff:ff:ff:ff:ff
5: tun0: <POINTOPOINT> mtu 1500 qdisc noop state DOWN \\    link/none
"""  # noqa: E501 - as it is printed
BUSYBOX = """\
2: br-lan: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue qlen 1000\\    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff
3: lan1@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-lan qlen 1000\\    link/ether 02:00:00:00:00:0b brd ff:ff:ff:ff:ff:ff
4: wan: <NO-CARRIER,BROADCAST> mtu 1500 qdisc noqueue qlen 1000\\    link/ether 02:00:00:00:00:0c brd ff:ff:ff:ff:ff:ff
"""  # noqa: E501 - as it is printed
ADDRESSES = """\
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: br-lan    inet 192.168.1.1/24 brd 192.168.1.255 scope global br-lan\\       valid_lft forever preferred_lft forever
2: br-lan    inet6 fd00::1/60 scope global \\       valid_lft forever preferred_lft forever
6: pppoe-wan    inet 192.0.2.7 peer 192.0.2.1/32 scope global pppoe-wan\\       valid_lft forever preferred_lft forever
"""


def test_interfaces() -> None:
    for links in (IPROUTE2, BUSYBOX):
        facts = parse(links, ADDRESSES)
        assert facts.macs == {"br-lan": "02:00:00:00:00:0a", "lan1": "02:00:00:00:00:0b", "wan": "02:00:00:00:00:0c"}
        assert facts.members == {"br-lan": {"lan1"}}
        own = {"127.0.0.1", "192.168.1.1", "fd00::1", "192.0.2.7"}
        assert facts.addresses == frozenset(map(ip_address, own))
        assert facts.networks["br-lan"] == frozenset(map(ip_network, ("192.168.1.0/24", "fd00::/60")))


NEIGHBOURS = """\
192.168.1.20 dev br-lan lladdr 02:00:00:00:00:20 REACHABLE
fe80::20 dev br-lan lladdr 02:00:00:00:00:20 STALE
192.0.2.1 dev wan lladdr 02:00:00:00:00:30 router REACHABLE
192.168.1.21 dev br-lan  FAILED
"""


def test_neighbours() -> None:
    assert parse_neighbours(NEIGHBOURS) == {"02:00:00:00:00:20": {"br-lan"}, "02:00:00:00:00:30": {"wan"}}


@pytest.mark.parametrize(
    ("mac", "address", "guarded", "sees"),
    [
        ("02:00:00:00:00:20", "10.9.9.9", "br-lan", True),
        ("02:00:00:00:00:30", "10.9.9.9", "br-lan", False),
        ("02:00:00:00:00:40", "192.168.1.77", "br-lan", True),
        ("02:00:00:00:00:40", "192.168.1.77", "wan", False),
        ("02:00:00:00:00:40", "fe80::1", "br-lan", False),
    ],
)
def test_who_is_behind_it(mac: str, address: str, guarded: str, sees: bool) -> None:  # noqa: FBT001 - a case
    member = Member(frozenset({mac}), frozenset({ip_address(address)}), frozenset(), PacketClass.OPEN)
    assert parse(IPROUTE2, ADDRESSES).sees(member, frozenset({guarded}), parse_neighbours(NEIGHBOURS)) is sees


@pytest.mark.parametrize(
    ("ports", "bridged", "level"),
    [
        ({"lan1", "lan2"}, True, CoverageLevel.FULL),
        ({"lan1", "lan2"}, False, CoverageLevel.ROUTED),
        ({"lan1"}, True, CoverageLevel.ROUTED),
        ({"lan1", "wlan0"}, True, CoverageLevel.ROUTED),
        ({"lan1", "phy0-ap0"}, True, CoverageLevel.ROUTED),
        (set(), True, CoverageLevel.ROUTED),
    ],
)
def test_how_far_it_reaches(ports: set[str], bridged: bool, level: CoverageLevel) -> None:  # noqa: FBT001 - a case
    """Stations of an access point, and what shares a port, talk without the bridge."""
    facts = RouterFacts(members={"br-lan": frozenset(ports)})
    assert facts.coverage({"br-lan"}, bridged=bridged).level is level


@given(st.text(alphabet="0123456789: lo@inet6/.<>\\\nmasterfd", max_size=200), st.text(max_size=100))
def test_lines_that_say_nothing(first: str, second: str) -> None:
    for links, addresses in ((first, second), (second, first)):
        assert isinstance(parse(links, addresses), RouterFacts)
        assert isinstance(parse_neighbours(links), dict)


def test_plan_on_the_router() -> None:
    """The router's own interfaces take the place of the hub's; the hub becomes somebody to protect."""
    hub = frozenset({"02:00:00:00:00:01"})
    here = Plan(
        enforce=True,
        segments=(Segment("br-iot", is_bridge=True, ports=frozenset({"p1"}), newcomers=PacketClass.HELD),),
        lan_interfaces=frozenset({"eth0"}),
        hub_macs=hub,
        protected_macs=frozenset({"02:00:00:00:00:0a", "02:00:00:00:00:09"}),
        hub_addresses=frozenset({ip_address("192.168.1.9")}),
        members={"a": Member(frozenset({"02:00:00:00:00:02"}), frozenset(), frozenset(), PacketClass.OPEN)},
    )
    facts = parse(IPROUTE2, ADDRESSES)
    there = router_plan(here, facts, {"br-lan", "wan", "gone"}, {"vpn"}, PacketClass.OPEN)
    assert there == replace(
        here,
        segments=(
            Segment("br-lan", is_bridge=True, ports=frozenset({"lan1"}), newcomers=PacketClass.OPEN),
            Segment("wan", is_bridge=False, ports=frozenset(), newcomers=PacketClass.OPEN),
        ),
        lan_interfaces=frozenset({"vpn"}),
        hub_macs=frozenset(facts.macs.values()),
        hub_addresses=facts.addresses,
        prefixes=frozenset({ip_network("fd00::/60")}),
        protected_macs=frozenset({"02:00:00:00:00:09"}) | hub,
    )
