"""Advisories, lists of exploited vulnerabilities and the table of support, and which devices they are about."""

import contextlib
from datetime import UTC, datetime
import json
from random import Random
from typing import Any, Final

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firmware.advisories import DocumentError, Impact, Problem
from custom_components.secure_hub.engine.firmware.csaf import MAX_DEPTH, parse_csaf
from custom_components.secure_hub.engine.firmware.deadlines import Severity
from custom_components.secure_hub.engine.firmware.facts import Facts
from custom_components.secure_hub.engine.firmware.kev import is_kev, parse_kev
from custom_components.secure_hub.engine.firmware.matching import MAX_MATCHES, Confidence, Library, Match, maker
from custom_components.secure_hub.engine.firmware.support import parse_support, support_of

from .documents import csaf, kev


def facts(
    manufacturer: str | None = "Acme", model: str | None = "Smart Plug 3", *versions: str, asset_id: str = "a"
) -> Facts:
    """A device."""
    return Facts(asset_id, "plug", manufacturer=manufacturer, model=model, sw_versions=versions)


def matched(*documents: Any, device: Facts | None = None) -> tuple[Match, ...]:
    """What fits a device, by default a Smart Plug 3 with 1.0.0."""
    parsed = [parse_kev(one, "kev.json") if is_kev(one) else parse_csaf(one, "acme.json") for one in documents]
    return Library(parsed).matches(device or facts("Acme", "Smart Plug 3", "1.0.0"))


def test_an_advisory_fits_with_its_evidence() -> None:
    (match,) = matched(csaf())
    assert (match.vulnerability, match.severity, match.confidence) == (
        "CVE-2026-0001",
        Severity.CRITICAL,
        Confidence.HIGH,
    )
    assert (match.fixed, match.advisory, match.source) == ("1.1.0", "ACME-2026-001", "acme.json")
    assert match.evidence == (
        "maker: Acme = Acme Inc.",
        "model: Smart Plug 3 = Smart Plug 3",
        "version: 1.0.0 in vers:generic/<1.1.0",
    )


@pytest.mark.parametrize(
    ("device", "confidence"),
    [
        (facts("ACME GmbH", "smart plug 3", "1.0.0"), Confidence.HIGH),
        (facts("Acme", "Smart Plug 3 (EU)", "1.0.0"), Confidence.MEDIUM),
        (facts("Acme", "Smart Plug 3"), Confidence.LOW),
        (facts("Acme", "Smart Plug 3", "20240101"), Confidence.LOW),
        (facts("Acme", "Smart Plug 3", "20240101", "1.0.5"), Confidence.HIGH),
        (facts("Acme", "Smart Plug 3", "1.1.0"), None),
        (facts("Acme", "Smart Plug 4", "1.0.0"), None),
        (facts("Acme", "Plug", "1.0.0"), None),
        (facts("Other", "Smart Plug 3", "1.0.0"), None),
        (facts(None, "Smart Plug 3", "1.0.0"), None),
        (facts("Acme", None, "1.0.0"), None),
    ],
)
def test_how_sure_it_is(device: Facts, confidence: Confidence | None) -> None:
    found = matched(csaf(), device=device)
    assert [match.confidence for match in found] == ([] if confidence is None else [confidence])


def test_makers_are_known_by_many_names() -> None:
    assert len({maker(name) for name in ("Signify Netherlands B.V.", "Philips", "Philips Hue", "SIGNIFY")}) == 1
    assert maker("TP-Link Systems Inc.") == maker("tp link") == maker("Kasa")
    assert maker("Acme") != maker("Apex")


def test_a_vex_statement_clears() -> None:
    vex = csaf()
    vex["document"]["category"] = "csaf_vex"
    vex["vulnerabilities"] = [{"cve": "CVE-2026-0001", "product_status": {"known_not_affected": ["P-1"]}}]
    assert matched(csaf(), vex) == ()


def test_what_is_exploited_weighs_more() -> None:
    (match,) = matched(csaf(), kev(("cve-2026-0001", "Nobody", "Nothing")))
    assert match.severity is Severity.EXPLOITED
    vulnerable = csaf()["vulnerabilities"][0]
    threat = {"threats": [{"category": "exploit_status", "details": "Actively exploited."}]}
    (match,) = matched(csaf(vulnerabilities=[vulnerable | threat]))
    assert match.severity is Severity.EXPLOITED


def test_a_list_of_exploited_ones_alone_says_little() -> None:
    (match,) = matched(kev(("CVE-2026-7", "Acme", "Smart Plug 3")))
    assert (match.confidence, match.evidence[-1]) == (Confidence.LOW, "version: not known")


TREE: Final = {
    "branches": [
        {
            "category": "vendor",
            "name": "Acme",
            "branches": [
                {
                    "category": "product_name",
                    "name": "Plug family",
                    "product": {
                        "name": "the plug",
                        "product_id": "HW",
                        "product_identification_helper": {"model_numbers": ["SP3-??", "X*"]},
                    },
                },
                {
                    "category": "product_name",
                    "name": "PlugOS",
                    "branches": [
                        {
                            "category": "product_version",
                            "name": "<2.0",
                            "product": {"name": "PlugOS", "product_id": "FW"},
                        }
                    ],
                },
            ],
        }
    ],
    "relationships": [
        {
            "category": "installed_on",
            "product_reference": "FW",
            "relates_to_product_reference": "HW",
            "full_product_name": {
                "name": "PlugOS on the plug",
                "product_id": "R",
                "product_identification_helper": {"model_numbers": ["SP3-??"]},
            },
        }
    ],
    "product_groups": [{"group_id": "G", "product_ids": ["R"]}],
    "full_product_names": [{"name": "Plug family", "product_id": "loose"}],
}


def test_model_numbers_and_relationships_and_groups() -> None:
    vulnerability = {
        "ids": [{"system_name": "Acme bugs", "text": "BUG-7"}],
        "product_status": {"known_affected": ["R", "gone"]},
        "remediations": [{"category": "no_fix_planned", "details": "", "group_ids": ["G"]}],
    }
    document = csaf(product_tree=TREE, vulnerabilities=[vulnerability])
    (match,) = matched(document, device=facts("Acme", "SP3-EU", "1.9"))
    assert (match.vulnerability, match.no_fix, match.confidence) == ("BUG-7", True, Confidence.HIGH)
    assert matched(document, device=facts("Acme", "SP3-EU", "2.0")) == ()


def test_drafts_and_groups_of_status() -> None:
    draft = csaf()
    draft["document"]["tracking"]["status"] = "draft"
    assert parse_csaf(draft, "x").statements == ()
    status = {"under_investigation": ["P-1"], "first_fixed": ["P-2"]}
    found = parse_csaf(csaf(vulnerabilities=[{"title": "odd", "product_status": status}]), "x").statements
    assert [(one.impact, one.vulnerability) for one in found] == [
        (Impact.FIXED, "odd"),
        (Impact.INVESTIGATED, "odd"),
    ]


def test_the_worst_are_kept() -> None:
    rows = [(f"CVE-2026-{number}", "Acme", "Smart Plug 3") for number in range(MAX_MATCHES + 10)]
    found = matched(kev(*rows), csaf())
    assert len(found) == MAX_MATCHES
    assert found[0].vulnerability == "CVE-2026-0001"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        {"document": []},
        {"document": {"csaf_version": "1.2"}},
        {"document": {"csaf_version": "2.0"}},
        csaf(product_tree=[]),
        csaf(product_tree={"branches": {}}),
        csaf(product_tree={"branches": ["x"]}),
        csaf(vulnerabilities={}),
        csaf(vulnerabilities=[{"product_status": []}]),
        csaf(vulnerabilities=[{"scores": [1]}]),
        csaf(vulnerabilities=[{"remediations": [5]}]),
    ],
)
def test_what_is_malformed_is_refused(wrong: Any) -> None:
    with pytest.raises(DocumentError):
        parse_csaf(wrong, "x")


def test_a_category_of_any_kind_is_passed_over() -> None:
    remediations = [{"category": [], "product_ids": ["P-1"]}]
    assert parse_csaf(csaf(vulnerabilities=[{"cve": "CVE-1", "remediations": remediations}]), "x").statements == ()


def test_branches_have_a_depth() -> None:
    branch: dict[str, Any] = {"category": "product_name", "name": "deep"}
    for _ in range(MAX_DEPTH + 5):
        branch = {"category": "product_family", "name": "deeper", "branches": [branch]}
    with pytest.raises(DocumentError) as caught:
        parse_csaf(csaf(product_tree={"branches": [branch]}), "x")
    assert caught.value.problem is Problem.TOO_LARGE


@pytest.mark.parametrize(
    "wrong", [{"vulnerabilities": {}}, {"vulnerabilities": ["x"]}, {"vulnerabilities": [{"cveID": 5}]}, []]
)
def test_a_malformed_list_is_refused(wrong: Any) -> None:
    with pytest.raises(DocumentError):
        parse_kev(wrong, "x")


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a document."""
    found = [path]
    if isinstance(node, dict | list):
        for key in node if isinstance(node, dict) else range(len(node)):
            found += places(node[key], (*path, key))
    return found


@given(st.integers(0, 10_000), st.sampled_from([None, 0, "", "x" * 600, [], {}, [None], {"a": 1}, True, 1e300]))
def test_any_member_may_be_anything(seed: int, value: Any) -> None:
    random = Random(seed)
    for document, read in ((csaf(), parse_csaf), (kev(("CVE-1", "a", "b")), parse_kev)):
        changed = json.loads(json.dumps(document))
        path = random.choice([one for one in places(changed) if one])
        node = changed
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value
        with contextlib.suppress(DocumentError):
            Library([read(changed, "fuzz")]).matches(facts("Acme", "Smart Plug 3", "1.0.0"))


def test_the_table_of_support() -> None:
    table = parse_support(
        [
            {"manufacturer": "ACME Inc", "model": "Smart*", "support_ends": "2027-01-31"},
            {"manufacturer": "acme", "model": "Smart Plug 3", "support_ends": "2026-06-30", "source": "letter"},
        ]
    )
    row = support_of(facts("Acme", "Smart Plug 3"), table)
    assert row
    assert (row.source, row.ends) == ("letter", datetime(2026, 7, 1, tzinfo=UTC).timestamp())
    assert support_of(facts("Acme", "Smart Bulb"), table) == table[0]
    assert support_of(facts("Acme", "Other"), table) is None
    assert support_of(facts(None, None), table) is None
    assert parse_support(None) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        ["x"],
        [{"manufacturer": "a", "model": "b"}],
        [{"manufacturer": "a", "model": "b", "support_ends": "soon"}],
        [{"manufacturer": "a", "model": "b", "support_ends": "2027-01-31", "odd": 1}],
        [{}] * 10_001,
    ],
)
def test_a_table_that_cannot_be_read(wrong: Any) -> None:
    with pytest.raises(DocumentError):
        parse_support(wrong)
