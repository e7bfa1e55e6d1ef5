"""The red button on a device's page: where it sits, what it says, and what it does to packets."""

from collections.abc import Awaitable, Callable

from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

from .faces import asset, device_id, reaches_the_internet, switch


async def flip(hass: HomeAssistant, entity_id: str, *, on: bool) -> State:
    """Flip a switch as an automation does, and return what it says then."""
    await hass.services.async_call(SWITCH, "turn_on" if on else "turn_off", {ATTR_ENTITY_ID: entity_id}, blocking=True)
    state = hass.states.get(entity_id)
    assert state
    return state


async def test_every_switch(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    set_up_only: Callable[[Platform], Awaitable[str]],
) -> None:
    await snapshot_platform(hass, entity_registry, snapshot, await set_up_only(Platform.SWITCH))


async def test_only_governed_assets_have_one(hub: SecureHub, lab: Lab, entity_registry: er.EntityRegistry) -> None:
    switches = er.async_entries_for_config_entry(entity_registry, hub.entry.entry_id)
    ids = {one.unique_id for one in switches if one.domain == SWITCH} - {f"{hub.entry.entry_id}-lockdown"}
    assert ids == {f"{asset(hub, device).id}-quarantine" for device in lab.devices}
    laptop = next(one for one in hub.assets.values() if one.interfaces == {"eth-lan"})
    assert f"{laptop.id}-quarantine" not in ids


async def test_on_cuts_off_and_off_lets_talk(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    entity_id = switch(hub, camera)
    assert await reaches_the_internet(hass, lab, camera)

    before = dt_util.utcnow()
    state = await flip(hass, entity_id, on=True)
    assert state.state == STATE_ON
    assert state.attributes["standing"] == "quarantined"
    assert state.attributes["reason"] == "manual"
    assert before <= dt_util.parse_datetime(state.attributes["since"], raise_on_error=True) <= dt_util.utcnow()
    assert not await reaches_the_internet(hass, lab, camera)
    assert await reaches_the_internet(hass, lab, lab.device("tv"))

    state = await flip(hass, entity_id, on=False)
    assert state.state == STATE_OFF
    assert state.attributes["standing"] == "admitted"
    assert "reason" not in state.attributes
    assert "since" not in state.attributes
    assert await reaches_the_internet(hass, lab, camera)


async def test_it_sits_on_the_device_that_another_integration_made(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, device_registry: dr.DeviceRegistry
) -> None:
    camera = lab.device("camera")
    other = MockConfigEntry(domain="onvif")
    other.add_to_hass(hass)
    device = device_registry.async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("onvif", "camera")},
        connections={(dr.CONNECTION_NETWORK_MAC, camera.mac)},
        name="Front door",
    )
    await hub.async_look()
    await hass.async_block_till_done()
    assert device_id(hub, camera) == device.id
    assert device.config_entry_id == other.entry_id, "it was not taken over"
    state = hass.states.get(switch(hub, camera))
    assert state
    assert state.name == "Front door Quarantine"


async def test_a_reload_changes_neither_ids_nor_state(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, entity_registry: er.EntityRegistry
) -> None:
    def registered() -> set[tuple[str, str, str | None]]:
        return {
            (one.entity_id, one.unique_id, one.device_id)
            for one in er.async_entries_for_config_entry(entity_registry, hub.entry.entry_id)
        }

    entity_id = switch(hub, lab.device("camera"))
    since = (await flip(hass, entity_id, on=True)).attributes["since"]
    before = registered()
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    state = hass.states.get(entity_id)
    assert state
    assert state.state == STATE_UNAVAILABLE
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert registered() == before
    state = hass.states.get(entity_id)
    assert state
    assert state.state == STATE_ON
    assert state.attributes["since"] == since


async def test_a_refusal_is_said_and_changes_nothing(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, "mode": "monitor"})
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    watching: SecureHub = hub.entry.runtime_data
    head = watching.journal.status.head
    with pytest.raises(ServiceValidationError, match="only watches") as refusal:
        await flip(hass, switch(watching, camera), on=True)
    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == "monitor_mode"
    assert watching.journal.status.head == head
    state = hass.states.get(switch(watching, camera))
    assert state
    assert state.state == STATE_OFF


async def test_attributes_are_short_and_not_recorded(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await hub.async_quarantine(asset(hub, lab.device("camera")).id, actor=None, reason="x" * 200)
    state = hass.states.get(switch(hub, lab.device("camera")))
    assert state
    # what only people read now: the journal keeps the history
    ours = set(state.attributes) - {"friendly_name"}
    assert state.state_info
    assert ours <= state.state_info["unrecorded_attributes"]
    assert len(str(state.attributes)) < 600
