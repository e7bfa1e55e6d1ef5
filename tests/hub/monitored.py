"""A home that is watched, and what tests ask of it."""

from dataclasses import replace
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import CONF_PLAYBOOK, DOMAIN
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.incidents import Incident
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import ENFORCING, NETWORKS, off_loop

SLIGHT = Finding("", 0.0, FindingKind.NEW_SERVICE, Severity.LOW, 0.3, "T1571", "x", "It did something new.")


GRAVE = replace(SLIGHT, kind=FindingKind.HORIZONTAL_SCAN, severity=Severity.HIGH, confidence=0.95, evidence="It scans.")


INCIDENTS = "sensor.secure_hub_incidents"


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """A home whose owner wants sure things contained without being asked."""
    options = {**ENFORCING, CONF_PLAYBOOK: "quarantine"}
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=options, version=1)


def anomaly(hass: HomeAssistant, hub: SecureHub, device: Device) -> str:
    """What the anomaly sensor of a device says."""
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, f"{asset(hub, device).id}-anomaly")
    state = hass.states.get(entity_id or "")
    return state.state if state else "none"


def evidence(hass: HomeAssistant, hub: SecureHub, device: Device) -> str:
    """The reason that the anomaly sensor of a device gives."""
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, f"{asset(hub, device).id}-anomaly")
    state = hass.states.get(entity_id or "")
    return str(state.attributes["evidence"]) if state else ""


async def known(lab: Lab) -> None:
    """Let every device speak, so that the hub knows who is who."""
    for device in lab.devices:
        assert await off_loop(lab.hub.ping, device.ipv4, 3.0)


def of(hub: SecureHub, device: Device) -> Incident:
    """What is wrong with a device."""
    incident = hub.monitoring.incident(asset(hub, device).id)
    assert incident is not None
    return incident


async def judge(hub: SecureHub, device: Device, finding: Finding) -> None:
    """Let a finding be made about a device now."""
    await hub.monitoring.async_judge(replace(finding, asset=asset(hub, device).id, time=time.time()))


async def act(hub: SecureHub, device: Device, action: str, **data: object) -> None:
    """Call an action about a device, as an automation does."""
    await hub.hass.services.async_call(DOMAIN, action, {"device_id": device_id(hub, device), **data}, blocking=True)


async def asked(hub: SecureHub, action: str, **data: object) -> Any:
    """Call an action that answers, as an automation does."""
    return await hub.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
