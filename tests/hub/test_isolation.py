"""Who is cut off in the Zigbee network is alone in it, and gets back exactly what it had."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from zigpy.zdo.types import MultiAddress

from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import HARDWARE_ADDRESS, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import actions_of

from .zigbee import act, asset_of, bulb, home

__all__ = ("bulb", "home")

ON_OFF = 0x0006
GROUP = 0x0010


@pytest.fixture
async def remote(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """A remote that commands the bulb directly, and a group."""
    bulb_ieee = ZOO["bulb"].ieee
    device = await join(hass, coordinator, zha, ZOO["remote"])
    zdo = gateway_of(hass).application_controller.get_device(ieee=device.ieee).zdo
    for cluster in (ON_OFF, 0x0008, 0x0300, 0x0301):  # more than fit on one page
        await zdo.Bind_req(device.ieee, 1, cluster, MultiAddress(addrmode=3, ieee=bulb_ieee, endpoint=1))
    await zdo.Bind_req(device.ieee, 1, ON_OFF, MultiAddress(addrmode=1, nwk=GROUP))
    return device


@pytest.fixture
async def grouped(hass: HomeAssistant, bulb: VirtualDevice) -> Any:
    """A group with the bulb in it; zigpy's object."""
    await gateway_of(hass).devices[bulb.ieee].async_add_endpoint_to_group(1, GROUP)
    assert bulb.in_group(GROUP)
    return gateway_of(hass).application_controller.groups[GROUP]


def commands(device: VirtualDevice) -> list[tuple[int, str]]:
    """Bindings of a device to anybody but the coordinator."""
    return [
        (int(one.ClusterId), str(one.DstAddress.ieee if one.DstAddress.addrmode == 3 else one.DstAddress.nwk))
        for one in device.bindings
        if one.DstAddress.addrmode != 3 or one.DstAddress.ieee != HARDWARE_ADDRESS
    ]


@pytest.mark.usefixtures("grouped")
async def test_a_quarantined_device_leaves_groups_and_bindings_and_gets_them_back(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    bulb: VirtualDevice,
    remote: VirtualDevice,
    home: SecureHub,
) -> None:
    before, reports = commands(remote), len(bulb.bindings)
    assert len(before) == 5
    await coordinator.press(remote, "on_off", 0x02)
    asset = asset_of(home, bulb)

    await home.async_quarantine(asset.id, actor=None)
    await eventually(lambda: not bulb.in_group(GROUP) and len(commands(remote)) == 1)
    assert commands(remote) == [(ON_OFF, str(GROUP))], "a group of which it is no member is nothing to it"
    assert len(bulb.bindings) == reports, "reports to the hub are dropped by the gate"
    await eventually(lambda: home.enforced(asset.id, Scope.PEERS) == "deny")
    was = bulb.read("on_off", "on_off")
    await coordinator.press(remote, "on_off", 0x02)
    assert bulb.read("on_off", "on_off") == was
    assert actions_of(hass).count("zigbee_link_taken") == 5

    await home.async_release(asset.id, actor=None)
    await eventually(lambda: bulb.in_group(GROUP) and len(commands(remote)) == 5)
    assert sorted(commands(remote)) == sorted(before)
    await eventually(lambda: not home.isolation.taken)
    assert home.radio.memory.taken == frozenset()
    application = gateway_of(hass).application_controller
    assert (bulb.ieee, 1) in application.groups[GROUP]
    assert home.enforced(asset.id, Scope.PEERS) == "allow"


@pytest.mark.usefixtures("grouped")
async def test_what_a_silent_device_had_is_finished_later(  # noqa: PLR0913, PLR0917 - fixtures
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    bulb: VirtualDevice,
    remote: VirtualDevice,
    home: SecureHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.secure_hub.hub.isolation.HEARD_S", 0.0)
    coordinator.indirect_timeout = 0.05
    coordinator.sleep(remote)
    asset = asset_of(home, bulb)
    await home.async_quarantine(asset.id, actor=None)
    await eventually(lambda: not bulb.in_group(GROUP) and str(remote.ieee) in home.isolation._failed)
    assert len(commands(remote)) == 5

    # It wakes up because somebody presses a button: that is heard.
    coordinator.wake(remote)
    await coordinator.transmit(remote, remote.command("on_off", 0x02))
    await eventually(lambda: len(commands(remote)) == 1)

    # The bulb is without power when it is released, and the hub starts anew before it is back.
    bulb.powered = False
    await home.async_release(asset.id, actor=None)
    await eventually(lambda: len(commands(remote)) == 5 and str(bulb.ieee) in home.isolation._failed)
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = home.entry.runtime_data
    await eventually(lambda: str(bulb.ieee) in again.isolation._failed)
    assert {link.group for link in again.isolation.taken} == {GROUP}
    assert not bulb.in_group(GROUP)
    bulb.powered = True
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: bulb.in_group(GROUP) and not again.isolation.taken)


@pytest.mark.usefixtures("grouped")
async def test_who_may_not_talk_with_peers_is_heard_and_commanded(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    bulb: VirtualDevice,
    remote: VirtualDevice,
    home: SecureHub,
) -> None:
    asset = asset_of(home, bulb)
    assert home.scope_coverage(asset.id, Scope.PEERS).reason == "zigbee_links"
    await act(hass, "set_permission", device_id=asset.device_id, scope="peers", decision="deny")
    await eventually(lambda: not bulb.in_group(GROUP) and len(commands(remote)) == 1)
    await eventually(lambda: home.enforced(asset.id, Scope.PEERS) == "deny")
    lamp = gateway_of(hass).application_controller.get_device(ieee=bulb.ieee).endpoints[1].on_off
    await lamp.on()
    assert bulb.read("on_off", "on_off") == 1
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: lamp.get("on_off") == 0)
    await act(hass, "set_permission", device_id=asset.device_id, scope="peers", decision="default")
    await eventually(lambda: bulb.in_group(GROUP) and len(commands(remote)) == 5)


async def test_bindings_are_shown_and_removed(
    hass: HomeAssistant,
    bulb: VirtualDevice,
    remote: VirtualDevice,
    home: SecureHub,
) -> None:
    device_id = asset_of(home, remote).device_id
    answer = await act(hass, "list_bindings", answer=True, device_id=device_id)
    (shown,) = answer["devices"]
    direct = [one for one in shown["links"] if one["bypasses_hub"]]
    assert len(direct) == 5
    lamp = next(one for one in direct if one["cluster"] == ON_OFF and one["ieee"])
    assert lamp["target_name"] == asset_of(home, bulb).name
    await act(
        hass,
        "remove_binding",
        device_id=device_id,
        endpoint=1,
        cluster=ON_OFF,
        ieee=lamp["ieee"],
        target_endpoint=1,
    )
    assert (ON_OFF, lamp["ieee"]) not in commands(remote)
    assert len(commands(remote)) == 4
    assert "zigbee_link_removed" in actions_of(hass)
