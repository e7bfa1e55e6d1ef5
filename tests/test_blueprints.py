"""The blueprints: Home Assistant loads each, and each does what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Ask, Kind, Status, Want
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.catalogue import DeviceSpec
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually

from .faces import asset
from .plugin import asset_with

FOLDER = Path(__file__).parents[1] / "blueprints/automation/secure_hub"
ALL_DAY = {"after": "00:00:00", "before": "23:59:59"}
INPUTS: dict[str, dict[str, Any]] = {
    "ask_on_speaker": {"speaker": "media_player.tv", "voice": "tts.voice"},
    "deny_at_night": ALL_DAY,
    "quarantine_newcomers_while_away": {"home": "zone.home"},
    "weekly_digest": {"day": "sun", "time": "18:00:00"},
}
NEWCOMER = DeviceSpec("newcomer", "02:00:5e:00:00:95", "who-is-this", "udhcp 1.0", (1, 3, 6))
WANT = Want(Scope.INTERNET, "cloud.camera.example tcp/443")


@pytest.fixture
def use(hass: HomeAssistant, config_dir: Path) -> Callable[[str], Any]:
    """Make an automation of a blueprint, as a person does."""

    async def used(name: str) -> None:
        folder = config_dir / "blueprints/automation/secure_hub"
        await hass.async_add_executor_job(lambda: shutil.copytree(FOLDER, folder))
        blueprint = {"path": f"secure_hub/{name}.yaml", "input": INPUTS[name]}
        automation = {"id": name, "alias": name, "use_blueprint": blueprint}
        assert await async_setup_component(hass, "automation", {"automation": [automation]})
        await hass.async_block_till_done()
        state = hass.states.get(f"automation.{name}")
        assert state
        assert state.state == "on", "the blueprint is valid, and so is what it makes"

    return used


def test_every_blueprint_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == INPUTS.keys()


async def camera_asks(hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    hub.requests.async_ask([Ask(camera.id, Kind.DESTINATION, "internet camera.example", (WANT,))])


async def test_ask_on_speaker(hass: HomeAssistant, hub: SecureHub, lab: Lab, use: Callable[[str], Any]) -> None:
    spoken: list[ServiceCall] = async_mock_service(hass, "tts", "speak")
    await use("ask_on_speaker")
    await camera_asks(hub, lab)
    await eventually(lambda: spoken)
    assert spoken[0].data["message"] == f"{asset(hub, lab.device('camera')).name} asks for permission."
    assert spoken[0].data["media_player_entity_id"] == "media_player.tv"


async def test_deny_at_night(hub: SecureHub, lab: Lab, use: Callable[[str], Any]) -> None:
    await use("deny_at_night")
    await camera_asks(hub, lab)
    await eventually(lambda: hub.requests.book.settled)
    assert hub.requests.book.settled[-1].status is Status.DENIED
    assert [rule.decision.value for rule in hub.permissions.all_rules()] == ["deny"]


@pytest.mark.parametrize("people", ["0", "1"])
async def test_quarantine_newcomers_while_away(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, use: Callable[[str], Any], people: str
) -> None:
    hass.states.async_set("zone.home", people)
    await use("quarantine_newcomers_while_away")
    spec = replace(NEWCOMER, mac=f"02:00:5e:00:01:0{people}")
    await hass.async_add_executor_job(lab.add_device, spec)
    try:
        await eventually(lambda: asset_with(hub, spec.mac))
        newcomer = asset_with(hub, spec.mac)
        assert newcomer
        if people == "0":
            await eventually(lambda: hub.standing(newcomer.id) is Standing.QUARANTINED)
        else:
            await eventually(lambda: hub.requests.book.of(newcomer.id))
            await hass.async_block_till_done()
            assert hub.standing(newcomer.id) is Standing.HELD
    finally:
        lab.power_cut(NEWCOMER.name)


async def test_weekly_digest(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, use: Callable[[str], Any], freezer: FrozenDateTimeFactory
) -> None:
    assert await async_setup_component(hass, "persistent_notification", {})
    await camera_asks(hub, lab)
    await eventually(lambda: hub.requests.book.pending)
    expiry = dt_util.as_local(dt_util.utc_from_timestamp(max(it.expires for it in hub.requests.book.pending.values())))
    sunday = (expiry + timedelta(days=6 - expiry.weekday())).replace(hour=17, minute=59, second=58)
    sunday += timedelta(days=7 if sunday < expiry else 0)
    freezer.move_to(sunday)
    await use("weekly_digest")
    freezer.move_to(sunday.replace(hour=18, minute=0, second=0))
    async_fire_time_changed(hass, sunday.replace(hour=18, minute=0, second=1))
    await hass.async_block_till_done()
    shown = persistent_notification._async_get_or_create_notifications(hass)
    told = shown["secure_hub_weekly_digest"]["message"]
    assert told == "0 waiting, 0 approved, 0 denied, 1 expired this week.", "nobody answered, and a week has passed"
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.weekly_digest"}, blocking=True)
