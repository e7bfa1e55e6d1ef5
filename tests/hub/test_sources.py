"""Live sources: real frames of the virtual Zigbee network, and real packets of the lab's attacks, become findings."""

from contextlib import suppress
from functools import partial
import time
from typing import Any

from bellows.types import EmberDeviceUpdate
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from zigpy.zcl.foundation import ZCLHeader
from zigpy.zdo.types import Neighbor

from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.engine.events import SecurityEvent
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.sources import MAX_PENDING
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zcl import Frame
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import off_loop

from .zigbee import asset_of, bulb, home, known, light

__all__ = ("bulb", "home")


def attacks(lab: Lab) -> list[tuple[str, str, dict[str, Any], set[FindingKind]]]:
    """What which device does, how, and what that is; the longest first."""
    neighbours = [device.ipv4 for device in lab.devices if device.name != "plug"]
    return [
        ("tv", "beacon", {"host": "c2.evil.example", "count": 6, "seconds": 150, "pace": 20.0}, {FindingKind.BEACON}),
        (
            "camera",
            "brute_force",
            {"host": "203.0.113.66", "count": 14, "pace": 0.02},
            {FindingKind.BRUTE_FORCE, FindingKind.BOT_CHANNEL},
        ),
        ("tv", "flood", {"host": "203.0.113.67", "count": 60, "pace": 0.02}, {FindingKind.FLOOD}),
        (
            "speaker",
            "exfiltrate",
            {"url": "http://203.0.113.66/in", "size": 50_000_000, "count": 21, "pace": 0.0},
            {FindingKind.EXFILTRATION},
        ),
        (
            "plug",
            "scan",
            {"hosts": neighbours, "ports": [23, *range(1_000, 1_012)]},
            {FindingKind.VERTICAL_SCAN, FindingKind.LATERAL_MOVEMENT},
        ),
    ]


@pytest.fixture
async def sleeper(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's motion sensor, joined before the hub came."""
    return await join(hass, coordinator, zha, ZOO["motion"])


def found(hub: SecureHub, asset_id: str) -> set[FindingKind]:
    """What was found about an asset."""
    incident = hub.monitoring.incident(asset_id)
    return {it.finding.kind for it in incident.events} if incident else set()


def kinds(hub: SecureHub, device: VirtualDevice) -> set[FindingKind]:
    """What was found about a device."""
    return found(hub, asset_of(hub, device).id)


def command(device: VirtualDevice, profile: int, cluster: int, number: int) -> Frame:
    """A command of a device, whether or not it should be able to give it."""
    header = ZCLHeader.cluster(device.sequence(), number)
    header.frame_control = header.frame_control.replace(disable_default_response=True)
    return Frame(profile, cluster, 1, 1, header.serialize() + bytes(12))


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


@pytest.mark.timeout(180)
async def test_scripted_attacks_are_found_live(  # noqa: PLR0913, PLR0917 - pytest passes by name
    hass: HomeAssistant,
    bare_kernel: Lab,
    coordinator: VirtualCoordinator,
    bulb: VirtualDevice,
    sleeper: VirtualDevice,
    home: SecureHub,
) -> None:
    """One world for all. All but the calls by the clock, of which five take eighty seconds, within one minute."""
    for device in bare_kernel.devices:
        assert await off_loop(bare_kernel.hub.ping, device.ipv4, 3.0)
    expected = {(await known(home, sleeper)).id: {FindingKind.BATTERY_DRAIN}}
    await home.monitoring.async_look()

    for name, behaviour, arguments, kind in attacks(bare_kernel):
        device = bare_kernel.device(name)
        await off_loop(device.run, behaviour, **arguments)
        expected.setdefault(asset(home, device).id, set()).update(kind)

    on_off, touchlink, firmware = (
        partial(command, bulb, *it) for it in ((0x0104, 6, 2), (0xC05E, 0x1000, 7), (0x0104, 0x0019, 3))
    )
    await coordinator.flood(bulb, touchlink, 1)
    await coordinator.flood(bulb, firmware, 12)
    await coordinator.flood(bulb, on_off, 130)
    for _ in range(7):
        await coordinator.transmit(bulb, bulb.announcement())
    expected[(await known(home, bulb)).id] = {
        FindingKind.RADIO_ATTACK,
        FindingKind.UNASKED_FIRMWARE,
        FindingKind.COMMAND_FLOOD,
        FindingKind.REJOIN_STORM,
    }
    basic = gateway_of(hass).application_controller.devices[sleeper.ieee].endpoints[1].basic
    for _ in range(125):
        await basic.read_attributes(["manufacturer"])

    def missing() -> dict[str, set[FindingKind]]:
        return {asset_id: lacks for asset_id, kind in expected.items() if (lacks := kind - found(home, asset_id))}

    async def only_missing(lacks: list[set[FindingKind]], seconds: float) -> None:
        with suppress(TimeoutError):
            await eventually(lambda: list(missing().values()) == lacks, seconds)
        assert list(missing().values()) == lacks

    await only_missing([{FindingKind.BEACON}], 60)
    await only_missing([], 90)
