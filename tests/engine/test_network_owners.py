"""Whose networks are: a table says the same as looking through all of its lines."""

from ipaddress import IPv4Address, ip_address, ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine import network_owners
from custom_components.secure_hub.engine.network_owners import Owner, OwnerTable, TableError, owner_of

LINES = (
    "192.0.2.0\t192.0.2.127\t64500\tDE\tEXAMPLE-A",
    "192.0.2.128\t192.0.2.255\t0\tNone\tNot routed",
    "198.51.100.0\t198.51.100.255\t64501\tNone\tEXAMPLE-B",
    "2001:db8::\t2001:db8:0:ffff:ffff:ffff:ffff:ffff\t64500\tDE\tEXAMPLE-A",
)
A, B = Owner(64500, "DE", "EXAMPLE-A"), Owner(64501, "", "EXAMPLE-B")


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("192.0.2.0", A),
        ("192.0.2.127", A),
        ("::ffff:192.0.2.7", A),
        ("192.0.2.128", None),
        ("192.0.1.255", None),
        ("198.51.100.255", B),
        ("198.51.101.0", None),
        ("2001:db8::1", A),
        ("2001:db8:1::", None),
        ("fe80::1", None),
    ],
)
def test_owner(address: str, owner: Owner | None) -> None:
    table = OwnerTable(LINES)
    assert len(table) == 3
    assert table.owner(ip_address(address)) == owner
    other = OwnerTable(["0.0.0.0\t255.255.255.255\t1\tUS\tALL"])
    assert owner_of((table, other), ip_address("192.0.2.1")) == A
    assert (owner_of((), ip_address("192.0.2.1")), str(A), str(B)) == (None, "EXAMPLE-A, DE", "EXAMPLE-B")


def test_addresses_as_numbers() -> None:
    table = OwnerTable([f"{int(IPv4Address('192.0.2.0'))}\t{int(IPv4Address('192.0.2.9'))}\t1\tDE\tA\r\n"])
    assert table.owner(ip_address("192.0.2.9")) == Owner(1, "DE", "A")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "192.0.2.0\t192.0.2.1\t1\tDE",
        "192.0.2.0\t192.0.2.1\tone\tDE\tA",
        "192.0.2.1\t192.0.2.0\t1\tDE\tA",
        "192.0.2.0\tnowhere\t1\tDE\tA",
        "2001:db8::\t192.0.2.0\t1\tDE\tA",
        "99999999999\t99999999999\t1\tDE\tA",
        "198.51.100.9\t198.51.100.9\t1\tDE\tA",
        "10.0.0.0\t10.0.0.9\t1\tDE\tA",
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(line: str) -> None:
    with pytest.raises(TableError, match="line 5"):
        OwnerTable((*LINES, line))


def test_tables_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_owners, "MAX_RANGES", 3)
    with pytest.raises(TableError, match="more than 3 lines"):
        OwnerTable(LINES)


@given(st.sets(st.integers(0, 2**32 - 1), min_size=2, max_size=40), st.data())
def test_as_a_search_through_all(edges: set[int], data: st.DataObject) -> None:
    ordered = sorted(edges)
    ranges = list(zip(ordered[::2], ordered[1::2], strict=False))
    v6 = data.draw(st.booleans())
    base = int(ip_network("2001:db8::/32").network_address) >> 64

    def address(value: int, *, last: bool = False) -> str:
        return str(ip_address((base + value << 64) + (2**64 - 1 if last else 0)) if v6 else IPv4Address(value))

    lines = [f"{address(a)}\t{address(b, last=True)}\t{n + 1}\tDE\tN{n}" for n, (a, b) in enumerate(ranges)]
    value = data.draw(st.sampled_from(ordered) | st.integers(0, 2**32 - 1))
    expected = next((f"N{n}" for n, (a, b) in enumerate(ranges) if a <= value <= b), None)
    found = OwnerTable(lines).owner(ip_address(address(value)))
    assert (found and found.name) == expected
