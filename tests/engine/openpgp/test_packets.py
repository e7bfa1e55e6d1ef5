"""OpenPGP's outer forms: bounded, and refused when they are none."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.openpgp.packets import (
    MAX_BYTES,
    MAX_PACKETS,
    OpenPgpError,
    read_packets,
    unarmor,
)
from tests.engine.openpgp.writer import packet


@pytest.mark.parametrize(
    ("header", "size"),
    [
        (b"\xcd\x05", 5),  # new, one byte
        (b"\xcd\xc0\x08", 200),  # new, two bytes
        (b"\xcd\xff\x00\x00\x00\x05", 5),  # new, five bytes
        (b"\xb4\x05", 5),  # old, one byte
        (b"\xb5\x01\x00", 256),  # old, two bytes
        (b"\xb6\x00\x00\x00\x05", 5),  # old, four bytes
    ],
)
def test_every_form_of_length(header: bytes, size: int) -> None:
    assert list(read_packets(header + bytes(size))) == [(13, bytes(size))]
    with pytest.raises(OpenPgpError, match="middle"):
        list(read_packets(header + bytes(size - 1)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xcd\xe1\x00\x00", "in parts"),
        (b"\xb7", "without a length"),
        (b"\x05", "no packet"),
        (packet(13, b"") * (MAX_PACKETS + 1), "more than"),
    ],
)
def test_what_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(OpenPgpError, match=why):
        list(read_packets(data))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no OpenPGP"),
        (b"-----BEGIN PGP SIGNATURE-----\n\nAAA\n-----END PGP SIGNATURE-----", "damaged"),
        (b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP MESSAGE-----", "no OpenPGP"),
        (bytes(MAX_BYTES + 1), "are read"),
    ],
)
def test_armor_that_is_none(data: bytes, why: str) -> None:
    with pytest.raises(OpenPgpError, match=why):
        unarmor(data)


def test_armor_with_headers_a_checksum_and_text_around_it() -> None:
    block = (
        b"-----BEGIN PGP SIGNATURE-----\r\nVersion: 1\r\n\r\nAAAA\r\nAAA=\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n"
    )
    assert unarmor(b"hello\r\n" + block + b"and\r\n" + block) == bytes(10)


@given(st.binary(max_size=300))
def test_noise_is_packets_or_refused(noise: bytes) -> None:
    try:
        packets = list(read_packets(unarmor(noise)))
    except OpenPgpError:
        return
    assert sum(len(one.body) for one in packets) < len(noise)
