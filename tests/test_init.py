"""The life of the integration: set up, unloaded, reloaded, restarted, removed, refused."""

import asyncio
from contextlib import suppress
import gc
from pathlib import Path
import shutil
import threading
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.secure_hub.adapters.netfilter import backend
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.const import CONF_MODE, DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import (
    ENFORCING,
    NETWORKS,
    actions_of,
    asset_with,
    connects,
    is_on,
    journal_of,
    off_loop,
    our_tables,
    press,
    set_up,
    tables,
    take_walls_away,
)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


def files_in(config_dir: Path) -> set[str]:
    """What is ours in a configuration directory: the journal's directory, and stores."""
    return {path.name for path in (*config_dir.glob("secure_hub*"), *config_dir.glob(".storage/secure_hub*"))}


def open_files() -> list[str]:
    """What the descriptors of this process name, but for sockets and pipes only their kind."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one by which this is read
            found.append(str(descriptor.readlink()).partition(":")[0])
    return sorted(found)


async def test_unloading_lets_go_of_everything_but_the_wall(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    entry, camera = hub.entry, lab.device("camera")
    await press(hass, hub, camera.mac, on=True)

    async def held() -> tuple[int, list[str], set[str], dict[Any, int]]:
        await hass.async_block_till_done(wait_background_tasks=True)
        gc.collect()
        threads = {thread.name for thread in threading.enumerate() if not thread.name.startswith("SyncWorker")}
        tasks = {task.get_name() for task in asyncio.all_tasks() if DOMAIN in task.get_name()}
        listeners = dict(hass.bus.async_listeners())
        listeners.pop(EVENT_HOMEASSISTANT_FINAL_WRITE, None)  # Home Assistant's own stores that wait to be written
        return len(tasks), open_files(), threads, listeners

    assert await hass.config_entries.async_unload(entry.entry_id)
    nothing = await held()
    assert not any("nftables" in name for name in nothing[2])
    for _ in range(3):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert await held() == nothing
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert not await off_loop(camera.can_reach, lab.internet)
    assert not await off_loop(camera.can_reach, lab.device("tv"))
    assert await connects(lab.device("tv"), lab.internet)


async def test_a_stopped_hub_does_nothing_more(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    """What was waiting while it stopped neither opens the kernel again nor is taken for done."""
    camera, speaker = lab.device("camera"), lab.device("speaker")
    assets = [asset for device in (camera, speaker) if (asset := asset_with(hub, device.mac))]
    results = await asyncio.gather(
        hub.async_quarantine(assets[0].id, actor=None),
        hub.async_look(),
        hass.config_entries.async_unload(hub.entry.entry_id),
        hub.async_quarantine(assets[1].id, actor=None),
        return_exceptions=True,
    )
    assert list(results[:3]) == [None, None, True]
    with pytest.raises(ServiceValidationError) as caught:
        await hub.async_quarantine(assets[1].id, actor=None)
    assert caught.value.translation_key == "not_loaded"
    await hub.async_look()
    assert not any("nftables" in thread.name for thread in threading.enumerate())
    is_done = results[3] is None
    assert ("enforced" in actions_of(hass, assets[1].id)) is is_done
    assert await off_loop(speaker.can_reach, lab.internet) is not is_done
    assert not await off_loop(camera.can_reach, lab.internet)


async def test_reloading_reads_back_what_stands(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    session = lab.device("tv").open_session(lab.internet)
    before = asset_with(hub, camera.mac)
    assert before is not None
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert is_on(hass, again, camera.mac) is True
    after = asset_with(again, camera.mac)
    assert after is not None
    assert after.id == before.id
    assert not await off_loop(camera.can_reach, lab.internet)
    assert await off_loop(session.alive_within, 2.0)
    session.close()
    await press(hass, again, camera.mac, on=False)
    assert await connects(camera, lab.internet)


async def test_a_crash_forgets_nothing(hass: HomeAssistant, lab: Lab, hub: SecureHub, tmp_path: Path) -> None:
    """Another Home Assistant starts from the files as they lay in the middle of the first one's life."""
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    crashed = tmp_path / "crashed"
    await off_loop(shutil.copytree, hass.config.config_dir, crashed)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    for is_wall_gone in (False, True):
        if is_wall_gone:  # the whole machine crashed
            take_walls_away()
        async with async_test_home_assistant(config_dir=str(crashed)) as other:
            entry = MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=ENFORCING, version=1)
            other.data.pop("custom_components", None)
            again = await set_up(other, entry)
            assert is_on(other, again, camera.mac) is True
            assert again.standing(asset.id) is Standing.QUARANTINED
            assert not await off_loop(camera.can_reach, lab.internet)
            assert await connects(lab.device("tv"), lab.internet)
            verification = await again.async_verify_journal()
            assert verification.ok
            assert await other.config_entries.async_unload(entry.entry_id)
            await other.async_stop(force=True)


async def test_nothing_holds_home_assistant_up_when_it_stops(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    """It unloads nothing then, and waits 10 s for a thread that was left behind."""
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    assert "secure_hub_nftables_0" in {thread.name for thread in threading.enumerate()}
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("secure_hub")]
    assert not await connects(camera, lab.internet)


async def test_removal_leaves_the_journal_and_what_is_not_ours(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, config_dir: Path
) -> None:
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    assert our_tables()
    await hass.config_entries.async_remove(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert our_tables() == set()
    assert "ip lab_nat" in tables()
    assert await connects(camera, lab.internet)
    assert files_in(config_dir) == {"secure_hub"}
    assert "quarantine" in actions_of(hass)
    assert not [device for device in dr.async_get(hass).devices if device.config_entry_id == hub.entry.entry_id]
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    # Who comes back begins anew, with a journal that goes on.
    entry = MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=ENFORCING, version=1)
    again = await set_up(hass, entry)
    assert again.count(Standing.ADMITTED) == len(again.assets)
    assert again.journal.status.broken is None


async def test_a_removal_that_the_kernel_refuses_forgets_all_the_same(
    hass: HomeAssistant,
    hub: SecureHub,
    config_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused = Capabilities(reason="firewall_no_permission", detail="not permitted")
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    monkeypatch.setattr(backend, "probe", lambda: refused)
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    await hass.config_entries.async_remove(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert files_in(config_dir) == {"secure_hub"}
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    assert "firewall_no_permission" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(("version", "minor"), [(2, 1), (1, 2)])
@pytest.mark.usefixtures("bare_kernel")
async def test_settings_of_a_newer_version_are_refused_and_left_alone(
    hass: HomeAssistant, config_dir: Path, version: int, minor: int
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=ENFORCING, version=version, minor_version=minor)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert (entry.version, entry.minor_version, entry.data, entry.options) == (version, minor, NETWORKS, ENFORCING)
    assert our_tables() == set()
    assert files_in(config_dir) == set()


async def test_a_machine_without_rights_says_so(
    hass: HomeAssistant, bare_kernel: Lab, hub_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Capabilities(reason="firewall_no_permission", detail="not permitted")
    monkeypatch.setattr(backend, "probe", lambda: refused)
    hub = await set_up(hass, hub_entry)
    state = hass.states.get("sensor.secure_hub_enforcement")
    assert state is not None
    assert state.state == "unavailable"
    assert ir.async_get(hass).async_get_issue(DOMAIN, "firewall_no_permission") is not None
    camera = bare_kernel.device("camera")
    assert is_on(hass, hub, camera.mac) is False
    with pytest.raises(ServiceValidationError) as caught:
        await press(hass, hub, camera.mac, on=True)
    assert caught.value.translation_key == "firewall_no_permission"
    assert "enforced" not in actions_of(hass)
    # With the right given, a reload is enough.
    monkeypatch.undo()
    assert await hass.config_entries.async_reload(hub_entry.entry_id)
    await hass.async_block_till_done()
    assert ir.async_get(hass).async_get_issue(DOMAIN, "firewall_no_permission") is None
    await press(hass, hub_entry.runtime_data, camera.mac, on=True)
    assert not await off_loop(camera.can_reach, bare_kernel.internet)


async def test_watching_needs_no_rights_and_says_nothing(
    hass: HomeAssistant, bare_kernel: Lab, hub_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Capabilities(reason="firewall_no_permission", detail="not permitted")
    monkeypatch.setattr(backend, "probe", lambda: refused)
    hub_entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(hub_entry, options={**ENFORCING, CONF_MODE: "monitor"})
    hub = await set_up(hass, hub_entry)
    assert asset_with(hub, bare_kernel.device("camera").mac) is not None
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    assert our_tables() == set()


async def test_a_device_is_deleted_by_hand_only_when_it_is_gone(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    camera = lab.device("camera")
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    devices = dr.async_get(hass)
    own = devices.async_get_device_by_identifier((DOMAIN, asset.id), hub.entry.entry_id)
    assert own is not None
    ours = {"type": "config/device_registry/remove_config_entry", "config_entry_id": hub.entry.entry_id}
    await press(hass, hub, camera.mac, on=True)
    spec = lab.power_cut("camera")
    try:
        hub_device = devices.async_get_device_by_identifier((DOMAIN, hub.entry.entry_id), hub.entry.entry_id)
        assert hub_device is not None
        for device in (own, hub_device):  # one that is there, and the hub itself
            await client.send_json_auto_id({**ours, "device_id": device.id})
            assert not (await client.receive_json())["success"]
        await off_loop(lab.hub.agent.call, "ip", lines=["neigh flush dev br-iot"])
        await eventually(lambda: not hub.assets[asset.id].sightings, 15)
        await client.send_json_auto_id({**ours, "device_id": own.id})  # gone, but quarantined
        assert not (await client.receive_json())["success"]
        await hub.async_release(asset.id, actor=None)
        await client.send_json_auto_id({**ours, "device_id": own.id})
        answer = await client.receive_json()
        assert answer["success"], answer
        await hass.async_block_till_done()
        assert asset.id not in hub.assets
        assert asset.id not in hub.policy.admitted
        assert asset.id not in hub.home.plan.members
        assert journal_of(hass)[-1]["action"] in {"assets_gone", "enforced"}
        assert devices.async_get(own.id) is None
        assert await hub.async_forget(asset.id)
    finally:
        camera = await off_loop(lab.add_device, spec, 1.0)
    # Who was forgotten and comes back is a newcomer.
    await eventually(lambda: is_on(hass, hub, camera.mac), 10)
    await press(hass, hub, camera.mac, on=False)
    await off_loop(camera.join)
