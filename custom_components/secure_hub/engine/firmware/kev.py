"""Lists of vulnerabilities that are known to be exploited, in the shape of CISA's KEV catalogue."""

from typing import Final

from .advisories import Document, DocumentError, Impact, Problem, Product, Statement
from .deadlines import Severity

MAX_ENTRIES: Final = 50_000
MAX_TEXT: Final = 500


def is_kev(data: object) -> bool:
    """Whether it looks like one: `vulnerabilities` with `cveID`, and no CSAF `document`."""
    return isinstance(data, dict) and "vulnerabilities" in data and "document" not in data


def parse_kev(data: object, source: str) -> Document:
    """Read a list; raises DocumentError. It names no versions: alone it can only say that a product may be affected."""
    entries = data.get("vulnerabilities") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list):
        raise DocumentError(Problem.MALFORMED, "vulnerabilities is no list")
    if len(entries) > MAX_ENTRIES:
        raise DocumentError(Problem.TOO_LARGE, f"more than {MAX_ENTRIES} entries")
    statements = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("cveID"), str):
            raise DocumentError(Problem.MALFORMED, "an entry without cveID")
        texts = {key: str(entry.get(key) or "")[:MAX_TEXT].strip() for key in ("vendorProject", "product", "cveID")}
        statements.append(
            Statement(
                advisory="KEV",
                vulnerability=texts["cveID"].upper(),
                impact=Impact.AFFECTED,
                product=Product(texts["vendorProject"], texts["product"], versions=None),
                severity=Severity.EXPLOITED,
                exploited=True,
                title=str(entry.get("vulnerabilityName") or "")[:MAX_TEXT],
                source=source,
            )
        )
    version = str(data.get("catalogVersion") or "")[:40]
    return Document(f"KEV {version}".strip(), tuple(statements), frozenset(one.vulnerability for one in statements))
