"""The selects: what a person says of a device and of everybody, what they show, and how a risky change ends."""

import asyncio
from collections.abc import Awaitable, Callable
import errno

from homeassistant.components.select import DOMAIN as SELECT
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.adapters.netfilter import backend
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.const import CONF_MODE, CONF_NEWCOMERS, DOMAIN
from custom_components.secure_hub.engine.policy import trial
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually

from .faces import asset, reaches_the_internet
from .plugin import journal_of, our_tables, set_up


def entity_of(hass: HomeAssistant, hub: SecureHub, device: Device | None, key: str, platform: str = SELECT) -> str:
    """Entity id of what shows `key` of a device, or of the hub."""
    owner = asset(hub, device).id if device else hub.entry.entry_id
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{owner}-{key}")
    assert entity_id
    return entity_id


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """State of an entity that is there."""
    state = hass.states.get(entity_id)
    assert state
    return state


async def choose(hass: HomeAssistant, entity_id: str, option: str) -> State:
    """Choose an option as an automation does, and return what it says then."""
    data = {ATTR_ENTITY_ID: entity_id, "option": option}
    await hass.services.async_call(SELECT, "select_option", data, blocking=True)
    return state_of(hass, entity_id)


@pytest.fixture
def all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable also those that most homes do not need."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a risky change wait for two seconds only."""
    monkeypatch.setattr(trial, "CONFIRM_S", 2.0)


@pytest.mark.usefixtures("all_enabled")
async def test_every_select(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    set_up_only: Callable[[Platform], Awaitable[str]],
) -> None:
    await snapshot_platform(hass, entity_registry, snapshot, await set_up_only(Platform.SELECT))


async def test_only_the_useful_ones_are_enabled(hub: SecureHub, lab: Lab, entity_registry: er.EntityRegistry) -> None:
    camera = asset(hub, lab.device("camera"))
    found = {
        entity.unique_id.partition("-")[2]: entity.disabled
        for entity in er.async_entries_for_config_entry(entity_registry, hub.entry.entry_id)
        if entity.domain == SELECT and entity.unique_id.startswith(camera.id)
    }
    scopes = ("internet", "lan", "peers", "hub", "control", "report", "share")
    assert found == {"profile": False} | {scope: scope != "internet" for scope in scopes}


async def test_what_is_said_of_a_scope_holds_is_explained_and_outlives_a_restart(
    hass: HomeAssistant, hub: SecureHub, lab: Lab
) -> None:
    camera = lab.device("camera")
    entity_id = entity_of(hass, hub, camera, "internet")
    state = state_of(hass, entity_id)
    assert (state.state, state.attributes["decision"], state.attributes["reason"]) == ("default", "allow", "home")

    state = await choose(hass, entity_id, "deny")
    assert (state.state, state.attributes["decision"], state.attributes["reason"]) == ("deny", "deny", "asset")
    assert (state.attributes["enforced"], state.attributes["coverage"]) == ("deny", "full")
    assert not await reaches_the_internet(hass, lab, camera)
    assert await reaches_the_internet(hass, lab, lab.device("tv"))
    record = [one for one in journal_of(hass) if one["action"] == "set_permission"][-1]
    assert (record["asset_id"], record["before"], record["after"]) == (asset(hub, camera).id, "default", "deny")
    assert record["details"] == {"scope": "internet", "destination": "any"}

    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    state = state_of(hass, entity_id)
    assert (state.state, state.attributes["decision"]) == ("deny", "deny")
    state = await choose(hass, entity_id, "default")
    assert (state.state, state.attributes["reason"], state.attributes["enforced"]) == ("default", "home", "allow")
    assert await reaches_the_internet(hass, lab, camera)


async def test_a_profile_is_what_its_scopes_say(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    profile, internet = entity_of(hass, hub, camera, "profile"), entity_of(hass, hub, camera, "internet")
    assert (await choose(hass, profile, "local_only")).state == "local_only"
    state = state_of(hass, internet)
    assert (state.state, state.attributes["decision"], state.attributes["reason"]) == ("default", "deny", "profile")
    assert state_of(hass, entity_of(hass, hub, lab.device("tv"), "internet")).attributes["decision"] == "allow"


async def test_the_profile_quarantined_is_the_red_button(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    profile, button = entity_of(hass, hub, camera, "profile"), entity_of(hass, hub, camera, "quarantine", "switch")
    await choose(hass, profile, "quarantined")
    assert state_of(hass, button).state == "on"
    internet = state_of(hass, entity_of(hass, hub, camera, "internet"))
    assert (internet.attributes["enforced"], internet.attributes["reason"]) == ("deny", "quarantine")
    assert not await hass.async_add_executor_job(lambda: camera.can_reach(lab.internet))
    assert (await choose(hass, profile, "trusted")).state == "trusted"
    assert state_of(hass, button).state == "off"
    assert await hass.async_add_executor_job(lambda: camera.can_reach(lab.internet))


async def test_what_must_never_be_cut_off_cannot_be_denied(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    tv = lab.device("tv")
    user = MockUser(is_owner=True).add_to_hass(hass)
    token = await hass.auth.async_create_refresh_token(user, "http://localhost/")
    hass.auth.async_create_access_token(token, tv.ipv4)
    with pytest.raises(ServiceValidationError) as refusal:
        await choose(hass, entity_of(hass, hub, tv, "internet"), "deny")
    assert refusal.value.translation_key == "asset_protected"
    assert state_of(hass, entity_of(hass, hub, tv, "internet")).state == "default"
    # A profile is for every scope, and takes nothing of what is protected.
    await choose(hass, entity_of(hass, hub, tv, "profile"), "local_only")
    await hub.async_look()
    await hass.async_block_till_done()
    state = state_of(hass, entity_of(hass, hub, tv, "internet"))
    assert (state.attributes["decision"], state.attributes["reason"]) == ("allow", "safety")


@pytest.mark.usefixtures("impatient")
async def test_lockdown_ends_by_itself_unless_confirmed(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    lockdown = entity_of(hass, hub, None, "lockdown", "switch")
    button = entity_of(hass, hub, None, "confirm", "button")
    internet = entity_of(hass, hub, lab.device("camera"), "internet")
    assert state_of(hass, button).attributes["rolls_back"] is None

    async def turn(service: str) -> None:
        await hass.services.async_call("switch", service, {ATTR_ENTITY_ID: lockdown}, blocking=True)

    await turn("turn_on")
    assert state_of(hass, lockdown).state == "on"
    assert state_of(hass, internet).attributes["reason"] == "lockdown"
    assert not await reaches_the_internet(hass, lab, lab.device("camera"))
    assert state_of(hass, button).attributes["rolls_back"]
    assert "inet secure_hub_trial" in our_tables(), "the kernel would end it without us"
    await eventually(lambda: state_of(hass, lockdown).state == "off", 10)
    assert state_of(hass, entity_of(hass, hub, None, "security", "event")).attributes["event_type"] == "trial_reverted"
    assert "inet secure_hub_trial" not in our_tables()
    assert state_of(hass, internet).attributes["reason"] == "home"
    assert await reaches_the_internet(hass, lab, lab.device("camera"))
    last = journal_of(hass)[-1]
    assert (last["action"], last["before"]["lockdown"], last["after"]["lockdown"]) == ("rolled_back", True, False)

    await turn("turn_on")
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: button}, blocking=True)
    assert "inet secure_hub_trial" not in our_tables()
    assert state_of(hass, button).attributes["rolls_back"] is None
    await asyncio.sleep(2.2)
    await hub.async_look()
    assert state_of(hass, lockdown).state == "on"
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, lockdown).state == "on"
    await turn("turn_off")
    assert state_of(hass, lockdown).state == "off"
    assert state_of(hass, button).attributes["rolls_back"] is None


async def test_a_restart_is_no_confirmation(hass: HomeAssistant, hub: SecureHub) -> None:
    profile, newcomers = entity_of(hass, hub, None, "home_profile"), entity_of(hass, hub, None, "newcomers")
    await choose(hass, newcomers, "allow")
    await choose(hass, newcomers, "hold")
    await choose(hass, profile, "local_only")
    assert hub.entry.options[CONF_NEWCOMERS] == "allow"
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert (state_of(hass, profile).state, state_of(hass, newcomers).state) == ("trusted", "allow")


@pytest.mark.usefixtures("impatient")
async def test_the_mode_is_changed_without_a_reload(
    hass: HomeAssistant, hub: SecureHub, hub_entry: MockConfigEntry, lab: Lab
) -> None:
    camera, mode = lab.device("camera"), entity_of(hass, hub, None, "mode")
    await hub.async_quarantine(asset(hub, camera).id, actor=None)
    assert (await choose(hass, mode, "monitor")).state == "monitor"
    assert hub_entry.options[CONF_MODE] == "monitor"
    assert hub_entry.runtime_data is hub
    assert await hass.async_add_executor_job(lambda: camera.can_reach(lab.internet))
    internet = entity_of(hass, hub, camera, "internet")
    assert state_of(hass, internet).attributes["enforced"] == "monitored"

    await choose(hass, mode, "enforce")
    assert not await hass.async_add_executor_job(lambda: camera.can_reach(lab.internet))
    assert hub_entry.options[CONF_MODE] == "monitor"
    await eventually(lambda: state_of(hass, mode).state == "monitor", 10)
    assert await hass.async_add_executor_job(lambda: camera.can_reach(lab.internet))
    await choose(hass, mode, "enforce")
    await hass.services.async_call(DOMAIN, "confirm", {}, blocking=True)
    assert hub_entry.options[CONF_MODE] == "enforce"
    again = await set_up_again(hass, hub_entry)
    assert again.settings.mode == "enforce"


async def set_up_again(hass: HomeAssistant, entry: MockConfigEntry) -> SecureHub:
    """Restart the hub."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    return await set_up(hass, entry)


async def test_a_decision_that_fails_is_undone(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity_id = entity_of(hass, hub, lab.device("camera"), "profile")
    before = hub.home

    def refuse(*_: object) -> None:
        raise NetlinkError(errno.EPERM)

    with monkeypatch.context() as patch:
        for name in ("load", "change"):
            patch.setattr(backend.InProcess, name, refuse)
        with pytest.raises(HomeAssistantError):
            await choose(hass, entity_id, "quarantined")
    assert hub.home is before
    assert state_of(hass, entity_id).state == "default"
    assert journal_of(hass)[-1]["action"] == "decision_failed"
