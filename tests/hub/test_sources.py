"""Live sources of the radio: real frames of the virtual Zigbee network become findings."""

import time
from typing import Any

from bellows.types import EmberDeviceUpdate
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from zigpy.zdo.types import Neighbor

from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.engine.events import SecurityEvent
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.sources import MAX_PENDING
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of
from tests.lab.zigbee.zoo import ZOO

from .zigbee import asset_of, bulb, home, known, light

__all__ = ("bulb", "home")


def kinds(hub: SecureHub, device: VirtualDevice) -> set[FindingKind]:
    """What was found about a device."""
    incident = hub.monitoring.incident(asset_of(hub, device).id)
    return {it.finding.kind for it in incident.events} if incident else set()


async def test_frames_are_heard_and_a_flood_of_reports_is_found(
    hass: HomeAssistant, coordinator: VirtualCoordinator, home: SecureHub, bulb: VirtualDevice
) -> None:
    await known(home, bulb)
    await home.monitoring.async_look()
    heard = home.monitoring.sources.health[SourceName.ZIGBEE].seen
    await light(hass, bulb, "turn_on")
    for number in range(620):
        await coordinator.report(bulb, "on_off", "on_off", number % 2)
    await eventually(lambda: home.monitoring.sources.health[SourceName.ZIGBEE].seen > heard + 620)
    await eventually(lambda: FindingKind.REPORT_FLOOD in kinds(home, bulb))
    assert home.monitoring.sources.context(asset_of(home, bulb).id, time.time()).commanded is not None


async def test_who_joins_unasked_is_found(
    hass: HomeAssistant, coordinator: VirtualCoordinator, home: SecureHub, bulb: VirtualDevice
) -> None:
    asset = await known(home, bulb)
    await home.monitoring.async_look()
    home.async_tell(SecurityEvent.JOINED, asset.id, ieee=str(bulb.ieee), asked=True, trusted=False)
    home.async_tell(SecurityEvent.DRIFT, None, reason="x")
    await home.monitoring.async_look()
    assert kinds(home, bulb) == set()
    await home.radio.async_close_network()
    rogue = await coordinator.join(ZOO["spare_bulb"], unasked=True)
    await eventually(lambda: any(it.worst.kind is FindingKind.UNASKED_JOIN for it in home.monitoring.incidents))
    (incident,) = home.monitoring.incidents
    assert incident.asset in {(await known(home, rogue)).id, str(rogue.ieee)}
    assert hass.config_entries.async_loaded_entries("zha")


async def test_what_waits_is_bounded(home: SecureHub, zha: ConfigEntry, bulb: VirtualDevice) -> None:
    assert zha
    asset, sources = await known(home, bulb), home.monitoring.sources
    await home.monitoring.async_look()
    async with home.monitoring._busy:
        for _ in range(MAX_PENDING + 5):
            home.async_tell(SecurityEvent.JOINED, asset.id, ieee=str(bulb.ieee), asked=True)
        assert sources.health[SourceName.ZIGBEE].lost >= 5
        sources._pending.clear()


async def test_whose_own_radio_is_heard_from_two_places(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    home: SecureHub,
    bulb: VirtualDevice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await known(home, bulb)
    application: Any = gateway_of(hass).application_controller
    child = Neighbor(ieee=bulb.ieee, nwk=bulb.nwk, relationship=Neighbor.RelationShip.Child)
    application.topology.neighbors[application.state.node_info.ieee] = [child]
    home.monitoring.sources._radios._read_at = float("-inf")
    for number in range(40):
        monkeypatch.setattr("tests.lab.zigbee.coordinator.RSSI", -85 if number > 22 and number % 2 else -50)
        await coordinator.report(bulb, "on_off", "on_off", number % 2)
    await eventually(lambda: FindingKind.RADIO_JUMP in kinds(home, bulb))


async def test_who_comes_back_without_the_key(
    coordinator: VirtualCoordinator, home: SecureHub, bulb: VirtualDevice
) -> None:
    await known(home, bulb)
    for _ in range(6):
        fields = (bulb.nwk, bulb.ieee, EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN, 0, 0)
        home.monitoring.sources._rejoins._told("trustCenterJoinHandler", fields)
        await coordinator.transmit(bulb, bulb.announcement())
    await eventually(lambda: FindingKind.REJOIN_STORM in kinds(home, bulb))
    incident = home.monitoring.incident(asset_of(home, bulb).id)
    assert incident
    assert "6 times without the network's key" in incident.worst.evidence
