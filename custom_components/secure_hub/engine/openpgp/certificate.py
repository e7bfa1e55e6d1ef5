"""Whose signature it is: certificates (RFC 9580, section 10.1), and detached signatures checked against them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .packets import OpenPgpError, Packet, Tag, read_packets, unarmor
from .signature import Key, Signature, made_by, read_key, read_signature

_BINARY: Final = 0x00
_CERTIFICATIONS: Final = range(0x10, 0x14)
_BINDING, _BACK, _DIRECT, _REVOKED, _SUBKEY_REVOKED = 0x18, 0x19, 0x1F, 0x20, 0x28
_MAX_NAME: Final = 120
_CLOCK_SKEW_S: Final = 24 * 3600.0


class SignatureError(Exception):
    """A signature does not prove that a known key signed; the message is the reason."""


class UnknownSignerError(SignatureError):
    """It may be good, but nobody here knows the key that it names."""


@dataclass(slots=True)
class _Part:
    """A key, a user id or a subkey, as what follows it in a certificate is about it."""

    packet: Packet
    signatures: list[Signature] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A primary key with what it says of itself and its subkeys."""

    primary: Key
    name: str
    """The first name that the key itself vouches for."""
    own: tuple[Signature, ...]
    """What the key says of itself, the newest last."""
    subkeys: tuple[tuple[Key, Signature], ...]
    """Subkeys for signing, each with the newest statement that it belongs here."""

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the primary key, in upper-case hexadecimal digits."""
        return self.primary.fingerprint.hex().upper()

    def signing_keys(self, made: float, at: float) -> Iterator[Key]:
        """Keys that might sign data when it was `made`, by what they say of themselves now, `at`.

        Both in seconds since 1970. What a key said earlier is often no longer in its file, so the newest counts.
        """
        said = [one for one in self.own if one.in_force(at)]
        if not said or not _alive(self.primary, said[-1], made):
            return
        if said[-1].may_sign:
            yield self.primary
        yield from (key for key, binding in self.subkeys if binding.in_force(at) and _alive(key, binding, made))


def _alive(key: Key, said: Signature, made: float) -> bool:
    return key.created <= made and (said.key_lives is None or made < key.created + said.key_lives)


def read_certificates(data: bytes) -> tuple[Certificate, ...]:
    """Read the certificates of a file, armored or not, without those that are revoked or of a kind not accepted.

    Raises OpenPgpError if it is no such file, or none in it can be used.
    """
    found: list[Certificate] = []
    reason = "no certificate in it"
    for parts in _divided(read_packets(unarmor(data))):
        try:
            found.append(_certificate(parts))
        except OpenPgpError as error:
            reason = str(error)
    if not found:
        raise OpenPgpError(reason)
    return tuple(found)


def verify(content: bytes, signature: bytes, certificates: Sequence[Certificate], at: float) -> Certificate:
    """Say whose detached signature over `content` this is.

    `signature` is a file with one or more signatures, armored or not, `at` the time in seconds since 1970. The key has
    to be valid when the signature says that it was made, the signature now. Raises UnknownSignerError if none is by a
    key of these certificates, SignatureError if one should be and proves nothing.
    """
    reason = "no signature in it"
    named: list[str] = []
    for one in _signatures(signature):
        if isinstance(one, OpenPgpError):
            reason = str(one)  # of a later version, say: another one beside it may do
        elif (owner := _owner(one, certificates)) is None:
            named.append(one.issuer.hex().upper())
        elif (amiss := _amiss(one, content, owner, at)) is None:
            return owner
        else:
            raise SignatureError(amiss)
    if named:
        raise UnknownSignerError(", ".join(named)[:_MAX_NAME])
    raise SignatureError(reason)


def _signatures(data: bytes) -> Iterator[Signature | OpenPgpError]:
    try:
        for packet in read_packets(unarmor(data)):
            if packet.tag == Tag.SIGNATURE:
                try:
                    yield read_signature(packet.body)
                except OpenPgpError as error:
                    yield error
    except OpenPgpError as error:
        yield error


def _owner(signature: Signature, certificates: Iterable[Certificate]) -> Certificate | None:
    return next(
        (
            one
            for one in certificates
            if any(signature.names(key) for key in (one.primary, *(key for key, _ in one.subkeys)))
        ),
        None,
    )


def _amiss(signature: Signature, content: bytes, owner: Certificate, at: float) -> str | None:
    if signature.kind != _BINARY:
        return f"a signature of type {signature.kind:#04x}, not one over a file"
    if not signature.in_force(at, _CLOCK_SKEW_S):
        return "the signature has expired, or is of a time to come"
    keys = [key for key in owner.signing_keys(signature.created, at) if signature.names(key)]
    if not keys:
        return "the key was not valid for signing at that time"
    if not any(made_by(signature, key, content) for key in keys):
        return "the document is not what was signed"
    return None


def _divided(packets: Iterable[Packet]) -> Iterator[list[_Part]]:
    """Divide packets into certificates, and each into its parts with the signatures that follow them."""
    parts: list[_Part] = []
    for packet in packets:
        if packet.tag == Tag.PUBLIC_KEY:
            if parts:
                yield parts
            parts = [_Part(packet)]
        elif packet.tag != Tag.SIGNATURE:
            if parts and packet.tag != Tag.TRUST:
                parts.append(_Part(packet))
        elif parts:
            try:
                parts[-1].signatures.append(read_signature(packet.body))
            except OpenPgpError:
                continue  # other people's, or of an older time: nothing that is built on here
    if parts:
        yield parts


def _certificate(parts: list[_Part]) -> Certificate:
    primary = read_key(parts[0].packet.body)
    if any(one.kind == _REVOKED and made_by(one, primary, primary.hashed) for one in parts[0].signatures):
        reason = "the key is revoked"
        raise OpenPgpError(reason)
    own = [one for one in parts[0].signatures if one.kind == _DIRECT and made_by(one, primary, primary.hashed)]
    name = ""
    subkeys: list[tuple[Key, Signature]] = []
    for part in parts[1:]:
        if part.packet.tag == Tag.USER_ID:
            said = _said_of_name(primary, part)
            own += said
            name = name or (_readable(part.packet.body) if said else "")
        elif part.packet.tag == Tag.PUBLIC_SUBKEY and (bound := _bound(primary, part)):
            subkeys.append(bound)
    if not own:
        reason = "a key that says nothing of itself which can be checked; SHA-1 is not accepted"
        raise OpenPgpError(reason)
    own.sort(key=lambda one: one.created)
    return Certificate(primary, name, tuple(own), tuple(subkeys))


def _said_of_name(primary: Key, part: _Part) -> list[Signature]:
    body = part.packet.body
    signed = (primary.hashed, b"\xb4" + len(body).to_bytes(4) + body)
    return [one for one in part.signatures if one.kind in _CERTIFICATIONS and made_by(one, primary, *signed)]


def _bound(primary: Key, part: _Part) -> tuple[Key, Signature] | None:
    """Return a subkey that both keys say belongs here and is for signing (section 10.1.5), unless it is revoked."""
    try:
        key = read_key(part.packet.body)
    except OpenPgpError:
        return None
    signed = (primary.hashed, key.hashed)
    said = [one for one in part.signatures if made_by(one, primary, *signed)]
    bindings = sorted((one for one in said if one.kind == _BINDING), key=lambda one: one.created)
    if not bindings or any(one.kind == _SUBKEY_REVOKED for one in said):
        return None
    newest = bindings[-1]
    return (key, newest) if newest.may_sign and _agreed(key, newest, signed) else None


def _agreed(key: Key, binding: Signature, signed: tuple[bytes, ...]) -> bool:
    try:
        back = read_signature(binding.embedded or b"")
    except OpenPgpError:
        return False
    return back.kind == _BACK and made_by(back, key, *signed)


def _readable(name: bytes) -> str:
    return "".join(one if one.isprintable() else "?" for one in name.decode("utf-8", "replace"))[:_MAX_NAME]
