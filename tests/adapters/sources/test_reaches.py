"""Packets that were held off, as the firewall copies them: what they reached for, and nothing from what is torn."""

from ipaddress import ip_address
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.netfilter.log import Copy
from custom_components.secure_hub.adapters.sources.reaches import reach_of
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.reach import Reach

MAC = "02:ca:4e:a0:00:01"
PORTS = struct.pack("!HH", 50_000, 443)


def ipv4(payload: bytes = PORTS, *, protocol: int = 6, fragment: int = 0, options: bytes = b"") -> bytes:
    head = struct.pack(
        "!BBHHHBBH4s4s",
        0x40 | (20 + len(options)) // 4,
        0,
        20 + len(options) + len(payload),
        1,
        fragment,
        64,
        protocol,
        0,
        ip_address("10.66.1.50").packed,
        ip_address("203.0.113.10").packed,
    )
    return head + options + payload


def ipv6(payload: bytes = PORTS, *, protocol: int = 6) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
    return head + ip_address("fd66:1::5").packed + ip_address("2001:db8:113::10").packed + payload


@pytest.mark.parametrize(
    ("packet", "address", "protocol", "port"),
    [
        (ipv4(), "203.0.113.10", 6, 443),
        (ipv4(protocol=17), "203.0.113.10", 17, 443),
        (ipv4(options=bytes(8)), "203.0.113.10", 6, 443),
        (ipv4(protocol=1), "203.0.113.10", 1, None),
        (ipv4(fragment=100), "203.0.113.10", 6, None),
        (ipv6(), "2001:db8:113::10", 6, 443),
        (ipv6(protocol=58), "2001:db8:113::10", 58, None),
        (ipv6(protocol=0), "2001:db8:113::10", 0, None),
    ],
)
def test_what_was_reached_for(packet: bytes, address: str, protocol: int, port: int | None) -> None:
    expected = Reach(MAC, Scope.INTERNET, ip_address(address), protocol, port)
    assert reach_of(Copy(MAC, "internet", packet)) == expected


@pytest.mark.parametrize(
    "copy",
    [
        Copy("", "internet", ipv4()),
        Copy(MAC, "control", ipv4()),
        Copy(MAC, "", ipv4()),
        Copy(MAC, "lan", b""),
        Copy(MAC, "lan", ipv4()[:18]),
        Copy(MAC, "lan", ipv4(b"")),
        Copy(MAC, "lan", ipv6(b"\0")),
        Copy(MAC, "lan", b"\x50" + bytes(60)),
    ],
)
def test_what_is_torn_or_not_ours(copy: Copy) -> None:
    assert reach_of(copy) is None


@given(st.binary(max_size=128), st.sampled_from(["internet", "lan", "peers", "hub", "x"]))
def test_whatever_comes(packet: bytes, prefix: str) -> None:
    found = reach_of(Copy(MAC, prefix, packet))
    assert found is None or found.scope == prefix
