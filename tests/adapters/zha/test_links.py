"""Groups and bindings, asked of devices that answer, refuse, or are not there."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from zigpy.zdo.types import Binding, MultiAddress

from custom_components.secure_hub.adapters.zha.links import LinkedDevice, LinkError, ZigbeeLinks
from custom_components.secure_hub.engine.radio.links import Link
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import HARDWARE_ADDRESS, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import gateway_of, join
from tests.lab.zigbee.zdo import MAX_BINDINGS
from tests.lab.zigbee.zoo import ZOO

from .test_gate import BULB, CLOSED, plan

REMOTE = str(ZOO["remote"].ieee)
GROUP = 0x0010


async def refused(links: ZigbeeLinks, link: Link | None = None, *, of: str = BULB) -> str:
    """Why a device could not be asked, or did not do it."""
    with pytest.raises(LinkError) as caught:
        await (links.read(of) if link is None else links.give(link))
    return caught.value.key


async def test_a_device_that_is_cut_off_is_asked_all_the_same(
    hass: HomeAssistant, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    links = ZigbeeLinks(gate)
    await gateway_of(hass).devices[bulb.ieee].async_add_endpoint_to_group(1, GROUP)
    await gate.apply(plan(CLOSED))
    member = Link(BULB, 1, group=GROUP)
    assert links.coordinator == str(HARDWARE_ADDRESS)
    assert links.devices() == {BULB: LinkedDevice(BULB, sleepy=False, commands=False)}
    assert member in await links.read(BULB)
    for _ in range(2):  # what is gone already is well
        await links.take(member)
        assert not bulb.in_group(GROUP)
    for _ in range(2):
        await links.give(member)
        assert bulb.in_group(GROUP)
    to_group = Link(BULB, 1, 6, group=GROUP)
    for _ in range(2):
        await links.give(to_group)
        assert to_group in await links.read_bindings(BULB)
    for _ in range(2):
        await links.take(to_group)
        assert to_group not in await links.read_bindings(BULB)
    assert gate._asked == {}


async def test_who_sleeps_and_who_commands(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, gate: WatchedGate
) -> None:
    await join(hass, coordinator, zha, ZOO["remote"])
    assert ZigbeeLinks(gate).devices() == {REMOTE: LinkedDevice(REMOTE, sleepy=True, commands=True)}


async def test_who_commands_a_device_directly(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    remote = await join(hass, coordinator, zha, ZOO["remote"])
    links = ZigbeeLinks(gate)
    direct = Link(REMOTE, 1, 6, target=BULB, target_endpoint=1)
    await links.give(direct)
    assert await links.leading_to(BULB) == ((direct,), ())
    remote.powered = False
    assert await links.leading_to(BULB) == ((), (REMOTE,))
    assert 6 in links.clusters(BULB)[1]
    assert links.memberships(BULB) == ()
    await links.give(Link(BULB, 1, group=GROUP))
    bulb.powered = False
    assert links.memberships(BULB) == (Link(BULB, 1, group=GROUP),), "what a dead one was in is remembered"


async def test_devices_that_do_not_do_it(
    hass: HomeAssistant, bulb: VirtualDevice, gate: WatchedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = ZigbeeLinks(gate)
    assert await refused(links, Link(BULB, 9, group=GROUP)) == "device_refused"  # it has no such endpoint
    assert await refused(links, of=REMOTE) == "device_not_in_network"
    for number in range(MAX_BINDINGS):
        bulb.bindings.append(Binding(bulb.ieee, 1, number, MultiAddress(addrmode=1, nwk=number)))
    assert await refused(links, Link(BULB, 1, 0x1000, group=GROUP)) == "device_refused"  # its table is full
    assert len(await links.read_bindings(BULB)) == len(bulb.bindings) >= MAX_BINDINGS
    bulb.powered = False
    assert await refused(links) == "device_silent"
    bulb.powered = True
    device = gateway_of(hass).application_controller.get_device(ieee=bulb.ieee)
    for answer, key in (
        ((0x84, 0, 0, []), None),
        ((0x80, 0, 0, []), "device_refused"),
        ((0, 5, 3, []), "device_refused"),
    ):

        async def says(*_: object, answer: object = answer, **__: object) -> object:
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(device.zdo, "request", says)
            if key is None:
                assert await links.read_bindings(BULB) == (), "it keeps none"
            else:
                with pytest.raises(LinkError) as caught:
                    await links.read_bindings(BULB)
                assert caught.value.key == key


async def test_without_a_radio_nobody_is_asked(
    hass: HomeAssistant, zha: ConfigEntry, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    links = ZigbeeLinks(gate)
    gate.gateway.stopping = True
    assert await refused(links) == "zha_not_loaded"
    gate.gateway.stopping = False
    assert await hass.config_entries.async_unload(zha.entry_id)
    assert (links.coordinator, links.devices()) == (None, {})
    assert await refused(links) == "zha_not_loaded"
    assert bulb.joined
