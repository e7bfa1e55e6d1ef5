"""How the software of devices stands, in a running Home Assistant with a small integration's real update entities."""

from collections.abc import Mapping
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, State
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from custom_components.secure_hub.engine.firmware.advisories import DocumentError, Problem
from custom_components.secure_hub.hub import SecureHub
from tests.engine.firmware.documents import csaf, kev
from tests.lab.gadgets import Gadget, Gadgets
from tests.plugin import actions_of
from tests.updates import settled, started, status

pytestmark = pytest.mark.usefixtures("unloaded")

DAY = timedelta(days=1)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let the stores be files."""
    return {}


async def after(hass: HomeAssistant, hub: SecureHub, freezer: FrozenDateTimeFactory, delta: timedelta) -> None:
    """Let time pass."""
    freezer.tick(delta)
    async_fire_time_changed(hass)
    await settled(hass, hub)


async def ask(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Have an action of ours done, and give its answer."""
    return await hass.services.async_call("secure_hub", action, data, blocking=True, return_response=True)


def said(events: list[Event[Any]]) -> dict[str, Mapping[str, Any]]:
    """What the hub told, by type of event, the last of each."""
    states = (one.data["new_state"] for one in events if one.data["entity_id"].startswith("event.secure_hub_security"))
    return {
        state.attributes["event_type"]: state.attributes.get("details")
        for state in states
        if state and state.attributes.get("event_type")
    }


@pytest.mark.parametrize(
    ("gadget", "state", "why"),
    [
        (Gadget("plug"), "update_available", "offered"),
        (Gadget("plug", latest="1.0.0"), "up_to_date", "latest_installed"),
        (Gadget("plug", installed="1.10.0", latest="1.9.0"), "up_to_date", "latest_installed"),
        (Gadget("plug", latest=None), "unknown", "unknown_to_sources"),
        (Gadget("plug", installed=None), "unknown", "no_version"),
        (Gadget("plug", installed=None, latest=None), "unknown", "no_version"),
        (Gadget("plug", available=False), "unknown", "unavailable"),
        (Gadget("plug", offers=False), "unknown", "no_source"),
    ],
)
async def test_what_a_device_shows(hass: HomeAssistant, gadget: Gadget, state: str, why: str) -> None:
    made = Gadgets(hass, [gadget])
    await made.async_set_up()
    await started(hass)
    found = status(hass, made, "plug")
    assert (found.state, found.attributes["why"]) == (state, why)


async def test_it_follows_the_entity_and_remembers(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    plug = Gadget("plug", latest="1.0.0")
    made = Gadgets(hass, [plug])
    await made.async_set_up()
    hub = await started(hass)
    plug.latest = "1.2.0"
    made.async_show()
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await after(hass, hub, freezer, timedelta(seconds=1))
    assert status(hass, made, "plug").state == "update_available"
    assert hass.states.get("sensor.secure_hub_updates_outstanding").state == "1"  # type: ignore[union-attr]
    await after(hass, hub, freezer, 5 * DAY)
    assert status(hass, made, "plug").attributes["days_outstanding"] == 5
    plug.latest = "1.3.0"  # a newer one starts no new clock
    made.async_show()
    await after(hass, hub, freezer, DAY)
    found = status(hass, made, "plug")
    assert (found.attributes["latest"], found.attributes["days_outstanding"]) == ("1.3.0", 6)
    assert await hass.config_entries.async_reload(hub.entry.entry_id)  # nor does a restart
    hub = hub.entry.runtime_data
    await settled(hass, hub)
    assert status(hass, made, "plug").attributes["days_outstanding"] == 6
    plug.installed = "1.3.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(seconds=1))
    assert status(hass, made, "plug").state == "up_to_date"
    assert "update_installed" in said(events)
    answer = await ask(hass, "list_updates", device_id=[made.device_id("plug")])
    assert [ran["version"] for ran in answer["devices"][0]["history"]] == ["1.0.0", "1.3.0"]


async def test_an_entity_that_flaps_starts_no_new_clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    plug = Gadget("plug")
    made = Gadgets(hass, [plug])
    await made.async_set_up()
    hub = await started(hass)
    for _ in range(40):
        plug.available, plug.latest = not plug.available, "1.1.0" if plug.latest != "1.1.0" else "1.0.0"
        made.async_show()
        await after(hass, hub, freezer, timedelta(hours=3))
    plug.available, plug.latest = True, "1.1.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(hours=1))
    assert status(hass, made, "plug").attributes["days_outstanding"] == 5
    plug.latest = "1.0.0"  # withdrawn, and that for more than a day
    made.async_show()
    await after(hass, hub, freezer, timedelta(seconds=1))
    assert status(hass, made, "plug").state == "update_available"
    await after(hass, hub, freezer, 2 * DAY)
    assert status(hass, made, "plug").state == "up_to_date"


async def test_a_deadline_passes_and_a_snooze_moves_it(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made = Gadgets(hass, [Gadget("plug"), Gadget("cam", model="Camera 1")])
    await made.async_set_up()
    hub = await started(hass, updates_days=30, updates_days_sensitive=7)
    plug = made.device_id("plug")
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await after(hass, hub, freezer, 7 * DAY)
    assert [status(hass, made, key).state for key in ("plug", "cam")] == ["update_available", "overdue"]
    assert said(events)["overdue"]["latest"] == "1.1.0"
    await after(hass, hub, freezer, 23 * DAY)
    assert status(hass, made, "plug").state == "overdue"
    assert hass.states.get("sensor.secure_hub_updates_overdue").state == "2"  # type: ignore[union-attr]
    answer = await ask(hass, "snooze_update", device_id=[plug], days=10, reason="we are away")
    assert list(answer["deadlines"].values()) == [status(hass, made, "plug").attributes["snoozed_until"]]
    found = status(hass, made, "plug")
    assert (found.state, found.attributes["why"]) == ("update_available", "snoozed")
    await after(hass, hub, freezer, 10 * DAY)
    assert status(hass, made, "plug").state == "overdue"
    assert actions_of(hass).count("snooze_update") == 1


async def test_a_version_that_nobody_wants_is_skipped(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    plug = Gadget("plug")
    made = Gadgets(hass, [plug, Gadget("done", latest="1.0.0")])
    await made.async_set_up()
    hub = await started(hass)
    devices = [made.device_id(key) for key in ("plug", "done")]
    answer = await ask(hass, "skip_update", device_id=devices, reason="it breaks the schedule")
    assert sorted(answer["skipped"].values(), key=str) == ["1.1.0", None]
    found = status(hass, made, "plug")
    assert (found.state, found.attributes["why"]) == ("up_to_date", "skipped")
    assert (await ask(hass, "snooze_update", device_id=devices, days=1, reason="no"))["deadlines"] == dict.fromkeys(
        answer["skipped"]
    )
    plug.latest = "1.2.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(seconds=1))
    assert status(hass, made, "plug").state == "update_available"
    plug.installed = "1.2.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(seconds=1))
    told = (await ask(hass, "list_updates", device_id=devices[:1]))["devices"][0]
    assert (told["skipped"], told["skip_reason"]) == (None, None)


async def test_what_is_skipped_at_its_entity_is_not_offered(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    made = Gadgets(hass, [Gadget("plug")])
    await made.async_set_up()
    hub = await started(hass)
    await hass.services.async_call("update", "skip", {"entity_id": "update.plug_firmware"}, blocking=True)
    await after(hass, hub, freezer, timedelta(seconds=1))
    found = status(hass, made, "plug")
    assert (found.state, found.attributes["why"]) == ("up_to_date", "skipped")


async def test_the_registrys_version_counts_where_no_entity_has_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    made = Gadgets(hass, [Gadget("mute", offers=False)])
    await made.async_set_up()
    hub = await started(hass)
    dr.async_get(hass).async_update_device(made.device_id("mute"), sw_version="2.0.0")
    await after(hass, hub, freezer, timedelta(seconds=2))
    assert status(hass, made, "mute").attributes["version"] == "2.0.0"
    told = (await ask(hass, "list_updates"))["devices"]
    assert [ran["version"] for ran in told[0]["history"]] == ["1.0.0", "2.0.0"]


async def test_a_device_that_goes_is_forgotten(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made = Gadgets(hass, [Gadget("plug"), Gadget("other")])
    await made.async_set_up()
    hub = await started(hass)
    assert len(hub.firmware.memory.tracked) == 2
    plug = made.status_entity("plug")
    await hass.config_entries.async_remove(made.entry.entry_id)
    await after(hass, hub, freezer, timedelta(seconds=2))
    assert isinstance(hass.states.get(plug), State | None)
    for asset_id in list(hub.assets):
        await hub.async_forget(asset_id)
    hub.firmware.async_judge_anew()
    await settled(hass, hub)
    assert hub.firmware.memory.tracked.keys() <= hub.assets.keys()


@pytest.mark.parametrize("content", ["{", json.dumps({"version": 1, "minor_version": 1, "key": "x", "data": {"a": 1}})])
async def test_an_unreadable_store_is_kept_aside(hass: HomeAssistant, content: str) -> None:
    made = Gadgets(hass, [Gadget("plug")])
    await made.async_set_up()
    hub = await started(hass)
    await hub.firmware.async_skip(next(iter(hub.assets)), reason=None, actor=None)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    path = Path(hass.config.path(".storage/secure_hub.firmware"))
    await hass.async_add_executor_job(path.write_text, content)
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    assert status(hass, made, "plug").state == "update_available"
    assert await hass.async_add_executor_job(lambda: list(path.parent.glob("secure_hub.firmware.*")))


async def lay(hass: HomeAssistant, name: str, content: Any) -> None:
    """Put a file into the hub's folder."""
    path = Path(hass.config.path("secure_hub", name))

    def write() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))

    await hass.async_add_executor_job(write)


async def test_an_advisory_makes_an_update_overdue(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made = Gadgets(hass, [Gadget("plug"), Gadget("new", installed="1.1.0"), Gadget("alone", latest="1.0.0")])
    await made.async_set_up()
    hub = await started(hass)
    await lay(hass, "advisories/acme.json", csaf())
    answer = await ask(hass, "check_advisories")
    assert [(one["id"], one["statements"]) for one in answer["documents"]] == [("ACME-2026-001", 2)]
    await settled(hass, hub)
    plug = status(hass, made, "plug").attributes
    assert (plug["advisories"], plug["severity"]) == (["CVE-2026-0001"], "critical")
    alone = status(hass, made, "alone")  # no source offers what its maker mended
    assert (alone.state, alone.attributes["why"], alone.attributes["latest"]) == (
        "update_available",
        "fix_exists",
        "1.1.0",
    )
    assert status(hass, made, "new").state == "up_to_date"
    await lay(hass, "advisories/kev.json", kev(("CVE-2026-0001", "Acme", "Smart Plug 3")))
    await after(hass, hub, freezer, timedelta(hours=1, minutes=1))  # found without being asked
    assert status(hass, made, "plug").attributes["severity"] == "exploited"
    await after(hass, hub, freezer, 3 * DAY)
    assert [status(hass, made, key).state for key in ("plug", "new", "alone")] == ["overdue", "up_to_date", "overdue"]
    assert status(hass, made, "alone").attributes["why"] == "vulnerable"
    told = (await ask(hass, "list_updates", device_id=[made.device_id("plug")]))["devices"][0]
    assert told["advisories"][0]["evidence"][0] == "maker: Acme = Acme Inc."


async def test_the_end_of_support_comes_with_the_clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    made = Gadgets(hass, [Gadget("plug", latest="1.0.0")])
    await made.async_set_up()
    ends = (dt_util.utcnow() + 10 * DAY).date().isoformat()
    await lay(hass, "support.yaml", f"- {{manufacturer: Acme, model: Smart*, support_ends: {ends}, source: its box}}")
    hub = await started(hass)
    assert status(hass, made, "plug").state == "up_to_date"
    await after(hass, hub, freezer, 11 * DAY)
    found = status(hass, made, "plug")
    assert (found.state, found.attributes["why"]) == ("end_of_support", "support_ended")
    assert hass.states.get("sensor.secure_hub_devices_without_updates").state == "1"  # type: ignore[union-attr]
    issue = ir.async_get(hass).async_get_issue("secure_hub", "devices_to_replace")
    assert issue
    assert issue.translation_placeholders == {"count": "1", "names": "plug"}


async def test_what_cannot_be_read_is_told(hass: HomeAssistant) -> None:
    await lay(hass, "advisories/bad.json", "{")
    await started(hass)
    issue = ir.async_get(hass).async_get_issue("secure_hub", "documents_unreadable")
    assert issue
    answer = await ask(hass, "check_advisories")
    assert [one["problem"] for one in answer["problems"]] == ["document_malformed"]


async def test_feeds_are_fetched_once_a_day_and_again_while_they_fail(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def fetch(url: str) -> tuple[bytes, dict[str, bytes]]:
        asked.append(url)
        if len(asked) == 1:
            raise DocumentError(Problem.UNREADABLE, "no network yet")
        return json.dumps(csaf()).encode(), {}

    monkeypatch.setattr("custom_components.secure_hub.hub.advisories.fetch_feed", fetch)
    made = Gadgets(hass, [Gadget("plug")])
    await made.async_set_up()
    hub = await started(hass, updates_feeds=["https://acme.example/a.json"])
    await settled(hass, hub)
    await after(hass, hub, freezer, timedelta(hours=1, minutes=1))
    await settled(hass, hub)
    assert status(hass, made, "plug").attributes["advisories"] == ["CVE-2026-0001"]
    await after(hass, hub, freezer, timedelta(hours=1, minutes=1))
    assert len(asked) == 2
