"""Security advisories: what their documents say, in the form that devices are matched against."""

from dataclasses import dataclass, field
from enum import StrEnum

from .deadlines import Severity
from .ranges import Range


class Impact(StrEnum):
    """What an advisory says of a product and a vulnerability (CSAF 2.0, 3.2.3.9; VEX)."""

    AFFECTED = "affected"
    FIXED = "fixed"
    NOT_AFFECTED = "not_affected"
    INVESTIGATED = "under_investigation"


class Problem(StrEnum):
    """What is wrong with a document, or with a key that documents are signed by."""

    TOO_LARGE = "document_too_large"
    MALFORMED = "document_malformed"
    UNKNOWN_FORMAT = "document_unknown_format"
    UNREADABLE = "document_unreadable"
    HASH_WRONG = "document_hash_wrong"
    SIGNATURE_WRONG = "document_signature_wrong"
    KEY_REFUSED = "document_key_refused"


class DocumentError(ValueError):
    """A document is not what it should be; the message says which rule it breaks."""

    def __init__(self, problem: Problem, detail: str) -> None:
        """Keep what is needed to tell the user."""
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Product:
    """A product as an advisory names it."""

    vendor: str
    name: str
    family: str | None = None
    versions: Range | None = field(default_factory=Range)
    """Versions of it that are meant; None if the advisory says that in a way nobody can read."""
    model_numbers: tuple[str, ...] = ()
    """With `*` and `?` as wildcards (CSAF 2.0, 3.1.3.3.4)."""
    said: str = ""
    """The versions, as the advisory has it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One advisory about one vulnerability of one product."""

    advisory: str
    """Id that its publisher gave it."""
    vulnerability: str
    """CVE, or the id that the document has for it."""
    impact: Impact
    product: Product
    severity: Severity = Severity.VULNERABLE
    exploited: bool = False
    fixed: str | None = None
    """Version that its maker mended it in."""
    no_fix: bool = False
    """Its maker says that it will not be mended."""
    title: str = ""
    source: str = ""
    """File or address that it was read from."""


@dataclass(frozen=True, slots=True)
class Document:
    """What one document says."""

    id: str
    statements: tuple[Statement, ...] = ()
    exploited: frozenset[str] = frozenset()
    """Vulnerabilities that it lists as known to be exploited."""
