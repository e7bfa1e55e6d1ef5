"""Installing in windows and rings, in a running Home Assistant with a small integration's real update entities."""

from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed
import voluptuous as vol

from custom_components.secure_hub.engine.firmware.rings import ItemState
from custom_components.secure_hub.hub import SecureHub
from tests.lab.gadgets import REFUSED, Gadget, Gadgets, Manners
from tests.plugin import actions_of
from tests.updates import settled, started, status

pytestmark = pytest.mark.usefixtures("unloaded")

HOUR = timedelta(hours=1)
QUICK = {"updates_backup": False, "updates_soak_hours": 24, "updates_ring_size": 2}


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let the stores be files."""
    return {}


async def install(hass: HomeAssistant, **data: Any) -> Any:
    """Order it as a person does."""
    return await hass.services.async_call("secure_hub", "install_updates", data, blocking=True, return_response=True)


async def after(hass: HomeAssistant, hub: SecureHub, freezer: FrozenDateTimeFactory, delta: timedelta) -> None:
    """Let time pass; long spans in steps, as the clock of a home does."""
    step = min(delta, timedelta(minutes=5))
    freezer.tick(delta - step)
    for part in (timedelta(0), step):
        freezer.tick(part)
        async_fire_time_changed(hass)
        for _ in range(8):
            await settled(hass, hub)
            await hub.rollouts.async_settle()


async def until(hass: HomeAssistant, gadget: Gadget, state: str, installs: int) -> SecureHub:
    """Wait for a device to come to a state, without waiting for one that hangs; gives the hub of now."""
    for _ in range(500):
        (entry,) = hass.config_entries.async_loaded_entries("secure_hub")
        hub: SecureHub = entry.runtime_data
        if (states(hub)[gadget.key], gadget.installs) == (state, installs):
            await hass.async_add_executor_job(time.sleep, 0.3)  # what the passing of time set off comes to its end
            return hub
        await hass.async_add_executor_job(time.sleep, 0.02)  # the clock of the event loop stands still
    raise AssertionError(states(hub))


def states(hub: SecureHub) -> dict[str, str]:
    """How far each device of the newest rollout is, by name."""
    items = hub.rollouts.recent[0].items
    return {hub.assets[asset_id].name: item.state.value for asset_id, item in items.items()}


def plugs(number: int, **options: Any) -> list[Gadget]:
    """Some devices of one model."""
    return [Gadget(f"plug{i}", **options) for i in range(number)]


async def prepared(hass: HomeAssistant, *gadgets: Gadget, **options: Any) -> tuple[Gadgets, SecureHub]:
    """Set devices and hub up."""
    made = Gadgets(hass, gadgets)
    await made.async_set_up()
    return made, await started(hass, **{**QUICK, **options})


def updated(made: Gadgets) -> set[str]:
    """Which devices have the new version."""
    return {key for key, gadget in made.gadgets.items() if gadget.installed == "1.1.0"}


async def test_one_goes_first_and_the_rest_follows_in_rings(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    made, hub = await prepared(hass, *plugs(5))
    answer = await install(hass, now=True)
    assert len(answer["installing"]) == 5
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert len(updated(made)) == 1
    assert hass.states.get("sensor.secure_hub_updates_progress").state == "20"  # type: ignore[union-attr]
    await after(hass, hub, freezer, 20 * HOUR)
    assert len(updated(made)) == 1, "it has a day to prove itself"
    for expected in (3, 5):
        await after(hass, hub, freezer, 5 * HOUR)
        for _ in range(4):
            await after(hass, hub, freezer, timedelta(minutes=2))
        assert len(updated(made)) == expected
        await after(hass, hub, freezer, 20 * HOUR)
    await after(hass, hub, freezer, 5 * HOUR)
    assert hub.rollouts.active is None
    assert set(states(hub).values()) == {"installed"}
    assert all(status(hass, made, key).state == "up_to_date" for key in made.gadgets)
    assert actions_of(hass).count("install_updates") == 1


@pytest.mark.parametrize(
    ("manners", "reason", "detail"),
    [
        (Manners.FAILS, "install_failed", REFUSED),
        (Manners.LIES, "not_installed", ""),
        (Manners.FALLS_ILL, "unhealthy", ""),
    ],
)
async def test_a_first_one_that_fails_stops_its_lane_and_no_other(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, manners: Manners, reason: str, detail: str
) -> None:
    bulbs = [Gadget(f"bulb{i}", model="Bulb 1") for i in range(2)]
    made, hub = await prepared(hass, *plugs(4, manners=manners), *bulbs)
    await install(hass, now=True)
    await after(hass, hub, freezer, timedelta(minutes=20))
    for _ in range(3):
        await after(hass, hub, freezer, 26 * HOUR)
    found = states(hub)
    assert sorted(found[f"plug{i}"] for i in range(4)) == ["failed", "stopped", "stopped", "stopped"]
    assert [found[f"bulb{i}"] for i in range(2)] == ["installed", "installed"]
    (bad,) = [item for item in hub.rollouts.recent[0].items.values() if item.state is ItemState.FAILED]
    assert (bad.reason, bad.detail) == (reason, detail)
    assert sum(gadget.installs for gadget in made.gadgets.values()) == 3
    told = hass.states.get("event.secure_hub_security_event") or hass.states.get("event.secure_hub_security")
    assert told
    assert hub.rollouts.active is None
    again = await install(hass)  # what failed is not tried again unless a person names it
    assert set(again["left_out"].values()) == {"failed_before"}
    named = await install(hass, device_id=[made.device_id("plug1")])
    assert list(named["installing"].values()) == ["1.1.0"]


async def test_it_rolls_back_where_the_integration_can(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made, hub = await prepared(hass, *plugs(2, manners=Manners.FALLS_ILL, reverts=True))
    await install(hass, now=True)
    await after(hass, hub, freezer, timedelta(minutes=20))
    await after(hass, hub, freezer, timedelta(minutes=20))
    assert sorted(states(hub).values()) == ["reverted", "stopped"]
    assert updated(made) == set()
    assert all(gadget.healthy for gadget in made.gadgets.values())


async def test_one_that_falls_ill_later_stops_the_rest(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made, hub = await prepared(hass, *plugs(3))
    await install(hass, now=True)
    await after(hass, hub, freezer, timedelta(minutes=2))
    (first,) = updated(made)
    for healthy in (False, True, False):  # for a moment nothing is made of it
        assert states(hub)[first] == "installed"
        made.gadgets[first].healthy = healthy
        made.async_show()
        await after(hass, hub, freezer, timedelta(minutes=10))
    await after(hass, hub, freezer, HOUR)
    assert states(hub)[first] == "failed"
    await after(hass, hub, freezer, 48 * HOUR)
    assert len(updated(made)) == 1


async def test_a_restart_in_the_middle_resumes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    hanging = Gadget("plug0", manners=Manners.HANGS)
    made, hub = await prepared(hass, hanging, Gadget("plug1"))
    await install(hass, now=True)
    hub = await until(hass, hanging, "installing", 1)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    hanging.manners, hanging.installed = Manners.GOOD, "1.1.0"  # the device went on by itself
    for entity in made.entities:
        entity._attr_in_progress = False  # type: ignore[attr-defined]
    made.async_show()
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    hub = hub.entry.runtime_data
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert states(hub)["plug0"] == "installed"
    assert hanging.installs == 1
    await after(hass, hub, freezer, 25 * HOUR)
    await after(hass, hub, freezer, timedelta(minutes=5))
    assert updated(made) == {"plug0", "plug1"}


async def test_what_a_restart_cut_off_is_begun_again_once(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    hanging = Gadget("plug0", manners=Manners.HANGS)
    made, hub = await prepared(hass, hanging)
    await install(hass, now=True)
    for time_around in (1, 2):
        hub = await until(hass, hanging, "installing", time_around)
        assert await hass.config_entries.async_unload(hub.entry.entry_id)
        for entity in made.entities:
            entity._attr_in_progress = False  # type: ignore[attr-defined]
        made.async_show()
        assert await hass.config_entries.async_setup(hub.entry.entry_id)
        hub = await until(hass, hanging, "checking", time_around)
        freezer.tick(timedelta(minutes=20))
        hub.rollouts.async_drive_soon()
    await until(hass, hanging, "failed", 2)


async def test_it_waits_for_its_window_and_installs_by_itself(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Amsterdam")
    freezer.move_to("2026-11-02 12:00:00+01:00")
    windows = {"updates_window_start": "02:00:00", "updates_window_end": "04:00:00", "updates_automatic": True}
    made, hub = await prepared(hass, Gadget("plug"), Gadget("bulb", model="Bulb 1", battery=True), **windows)
    assert hass.states.get("sensor.secure_hub_next_update_window").state == "2026-11-03T01:00:00+00:00"  # type: ignore[union-attr]
    await after(hass, hub, freezer, 10 * HOUR)
    assert updated(made) == set()
    await after(hass, hub, freezer, 5 * HOUR)
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert updated(made) == {"plug"}
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": "calendar.secure_hub_updates",
            "start_date_time": "2026-11-03 00:00:00",
            "end_date_time": "2026-12-20 00:00:00",
        },
        blocking=True,
        return_response=True,
    )
    assert answer
    events = answer["calendar.secure_hub_updates"]["events"]  # type: ignore[index, call-overload]
    assert events[0]["start"] == "2026-11-03T02:00:00+01:00"
    assert [one["summary"] for one in events if "Deadline" in one["summary"]] == ["Deadline: bulb 1.1.0"]


async def test_what_was_ordered_outside_of_a_window_waits(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to("2026-11-02 12:00:00+00:00")
    await hass.config.async_set_time_zone("UTC")
    made, hub = await prepared(hass, Gadget("plug"))
    await hass.services.async_call("button", "press", {"entity_id": "button.secure_hub_install_updates"}, blocking=True)
    await after(hass, hub, freezer, HOUR)
    assert states(hub) == {"plug": "waiting"}
    await after(hass, hub, freezer, 14 * HOUR)
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert updated(made) == {"plug"}


async def test_critical_devices_wait_for_a_persons_yes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_admin_user: MockUser
) -> None:
    made, hub = await prepared(
        hass,
        Gadget("door", model="Doorlock", critical=True),
        Gadget("leaf", model="Thermostat", battery=True),
        Gadget("dumb", model="Bulb 2", can_install=False),
        Gadget("done", latest="1.0.0"),
    )
    answer = await install(hass, now=True)
    assert answer["installing"] == {}
    assert sorted(answer["left_out"].values()) == ["needs_person", "needs_person", "not_installable"]
    door = [made.device_id("door")]
    assert (await install(hass, device_id=door, confirm=True))["installing"] == {}, "an automation is no person"
    answer = await hass.services.async_call(
        "secure_hub",
        "install_updates",
        {"device_id": [*door, made.device_id("done")], "confirm": True, "now": True},
        blocking=True,
        return_response=True,
        context=Context(user_id=hass_admin_user.id),
    )
    assert answer
    assert list(answer["left_out"].values()) == ["nothing_waits"]  # type: ignore[union-attr]
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert updated(made) == {"door"}
    with pytest.raises(vol.Invalid):
        await install(hass, confirm=True)


@pytest.mark.parametrize("works", [True, False])
async def test_a_backup_comes_first(hass: HomeAssistant, freezer: FrozenDateTimeFactory, works: bool) -> None:  # noqa: FBT001
    made, hub = await prepared(hass, Gadget("plug"), updates_backup=True)
    asked: list[str] = []

    def action(name: str, *, good: bool) -> Callable[[ServiceCall], Any]:
        async def back_up(_call: ServiceCall) -> None:
            asked.append(name)
            assert made.gadgets["plug"].installs == 0
            if not good:
                raise HomeAssistantError("no place")  # noqa: EM101, TRY003

        return back_up

    hass.services.async_register("backup", "create_automatic", action("create_automatic", good=False))
    hass.services.async_register("backup", "create", action("create", good=works))
    await install(hass, now=True)
    await after(hass, hub, freezer, timedelta(minutes=2))
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert asked == ["create_automatic", "create"]
    assert updated(made) == ({"plug"} if works else set())
    if not works:
        assert hub.rollouts.recent[0].items.popitem()[1].reason == "backup_failed"  # type: ignore[attr-defined]


async def test_without_any_backup_nothing_is_installed(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made, hub = await prepared(hass, Gadget("plug"), updates_backup=True)
    await install(hass, now=True)
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert states(hub) == {"plug": "failed"}
    assert updated(made) == set()


async def test_what_is_ordered_meanwhile_joins_behind(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made, hub = await prepared(hass, *plugs(2))
    ids = [made.device_id(f"plug{i}") for i in range(2)]
    await install(hass, device_id=ids[:1], now=True)
    await after(hass, hub, freezer, timedelta(minutes=2))
    answer = await install(hass, device_id=ids)
    assert sorted(answer["left_out"].values()) == ["nothing_waits"]
    assert list(answer["installing"].values()) == ["1.1.0"]
    await after(hass, hub, freezer, HOUR)
    assert updated(made) == {"plug0"}
    await after(hass, hub, freezer, 25 * HOUR)
    await after(hass, hub, freezer, timedelta(minutes=2))
    assert updated(made) == {"plug0", "plug1"}
    told = await hass.services.async_call("secure_hub", "list_updates", {}, blocking=True, return_response=True)
    assert told
    assert told["rollouts"][0]["number"] == 2  # type: ignore[index, call-overload]
