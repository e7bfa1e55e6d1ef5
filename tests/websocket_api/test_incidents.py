"""Commands about incidents: told with their evidence, normal after all, let go and watched."""

import time
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.journal import canonical, read
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.plugin import journal_of

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


async def test_what_is_normal_is_listed_and_taken_back(
    panel: Panel, hub: SecureHub, scanner: str, hass: HomeAssistant
) -> None:
    await panel.asks("incidents/normal", asset_id=scanner, days=7)
    await panel.asks("incidents/normal", asset_id=scanner, finding="beacon", everywhere=True)
    for_all, of_it = (await panel.asks("incidents/normals"))["normal"]
    assert for_all == {"finding": "beacon", "asset_id": None, "asset": None, "subject": None, "until": None}
    until, name = of_it.pop("until"), of_it.pop("asset")
    assert until == pytest.approx(time.time() + 7 * 86_400, abs=60)
    assert name
    assert of_it == {"finding": "horizontal_scan", "asset_id": scanner, "subject": "tcp 23"}
    with patch.object(hub.monitoring._detector, "forget") as forget:
        assert await panel.asks("incidents/take_back", **of_it) == {"taken_back": 1}
        forget.assert_called_once_with(scanner)  # what was found meanwhile may be found again
        assert await panel.asks("incidents/take_back", **of_it) == {"taken_back": 0}
        assert await panel.asks("incidents/take_back", finding="beacon") == {"taken_back": 1}
        assert forget.call_count == 1 + len(hub.assets)
    assert (await panel.asks("incidents/normals"))["normal"] == []
    assert [it["details"]["finding"] for it in journal_of(hass) if it["action"] == "normal_taken_back"] == [
        "horizontal_scan",
        "beacon",
    ]


async def test_let_go_and_watched(panel: Panel, hub: SecureHub, scanner: str, hass: HomeAssistant) -> None:
    await panel.asks("quarantine", asset_ids=[scanner])
    await panel.asks("incidents/release", asset_id=scanner)
    assert not hub.enforcement.is_contained(scanner)
    assert (await panel.asks("incidents/list"))["incidents"] == []
    await panel.asks("incidents/relearn", asset_id=scanner)
    await hass.async_block_till_done()
    assert hub.monitoring.is_learning(scanner)
