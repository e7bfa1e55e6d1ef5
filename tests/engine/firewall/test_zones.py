"""Zones say of every address in which lists it is, each address once."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firewall import zones as zoning
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES, Zones, zones
from custom_components.secure_hub.engine.policy.lists import NetworkList

SMALL = st.builds(lambda at, size: ip_network((at << size & 0xFF, 32 - size)), st.integers(0, 255), st.integers(0, 8))
HIGH = st.builds(lambda at: IPv4Network((0xFFFFFF00 + at, 32)), st.integers(0, 255))
WIDE = st.builds(lambda at: IPv6Network((at << 64, 64)), st.integers(0, 7))
NETWORKS = SMALL | HIGH | WIDE
LISTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(NETWORKS, max_size=6).map(NetworkList))


def bits_at(held: Zones, version: int, address: int) -> int:
    found = [one.lists for one in held.ranges if one.version == version and one.first <= address <= one.last]
    assert len(found) <= 1
    return found[0] if found else 0


@given(LISTS)
def test_every_address_is_in_one_zone(lists: dict[str, NetworkList]) -> None:
    held = zones(lists)
    assert held.bits.keys() == lists.keys()
    assert set(held.numbers) == {one.lists for one in held.ranges}
    assert sorted(held.numbers.values()) == list(range(1, len(held.numbers) + 1))
    addresses = [*map(IPv4Address, (*range(256), *range(0xFFFFFF00, 1 << 32)))]
    addresses += map(IPv6Address, range(0, 8 << 64, 1 << 62))
    for address in addresses:
        wanted = sum(held.bits[name] for name, members in lists.items() if address in members)
        assert bits_at(held, address.version, int(address)) == wanted
    for one, other in pairwise(held.ranges):
        assert (one.version, one.last) < (other.version, other.first)
        assert one.lists != other.lists or (one.version, one.last + 1) != (other.version, other.first)


@given(LISTS, st.integers(0, 255), st.integers(0, 255), st.integers(0, 7))
def test_cutting(lists: dict[str, NetworkList], one: int, other: int, bits: int) -> None:
    """Parts follow each other from end to end, and all of a part is in the same lists."""
    held, (first, last) = zones(lists), sorted((one, other))
    parts = list(held.cut(4, first, last, bits))
    assert (parts[0][0], parts[-1][1]) == (first, last)
    assert all(before[1] + 1 == after[0] for before, after in pairwise(parts))
    for start, end, known in parts:
        assert {bits_at(held, 4, address) & bits for address in range(start, end + 1)} == {known}


def test_the_same_lists_are_the_same_zones() -> None:
    members = NetworkList([ip_network("192.0.2.0/24")])
    assert zones({"a": members}) is zones({"a": members})
    assert zones({"a": members}) is not zones({"a": NetworkList(members.networks)})
    assert zones({}) is NO_ZONES


def test_too_much_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {name: NetworkList([ip_network((at << 9, 24)) for at in range(3)]) for name in ("c", "b", "a")}
    monkeypatch.setattr(zoning, "MAX_RANGES", 7)
    held = zones(lists)
    assert (held.bits.keys(), held.refused) == ({"a", "b"}, {"c"})
