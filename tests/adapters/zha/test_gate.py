"""The Zigbee gate on unmodified ZHA over the virtual coordinator."""

from collections.abc import AsyncIterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from zigpy.application import ControllerApplication

from custom_components.secure_hub.adapters.zha.gate import FrameCounts, ZigbeeGate
from custom_components.secure_hub.engine.enforcement import Health, Status
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import application_of, eventually, join
from tests.lab.zigbee.zoo import ZOO

BULB = str(ZOO["bulb"].ieee)
IN_SYNC = Status(Health.IN_SYNC)


def plan(packet_class: PacketClass = PacketClass.QUARANTINED, *, enforce: bool = True, ieee: str = BULB) -> Plan:
    """One asset with a radio."""
    return Plan(enforce=enforce, members={"asset": Member(frozenset(), frozenset(), frozenset({ieee}), packet_class)})


@pytest.fixture
async def gate(hass: HomeAssistant) -> AsyncIterator[ZigbeeGate]:
    """A gate that follows whatever ZHA there is."""
    gate = ZigbeeGate(hass)
    gate.start()
    yield gate
    await gate.close()


@pytest.fixture
async def bulb(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's bulb, joined and known to ZHA as `light.virtual_zoo_bulb`."""
    return await join(hass, coordinator, zha, ZOO["bulb"])


LIGHT = "light.virtual_zoo_bulb"


async def turn(hass: HomeAssistant, service: str) -> None:
    """As a user does."""
    await hass.services.async_call("light", service, {"entity_id": LIGHT}, blocking=True)


def state(hass: HomeAssistant) -> str:
    """What Home Assistant believes of the bulb."""
    found = hass.states.get(LIGHT)
    assert found is not None
    return found.state


async def test_a_quarantined_device_is_neither_heard_nor_spoken_to(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, bulb: VirtualDevice, gate: ZigbeeGate
) -> None:
    assert gate.status == IN_SYNC
    await gate.apply(plan(PacketClass.OPEN))
    assert gate.held() == {"asset": PacketClass.OPEN}
    await turn(hass, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
    assert state(hass) == "on"

    await gate.apply(plan(), {"asset"})
    assert gate.held() == {"asset": PacketClass.QUARANTINED}
    reached = bulb.frames_in
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await turn(hass, "turn_off")
    assert bulb.frames_in == reached
    before = gate.counts[BULB].dropped
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: gate.counts[BULB].dropped > before)
    assert state(hass) == "on"
    assert gate.counts[BULB].refused >= 1

    # It comes back under another address: the gate is about the radio, not about the address.
    nwk = bulb.nwk
    await coordinator.readdress(bulb)
    application = application_of(hass)
    await eventually(lambda: application.get_device(ieee=bulb.ieee).nwk == bulb.nwk)
    assert bulb.nwk != nwk
    before = gate.counts[BULB].dropped
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: gate.counts[BULB].dropped > before)
    assert state(hass) == "on"

    await gate.apply(plan(PacketClass.OPEN), {"asset"})
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: state(hass) == "off")
    await turn(hass, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
