"""The frame tap on unmodified ZHA: what is told of frames in both directions."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest
import zigpy.types as t
from zigpy.types import AddrMode, AddrModeAddress, SerializableBytes, ZigbeePacket

from custom_components.secure_hub.adapters.zha.tap import FrameTap, ZigbeeFrame
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import LQI, RSSI, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of
from tests.lab.zigbee.zoo import ZOO

from .test_gate import BULB, CLOSED, plan, state, turn, unheard

ON_OFF, REPORT = 0x0006, 0x0A


async def test_frames_of_both_directions_are_told_of(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    told: list[ZigbeeFrame] = []
    end = gate.tap.subscribe(told.append)
    await turn(hass, bulb, "turn_on")
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: any(frame.inbound and frame.command == REPORT for frame in told))
    out = next(frame for frame in told if not frame.inbound and frame.cluster == ON_OFF)
    assert (out.ieee, out.nwk, out.dst_ep, out.is_general, out.passed) == (BULB, bulb.nwk, 1, False, True)
    assert out.command in {0x01, 0x42}
    report = next(frame for frame in told if frame.inbound and frame.command == REPORT)
    assert (report.ieee, report.nwk, report.cluster) == (BULB, bulb.nwk, ON_OFF)
    assert (report.is_general, report.lqi, report.rssi) == (True, LQI, RSSI)
    assert report.size == 3 + 2 + 1 + 1  # header, attribute, type, value
    assert report.tsn is not None

    told.clear()
    application = gateway_of(hass).application_controller
    await application.groups.add_group(0x0010).endpoint.on_off.on()
    await application.permit(0)
    group = next(frame for frame in told if frame.group is not None)
    assert (group.group, group.broadcast, group.dst_ep, group.ieee) == (0x0010, False, -1, None)
    permit = next(frame for frame in told if frame.broadcast)
    assert (permit.cluster, permit.dst_ep, permit.command, permit.ieee) == (0x0036, 0, None, None)

    end()
    told.clear()
    await turn(hass, bulb, "turn_off")
    assert told == []


async def test_what_the_gate_holds_back_is_told_of_too(
    coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    told: list[ZigbeeFrame] = []
    gate.tap.subscribe(told.append)
    await gate.apply(plan(CLOSED))
    await unheard(coordinator, gate, bulb, 1)
    assert [(frame.passed, frame.command) for frame in told if frame.inbound] == [(False, REPORT)]


async def test_a_listener_that_fails_stops_nothing(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,  # noqa: ARG001  # the radio
    bulb: VirtualDevice,
    gate: WatchedGate,
) -> None:
    told: list[ZigbeeFrame] = []

    def broken(_frame: ZigbeeFrame) -> None:
        msg = "not my day"
        raise RuntimeError(msg)

    gate.tap.subscribe(broken)
    gate.tap.subscribe(told.append)
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: state(hass, bulb) == "on")
    assert told
    assert gate.tap.failures >= len(told)


@given(
    data=st.binary(max_size=20),
    destination=st.sampled_from(
        [
            None,
            AddrModeAddress(AddrMode.Group, t.Group(7)),
            AddrModeAddress(AddrMode.NWK, t.NWK(7)),
            AddrModeAddress(AddrMode.IEEE, ZOO["bulb"].ieee),
            AddrModeAddress(AddrMode.Broadcast, t.BroadcastAddress.ALL_DEVICES),
        ]
    ),
    endpoint=st.sampled_from([None, 0, 1, 255]),
    inbound=st.booleans(),
)
def test_every_packet_can_be_told_of(*, data: bytes, destination: Any, endpoint: int | None, inbound: bool) -> None:
    told: list[ZigbeeFrame] = []
    tap = FrameTap()
    tap.subscribe(told.append)
    source = AddrModeAddress(AddrMode.NWK, t.NWK(9))
    packet = ZigbeePacket(src=source, dst=destination, src_ep=1, dst_ep=endpoint, data=SerializableBytes(data))
    tap.note(packet, None, inbound=inbound, passed=True)
    assert tap.failures == 0
    assert told[0].size == len(data)


@pytest.mark.parametrize(
    ("data", "command", "manufacturer", "general"),
    [
        (b"\x18\x01\x0a\x00\x00", 0x0A, None, True),
        (b"\x1d\x34\x12\x01\x42", 0x42, 0x1234, False),
        (b"\x1d\x34\x12", None, None, False),
        (b"\x01", None, None, False),
    ],
)
def test_headers(data: bytes, command: int | None, manufacturer: int | None, general: bool) -> None:  # noqa: FBT001
    told: list[ZigbeeFrame] = []
    tap = FrameTap()
    tap.subscribe(told.append)
    packet = ZigbeePacket(src=AddrModeAddress(AddrMode.NWK, t.NWK(9)), src_ep=1, dst_ep=1, data=SerializableBytes(data))
    tap.note(packet, BULB, inbound=True, passed=True)
    assert (told[0].command, told[0].manufacturer, told[0].is_general) == (command, manufacturer, general)
