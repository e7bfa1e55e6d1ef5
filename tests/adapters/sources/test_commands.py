"""What Home Assistant itself knows that explains what devices do."""

import time

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.secure_hub.adapters.sources import commands
from custom_components.secure_hub.adapters.sources.commands import CommandWatch


@pytest.fixture
def lamp(hass: HomeAssistant) -> dr.DeviceEntry:
    """A device with a light and an update, in an area."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("test", "1")})
    floor = fr.async_get(hass).async_create("Ground")
    hall = ar.async_get(hass).async_create("Hall", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Night")
    registry.async_update_device(device.id, area_id=hall.id, labels={label.label_id})
    entities = er.async_get(hass)
    for domain in ("light", "update"):
        entities.async_get_or_create(
            domain, "test", "1", device_id=device.id, suggested_object_id="lamp", config_entry=entry
        )
    return device


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": "light.lamp"},
        {"entity_id": ["light.other", "light.lamp"]},
        {"device_id": "*"},
        {"area_id": "hall"},
        {"floor_id": "ground"},
        {"label_id": ["night"]},
        {"entity_id": "light.other, light.lamp"},
        {"entity_id": "group.all_lamps"},
    ],
)
async def test_commands(hass: HomeAssistant, lamp: dr.DeviceEntry, target: dict[str, object]) -> None:
    watch = CommandWatch(hass, lambda _: None)
    watch.async_start()
    hass.states.async_set("group.all_lamps", "on", {"entity_id": ["light.lamp"]})
    async_mock_service(hass, "light", "turn_on")
    async_mock_service(hass, "notify", "notify")
    data = {key: lamp.id if value == "*" else value for key, value in target.items()}
    async_mock_service(hass, "secure_hub", "list_incidents")
    await hass.services.async_call("notify", "notify", data, blocking=True)
    await hass.services.async_call("secure_hub", "list_incidents", data, blocking=True)
    before = time.time()
    assert watch.since([lamp.id], before) is None
    await hass.services.async_call("light", "turn_on", data, blocking=True)
    since = watch.since(["x", lamp.id], time.time())
    assert since is not None
    assert 0 <= since < 30
    assert watch.since([lamp.id], before) is None, "what it did before it was told is no answer"
    watch.async_stop()


async def test_bounded(hass: HomeAssistant, lamp: dr.DeviceEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was told something longest ago is forgotten first."""
    monkeypatch.setattr(commands, "_MAX_COMMANDED", 2)
    registry, entities, told = dr.async_get(hass), er.async_get(hass), [lamp.id]
    for number in "23":
        device = registry.async_get_or_create(config_entry_id=lamp.config_entry_id, identifiers={("test", number)})
        entities.async_get_or_create("light", "test", number, device_id=device.id)
        told.append(device.id)
    watch = CommandWatch(hass, lambda _: None)
    watch.async_start()
    async_mock_service(hass, "light", "turn_on")
    for device_id in told:
        await hass.services.async_call("light", "turn_on", {"device_id": device_id}, blocking=True)
    assert [watch.since([device_id], time.time()) is None for device_id in told] == [True, False, False]
    watch.async_stop()


async def test_updates_and_people(hass: HomeAssistant, lamp: dr.DeviceEntry) -> None:
    watch = CommandWatch(hass, lambda _: None)
    now = time.time()
    assert not watch.is_away(now), "nobody is known"
    assert not watch.is_updating([lamp.id])
    hass.states.async_set("update.lamp", "on", {"in_progress": True})
    assert watch.is_updating([lamp.id])
    hass.states.async_remove("update.lamp")
    assert not watch.is_updating([lamp.id])
    hass.states.async_set("person.anna", "not_home")
    hass.states.async_set("person.ben", "work")
    later = time.time() + 1
    assert watch.is_away(later)
    assert not watch.is_away(now), "both left since"
    hass.states.async_set("person.ben", "home")
    assert not watch.is_away(later)
    hass.states.async_set("person.anna", "home")
    assert watch.is_away(now), "both came since"


async def test_an_update_goes_on_after_its_end(
    hass: HomeAssistant, lamp: dr.DeviceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device restarts, and says to everybody who it is."""
    watch = CommandWatch(hass, lambda _: None)
    watch.async_start()

    def state(version: str | None, *, in_progress: bool | int = False) -> None:
        hass.states.async_set("update.lamp", "on", {"in_progress": in_progress, "installed_version": version})

    async def is_updating() -> bool:
        await hass.async_block_till_done()
        return watch.is_updating([lamp.id])

    state("1")
    state("1")
    state(None)
    state("1")
    assert not await is_updating(), "nothing new"
    state("2")
    assert await is_updating(), "all at once"
    monkeypatch.setattr(commands, "_AFTERWARDS", 0.0)
    assert not await is_updating(), "that is over"
    state("2", in_progress=40)
    assert await is_updating()
    state("2")
    assert not await is_updating()
    monkeypatch.undo()
    assert await is_updating(), "it ended a moment ago"
    watch._updated.clear()
    hass.states.async_set("update.nobodys", "on", {"in_progress": True})
    hass.states.async_set("update.nobodys", "off", {"in_progress": False})
    async_mock_service(hass, "update", "skip")
    async_mock_service(hass, "update", "install")
    await hass.services.async_call("update", "skip", {"entity_id": "update.lamp"}, blocking=True)
    assert not await is_updating()
    await hass.services.async_call("update", "install", {"entity_id": "update.lamp"}, blocking=True)
    assert await is_updating(), "not every integration says how far it is"
    watch.async_stop()


async def test_failed_logins(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "persistent_notification", {})
    found: list[str] = []
    watch = CommandWatch(hass, found.append)
    watch.async_start()
    words = "Login attempt or request with invalid authentication from cam (10.0.0.9). See the log for details."
    persistent_notification.async_create(hass, words, "Login attempt failed", "http-login")
    persistent_notification.async_create(hass, "nobody", "Login attempt failed", "http-login")
    persistent_notification.async_create(hass, words, "Something", "else")
    persistent_notification.async_dismiss(hass, "http-login")
    assert found == ["10.0.0.9"]
    watch.async_stop()
    persistent_notification.async_create(hass, words, "Login attempt failed", "http-login")
    assert found == ["10.0.0.9"]
