"""The signed head of the journal: its last record, how long the file is, and the first break ever found.

Signed with Ed25519 (RFC 8032). Without the key nobody can shorten the journal, or forget a break, and sign it again.
"""

from dataclasses import dataclass
import hashlib
import json
from typing import Any, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ..engine.journal import FORMAT, MAX_SAFE_INTEGER, Break, BreakKind, Head, canonical

MAX_HEAD = 4096
MAX_KEY = 4096
"""Bytes that the two small files may have."""

_CONTEXT = b"secure_hub journal head\n"
"""Precedes what is signed, so that a signature is good for nothing else."""
_MEMBERS = frozenset({"broken", "format", "hash", "key", "seq", "size"})


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The last confirmed record, the bytes of the file up to its end, and the first break that was found."""

    head: Head
    size: int
    broken: Break | None = None


class Signer:
    """The journal's private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Hold the key."""
        self._key = key
        self.public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        """32 bytes (RFC 8032 section 5.1.5)."""
        self.key_id = hashlib.sha256(self.public_key).hexdigest()
        """SHA-256 of the public key in hex."""

    @classmethod
    def generate(cls) -> Self:
        """Make a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, data: bytes | None) -> Self | None:
        """Read a key from PEM (PKCS #8, RFC 5958); None when it is not one."""
        try:
            key = load_pem_private_key(data or b"", None)
        except ValueError, TypeError, UnsupportedAlgorithm:
            return None
        return cls(key) if isinstance(key, Ed25519PrivateKey) else None

    def dump(self) -> bytes:
        """Write the key as PEM."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, signed: SignedHead) -> bytes:
        """Content of the head's file."""
        broken = signed.broken
        body: dict[str, Any] = {
            "broken": {"kind": broken.kind, "seq": broken.seq} if broken else None,
            "format": FORMAT,
            "hash": signed.head.hash,
            "key": self.key_id,
            "seq": signed.head.seq,
            "size": signed.size,
        }
        signature = self._key.sign(_CONTEXT + canonical(body))
        return canonical(body | {"signature": signature.hex()}) + b"\n"

    def open(self, data: bytes) -> SignedHead | None:
        """Read the head's file; None when it is no head or this key did not sign it."""
        try:
            body = json.loads(data)
            signature = bytes.fromhex(body.pop("signature"))
            self._key.public_key().verify(signature, _CONTEXT + canonical(body))
            return _decode(body)
        except ValueError, TypeError, AttributeError, KeyError, RecursionError, InvalidSignature:
            return None


def _decode(body: dict[str, Any]) -> SignedHead | None:
    """Read a body whose signature is good: it was written by this integration, of this version or another."""
    seq, size = body["seq"], body["size"]
    if body.keys() != _MEMBERS or body["format"] != FORMAT:
        return None
    if not all(type(number) is int and 0 <= number <= MAX_SAFE_INTEGER for number in (seq, size)):
        return None
    broken = body["broken"]
    found = Break(BreakKind(broken["kind"]), seq=broken["seq"]) if broken else None
    return SignedHead(Head(seq, body["hash"]), size, found)
