"""Commands about incidents: told with their evidence, normal after all, let go and watched."""

import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.journal import canonical, read
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


@pytest.fixture
async def scanner(hub: SecureHub, lab: Lab) -> str:
    """A camera that was found to scan."""
    camera = asset(hub, lab.device("camera")).id
    finding = Finding(
        camera, time.time(), FindingKind.HORIZONTAL_SCAN, Severity.HIGH, 0.9, "T1046", "tcp 23", "It asked 30 others."
    )
    await hub.monitoring.async_judge(finding)
    return camera


async def test_an_incident_is_told_with_its_evidence(panel: Panel, scanner: str) -> None:
    told = await panel.asks("incidents/list")
    assert told["total"] == 1
    incident = told["incidents"][0]
    assert (incident["asset_id"], incident["severity"]) == (scanner, "high")
    assert incident["timeline"][0]["finding"] == "horizontal_scan"
    assert incident["timeline"][0]["evidence"] == "It asked 30 others."
    assert (await panel.asks("incidents/list", asset_id="nobody"))["incidents"] == []
    assert (await panel.asks("overview"))["incidents"]["open"] == 1


async def test_what_was_done_is_told_and_exported(panel: Panel, hub: SecureHub, scanner: str) -> None:
    incident = (await panel.asks("incidents/list"))["incidents"][0]
    await panel.asks("quarantine", asset_ids=[scanner], reason="it scans")
    await panel.asks("incidents/release", asset_id=scanner)
    told = await panel.asks("incidents/get", incident_id=incident["id"])
    done = [record["action"] for record in told["done"]]
    assert [one for one in done if one in {"quarantine", "release", "probation"}] == [
        "quarantine",
        "release",
        "probation",
    ]
    assert "finding" not in done, "it is in the timeline"
    assert (told["reason"], told["contained"]) == ("released", None)
    assert told["closed"] >= told["opened"]
    assert told["probation_until"] > time.time()
    evidence = await panel.asks("incidents/export", incident_id=incident["id"])
    assert evidence["format"] == 1
    assert {one["kind"] for one in evidence["asset"]["identifiers"]} >= {"mac"}
    assert "finding" in [record["action"] for record in evidence["journal"]]
    for record in evidence["journal"]:
        assert read(canonical(record) + b"\n").hash == record["hash"]
    assert evidence["journal_head"]["seq"] == hub.journal.status.head.seq
    assert await panel.refused("incidents/get", incident_id="nobody") == "unknown_incident"
    assert await panel.refused("incidents/export", incident_id="nobody") == "unknown_incident"


async def test_what_is_over_is_told_page_by_page(panel: Panel, hub: SecureHub, lab: Lab, scanner: str) -> None:
    tv = asset(hub, lab.device("tv")).id
    await hub.monitoring.async_judge(
        Finding(tv, time.time() + 1, FindingKind.BEACON, Severity.LOW, 0.5, "T1071", "-", "It calls home.")
    )
    await panel.asks("incidents/normal", asset_id=scanner)
    assert [it["asset_id"] for it in (await panel.asks("incidents/list"))["incidents"]] == [tv]
    page = await panel.asks("incidents/list", closed=True, limit=1)
    assert ([it["asset_id"] for it in page["incidents"]], page["total"]) == ([tv], 2)
    rest = await panel.asks("incidents/list", closed=True, limit=1, after=page["after"])
    assert ([(it["asset_id"], it["reason"]) for it in rest["incidents"]], rest["after"]) == (
        [(scanner, "normal")],
        None,
    )


async def test_what_differs_is_sent(panel: Panel, hub: SecureHub, scanner: str) -> None:
    await panel.asks("incidents/subscribe")
    first = await panel.next_event()
    assert ([it["asset_id"] for it in first["changed"]], first["gone"]) == ([scanner], [])
    incident = hub.monitoring.incidents[0].id
    await panel.asks("incidents/normal", asset_id=scanner)
    assert await panel.next_event() == {"gone": [incident]}


async def test_what_is_normal_is_an_incident_no_more(panel: Panel, scanner: str) -> None:
    assert await panel.asks("incidents/normal", asset_id=scanner, days=7) == {"learnt": 1, "released": False}
    assert (await panel.asks("incidents/list"))["incidents"] == []
    assert await panel.refused("incidents/normal", asset_id="nobody") == "unknown_asset"


async def test_let_go_and_watched(panel: Panel, hub: SecureHub, scanner: str, hass: HomeAssistant) -> None:
    await panel.asks("quarantine", asset_ids=[scanner])
    await panel.asks("incidents/release", asset_id=scanner)
    assert not hub.enforcement.is_contained(scanner)
    assert (await panel.asks("incidents/list"))["incidents"] == []
    await panel.asks("incidents/relearn", asset_id=scanner)
    await hass.async_block_till_done()
    assert hub.monitoring.is_learning(scanner)
