"""The gate and what is peculiar to a radio: Green Power, groupcasts, sleep, floods, nonsense, other addresses."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from zigpy.device import GreenPowerDevice
from zigpy.zgp.types import ApplicationID

from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall.plan import PacketClass
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.green_power import GreenPowerSwitch
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zcl import Frame
from tests.lab.zigbee.zoo import ZOO

from .test_gate import BULB, CLOSED, OPEN, plan, state, turn, unheard

LOCK = str(ZOO["lock"].ieee)


async def test_a_green_power_switch_is_dropped_whoever_passes_it_on(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    application = gateway_of(hass).application_controller
    switch = GreenPowerSwitch(0x12345678)
    known = GreenPowerDevice(application, application_id=ApplicationID.SrcID, src_id=switch.source)
    application.devices[known.ieee] = known
    heard: list[Any] = []
    known.packet_received = heard.append  # type: ignore[method-assign]

    await gate.apply(plan(OPEN))
    await switch.press(coordinator, bulb)
    await eventually(lambda: len(heard) == 1)
    await gate.apply(plan(CLOSED, ieee=str(known.ieee)))
    received = gate.counts[BULB].received
    await switch.press(coordinator, bulb)
    await eventually(lambda: gate.counts[BULB].received > received)
    assert len(heard) == 1, "the router that passes it on is open, the switch is not"
    await gate.apply(plan(CLOSED))
    await switch.press(coordinator, bulb)
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: gate.counts[BULB].dropped >= 2)
    assert len(heard) == 1, "a router that is cut off passes nothing on"
    del application.devices[known.ieee]


async def test_a_device_that_sleeps_is_cut_off_too(
    hass: HomeAssistant,  # noqa: ARG001 - what ZHA runs in
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    gate: WatchedGate,
    hass_lock: VirtualDevice,
) -> None:
    assert zha
    coordinator.sleep(hass_lock)
    await gate.apply(plan(CLOSED, ieee=LOCK))
    reached = hass_lock.unicasts_in
    coordinator.wake(hass_lock)
    await coordinator.report(hass_lock, "door_lock", "lock_state", 2)
    await eventually(lambda: gate.counts[LOCK].dropped)
    assert hass_lock.unicasts_in == reached


@pytest.fixture
async def hass_lock(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's lock, on batteries."""
    return await join(hass, coordinator, zha, ZOO["lock"])


async def test_a_flood_and_nonsense_from_a_quarantined_device_change_nothing(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await turn(hass, bulb, "turn_on")
    await gate.apply(plan(CLOSED))
    received = gate.counts[BULB].received
    await coordinator.malformed(bulb, 300)
    await coordinator.flood(bulb, lambda: bulb.report("on_off", "on_off", 0), 300)
    for data in (b"", b"\x18", b"\x18\x01", b"\x1c\x34\x12\x01"):  # too short for a command
        await coordinator.transmit(bulb, Frame(0x0104, 0x0006, 1, 1, data))
    await coordinator.transmit(bulb, Frame(0x0000, 0x0013, 0, 0, b"\x01\x02"))
    await eventually(lambda: gate.counts[BULB].received >= received + 605)
    assert gate.status.health is Health.IN_SYNC, "what a device sends is no failure of the gate"
    assert state(hass, bulb) == "on"


async def test_a_newcomer_says_who_it_is_and_no_more(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, gate: WatchedGate
) -> None:
    await gate.apply(plan(PacketClass.HELD))
    gate.joining.add(BULB)
    bulb = await join(hass, coordinator, zha, ZOO["bulb"])
    assert state(hass, bulb) == "off", "it was interviewed and its attributes were read"
    await unheard(coordinator, gate, bulb, 1)
    assert state(hass, bulb) == "off", "what it reports of itself is not heard"
    gate.joining.discard(BULB)
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await turn(hass, bulb, "turn_on")
    counts = gate.counts[BULB]
    received, dropped = counts.received, counts.dropped
    acknowledged = Frame(0x0104, 0x0003, 1, 1, b"\x18\x01\x0b\x40\x00")
    await coordinator.transmit(bulb, acknowledged)
    await eventually(lambda: counts.received > received)
    assert counts.dropped == dropped, "ZHA waits for the answer to what it said before"
    await gate.apply(plan(CLOSED))
    await coordinator.transmit(bulb, acknowledged)
    await eventually(lambda: counts.dropped > dropped)
    gate.joining.add(BULB)
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await turn(hass, bulb, "turn_on")
