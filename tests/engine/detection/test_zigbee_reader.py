"""Captures of Zigbee: sealed by the test as a device seals them, and opened by the reader."""

import io
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.detection.readers import ieee802154
from custom_components.secure_hub.engine.detection.readers.ieee802154 import open_frame
from custom_components.secure_hub.engine.detection.readers.zigbee import ZigbeeReader

KEY = bytes(range(16))
LAMP = bytes.fromhex("00124b0000000001")
NAME = "00:12:4b:00:00:00:00:01"


def mac(payload: bytes, source: int, target: int = 0) -> bytes:
    return struct.pack("<HBHHH", 0x8841, 7, 0x1A62, target, source) + payload


def network(payload: bytes, source: int, target: int = 0, *, command: bool = False, key: bytes | None = KEY) -> bytes:
    control = 0x0008 | command | (0x0200 if key else 0)
    head = struct.pack("<HHHBB", control, target, source, 30, 9)
    if key is None:
        return head + payload
    security = bytes([0x28]) + struct.pack("<I", 77) + LAMP[::-1] + b"\0"
    real = bytes([0x2D]) + security[1:]
    nonce = LAMP[::-1] + struct.pack("<I", 77) + b"\x2d"
    return head + security + AESCCM(key, tag_length=4).encrypt(nonce, payload, head + real)


def aps(zcl: bytes, cluster: int, profile: int = 260) -> bytes:
    return struct.pack("<BBHHBB", 0, 1, cluster, profile, 1, 5) + zcl


def sent(zcl: bytes, cluster: int, *, profile: int = 260, source: int = 0x1234, target: int = 0) -> bytes:
    return mac(network(aps(zcl, cluster, profile), source, target), source, target)


def capture(packets: list[bytes], link: int = 230) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, link)
    return head + b"".join(
        struct.pack("<IIII", number, 0, len(one), len(one)) + one for number, one in enumerate(packets)
    )


def read(packets: list[bytes], link: int = 230, keys: tuple[bytes, ...] = (KEY,)) -> list[Observation]:
    return list(ZigbeeReader(keys).read(io.BytesIO(capture(packets, link)).read))


def test_a_report_is_opened() -> None:
    (one,) = read([sent(bytes([0x18, 3, 0x0A, 0, 0]), 6)])
    assert (one.kind, one.asset, one.inward) == (ObservationKind.RADIO_FRAME, NAME, False)
    assert one.radio is not None
    assert (one.radio.cluster, one.radio.command, one.radio.general, one.radio.direct) == (6, 0x0A, True, True)


def test_a_command_of_a_maker_to_a_device() -> None:
    (one,) = read([sent(bytes([0x05, 0x34, 0x12, 3, 0x42]), 0xFC00, source=0, target=0x1234)])
    assert (one.asset, one.inward, one.received > 0) == ("0x1234", True, True)
    assert one.radio is not None
    assert (one.radio.manufacturer, one.radio.command, one.radio.general) == (0x1234, 0x42, False)
    assert read([sent(b"\x18\0\0", 6, source=0, target=0xFFFD)]) == [], "to everybody"


@pytest.mark.parametrize("keys", [(), (bytes(16),)])
def test_without_the_key_it_is_counted(keys: tuple[bytes, ...]) -> None:
    (one,) = read([sent(bytes([0x18, 3, 0x0A, 0, 0]), 6)], keys=keys)
    assert (one.asset, one.radio and one.radio.command) == (NAME, -1)


def test_links() -> None:
    report = sent(bytes([0x18, 3, 0x0A, 0, 0]), 6)
    assert len(read([report + b"xx"], 195)) == 1
    assert len(read([b"\0\0\x08\0" + bytes(4) + report], 283)) == 1
    assert read([report], 1) == []


def test_how_strong_it_was_heard() -> None:
    report = sent(bytes([0x18, 3, 0x0A, 0, 0]), 6)
    strength = struct.pack("<HHf", 1, 4, -61.4)
    checksum = struct.pack("<HHB3x", 0, 1, 1)

    def strengths(packet: bytes, link: int) -> list[int]:
        return [one.radio.rssi for one in read([packet], link) if one.radio]

    def tap(*fields: bytes) -> bytes:
        return struct.pack("<BBH", 0, 0, 4 + sum(map(len, fields))) + b"".join(fields)

    assert strengths(tap(strength) + report, 283) == [-61]
    assert strengths(tap(checksum, strength) + report + b"xx", 283) == [-61]
    assert strengths(tap(struct.pack("<HHf", 1, 4, float("nan"))) + report, 283) == [0]
    assert strengths(report + bytes([12, 0x80 | 105]), 195) == [-61], "a radio of Texas Instruments"
    frame = bytes.fromhex("4188b7621a00000020")
    assert ieee802154._trailer(frame + bytes([12, 0xE9])) == -61
    crc = _kermit(frame)
    assert ieee802154._trailer(frame + crc) == 0, "a checksum"
    assert [one.radio and (one.radio.rssi, one.radio.direct) for one in read([tap(strength) + report], 283, ())] == [
        (-61, True)
    ]


def _kermit(data: bytes) -> bytes:
    crc = 0
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def test_a_checksum_is_no_strength() -> None:
    for number in range(200):
        frame = bytes([number, 1, 2, 3, number])
        assert ieee802154._trailer(frame + _kermit(frame)) == 0


def test_who_sleeps_and_who_comes_back() -> None:
    announced = sent(bytes([1, 0x34, 0x12]) + LAMP[::-1] + b"\0", 0x13, profile=0)
    asked = sent(bytes([0x00, 3, 0]), 1, source=0, target=0x1234)
    back = mac(network(b"\x06\x80", 0x1234, command=True), 0x1234)
    bare = mac(network(b"\x06\x88", 0x1234, command=True, key=None), 0x1234)
    new = struct.pack("<HBHHH", 0xC803, 1, 0x1A62, 0, 0xFFFF) + LAMP[::-1] + b"\x01\x80"
    seen = read([announced, asked, back, bare, new])
    assert {one.asset for one in seen} == {NAME}
    assert [one.radio and one.radio.sleepy for one in seen[:2]] == [True, True]
    assert [(one.began, one.radio and one.radio.secured) for one in seen[2:]] == [
        (False, True),
        (False, False),
        (True, False),
    ]


def test_touchlink_and_firmware() -> None:
    stub = struct.pack("<HBHH", 0xC801, 1, 0xFFFF, 0xFFFF) + b"\x62\x1a" + LAMP[::-1]
    touchlink = stub + struct.pack("<HBHH", 0x000B, 0x0B, 0x1000, 0xC05E) + bytes([0x11, 1, 0x07])
    piece, offer = bytes([0x01, 3, 0x03]), bytes([0x01, 2, 0x01])
    first, second, _, third = read([touchlink, sent(piece, 0x19), sent(offer, 0x19), sent(piece, 0x19)])
    assert first.radio is not None
    assert (first.radio.profile, first.radio.command, first.asset) == (0xC05E, 7, NAME)
    assert [second.genuine, third.genuine] == [False, True]


def test_the_same_message_on_its_next_hop_is_not_counted_again() -> None:
    hop = mac(network(aps(bytes([0x18, 3, 0x0A, 0, 0]), 6), 0x1234), 0x5678)
    assert read([hop]) == []
    assert read([hop], keys=()) == []


def test_what_says_nothing_is_passed_over() -> None:
    ack = mac(network(b"\x02" + bytes(9), 0x1234), 0x1234)
    status = mac(network(b"\x08\0", 0x1234, command=True), 0x1234)
    beacon = b"\x00\x80\x01\x62\x1a\0\0"
    short = sent(b"\x18", 6)
    assert read([ack, status, beacon, short, b"", b"\x41"]) == []
    torn = ZigbeeReader((KEY,))
    assert list(torn.read(io.BytesIO(capture([ack])[:30]).read)) == []
    assert list(torn.unread) == ["it ends in the middle"]


@given(st.binary(max_size=120), st.integers(0, 60), st.sampled_from([195, 230, 283]))
def test_broken_packets_do_no_harm(noise: bytes, at: int, link: int) -> None:
    good = sent(bytes([0x18, 3, 0x0A, 0, 0]), 6)
    read([noise, good[: at % len(good)] + noise, mac(network(noise, 1), 1)], link)
    open_frame(link, noise, (KEY,))
