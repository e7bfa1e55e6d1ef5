"""Detached signatures: those that GnuPG made, those that an attacker would, and garbage.

`keys/` was made by GnuPG 2.2 in 2024 by its clock: keys of 2024-01-02, signatures of 2024-06-01 unless `later`.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.openpgp.certificate import (
    SignatureError,
    UnknownSignerError,
    read_certificates,
    verify,
)
from custom_components.secure_hub.engine.openpgp.packets import OpenPgpError
from tests.engine.openpgp.writer import CERTIFY, MADE, Pair, certificate, packet, sub, subkey

KEYS = Path(__file__).parent / "keys"
DOCUMENT = (KEYS / "document.json").read_bytes()
NOW = datetime(2026, 11, 22, tzinfo=UTC).timestamp()


def file(name: str) -> bytes:
    """Read what GnuPG wrote."""
    return (KEYS / name).read_bytes()


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("acme", "Acme PSIRT <psirt@acme.example>"),
        ("curve", "Curve CERT <cert@curve.example>"),
        ("nist", "Nist CERT <cert@nist.example>"),
        ("forest", "Forest CERT <cert@forest.example>"),
    ],
)
def test_what_gnupg_signed_is_good_and_what_was_changed_is_not(who: str, name: str) -> None:
    """RSA; a subkey of Ed25519; NIST's curve; a key that has expired since it signed."""
    ring = read_certificates(file(f"{who}.asc"))
    signer = verify(DOCUMENT, file(f"{who}.sig.asc"), ring, NOW)
    assert (signer.name, len(signer.fingerprint)) == (name, 40)
    with pytest.raises(SignatureError, match="not what was signed"):
        verify(DOCUMENT + b" ", file(f"{who}.sig.asc"), ring, NOW)


def test_several_keys_and_signatures_in_one_file() -> None:
    ring = read_certificates(file("acme.asc") + file("nist.asc"))
    assert [one.name for one in ring] == ["Acme PSIRT <psirt@acme.example>", "Nist CERT <cert@nist.example>"]
    both = file("curve.sig.asc") + file("nist.sig.asc")
    assert verify(DOCUMENT, both, ring, NOW) is ring[1], "one that is known is enough"


@pytest.mark.parametrize(
    ("signature", "at", "why"),
    [
        ("acme-text.sig.asc", NOW, "type 0x01"),
        ("acme-sha1.sig.asc", NOW, "SHA-2"),
        ("acme-short.sig.asc", NOW, "expired"),
        ("acme.sig.asc", datetime(2024, 5, 1, tzinfo=UTC).timestamp(), "time to come"),
        ("acme.asc", NOW, "not one over a file"),
        ("document.json", NOW, "no OpenPGP"),
        ("nothing", NOW, "no signature"),
    ],
)
def test_signatures_that_prove_nothing(signature: str, at: float, why: str) -> None:
    data = packet(13, b"a name") if signature == "nothing" else file(signature)
    with pytest.raises(SignatureError, match=why):
        verify(DOCUMENT, data, read_certificates(file("acme.gpg")), at)


def test_a_signature_of_another_version_beside_a_good_one_is_passed_over() -> None:
    both = packet(2, b"\x06" + bytes(20)) + file("acme.sig")
    assert verify(DOCUMENT, both, read_certificates(file("acme.gpg")), NOW)


def test_a_stranger_is_named_and_not_believed() -> None:
    with pytest.raises(UnknownSignerError) as caught:
        verify(DOCUMENT, file("nist.sig.asc"), read_certificates(file("acme.asc")), NOW)
    assert str(caught.value) == read_certificates(file("nist.asc"))[0].fingerprint


@pytest.mark.parametrize(("name", "why"), [("gone.asc", "revoked"), ("weak.asc", "1024 bits")])
def test_keys_that_are_not_taken(name: str, why: str) -> None:
    with pytest.raises(OpenPgpError, match=why):
        read_certificates(file(name))


def test_a_key_that_had_expired_when_it_signed() -> None:
    pair = Pair()
    ring = read_certificates(certificate(pair, said=sub(9, (1000).to_bytes(4))))
    early, late = (packet(2, pair.sign(0, b"x", created=MADE + after)) for after in (999, 1000))
    assert verify(b"x", early, ring, NOW) is ring[0]
    with pytest.raises(SignatureError, match="not valid for signing"):
        verify(b"x", late, ring, NOW)


def test_a_key_for_other_ends_does_not_sign() -> None:
    pair = Pair()
    ring = read_certificates(certificate(pair, flags=CERTIFY))
    with pytest.raises(SignatureError, match="not valid for signing"):
        verify(b"x", packet(2, pair.sign(0, b"x")), ring, NOW)


def test_a_subkey_signs_only_if_both_keys_say_that_it_belongs_here() -> None:
    """Without the signature back anybody could adopt somebody else's subkey (RFC 9580, section 10.1.5)."""
    primary, stranger, pair = Pair(), Pair(), Pair()
    signature = packet(2, pair.sign(0, b"x"))
    good = read_certificates(certificate(primary) + subkey(primary, pair))
    assert verify(b"x", signature, good, NOW).fingerprint == primary.fingerprint.hex().upper()
    for wrong in (
        subkey(primary, pair, back=b""),
        subkey(primary, pair, back=stranger.sign(0x19, primary.hashed, pair.hashed)),
        subkey(primary, pair, back=pair.sign(0x19, stranger.hashed, pair.hashed)),
        subkey(primary, pair, back=pair.sign(0x18, primary.hashed, pair.hashed)),
        subkey(primary, pair, signer=stranger),
        subkey(primary, pair) + packet(2, primary.sign(0x28, primary.hashed, pair.hashed)),
        packet(14, pair.body),
        packet(14, b"\x05") + packet(2, primary.sign(0x18, primary.hashed, pair.hashed)),
    ):
        with pytest.raises(UnknownSignerError):
            verify(b"x", signature, read_certificates(certificate(primary) + wrong), NOW)


def test_only_the_key_itself_may_speak_of_it() -> None:
    pair, stranger = Pair(), Pair()
    signature = packet(2, pair.sign(0, b"x"))
    revoked = (
        packet(6, pair.body)
        + packet(2, stranger.sign(0x20, pair.hashed))
        + certificate(pair)[len(packet(6, pair.body)) :]
    )
    assert verify(b"x", signature, read_certificates(revoked), NOW), "a stranger cannot revoke"
    own = packet(6, pair.body) + packet(2, pair.sign(0x20, pair.hashed))
    with pytest.raises(OpenPgpError, match="revoked"):
        read_certificates(own + certificate(pair)[len(packet(6, pair.body)) :])
    with pytest.raises(OpenPgpError, match="says nothing of itself"):
        read_certificates(packet(6, pair.body) + packet(13, b"Me") + packet(2, stranger.sign(0x13, pair.hashed, b"Me")))


def test_a_name_is_made_fit_to_be_shown() -> None:
    (one,) = read_certificates(certificate(Pair(), name=b"A\x1b[31m\xff\n" + b"x" * 500))
    assert one.name.isprintable()
    assert len(one.name) == 120


def test_a_key_that_speaks_of_itself_without_a_name() -> None:
    pair = Pair()
    direct = packet(6, pair.body) + packet(2, pair.sign(0x1F, pair.hashed, subpackets=sub(27, b"\x02")))
    assert verify(b"x", packet(2, pair.sign(0, b"x")), read_certificates(direct), NOW).name == ""


@pytest.mark.parametrize("told", [sub(0x80 | 20, b"a critical notation"), sub(0x80 | 99, b""), b"\xff", b"\xe0\x01"])
def test_critical_parts_that_are_not_understood(told: bytes) -> None:
    pair = Pair()
    with pytest.raises(SignatureError):
        verify(b"x", packet(2, pair.sign(0, b"x", subpackets=told)), read_certificates(certificate(pair)), NOW)


@given(st.binary(max_size=200), st.integers(0, 2000))
def test_nothing_from_outside_raises_anything_else(noise: bytes, where: int) -> None:
    """Damage a key and a signature somewhere: refused, or without consequence, and never another error."""
    for name in ("curve.asc", "acme.gpg", "nist.sig.asc", "acme.sig"):
        data = file(name)
        damaged = data[: where % len(data)] + noise + data[where % len(data) + len(noise) :]
        with suppress(OpenPgpError):
            read_certificates(damaged)
        with pytest.raises(SignatureError):
            verify(DOCUMENT + b"!", damaged, read_certificates(file("acme.gpg")), NOW)
