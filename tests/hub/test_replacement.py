"""A new bulb takes the place of an old one; and when something goes wrong, it goes on or back."""

import asyncio
from contextlib import suppress
import time

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest

from custom_components.secure_hub.adapters.manifest_store import Imported, Kept
from custom_components.secure_hub.adapters.zha.links import ZigbeeLinks
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.radio.links import Link
from custom_components.secure_hub.engine.replacement.model import StepKind
from custom_components.secure_hub.engine.replacement.progress import State
from custom_components.secure_hub.hub.replacement import INTERRUPTED
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import eventually, gateway_of, settled
from tests.plugin import actions_of
from tests.replacing import DIM, DUSK, GROUP, House, fall_silent, states


async def is_banned(house: House, coordinator: VirtualCoordinator) -> None:
    """The old one is banned by its name, and comes back in vain."""
    ban = house.hub.radio.memory.bans[str(house.old.ieee)]
    assert (ban.name, ban.reason) == ("Desk lamp", "replaced")
    await coordinator.join(house.old.description, unasked=True)
    await eventually(lambda: house.hub.radio.memory.bans[str(house.old.ieee)].evictions)
    await eventually(lambda: not house.old.joined)


async def becomes_a_guest_with_a_manifest(house: House) -> float:
    """The old one is a guest, and its maker says what it needs; until when, in seconds since the epoch."""
    old_id, leaves = house.asset(house.old).id, time.time() + 86_400
    await house.hub.people.async_welcome(old_id, until=leaves, actor=None)
    counts = Imported("https://lamps.example/desk.json", "Lamps Ltd.", "inline", "", "", time.time())
    await house.hub.manifests._async_keep(Kept({old_id: counts}))
    return leaves


async def test_the_new_one_takes_the_place_of_the_old_one(
    hass: HomeAssistant, house: House, coordinator: VirtualCoordinator
) -> None:
    switch = er.async_get(hass).async_get_entity_id("switch", DOMAIN, f"{house.asset(house.old).id}-quarantine")
    old_id, before = house.asset(house.old).id, states(house)
    new_id = house.asset(house.new).id
    await house.hub.people.async_set_owners(old_id, users=["anne"], actor=None)
    leaves = await becomes_a_guest_with_a_manifest(house)
    baselines = house.hub.monitoring.kept.baselines
    baselines.observe(Observation(time.time(), old_id, ObservationKind.RADIO_FRAME))
    assert baselines.envelope(old_id) is not None
    planned = await house.replace(dry_run=True)
    assert planned["state"] == "planned"
    assert {step["step"] for step in planned["steps"]} == set(StepKind)
    assert planned["not_carried_over"] == []
    assert states(house) == before, "a dry run changes nothing"

    done = await house.replace()
    assert (done["state"], done["error"]) == ("done", None)
    await settled(hass)
    assert states(house) == {
        "name": "Desk lamp",
        "area": "attic",
        "light": ("light.desk", "Desk", "mdi:desk-lamp"),
        "may_report": False,
        "in_group": True,
        "scenes": {(GROUP, DUSK): DIM},
        "manifest": "Lamps Ltd.",
        "guest_until": leaves,
        "switch": switch,
    }
    await gateway_of(hass).application_controller.groups[GROUP].endpoint.scenes.recall(GROUP, DUSK)
    await eventually(lambda: house.new.read("level", "current_level") == 0x20)
    bindings = await house.links.read_bindings(str(house.remote.ieee))
    assert house.direct(house.new) in bindings
    assert not any(binding.target == str(house.old.ieee) for binding in bindings)
    assert house.hub.people.ownership.of(new_id) == {"anne"}
    assert baselines.envelope(new_id) is not None
    await eventually(lambda: not house.old.joined)
    await is_banned(house, coordinator)
    await eventually(lambda: old_id not in house.hub.assets or not house.hub.assets[old_id].sightings)
    told = actions_of(hass, old_id)
    assert told.count("replace_done") == done["done"]
    assert "replace_begun" in told
    assert not house.hub.replacements.under_way


async def test_what_fails_half_way_goes_back_exactly(
    hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await becomes_a_guest_with_a_manifest(house)
    await house.links.give(Link(str(house.new.ieee), 1, group=GROUP))
    house.new.servers[1].scenes[GROUP, DUSK] = b"\x00\x00\x00\x06\x00\x01\x00"
    before = states(house)
    new_id = house.asset(house.new).id
    await house.hub.people.async_set_owners(house.asset(house.old).id, users=["anne"], actor=None)
    planned = await house.replace(dry_run=True)

    with monkeypatch.context() as patched:  # between the plan and the step, the remote fell asleep
        fall_silent(patched, membership=False)
        stopped = await house.replace()
    assert (stopped["state"], stopped["error"]) == ("stopped", "device_silent")
    assert stopped["done"] == len(planned["steps"]) - 2
    assert states(house)["light"][0] == "light.desk"
    assert house.hub.people.ownership.of(new_id) == {"anne"}
    old_id = house.asset(house.old).id
    issue = next(i for i in ir.async_get(hass).issues.values() if i.translation_key == "replacement_stopped")
    assert issue.is_fixable
    with pytest.raises(ServiceValidationError, match="already"):
        await house.replace()

    # Home Assistant starts again in the middle
    assert await hass.config_entries.async_reload(house.hub.entry.entry_id)
    await hass.async_block_till_done()
    house.hub = house.hub.entry.runtime_data
    assert old_id in house.hub.replacements.under_way

    back = await house.call("roll_back_replacement", old_device_id=house.page(house.old).id)
    assert back["state"] == "rolled_back"
    await hass.async_block_till_done()
    assert states(house) == before
    assert not house.hub.people.ownership.of(new_id)
    assert house.light(house.old) == "light.desk"
    assert house.direct(house.old) in await house.links.read_bindings(str(house.remote.ieee))
    assert not any(i.translation_key == "replacement_stopped" for i in ir.async_get(hass).issues.values())
    with pytest.raises(ServiceValidationError, match="not being replaced"):
        await house.call("roll_back_replacement", old_device_id=house.page(house.old).id)


async def test_what_fails_half_way_goes_on(hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        fall_silent(patched, membership=True)
        assert (await house.replace())["state"] == "stopped"
    on = await house.call("resume_replacement", old_device_id=house.page(house.old).id)
    assert on["state"] == "done"
    await settled(hass)
    assert states(house)["in_group"]
    with pytest.raises(ServiceValidationError):
        await house.call("resume_replacement", old_device_id=house.page(house.new).id)


@pytest.mark.parametrize("way", ["resume_replacement", "roll_back_replacement"])
async def test_a_crash_in_the_middle_of_a_step_is_said_and_goes_on_or_back(
    hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Who dies writes nothing more: on the disk is what was done before the step."""
    before, old_id, reached = states(house), house.asset(house.old).id, asyncio.Event()

    async def dies(_links: ZigbeeLinks, _link: Link) -> None:
        reached.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(ZigbeeLinks, "give", dies)
        dying = hass.async_create_task(house.replace())
        await asyncio.wait_for(reached.wait(), 30.0)
        dying.cancel()
        with suppress(asyncio.CancelledError):
            await dying
        assert await hass.config_entries.async_reload(house.hub.entry.entry_id)
        await hass.async_block_till_done()
    house.hub = house.hub.entry.runtime_data
    found = house.hub.replacements.under_way[old_id]
    assert (found.state, found.error) == (State.STOPPED, INTERRUPTED)
    assert any(i.translation_key == "replacement_stopped" for i in ir.async_get(hass).issues.values())

    after = await house.call(way, old_device_id=house.page(house.old).id)
    await settled(hass)
    if way == "resume_replacement":
        assert after["state"] == "done"
        assert states(house)["in_group"]
        assert states(house)["light"][0] == "light.desk"
    else:
        assert after["state"] == "rolled_back"
        assert states(house) == before
    assert not house.hub.replacements.under_way


async def test_a_dead_device_is_replaced_too(hass: HomeAssistant, house: House) -> None:
    house.old.powered = False
    done = await house.replace()
    assert done["state"] == "done"
    assert done["not_carried_over"] == [{"reason": "scenes_unread", "subject": ""}]
    await settled(hass)
    assert states(house)["light"][0] == "light.desk"
    assert states(house)["in_group"]
    registry = dr.async_get(hass)
    await eventually(
        lambda: registry.async_get_device_by_identifier(("zha", str(house.old.ieee)), house.zha.entry_id) is None
    )


async def test_what_makes_no_sense_is_refused(hass: HomeAssistant, house: House) -> None:
    bulb, remote = house.page(house.old).id, house.page(house.remote).id
    coordinator = next(
        device.id
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), house.zha.entry_id)
        if device.model == "ziggurat" or device.name == "Zigbee Coordinator" or "oordinator" in (device.name or "")
    )
    for old, new, key in (
        (bulb, bulb, "replace_same_device"),
        (bulb, remote, "replace_another_kind"),
        (coordinator, bulb, "replace_protected"),
        (bulb, "nobody", "unknown_device"),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await house.call("replace_device", old_device_id=old, new_device_id=new)
        assert refused.value.translation_key == key
    assert not house.hub.replacements.under_way


async def test_what_a_quarantine_took_away_is_carried_over_too(hass: HomeAssistant, house: House) -> None:
    old = house.asset(house.old)
    await house.hub.async_quarantine(old.id, actor=None)
    await eventually(lambda: not house.old.in_group(GROUP) and house.direct(house.old) in house.hub.isolation.taken)
    await eventually(lambda: not house.hub.isolation.pending([str(house.old.ieee)]))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(house.hub.radio, "async_ban", refuses_to_ban)
        stopped = await house.replace()
    assert (stopped["state"], stopped["not_carried_over"]) == ("stopped", [])
    assert house.new.in_group(GROUP)
    assert house.new.servers[1].scenes == {(GROUP, DUSK): DIM}
    assert await commanded(house) == [house.direct(house.new)]
    back = await house.call("roll_back_replacement", old_device_id=house.page(house.old).id)
    assert back["state"] == "rolled_back"
    assert await commanded(house) == [], "the old one is cut off still"
    await house.hub.async_release(old.id, actor=None)
    await eventually(lambda: house.old.in_group(GROUP))
    await eventually(lambda: not house.hub.isolation.taken)
    assert await commanded(house) == [house.direct(house.old)]
    assert house.old.servers[1].scenes == {(GROUP, DUSK): DIM}
    await settled(hass)


async def commanded(house: House) -> list[Link]:
    """Bindings by which the remote commands others than the coordinator."""
    found = await house.links.read_bindings(str(house.remote.ieee))
    return [link for link in found if link.target != house.links.coordinator]


async def refuses_to_ban(*_: object, **__: object) -> None:
    msg = "not now"
    raise HomeAssistantError(msg)
