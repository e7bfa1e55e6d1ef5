"""Frames of address discovery: what is built is read back, what strangers send harms nobody."""

from ipaddress import IPv4Address, IPv6Address
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firewall.discovery import (
    Advertisement,
    Arp,
    Datagram,
    Echo,
    Frame,
    Packet,
    RouterAdvertisement,
    Solicitation,
    Unreachable,
    decode,
    link_local,
    solicited_node,
)

MAC, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"
V4, V6 = IPv4Address("192.0.2.1"), IPv6Address("fe80::1")
OTHER4, OTHER6 = IPv4Address("192.0.2.2"), IPv6Address("2001:db8::2")

macs = st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":"))
v4, v6 = st.ip_addresses(v=4), st.ip_addresses(v=6)
numbers = st.integers(0, 0xFFFF)
frames = st.one_of(
    st.builds(Arp, macs, macs, macs, v4, macs, v4, st.booleans()),
    st.builds(Solicitation, macs, macs, v6, v6, v6, st.none() | macs),
    st.builds(Advertisement, macs, macs, v6, v6, v6, st.none() | macs, st.booleans(), st.booleans(), st.booleans()),
    st.builds(Echo, macs, macs, v4, v4, numbers, numbers, st.booleans()),
)


@given(frames)
def test_what_is_built_is_read_back(frame: Arp | Solicitation | Advertisement | Echo) -> None:
    octets = frame.encode()
    assert decode(octets) == frame
    assert len(octets) >= 60
    assert decode(octets + bytes(100)) == frame


@given(frames, st.integers(0, 200))
def test_what_is_cut_off_is_read_in_part_or_not_at_all(frame: Frame, length: int) -> None:
    octets = frame.encode()
    whole = decode(octets)
    assert decode(octets[:length]) in {whole, None} or isinstance(decode(octets[:length]), Packet)


@given(st.binary(max_size=300))
def test_noise_is_nothing_worse_than_a_packet(noise: bytes) -> None:
    decode(noise)
    for ethertype in (b"\x08\x00", b"\x08\x06", b"\x86\xdd"):
        found = decode(bytes(12) + ethertype + noise)
        assert found is None or found.destination == "00:00:00:00:00:00"


@given(frames, st.data())
def test_a_broken_frame_is_read_as_something_or_nothing(frame: Frame, data: st.DataObject) -> None:
    octets = bytearray(frame.encode())
    octets[data.draw(st.integers(12, len(octets) - 1))] = data.draw(st.integers(0, 255))
    decode(bytes(octets))


def test_arp_is_as_in_rfc_826() -> None:
    frame = Arp(OTHER, MAC, MAC, V4, "00:00:00:00:00:00", OTHER4, reply=False).encode()
    assert frame[:42].hex() == (
        "020000000002" "020000000001" "0806" "0001" "0800" "06" "04" "0001"
        "020000000001" "c0000201" "000000000000" "c0000202"
    )  # fmt: skip
    assert frame[42:] == bytes(18)


def _sum(octets: bytes) -> int:
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    return (total & 0xFFFF) + (total >> 16)


@given(frames)
def test_checksums_add_up(frame: Arp | Solicitation | Advertisement | Echo) -> None:
    """Headers and messages, with what IPv6 counts besides, sum to all ones (RFC 1071)."""
    octets = frame.encode()[14:]
    if isinstance(frame, Echo):
        assert _sum(octets[:20]) in {0xFFFF, 0}
        assert _sum(octets[20:28]) in {0xFFFF, 0}
    elif not isinstance(frame, Arp):
        message = octets[40 : 40 + int.from_bytes(octets[4:6])]
        assert _sum(octets[8:40] + struct.pack("!II", len(message), 58) + message) in {0xFFFF, 0}


def test_neighbour_discovery_comes_from_the_same_link_only() -> None:
    """What has crossed a router has fewer hops left (RFC 4861, 7.1.1)."""
    frame = bytearray(Solicitation(OTHER, MAC, V6, OTHER6, OTHER6, MAC).encode())
    frame[14 + 7] = 254
    assert decode(bytes(frame)) == Packet(OTHER, MAC, V6, OTHER6)


@pytest.mark.parametrize("size", [0, 2, 255])
def test_options_without_an_end(size: int) -> None:
    frame = bytearray(
        Advertisement(OTHER, MAC, V6, OTHER6, V6, MAC, router=True, solicited=False, override=True).encode()
    )
    frame[14 + 40 + 24 + 1] = size
    assert decode(bytes(frame)) is None


def test_routers_advertise_themselves() -> None:
    message = bytes((134, 0, 0, 0, 64, 0)) + (1800).to_bytes(2) + bytes(8)
    header = struct.pack("!IHBB", 6 << 28, len(message), 58, 255) + V6.packed + IPv6Address("ff02::1").packed
    frame = bytes.fromhex("33330000000102000000000186dd") + header + message
    assert decode(frame) == RouterAdvertisement("33:33:00:00:00:01", MAC, V6, 1800)


def test_other_packets_have_ends_and_some_a_meaning() -> None:
    datagram = Datagram(OTHER, MAC, V4, OTHER4, 67, 68)
    assert decode(datagram.encode()) == Packet(OTHER, MAC, V4, OTHER4)
    assert datagram.encode()[34:42] == struct.pack("!HHHH", 67, 68, 8, 0)
    answer = bytearray(Echo(OTHER, MAC, V4, OTHER4, 1, 2, reply=False).encode())
    answer[34] = 3
    assert decode(bytes(answer)) == Unreachable(OTHER, MAC, V4, OTHER4)
    answer[20:22] = b"\x00\x05"
    assert decode(bytes(answer)) == Packet(OTHER, MAC, V4, OTHER4), "a fragment has no message of its own"


def test_addresses_made_of_macs() -> None:
    assert link_local("02:1a:b7:09:00:10") == IPv6Address("fe80::1a:b7ff:fe09:10")
    assert solicited_node(IPv6Address("2001:db8::1:2:3")) == ("33:33:ff:02:00:03", IPv6Address("ff02::1:ff02:3"))
