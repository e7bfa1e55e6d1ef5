"""The hub in a running Home Assistant on a real kernel: what people press is what packets meet."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
import errno
from itertools import count
from pathlib import Path
import resource
import shutil
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.secure_hub.adapters import neighbours
from custom_components.secure_hub.adapters.netfilter import backend
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.const import CONF_MODE, CONF_NEWCOMERS, DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.catalogue import DEVICES, DeviceSpec
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import (
    actions_of,
    asset_with,
    connects,
    enforcement,
    is_on,
    journal_of,
    off_loop,
    press,
    reach,
    set_up,
    state_of,
    switch_of,
    take_walls_away,
)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


_NEVER_SEEN = count(0x42)


@pytest.fixture
def newcomer(lab: Lab) -> Iterator[DeviceSpec]:
    """A device that is not there yet; it leaves with the test, but the kernel remembers its address for a while."""
    spec = replace(DEVICES[4], name="newcomer", mac=f"02:00:5e:00:00:{next(_NEVER_SEEN):02x}", hostname="newcomer")
    yield spec
    if any(device.name == spec.name for device in lab.devices):
        lab.power_cut(spec.name)


async def test_what_is_there_at_first_is_admitted(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    await eventually(lambda: all(is_on(hass, hub, device.mac) is False for device in lab.devices))
    assert {"wan4", "wan6", "hub4", "peer4"} <= await reach(lab, lab.device("camera"), 1.5)
    assert enforcement(hass) == "in_sync"
    assert hub.count(Standing.HELD) == hub.count(Standing.QUARANTINED) == 0
    assert actions_of(hass)[:2] == ["journal_started", "first_look"]


async def test_the_switch_cuts_every_packet_and_gives_all_back(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    before = await reach(lab, camera, 1.5)
    admin = await hass.auth.async_create_user("Admin", group_ids=["system-admin"])
    await press(hass, hub, camera.mac, on=True, context=Context(user_id=admin.id))
    assert is_on(hass, hub, camera.mac) is True
    assert await reach(lab, camera) == set()
    assert await connects(tv, lab.internet)
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    decided, enforced = [r for r in journal_of(hass) if r.get("asset_id") == asset.id][-2:]
    assert (decided["action"], decided["actor"], decided["before"], decided["after"]) == (
        "quarantine",
        admin.id,
        "admitted",
        "quarantined",
    )
    assert (enforced["action"], enforced["before"], enforced["after"]) == ("enforced", "open", "quarantined")
    state = state_of(hass, hub, camera.mac)
    assert state is not None
    assert (state.attributes["standing"], state.attributes["reason"]) == ("quarantined", "manual")
    await press(hass, hub, camera.mac, on=False)
    assert is_on(hass, hub, camera.mac) is False
    assert await reach(lab, camera, 1.5) == before
    assert actions_of(hass, asset.id)[-2:] == ["release", "enforced"]


async def test_a_newcomer_is_held_until_somebody_lets_it_in(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, newcomer: DeviceSpec
) -> None:
    device = await off_loop(lab.add_device, newcomer)
    await eventually(lambda: is_on(hass, hub, device.mac), 10)
    assert await reach(lab, device) == set()
    asset = asset_with(hub, device.mac)
    assert asset is not None
    own = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, asset.id), hub.entry.entry_id)
    assert own is not None
    allowing = {"device_id": own.id, "scope": "internet", "decision": "allow"}
    await hass.services.async_call(DOMAIN, "set_permission", allowing, blocking=True)
    verdict = hub.explain(asset.id, Scope.INTERNET)
    assert (verdict.decision, verdict.reason) == (Decision.DENY, "newcomer"), "as the kernel has it"
    assert await reach(lab, device) == set()
    state = state_of(hass, hub, device.mac)
    assert state is not None
    assert state.attributes["standing"] == "held"
    assert hass.states.get("sensor.secure_hub_newcomers_held").state == "1"  # type: ignore[union-attr]

    await press(hass, hub, device.mac, on=False)
    assert is_on(hass, hub, device.mac) is False
    await off_loop(device.join)
    assert await connects(device, lab.internet)
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert again is not hub
    assert is_on(hass, again, device.mac) is False
    assert await connects(device, lab.internet)


async def test_newcomers_are_let_in_where_a_person_chose_so(
    hass: HomeAssistant,
    bare_kernel: Lab,
    hub_entry: MockConfigEntry,
    newcomer: DeviceSpec,
) -> None:
    hub_entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(hub_entry, options={**hub_entry.options, CONF_NEWCOMERS: "allow"})
    hub = await set_up(hass, hub_entry)
    device = await off_loop(bare_kernel.add_device, newcomer)
    await eventually(lambda: is_on(hass, hub, device.mac) is False, 10)
    assert await connects(device, bare_kernel.internet)


@pytest.fixture
def refusing(hub: SecureHub, monkeypatch: pytest.MonkeyPatch) -> SecureHub:
    """A kernel that refuses every change from now on."""

    def refuse(*_: object) -> None:
        raise NetlinkError(errno.EPERM)

    for name in ("load", "change"):
        monkeypatch.setattr(backend.InProcess, name, refuse)
    return hub


async def test_an_enforcer_that_fails_undoes_the_decision(hass: HomeAssistant, lab: Lab, refusing: SecureHub) -> None:
    camera = lab.device("camera")
    asset = asset_with(refusing, camera.mac)
    assert asset is not None
    with pytest.raises(HomeAssistantError) as caught:
        await press(hass, refusing, camera.mac, on=True)
    assert caught.value.translation_key == "firewall_no_permission"
    assert refusing.standing(asset.id) is Standing.ADMITTED
    assert is_on(hass, refusing, camera.mac) is False
    assert actions_of(hass, asset.id)[-2:] == ["quarantine", "decision_failed"]
    assert await connects(camera, lab.internet)


@contextmanager
def full_disk(*paths: str) -> Iterator[None]:
    """Let nothing be written at some paths: a directory that is not empty is in the way."""
    for path in map(Path, paths):
        path.rename(path.with_suffix(".kept"))
        (path / "in the way").mkdir(parents=True)
    try:
        yield
    finally:
        for path in map(Path, paths):
            shutil.rmtree(path)
            path.with_suffix(".kept").rename(path)


async def test_a_decision_that_cannot_be_remembered_is_refused(
    hass: HomeAssistant, hass_storage: dict[str, Any], lab: Lab, hub: SecureHub
) -> None:
    assert not hass_storage, "the stores are files"
    camera = lab.device("camera")
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    with full_disk(hass.config.path(".storage", "secure_hub.policy")):
        with pytest.raises(HomeAssistantError) as caught:
            await press(hass, hub, camera.mac, on=True)
        assert caught.value.translation_key == "store_write_failed"
        assert hub.standing(asset.id) is Standing.ADMITTED
        assert actions_of(hass, asset.id)[-2:] == ["quarantine", "decision_failed"]
        assert await connects(camera, lab.internet)
    await press(hass, hub, camera.mac, on=True)
    assert not await off_loop(camera.can_reach, lab.internet)
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert hub.entry.runtime_data.standing(asset.id) is Standing.QUARANTINED


async def test_a_decision_that_cannot_be_journalled_is_refused(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera = lab.device("camera")
    with full_disk(hass.config.path(DOMAIN, "journal.jsonl")):
        with pytest.raises(HomeAssistantError) as caught:
            await press(hass, hub, camera.mac, on=True)
        assert caught.value.translation_key == "journal_unavailable"
        assert is_on(hass, hub, camera.mac) is False
        assert await connects(camera, lab.internet)


async def test_a_journal_out_of_reach_is_told_once_and_enforcing_goes_on(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, newcomer: DeviceSpec, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with full_disk(hass.config.path(DOMAIN, "journal.jsonl")):
        device = await off_loop(lab.add_device, newcomer)
        await eventually(lambda: is_on(hass, hub, device.mac), 10)
        await hub.async_look()
        assert await reach(lab, device) == set()
        assert caplog.text.count("Not everything could be done") == 1
        with pytest.raises(HomeAssistantError) as caught:
            await hass.services.async_call(DOMAIN, "verify_journal", {}, blocking=True, return_response=True)
        assert caught.value.translation_key == "journal_unavailable"
    await hub.async_look()
    assert caplog.text.count("Everything could be done again") == 1


async def test_a_full_disk_at_the_start_opens_nothing(
    hass: HomeAssistant, hass_storage: dict[str, Any], lab: Lab, hub: SecureHub, newcomer: DeviceSpec
) -> None:
    """After a restart of the machine, when the kernel knows nothing either."""
    assert not hass_storage, "the stores are files"
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    take_walls_away()
    await off_loop(lab.add_device, newcomer)
    stores = [hass.config.path(".storage", f"secure_hub.{room}") for room in ("policy", "assets")]
    kept = [await off_loop(Path(path).read_bytes) for path in stores]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        await hass.config_entries.async_setup(hub.entry.entry_id)
        await hass.async_block_till_done()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await reach(lab, camera) == set()
    assert await connects(lab.device("tv"), lab.internet)
    assert [await off_loop(Path(path).read_bytes) for path in stores] == kept


async def refused(hass: HomeAssistant, hub: SecureHub, mac: str) -> str | None:
    """Why the red button does not work."""
    with pytest.raises(ServiceValidationError) as caught:
        await press(hass, hub, mac, on=True)
    assert is_on(hass, hub, mac) is False
    return caught.value.translation_key


async def test_the_machine_of_an_administrator_is_not_cut_off(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    tv = lab.device("tv")
    user = MockUser(is_owner=True).add_to_hass(hass)
    token = await hass.auth.async_create_refresh_token(user, "http://localhost/")
    hass.auth.async_create_access_token(token, tv.ipv4)
    assert await refused(hass, hub, tv.mac) == "protected_is_admin_machine"
    assert await connects(tv, lab.internet)
    # Nor is it cut off by becoming one after it was: the next look lets it go.
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    hass.auth.async_create_access_token(token, camera.ipv4)
    await hub.async_look()
    assert await connects(camera, lab.internet)
    assert is_on(hass, hub, camera.mac) is False


async def test_gateway_and_name_server_are_not_cut_off(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    speaker, plug = lab.device("speaker"), lab.device("plug")
    resolv = tmp_path / "resolv.conf"
    await off_loop(resolv.write_text, f"nameserver {speaker.ipv4}\n")
    monkeypatch.setattr(neighbours, "_RESOLV_CONF", resolv)
    await off_loop(lab.hub.agent.call, "ip", lines=[f"route add 10.99.0.0/16 via {plug.ipv4}"])
    try:
        for device, reason in ((plug, "is_gateway"), (speaker, "is_dns")):
            await off_loop(lab.hub.ping, device.ipv4)
            await hub.async_look()
            await eventually(lambda device=device: device.mac in hub.home.environment.macs)
            assert await refused(hass, hub, device.mac) == f"protected_{reason}"
    finally:
        await off_loop(lab.hub.agent.call, "ip", lines=["route del 10.99.0.0/16"])


async def test_this_machine_is_not_cut_off(hass: HomeAssistant, hub: SecureHub) -> None:
    entry = MockConfigEntry(domain="reolink", title="Cameras")
    entry.add_to_hass(hass)
    connections = {(dr.CONNECTION_NETWORK_MAC, "02:66:00:00:00:01")}
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, connections=connections)
    await eventually(lambda: hub.asset_of_device(device.id))
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device.id}, blocking=True)
    assert caught.value.translation_key == "protected_is_hub"


async def test_what_nobody_knows_is_refused(hub: SecureHub) -> None:
    for decide in (hub.async_quarantine, hub.async_release):
        with pytest.raises(ServiceValidationError) as caught:
            await decide("0" * 32, actor=None)
        assert caught.value.translation_key == "unknown_asset"


async def test_watching_cuts_nobody_off(hass: HomeAssistant, lab: Lab, hub: SecureHub, newcomer: DeviceSpec) -> None:
    await press(hass, hub, lab.device("camera").mac, on=True)
    flow = await hass.config_entries.options.async_init(hub.entry.entry_id)
    await hass.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "decisions"})
    await hass.config_entries.options.async_configure(flow["flow_id"], {CONF_MODE: "monitor", CONF_NEWCOMERS: "hold"})
    await hass.async_block_till_done()
    watching: SecureHub = hub.entry.runtime_data
    assert enforcement(hass) == "monitoring"
    assert await refused(hass, watching, lab.device("tv").mac) == "monitor_mode"
    device = await off_loop(lab.add_device, newcomer)
    assert await connects(device, lab.internet)
    assert await connects(lab.device("camera"), lab.internet)
    assert watching.standing(asset_with(watching, lab.device("camera").mac).id) is Standing.QUARANTINED  # type: ignore[union-attr]


async def test_who_cannot_be_cut_off_is_told_why(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    """One without an address, one that nobody saw, one on a network that is not guarded."""
    camera_of = MockConfigEntry(domain="reolink", title="Cameras")
    camera_of.add_to_hass(hass)
    devices = dr.async_get(hass)
    await off_loop(lab.hub.ping, lab.laptop.ipv4)
    laptop = (await off_loop(lab.hub.neighbours))[lab.laptop.ipv4]
    expected = {"no_mac": None, "not_seen": "02:00:5e:00:00:77", "not_guarded": laptop}
    for reason, mac in expected.items():
        device = devices.async_get_or_create(
            config_entry_id=camera_of.entry_id,
            identifiers={("reolink", reason)},
            connections={(dr.CONNECTION_NETWORK_MAC, mac)} if mac else set(),
            name=reason,
        )
        await eventually(lambda device=device: hub.asset_of_device(device.id))
        asset = hub.asset_of_device(device.id)
        assert asset is not None
        await eventually(lambda reason=reason, asset=asset: hub.coverage(asset.id).reason == reason)
        with pytest.raises(ServiceValidationError) as caught:
            await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device.id}, blocking=True)
        assert caught.value.translation_key == reason


async def test_two_decisions_at_once_are_carried_out_one_after_the_other(
    hass: HomeAssistant, lab: Lab, hub: SecureHub
) -> None:
    macs = [device.mac for device in lab.devices]
    await asyncio.gather(*(press(hass, hub, mac, on=True) for mac in macs))
    assert all(is_on(hass, hub, mac) for mac in macs)
    order = [record["asset_id"] for record in journal_of(hass) if record["action"] in {"quarantine", "enforced"}]
    assert order[0::2] == order[1::2]
    assert len(set(order)) == len(macs)
    await asyncio.gather(*(press(hass, hub, macs[0], on=on) for on in (False, True, False)))
    assert is_on(hass, hub, macs[0]) is False
    assert await connects(lab.devices[0], lab.internet)


async def test_a_change_during_a_look_is_looked_at_too(
    hass: HomeAssistant, hub: SecureHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look of a large home takes longer than changes are gathered for."""
    devices, entry = dr.async_get(hass), MockConfigEntry(domain="reolink", title="Cameras")
    entry.add_to_hass(hass)
    slow = asyncio.Event()
    record = hub.journal.record

    async def recording(*arguments: Any, **options: Any) -> Any:
        slow.set()
        await asyncio.sleep(1.5)
        return await record(*arguments, **options)

    monkeypatch.setattr(hub.journal, "record", recording)
    made = [devices.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("reolink", "1")}, name="One")]
    await slow.wait()
    made.append(devices.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("reolink", "2")}, name="Two"))
    await eventually(lambda: all(hub.asset_of_device(device.id) for device in made), 8)


async def test_a_device_without_power_keeps_its_switch(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    """It is quarantined while it is away, over a restart too, and cut off before its first packet."""
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    entity_id = switch_of(hass, hub, camera.mac)
    spec = await off_loop(lab.power_cut, "camera")
    await off_loop(lab.hub.agent.call, "ip", lines=["neigh flush dev br-iot"])  # what time does
    try:
        await eventually(lambda: not asset_with(hub, camera.mac).sightings, 15)  # type: ignore[union-attr]
        assert is_on(hass, hub, camera.mac) is True
        assert await hass.config_entries.async_reload(hub.entry.entry_id)
        await hass.async_block_till_done()
        hub = hub.entry.runtime_data
        assert is_on(hass, hub, camera.mac) is True
        assert switch_of(hass, hub, camera.mac) == entity_id
    finally:
        camera = await off_loop(lab.add_device, spec, 1.0)
    assert await reach(lab, camera) == set()
    await eventually(lambda: asset_with(hub, camera.mac).sightings, 15)  # type: ignore[union-attr]
    await press(hass, hub, camera.mac, on=False)
    await off_loop(camera.join)
    assert await connects(camera, lab.internet)
