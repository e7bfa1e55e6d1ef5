"""Groups and bindings, read from and written to real ZHA's devices."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.adapters.zha import bonds
from custom_components.secure_hub.adapters.zha.bonds import BondError, Bonds
from custom_components.secure_hub.engine.zigbee import Binding
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import gateway_of, join
from tests.lab.zigbee.zoo import ZOO

ON_OFF = 6
GROUP = 0x0042


async def test_groups_and_bindings(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> None:
    bulb = await join(hass, coordinator, zha, ZOO["bulb"])
    remote = await join(hass, coordinator, zha, ZOO["remote"])
    held = Bonds(hass)
    ieee, other = str(bulb.ieee), str(remote.ieee)
    endpoint = next(number for number, clusters in held.inputs(ieee).items() if ON_OFF in clusters)
    await held.async_join_group(ieee, endpoint, GROUP)
    await held.async_join_group(ieee, endpoint, GROUP)  # again: it is as it was wished
    assert bulb.in_group(GROUP)
    assert held.groups(ieee)[endpoint] >= {GROUP}
    assert GROUP in gateway_of(hass).application_controller.groups
    await held.async_leave_group(ieee, endpoint, GROUP)
    await held.async_leave_group(ieee, endpoint, GROUP)
    assert not bulb.in_group(GROUP)
    assert GROUP not in held.groups(ieee).get(endpoint, frozenset())

    before = await held.async_bindings(other)
    direct = Binding(other, 1, ON_OFF, ieee, endpoint)
    to_group = Binding(other, 1, ON_OFF, GROUP)
    for one in (direct, to_group):
        await held.async_bind(one)
    assert set(await held.async_bindings(other)) == {*before, direct, to_group}
    assert other in held.speakers()
    assert await held.async_bindings_to(ieee, held.speakers()) == ((direct,), ())
    for one in (direct, to_group, direct):
        await held.async_unbind(one)
    assert await held.async_bindings(other) == before


async def test_a_long_table_is_read_to_its_end(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    remote = await join(hass, coordinator, zha, ZOO["remote"])
    held, ieee = Bonds(hass), str(remote.ieee)
    before = await held.async_bindings(ieee)
    for group in range(1, 12):
        await held.async_bind(Binding(ieee, 1, ON_OFF, group))
    assert len(await held.async_bindings(ieee)) == len(before) + 11


async def test_who_does_not_answer_is_said(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bonds, "TIMEOUT_S", 0.2)
    remote = await join(hass, coordinator, zha, ZOO["remote"])
    held, ieee = Bonds(hass), str(remote.ieee)
    remote.powered = False
    with pytest.raises(BondError) as silent:
        await held.async_bindings(ieee)
    assert silent.value.key in {bonds.NO_ANSWER, bonds.REFUSED}
    assert await held.async_bindings_to("00:00:00:00:00:00:00:99", {ieee}) == ((), (ieee,))
    with pytest.raises(BondError) as stranger:
        held.groups("00:00:00:00:00:00:00:99")
    assert stranger.value.key == bonds.UNKNOWN
    remote.powered = True
    with pytest.raises(BondError) as nowhere:
        await held.async_join_group(ieee, 77, 1)
    assert nowhere.value.key == bonds.REFUSED
    await hass.config_entries.async_unload(zha.entry_id)
    with pytest.raises(BondError) as gone:
        await held.async_bindings(ieee)
    assert gone.value.key == "zha_not_loaded"
