"""DNS answers: read from bytes as they come, refused when torn, and heard on the wire before the device asks again."""

import asyncio
from collections.abc import Callable
import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
import struct
import time

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.netfilter.log import PacketLog
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.sources.dns import DnsTap, answer_in_packet, parse_answer, sender_of
from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall.names import Answer, NameBook
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from tests.adapters.enforcers.conftest import drifts, make
from tests.adapters.enforcers.test_permissions import Said, governed, reach
from tests.lab.network.lab import Lab

__all__ = ["drifts", "make"]

A, CNAME, AAAA = 1, 5, 28
POINTER = b"\xc0\x0c"


def labels(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def record(owner: bytes, kind: int, data: bytes, ttl: int = 60) -> bytes:
    return owner + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def message(asked: str, *records: bytes, kind: int = A, flags: int = 0x8180, questions: int = 1) -> bytes:
    head = struct.pack("!HHHHHH", 7, flags, questions, len(records), 0, 0)
    return head + labels(asked) + struct.pack("!HH", kind, 1) + b"".join(records)


def packet(payload: bytes, source: int = 53) -> bytes:
    datagram = struct.pack("!HHHH", source, 4000, 8 + len(payload), 0) + payload
    head = b"\x45\x00" + (20 + len(datagram)).to_bytes(2) + b"\x00\x01\x40\x00\x40\x11\x00\x00"
    return head + socket.inet_aton("10.66.1.1") + socket.inet_aton("10.66.1.52") + datagram


def test_plain_answer() -> None:
    found = parse_answer(message("Cloud.Example", record(POINTER, A, b"\xc0\x00\x02\x01", 30)))
    assert found == Answer("cloud.example", frozenset({IPv4Address("192.0.2.1")}), 30.0)
    six = record(POINTER, AAAA, IPv6Address("2001:db8::1").packed)
    found = parse_answer(message("cloud.example", six, kind=AAAA))
    assert found is not None
    assert found.addresses == {IPv6Address("2001:db8::1")}


def test_chain_of_aliases() -> None:
    """The name asked leads over aliases to addresses; the shortest time to live on the way holds."""
    found = parse_answer(
        message(
            "a.example",
            record(labels("b.example"), CNAME, labels("c.example"), 20),
            record(labels("a.example"), CNAME, labels("b.example"), 300),
            record(labels("c.example"), A, b"\xc0\x00\x02\x01", 100),
            record(labels("c.example"), A, b"\xc0\x00\x02\x02", 100),
            record(labels("victim.example"), A, b"\xc0\x00\x02\x66", 100),
        )
    )
    assert found == Answer(
        "a.example", frozenset(map(ip_address, ("192.0.2.1", "192.0.2.2"))), 20.0, ("b.example", "c.example")
    )


@pytest.mark.parametrize(
    "data",
    [
        message("a.example"),
        message("a.example", record(labels("b.example"), A, b"\xc0\x00\x02\x01")),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"), flags=0x0100),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"), flags=0x8183),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"), flags=0x8380),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"), questions=2),
        message("a.example", record(POINTER, CNAME, POINTER)),
        message("a b.example", record(POINTER, A, b"\xc0\x00\x02\x01")),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02")),
        message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"))[:-1],
        message("a.example", record(b"\xc0\xff", A, b"\xc0\x00\x02\x01")),
        message("a.example", record(b"\xc0\x1b", A, b"\xc0\x00\x02\x01")),
        b"",
    ],
)
def test_what_is_no_answer_tells_nothing(data: bytes) -> None:
    assert answer_in_packet(packet(data)) is None


def test_only_name_servers_are_heard() -> None:
    good = message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"))
    assert answer_in_packet(packet(good)) == (
        ip_address("10.66.1.52"),
        Answer("a.example", frozenset({ip_address("192.0.2.1")}), 60.0),
    )
    assert answer_in_packet(packet(good, source=5353)) is None


def segment(payload: bytes) -> bytes:
    head = struct.pack("!HHIIBBHHH", 53, 4000, 1, 1, 0x80, 0x18, 500, 0, 0) + bytes(12)  # with options
    data = head + payload
    ip = b"\x45\x00" + (20 + len(data)).to_bytes(2) + b"\x00\x01\x40\x00\x40\x06\x00\x00"
    return ip + socket.inet_aton("10.66.1.1") + socket.inet_aton("10.66.1.52") + data


def test_an_answer_in_one_segment_of_tcp() -> None:
    good = message("a.example", record(POINTER, A, b"\xc0\x00\x02\x01"))
    whole = segment(len(good).to_bytes(2) + good)
    assert answer_in_packet(whole) == answer_in_packet(packet(good))
    assert answer_in_packet(whole + bytes(6)) is not None, "padding of a short frame"
    for torn in (good, (len(good) + 1).to_bytes(2) + good, len(good).to_bytes(2) + good[:-1], b""):
        assert answer_in_packet(segment(torn)) is None
    assert answer_in_packet(whole[:40]) is None


def test_who_sent_a_packet() -> None:
    assert sender_of(packet(b"")) == ip_address("10.66.1.1")
    six = b"\x60" + bytes(7) + IPv6Address("2001:db8::1").packed + bytes(16)
    assert sender_of(six) == ip_address("2001:db8::1")
    for torn in (b"", packet(b"")[:19], six[:39], b"\x10" + bytes(60)):
        assert sender_of(torn) is None


GOOD = packet(
    message("a.example", record(POINTER, CNAME, labels("b.example")), record(POINTER, A, b"\xc0\x00\x02\x01"))
)


@settings(max_examples=500)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8)
    )
)
def test_whatever_comes_is_survived(noise: bytes | list[tuple[int, int]]) -> None:
    """Noise, and good answers with bytes changed, at bounded cost."""
    data = bytearray(GOOD)
    if isinstance(noise, bytes):
        data = bytearray(packet(noise))
    else:
        for at, value in noise:
            data[at] = value
    found = answer_in_packet(bytes(data))
    assert found is None or len(found[1].addresses) <= 64


@pytest.mark.usefixtures("socket_enabled")
async def test_names_come_from_answers(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """A device that asks for an allowed name reaches what it was told, and nothing else, without anybody's help."""
    enforcer, camera = make(), lab.device("camera")
    said: dict[str, tuple[Said, ...]] = {"camera": ((Scope.INTERNET, Decision.ALLOW, "*.camera.example"),)}
    closed = {"camera": Profile.RESTRICTED}
    book, heard = NameBook(), asyncio.Event()
    owners = {ip_address(camera.ipv4): "camera", ip_address(camera.ipv6): "camera"}

    def told(address: Address, answer: Answer) -> None:
        if book.hear(owners[address], answer, time.monotonic()):
            heard.set()

    with contextlib.closing(DnsTap(told, lambda *_: None)) as tap:
        asyncio.get_running_loop().add_reader(tap.fileno(), tap.read)
        await enforcer.apply(governed(lab, closed, said))
        assert not camera.can_reach(lab.internet)
        addresses = await asyncio.to_thread(camera.resolve, "cloud.camera.example")
        async with asyncio.timeout(2):
            await heard.wait()
        names = book.names("camera", time.monotonic())
        assert names == {"cloud.camera.example": frozenset(map(ip_address, addresses))}
        await enforcer.apply(governed(lab, closed, said, names), {"camera"})
        for address in addresses:
            assert reach(camera, address, tcp=(443,)) == {"tcp/443"}
        tv = lab.device("tv")
        await asyncio.to_thread(tv.resolve, "cloud.camera.example")
        await asyncio.sleep(0.2)
        assert book.all_names(time.monotonic()).keys() == {"camera"}, "nobody else's answers are copied"
        asyncio.get_running_loop().remove_reader(tap.fileno())


@pytest.mark.usefixtures("socket_enabled")
def test_a_group_has_one_listener(lab: Lab) -> None:
    del lab
    first = PacketLog()
    with pytest.raises(NetlinkError, match=r"EBUSY|EPERM"):
        PacketLog()
    assert first.receive() == []
    first.close()
    PacketLog().close()
