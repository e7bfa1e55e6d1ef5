"""Commands about incidents: told with their evidence, normal after all, let go and watched."""

import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
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


async def test_what_is_normal_is_an_incident_no_more(panel: Panel, scanner: str) -> None:
    assert await panel.asks("incidents/normal", asset_id=scanner, days=7) == {"learnt": 1}
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
