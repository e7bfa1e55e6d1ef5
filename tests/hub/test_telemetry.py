"""Telemetry in the virtual home: real packets and frames become records that are kept, shown, and sent if chosen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
import json
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.secure_hub.adapters.telemetry.ring import Wanted
from custom_components.secure_hub.const import CONF_TELEMETRY, DOMAIN
from custom_components.secure_hub.engine.assets.model import IdentifierKind
from custom_components.secure_hub.engine.choices import set_permission
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.telemetry.record import Count, Record
from custom_components.secure_hub.hub import SecureHub, telemetry as module
from tests.adapters.telemetry.receiver import receiving
from tests.engine.telemetry.test_record import schema
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, join
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import ENFORCING, NETWORKS, actions_of, journal_of, off_loop, set_up

LATER = 300.0


async def records(hub: SecureHub, asset_id: str) -> list[Record]:
    """End the minutes that are open, and read what was kept of an asset."""
    for later in (LATER, 2 * LATER):  # what is dropped counts into the minute in which that is read
        hub.telemetry.now = lambda later=later: time.time() + later
        await hub.telemetry.async_gather()
    hub.telemetry.now = time.time
    page = await hub.telemetry.async_page(None, Wanted(asset_id), 1000)
    for line in page.lines:
        schema().validate(json.loads(line))
    return [Record.from_line(line) for line in page.lines]


def total(found: list[Record], count: Count) -> int:
    """Add a count up."""
    return sum(it.counts.get(count, 0) for it in found)


def flow(asset_id: str) -> Observation:
    """A conversation of now."""
    now = time.time()
    return Observation(
        now, asset_id, ObservationKind.FLOW, "203.0.113.9", "tcp", 443, outcome=Outcome.ANSWERED, sent=7, name="x.test"
    )


async def test_real_packets_become_records(hub: SecureHub, lab: Lab, config_dir: Path) -> None:
    camera = lab.device("camera")
    own = asset(hub, camera).id
    for device in lab.devices:
        assert await off_loop(lab.hub.ping, device.ipv4, 3.0)
    await hub.monitoring.async_look()
    seen: list[Observation] = []
    hub.monitoring.listeners.append(seen.extend)
    await off_loop(camera.run, "scan", hosts=[lab.internet.ipv4], ports=[4711])
    await eventually(lambda: any(it.kind is ObservationKind.FLOW and it.asset == own for it in seen), 60)
    found = await records(hub, own)
    row = next(row for it in found for row in it.conversations if row.peer == lab.internet.ipv4)
    assert (row.protocol, row.outcome, row.inward, row.begun) == ("tcp", "refused", False, 1)
    assert total(found, Count.PEERS_NEW) >= 1
    files = list((config_dir / "secure_hub" / "telemetry").iterdir())
    assert len(files) == 1
    assert hub.telemetry.status["bytes"] == files[0].stat().st_size > 0

    await hub.async_quarantine(own, actor=None)
    assert not await off_loop(camera.can_reach, lab.internet, timeout=0.4)
    await hub.traffic.async_read()
    assert total(await records(hub, own), Count.DROPPED) > 0


async def test_a_restart_forgets_neither_records_nor_peers(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    own = asset(hub, lab.device("tv")).id
    hub.telemetry.async_take([flow(own)])
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert again is not hub
    again.telemetry.async_take([flow(own)])
    found = await records(again, own)
    assert total(found, Count.BEGUN) == 2, "what was open was written with the stop"
    assert total(found, Count.PEERS_NEW) == 1


async def test_many_are_counted_at_once_and_too_many_are_told(
    hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ENOUGH", 5)
    monkeypatch.setattr(module, "MAX_WAITING", 8)
    one = flow(asset(hub, lab.device("tv")).id)
    hub.telemetry.async_take([one] * 10)
    assert hub.telemetry.status["lost"] == 2
    await eventually(lambda: hub.telemetry._aggregator._open)
    assert total(await records(hub, one.asset), Count.BEGUN) == 8


async def test_a_full_disk_is_told_and_does_not_stop_it(hub: SecureHub, lab: Lab, config_dir: Path) -> None:
    own = asset(hub, lab.device("tv")).id
    told: list[list[Record]] = []
    end = hub.telemetry.async_subscribe(told.append)
    directory = config_dir / "secure_hub" / "telemetry"
    directory.rmdir()
    directory.write_text("in the way")
    hub.telemetry.async_take([flow(own)])
    assert await records(hub, own) == []
    assert "telemetry" in hub.telemetry.status["error"]
    assert [it.asset for it in told[0]] == [own], "whoever listens is told"
    end()
    end()
    directory.unlink()
    directory.mkdir()
    hub.telemetry.async_take([flow(own)])
    assert len(await records(hub, own)) == 1
    assert hub.telemetry.status["error"] == ""
    assert len(told) == 1


@pytest.fixture
async def radio_home(
    bare_kernel: Lab,  # noqa: ARG001 - what the firewall guards
    hass: HomeAssistant,
    zha: ConfigEntry,
    coordinator: VirtualCoordinator,
    hub_entry: MockConfigEntry,
) -> AsyncIterator[tuple[SecureHub, VirtualDevice]]:
    """A hub in a home with a radio and a bulb."""
    bulb = await join(hass, coordinator, zha, ZOO["bulb"])
    yield await set_up(hass, hub_entry), bulb
    await hass.config_entries.async_unload(hub_entry.entry_id)


async def test_real_frames_become_records(
    radio_home: tuple[SecureHub, VirtualDevice], coordinator: VirtualCoordinator
) -> None:
    hub, bulb = radio_home
    own = next(it.id for it in hub.assets.values() if str(bulb.ieee) in it.values(IdentifierKind.IEEE))
    seen: list[Observation] = []
    hub.monitoring.listeners.append(seen.extend)
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: any(it.asset == own and not it.inward for it in seen))
    found = await records(hub, own)
    row = next(row for it in found for row in it.commands if row.cluster == 6 and not row.inward)
    assert (row.command, row.general) == (0x0A, True)
    assert found[0].lqi.frames

    await hub.async_quarantine(own, actor=None)
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: hub.telemetry._drops)
    assert total(await records(hub, own), Count.FRAMES_DROPPED) >= 1


async def share(hub: SecureHub, asset_id: str, decision: Decision) -> None:
    """Say whether an asset's data may leave."""
    rule = partial(set_permission, matcher=Matcher(MatcherKind.ASSET, asset_id), scope=Scope.SHARE, decision=decision)
    await hub.async_decide(partial(rule, actor=None, now=time.time(), rule_id=asset_id))


async def sending(hass: HomeAssistant, **chosen: Any) -> SecureHub:
    """Set a hub up that sends."""
    options = {**ENFORCING, CONF_TELEMETRY: chosen}
    return await set_up(hass, MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=options, version=1))


async def test_what_may_be_shared_is_sent_by_syslog(hass: HomeAssistant, bare_kernel: Lab, tmp_path: Path) -> None:
    async with receiving(tmp_path) as receiver:
        hub = await sending(
            hass,
            sends="everything",
            form="ocsf",
            syslog_host="127.0.0.1",
            syslog_port=receiver.port,
            syslog_ca=receiver.authority,
            syslog_name="the-mill",
        )
        said = next(it for it in journal_of(hass) if it["action"] == "telemetry_leaves")
        assert said["details"] == {"sends": "everything", "to": {"syslog": f"127.0.0.1:{receiver.port}"}}
        camera, tv = (asset(hub, bare_kernel.device(name)).id for name in ("camera", "tv"))
        for one, decision in ((camera, Decision.ALLOW), (tv, Decision.DENY)):
            await share(hub, one, decision)
        hub.telemetry.async_take([flow(camera), flow(tv), flow("gone")])
        assert len(await records(hub, tv)) == 1, "kept at home"
        (message,) = await receiver.wait_for(1)
        assert message.split(b" ")[2] == b"the-mill", "providers tell homes apart by it"
        event = json.loads(message.partition(b" - telemetry - ")[2])
        assert event["class_uid"] == 4001
        assert event["src_endpoint"] == {"uid": camera}
        await eventually(lambda: hub.telemetry.status["outlets"][0]["sent"] == 1)
        assert hub.telemetry.status["outlets"] == [{"name": "syslog", "sent": 1, "waiting": 0, "lost": 0, "error": ""}]
        await hass.config_entries.async_unload(hub.entry.entry_id)
    assert len(receiver.messages) == 1


async def test_numbers_are_sent_by_mqtt(hass: HomeAssistant, bare_kernel: Lab) -> None:
    calls = async_mock_service(hass, "mqtt", "publish")
    hub = await sending(hass, sends="counts", mqtt_topic="home/telemetry")
    camera = asset(hub, bare_kernel.device("camera")).id
    await share(hub, camera, Decision.ALLOW)
    hub.telemetry.async_take([flow(camera), replace(flow(camera), kind=ObservationKind.DNS)])
    assert (await records(hub, camera))[0].conversations
    await eventually(lambda: calls)
    data = dict(calls[0].data)
    assert data["topic"] == f"home/telemetry/{camera}"
    told = json.loads(data["payload"])
    schema().validate(told)
    assert told["bytes"] == {"sent": 7}
    assert "x.test" not in data["payload"]
    assert "203.0.113.9" not in data["payload"]


async def test_a_way_out_that_nobody_takes_is_a_problem(hass: HomeAssistant, bare_kernel: Lab) -> None:
    hub = await sending(hass, sends="counts", syslog_host="127.0.0.1", syslog_port=1)
    camera = asset(hub, bare_kernel.device("camera")).id
    await share(hub, camera, Decision.ALLOW)
    before = hass.states.get("binary_sensor.secure_hub_telemetry")
    assert before is not None
    assert (before.state, before.attributes["syslog"]) == ("off", "ok")
    hub.telemetry.async_take([flow(camera)])
    await records(hub, camera)
    await eventually(lambda: hub.telemetry.failing["syslog"])
    await hub.telemetry._async_tick(dt_util.utcnow())
    await hass.async_block_till_done()
    after = hass.states.get("binary_sensor.secure_hub_telemetry")
    assert after is not None
    assert {key: after.attributes[key] for key in ("storage", "syslog")} == {"storage": "ok", "syslog": "failing"}
    assert after.state == "on"


async def test_nothing_is_sent_by_default(hub: SecureHub, hass: HomeAssistant, lab: Lab) -> None:
    calls = async_mock_service(hass, "mqtt", "publish")
    own = asset(hub, lab.device("camera")).id
    hub.telemetry.async_take([flow(own)])
    await records(hub, own)
    assert hub.telemetry.outlets == ()
    assert not calls
    assert "telemetry_leaves" not in actions_of(hass)


async def test_who_removes_the_hub_removes_it(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, config_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hub.telemetry.async_take([flow(asset(hub, lab.device("camera")).id)])
    directory = config_dir / "secure_hub" / "telemetry"
    await hub.telemetry.async_gather(last=True)
    assert list(directory.iterdir())
    await hass.config_entries.async_remove(hub.entry.entry_id)
    assert not directory.exists()
    directory.mkdir()
    (directory / "0000000001-1763812800.jsonl").mkdir()
    await module.async_remove_telemetry(hass)
    assert "could not be deleted" in caplog.text
