"""Named lists of networks."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy import lists
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.lists import ListError, NetworkList, enriched, named_lists, read_list
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope

from .test_evaluation import MINE, permissions_of, rule

NL = NetworkList(map(ip_network, ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.7", "2001:db8::/32"]))


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("192.0.1.255", False),
        ("198.51.100.7", True),
        ("::ffff:198.51.100.7", True),
        ("2001:db8:ffff::1", True),
        ("2001:db9::1", False),
        ("::c000:200", False),
    ],
)
def test_membership(address: str, inside: bool) -> None:  # noqa: FBT001 - a column
    assert (ip_address(address) in NL) is inside


def test_neighbouring_networks_are_one() -> None:
    assert NL.networks[0] == ip_network("192.0.2.0/24")
    assert NL.covers(ip_network("192.0.2.0/24"))
    assert not NL.covers(ip_network("192.0.2.0/23"))
    assert not NL.covers(ip_network("0.0.0.0/0"))


@given(
    st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32)), max_size=8),
    st.integers(0, 255),
)
def test_membership_is_that_of_some_network(parts: list[tuple[int, int]], last: int) -> None:
    networks = [IPv4Network((f"10.0.0.{part}", size), strict=False) for part, size in parts]
    address = IPv4Address(f"10.0.0.{last}")
    assert (address in NetworkList(networks)) is any(address in network for network in networks)


def test_a_destination_learns_its_lists() -> None:
    named = {"nl": NL, "none": NetworkList([])}
    assert enriched(parse("192.0.2.1 tcp/443"), named) == parse("192.0.2.1").meet(parse("set:nl")).meet(
        parse("tcp/443")
    )
    assert enriched(parse("192.0.0.0/16"), named) == parse("192.0.0.0/16")
    assert enriched(parse("example.com"), named) == parse("example.com")


def test_a_list_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_NETWORKS", 2)
    with pytest.raises(PolicyError) as error:
        NetworkList([ip_network("192.0.2.0/24")] * 3)
    assert error.value.key is Refusal.LIST_TOO_LONG


def test_a_list_is_read_line_by_line() -> None:
    text = "# a provider\n192.0.2.0/25\r\n 192.0.2.128/25 # the other half\n\n198.51.100.7\n2001:db8::/32\n"
    assert read_list(text).networks == NL.networks
    assert read_list("# nothing\n").networks == ()


@pytest.mark.parametrize("wrong", ["192.0.2.1/24", "example.com", "192.0.2.0/33", "1", "::ffff:192.0.2.0/120", "a b"])
def test_a_line_that_is_no_network_refuses_all(wrong: str) -> None:
    with pytest.raises(ListError) as error:
        read_list(f"192.0.2.0/24\n# so far\n{wrong}\n192.0.3.0/24\n")
    assert error.value.line == 3
    assert str(error.value)


@given(st.text(alphabet="0123456789./:#abcdef \n", max_size=60))
def test_whatever_is_read_is_networks_or_refused(text: str) -> None:
    lines = len(text.splitlines())
    with suppress(ListError):
        assert len(read_list(text).networks) <= lines


def test_the_lists_that_are_named() -> None:
    permissions = permissions_of([rule("1", Decision.DENY, MINE, "set:ads tcp/443"), rule("2", Decision.DENY)])
    permissions = permissions.with_allow_list("a", (Allowed(Scope.INTERNET, parse("set:nl")),))
    permissions = permissions.with_grant(Grant("g", "a", Scope.INTERNET, 1.0, parse("set:de")))
    assert named_lists(permissions) == {"ads", "nl", "de"}
    assert named_lists(Permissions()) == frozenset()
