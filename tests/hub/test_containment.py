"""What is done about incidents, by the hub and by phones, and the way back."""

from dataclasses import replace
from pathlib import Path
import time
from unittest.mock import patch

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.const import CONF_DRY_RUN, CONF_EVE_PATH, CONF_PLAYBOOK, CONF_RELEASE_AFTER, DOMAIN
from custom_components.secure_hub.engine.assets.model import AssetClass, Sighting
from custom_components.secure_hub.engine.detection.findings import FindingKind, Severity
from custom_components.secure_hub.engine.detection.incidents import Event, Incident
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.response.playbooks import PlaybookName, Step
from custom_components.secure_hub.engine.response.responder import Settings
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.containment import is_critical, settings_of
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.phone import Sell, button
from tests.plugin import actions_of, is_on, journal_of, press

from .monitored import GRAVE, SLIGHT, act, anomaly, hub_entry, judge, known, of

__all__ = ("hub_entry",)


async def test_a_phone_is_told_once_a_step(hub: SecureHub, lab: Lab, hass: HomeAssistant, sell: Sell) -> None:
    await known(lab)
    camera, tv, group = lab.device("camera"), lab.device("tv"), await hass.auth.async_get_group(GROUP_ID_ADMIN)
    phone = await sell(MockUser(name="Anna", groups=[group]).add_to_hass(hass), "Anna's phone")
    unsure = replace(GRAVE, kind=FindingKind.LATERAL_MOVEMENT, confidence=0.7)
    for number in range(4):
        await judge(hub, camera, replace(unsure, subject=str(number)))
    assert (await phone.receive())["message"].endswith("It is not sure enough to act without you.")
    await judge(hub, camera, SLIGHT)
    failure = ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    with patch.object(hub.monitoring._containing._orders, "async_quarantine", side_effect=failure):
        await judge(hub, camera, replace(GRAVE, subject="in vain"))
    assert not is_on(hass, hub, camera.mac)
    await judge(hub, camera, GRAVE)
    assert is_on(hass, hub, camera.mac)
    assert "It was quarantined." in (await phone.receive())["message"], "nothing was told in between"
    await judge(hub, camera, replace(GRAVE, kind=FindingKind.FLOOD))
    await judge(hub, tv, replace(GRAVE, evidence="Another."))
    assert (await phone.receive())["message"].startswith("Another.")


async def test_a_reason_not_to_act_that_is_over(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    camera = lab.device("camera")
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_DRY_RUN: True})
    await judge(hub, camera, GRAVE)
    assert journal_of(hass)[-1]["details"]["reason"] == "dry_run"
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_DRY_RUN: False})
    with patch.object(hub.monitoring._detector, "forget") as forget:
        for _ in range(2):
            await hub.monitoring._async_sweep(time.time())
    forget.assert_called_once_with(asset(hub, camera).id)  # nobody is cut off for what may be over
    assert not is_on(hass, hub, camera.mac)
    await judge(hub, camera, GRAVE)
    assert is_on(hass, hub, camera.mac)


@pytest.mark.parametrize("how", ["release", "release_and_watch", "switch", "by itself"])
async def test_a_release_ends_an_incident(hub: SecureHub, lab: Lab, hass: HomeAssistant, how: str) -> None:
    camera = lab.device("camera")
    await known(lab)
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_RELEASE_AFTER: 1})
    await judge(hub, camera, GRAVE)
    incident = of(hub, camera)
    with patch.object(hub.monitoring._detector, "forget") as forget:
        if how == "switch":
            await press(hass, hub, camera.mac, on=False)
        elif how == "by itself":
            await hub.monitoring._async_sweep(time.time() + 3601)
        else:
            await act(hub, camera, how)
        await eventually(lambda: anomaly(hass, hub, camera) == "off")
    forget.assert_called_once_with(asset(hub, camera).id)
    closed = hub.monitoring.kept.incidents.get(incident.id)
    assert closed is not None
    assert closed.reason == "released"
    assert hub.monitoring.kept.responder.answer(incident) is None
    watched = asset(hub, camera).id in hub.monitoring.kept.responder.probation
    assert watched is (how in {"release_and_watch", "by itself"})


async def test_what_is_normal_is_let_go(hub: SecureHub, lab: Lab, hass: HomeAssistant, sell: Sell) -> None:
    await known(lab)
    camera, tv, group = lab.device("camera"), lab.device("tv"), await hass.auth.async_get_group(GROUP_ID_ADMIN)
    anna = MockUser(name="Anna", groups=[group]).add_to_hass(hass)
    phone = await sell(anna, "Anna's phone")
    await judge(hub, camera, GRAVE)
    await phone.press(button(await phone.receive(), "This is normal, release it"))
    assert (await phone.receive())["message"] == "clear_notification"
    assert is_on(hass, hub, camera.mac) is False
    assert hub.monitoring.incidents == []
    assert [it["actor"] for it in journal_of(hass) if it["action"] == "release"] == [anna.id]

    await act(hub, tv, "quarantine")
    await judge(hub, tv, GRAVE)
    await phone.press(button(await phone.receive(), "This is normal"))
    assert (await phone.receive())["message"] == "clear_notification"
    assert hub.monitoring.incidents == []
    assert is_on(hass, hub, tv.mac), "what a person cut off before stays so"


async def test_what_a_person_did_since_does_not_end_by_itself(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    camera = lab.device("camera")
    options = {**hub.entry.options, CONF_RELEASE_AFTER: 1, CONF_PLAYBOOK: "restrict"}
    hass.config_entries.async_update_entry(hub.entry, options=options)
    await judge(hub, camera, GRAVE)
    assert hub.permissions.profiles[asset(hub, camera).id] is Profile.RESTRICTED
    await hub.monitoring._containing._async_pressed("quarantine", of(hub, camera), "anna")
    await hub.monitoring._async_sweep(time.time() + 3601)
    assert is_on(hass, hub, camera.mac)
    await act(hub, camera, "release_and_watch")
    assert is_on(hass, hub, camera.mac) is False
    assert asset(hub, camera).id not in hub.permissions.profiles


async def test_a_clock_that_is_set_changes_no_term(hub: SecureHub, lab: Lab) -> None:
    containing, responder = hub.monitoring._containing, hub.monitoring.kept.responder
    camera = asset(hub, lab.device("camera")).id
    responder.note_released(camera, time.time(), watch=True)
    ends = responder.probation[camera]
    suspect = lab.device("tv")
    await judge(hub, suspect, SLIGHT)
    containing.async_keep_time()
    assert responder.probation[camera] == ends
    containing._ahead -= 86_400  # as if the clock had been a day behind until now
    containing.async_keep_time()
    assert responder.probation[camera] == pytest.approx(ends, abs=60), "it ends no earlier"
    assert of(hub, suspect).quiet_since == pytest.approx(time.time(), abs=60), "an incident is not quiet by that"
    responder.probation[camera] -= 43_200
    containing._ahead += 3600
    containing.async_keep_time()
    assert responder.probation[camera] == pytest.approx(ends - 43_200 - 3600, abs=60)


async def test_buttons_are_sent_again_after_a_restart(
    hub: SecureHub, lab: Lab, hass: HomeAssistant, sell: Sell
) -> None:
    await known(lab)
    camera, group = lab.device("camera"), await hass.auth.async_get_group(GROUP_ID_ADMIN)
    phone = await sell(MockUser(name="Anna", groups=[group]).add_to_hass(hass), "Anna's phone")
    await judge(hub, camera, replace(GRAVE, confidence=0.7))
    await judge(hub, lab.device("tv"), SLIGHT)
    first = await phone.receive()
    assert "push" not in first["data"]
    await hass.config_entries.async_reload(hub.entry.entry_id)
    again = await phone.receive()
    assert (again["message"], again["data"]["tag"]) == (first["message"], first["data"]["tag"])
    assert again["data"]["push"]["interruption-level"] == "passive"
    await phone.press(button(first, "Quarantine"))
    await eventually(lambda: "answer_refused" in actions_of(hass))
    await phone.press(button(again, "Quarantine"))
    await eventually(lambda: is_on(hass, hub.entry.runtime_data, camera.mac))


async def test_nobody_is_cut_off_who_is_not_known_or_critical(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await hub.monitoring.async_judge(replace(GRAVE, asset="192.0.2.7", time=time.time()))
    response = journal_of(hass)[-1]
    assert (response["details"]["step"], response["details"]["reason"]) == ("ask", "critical")
    one = asset(hub, lab.device("tv"))
    assert not is_critical(one)
    lock = Sighting("test", frozenset(), platforms=frozenset({"lock"}))
    pump = Sighting("test", frozenset(), labels=frozenset({"Medical"}))
    assert [is_critical(replace(one, sightings=(it,))) for it in (lock, pump)] == [True, True]


async def test_a_restriction_and_its_end(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    camera = lab.device("camera")
    asset_id = asset(hub, camera).id
    options = {**hub.entry.options, CONF_PLAYBOOK: "restrict", CONF_RELEASE_AFTER: 1}
    hass.config_entries.async_update_entry(hub.entry, options=options)
    await judge(hub, camera, GRAVE)
    assert hub.permissions.profiles[asset_id] is Profile.RESTRICTED
    sweep = hub.monitoring._containing.async_sweep
    await sweep(time.time())
    assert hub.permissions.profiles[asset_id] is Profile.RESTRICTED
    await sweep(time.time() + 3601)
    assert asset_id not in hub.permissions.profiles
    assert actions_of(hass, asset_id)[-1] == "probation"
    await sweep(time.time() + 2 * 86_400)
    assert actions_of(hass, asset_id)[-1] == "probation_passed"


async def test_what_was_contained_and_is_gone_is_forgotten(hub: SecureHub, lab: Lab) -> None:
    incident = Incident("1", "nobody", 0.0, (Event(GRAVE),))
    responder = hub.monitoring.kept.responder
    responder.note_contained(incident, Step.QUARANTINE, time.time())
    await hub.monitoring._containing.async_sweep(time.time())
    assert not responder.contained
    assert lab.devices


async def test_what_cannot_be_contained_is_asked(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    camera = lab.device("camera")
    failure = ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    with patch.object(hub.monitoring._containing._orders, "async_quarantine", side_effect=failure):
        await judge(hub, camera, GRAVE)
    assert journal_of(hass)[-1]["details"]["reason"] == "failed"
    assert is_on(hass, hub, camera.mac) is False
    assert anomaly(hass, hub, camera) == "on"


async def test_a_budget_of_isolations(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    devices = [lab.device(name) for name in ("camera", "tv", "speaker", "plug")]
    for device in devices:
        await judge(hub, device, GRAVE)
    assert [is_on(hass, hub, device.mac) for device in devices] == [True, True, True, False]
    assert journal_of(hass)[-1]["details"]["reason"] == "budget"
    for device in devices[:3]:
        await act(hub, device, "release")
    await hub.monitoring._async_sweep(time.time())
    await judge(hub, devices[0], replace(GRAVE, kind=FindingKind.FLOOD))
    assert is_on(hass, hub, devices[0].mac) is False


async def test_the_phone_says_so_and_takes_it_back(hub: SecureHub, lab: Lab, hass: HomeAssistant, sell: Sell) -> None:
    await known(lab)
    camera, group = lab.device("camera"), await hass.auth.async_get_group(GROUP_ID_ADMIN)
    anna = MockUser(name="Anna", groups=[group]).add_to_hass(hass)
    phone = await sell(anna, "Anna's phone")
    await judge(hub, camera, GRAVE)
    notice = await phone.receive()
    assert notice["message"].startswith("It scans.\n\nIt was quarantined.")
    assert [it["title"] for it in notice["data"]["actions"]] == ["Release and watch", "This is normal, release it"]
    name = button(notice, "Release and watch")
    stranger = Context(user_id="somebody")
    hass.bus.async_fire("mobile_app_notification_action", {"action": name}, context=stranger)
    hass.bus.async_fire("mobile_app_notification_action", {"action": f"{name}0"}, context=Context(user_id=anna.id))
    hass.bus.async_fire("mobile_app_notification_action", {"action": "SOMETHING_ELSE"})
    await eventually(lambda: actions_of(hass).count("answer_refused") == 2)
    assert is_on(hass, hub, camera.mac)
    await phone.press(name)
    await eventually(lambda: is_on(hass, hub, camera.mac) is False)
    await eventually(lambda: anomaly(hass, hub, camera) == "off")
    assert (await phone.receive())["message"] == "clear_notification"
    release = next(it for it in journal_of(hass) if it["action"] == "release")
    assert release["actor"] == anna.id

    tv = lab.device("tv")
    await judge(hub, tv, replace(GRAVE, severity=Severity.MEDIUM))
    await phone.press(button(await phone.receive(), "Quarantine"))
    assert (await phone.receive())["message"].endswith("It was quarantined. You can release it and have it watched.")
    assert is_on(hass, hub, tv.mac)
    await judge(hub, tv, replace(GRAVE, kind=FindingKind.FLOOD))
    notice = await phone.receive()
    assert notice["message"].endswith("Nothing was changed. It is cut off already.")
    assert [it["title"] for it in notice["data"]["actions"]] == ["Release and watch", "This is normal, release it"]
    await phone.press(button(notice, "Release and watch"))
    await eventually(lambda: is_on(hass, hub, tv.mac) is False)
    assert (await phone.receive())["message"] == "clear_notification"

    speaker = lab.device("speaker")
    await judge(hub, speaker, replace(SLIGHT, severity=Severity.MEDIUM))
    await phone.press(button(await phone.receive(), "This is normal"))
    await eventually(lambda: anomaly(hass, hub, speaker) == "off")


async def test_the_response_is_chosen_in_the_options(hub: SecureHub, hass: HomeAssistant, tmp_path: Path) -> None:
    flows = hass.config_entries.options
    menu = await flows.async_init(hub.entry.entry_id)
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": "monitoring"})
    classes = ["camera", "vehicle"]
    chosen = {
        "playbook": "restrict",
        "isolation_budget": 7,
        "release_after": 12,
        "dry_run": True,
        "ask_classes": classes,
        "class_playbooks": [{"asset_class": "media", "playbook": "notify"}],
    }
    refused = await flows.async_configure(form["flow_id"], {**chosen, CONF_EVE_PATH: str(tmp_path / "no")})
    assert refused["errors"] == {CONF_EVE_PATH: "no_such_file"}
    done = await flows.async_configure(form["flow_id"], chosen)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert settings_of(hub.entry.options) == Settings(
        PlaybookName.RESTRICT,
        7,
        dry_run=True,
        release_after=12 * 3600.0,
        ask_classes=frozenset(map(AssetClass, classes)),
        playbooks={AssetClass.MEDIA: PlaybookName.NOTIFY},
    )
    assert hub.entry.options["mode"] == "enforce", "others' options stay"


async def test_two_assets_that_turn_out_to_be_one(hub: SecureHub, lab: Lab) -> None:
    camera, tv = asset(hub, lab.device("camera")).id, asset(hub, lab.device("tv")).id
    await judge(hub, lab.device("tv"), replace(SLIGHT, severity=Severity.MEDIUM))
    hub._home = replace(hub.home, merged=((camera, tv),))
    await hub.monitoring.async_look()
    assert hub.monitoring.incident(tv) is None
    assert hub.monitoring.incident(camera) is not None


async def test_a_restriction_that_fails_is_told_and_a_late_button_counts_for_nothing(
    hub: SecureHub, lab: Lab, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    await known(lab)
    camera = lab.device("camera")
    containing = hub.monitoring._containing
    options = {**hub.entry.options, CONF_RELEASE_AFTER: 1}
    hass.config_entries.async_update_entry(hub.entry, options=options)
    await judge(hub, camera, GRAVE)
    failure = HomeAssistantError("no")
    with patch.object(containing._orders, "async_release", side_effect=failure):
        await containing.async_sweep(time.time() + 3601)
        assert "could not be released" in caplog.text
        incident = hub.monitoring.incident(asset(hub, camera).id)
        assert incident is not None
        await containing._async_pressed("release_and_watch", incident, "anna")
        assert "could not be carried out" in caplog.text
    assert is_on(hass, hub, camera.mac)
    await act(hub, camera, "release_and_watch")
    await containing.async_sweep(time.time())
    assert not hub.monitoring.kept.responder.contained
