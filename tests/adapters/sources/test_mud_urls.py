"""MUD URLs in frames: what devices name is read, and nothing that is torn, relayed or no such URL."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.sources.mud_urls import MudUrlTap, Named, is_mud_url, named_in_frame

MAC = bytes.fromhex("02ca4ea00001")
URL = b"https://lamps.example.com/lamp"


def dhcp(options: bytes, *, operation: int = 1, cookie: bytes = b"\x63\x82\x53\x63", ip_options: bytes = b"") -> bytes:
    """A DHCP message in a frame."""
    head = bytes([0x45 + len(ip_options) // 4]) + bytes(8) + b"\x11" + bytes(10) + ip_options
    message = bytes([operation, 1, 6, 0]) + bytes(232) + cookie + options + b"\xff"
    return b"\xff" * 6 + MAC + b"\x08\x00" + head + bytes.fromhex("0044004300000000") + message


def option(kind: int, value: bytes) -> bytes:
    return bytes([kind, len(value)]) + value


def dhcpv6(*options: tuple[int, bytes], kind: int = 1) -> bytes:
    """A DHCPv6 message in a frame."""
    body = b"".join(number.to_bytes(2) + len(value).to_bytes(2) + value for number, value in options)
    head = bytes(6) + b"\x11" + bytes(33)
    return b"\x33\x33\0\1\0\2" + MAC + b"\x86\xdd" + head + bytes(8) + bytes([kind]) + bytes(3) + body


def lldp(*parts: tuple[int, bytes]) -> bytes:
    """An LLDP unit in a frame."""
    body = b"".join(((kind << 9) | len(value)).to_bytes(2) + value for kind, value in parts)
    return bytes.fromhex("0180c200000e") + MAC + b"\x88\xcc" + body


MUD_TLV = (127, bytes.fromhex("00005e01") + URL)


@pytest.mark.parametrize(
    ("frame", "by"),
    [
        (dhcp(option(161, URL)), "dhcp"),
        (dhcp(b"\0\0" + option(53, b"\1") + option(161, URL[:9]) + option(161, URL[9:])), "dhcp"),
        (dhcp(option(161, URL + b"\0")), "dhcp"),
        (dhcp(option(161, URL + b" reserved for later")), "dhcp"),
        (dhcp(option(161, URL), ip_options=bytes(8)), "dhcp"),
        (dhcpv6((112, URL)), "dhcpv6"),
        (dhcpv6((1, b"id"), (112, URL)), "dhcpv6"),
        (lldp((1, b"\4x"), MUD_TLV, (0, b"")), "lldp"),
        (lldp((127, bytes.fromhex("00005e02") + b"https://other.example"), MUD_TLV), "lldp"),
    ],
)
def test_what_is_named_is_read(frame: bytes, by: str) -> None:
    assert named_in_frame(frame) == Named("02:ca:4e:a0:00:01", URL.decode(), by)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        dhcp(b""),
        dhcp(option(161, b"")),
        dhcp(option(161, b"http://lamps.example.com/lamp")),
        dhcp(option(161, b"https://")),
        dhcp(option(161, b"https://me@lamps.example.com/")),
        dhcp(option(161, b"https://[")),
        dhcp(option(161, b"https://l\xc3\xa4mp.example")),
        dhcp(option(161, b"https://lamps.example.com/\x1b")),
        dhcp(option(161, URL + b"/" * 200) + option(161, b"/" * 200)),
        dhcp(option(161, URL), operation=2),
        dhcp(option(161, URL), cookie=b"\0\0\0\0"),
        dhcp(b"\xa1\xff" + URL)[:-1],
        dhcpv6((112, URL), kind=12),
        dhcpv6((1, b"x")),
        dhcpv6((112, URL))[:-1],
        lldp((0, b""), MUD_TLV),
        lldp(MUD_TLV)[:-1],
        lldp((127, b"\0")),
        lldp(),
        dhcp(option(161, URL)).replace(MAC, b"\x03" + MAC[1:]),
        MAC + MAC + b"\x08\x06" + bytes(40),
    ],
    ids=range(22),
)
def test_what_is_not_named_is_not(frame: bytes) -> None:
    assert named_in_frame(frame) is None


@given(st.sampled_from([dhcp(option(161, URL)), dhcpv6((112, URL)), lldp(MUD_TLV)]), st.data())
def test_no_frame_is_too_odd(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(frame) - 1))
    changed = frame[:at] + data.draw(st.binary(max_size=8)) + frame[at + data.draw(st.integers(0, 9)) :]
    for odd in (changed, changed[:at], data.draw(st.binary(max_size=600))):
        found = named_in_frame(odd)
        assert found is None or is_mud_url(found.url)


@pytest.mark.usefixtures("socket_enabled")
def test_an_interface_that_is_not_there_is_passed_over() -> None:
    tap = MudUrlTap(["no-such-one"], lambda _: None)
    assert tap.filenos() == []
    tap.read(7)
    tap.close()
