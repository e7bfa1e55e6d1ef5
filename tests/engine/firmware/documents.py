"""Advisories for tests, in the shape in which makers publish them."""

from typing import Any, Final

PLUG: Final = {
    "category": "product_name",
    "name": "Smart Plug 3",
    "branches": [
        {
            "category": "product_version_range",
            "name": "vers:generic/<1.1.0",
            "product": {"name": "Acme Smart Plug 3 <1.1.0", "product_id": "P-1"},
        },
        {
            "category": "product_version",
            "name": "1.1.0",
            "product": {"name": "Acme Smart Plug 3 1.1.0", "product_id": "P-2"},
        },
    ],
}


def csaf(**changed: Any) -> dict[str, Any]:
    """A CSAF 2.0 advisory: one vulnerability of Acme's Smart Plug 3 before 1.1.0, rated critical."""
    document = {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "publisher": {"category": "vendor", "name": "Acme PSIRT", "namespace": "https://acme.example"},
            "title": "Smart Plug: remote code execution",
            "tracking": {
                "id": "ACME-2026-001",
                "status": "final",
                "version": "1",
                "current_release_date": "2026-10-01T00:00:00Z",
            },
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme Inc.", "branches": [PLUG]}]},
        "vulnerabilities": [
            {
                "cve": "CVE-2026-0001",
                "product_status": {"known_affected": ["P-1"], "fixed": ["P-2"]},
                "scores": [{"products": ["P-1"], "cvss_v3": {"baseScore": 9.8, "baseSeverity": "CRITICAL"}}],
                "remediations": [{"category": "vendor_fix", "details": "Update.", "product_ids": ["P-1"]}],
            }
        ],
    }
    return document | changed


def kev(*rows: tuple[str, str, str]) -> dict[str, Any]:
    """A list of exploited vulnerabilities: CVE, vendor, product."""
    return {
        "title": "Known Exploited Vulnerabilities",
        "catalogVersion": "2026.11.20",
        "dateReleased": "2026-11-20T00:00:00Z",
        "count": len(rows),
        "vulnerabilities": [
            {"cveID": cve, "vendorProject": vendor, "product": product, "vulnerabilityName": f"{product} flaw"}
            for cve, vendor, product in rows
        ],
    }
