"""The lab's scripted attacks through the live pipeline: real packets and real frames become the finding they should.

One world for all of them. Left out is what takes too long to wait for: calls by the clock, and a gigabyte carried out.
"""

from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from zigpy.zcl.foundation import ZCLHeader

from custom_components.secure_hub.const import CONF_NEWCOMERS, DOMAIN
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zcl import Frame
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import ENFORCING, NETWORKS, off_loop

from .zigbee import bulb, home, known

__all__ = ("bulb", "home")

NETWORK: dict[str, tuple[str, dict[str, Any], set[FindingKind]]] = {
    "camera": (
        "brute_force",
        {"host": "203.0.113.66", "count": 14},
        {FindingKind.BRUTE_FORCE, FindingKind.BOT_CHANNEL},
    ),
    "tv": ("flood", {"host": "203.0.113.67", "count": 60}, {FindingKind.FLOOD}),
}


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """A home that lets newcomers in, and cuts nobody off unasked."""
    options = {**ENFORCING, CONF_NEWCOMERS: "allow"}
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=options, version=1)


def command(device: VirtualDevice, profile: int, cluster: int, number: int) -> Frame:
    """A command of a device, whether or not it should be able to give it."""
    header = ZCLHeader.cluster(device.sequence(), number)
    header.frame_control = header.frame_control.replace(disable_default_response=True)
    return Frame(profile, cluster, 1, 1, header.serialize() + bytes(12))


def kinds(hub: SecureHub, asset_id: str) -> set[FindingKind]:
    """What was found about an asset."""
    incident = hub.monitoring.incident(asset_id)
    return {it.finding.kind for it in incident.events} if incident else set()


async def test_scripted_attacks_are_found_live(  # noqa: PLR0913, PLR0917 - pytest passes by name
    hass: HomeAssistant,
    bare_kernel: Lab,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    home: SecureHub,
    bulb: VirtualDevice,
) -> None:
    sleeper = await join(hass, coordinator, zha, ZOO["motion"])
    for device in bare_kernel.devices:
        assert await off_loop(bare_kernel.hub.ping, device.ipv4, 3.0)
    expected = {(await known(home, sleeper)).id: {FindingKind.BATTERY_DRAIN}}
    await home.monitoring.async_look()

    for name, (behaviour, arguments, kind) in NETWORK.items():
        device = bare_kernel.device(name)
        await off_loop(device.run, behaviour, pace=0.02, **arguments)
        expected[asset(home, device).id] = kind

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
        return {asset_id: lacks for asset_id, kind in expected.items() if (lacks := kind - kinds(home, asset_id))}

    try:
        await eventually(lambda: not missing(), 60)
    except TimeoutError:
        assert missing() == {}
