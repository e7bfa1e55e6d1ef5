"""Entries one by one: what each match becomes, and which are refused."""

from ipaddress import ip_network
from typing import Any

import pytest

from custom_components.secure_hub.engine.manifests.matches import compile_matches, decision_of, families_of
from custom_components.secure_hub.engine.manifests.model import (
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    MacAddress,
    MudError,
    Rule,
)

_V4, _V6, _ETH = Family.IPV4, Family.IPV6, Family.ETHERNET
_FROM, _TO = Direction
_LOCAL = Group(GroupKind.LOCAL_NETWORKS)


def compiled(matches: Any, direction: Direction = _FROM, acl_type: str | None = "ipv4-acl-type") -> tuple[Rule, ...]:
    return compile_matches(matches, direction, families_of(acl_type), is_draft=False)


@pytest.mark.parametrize(
    ("acl_type", "matches", "expected"),
    [
        ("ipv4-acl-type", {}, {_V4}),
        ("ietf-access-control-list:ipv6-acl-type", {}, {_V6}),
        ("eth-acl-type", {}, {_V4, _V6, _ETH}),
        ("ethernet-acl-type", {"eth": {"ethertype": "0x888e"}}, {_ETH}),
        ("eth-acl-type", {"eth": {"ethertype": 0x86DD}}, {_V6}),
        ("mixed-eth-ipv4-acl-type", {"ipv4": {}}, {_V4}),
        ("mixed-eth-ipv4-acl-type", {"udp": {}}, {_V4}),
        ("mixed-eth-ipv4-ipv6-acl-type", {"udp": {}}, {_V4, _V6}),
        (None, {"tcp": {}}, {_V4, _V6}),
        (None, {"ipv6": {}}, {_V6}),
        (None, {}, {_V4, _V6, _ETH}),
        ("ipv4-acl-type", {"eth": {"ethertype": "0x0800"}}, {_V4}),
    ],
)
def test_families(acl_type: str | None, matches: Any, expected: set[Family]) -> None:
    assert {rule.family for rule in compiled(matches, acl_type=acl_type)} == expected


def test_the_far_side_depends_on_the_direction() -> None:
    matches = {
        "eth": {"source-mac-address": "02:00:00:00:00:01", "destination-mac-address": "02:00:00:00:00:02"},
        "ipv4": {"source-ipv4-network": "10.0.0.1/32", "destination-ipv4-network": "192.0.2.0/24"},
        "tcp": {"source-port": {"port": 1}, "destination-port": {"port": 2}},
    }
    (outbound,) = compiled(matches)
    assert outbound.remote == (ip_network("192.0.2.0/24"), MacAddress("02:00:00:00:00:02"))
    assert outbound.local == (ip_network("10.0.0.1/32"), MacAddress("02:00:00:00:00:01"))
    assert (outbound.remote_ports, outbound.local_ports) == (((2, 2),), ((1, 1),))
    (inbound,) = compiled(matches, _TO)
    assert (inbound.remote, inbound.local) == (outbound.local, outbound.remote)
    assert (inbound.remote_ports, inbound.local_ports) == (outbound.local_ports, outbound.remote_ports)


@pytest.mark.parametrize(
    ("node", "group"),
    [
        ({"manufacturer": "Other.Example.org"}, Group(GroupKind.MANUFACTURER, "other.example.org")),
        ({"same-manufacturer": [None]}, Group(GroupKind.SAME_MANUFACTURER)),
        ({"model": "https://x.example/m"}, Group(GroupKind.MODEL, "https://x.example/m")),
        ({"local-networks": [None]}, _LOCAL),
        ({"controller": "urn:ietf:params:mud:dns"}, Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:dns")),
        ({"my-controller": [None]}, Group(GroupKind.MY_CONTROLLER)),
    ],
)
def test_abstractions(node: Any, group: Group) -> None:
    for direction in Direction:
        assert [rule.remote for rule in compiled({"ietf-mud:mud": node}, direction)] == [(group,)]


def test_all_conditions_on_the_other_end_hold_together() -> None:
    (rule,) = compiled(
        {
            "ipv4": {"ietf-acldns:dst-dnsname": "a.example", "destination-ipv4-network": "192.0.2.0/24"},
            "ietf-mud:mud": {"local-networks": [None], "same-manufacturer": [None]},
        }
    )
    same = Group(GroupKind.SAME_MANUFACTURER)
    assert set(rule.remote) == {DnsName("a.example"), ip_network("192.0.2.0/24"), _LOCAL, same}


@pytest.mark.parametrize(
    ("family", "network", "is_implied"),
    [
        ("ipv4", "255.255.255.255/32", True),
        ("ipv4", "224.0.0.251/32", True),
        ("ipv4", "169.254.0.0/16", True),
        ("ipv4", "10.0.0.0/8", False),
        ("ipv4", "192.0.0.0/2", False),
        ("ipv6", "ff00::/8", True),
        ("ipv6", "fe80::/64", True),
        ("ipv6", "fd00::/64", False),
    ],
)
def test_local_networks_go_without_saying_where_nothing_else_is_meant(
    family: str,
    network: str,
    is_implied: bool,  # noqa: FBT001  # a table's column
) -> None:
    matches = {"ietf-mud:mud": {"local-networks": [None]}, family: {f"destination-{family}-network": network}}
    (rule,) = compiled(matches, acl_type=f"{family}-acl-type")
    assert (_LOCAL not in rule.remote) is is_implied
    assert ip_network(network) in rule.remote


def test_a_broadcast_frame_goes_without_saying_for_the_broadcast_address_only() -> None:
    eth = {"destination-mac-address": "ff:ff:ff:ff:ff:ff"}
    (rule,) = compiled({"eth": eth, "ipv4": {"destination-ipv4-network": "255.255.255.255/32"}})
    assert rule.remote == (ip_network("255.255.255.255/32"),)
    (rule,) = compiled({"eth": eth, "ipv4": {"destination-ipv4-network": "10.0.0.255/32"}})
    assert rule.remote == (ip_network("10.0.0.255/32"), MacAddress("ff:ff:ff:ff:ff:ff"))


def test_icmp_is_that_of_the_family() -> None:
    rules = compiled({"icmp": {"type": 8, "code": 0}}, acl_type=None)
    assert {(rule.family, rule.protocol, rule.icmp_type, rule.icmp_code) for rule in rules} == {
        (_V4, 1, 8, 0),
        (_V6, 58, 8, 0),
    }


@pytest.mark.parametrize(
    ("matches", "direction", "acl_type", "reason"),
    [
        ({"ipv4": {}, "ipv6": {}}, _FROM, None, "ipv4 and ipv6 exclude each other"),
        ({"tcp": {}, "udp": {}}, _FROM, None, "tcp and udp exclude each other"),
        ({"ipv6": {}}, _FROM, "ipv4-acl-type", "contradicts the type of the list"),
        ({"eth": {"ethertype": "0x86dd"}}, _FROM, "ipv4-acl-type", "contradicts"),
        ({"eth": {"ethertype": "0x0806"}, "udp": {}}, _FROM, None, "contradicts"),
        ({"ipv4": {"protocol": 17}, "tcp": {}}, _FROM, "ipv4-acl-type", "contradicts protocol 17"),
        ({"ipv4": {"protocol": 58}, "icmp": {}}, _FROM, "ipv4-acl-type", "contradicts protocol 58"),
        ({"ipv6": {"protocol": 1}, "icmp": {}}, _FROM, "ipv6-acl-type", "contradicts protocol 1"),
        ({"ipv4": {"ietf-acldns:src-dnsname": "a.example"}}, _FROM, None, "names the device itself"),
        ({"ipv4": {"ietf-acldns:dst-dnsname": "a.example"}}, _TO, None, "names the device itself"),
        (
            {"ipv4": {"ietf-acldns:dst-dnsname": "192.0.2.1", "destination-ipv4-network": "10.0.0.0/8"}},
            _FROM,
            None,
            "contradicts another address",
        ),
        ({"ipv4": {"dst-dnsname": "a.example"}}, _FROM, None, '"dst-dnsname" is not understood'),
        ({"ipv4": {"destination-ipv6-network": "::/0"}}, _FROM, None, "is not understood"),
        ({"ipv4": {"dscp": 46}}, _FROM, None, '"dscp" is not understood'),
        ({"ipv4": {"protocol": 256}}, _FROM, None, "integer from 0 to 255"),
        ({"tcp": {"flags": "syn"}}, _FROM, None, '"flags" is not understood'),
        ({"tcp": {"ietf-mud:direction-initiated": "both"}}, _FROM, None, "from-device or to-device"),
        ({"udp": {"ietf-mud:direction-initiated": "from-device"}}, _FROM, None, "is not understood"),
        ({"icmp": {"rest-of-header": "AA=="}}, _FROM, None, "is not understood"),
        ({"icmp": {"type": 256}}, _FROM, None, "integer from 0 to 255"),
        ({"eth": {"destination-mac-address-mask": "ff:ff:ff:ff:ff:ff"}}, _FROM, None, "mask of a single address"),
        (
            {"eth": {"source-mac-address": "02:00:00:00:00:01", "source-mac-address-mask": "ff:ff:ff:00:00:00"}},
            _FROM,
            None,
            "mask of a single address",
        ),
        ({"ietf-mud:mud": {"my-controller": None}}, _FROM, None, r"must be \[null\]"),
        ({"ietf-mud:mud": {"neighbourhood": [None]}}, _FROM, None, "is not understood"),
        ({"ietf-mud:mud": {"controller": "dns"}}, _FROM, None, "absolute URI"),
        ({"egress-interface": "eth0"}, _FROM, None, '"egress-interface" is not understood'),
        ({"ipv4-acl": {}}, _FROM, None, '"ipv4-acl" is not understood'),
        ([], _FROM, None, "must be an object"),
        ({"tcp": []}, _FROM, None, "must be an object"),
        ({}, _FROM, "token-ring-acl-type", "no type of access list"),
    ],
)
def test_refused(matches: Any, direction: Direction, acl_type: str | None, reason: str) -> None:
    with pytest.raises(MudError, match=reason):
        compiled(matches, direction, acl_type)


def test_other_actions_are_ignored() -> None:
    assert decision_of({"forwarding": "accept", "logging": "log-syslog"}) == "accept"
