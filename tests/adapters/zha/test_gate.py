"""The Zigbee gate on unmodified ZHA over the virtual coordinator."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from zigpy.application import ControllerApplication

from custom_components.secure_hub.adapters.zha.gate import FrameCounts
from custom_components.secure_hub.engine.enforcement import Health, Status
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import ZDO_PROFILE, VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join, settled
from tests.lab.zigbee.zcl import Frame
from tests.lab.zigbee.zoo import ZOO

BULB = str(ZOO["bulb"].ieee)
IN_SYNC = Status(Health.IN_SYNC)
CLOSED, OPEN = PacketClass.QUARANTINED, PacketClass.OPEN


def plan(packet_class: PacketClass, *, enforce: bool = True, ieee: str = BULB) -> Plan:
    """One asset with a radio, and one without."""
    radio = Member(frozenset(), frozenset(), frozenset({ieee}), packet_class)
    camera = Member(frozenset({"02:00:00:00:00:01"}), frozenset(), frozenset(), packet_class)
    return Plan(enforce=enforce, members={"bulb": radio, "camera": camera})


def light(hass: HomeAssistant, device: VirtualDevice) -> str:
    """Entity id of a lamp."""
    entities = er.async_get(hass).entities.values()
    return next(e.entity_id for e in entities if e.domain == "light" and e.unique_id.startswith(str(device.ieee)))


def state(hass: HomeAssistant, device: VirtualDevice) -> str:
    """What Home Assistant believes of a lamp."""
    found = hass.states.get(light(hass, device))
    assert found is not None
    return found.state


async def turn(hass: HomeAssistant, device: VirtualDevice, service: str) -> None:
    """Switch a lamp as a user does."""
    await hass.services.async_call("light", service, {"entity_id": light(hass, device)}, blocking=True)


async def unheard(coordinator: VirtualCoordinator, gate: WatchedGate, device: VirtualDevice, value: int) -> None:
    """The device reports, and the gate has taken the report."""
    counts = gate.counts.setdefault(str(device.ieee), FrameCounts())
    before = counts.received
    await coordinator.report(device, "on_off", "on_off", value)
    await eventually(lambda: counts.received > before)


async def test_a_quarantined_device_is_neither_heard_nor_spoken_to(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    assert gate.status == IN_SYNC
    await gate.apply(plan(OPEN))
    assert gate.held() == {"bulb": OPEN}
    await turn(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
    assert state(hass, bulb) == "on"

    await gate.apply(plan(CLOSED), {"bulb"})
    assert gate.held() == {"bulb": CLOSED}
    reached = bulb.unicasts_in
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await turn(hass, bulb, "turn_off")
    assert bulb.unicasts_in == reached
    assert gate.counts[BULB].refused == 3  # ZHA tries three times
    await unheard(coordinator, gate, bulb, 0)
    assert state(hass, bulb) == "on"

    # It comes back under another address: the gate is about the radio, not about the address.
    await coordinator.readdress(bulb, 0x4242)
    application = gateway_of(hass).application_controller
    await eventually(lambda: application.get_device(ieee=bulb.ieee).nwk == 0x4242)
    await unheard(coordinator, gate, bulb, 0)
    assert state(hass, bulb) == "on"
    assert bulb.unicasts_in == reached

    await gate.apply(plan(OPEN), {"bulb"})
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: state(hass, bulb) == "off")
    await turn(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1


async def test_a_newcomer_is_held_a_monitored_one_is_counted_and_a_removed_one_is_sent_away(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await gate.apply(plan(PacketClass.HELD))
    assert gate.held() == {"bulb": PacketClass.HELD}
    await unheard(coordinator, gate, bulb, 1)
    assert state(hass, bulb) == "off"

    await gate.apply(plan(CLOSED, enforce=False))
    assert gate.held() == {"bulb": OPEN}
    counts = gate.counts[BULB]
    dropped, refused = counts.dropped, counts.refused
    await turn(hass, bulb, "turn_on")
    assert state(hass, bulb) == "on"
    assert counts.refused == refused + 1
    assert counts.dropped > dropped

    # In quarantine it may announce itself, but not draw the traffic of another device to its address.
    await gate.apply(plan(CLOSED))
    other = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    theft = b"\x01" + bulb.nwk.serialize() + other.ieee.serialize() + b"\x8e"
    received = counts.received
    await coordinator.transmit(bulb, Frame(ZDO_PROFILE, 0x0013, 0, 0, theft))
    await coordinator.transmit(bulb, Frame(ZDO_PROFILE, 0x0013, 0, 0, b"\x01"))
    await eventually(lambda: counts.received == received + 2)
    application = gateway_of(hass).application_controller
    assert application.get_device(ieee=other.ieee).nwk == other.nwk
    await turn(hass, other, "turn_on")
    assert other.read("on_off", "on_off") == 1

    # Whoever removes it from ZHA wants it out of the network: that much may be said to it.
    await settled(hass)
    await gateway_of(hass).async_remove_device(bulb.ieee)
    await eventually(lambda: not bulb.joined)


async def test_the_gate_is_shut_before_a_reloaded_zha_hears_or_asks_anything(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await turn(hass, bulb, "turn_on")
    await gate.apply(plan(CLOSED))
    application = gateway_of(hass).application_controller
    reached, refused = bulb.unicasts_in, gate.counts[BULB].refused
    babble = asyncio.create_task(coordinator.flood(bulb, lambda: bulb.report("on_off", "on_off", 0), 10_000, 0.002))
    await hass.config_entries.async_reload(zha.entry_id)
    assert babble.cancel()
    await gateway_of(hass).async_block_till_done(wait_background_tasks=True)
    assert gateway_of(hass).application_controller is not application
    heard = gateway_of(hass).application_controller.get_device(ieee=bulb.ieee).endpoints[1].on_off
    assert heard.get("on_off") == 1
    assert state(hass, bulb) == "on"
    assert bulb.unicasts_in == reached
    assert gate.counts[BULB].refused > refused  # it was asked, at start-up
    assert gate.held() == {"bulb": CLOSED}
    assert Status(Health.UNAVAILABLE, "zha_not_loaded") in gate.told
    assert gate.told[-1] == IN_SYNC


async def test_zha_may_come_after_secure_hub_and_outlive_it(
    hass: HomeAssistant, gate: WatchedGate, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    assert gate.told[0] == Status(Health.UNAVAILABLE, "zha_not_installed")
    assert gate.status == IN_SYNC
    bulb = await join(hass, coordinator, zha, ZOO["bulb"])
    await gate.apply(plan(CLOSED))
    application = gateway_of(hass).application_controller
    assert {"packet_received", "send_packet"} <= vars(application).keys()

    await gate.close()
    assert not {"packet_received", "send_packet"} & vars(application).keys()
    assert "secure_hub" not in ControllerApplication.startup.__module__
    assert gate.held() == {}
    assert gate.status.health is Health.UNAVAILABLE
    await turn(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1

    await gate.start()
    with pytest.raises(HomeAssistantError):
        await turn(hass, bulb, "turn_off")
    await hass.config_entries.async_remove(zha.entry_id)
    assert gate.status == Status(Health.UNAVAILABLE, "zha_not_installed")


async def test_without_zha_nothing_is_pretended(gate: WatchedGate) -> None:
    await gate.apply(plan(CLOSED))
    assert gate.status == Status(Health.UNAVAILABLE, "zha_not_installed")
    assert gate.held() == {}
    await gate.remove()


async def test_a_replaced_hook_is_noticed_and_hung_again(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await turn(hass, bulb, "turn_on")
    await gate.apply(plan(CLOSED))
    application = gateway_of(hass).application_controller
    ours = application.packet_received
    tapped: list[Any] = []

    def foreign(packet: Any) -> None:
        tapped.append(packet)
        ours(packet)

    application.packet_received = foreign
    assert gate.status == Status(Health.DRIFTED, "zha_hook_replaced")
    assert gate.held() == {}
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    assert gate.status == IN_SYNC
    await unheard(coordinator, gate, bulb, 0)
    assert state(hass, bulb) == "on"
    assert not tapped

    await gate.close()
    assert application.packet_received is foreign
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: state(hass, bulb) == "off")
    assert tapped
    del application.packet_received


async def test_a_failure_of_the_gate_is_its_own(  # noqa: PLR0913, PLR0917  # fixtures
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    bulb: VirtualDevice,
    gate: WatchedGate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    await gate.apply(plan(CLOSED))

    def broken(*_: Any) -> None:
        msg = "out of order"
        raise RuntimeError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(gate, "_counts", broken)
        await turn(hass, other, "turn_on")
        assert state(hass, other) == "on"
        with pytest.raises(HomeAssistantError, match="Secure Hub"):
            await turn(hass, bulb, "turn_on")
    with monkeypatch.context() as patch:
        patch.setattr(gate, "_known", broken)
        await turn(hass, other, "turn_off")
        assert state(hass, other) == "off"
    assert gate.status == Status(Health.DEGRADED, "zha_gate_failed", "RuntimeError('out of order')")
    await hass.async_block_till_done()
    assert gate.status in gate.told
    await gate.apply(plan(CLOSED))
    assert gate.status == IN_SYNC


@pytest.mark.parametrize("missing", ["get_device_with_address", "packet_received"])
async def test_a_zha_that_cannot_be_hooked_keeps_working(
    hass: HomeAssistant, bulb: VirtualDevice, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    application = gateway_of(hass).application_controller
    gate = WatchedGate(hass)
    with monkeypatch.context() as patch:
        for cls in type(application).__mro__:
            if missing in vars(cls):
                patch.delattr(cls, missing)
        await gate.start()
    assert gate.status.health is Health.UNAVAILABLE
    assert gate.status.reason == "zha_hook_missing"
    assert missing in (gate.status.detail or "")
    assert gate.held() == {}
    await turn(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
    await gate.close()
