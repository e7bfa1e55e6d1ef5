"""The socket filter, asked in the kernel itself: what comes through and how much of it."""

from collections.abc import Callable, Collection, Iterator
from ipaddress import IPv4Address, IPv6Address
import socket

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.secure_hub.adapters.packets import SNAP, PacketPort, attach_filter, socket_filter
from custom_components.secure_hub.engine.firewall.discovery import Advertisement, Arp, Datagram, Echo, Solicitation

pytestmark = pytest.mark.usefixtures("socket_enabled")

HUB, CAMERA, TV = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"
V4, OTHER4 = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2")
V6, OTHER6 = IPv6Address("fe80::1"), IPv6Address("fe80::2")

type Passes = Callable[..., bytes | None]


@pytest.fixture
def passes(socket_enabled: None) -> Iterator[Passes]:  # noqa: ARG001 - sockets
    """Send octets through a filter that watches some MACs: what arrives, or None."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    far.settimeout(0)

    def _passes(frame: bytes, *macs: str, sampled: Collection[str] = ()) -> bytes | None:
        attach_filter(far, macs, sampled)
        near.send(frame)
        try:
            return far.recv(4096)
        except BlockingIOError:
            return None

    yield _passes
    near.close()
    far.close()


ALWAYS = [
    Arp(HUB, TV, TV, V4, HUB, OTHER4, reply=False),
    Arp(HUB, TV, TV, V4, HUB, OTHER4, reply=True),
    Solicitation(HUB, TV, V6, OTHER6, OTHER6, TV),
    Advertisement(HUB, TV, V6, OTHER6, OTHER6, TV, router=False, solicited=True, override=True),
    Echo(HUB, TV, V4, OTHER4, 1, 2, reply=True),
]
WATCHED = [Datagram(HUB, CAMERA, V4, OTHER4, 1, 2), Echo(HUB, CAMERA, V4, OTHER4, 1, 2, reply=False)]


def test_discovery_is_always_heard(passes: Passes) -> None:
    for frame in ALWAYS:
        assert passes(frame.encode()) == frame.encode()
        assert passes(frame.encode(), CAMERA) == frame.encode()


def test_all_else_is_heard_of_the_watched_only(passes: Passes) -> None:
    for frame in WATCHED:
        octets = frame.encode()
        assert passes(octets) is None
        assert passes(octets, TV) is None
        assert passes(octets, TV, CAMERA) == octets
        assert passes(octets, "02:00:00:00:00:ff") is None, "half a MAC is not enough"
        assert passes(octets, "03:00:00:00:00:02") is None


def test_of_the_sampled_what_tells_much_is_heard_and_of_the_rest_some(passes: Passes) -> None:
    """A camera that streams does not fill the socket; what opens a connection, and ICMP, is told whole."""
    echo, datagram = WATCHED[1].encode(), WATCHED[0].encode()
    many = [f"02:00:00:00:01:{n:02x}" for n in range(58)]
    for sampled in ([CAMERA], [*many, CAMERA], [TV, CAMERA]):
        assert passes(echo, sampled=sampled) == echo
        heard = sum(passes(datagram, sampled=sampled) is not None for _ in range(1024))
        assert 5 < heard < 100, "32 in the mean, with a deviation of less than 6"
    for flags, is_heard in ((0x02, True), (0x12, True), (0x11, True), (0x04, True), (0x10, False), (0x18, False)):
        tcp = datagram[:23] + b"\x06" + datagram[24:34] + bytes(13) + bytes((flags,)) + bytes(6)
        assert sum(passes(tcp, sampled=[CAMERA]) is not None for _ in range(64)) > 20 or not is_heard
        assert any(passes(tcp, sampled=[CAMERA]) is None for _ in range(64)) or is_heard
    assert passes(datagram, sampled=[TV]) is None
    assert passes(datagram, CAMERA, sampled=[TV]) == datagram


def test_router_solicitations_and_other_icmpv6_are_not(passes: Passes) -> None:
    frame = bytearray(ALWAYS[2].encode())
    heard = [kind for kind in range(256) if passes(bytes(frame[:54]) + bytes((kind,)) + bytes(frame[55:]))]
    assert heard == [134, 135, 136]


def test_a_large_frame_is_cut(passes: Passes) -> None:
    assert len(passes(WATCHED[0].encode() + bytes(2000), CAMERA) or b"") == SNAP


@given(st.binary(max_size=100), st.sets(st.sampled_from([CAMERA, TV])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_that_is_short_or_strange_is_dropped(passes: Passes, noise: bytes, macs: set[str]) -> None:
    heard = passes(noise, *macs)
    watched = noise[6:12].hex(":") in macs
    if heard is not None and not watched:
        assert noise[12:14] in {b"\x08\x06", b"\x08\x00", b"\x86\xdd"}


def test_many_can_be_watched(passes: Passes) -> None:
    many = [f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}" for n in range(2, 400)]
    assert len(socket_filter(many)) < 4096, "BPF_MAXINSNS"
    assert passes(WATCHED[0].encode(), *many)


def test_no_such_interface() -> None:
    with pytest.raises(OSError, match="No such device"):
        PacketPort("nowhere0")
