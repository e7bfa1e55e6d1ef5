"""From a packet that was held off to what is asked: by the names that the device was told, and only under `ask`."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.service import Protocol
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table
from custom_components.secure_hub.engine.requests.model import Ask, Kind, Want
from custom_components.secure_hub.engine.requests.reach import (
    ADDRESSES,
    MAX_NAMES,
    SERVICES,
    Reach,
    reach_ask,
    service_name,
)

CAMERA, PLUG = "c" * 32, "d" * 32
SITE = ip_address("203.0.113.10")
TCP, UDP, ICMP, GRE = 6, 17, 1, 47
REACH = Reach("02:ca:4e:a0:00:01", Scope.INTERNET, SITE, TCP, 443)
ASKING = Table(tuple((scope, ScopeTable(Decision.ASK)) for scope in Scope))


def asked(reach: Reach, table: Table = ASKING, names: dict[str, set[str]] | None = None) -> Ask | None:
    told = {name: frozenset(map(ip_address, found)) for name, found in (names or {}).items()}
    return reach_ask(CAMERA, reach, table, told, {ip_address("10.66.1.54"): PLUG}.get)


def wants(ask: Ask | None) -> list[str]:
    assert ask
    assert (ask.asset_id, ask.kind) == (CAMERA, Kind.DESTINATION)
    for want in ask.wants:
        assert parse(want.destination).text == want.destination, "what is asked for can be said in a rule"
    return [f"{want.scope} {want.destination}" for want in ask.wants]


def test_a_name_is_asked_for_by_its_name() -> None:
    ask = asked(REACH, names={"cloud.camera.example": {str(SITE)}, "other.example": {"203.0.113.99"}})
    assert wants(ask) == ["internet cloud.camera.example tcp/443"]
    assert ask
    assert ask.family == "internet camera.example"


def test_all_names_of_an_address_are_asked_for() -> None:
    """Of several names of one address the strictest counts."""
    names = {name: {str(SITE)} for name in ("b.example", "a.example")}
    assert wants(asked(REACH, names=names)) == ["internet a.example tcp/443", "internet b.example tcp/443"]
    many = {f"n{number}.example": {str(SITE)} for number in range(MAX_NAMES + 1)}
    assert wants(asked(REACH, names=many)) == ["internet 203.0.113.10 tcp/443"]


@pytest.mark.parametrize(
    ("reach", "wanted", "family"),
    [
        (REACH, "internet 203.0.113.10 tcp/443", ADDRESSES),
        (replace(REACH, protocol=UDP, port=123), "internet 203.0.113.10 udp/123", ADDRESSES),
        (replace(REACH, protocol=ICMP, port=None), "internet 203.0.113.10 icmp", ADDRESSES),
        (replace(REACH, protocol=ICMP, port=8), "internet 203.0.113.10 icmp", ADDRESSES),
        (replace(REACH, protocol=GRE, port=None), "internet 203.0.113.10", ADDRESSES),
        (replace(REACH, address=ip_address("2001:db8::1")), "internet 2001:db8::1 tcp/443", ADDRESSES),
        (replace(REACH, address=ip_address("::ffff:203.0.113.10")), "internet 203.0.113.10 tcp/443", ADDRESSES),
        (replace(REACH, scope=Scope.PEERS, address=ip_address("10.66.1.54")), f"peers asset:{PLUG} tcp/443", PLUG),
        (replace(REACH, scope=Scope.LAN, address=ip_address("10.66.2.10")), "lan 10.66.2.10 tcp/443", ADDRESSES),
        (replace(REACH, scope=Scope.HUB, address=ip_address("10.66.1.1"), port=8123), "hub tcp/8123", "hub"),
        (replace(REACH, scope=Scope.HUB, protocol=GRE, port=None), "hub any", "hub"),
    ],
)
def test_what_is_asked_for(reach: Reach, wanted: str, family: str) -> None:
    ask = asked(reach)
    assert wants(ask) == [wanted]
    assert ask
    assert ask.family == f"{reach.scope} {family}"


@pytest.mark.parametrize(
    "reach",
    [
        replace(REACH, address=ip_address("224.0.0.251")),
        replace(REACH, address=ip_address("ff02::fb")),
        replace(REACH, address=ip_address("255.255.255.255")),
        replace(REACH, address=ip_address("::")),
        replace(REACH, port=70_000),
    ],
)
def test_what_leads_nowhere_is_not_asked(reach: Reach) -> None:
    assert asked(reach) is None


def test_only_what_is_under_ask_is_asked() -> None:
    denied = ScopeTable(Decision.ASK, (Entry(parse("203.0.113.10 tcp/443"), Decision.DENY),))
    assert asked(REACH, Table(((Scope.INTERNET, denied),))) is None
    assert asked(replace(REACH, port=80), Table(((Scope.INTERNET, denied),))) is not None
    for decision in (Decision.ALLOW, Decision.DENY):
        assert asked(REACH, Table(((Scope.INTERNET, ScopeTable(decision)),))) is None
    assert asked(REACH, Table(())) is None


def test_services_have_names() -> None:
    assert service_name(parse("cloud.camera.example tcp/443")) == "HTTPS"
    assert service_name(parse("udp/123")) == "NTP"
    for nameless in ("any", "tcp", "tcp/1-2", "tcp/4", "192.0.2.1"):
        assert service_name(parse(nameless)) is None
    assert all(protocol in Protocol for protocol, _ in SERVICES)


@given(
    st.builds(
        Reach,
        st.just("02:00:00:00:00:01"),
        st.sampled_from(Scope),
        st.ip_addresses(),
        st.integers(0, 255),
        st.none() | st.integers(0, 65535),
    ),
    st.lists(st.text("ab.-", min_size=1, max_size=12), max_size=6),
)
def test_whatever_a_device_sends_what_is_asked_covers_it(reach: Reach, names: list[str]) -> None:
    ask = asked(reach, names={name: {str(reach.address)} for name in names})
    if ask is not None:
        assert all(isinstance(want, Want) and parse(want.destination) for want in ask.wants)
        assert ask.wants
