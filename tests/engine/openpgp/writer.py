"""Writes small OpenPGP certificates and signatures (RFC 9580), right and wrong ones: only Ed25519, only version 4."""

from dataclasses import dataclass, field
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MADE = 1_700_000_000
SIGN, CERTIFY = b"\x02", b"\x01"


def packet(tag: int, body: bytes) -> bytes:
    """Frame a packet in the new format, its length in five bytes."""
    return bytes([0xC0 | tag, 255]) + len(body).to_bytes(4) + body


def sub(kind: int, body: bytes) -> bytes:
    """Frame a subpacket, its length in one or two bytes."""
    size = len(body) + 1
    length = bytes([size]) if size < 192 else bytes([(size - 192 >> 8) + 192, (size - 192) & 0xFF])
    return length + bytes([kind]) + body


@dataclass
class Pair:
    """A key with its private part."""

    created: int = MADE
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def body(self) -> bytes:
        """The public key packet's body."""
        return bytes([4]) + self.created.to_bytes(4) + bytes([27]) + self.private.public_key().public_bytes_raw()

    @property
    def hashed(self) -> bytes:
        """What signatures over it hash."""
        return b"\x99" + len(self.body).to_bytes(2) + self.body

    @property
    def fingerprint(self) -> bytes:
        """Of version 4."""
        return hashlib.sha1(self.hashed, usedforsecurity=False).digest()

    def sign(self, kind: int, *signed: bytes, created: int | None = None, subpackets: bytes = b"") -> bytes:
        """Make a signature packet's body; `subpackets` may be framed ones that come after time and issuer."""
        told = sub(2, (created or self.created).to_bytes(4)) + sub(33, b"\x04" + self.fingerprint) + subpackets
        head = bytes([4, kind, 27, 8]) + len(told).to_bytes(2) + told
        digest = hashlib.sha256(b"".join(signed) + head + b"\x04\xff" + len(head).to_bytes(4)).digest()
        return head + b"\0\0" + digest[:2] + self.private.sign(digest)


def named(name: bytes) -> bytes:
    """Return what is hashed of a user id."""
    return b"\xb4" + len(name).to_bytes(4) + name


def certificate(pair: Pair, *, flags: bytes = SIGN, name: bytes = b"Test <t@t.example>", said: bytes = b"") -> bytes:
    """Make a certificate of a primary key and one name; `said` are more subpackets of what it says of itself."""
    own = pair.sign(0x13, pair.hashed, named(name), subpackets=sub(27, flags) + said)
    return packet(6, pair.body) + packet(13, name) + packet(2, own)


def subkey(primary: Pair, pair: Pair, *, back: bytes | None = None, signer: Pair | None = None) -> bytes:
    """Make what binds a subkey for signing; `back` and `signer` stand in for what ought to be there."""
    if back is None:
        back = pair.sign(0x19, primary.hashed, pair.hashed)
    told = sub(27, SIGN) + (sub(32, back) if back else b"")
    binding = (signer or primary).sign(0x18, primary.hashed, pair.hashed, subpackets=told)
    return packet(14, pair.body) + packet(2, binding)
