"""From a manifest's rules to one home's allow-list: exactly what the wall can hold, and never more than was asked."""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.manifests.binding import Bound, Surroundings, bind
from custom_components.secure_hub.engine.manifests.evaluate import Flow, accepts
from custom_components.secure_hub.engine.manifests.model import Direction, Group, GroupKind
from custom_components.secure_hub.engine.manifests.mud import parse
from custom_components.secure_hub.engine.policy.destinations import PlaceKind
from custom_components.secure_hub.engine.policy.permissions import Allowed
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.policy.service import Protocol

from .documents import EVERY_FLOW, ace, document, documents, encoded
from .oracle import GROUPS, HOME, NAMES

HUB = frozenset({ip_address("10.0.0.1"), ip_address("fd00::1")})
ASSETS = {"other": ("10.0.0.8", "fd00::8"), "same": ("10.0.0.9", "fd00::9")}
HERE = Surroundings(
    hub=HUB,
    local=HOME.local_networks,
    groups={
        Group(GroupKind.SAME_MANUFACTURER): frozenset({"same"}),
        Group(GroupKind.MANUFACTURER, "other.example.org"): frozenset({"other"}),
        Group(GroupKind.MODEL, "https://other.example.org/bulb"): frozenset({"other"}),
    },
    controllers={"urn:ietf:params:mud:dns": HUB, "urn:example:server": frozenset({ip_address("192.0.2.7")})},
    macs={"02:00:00:00:00:09": "same"},
    governed=frozenset({"same"}),
)


def bound(
    from_device: Iterable[dict[str, Any]] = (), to_device: Iterable[dict[str, Any]] = (), kind: str = "ipv4-acl-type"
) -> Bound:
    profile = parse(encoded(document(list(from_device), list(to_device), acl_type=kind)))
    assert not profile.problems
    return bind(profile.rules, HERE)


def lines(found: Bound) -> set[str]:
    return {f"{one.scope} {one.destination}" for one in found.allowed}


def towards(name: str = "cloud.example.com") -> dict[str, str]:
    return {"ietf-acldns:dst-dnsname": name}


def port(number: int) -> dict[str, int]:
    return {"port": number}


def test_a_service_with_a_name_is_a_line_and_its_answers_pass() -> None:
    found = bound(
        [ace("cl0-frdev", ipv4=towards(), tcp={"destination-port": port(443)})],
        [ace("cl0-todev", ipv4={"ietf-acldns:src-dnsname": "cloud.example.com"}, tcp={"source-port": port(443)})],
    )
    assert lines(found) == {"internet cloud.example.com tcp/443"}
    assert [one.source for one in found.allowed] == ["cl0-frdev"]
    assert not found.problems


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        ({"mud": {"same-manufacturer": [None]}, "udp": {"destination-port": port(9)}}, {"peers asset:same udp/9"}),
        ({"mud": {"manufacturer": "other.example.org"}, "udp": {"destination-port": port(9)}},
         {"lan asset:other udp/9"}),
        ({"mud": {"model": "https://other.example.org/bulb"}, "tcp": {"destination-port": port(9)}},
         {"lan asset:other tcp/9"}),
        ({"mud": {"controller": "urn:example:server"}, "tcp": {"destination-port": port(9)}},
         {"internet 192.0.2.7 tcp/9", "lan 192.0.2.7 tcp/9", "peers 192.0.2.7 tcp/9"}),
        ({"mud": {"my-controller": [None]}, "tcp": {"destination-port": port(9)}}, set()),
        ({"mud": {"controller": "urn:ietf:params:mud:dns"}, "udp": {"destination-port": port(53)}}, set()),
        ({"eth": {"destination-mac-address": "02:00:00:00:00:09"}, "ipv4": {}, "tcp": {"destination-port": port(9)}},
         {"peers asset:same tcp/9"}),
        ({"ipv4": {"destination-ipv4-network": "10.0.0.8/32"}, "udp": {"destination-port": port(9)}},
         {"lan 10.0.0.8 udp/9", "peers 10.0.0.8 udp/9"}),
        ({"ipv4": {"destination-ipv4-network": "8.8.8.0/24"}, "udp": {"destination-port": port(9)}},
         {"internet 8.8.8.0/24 udp/9"}),
        ({"ipv4": {"destination-ipv4-network": "239.255.255.250/32"}, "udp": {"destination-port": port(1900)}},
         {"lan 239.255.255.250 udp/1900", "peers 239.255.255.250 udp/1900"}),
        ({"mud": {"local-networks": [None]}, "ipv4": {"destination-ipv4-network": "10.0.0.8/32"},
          "udp": {"destination-port": port(9)}}, {"lan 10.0.0.8 udp/9", "peers 10.0.0.8 udp/9"}),
        ({"ipv4": towards(), "udp": {}}, {"internet cloud.example.com udp/1-65535"}),
        ({"ipv4": towards(), "udp": {"destination-port": {"lower-port": 0, "upper-port": 9}}},
         {"internet cloud.example.com udp/1-9"}),
    ],
)  # fmt: skip
def test_what_a_remote_is_here(matches: dict[str, Any], expected: set[str]) -> None:
    found = bound([ace("one", **matches)], kind="mixed-eth-ipv4-acl-type" if "eth" in matches else "ipv4-acl-type")
    assert lines(found) == expected
    assert not found.problems


@pytest.mark.parametrize(
    ("from_device", "to_device", "reason"),
    [
        ({"ipv4": {**towards(), "protocol": 47}}, None, "protocol 47"),
        ({"ipv4": towards()}, None, "all protocols"),
        ({"ipv4": towards(), "icmp": {"type": 8}}, None, "ICMP"),
        ({"ipv4": towards(), "udp": {"source-port": port(9)}}, None, "from which the device"),
        ({"mud": {"controller": "urn:nobody"}, "udp": {"destination-port": port(9)}}, None, "stands for nobody"),
        ({"mud": {"same-manufacturer": [None]}, "ipv4": towards(), "udp": {"destination-port": port(9)}}, None, "two"),
        ({"ipv4": {**towards(), "source-ipv4-network": "10.0.0.5/32"}, "udp": {}}, None, "address of the device's own"),
        (None, {"mud": {"local-networks": [None]}, "tcp": {"source-port": port(80)}}, "from which others open"),
        (None, {"mud": {"local-networks": [None]}}, "without ports"),
        (None, {"ipv4": {"ietf-acldns:src-dnsname": "cloud.example.com"}, "tcp": {"destination-port": port(80)}},
         "from the internet"),
        ({"eth": {"ethertype": "0x88cc"}}, None, "dropped where devices share a bridge"),
    ],
)  # fmt: skip
def test_what_the_wall_cannot_hold_is_left_out_and_said(
    from_device: dict[str, Any] | None, to_device: dict[str, Any] | None, reason: str
) -> None:
    sides = [[ace("one", **one)] if one is not None else [] for one in (from_device, to_device)]
    found = bound(*sides, kind="ethernet-acl-type" if "eth" in (from_device or {}) else "ipv4-acl-type")
    assert not found.allowed
    (problem,) = found.problems
    assert reason in problem.reason
    assert "one" in problem.where


@pytest.mark.parametrize("kind", ["0x0806", "0x888e"])
def test_frames_that_always_pass_are_not_left_out(kind: str) -> None:
    """ARP and 802.1X."""
    found = bound([ace("one", eth={"ethertype": kind})], [ace("two", eth={"ethertype": kind})], "ethernet-acl-type")
    assert found == Bound((), ())
    anything = bound([ace("one", eth={"destination-mac-address": "02:00:00:00:00:09"})], kind="ethernet-acl-type")
    assert any("ARP and 802.1X pass anyway" in problem.reason for problem in anything.problems)


def test_both_directions_of_everything_let_the_far_end_begin() -> None:
    same = {"mud": {"same-manufacturer": [None]}}
    assert lines(bound([ace("a", **same)], [ace("b", **same)])) == {"peers asset:same"}
    tcp = {**same, "tcp": {}}
    assert lines(bound([ace("a", **tcp)], [ace("b", **tcp)])) == {"peers asset:same tcp"}
    icmp = {**same, "icmp": {}}
    assert lines(bound([ace("a", **icmp)], [ace("b", **icmp)])) == {"peers asset:same icmp"}
    opened = {**same, "tcp": {"ietf-mud:direction-initiated": "from-device"}}
    found = bound([ace("a", **opened)], [ace("b", **opened)])
    assert lines(found) == {"peers asset:same tcp/1-65535"}
    assert not found.problems


@pytest.mark.parametrize("initiated", [{}, {"ietf-mud:direction-initiated": "to-device"}])
def test_a_port_of_the_device_is_open_to_whom_it_names(initiated: dict[str, str]) -> None:
    same = {"mud": {"same-manufacturer": [None]}}
    ports = {"lower-port": 80, "upper-port": 88}
    served = bound(
        [ace("a", **same, tcp={"source-port": ports, **initiated})],
        [ace("b", **same, tcp={"destination-port": ports, **initiated})],
    )
    assert lines(served) == {"peers asset:same own:tcp/80-88"}
    assert [one.source for one in served.allowed] == ["b"]
    assert not served.problems
    anything = bound(to_device=[ace("b", **same, tcp={"ietf-mud:direction-initiated": "to-device"})])
    assert lines(anything) == {"peers asset:same own:tcp/1-65535"}


def test_what_may_come_from_anywhere_comes_from_the_home() -> None:
    found = bound(to_device=[ace("b", udp={"destination-port": port(5683)})], kind="eth-acl-type")
    assert lines(found) == {"lan own:udp/5683", "peers own:udp/5683"}
    assert {problem.reason for problem in found.problems} == {
        "left out: from the internet nobody opens connections to a device"
    }


def test_anywhere_of_both_versions_is_a_service_and_of_one_its_networks_without_the_hub() -> None:
    both = bound([ace("a", udp={"destination-port": port(123)})], kind="eth-acl-type")
    assert lines(both) == {f"{scope} udp/123" for scope in ("internet", "lan", "peers")}
    four = bound([ace("a", mud={"local-networks": [None]}, udp={"destination-port": port(5)})])
    places = [one.destination.places[0].network for one in four.allowed if one.scope is Scope.LAN]
    assert sum(network.num_addresses for network in places if network) == 255
    assert not any(address in network for network in places if network for address in HUB)
    assert {one.scope for one in four.allowed} == {Scope.LAN, Scope.PEERS}


def test_a_refused_network_is_cut_out_of_a_network_and_of_everywhere_only_on_paper() -> None:
    refused = ace("refused", "reject", ipv4={"destination-ipv4-network": "203.0.0.0/9"})
    wide = ace("wide", ipv4={"destination-ipv4-network": "203.0.0.0/8"}, tcp={"destination-port": port(443)})
    found = bound([refused, wide])
    assert (lines(found), found.problems) == ({"internet 203.128.0.0/9 tcp/443"}, ())
    found = bound([refused, ace("all", tcp={"destination-port": port(443)}), wide])
    assert lines(found) == {"internet 203.128.0.0/9 tcp/443"}
    assert ["everywhere but" in problem.reason for problem in found.problems] == [True]


def test_a_refused_network_takes_the_name_servers_away_only_if_they_are_in_it() -> None:
    away = replace(HERE, controllers={"urn:ietf:params:mud:dns": frozenset({ip_address("192.0.2.53")})})
    for network, lasting in (("203.0.0.0/9", {"internet 192.0.2.53 udp/53"}), ("192.0.2.0/24", set())):
        refused = ace("refused", "reject", ipv4={"destination-ipv4-network": network})
        profile = parse(encoded(document([refused], [])))
        assert lines(bind(profile.rules, away)) == lasting


def holds(allowed: Allowed, flow: Flow) -> bool:
    """Whether a line lets this conversation be opened, read without the policy's own code."""
    service, address = allowed.destination.service, flow.remote
    inbound = flow.direction is Direction.TO_DEVICE
    port = flow.local_port if inbound else flow.remote_port
    if service is not None and not (
        {Protocol.TCP: 6, Protocol.UDP: 17}.get(service.protocol) == flow.protocol
        and port is not None
        and (service.own is inbound or (service.first, service.last) == (0, 65535))
        and service.first <= port <= service.last
    ):
        return False
    for place in allowed.destination.places:
        if place.kind is PlaceKind.NETWORK:
            if address not in ip_network(place.value):
                return False
        elif str(address) not in {PlaceKind.NAME: NAMES, PlaceKind.ASSET: ASSETS}[place.kind].get(place.value, ()):
            return False
    outside = address in ip_network("192.0.2.0/24") or address in ip_network("2001:db8::/32")
    return outside is (allowed.scope is Scope.INTERNET)


EPHEMERAL = 8080
OPENED = [
    flow
    for flow in EVERY_FLOW
    if flow.protocol in {6, 17}
    and flow.initiated in {None, flow.direction}
    and flow.remote not in HUB
    and flow.remote_mac == "02:00:00:00:00:09"
    and flow.local_mac == "02:00:00:00:00:05"
    and (flow.remote_port if flow.direction is Direction.TO_DEVICE else flow.local_port) == EPHEMERAL
    and (flow.local_port if flow.direction is Direction.TO_DEVICE else flow.remote_port)
]


@settings(max_examples=60)
@given(documents(), st.data())
def test_nothing_is_allowed_that_was_not_asked_for(value: dict[str, Any], data: st.DataObject) -> None:
    rules = parse(encoded(value)).rules
    found = bind(rules, HERE)
    flow = data.draw(st.sampled_from(OPENED))
    for one in found.allowed:
        if one.source.startswith("default ") or not holds(one, flow):
            continue
        # A name, and what carries one, stands for its addresses of both versions of IP.
        kinds = {place.kind for place in one.destination.places}
        twins = [flow]
        if kinds & {PlaceKind.NAME, PlaceKind.ASSET}:
            same = (flow.direction, flow.protocol, flow.remote_port, flow.local_port)
            twins = [
                other
                for other in OPENED
                if (other.direction, other.protocol, other.remote_port, other.local_port) == same
            ]
        assert any(accepts(rules, twin, HOME) for twin in twins), one
    assert len(GROUPS) == 5, "what the home stands for here is what the oracle knows"
