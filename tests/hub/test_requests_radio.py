"""Requests of a home with a radio: who joins is held and asked about, until somebody answers."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.engine.policy import grants
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.requests.model import Kind
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, join
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import actions_of

from .zigbee import act, asset_of, bulb, home, known, light

__all__ = ("bulb", "home")


@pytest.mark.parametrize("action", ["approve_request", "deny_request"])
async def test_who_joins_is_held_until_it_is_approved(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, home: SecureHub, action: str
) -> None:
    spare = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    asset = await known(home, spare)
    await eventually(lambda: home.requests.book.of(asset.id))
    (request,) = home.requests.book.of(asset.id)
    assert request.kind is Kind.JOINED
    assert home.standing(asset.id) is Standing.HELD
    await act(hass, action, request_id=request.id)
    if action == "approve_request":
        assert home.standing(asset.id) is Standing.ADMITTED
        await light(hass, spare, "turn_on")
        assert spare.read("on_off", "on_off") == 1
    else:
        assert home.standing(asset.id) is Standing.HELD
        await home.async_look()
        await hass.async_block_till_done()
        assert home.requests.book.of(asset.id) == (), "no is no"


async def test_a_command_under_ask_is_refused_and_asked(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice
) -> None:
    asset = asset_of(home, bulb)
    device_id = asset.device_id
    await act(hass, "set_permission", device_id=[device_id], scope="control", decision="ask")
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 0
    await eventually(lambda: home.requests.book.of(asset.id))
    (request,) = home.requests.book.of(asset.id)
    assert request.kind is Kind.CONTROL
    await act(hass, "approve_request", request_id=request.id, duration="1_hour")
    await light(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1


async def test_once_is_one_command(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request says who commands; what is granted once is over some moments after its first command."""
    monkeypatch.setattr(grants, "COMMANDED_ONCE", timedelta(seconds=1))
    asset = asset_of(home, bulb)
    await act(hass, "set_permission", device_id=[asset.device_id], scope="control", decision="ask")
    anna = MockUser(name="Anna").add_to_hass(hass)
    hass.states.async_set("person.anna", "home", {"user_id": anna.id, "friendly_name": "Anna"})
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_on", Context(user_id=anna.id))
    await eventually(lambda: home.requests.book.of(asset.id))
    (request,) = home.requests.book.of(asset.id)
    assert request.detail == "light.turn_on - Anna"
    await act(hass, "approve_request", request_id=request.id, duration="once")
    await light(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
    await eventually(lambda: "grant_used" in actions_of(hass, asset.id))
    await eventually(lambda: not home.permissions.grants)
    await home.async_look()
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_off")
    assert bulb.read("on_off", "on_off") == 1
