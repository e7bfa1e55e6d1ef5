"""Requests in the virtual home: what raises them, what answers do, and that nothing is lost or let go by itself."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.secure_hub.adapters.storage import StoreWriteError
from custom_components.secure_hub.const import CONF_ASKING, DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests import asking, book
from custom_components.secure_hub.engine.requests.model import Answer, Ask, Kind, Request, Status, Want
from custom_components.secure_hub.hub import SecureHub, requests
from custom_components.secure_hub.repairs import _async_start_over
from tests.adapters.enforcers.thermostat import SWITCH, installed
from tests.faces import asset, device_id
from tests.lab.network.catalogue import DeviceSpec
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, asset_with, connects, journal_of, off_loop, set_up

NEWCOMER = DeviceSpec("newcomer", "02:00:5e:00:00:98", "who-is-this", "udhcp 1.0", (1, 3, 6))
WANT = Want(Scope.INTERNET, "cloud.camera.example tcp/443")


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


async def call(hass: HomeAssistant, action: str, *, user: str | None = None, **data: Any) -> None:
    """Perform an action of ours, as an automation does or as a user."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True, context=Context(user_id=user))


async def listed(hass: HomeAssistant, **data: Any) -> Mapping[str, Any]:
    answer = await hass.services.async_call(DOMAIN, "list_requests", data, blocking=True, return_response=True)
    assert answer
    return answer


async def raised(hub: SecureHub, *asks: Ask) -> list[Request]:
    """Raise requests and wait until they are in the book."""
    before = hub.requests.book.pending.keys()
    hub.requests.async_ask(asks)
    await eventually(lambda: hub.requests.book.pending.keys() > before)
    await hub.hass.async_block_till_done()
    return [one for key, one in hub.requests.book.pending.items() if key not in before]


def camera_asks(hub: SecureHub, lab: Lab, *wants: Want) -> Ask:
    return Ask(asset(hub, lab.device("camera")).id, Kind.DESTINATION, "internet camera.example", wants or (WANT,))


def pending(hass: HomeAssistant) -> str | None:
    state = hass.states.get("sensor.secure_hub_pending_requests")
    return state.state if state else None


async def test_a_newcomer_waits_until_it_is_let_in(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    assert pending(hass) == "0"
    device = await off_loop(lab.add_device, NEWCOMER)
    try:
        await eventually(lambda: hub.requests.book.pending)
        (request,) = hub.requests.book.pending.values()
        assert (request.kind, request.asset_id) == (Kind.NEWCOMER, asset(hub, device).id)
        await eventually(lambda: pending(hass) == "1")
        await off_loop(device.refresh, 3.0)
        assert not await off_loop(device.can_reach, lab.internet)
        (told,) = (await listed(hass))["requests"]
        assert (told["id"], told["kind"], told["asset"]) == (request.id, "newcomer", hub.assets[request.asset_id].name)
        await call(hass, "approve_request", request_id=request.id)
        assert hub.standing(request.asset_id) is Standing.ADMITTED
        assert await connects(device, lab.internet)
        await eventually(lambda: pending(hass) == "0")
        assert {"requested", "request_approved"} <= set(actions_of(hass, request.asset_id))
    finally:
        lab.power_cut("newcomer")


async def test_a_newcomer_let_in_otherwise_needs_no_answer(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await off_loop(lab.add_device, replace(NEWCOMER, name="other", mac="02:00:5e:00:00:97"))
    try:
        await eventually(lambda: hub.requests.book.pending)
        (request,) = hub.requests.book.pending.values()
        await hub.async_release(request.asset_id, actor=None)
        await eventually(lambda: not hub.requests.book.pending)
        assert hub.requests.book.settled[-1].status is Status.WITHDRAWN
        await hass.async_block_till_done()
        assert "request_withdrawn" in actions_of(hass, request.asset_id)
        with pytest.raises(ServiceValidationError) as refusal:
            await call(hass, "deny_request", request_id=request.id)
        assert refusal.value.translation_key == "request_settled"
    finally:
        lab.power_cut("other")


async def test_a_newcomer_may_come_for_a_while(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await off_loop(lab.add_device, replace(NEWCOMER, name="guest", mac="02:00:5e:00:00:96"))
    try:
        await eventually(lambda: hub.requests.book.pending)
        (request,) = hub.requests.book.pending.values()
        await call(hass, "approve_request", request_id=request.id, duration="1_hour")
        assert hub.standing(request.asset_id) is Standing.ADMITTED
        assert request.asset_id in hub.people.ownership.guests
    finally:
        lab.power_cut("guest")


@pytest.mark.parametrize(
    ("action", "data", "decision"),
    [
        ("approve_request", {}, "allow"),
        ("approve_request", {"duration": "until_tonight"}, None),
        ("deny_request", {}, "deny"),
        ("deny_request", {"quarantine": True}, None),
    ],
)
async def test_answers(  # noqa: PLR0913, PLR0917 - fixtures, and a table's columns
    hass: HomeAssistant, hub: SecureHub, lab: Lab, action: str, data: dict[str, Any], decision: str | None
) -> None:
    (request,) = await raised(hub, camera_asks(hub, lab))
    admin = MockUser(is_owner=True).add_to_hass(hass)
    await call(hass, action, user=admin.id, request_id=request.id, **data)
    said = {rule.decision.value for rule in hub.permissions.all_rules()}
    assert said == ({decision} if decision else set())
    assert bool(list(hub.permissions.all_grants())) is (data.get("duration") == "until_tonight")
    assert (hub.standing(request.asset_id) is Standing.QUARANTINED) is bool(data.get("quarantine"))
    ended = hub.requests.book.settled[-1]
    assert (ended.id, ended.actor) == (request.id, admin.id)
    (told,) = (await listed(hass, answered=True))["answered"]
    assert (told["actor"], told["status"]) == (admin.id, ended.status.value)
    record = next(one for one in journal_of(hass) if one["action"] == f"request_{ended.status.value}")
    assert (record["actor"], record["details"]["request"]) == (admin.id, request.id)


async def test_what_is_unknown_or_makes_no_sense_is_refused(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    (request,) = await raised(hub, replace(camera_asks(hub, lab), kind=Kind.OWNER))
    for data, key in (
        ({"request_id": "nobody"}, "request_unknown"),
        ({"request_id": request.id, "duration": "once"}, "answer_not_for_request"),
    ):
        with pytest.raises(ServiceValidationError) as refusal:
            await call(hass, "approve_request", **data)
        assert refusal.value.translation_key == key
    assert request.id in hub.requests.book.pending


async def test_two_people_for_a_lock(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    other = MockConfigEntry(domain="august")
    other.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=other.entry_id, connections={(dr.CONNECTION_NETWORK_MAC, lab.device("camera").mac)}
    )
    from homeassistant.helpers import entity_registry as er  # noqa: PLC0415

    er.async_get(hass).async_get_or_create("lock", "august", "door", config_entry=other, device_id=device.id)
    await hub.async_look()
    anna, ben = (MockUser(is_owner=True, name=name).add_to_hass(hass) for name in ("Anna", "Ben"))
    (request,) = await raised(hub, Ask(camera.id, Kind.DESTINATION, "f", (WANT,)))
    await call(hass, "approve_request", user=anna.id, request_id=request.id)
    assert not list(hub.permissions.all_rules()), "one is not enough"
    with pytest.raises(ServiceValidationError) as refusal:
        await call(hass, "approve_request", user=anna.id, request_id=request.id)
    assert refusal.value.translation_key == "already_voted"
    assert (await listed(hass))["requests"][0]["agreed"] == [anna.id]
    await call(hass, "approve_request", user=ben.id, request_id=request.id, duration="1_hour")
    assert [grant.scope for grant in hub.permissions.all_grants()] == [Scope.INTERNET], "what both agreed on"
    assert "request_vote" in actions_of(hass, camera.id)


async def test_a_restart_loses_nothing(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    asks = [camera_asks(hub, lab), Ask(asset(hub, lab.device("tv")).id, Kind.DESTINATION, "internet tv.example", ())]
    made = await raised(hub, *asks)
    assert len(made) == 2
    hub.requests.async_ask([asks[0]])
    await eventually(lambda: hub.requests.book.pending[made[0].id].count == 2)
    before = hub.requests.book
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert again.requests is not hub.requests
    assert again.requests.book == before
    await call(hass, "approve_request", request_id=made[0].id)
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again = hub.entry.runtime_data
    assert list(again.requests.book.pending) == [made[1].id]
    assert [one.id for one in again.requests.book.settled] == [made[0].id]


async def test_a_corrupt_store_fails_closed(hass: HomeAssistant, hub: SecureHub, lab: Lab, config_dir: Path) -> None:
    await raised(hub, camera_asks(hub, lab))
    await call(hass, "set_profile", device_id=[hub_device(hub, lab)], profile="ask")
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    store = config_dir / ".storage" / "secure_hub.requests"
    store.write_text("{ torn")
    assert not await hass.config_entries.async_setup(hub.entry.entry_id)
    assert hub.entry.state is ConfigEntryState.SETUP_ERROR
    assert not await off_loop(lab.device("camera").can_reach, lab.internet), "what was held stays held"
    assert ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable")
    assert list(store.parent.glob("secure_hub.requests.corrupt.*")), "nothing is lost"
    await _async_start_over(hass)
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    again: SecureHub = hub.entry.runtime_data
    assert again.requests.book.pending == {}
    assert again.permissions.profiles, "what was decided stays: only what could not be read was begun again"


def hub_device(hub: SecureHub, lab: Lab) -> str:
    from tests.faces import device_id  # noqa: PLC0415

    return device_id(hub, lab.device("camera"))


async def test_nobody_answers(hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(asking.PRESETS[asking.Preset.BALANCED], patience=0.5)
    monkeypatch.setattr(requests, "policy_of", lambda _options: quick)
    (request,) = await raised(hub, camera_asks(hub, lab))
    await eventually(lambda: not hub.requests.book.pending)
    assert hub.requests.book.settled[-1].status is Status.EXPIRED
    assert not list(hub.permissions.all_rules()), "silence decides nothing"
    await hass.async_block_till_done()
    assert "request_expired" in actions_of(hass, request.asset_id)
    strict = replace(quick, unanswered=asking.Unanswered.DENY)
    monkeypatch.setattr(requests, "policy_of", lambda _options: strict)
    monkeypatch.setattr(book, "_QUIET_AFTER", {})
    await raised(hub, camera_asks(hub, lab))
    await eventually(lambda: not hub.requests.book.pending)
    assert [rule.decision.value for rule in hub.permissions.all_rules()] == ["deny"]
    record = [one for one in journal_of(hass) if one["action"] == "request_denied"][-1]
    assert (record["reason"], record["actor"]) == ("no_answer", None)


async def test_what_was_answered_for_its_like_is_not_asked(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_ASKING: {"preset": "calm"}})
    other = MockConfigEntry(domain="onvif")
    other.add_to_hass(hass)
    for name in ("camera", "tv"):
        dr.async_get(hass).async_get_or_create(
            config_entry_id=other.entry_id,
            identifiers={("onvif", name)},
            connections={(dr.CONNECTION_NETWORK_MAC, lab.device(name).mac)},
            manufacturer="Acme",
            model="Same",
        )
    await hub.async_look()
    (request,) = await raised(hub, camera_asks(hub, lab))
    await call(hass, "approve_request", request_id=request.id)
    tv = asset(hub, lab.device("tv"))
    hub.requests.async_ask([Ask(tv.id, Kind.DESTINATION, "internet camera.example", (WANT,))])
    await eventually(lambda: len(list(hub.permissions.all_rules())) == 2)
    await hass.async_block_till_done()
    record = [one for one in journal_of(hass) if one["action"] == "request_approved"][-1]
    assert (record["asset_id"], record["reason"], record["actor"]) == (tv.id, "same_model", None)


async def test_a_thing_that_says_it_is_another(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    other = MockConfigEntry(domain="onvif")
    other.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("onvif", "camera")},
        connections={(dr.CONNECTION_NETWORK_MAC, lab.device("camera").mac)},
        manufacturer="Acme",
        model="Camera 1",
    )
    await hub.async_look()
    await hass.async_block_till_done()
    assert not hub.requests.book.pending, "what it says first is taken for true"
    devices.async_update_device(device.id, model="Router 9")
    await eventually(lambda: hub.requests.book.pending)
    (request,) = hub.requests.book.pending.values()
    assert (request.kind, request.detail) == (Kind.IDENTITY, "acme / camera 1 -> acme / router 9")
    await call(hass, "approve_request", request_id=request.id)
    await hub.async_look()
    await hass.async_block_till_done()
    assert not hub.requests.book.pending, "it was accepted as what it is now"
    devices.async_update_device(device.id, model="Camera 1")
    await eventually(lambda: hub.requests.book.pending)
    (request,) = hub.requests.book.pending.values()
    await call(hass, "deny_request", request_id=request.id)
    assert hub.standing(request.asset_id) is Standing.QUARANTINED


async def test_a_full_disk_keeps_the_request(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    (request,) = await raised(hub, camera_asks(hub, lab))

    store = "secure_hub.policy"

    async def full(*_: Any) -> None:
        raise StoreWriteError(store, "no space left")

    monkeypatch.setattr(hub._store, "keep", full)
    with pytest.raises(HomeAssistantError):
        await call(hass, "approve_request", request_id=request.id)
    assert request.id in hub.requests.book.pending
    assert not list(hub.permissions.all_rules())
    monkeypatch.undo()
    await call(hass, "approve_request", request_id=request.id)
    assert list(hub.permissions.all_rules())


async def test_who_is_not_there_asks_nothing(hub: SecureHub, lab: Lab) -> None:
    hub.requests.async_ask([Ask("f" * 32, Kind.DESTINATION), camera_asks(hub, lab)])
    await eventually(lambda: hub.requests.book.pending)
    assert [one.asset_id for one in hub.requests.book.pending.values()] == [asset(hub, lab.device("camera")).id]
    await hub.requests.async_stop()
    hub.requests.async_ask([Ask(asset(hub, lab.device("tv")).id, Kind.DESTINATION)])
    assert len(hub.requests.book.pending) == 1


async def test_requests_of_who_is_quarantined_are_withdrawn(hub: SecureHub, lab: Lab) -> None:
    (request,) = await raised(hub, camera_asks(hub, lab))
    await hub.async_quarantine(request.asset_id, actor=None)
    await eventually(lambda: not hub.requests.book.pending)
    assert asset_with(hub, lab.device("camera").mac)


async def test_set_up_again(hass: HomeAssistant, hub: SecureHub, hub_entry: MockConfigEntry) -> None:
    """Removed and set up again, the hub begins without requests."""
    assert await hass.config_entries.async_remove(hub.entry.entry_id)
    await hass.async_block_till_done()
    again = await set_up(hass, MockConfigEntry(domain=DOMAIN, data=hub_entry.data, options=hub_entry.options))
    assert again.requests.book.pending == {}
    assert Answer.ONCE in Answer


async def test_a_command_to_any_device_under_ask_is_asked(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """Whoever commands it is named; what was granted once is used by the first command."""
    camera, orders = lab.device("camera"), list[str]()
    async with installed(hass, camera.mac, orders):
        await hub.async_look()
        key, ids = asset(hub, camera).id, [device_id(hub, camera)]
        await call(hass, "set_permission", device_id=ids, scope="control", decision="ask")
        evening = Context()
        hass.bus.async_fire("automation_triggered", {"name": "Evening"}, context=evening)
        await hass.services.async_call("switch", "turn_on", {"entity_id": SWITCH}, blocking=True, context=evening)
        await eventually(lambda: hub.requests.book.of(key))
        (request,) = hub.requests.book.of(key)
        assert (request.kind, request.detail) == (Kind.CONTROL, "switch.turn_on - Evening")
        await call(hass, "approve_request", request_id=request.id, duration="once")
        (grant,) = hub.permissions.all_grants()
        await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
        await eventually(lambda: all(one.used for one in hub.permissions.all_grants()))
        assert "grant_used" in actions_of(hass, key)
        assert all(one.expires < grant.expires for one in hub.permissions.all_grants())
