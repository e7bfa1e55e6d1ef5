"""The virtual Zigbee network does what a real one does, as seen by unmodified ZHA."""

import asyncio
from collections.abc import AsyncIterator
import json
import os
from pathlib import Path
import sys
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from hypothesis import given, strategies as st
import pytest
import zigpy.types as t
from zigpy.zdo.types import MultiAddress, Status as ZdoStatus

from tests.lab.zigbee.control import ControlError, request
from tests.lab.zigbee.coordinator import JoinRefusedError, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.diagnostics import MAX_SIZE, load
from tests.lab.zigbee.plugin import eventually, gateway_of, join, settled
from tests.lab.zigbee.zcl import Frame
from tests.lab.zigbee.zoo import ZOO

SHOWS_AS = {
    "bulb": "light",
    "spare_bulb": "light",
    "colour_bulb": "light",
    "plug": "switch",
    "motion": "binary_sensor",
    "contact": "binary_sensor",
    "climate": "sensor",
    "lock": "lock",
    "thermostat": "climate",
    "siren": "siren",
    "cover": "cover",
    "leak": "binary_sensor",
    "smoke": "binary_sensor",
}


def entity(hass: HomeAssistant, device: VirtualDevice, domain: str, suffix: str = "") -> str:
    """Entity id of the first enabled entity of a device in a domain whose unique id ends so."""
    return next(
        entry.entity_id
        for entry in er.async_get(hass).entities.values()
        if entry.domain == domain
        and entry.unique_id.startswith(str(device.ieee))
        and entry.unique_id.endswith(suffix)
        and not entry.disabled_by
        and entry.entity_category is None
    )


async def call(hass: HomeAssistant, device: VirtualDevice, domain: str, service: str, **data: Any) -> None:
    """Call a service of a device's main entity."""
    target = {"entity_id": entity(hass, device, domain)}
    await hass.services.async_call(domain, service, {**target, **data}, blocking=True)


def state(hass: HomeAssistant, entity_id: str) -> str:
    """State of an entity."""
    found = hass.states.get(entity_id)
    assert found is not None
    return found.state


async def join_many(
    hass: HomeAssistant, coordinator: VirtualCoordinator, entry: ConfigEntry, *keys: str
) -> list[VirtualDevice]:
    """Several animals join one after the other."""
    return [await join(hass, coordinator, entry, ZOO[key]) for key in keys]


async def test_every_animal_is_interviewed_reports_and_obeys(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    await hass.services.async_call("zha", "permit", {"duration": 254}, blocking=True)
    zoo = {key: await coordinator.join(description) for key, description in ZOO.items()}
    registry = dr.async_get(hass)
    identifiers = [("zha", str(device.ieee)) for device in zoo.values()]
    await eventually(
        lambda: all(registry.async_get_device_by_identifier(i, zha.entry_id) for i in identifiers), timeout=60
    )
    await settled(hass)
    assert {key: entity(hass, zoo[key], domain).split(".")[0] for key, domain in SHOWS_AS.items()} == SHOWS_AS

    await call(hass, zoo["bulb"], "light", "turn_on", brightness=200)
    assert (zoo["bulb"].read("on_off", "on_off"), zoo["bulb"].read("level", "current_level")) == (1, 200)
    await call(hass, zoo["colour_bulb"], "light", "turn_on", color_temp_kelvin=4000)
    assert (zoo["colour_bulb"].read("light_color", "color_temperature"), zoo["bulb"].read("on_off", "on_off")) == (
        250,
        1,
    )
    await call(hass, zoo["colour_bulb"], "light", "turn_on", xy_color=(0.3, 0.2))
    assert zoo["colour_bulb"].read("light_color", "current_x") == pytest.approx(0.3 * 65536, abs=100)
    await call(hass, zoo["plug"], "switch", "turn_off")
    assert zoo["plug"].read("on_off", "on_off") == 0
    await call(hass, zoo["lock"], "lock", "unlock")
    assert zoo["lock"].read("door_lock", "lock_state") == 2
    await call(hass, zoo["cover"], "cover", "close_cover")
    assert zoo["cover"].read("window_covering", "current_position_lift_percentage") == 100
    await call(hass, zoo["thermostat"], "climate", "set_temperature", temperature=23)
    assert zoo["thermostat"].read("thermostat", "occupied_heating_setpoint") == 2300
    await call(hass, zoo["siren"], "siren", "turn_on", duration=9)
    assert zoo["siren"].read("ias_wd", "max_duration") == 9
    await call(hass, zoo["siren"], "siren", "turn_off")
    assert zoo["siren"].read("ias_wd", "max_duration") == 0

    await coordinator.report(zoo["climate"], "temperature", "measured_value", 1875)
    await eventually(lambda: state(hass, entity(hass, zoo["climate"], "sensor", "-1026")) == "18.75")
    await coordinator.report(zoo["plug"], "electrical_measurement", "active_power", 1200)
    await eventually(lambda: state(hass, entity(hass, zoo["plug"], "sensor", "-2820")) == "1200.0")
    for key in ("contact", "leak", "smoke"):
        assert zoo[key].read("ias_zone", "zone_state") == 1  # ZHA enrolled it
        assert state(hass, entity(hass, zoo[key], "binary_sensor", "-1280")) == "off"
        await coordinator.report(zoo[key], "ias_zone", "zone_status", 1)
        await eventually(lambda key=key: state(hass, entity(hass, zoo[key], "binary_sensor", "-1280")) == "on")
    presses: list[Event] = []
    hass.bus.async_listen("zha_event", presses.append)
    await coordinator.press(zoo["remote"], "on_off", 0x02)
    await eventually(lambda: "toggle" in [event.data["command"] for event in presses])


async def test_groupcasts_broadcasts_and_bindings_reach_their_members(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    bulb, spare, remote = await join_many(hass, coordinator, zha, "bulb", "spare_bulb", "remote")
    gateway = gateway_of(hass)
    for device in (bulb, spare):
        await gateway.devices[device.ieee].async_add_endpoint_to_group(1, 0x0010)
        assert device.in_group(0x0010)
    application = gateway.application_controller
    await application.groups[0x0010].endpoint.on_off.on()
    await eventually(lambda: bulb.read("on_off", "on_off") == spare.read("on_off", "on_off") == 1)
    await gateway.devices[spare.ieee].async_remove_endpoint_from_group(1, 0x0010)
    await application.groups[0x0010].endpoint.on_off.off()
    await eventually(lambda: bulb.read("on_off", "on_off") == 0)
    assert spare.read("on_off", "on_off") == 1

    coordinator.sleep(remote)
    before = [device.frames_in for device in (bulb, spare, remote)]
    await application.permit(0)
    await eventually(lambda: bulb.frames_in > before[0] and spare.frames_in > before[1])
    assert remote.frames_in == before[2]
    coordinator.wake(remote)

    # The remote is bound to the spare bulb and to the group: its button works with nobody in between.
    zdo = application.get_device(ieee=remote.ieee).zdo
    bound = len(remote.bindings)
    lamp = MultiAddress(addrmode=3, ieee=spare.ieee, endpoint=1)
    group = MultiAddress(addrmode=1, nwk=0x0010)
    for target in (lamp, group):
        assert (await zdo.Bind_req(remote.ieee, 1, 0x0006, target))[0] == ZdoStatus.SUCCESS
    for cluster in range(0x0300, 0x0304):
        await zdo.Bind_req(remote.ieee, 1, cluster, lamp)
    table: list[Any] = []
    while True:
        status, total, start, page = await zdo.Mgmt_Bind_req(len(table))
        assert (status, start) == (ZdoStatus.SUCCESS, len(table))
        assert 0 < len(page) <= 3
        table += page
        if len(table) == total:
            break
    assert table == remote.bindings
    assert len(table) == bound + 6
    await coordinator.press(remote, "on_off", 0x02)
    assert (bulb.read("on_off", "on_off"), spare.read("on_off", "on_off")) == (1, 0)
    for target in (lamp, group):
        assert (await zdo.Unbind_req(remote.ieee, 1, 0x0006, target))[0] == ZdoStatus.SUCCESS
    assert (await zdo.Unbind_req(remote.ieee, 1, 0x0006, group))[0] == ZdoStatus.NO_ENTRY
    await coordinator.press(remote, "on_off", 0x02)
    assert (bulb.read("on_off", "on_off"), spare.read("on_off", "on_off")) == (1, 0)


async def misbehave(hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice) -> None:
    """Nonsense and a flood, after which the device still obeys."""
    await coordinator.malformed(bulb, 300)
    await coordinator.flood(bulb, lambda: bulb.report("level", "current_level", 7), 300)
    known = gateway_of(hass).application_controller.get_device(ieee=bulb.ieee)
    await eventually(lambda: known.endpoints[1].level.get("current_level") == 7)
    await call(hass, bulb, "light", "turn_off")
    assert bulb.read("on_off", "on_off") == 0


async def test_devices_sleep_leave_come_back_and_misbehave(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    with pytest.raises(JoinRefusedError):
        await coordinator.join(ZOO["lock"])
    lock, bulb = await join_many(hass, coordinator, zha, "lock", "bulb")
    application = gateway_of(hass).application_controller

    coordinator.sleep(lock)
    calling = hass.async_create_task(call(hass, lock, "lock", "unlock"))
    await asyncio.sleep(0.3)
    assert lock.read("door_lock", "lock_state") == 1
    coordinator.wake(lock)
    await calling
    assert lock.read("door_lock", "lock_state") == 2
    coordinator.sleep(lock)
    coordinator.indirect_timeout = 0.05
    with pytest.raises(HomeAssistantError, match="INDIRECT_EXPIRED"):
        await call(hass, lock, "lock", "lock")
    bulb.powered = False
    with pytest.raises(HomeAssistantError, match="NWK_NO_ACK"):
        await call(hass, bulb, "light", "turn_on")
    bulb.powered = True

    nwk = bulb.nwk
    await coordinator.readdress(bulb)
    await eventually(lambda: application.get_device(ieee=bulb.ieee).nwk == bulb.nwk)
    assert bulb.nwk != nwk
    await settled(hass)
    lamp = entity(hass, bulb, "light")
    await coordinator.leave(bulb)
    await eventually(lambda: state(hass, lamp) == "unavailable")
    await coordinator.rejoin(bulb)
    await eventually(lambda: state(hass, lamp) == "off")
    await settled(hass)
    await call(hass, bulb, "light", "turn_on")
    assert bulb.read("on_off", "on_off") == 1

    await misbehave(hass, coordinator, bulb)
    await application.permit(0)
    assert not coordinator.joining_open
    with pytest.raises(JoinRefusedError):
        await coordinator.join(ZOO["smoke"])
    await coordinator.join(ZOO["smoke"], unasked=True)
    await eventually(lambda: ZOO["smoke"].ieee in application.devices)
    await eventually(lambda: application.get_device(ieee=ZOO["smoke"].ieee).is_initialized)


@given(
    key=st.sampled_from(sorted(ZOO)),
    cluster=st.one_of(st.sampled_from((0x0000, 0x0004, 0x0006, 0x0008, 0x0101, 0x0300)), st.integers(0, 0xFFFF)),
    endpoint=st.sampled_from((0, 1, 2, 0xFF)),
    data=st.binary(max_size=90),
    broadcast=st.booleans(),
)
async def test_no_frame_breaks_a_device(*, key: str, cluster: int, endpoint: int, data: bytes, broadcast: bool) -> None:
    device = VirtualDevice(ZOO[key], 0x1234)
    answers = device.receive(Frame(0x0104, cluster, 1, endpoint, data), broadcast=broadcast)
    assert len(answers) <= 1
    assert all(len(frame.data) <= 300 for frame in answers)
    device.changes()


@pytest.fixture
async def program(socket_enabled: None) -> AsyncIterator[int]:  # noqa: ARG001  # lifts the block
    """The network as a program of its own; its control port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.lab.zigbee", stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    yield json.loads(await asyncio.wait_for(process.stdout.readline(), 30))["control"]
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_the_network_is_controlled_from_outside(program: int) -> None:
    with pytest.raises(ControlError, match="closed network"):
        await request(program, "join_all")
    for key in ("bulb", "lock"):
        assert (await request(program, "join", device=key, unasked=True))["joined"]
    await request(program, "report", device="bulb", cluster="on_off", attribute="on_off", value=1)
    assert await request(program, "read", device="bulb", cluster="on_off", attribute="on_off") == 1
    await request(
        program, "flood", device="bulb", cluster="level", attribute="current_level", value=3, count=20, interval=0.001
    )
    await request(program, "malformed", device="bulb", count=10)
    await request(program, "sleep", device="lock")
    before = (await request(program, "network"))["devices"]
    assert not before["lock"]["awake"]
    assert before["bulb"]["frames_out"] == 1 + 1 + 20 + 10
    await request(program, "wake", device="lock")
    assert await request(program, "readdress", device="bulb") != before["bulb"]["nwk"]
    await request(program, "leave", device="lock")
    devices = (await request(program, "network"))["devices"]
    assert (devices["lock"]["awake"], devices["lock"]["joined"]) == (True, False)
    await request(program, "rejoin", device="lock")
    for wrong in ({"do": "fly"}, {"do": "read", "device": "bulb"}, {"do": "join", "device": "dodo"}):
        with pytest.raises(ControlError):
            await request(program, **wrong)


RECORDINGS = Path(os.environ.get("SECURE_HUB_DATA", "/nonexistent"), "zigbee-devices", "tests", "data", "devices")
EVERY = 1 if os.environ.get("SECURE_HUB_ALL_DEVICES") else 10


@pytest.mark.skipif("SECURE_HUB_DATA" not in os.environ, reason="SECURE_HUB_DATA is not set")
@pytest.mark.parametrize("expected_lingering_tasks", [True])  # zigpy's, of device objects that a quirk replaced
@pytest.mark.usefixtures("expected_lingering_tasks")
async def test_real_devices_join(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> None:
    """Every tenth recorded device, or with SECURE_HUB_ALL_DEVICES each, joins and is known to ZHA by its real name."""
    recordings = await hass.async_add_executor_job(lambda: [load(path) for path in sorted(RECORDINGS.glob("*.json"))])
    assert len(recordings) > 100
    unknown = []
    for description in recordings[::EVERY]:
        try:
            await join(hass, coordinator, zha, description)
        except TimeoutError:
            unknown.append(description.key)
            continue
        device = gateway_of(hass).application_controller.get_device(ieee=description.ieee)
        assert f"{device.manufacturer} {device.model}" == description.kind
        assert device.is_initialized
    assert not unknown


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    for text in ("[]", "{}", '{"signature": {}}', "no json"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
            load(path)
    path.write_text(" " * (MAX_SIZE + 1), encoding="utf-8")
    with pytest.raises(ValueError, match="too large"):
        load(path)


def test_an_address_is_never_given_twice() -> None:
    coordinator = VirtualCoordinator(seed=7)
    for number in range(200):
        address = coordinator._free_address()
        assert address not in {device.nwk for device in coordinator.devices.values()}
        device = VirtualDevice(ZOO["bulb"], address)
        coordinator.devices[t.EUI64(number.to_bytes(8))] = device
