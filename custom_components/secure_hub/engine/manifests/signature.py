"""Signatures of MUD files: detached CMS, checked up to a trust anchor (RFC 8520, section 13.2)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    ExtensionNotFound,
    InvalidVersion,
    KeyUsage,
    Name,
    ObjectIdentifier,
    SubjectKeyIdentifier,
    UnsupportedGeneralNameType,
)
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from . import cms

MAX_BYTES = 64 * 1024
MAX_CERTIFICATES = 8
_MAX_CHAIN_DEPTH = 4
_MIN_RSA_BITS = 2048
_MUD_CONTENT = ObjectIdentifier("1.2.840.113549.1.9.16.1.41")
_DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = {
    "1.2.840.113549.1.1.1": None,  # the hash is that of the digest algorithm (RFC 3370, section 3.2)
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
}
_ECDSA = {
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}
_ED25519 = "1.3.101.112"

_MALFORMED = (ValueError, UnsupportedAlgorithm, DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType)
"""What `cryptography` raises for certificates that it cannot take."""


class SignatureError(Exception):
    """The signature does not prove who wrote the file; the message is the reason."""


def verify(
    content: bytes,
    signature: bytes,
    anchors: Collection[Certificate],
    at: datetime,
    mudsigner: Name | None = None,
) -> Certificate:
    """The certificate that signed `content`, whose chain ends in one of `anchors` and is valid at `at` (with a zone).

    `signature` is DER of at most MAX_BYTES with exactly one signature: RSA (PKCS #1 v1.5), ECDSA or Ed25519 with SHA-2.
    `mudsigner` is the subject that the device's own certificate names in id-pe-mudsigner, if it has one. Revocation is
    not looked up. Raises SignatureError.
    """
    try:
        return _verified(_decode(signature), content, anchors, at, mudsigner)
    except _MALFORMED as error:  # parts of certificates are decoded when they are looked at
        reason = f"a certificate that cannot be read: {error}"
        raise SignatureError(reason) from error


def _verified(
    signed: cms.SignedData, content: bytes, anchors: Collection[Certificate], at: datetime, mudsigner: Name | None
) -> Certificate:
    certificates = signed.certificates.as_list() if signed.certificates else []
    if len(certificates) > MAX_CERTIFICATES:
        reason = f"{len(certificates)} certificates, and {MAX_CERTIFICATES} is the limit"
        raise SignatureError(reason)
    infos = signed.signer_infos.as_list()
    if len(infos) != 1:
        reason = f"{len(infos)} signatures where one is asked for"
        raise SignatureError(reason)
    info = infos[0]
    signer = _signer(info, (*certificates, *anchors))
    _check_attributes(info, signed.content.content_type, content)
    _check_signature(info, signer)
    _check_chain(signer, certificates, anchors, at)
    if mudsigner is not None and signer.subject != mudsigner:
        reason = "signed by somebody else than the device's certificate names"
        raise SignatureError(reason)
    return signer


def _decode(signature: bytes) -> cms.SignedData:
    if len(signature) > MAX_BYTES:
        reason = f"{len(signature)} bytes, and {MAX_BYTES} is the limit"
        raise SignatureError(reason)
    try:
        info = asn1.decode_der(cms.ContentInfo, signature)
    except _MALFORMED as error:
        reason = "not a CMS signature in DER, or one with an algorithm that is not accepted"
        raise SignatureError(reason) from error
    if info.content_type != cms.SIGNED_DATA or info.content.content.content_type not in {cms.DATA, _MUD_CONTENT}:
        reason = "not a signature of a MUD file"
        raise SignatureError(reason)
    if info.content.content.content is not None:
        reason = "not detached: it carries a content of its own"
        raise SignatureError(reason)
    return info.content


def _signer(info: cms.SignerInfo, certificates: Collection[Certificate]) -> Certificate:
    for certificate in certificates:
        if isinstance(info.signer, bytes):
            if _key_identifier(certificate) == info.signer:
                return certificate
        elif (
            certificate.serial_number == info.signer.serial_number
            and certificate.issuer.public_bytes() == asn1.encode_der(info.signer.issuer)
        ):
            return certificate
    reason = "the signer's certificate is missing"
    raise SignatureError(reason)


def _key_identifier(certificate: Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(SubjectKeyIdentifier).value.digest
    except ExtensionNotFound:
        return None


def _check_attributes(info: cms.SignerInfo, content_type: ObjectIdentifier, content: bytes) -> None:
    """Signed attributes bind type and digest of the content (RFC 5652, section 11); without them nothing does."""
    digest = _DIGESTS.get(info.digest_algorithm.algorithm.dotted_string)
    if digest is None or info.signed_attributes is None:
        reason = "not signed over attributes with a SHA-2 digest"
        raise SignatureError(reason)
    attributes = info.signed_attributes.as_list()
    hasher = hashes.Hash(digest)
    hasher.update(content)
    if _single(attributes, cms.CONTENT_TYPE, ObjectIdentifier) != content_type:
        reason = "the signed content type is another one"
        raise SignatureError(reason)
    if not compare_digest(_single(attributes, cms.MESSAGE_DIGEST, bytes), hasher.finalize()):
        reason = "the file is not the one that was signed"
        raise SignatureError(reason)


def _single[T](attributes: Collection[cms.Attribute], kind: ObjectIdentifier, value_type: type[T]) -> T:
    values = [value for attribute in attributes if attribute.type == kind for value in attribute.values.as_list()]
    try:
        (value,) = values
        parsed: T = value.parse(value_type)
    except ValueError as error:
        reason = f"attribute {kind.dotted_string} does not have exactly one value of its type"
        raise SignatureError(reason) from error
    return parsed


def _check_signature(info: cms.SignerInfo, signer: Certificate) -> None:
    message = asn1.encode_der(info.signed_attributes)  # with its own tag, not the [0] of its place (section 5.4)
    algorithm = info.signature_algorithm.algorithm.dotted_string
    digest_name = info.digest_algorithm.algorithm.dotted_string
    try:
        match signer.public_key():
            case rsa.RSAPublicKey() as rsa_key if algorithm in _RSA and rsa_key.key_size >= _MIN_RSA_BITS:
                rsa_key.verify(info.signature, message, padding.PKCS1v15(), _DIGESTS[_RSA[algorithm] or digest_name])
            case ec.EllipticCurvePublicKey() as ec_key if algorithm in _ECDSA:
                ec_key.verify(info.signature, message, ec.ECDSA(_DIGESTS[_ECDSA[algorithm]]))
            case ed25519.Ed25519PublicKey() as ed_key if algorithm == _ED25519:
                ed_key.verify(info.signature, message)
            case _:
                reason = (
                    "signed with an algorithm that is not accepted, or that does not fit the key, or a key too short"
                )
                raise SignatureError(reason)
    except InvalidSignature as error:
        reason = "the signature is wrong"
        raise SignatureError(reason) from error


def _check_chain(
    signer: Certificate, certificates: Collection[Certificate], anchors: Collection[Certificate], at: datetime
) -> None:
    if not anchors:
        reason = "there is no trust anchor"
        raise SignatureError(reason)
    authority = (
        ExtensionPolicy.permit_all()
        .require_present(BasicConstraints, Criticality.AGNOSTIC, None)  # what it says is checked in any case
        .may_be_present(KeyUsage, Criticality.AGNOSTIC, _may_sign_certificates)
    )
    author = ExtensionPolicy.permit_all().require_present(KeyUsage, Criticality.AGNOSTIC, _may_sign)
    verifier = (
        PolicyBuilder()
        .store(Store(list(anchors)))
        .time(at)
        .max_chain_depth(_MAX_CHAIN_DEPTH)
        .extension_policies(ca_policy=authority, ee_policy=author)
        .build_client_verifier()
    )
    try:
        verifier.verify(signer, [certificate for certificate in certificates if certificate != signer])
    except VerificationError as error:
        reason = f"no valid chain to a trust anchor: {error}"
        raise SignatureError(reason) from error


def _may_sign_certificates(_policy: Policy, _certificate: Certificate, extension: KeyUsage | None) -> None:
    if extension is not None and not extension.key_cert_sign:
        reason = "may not sign certificates"
        raise ValueError(reason)


def _may_sign(_policy: Policy, _certificate: Certificate, extension: KeyUsage) -> None:
    if not extension.digital_signature:
        reason = "may not sign files"
        raise ValueError(reason)
