"""CSAF 2.0 documents, security advisories and VEX, as statements (OASIS, csaf-v2.0-os).

Nothing in a document is trusted: unknown members are passed over, wrong ones refuse the document, and every dimension
that could grow is bounded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .advisories import Document, DocumentError, Impact, Problem, Product, Statement
from .deadlines import Severity
from .ranges import Range, parse_range

MAX_PRODUCTS: Final = 20_000
MAX_STATEMENTS: Final = 50_000
MAX_DEPTH: Final = 30
"""Branches within branches that are followed; the standard's own limit for validators is 30 (6.1 ff.)."""
MAX_TEXT: Final = 500

_STATUS: Final = {
    "known_affected": Impact.AFFECTED,
    "first_affected": Impact.AFFECTED,
    "last_affected": Impact.AFFECTED,
    "fixed": Impact.FIXED,
    "first_fixed": Impact.FIXED,
    "recommended": Impact.FIXED,
    "known_not_affected": Impact.NOT_AFFECTED,
    "under_investigation": Impact.INVESTIGATED,
}
"""Groups of product_status (3.2.3.9). `last_affected` and `first_fixed` name one version, not a range."""
_CRITICAL: Final = frozenset({"HIGH", "CRITICAL", "IMPORTANT"})
_NO_FIX: Final = frozenset({"no_fix_planned"})


@dataclass(slots=True)
class _Tree:
    products: dict[str, Product] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)


def parse_csaf(data: object, source: str) -> Document:
    """Read a document; raises DocumentError."""
    root = _mapping(data, "the document")
    head = _mapping(root.get("document"), "document")
    if not str(head.get("csaf_version", "")).startswith("2."):
        raise DocumentError(Problem.UNKNOWN_FORMAT, "document.csaf_version is not 2.x")
    tracking = _mapping(head.get("tracking"), "document.tracking")
    advisory = _text(tracking.get("id")) or source
    if tracking.get("status") == "draft":
        return Document(advisory)
    tree = _products(_mapping(root.get("product_tree", {}), "product_tree"))
    title = _text(head.get("title"))
    statements: list[Statement] = []
    for number, entry in enumerate(_list(root.get("vulnerabilities", []), "vulnerabilities")):
        vulnerability = _mapping(entry, f"vulnerabilities[{number}]")
        for statement in _statements(vulnerability, tree, advisory):
            statements.append(replace(statement, title=title, source=source))
            if len(statements) > MAX_STATEMENTS:
                raise DocumentError(Problem.TOO_LARGE, f"more than {MAX_STATEMENTS} statements")
    return Document(advisory, tuple(statements))


def _products(tree: Mapping[str, Any]) -> _Tree:
    found = _Tree()
    for branch in _list(tree.get("branches", []), "branches"):
        _branch(_mapping(branch, "a branch"), Product("", "", versions=Range()), found, 0)
    for entry in _list(tree.get("full_product_names", []), "full_product_names"):
        product = _mapping(entry, "a product")
        _add(found, product, Product("", _text(product.get("name")), versions=None))
    for entry in _list(tree.get("relationships", []), "relationships"):
        relationship = _mapping(entry, "a relationship")
        base = found.products.get(_text(relationship.get("relates_to_product_reference")))
        whole = _mapping(relationship.get("full_product_name", {}), "a product")
        part = found.products.get(_text(relationship.get("product_reference")))
        if base is not None:  # firmware 1.2 installed on a device: the device, with the firmware's versions
            _add(found, whole, replace(base, versions=part.versions, said=part.said) if part else base)
    for entry in _list(tree.get("product_groups", []), "product_groups"):
        group = _mapping(entry, "a group")
        ids = _list(group.get("product_ids", []), "product_ids")
        found.groups[_text(group.get("group_id"))] = tuple(map(_text, ids[:MAX_PRODUCTS]))
    return found


def _branch(branch: Mapping[str, Any], above: Product, found: _Tree, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise DocumentError(Problem.TOO_LARGE, f"branches more than {MAX_DEPTH} deep")
    name, here = _text(branch.get("name")), above
    match branch.get("category"):
        case "vendor":
            here = replace(above, vendor=name)
        case "product_family":
            here = replace(above, family=name)
        case "product_name":
            here = replace(above, name=name)
        case "product_version" | "product_version_range":
            here = replace(above, versions=parse_range(name), said=name)
    for child in _list(branch.get("branches", []), "branches"):
        _branch(_mapping(child, "a branch"), here, found, depth + 1)
    if "product" in branch:
        _add(found, _mapping(branch["product"], "a product"), here)


def _add(found: _Tree, entry: Mapping[str, Any], product: Product) -> None:
    if len(found.products) >= MAX_PRODUCTS:
        raise DocumentError(Problem.TOO_LARGE, f"more than {MAX_PRODUCTS} products")
    identification = entry.get("product_identification_helper")
    numbers: Sequence[Any] = []
    if identification is not None:
        numbers = _list(_mapping(identification, "a helper").get("model_numbers", []), "model_numbers")
    named = product if product.name else replace(product, name=_text(entry.get("name")))
    found.products[_text(entry.get("product_id"))] = replace(named, model_numbers=tuple(map(_text, numbers[:100])))


def _statements(vulnerability: Mapping[str, Any], tree: _Tree, advisory: str) -> Iterator[Statement]:
    name = _name(vulnerability)
    severities = dict(_severities(vulnerability, tree))
    exploited = _is_exploited(vulnerability)
    no_fix = set(_remediated(vulnerability, tree, _NO_FIX))
    status = _mapping(vulnerability.get("product_status", {}), "product_status")
    fixed = {
        (product.vendor, product.name): bound
        for key in ("recommended", "fixed", "first_fixed")
        for product_id in _list(status.get(key, []), key)
        if (product := tree.products.get(_text(product_id))) and (bound := _lowest(product.versions))
    }
    for key, impact in _STATUS.items():
        for product_id in _list(status.get(key, []), key):
            product = tree.products.get(_text(product_id))
            if product is None:
                continue
            yield Statement(
                advisory,
                name,
                impact,
                product,
                severities.get(_text(product_id), severities.get("", Severity.VULNERABLE)),
                exploited,
                fixed.get((product.vendor, product.name)),
                no_fix=_text(product_id) in no_fix,
            )


def _lowest(versions: Range | None) -> str | None:
    """Version that a product which is mended has at least."""
    constraints = versions.constraints if versions else ()
    return next((version for operator, version in constraints if operator in {"=", ">="}), None)


def _name(vulnerability: Mapping[str, Any]) -> str:
    if cve := _text(vulnerability.get("cve")):
        return cve.upper()
    for entry in _list(vulnerability.get("ids", []), "ids"):
        if text := _text(_mapping(entry, "an id").get("text")):
            return text
    return _text(vulnerability.get("title")) or "unnamed"


def _severities(vulnerability: Mapping[str, Any], tree: _Tree) -> Iterator[tuple[str, Severity]]:
    """Severity for each product id; under the empty id the worst of all."""
    worst = Severity.VULNERABLE
    for entry in _list(vulnerability.get("scores", []), "scores"):
        score = _mapping(entry, "a score")
        rated = [_mapping(score[key], key).get("baseSeverity", "") for key in score if key.startswith("cvss_")]
        severity = Severity.CRITICAL if {str(one).upper() for one in rated} & _CRITICAL else Severity.VULNERABLE
        worst = max(worst, severity)
        for product_id in _list(score.get("products", []), "products"):
            if _text(product_id) in tree.products:
                yield _text(product_id), severity
    yield "", worst


def _is_exploited(vulnerability: Mapping[str, Any]) -> bool:
    """Whether a threat of category exploit_status says so (3.2.3.14); KEV lists say it better."""
    for entry in _list(vulnerability.get("threats", []), "threats"):
        threat = _mapping(entry, "a threat")
        if threat.get("category") == "exploit_status":
            details = _text(threat.get("details")).lower()
            if details.startswith(("exploited", "actively exploited", "exploitation detected", "active")):
                return True
    return False


def _remediated(vulnerability: Mapping[str, Any], tree: _Tree, categories: frozenset[str]) -> Iterator[str]:
    for entry in _list(vulnerability.get("remediations", []), "remediations"):
        remediation = _mapping(entry, "a remediation")
        if _text(remediation.get("category")) in categories:
            yield from map(_text, _list(remediation.get("product_ids", []), "product_ids"))
            for group in _list(remediation.get("group_ids", []), "group_ids"):
                yield from tree.groups.get(_text(group), ())


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(Problem.MALFORMED, f"{what} is no object")
    return value


def _list(value: object, what: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise DocumentError(Problem.MALFORMED, f"{what} is no list")
    return value


def _text(value: object) -> str:
    return value[:MAX_TEXT].strip() if isinstance(value, str) else ""
