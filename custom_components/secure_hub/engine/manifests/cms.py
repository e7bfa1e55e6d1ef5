"""The part of CMS that a detached signature needs (RFC 5652, sections 3 and 5), in strict DER."""

from typing import Annotated, Final

from cryptography.hazmat import asn1
from cryptography.x509 import Certificate, ObjectIdentifier

SIGNED_DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.2")
DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.1")
CONTENT_TYPE: Final = ObjectIdentifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = ObjectIdentifier("1.2.840.113549.1.9.4")


@asn1.sequence
class AlgorithmIdentifier:
    """An algorithm without parameters, which all that are accepted here are; others do not decode."""

    algorithm: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class EncapsulatedContentInfo:
    """What was signed; the content itself is absent if the signature is detached."""

    content_type: ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class Attribute:
    """An attribute with its values."""

    type: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class IssuerAndSerialNumber:
    """A certificate by its issuer's name and its serial number."""

    issuer: asn1.TLV
    serial_number: int


@asn1.sequence
class SignerInfo:
    """One signature; `signer` is a certificate by issuer and number, or by subject key identifier."""

    version: int
    signer: IssuerAndSerialNumber | Annotated[bytes, asn1.Implicit(0)]
    digest_algorithm: AlgorithmIdentifier
    signed_attributes: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(0)]
    signature_algorithm: AlgorithmIdentifier
    signature: bytes
    unsigned_attributes: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class SignedData:
    """Signatures and the certificates that came with them."""

    version: int
    digest_algorithms: asn1.SetOf[AlgorithmIdentifier]
    content: EncapsulatedContentInfo
    certificates: Annotated[asn1.SetOf[Certificate] | None, asn1.Implicit(0)]
    signer_infos: asn1.SetOf[SignerInfo]


@asn1.sequence
class ContentInfo:
    """The outermost structure."""

    content_type: ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]
