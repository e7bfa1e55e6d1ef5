"""Leaf values."""

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from custom_components.secure_hub.engine.manifests import leaves
from custom_components.secure_hub.engine.manifests.model import DnsName, Family, MacAddress, MudError

_V4, _V6 = Family.IPV4, Family.IPV6


@pytest.mark.parametrize(
    ("value", "family", "expected"),
    [
        ("192.0.2.0/24", _V4, "192.0.2.0/24"),
        ("192.0.2.77/24", _V4, "192.0.2.0/24"),
        ("0.0.0.0/0", _V4, "0.0.0.0/0"),
        ("2001:DB8::1/64", _V6, "2001:db8::/64"),
        ("192.0.2.1", _V4, None),
        ("192.0.2.0/255.255.255.0", _V4, None),
        ("192.0.2.0/33", _V4, None),
        ("192.0.2.0/ 4", _V4, None),
        ("192.0.2.0/٤", _V4, None),
        ("fe80::1%eth0/64", _V6, None),
        ("192.0.2.0/24", _V6, None),
        ("2001:db8::/32", _V4, None),
        ("", _V4, None),
        (3221225985, _V4, None),
    ],
)
def test_network(value: Any, family: Family, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(MudError):
            leaves.network(value, "x", family)
    else:
        assert leaves.network(value, "x", family) == ip_network(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Cloud.Example.COM.", DnsName("cloud.example.com")),
        ("_matter._tcp.example", DnsName("_matter._tcp.example")),
        ("xn--bcher-kva.example", DnsName("xn--bcher-kva.example")),
        ("localhost", DnsName("localhost")),
        ("192.0.2.7", ip_network("192.0.2.7/32")),
        ("2001:db8::7", None),
        ("*.example.com", None),
        ("bücher.example", None),
        ("a..b", None),
        ("-a.example", None),
        ("1.2.3.999", None),
        ("a" * 64 + ".example", None),
        (".".join(["abcdefghi"] * 26), None),
        ("a b", None),
        ("a\n", None),
        (".", None),
        (None, None),
    ],
)
def test_host(value: Any, expected: Any) -> None:
    if expected is None:
        with pytest.raises(MudError):
            leaves.host(value, "x", _V4)
    else:
        assert leaves.host(value, "x", _V4) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.com/lamp", True),
        ("HTTPS://example.com:8443/lamp?v=1", True),
        ("http://example.com/lamp", False),
        ("https:///lamp", False),
        ("https://user:secret@example.com/lamp", False),
        ("https://example.com:99999/", False),
        ("https://[::1/", False),
        ("https://example.com/a b", False),
        ("https://example.com/\x1b[2J", False),
        ("file://lamp", False),
        ("https://" + "a" * 3000, False),
        (None, False),
    ],
)
def test_https_url(value: Any, expected: bool) -> None:  # noqa: FBT001  # a table's column
    if expected:
        assert leaves.https_url(value, "x") == value
    else:
        with pytest.raises(MudError):
            leaves.https_url(value, "x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T22:00:00Z", datetime(2026, 11, 21, 22, tzinfo=UTC)),
        ("2018-10-01T01:54:51.143+10:00", datetime(2018, 9, 30, 15, 54, 51, 143000, tzinfo=UTC)),
        ("2026-11-21T22:00:00", None),
        ("2026-11-21", None),
        ("2026-02-30T00:00:00Z", None),
        ("2026-11-21T22:00:00+99:99", None),
        (20261121, None),
    ],
)
def test_date_and_time(value: Any, expected: datetime | None) -> None:
    if expected is None:
        with pytest.raises(MudError):
            leaves.date_and_time(value, "x")
    else:
        assert leaves.date_and_time(value, "x") == expected


@pytest.mark.parametrize(
    ("node", "draft", "expected"),
    [
        ({"operator": "eq", "port": 443}, False, ((443, 443),)),
        ({"port": 443}, False, ((443, 443),)),
        ({"operator": "neq", "port": 443}, False, ((0, 442), (444, 65535))),
        ({"operator": "neq", "port": 0}, False, ((1, 65535),)),
        ({"operator": "neq", "port": 65535}, False, ((0, 65534),)),
        ({"operator": "lt", "port": 100}, False, ((0, 99),)),
        ({"operator": "gt", "lower-port": 100}, True, ((101, 65535),)),
        ({"operator": "lt", "port": 0}, False, None),
        ({"operator": "gt", "port": 65535}, False, None),
        ({"operator": "lte", "port": 1023}, False, ((0, 1023),)),
        ({"operator": "gte", "port": 1024}, False, ((1024, 65535),)),
        ({"lower-port": 10, "upper-port": 20}, False, ((10, 20),)),
        ({"operator": "eq", "lower-port": 30000, "upper-port": 49000}, False, ((30000, 49000),)),
        ({"operator": "range", "lower-port": 1023, "upper-port": 65535}, False, ((1023, 65535),)),
        ({"lower-port": 10}, True, ((10, 10),)),
        ({"operator": "gte", "lower-port": 10}, True, ((10, 65535),)),
        ({"lower-port": 10}, False, None),
        ({"upper-port": 10}, True, None),
        ({"operator": "gte", "lower-port": 10, "upper-port": 20}, False, None),
        ({"operator": "range", "port": 10}, False, None),
        ({"port": 1, "lower-port": 1, "upper-port": 2}, False, None),
        ({"lower-port": 20, "upper-port": 10}, False, None),
        ({"port": 65536}, False, None),
        ({"port": -1}, False, None),
        ({"port": True}, False, None),
        ({"port": 80.0}, False, None),
        ({"port": "80"}, False, None),
        ({}, False, None),
        (443, False, None),
        ({"port": 443, "mask": 1}, False, None),
    ],
)
def test_ports(node: Any, draft: bool, expected: Any) -> None:  # noqa: FBT001  # a table's column
    if expected is None:
        with pytest.raises(MudError):
            leaves.ports(node, "x", draft=draft)
    else:
        assert leaves.ports(node, "x", draft=draft) == expected


def test_small_ones() -> None:
    assert leaves.mac_address("AA:BB:CC:DD:EE:FF", "x") == MacAddress("aa:bb:cc:dd:ee:ff")
    assert leaves.ethertype("0x888E", "x") == leaves.ethertype(0x888E, "x")
    assert leaves.ethertype("arp", "x") == 0x0806
    assert leaves.ethertype("eap", "x") == 0x888E
    assert leaves.identity("ietf-access-control-list:accept", "x", "ietf-access-control-list") == "accept"
    leaves.empty([None], "x")


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (leaves.mac_address, "aa-bb-cc-dd-ee-ff"),
        (leaves.ethertype, "0x10000"),
        (leaves.ethertype, 0x10000),
        (leaves.ethertype, "token-ring"),
        (leaves.empty, None),
        (leaves.empty, []),
        (leaves.empty, [[None]]),
        (leaves.boolean, 1),
        (leaves.container, []),
        (leaves.uri, "lamp"),
    ],
)
def test_refused(function: Any, value: Any) -> None:
    with pytest.raises(MudError, match=r"^x: "):
        function(value, "x")


def test_quoted_is_safe_to_print() -> None:
    assert leaves.quoted("a\x1b[2J\u202e") == '"a\\u001b[2J\\u202e"'
    assert len(leaves.quoted("x" * 5000)) == 82
