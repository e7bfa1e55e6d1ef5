"""Keys and signatures that are not accepted, each with its reason."""

from pathlib import Path

import pytest

from custom_components.secure_hub.engine.openpgp.packets import OpenPgpError, Tag, read_packets, unarmor
from custom_components.secure_hub.engine.openpgp.signature import Signature, made_by, read_key, read_signature
from tests.engine.openpgp.writer import Pair

KEYS = Path(__file__).parent / "keys"


def key_body(algorithm: int, material: bytes, version: int = 4) -> bytes:
    """Make the body of a public key packet."""
    return bytes([version, 0, 0, 0, 1, algorithm]) + material


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "middle"),
        (key_body(1, b"", version=3), "version 3"),
        (key_body(17, b""), "algorithm 17"),
        (key_body(27, b"short"), "middle"),
        (key_body(19, b"\x03\x01\x02\x03" + b"\x00\x08\x04"), "curve 010203"),
        (key_body(19, b"\x08" + bytes.fromhex("2a8648ce3d030107") + b"\x00\x08\x04"), "cannot be read"),
        (key_body(22, b"\x09" + bytes.fromhex("2b06010401da470f01") + b"\x00\x08\x41"), "not accepted"),
        (key_body(1, b"\x08\x00" + b"\xff" * 256 + b"\x00\x01\x01"), "cannot be read"),
    ],
)
def test_keys(body: bytes, why: str) -> None:
    with pytest.raises(OpenPgpError, match=why):
        read_key(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x05", "version 5"),
        (bytes([4, 0, 27, 2, 0, 0, 0, 0, 0, 0]), "SHA-2"),
        (bytes([4, 0, 27, 8, 0, 0, 0, 0, 0, 0]), "without a time"),
        (bytes([4, 0, 27, 8, 0, 5, 2, 2, 0]), "middle"),
    ],
)
def test_signatures(body: bytes, why: str) -> None:
    with pytest.raises(OpenPgpError, match=why):
        read_signature(body)


@pytest.mark.parametrize("who", ["acme", "forest"])
def test_a_signature_of_another_algorithm_than_its_key_proves_nothing(who: str) -> None:
    """What is not the key's own kind is not even tried."""
    packets = read_packets(unarmor((KEYS / f"{who}.asc").read_bytes()))
    key = read_key(next(one.body for one in packets if one.tag == Tag.PUBLIC_KEY))
    pair = Pair(created=key.created)
    foreign = read_signature(pair.sign(0, b"x"))
    claimed = Signature(
        foreign.kind, foreign.digest, foreign.algorithm, foreign.trailer, foreign.told, key.id, None, foreign.proof
    )
    assert not made_by(claimed, key, b"x")
    assert made_by(foreign, read_key(pair.body), b"x")


def test_a_signature_older_than_its_key_proves_nothing() -> None:
    pair = Pair()
    assert not made_by(read_signature(pair.sign(0, b"x", created=pair.created - 1)), read_key(pair.body), b"x")
