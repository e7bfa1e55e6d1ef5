"""The whole way in the virtual home: real packets, a finding, a response, and the way back."""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
import time
from typing import Any
from unittest.mock import patch

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_mock_service

from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.const import CONF_DRY_RUN, CONF_EVE_PATH, CONF_PLAYBOOK, CONF_RELEASE_AFTER, DOMAIN
from custom_components.secure_hub.engine.assets.model import AssetClass, Sighting
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.incidents import Event, Incident
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.response.playbooks import PlaybookName, Step
from custom_components.secure_hub.engine.response.responder import Settings
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.containment import is_critical, settings_of
from tests.faces import asset, device_id, furnish
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.phone import Sell, button
from tests.plugin import ENFORCING, NETWORKS, actions_of, is_on, journal_of, off_loop, press, set_up

SLIGHT = Finding("", 0.0, FindingKind.NEW_SERVICE, Severity.LOW, 0.3, "T1571", "x", "It did something new.")
GRAVE = replace(SLIGHT, kind=FindingKind.HORIZONTAL_SCAN, severity=Severity.HIGH, confidence=0.95, evidence="It scans.")
INCIDENTS = "sensor.secure_hub_incidents"


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """A home whose owner wants sure things contained without being asked."""
    options = {**ENFORCING, CONF_PLAYBOOK: "quarantine"}
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=options, version=1)


def anomaly(hass: HomeAssistant, hub: SecureHub, device: Device) -> str:
    """What the anomaly sensor of a device says."""
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, f"{asset(hub, device).id}-anomaly")
    state = hass.states.get(entity_id or "")
    return state.state if state else "none"


def evidence(hass: HomeAssistant, hub: SecureHub, device: Device) -> str:
    """The reason that the anomaly sensor of a device gives."""
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, f"{asset(hub, device).id}-anomaly")
    state = hass.states.get(entity_id or "")
    return str(state.attributes["evidence"]) if state else ""


async def known(lab: Lab) -> None:
    """Let every device speak, so that the hub knows who is who."""
    for device in lab.devices:
        assert await off_loop(lab.hub.ping, device.ipv4, 3.0)


def of(hub: SecureHub, device: Device) -> Incident:
    """What is wrong with a device."""
    incident = hub.monitoring.incident(asset(hub, device).id)
    assert incident is not None
    return incident


async def judge(hub: SecureHub, device: Device, finding: Finding) -> None:
    """Let a finding be made about a device now."""
    await hub.monitoring.async_judge(replace(finding, asset=asset(hub, device).id, time=time.time()))


async def act(hub: SecureHub, device: Device, action: str, **data: object) -> None:
    """Call an action about a device, as an automation does."""
    await hub.hass.services.async_call(DOMAIN, action, {"device_id": device_id(hub, device), **data}, blocking=True)


async def asked(hub: SecureHub, action: str, **data: object) -> Any:
    """Call an action that answers, as an automation does."""
    return await hub.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


async def test_a_camera_turns_bot_and_is_cut_off(hub: SecureHub, lab: Lab, hass: HomeAssistant, sell: Sell) -> None:
    await known(lab)
    camera, group = lab.device("camera"), await hass.auth.async_get_group(GROUP_ID_ADMIN)
    anna = MockUser(name="Anna", groups=[group]).add_to_hass(hass)
    phone = await sell(anna, "Anna's phone")
    assert anomaly(hass, hub, camera) == "off"
    await hub.monitoring.async_look()  # what is there already is nothing new
    began = time.monotonic()
    await off_loop(camera.run, "scan", hosts=[f"203.0.113.{it}" for it in range(100, 140)], ports=[23])
    await eventually(lambda: anomaly(hass, hub, camera) == "on", 60)
    assert time.monotonic() - began < 60
    said = evidence(hass, hub, camera)
    assert said.startswith("It called ")
    assert "addresses on the internet at tcp port 23" in said
    assert said.endswith("it is looking for something to break into.")
    await eventually(lambda: is_on(hass, hub, camera.mac), 20)
    assert not await off_loop(camera.can_reach, lab.internet, timeout=0.4)
    state, heard = hass.states.get(INCIDENTS), hass.states.get("sensor.secure_hub_sources_heard")
    assert state is not None
    assert heard is not None
    assert state.state == "1"
    told = {name: heard.attributes[name] for name in SourceName}
    assert told == {
        "connections": "active",
        "wire": "active",
        "wall": "active",
        "zigbee": "inactive: zha_not_installed",
        "home_assistant": "active",
        "suricata": "inactive",
    }
    assert heard.state == "4"
    notice = await phone.receive()
    assert notice["message"] == f"{said}\n\nIt was quarantined. You can release it and have it watched."
    assert actions_of(hass, asset(hub, camera).id)[-4:] == ["finding", "quarantine", "enforced", "response"]

    await phone.press(button(notice, "Release and watch"))
    await eventually(lambda: anomaly(hass, hub, camera) == "off")
    assert is_on(hass, hub, camera.mac) is False
    assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)
    assert actions_of(hass, asset(hub, camera).id)[-3:] == ["release", "enforced", "probation"]
    assert {it["actor"] for it in journal_of(hass) if it["action"] in {"release", "probation"}} == {anna.id}
    medium = replace(GRAVE, kind=FindingKind.BEACON, severity=Severity.MEDIUM, confidence=0.6)
    await judge(hub, camera, medium)
    assert is_on(hass, hub, camera.mac), "while it is watched, less is enough"
    response = journal_of(hass)[-1]
    assert (response["action"], response["details"]["reason"]) == ("response", "probation")
    await act(hub, camera, "release")
    await eventually(lambda: hub.monitoring.incidents == [])
    await judge(hub, camera, GRAVE)
    assert journal_of(hass)[-1]["details"]["reason"] == "cooling"


async def test_what_goes_on_in_the_home_is_heard(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    tv, plug, camera = lab.device("tv"), lab.device("plug"), lab.device("camera")
    await hub.monitoring.async_look()
    lan = lab.laptop.ipv4.rpartition(".")[0]
    await off_loop(camera.run, "scan", hosts=[f"{lan}.{it}" for it in range(100, 112)], ports=[23])
    await off_loop(tv.run, "scan", hosts=[f"10.66.1.{it}" for it in range(100, 160)], ports=[80])
    await off_loop(plug.run, "dns_tunnel", domain="tunnel.evil.example", count=25, pace=0.05)

    def kinds(device: Device) -> set[str]:
        incident = hub.monitoring.incident(asset(hub, device).id)
        return {it.finding.kind for it in incident.events} if incident else set()

    await eventually(lambda: FindingKind.ARP_SCAN in kinds(tv), 60)
    await eventually(lambda: FindingKind.DNS_TUNNEL in kinds(plug), 60)
    assert hub.monitoring.sources.health[SourceName.WIRE].active
    await eventually(lambda: is_on(hass, hub, camera.mac), 60)

    def responses() -> list[tuple[str, str]]:
        done = [it["details"] for it in journal_of(hass) if it["action"] == "response"]
        return [(it["step"], it["reason"]) for it in done if it["incident"] == of(hub, camera).id]

    # the first finding was not sure enough, and the second is; the last is journalled after it was done
    await eventually(lambda: responses() == [("ask", "unsure"), ("quarantine", "playbook")])
    for device in (tv, plug, camera):
        if asset(hub, device).id in hub.policy.quarantined:
            await act(hub, device, "release")


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


async def test_what_the_home_was_doing_counts(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    odd = replace(SLIGHT, kind=FindingKind.UNUSUAL_VOLUME, severity=Severity.MEDIUM, confidence=0.6)
    hass.states.async_set("person.anna", "not_home")
    await judge(hub, camera, odd)
    assert of(hub, camera).severity is Severity.HIGH
    assert evidence(hass, hub, camera).endswith(
        "Nobody was at home, and Home Assistant had told it nothing, so this counts more."
    )
    async_mock_service(hass, "media_player", "turn_on")
    await furnish(hub, tv)
    (known_as,) = asset(hub, tv).device_ids
    player = er.async_get(hass).async_get_or_create("media_player", "test", "tv", device_id=known_as)
    await hass.services.async_call("media_player", "turn_on", {"entity_id": player.entity_id}, blocking=True)
    await judge(hub, tv, odd)
    assert anomaly(hass, hub, tv) == "off"
    assert "Home Assistant had told it something" in of(hub, tv).worst.evidence
    assert journal_of(hass)[-1]["details"]["severity"] == "low"


async def test_what_is_slight_only_counts(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    speaker = lab.device("speaker")
    await judge(hub, speaker, SLIGHT)
    assert anomaly(hass, hub, speaker) == "off"
    incident = hub.monitoring.incident(asset(hub, speaker).id)
    assert incident is not None
    assert incident.score == 9
    assert actions_of(hass, asset(hub, speaker).id)[-1] == "finding"


async def test_what_a_person_calls_normal_is_not_said_again(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    speaker, plug = lab.device("speaker"), lab.device("plug")
    medium = replace(SLIGHT, severity=Severity.MEDIUM)
    await judge(hub, speaker, medium)
    assert anomaly(hass, hub, speaker) == "on"
    (told,) = (await asked(hub, "list_incidents", device_id=device_id(hub, speaker)))["incidents"]
    assert told["timeline"][0]["evidence"] == "It did something new."
    await act(hub, speaker, "mark_normal", days=7)
    assert anomaly(hass, hub, speaker) == "off"
    await judge(hub, speaker, medium)
    assert anomaly(hass, hub, speaker) == "off"
    await judge(hub, speaker, replace(medium, subject="something else"))
    assert anomaly(hass, hub, speaker) == "on"
    await act(hub, plug, "mark_normal", finding="new_service", everywhere=True)
    await judge(hub, plug, replace(medium, subject="anything"))
    assert anomaly(hass, hub, plug) == "off"
    said = await asked(hub, "list_normal")
    assert [(it["finding"], it["name"] is None, it["until"] is None) for it in said["normal"]] == [
        ("new_service", False, False),
        ("new_service", True, True),
    ]
    assert len((await asked(hub, "list_normal", device_id=device_id(hub, speaker)))["normal"]) == 1
    await hass.services.async_call(DOMAIN, "take_back_normal", {}, blocking=True)
    await judge(hub, plug, replace(medium, subject="anything"))
    assert anomaly(hass, hub, plug) == "on"
    await act(hub, speaker, "take_back_normal", finding="beacon")
    assert len((await asked(hub, "list_normal"))["normal"]) == 1
    await act(hub, speaker, "take_back_normal")
    assert (await asked(hub, "list_normal"))["normal"] == []
    await act(hub, speaker, "relearn")
    assert actions_of(hass)[-1] == "relearn"
    assert hub.monitoring.is_learning(asset(hub, speaker).id)


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


async def test_incidents_end_by_themselves(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    speaker = lab.device("speaker")
    await judge(hub, speaker, SLIGHT)
    await hub.monitoring._async_sweep(time.time() + 2 * 86_400)
    assert hub.monitoring.incident(asset(hub, speaker).id) is None
    assert actions_of(hass)[-1] == "incident_closed"


async def test_a_bad_second_does_not_end_the_watch(
    hub: SecureHub, lab: Lab, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(hub.monitoring.sources, "async_collect", side_effect=ValueError("odd")):
        await eventually(lambda: "watching goes on" in caplog.text, 20)
    caplog.clear()
    many = [replace(SLIGHT, asset=asset(hub, lab.device("tv")).id, subject=str(it)) for it in range(80)]
    seen = [Observation(time.time(), "x", ObservationKind.ALERT)]
    with (
        patch.object(hub.monitoring, "_observe", return_value=many),
        patch.object(hub.monitoring.sources, "async_collect", return_value=seen),
    ):
        await hub.monitoring.async_look()
    assert "80 findings at once" in caplog.text
    assert len([it for it in actions_of(hass) if it == "finding"]) >= 50


async def test_the_button_learns_anew(
    every_entity: None,  # noqa: ARG001 - it is off by default
    hub: SecureHub,
    lab: Lab,
    hass: HomeAssistant,
) -> None:
    one = asset(hub, lab.device("tv"))
    entity_id = er.async_get(hass).async_get_entity_id("button", DOMAIN, f"{one.id}-relearn")
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)
    assert actions_of(hass, one.id)[-1] == "relearn"


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


async def test_all_is_remembered(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    camera = lab.device("camera")
    await judge(hub, camera, replace(GRAVE, severity=Severity.MEDIUM))
    before = hub.monitoring.kept
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    again = await set_up(hass, hub.entry)  # type: ignore[arg-type]  # the fixture's
    assert again.monitoring.kept.incidents.save() == before.incidents.save()
    assert again.monitoring.kept.baselines.save() == before.baselines.save()
    assert anomaly(hass, again, camera) == "on"


async def test_what_cannot_be_read_is_put_aside(
    hub: SecureHub, hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    hass_storage[f"{DOMAIN}.baselines"]["data"]["baselines"] = 5
    again = await set_up(hass, hub.entry)  # type: ignore[arg-type]  # the fixture's
    assert again.monitoring.incidents == []
    assert "baselines_lost" in actions_of(hass)
    assert hass_storage[f"{DOMAIN}.baselines"]["data"]["baselines"]["assets"] == {}


async def test_alerts_of_suricata_are_findings(hub: SecureHub, lab: Lab, hass: HomeAssistant, tmp_path: Path) -> None:
    await known(lab)
    file = tmp_path / "eve.json"
    file.write_text("")
    await hass.config_entries.async_unload(hub.entry.entry_id)
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_EVE_PATH: str(file)})
    again = await set_up(hass, hub.entry)  # type: ignore[arg-type]  # the fixture's
    await again.monitoring.async_look()
    camera = lab.device("camera")
    line = {
        "event_type": "alert",
        "timestamp": dt_util.utcnow().isoformat(),
        "src_ip": camera.ipv4,
        "dest_ip": "203.0.113.9",
        "dest_port": 80,
        "proto": "TCP",
        "alert": {"signature": "ET MALWARE Mirai", "severity": 1},
    }
    with file.open("a") as written:
        written.write(json.dumps(line) + "\n")
    await eventually(lambda: anomaly(hass, again, camera) == "on", 30)
    assert "ET MALWARE Mirai" in evidence(hass, again, camera)

    tv, seen = lab.device("tv"), list[Observation]()
    again.monitoring.listeners.append(seen.extend)
    assert await off_loop(tv.can_reach, lab.internet, timeout=3.0, tcp=443)
    flow = {"bytes_toserver": 7_777, "pkts_toserver": 9, "bytes_toclient": 900, "pkts_toclient": 9, "age": 1}
    with file.open("a") as written:
        for target in (lab.internet.ipv4, "203.0.113.77"):
            ends = {"src_ip": tv.ipv4, "dest_ip": target, "dest_port": 443, "proto": "TCP"}
            told = {**line, **ends, "event_type": "flow", "flow": flow | {"start": line["timestamp"]}}
            written.write(json.dumps(told) + "\n")

    def peers() -> set[str]:
        again.monitoring.sources._connections._next_look = 0.0
        return {it.peer for it in seen if it.sent == 7_777}

    await eventually(peers, 30)
    assert peers() == {"203.0.113.77"}, "the kernel saw the other one"
    file.unlink()
    await again.monitoring.async_look()
    assert not again.monitoring.sources.health[SourceName.SURICATA].active


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


async def test_who_runs_against_the_wall_is_found(hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    await known(lab)
    tv = lab.device("tv")
    await act(hub, tv, "set_permission", scope="internet", decision="deny")
    await hub.monitoring.async_look()
    await hub.traffic.async_read()
    await off_loop(tv.run, "flood", host="203.0.113.9", count=40)
    async with asyncio.timeout(60):
        while anomaly(hass, hub, tv) != "on":
            await hub.traffic.async_read()
            await hub.monitoring.async_look()
    assert "The hub refused " in evidence(hass, hub, tv)


async def test_two_assets_that_turn_out_to_be_one(hub: SecureHub, lab: Lab) -> None:
    camera, tv = asset(hub, lab.device("camera")).id, asset(hub, lab.device("tv")).id
    await judge(hub, lab.device("tv"), replace(SLIGHT, severity=Severity.MEDIUM))
    hub._home = replace(hub.home, merged=((camera, tv),))
    await hub.monitoring.async_look()
    assert hub.monitoring.incident(tv) is None
    assert hub.monitoring.incident(camera) is not None


async def test_a_source_that_fails_says_so_and_is_opened_again(hub: SecureHub, lab: Lab) -> None:
    await known(lab)
    await hub.monitoring.async_look()
    sources = hub.monitoring.sources
    health = sources.health[SourceName.CONNECTIONS]
    assert (health.active, health.reason) == (True, "")
    looking = sources._connections
    broken = NetlinkError(5, "broken")
    with patch("custom_components.secure_hub.adapters.netfilter.sight.connections", side_effect=broken):
        for _ in range(2):
            looking._next_look = 0.0
            await hub.monitoring.async_look()
        assert not health.active
        assert "broken" in health.reason
        looking._next_open = 0.0
        await hub.monitoring.async_look()
        assert not health.active
    looking._next_open = 0.0
    await hub.monitoring.async_look()
    assert health.active


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
