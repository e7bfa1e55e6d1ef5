"""Joining the Zigbee network is a permission: held, approved, asked for or not, banned."""

import asyncio
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.secure_hub.adapters.storage import StoreWriteError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import HARDWARE_ADDRESS, JoinRefusedError, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join, settled
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import journal_of

from .zigbee import act, asset_of, bulb, home, known, light

__all__ = ("bulb", "home")

OPEN = "binary_sensor.secure_hub_zigbee_network_open"
CODE = "83FED3407A939723A5C639B26916D505C3B5"
SPARE = str(ZOO["spare_bulb"].ieee)


def entries(hass: HomeAssistant, action: str) -> list[dict[str, Any]]:
    """Records of one action in the journal."""
    return [record for record in journal_of(hass) if record["action"] == action]


def is_open(hass: HomeAssistant) -> str:
    """What the hub's sensor says."""
    state = hass.states.get(OPEN)
    assert state
    return state.state


def state_of_lamp(hass: HomeAssistant, device: VirtualDevice) -> str:
    """What Home Assistant believes of a lamp."""
    found = er.async_get(hass).entities.values()
    lamp = next(e.entity_id for e in found if e.domain == "light" and e.unique_id.startswith(str(device.ieee)))
    state = hass.states.get(lamp)
    assert state
    return state.state


async def test_a_newcomer_is_interviewed_and_held_until_it_is_let_in(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    home: SecureHub,
) -> None:
    spare = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    asset = await known(home, spare)
    await eventually(lambda: home.standing(asset.id) is Standing.HELD)
    await eventually(lambda: not home.gate.arrived)  # the plan knows it
    assert state_of_lamp(hass, spare) == "off", "it was interviewed"
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await light(hass, spare, "turn_on")
    assert spare.read("on_off", "on_off") == 0
    dropped = home.gate.counts[SPARE].dropped
    await coordinator.report(spare, "on_off", "on_off", 1)
    await eventually(lambda: home.gate.counts[SPARE].dropped > dropped)
    assert state_of_lamp(hass, spare) == "off"

    await home.async_release(asset.id, actor=None)
    await light(hass, spare, "turn_on")
    assert spare.read("on_off", "on_off") == 1
    assert state_of_lamp(hass, spare) == "on"
    await coordinator.report(spare, "on_off", "on_off", 0)
    await eventually(lambda: state_of_lamp(hass, spare) == "off")
    (joined,) = entries(hass, "zigbee_joined")
    assert joined["details"] == {"asked": True, "ieee": SPARE, "trusted": False}


async def test_a_device_that_nobody_asked_is_noticed_and_held(
    hass: HomeAssistant, coordinator: VirtualCoordinator, home: SecureHub
) -> None:
    await home.radio.async_close_network()
    rogue = await coordinator.join(ZOO["spare_bulb"], unasked=True)
    await coordinator.report(rogue, "on_off", "on_off", 1)
    asset = await known(home, rogue)
    await eventually(lambda: home.standing(asset.id) is Standing.HELD)
    await eventually(lambda: entries(hass, "zigbee_joined"))
    assert entries(hass, "zigbee_joined")[0]["details"]["asked"] is False
    assert home.radio.memory.joins[SPARE].asked is False
    with pytest.raises(HomeAssistantError, match="Secure Hub"):
        await light(hass, rogue, "turn_on")


async def test_a_banned_device_is_sent_away_again_and_again(  # noqa: PLR0913, PLR0917 - fixtures
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    bulb: VirtualDevice,
    home: SecureHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.secure_hub.adapters.zha.admission.EVICT_EVERY_S", 0.0)
    device_id = asset_of(home, bulb).device_id
    await settled(hass)
    await act(hass, "ban", device_id=device_id, reason="flickers")
    await eventually(lambda: not bulb.joined)
    application = gateway_of(hass).application_controller
    await eventually(lambda: bulb.ieee not in application.devices)
    for times in (1, 2):
        await coordinator.rejoin(bulb)
        await eventually(lambda: not bulb.joined)
        ban = home.radio.memory.bans[str(bulb.ieee)]
        assert ban.evictions >= times
    assert bulb.ieee not in application.devices

    # A restart of either forgets nothing.
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    assert await hass.config_entries.async_reload(zha.entry_id)
    await hass.async_block_till_done()
    home = home.entry.runtime_data
    await coordinator.rejoin(bulb)
    await eventually(lambda: not bulb.joined)
    (shown,) = (await act(hass, "list_bans", answer=True))["bans"]
    assert (shown["ieee"], shown["name"], shown["reason"]) == (str(bulb.ieee), "Virtual Zoo bulb", "flickers")
    assert shown["evictions"] >= 3
    with pytest.raises(ServiceValidationError, match="banned"):
        await act(hass, "permit_with_install_code", code=CODE, ieee=str(bulb.ieee))

    await act(hass, "unban", ieee=str(bulb.ieee))
    with pytest.raises(ServiceValidationError, match="not banned"):
        await act(hass, "unban", ieee=str(bulb.ieee))
    await join(hass, coordinator, zha, ZOO["bulb"])
    assert bulb.joined
    actions = [record["action"] for record in journal_of(hass)]
    assert actions.index("zigbee_banned") < actions.index("zigbee_evicted") < actions.index("zigbee_unbanned")


async def test_what_must_not_or_cannot_be_banned(hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice) -> None:
    radio = next(a for a in home.assets.values() if any(sighting.is_coordinator for sighting in a.sightings))
    for named in ({"device_id": radio.device_id}, {"ieee": str(HARDWARE_ADDRESS)}):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "ban", **named)
        assert caught.value.translation_key == "ban_coordinator"
    assert home.radio.memory.bans == {}
    assert not entries(hass, "zigbee_banned")
    await act(hass, "ban", ieee=SPARE)
    assert list(home.radio.memory.bans) == [SPARE]
    assert bulb.joined


async def test_who_opened_the_network_and_until_when(
    hass: HomeAssistant, home: SecureHub, coordinator: VirtualCoordinator, hass_ws_client: WebSocketGenerator
) -> None:
    await home.radio.async_close_network()
    assert is_open(hass) == "off"
    user = MockUser(is_owner=True).add_to_hass(hass)
    await hass.services.async_call("zha", "permit", {"duration": 60}, blocking=True, context=Context(user_id=user.id))
    state = hass.states.get(OPEN)
    assert state
    assert (state.state, state.attributes["opened_by"]) == ("on", user.id)
    assert home.radio.window
    assert 50 < home.radio.window.until - time.time() <= 60
    await act(hass, "close_network")
    assert is_open(hass) == "off"
    assert not coordinator.joining_open
    with pytest.raises(JoinRefusedError):
        await coordinator.join(ZOO["spare_bulb"])

    # ZHA's own panel asks by websocket.
    assert await async_setup_component(hass, "websocket_api", {})
    client: Any = await hass_ws_client()
    await client.send_json_auto_id({"type": "zha/devices/permit", "duration": 30})
    await eventually(lambda: is_open(hass) == "on")
    state = hass.states.get(OPEN)
    assert state
    assert state.attributes["opened_by"]
    await home.radio.async_open_network(1, actor="me")
    assert home.radio.window
    assert home.radio.window.actor == "me"
    await eventually(lambda: is_open(hass) == "off")  # it closes by itself
    await eventually(lambda: len(entries(hass, "zigbee_opened")) == 3)
    assert entries(hass, "zigbee_opened")[0]["actor"] == user.id


async def test_an_install_code_is_the_trusted_way(
    hass: HomeAssistant, home: SecureHub, coordinator: VirtualCoordinator
) -> None:
    await act(hass, "permit_with_install_code", code=f"Z:{SPARE.replace(':', '')}$I:{CODE}", seconds=30)
    assert home.radio.window
    assert home.radio.window.only == SPARE
    state = hass.states.get(OPEN)
    assert state
    assert state.attributes["only_device"] == SPARE
    assert SPARE in coordinator.provisional_keys
    spare = await coordinator.join(ZOO["spare_bulb"])
    await known(home, spare)
    assert home.radio.memory.joins[SPARE].trusted
    assert entries(hass, "zigbee_joined")[-1]["details"]["trusted"] is True
    for code, ieee in ((CODE[:-1] + "6", SPARE), ("hello", None), (CODE, None)):
        with pytest.raises(ServiceValidationError):
            await act(hass, "permit_with_install_code", code=code, **({"ieee": ieee} if ieee else {}))
    assert CODE.lower() not in str(journal_of(hass)).lower()


@pytest.mark.usefixtures("home")
async def test_without_a_radio_it_says_so(
    hass: HomeAssistant, zha: ConfigEntry, coordinator: VirtualCoordinator
) -> None:
    assert await hass.config_entries.async_unload(zha.entry_id)
    await hass.async_block_till_done()
    assert is_open(hass) == "unknown"
    for name, data in (("close_network", {}), ("permit_with_install_code", {"code": CODE, "ieee": SPARE})):
        with pytest.raises(HomeAssistantError) as caught:
            await act(hass, name, **data)
        assert caught.value.translation_key == "zha_not_loaded"
    assert await hass.config_entries.async_setup(zha.entry_id)
    await eventually(lambda: is_open(hass) == "off")
    assert not coordinator.joining_open


async def test_a_router_that_opens_the_network_is_nobody_who_was_asked(
    hass: HomeAssistant, home: SecureHub, coordinator: VirtualCoordinator, bulb: VirtualDevice
) -> None:
    from tests.lab.zigbee.zcl import Frame  # noqa: PLC0415

    await home.radio.async_close_network()
    await coordinator.transmit(bulb, Frame(0x0000, 0x0036, 0, 0, b"\x01\xfe\x00"))
    await eventually(lambda: is_open(hass) == "on")
    state = hass.states.get(OPEN)
    assert state
    assert state.attributes["opened_by_device"] == str(bulb.ieee)
    rogue = await coordinator.join(ZOO["spare_bulb"], unasked=True)
    await known(home, rogue)
    assert home.radio.memory.joins[SPARE].asked is False


async def test_a_ban_list_that_cannot_be_read_holds_everybody_who_joins(
    hass: HomeAssistant,
    home: SecureHub,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    await act(hass, "ban", ieee=SPARE)
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    hass_storage["secure_hub.radio"]["data"]["bans"] = {"nonsense": 1}
    assert await hass.config_entries.async_setup(home.entry.entry_id)
    again: SecureHub = home.entry.runtime_data
    assert again.radio.unreadable
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "ban", ieee=SPARE)
    assert caught.value.translation_key == "radio_store_unreadable"
    spare = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    assert SPARE in again.gate.arrived or again.standing((await known(again, spare)).id) is Standing.HELD
    assert hass_storage["secure_hub.radio"]["data"]["bans"] == {"nonsense": 1}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable")
    assert issue
    assert issue.is_fixable


async def test_the_posture_of_the_network_is_shown_and_mended(
    hass: HomeAssistant, home: SecureHub, coordinator: VirtualCoordinator, zha: ConfigEntry
) -> None:
    home.radio._examine()
    state = hass.states.get("sensor.secure_hub_zigbee_posture")
    assert state
    assert (state.state, state.attributes["network_key"]) == ("100", "good")
    assert state.attributes["trust_centre"] == "unknown"
    await home.radio.async_close_network()
    await known(home, await coordinator.join(ZOO["spare_bulb"], unasked=True))
    application = gateway_of(hass).application_controller
    info = application.state.network_info.network_key
    key, info.key = info.key, type(info.key)([1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13])
    home.radio._examine()
    issues = ir.async_get(hass)
    issue = issues.async_get_issue(DOMAIN, "zigbee_unasked_joins")
    assert issue
    assert issue.translation_placeholders == {"detail": SPARE}
    assert issues.async_get_issue(DOMAIN, "zigbee_network_key")
    state = hass.states.get("sensor.secure_hub_zigbee_posture")
    assert state
    assert int(state.state) < 60
    assert bytes(info.key.serialize()).hex() not in str(state.as_dict())
    info.key = key
    home.radio._examine()
    assert issues.async_get_issue(DOMAIN, "zigbee_network_key") is None
    assert await hass.config_entries.async_unload(zha.entry_id)
    await hass.async_block_till_done()
    assert issues.async_get_issue(DOMAIN, "zigbee_unasked_joins") is None


async def test_a_page_that_zha_leaves_is_told_of(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice, zha: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homeassistant.components.zha.helpers import get_zha_gateway_proxy  # noqa: PLC0415 - slow, and not every test's

    monkeypatch.setattr("custom_components.secure_hub.hub.radio.PAGE_GOES_S", 0.0)
    entity, *_ = references = get_zha_gateway_proxy(hass)._ha_entity_refs[bulb.ieee]
    never: asyncio.Future[None] = hass.loop.create_future()
    references.append(entity._replace(remove_future=never))  # an entity that was never set up to its end
    try:
        await act(hass, "ban", device_id=asset_of(home, bulb).device_id)
        application = gateway_of(hass).application_controller
        await eventually(lambda: bulb.ieee not in application.devices)
        home.radio._examine()
        issue = ir.async_get(hass).async_get_issue(DOMAIN, "zigbee_page_left")
        assert issue
        assert issue.translation_placeholders == {"names": "Virtual Zoo bulb"}
        await eventually(lambda: entries(hass, "zigbee_page_left"))

        page = dr.async_get(hass).async_get_device_by_identifier(("zha", str(bulb.ieee)), zha.entry_id)
        assert page
        dr.async_get(hass).async_remove_device(page.id)
        await home.async_look()
        home.radio._examine()
        assert ir.async_get(hass).async_get_issue(DOMAIN, "zigbee_page_left") is None
        assert len(entries(hass, "zigbee_page_left")) == 1
    finally:
        never.set_result(None)
        await hass.async_block_till_done()


async def test_what_fails_is_told_and_changes_nothing(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        msg = "no air"
        raise RuntimeError(msg)

    application = gateway_of(hass).application_controller
    with monkeypatch.context() as patch:
        patch.setattr(application, "permit", broken)
        with pytest.raises(HomeAssistantError) as caught:
            await act(hass, "close_network")
    assert caught.value.translation_key == "radio_refused"

    async def full(*_: Any) -> None:
        raise StoreWriteError("secure_hub.radio", "disk full")  # noqa: EM101 - a store

    with monkeypatch.context() as patch:
        patch.setattr(home.radio._store, "save", full)
        with pytest.raises(HomeAssistantError) as caught:
            await act(hass, "ban", ieee=SPARE)
        assert caught.value.translation_key == "store_write_failed"
        assert home.radio.memory.bans == {}
        # What cannot be remembered is not taken: it could never be given back.
        await gateway_of(hass).devices[bulb.ieee].async_add_endpoint_to_group(1, 0x0010)
        await home.async_quarantine(asset_of(home, bulb).id, actor=None)
        await eventually(lambda: str(bulb.ieee) in home.isolation._failed)
        assert bulb.in_group(0x0010)
        assert home.isolation.pending([str(bulb.ieee)])
        home.isolation._failed[str(bulb.ieee)] = (3, time.monotonic())
        assert home.isolation.status.reason == "zigbee_links_pending"
        assert home.isolation.status.detail == "1"
    device = asset_of(home, bulb).device_id
    for wrong in ({"endpoint": 1, "ieee": SPARE, "target_endpoint": 1}, {"endpoint": 9, "group": 1}):
        with pytest.raises(HomeAssistantError):
            await act(hass, "remove_binding", device_id=device, **wrong)
