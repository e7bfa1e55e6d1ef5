"""Keys and signatures of version 4: reading them, and whether one made the other (RFC 9580, sections 5.2 and 5.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from .packets import OpenPgpError, Reader

_VERSION: Final = 4
_MIN_RSA_BITS: Final = 2048
_HASHES: Final[Mapping[int, hashes.HashAlgorithm]] = {8: hashes.SHA256(), 9: hashes.SHA384(), 10: hashes.SHA512()}
_RSA, _RSA_SIGN, _ECDSA, _EDDSA, _ED25519 = 1, 3, 19, 22, 27
"""Public-key algorithms that are accepted (section 9.1)."""
_CURVES: Final[Mapping[bytes, ec.EllipticCurve]] = {  # by object identifier (section 9.2)
    bytes.fromhex("2a8648ce3d030107"): ec.SECP256R1(),
    bytes.fromhex("2b81040022"): ec.SECP384R1(),
    bytes.fromhex("2b81040023"): ec.SECP521R1(),
    bytes.fromhex("2b2403030208010107"): ec.BrainpoolP256R1(),
    bytes.fromhex("2b240303020801010b"): ec.BrainpoolP384R1(),
    bytes.fromhex("2b240303020801010d"): ec.BrainpoolP512R1(),
}
_ED25519_CURVE: Final = bytes.fromhex("2b06010401da470f01")

_CREATED, _EXPIRES, _KEY_EXPIRES, _ISSUER, _NOTATION, _FLAGS, _EMBEDDED, _FINGERPRINT = 2, 3, 9, 16, 20, 27, 32, 33
_UNDERSTOOD: Final = frozenset(
    {_CREATED, _EXPIRES, 4, 7, _KEY_EXPIRES, 11, _ISSUER, 21, 22, 23, 24, 25, 26, _FLAGS, 28, 29, 30, _EMBEDDED}
    | {_FINGERPRINT, 34, 35, 39}
)
"""Subpackets that may be critical (section 5.2.3.7): what they tell is heeded here, or changes no verdict here."""
_MAY_SIGN: Final = 0x02


@dataclass(frozen=True, slots=True)
class Key:
    """A public key or subkey."""

    body: bytes
    created: int
    """Seconds since 1970, as all times here."""
    fingerprint: bytes
    check: Callable[[Signature, bytes], bool]
    """Whether the signature is this key's over what was hashed to this digest."""

    @property
    def id(self) -> bytes:
        """The last eight bytes of the fingerprint, which older signatures name their key by."""
        return self.fingerprint[-8:]

    @property
    def hashed(self) -> bytes:
        """What signatures over this key hash of it (section 5.2.4)."""
        return b"\x99" + len(self.body).to_bytes(2) + self.body


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature packet."""

    kind: int
    """Its type (section 5.2.1)."""
    digest: hashes.HashAlgorithm
    algorithm: int
    trailer: bytes
    """What is hashed after that which is signed."""
    told: Mapping[int, bytes]
    """Subpackets that are hashed, by type."""
    issuer: bytes
    """Fingerprint or id of the key that it says made it; a hint and no more."""
    embedded: bytes | None
    """The signature that a subkey gives its primary key back."""
    proof: bytes
    """What is particular to the algorithm."""

    @property
    def created(self) -> int:
        """When it says that it was made."""
        return int.from_bytes(self.told[_CREATED])

    @property
    def may_sign(self) -> bool:
        """Whether the key that it is about is for signing data."""
        return bool((self.told.get(_FLAGS) or b"\0")[0] & _MAY_SIGN)

    @property
    def key_lives(self) -> int | None:
        """Seconds from a key's creation that it is valid for; None is for ever."""
        return int.from_bytes(self.told.get(_KEY_EXPIRES, b"")) or None

    def in_force(self, at: float, skew: float = 0.0) -> bool:
        """Whether it is made by then, give or take the skew of clocks, and not expired."""
        lives = int.from_bytes(self.told.get(_EXPIRES, b""))
        return self.created <= at + skew and (not lives or at < self.created + lives)

    def names(self, key: Key) -> bool:
        """Whether it says that this key made it."""
        return self.issuer in {key.fingerprint, key.id}


def made_by(signature: Signature, key: Key, *signed: bytes) -> bool:
    """Whether a key made a signature over these bytes, one after the other, and existed when it did."""
    if not signature.names(key) or signature.created < key.created:
        return False
    name = signature.digest.name
    digest = hashlib.new(name)
    for part in (*signed, signature.trailer):
        digest.update(part)
    try:
        return key.check(signature, digest.digest())
    except OpenPgpError, InvalidSignature, UnsupportedAlgorithm, ValueError:
        return False


def read_signature(body: bytes) -> Signature:
    """Read a signature packet; raises OpenPgpError, also for versions and hashes that are not accepted."""
    reader = Reader(body)
    if (version := reader.number(1)) != _VERSION:
        reason = f"a signature of version {version}"
        raise OpenPgpError(reason)
    kind, algorithm, digest = reader.take(3)
    told = _subpackets(reader.take(reader.number(2)))
    end = reader.at
    aside = _subpackets(reader.take(reader.number(2)))
    reader.take(2)
    if digest not in _HASHES:
        reason = f"hash {digest}: only SHA-2 is accepted"
        raise OpenPgpError(reason)
    if len(told.get(_CREATED, b"")) != 4:  # noqa: PLR2004 - a time
        reason = "a signature without a time"
        raise OpenPgpError(reason)
    return Signature(
        kind=kind,
        digest=_HASHES[digest],
        algorithm=algorithm,
        trailer=body[:end] + b"\x04\xff" + end.to_bytes(4),
        told=told,
        issuer=_issuer(told) or _issuer(aside),
        embedded=told.get(_EMBEDDED, aside.get(_EMBEDDED)),
        proof=reader.rest(),
    )


def _issuer(told: Mapping[int, bytes]) -> bytes:
    return told.get(_FINGERPRINT, b"")[1:] or told.get(_ISSUER, b"")


def _subpackets(data: bytes) -> dict[int, bytes]:
    reader, found = Reader(data), dict[int, bytes]()
    while reader.more:
        part = Reader(reader.take(reader.length()))
        kind = part.number(1)
        if kind & 0x80 and kind & 0x7F not in _UNDERSTOOD:
            reason = f"a critical subpacket {kind & 0x7F} that is not understood"
            raise OpenPgpError(reason)
        found[kind & 0x7F] = part.rest()
    return found


def read_key(body: bytes) -> Key:
    """Read a public key or subkey packet; raises OpenPgpError, also for what is not accepted: weak, old or unknown."""
    reader = Reader(body)
    if (version := reader.number(1)) != _VERSION:
        reason = f"a key of version {version}"
        raise OpenPgpError(reason)
    created, algorithm = reader.number(4), reader.number(1)
    hashed = b"\x99" + len(body).to_bytes(2) + body
    fingerprint = hashlib.sha1(hashed, usedforsecurity=False).digest()  # as section 5.5.4.2 has it
    try:
        check = _checker(algorithm, reader)
    except (ValueError, UnsupportedAlgorithm) as error:
        reason = f"a key that cannot be read: {error}"
        raise OpenPgpError(reason) from error
    return Key(body, created, fingerprint, check)


def _checker(algorithm: int, reader: Reader) -> Callable[[Signature, bytes], bool]:
    if algorithm in {_RSA, _RSA_SIGN}:
        return _rsa(int.from_bytes(reader.mpi()), int.from_bytes(reader.mpi()))
    if algorithm == _ED25519:
        return _ed25519(reader.take(32), legacy=False)
    if algorithm not in {_ECDSA, _EDDSA}:
        reason = f"public-key algorithm {algorithm} is not accepted"
        raise OpenPgpError(reason)
    curve, point = reader.take(reader.number(1)), reader.mpi()
    if algorithm == _EDDSA and curve == _ED25519_CURVE and point[:1] == b"\x40":
        return _ed25519(point[1:], legacy=True)
    if algorithm == _ECDSA and curve in _CURVES:
        return _ecdsa(ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve], point))
    reason = f"curve {curve.hex()} is not accepted"
    raise OpenPgpError(reason)


def _rsa(modulus: int, exponent: int) -> Callable[[Signature, bytes], bool]:
    if modulus.bit_length() < _MIN_RSA_BITS:
        reason = f"RSA of {modulus.bit_length()} bits, {_MIN_RSA_BITS} are asked for"
        raise OpenPgpError(reason)
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()

    def check(signature: Signature, digest: bytes) -> bool:
        if signature.algorithm not in {_RSA, _RSA_SIGN}:
            return False
        proof = Reader(signature.proof).mpi().rjust((key.key_size + 7) // 8, b"\0")
        key.verify(proof, digest, padding.PKCS1v15(), utils.Prehashed(signature.digest))
        return True

    return check


def _ecdsa(key: ec.EllipticCurvePublicKey) -> Callable[[Signature, bytes], bool]:
    def check(signature: Signature, digest: bytes) -> bool:
        if signature.algorithm != _ECDSA:
            return False
        reader = Reader(signature.proof)
        r, s = int.from_bytes(reader.mpi()), int.from_bytes(reader.mpi())
        key.verify(utils.encode_dss_signature(r, s), digest, ec.ECDSA(utils.Prehashed(signature.digest)))
        return True

    return check


def _ed25519(point: bytes, *, legacy: bool) -> Callable[[Signature, bytes], bool]:
    key = ed25519.Ed25519PublicKey.from_public_bytes(point)

    def check(signature: Signature, digest: bytes) -> bool:
        if signature.algorithm != (_EDDSA if legacy else _ED25519):
            return False
        reader = Reader(signature.proof)
        proof = reader.mpi().rjust(32, b"\0") + reader.mpi().rjust(32, b"\0") if legacy else reader.rest()
        key.verify(proof, digest)
        return True

    return check
