"""The whole way in the virtual home: real packets, a finding, an incident, and what is remembered of it."""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
import time
from typing import Any
from unittest.mock import patch

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_mock_service

from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.const import CONF_EVE_PATH, DOMAIN
from custom_components.secure_hub.engine.detection.findings import FindingKind, Severity
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id, furnish
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.phone import Sell, button
from tests.plugin import actions_of, is_on, journal_of, off_loop, set_up

from .monitored import GRAVE, INCIDENTS, SLIGHT, act, anomaly, asked, evidence, hub_entry, judge, known, of

__all__ = ("hub_entry",)


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
