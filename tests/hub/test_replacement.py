"""A new bulb takes the place of an old one; and when something goes wrong, it goes on or back."""

import time

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest

from custom_components.secure_hub.adapters.zha import bonds
from custom_components.secure_hub.adapters.zha.bonds import Bonds
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.zigbee import Binding
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import eventually, settled
from tests.plugin import actions_of
from tests.replacing import House, states


async def is_banned(house: House, coordinator: VirtualCoordinator) -> None:
    """The old one is banned by its name, and comes back in vain."""
    ban = house.hub.radio.memory.bans[str(house.old.ieee)]
    assert (ban.name, ban.reason) == ("Desk lamp", "replaced")
    await coordinator.join(house.old.description, unasked=True)
    await eventually(lambda: house.hub.radio.memory.bans[str(house.old.ieee)].evictions)
    await eventually(lambda: not house.old.joined)


async def test_the_new_one_takes_the_place_of_the_old_one(
    hass: HomeAssistant, house: House, coordinator: VirtualCoordinator
) -> None:
    switch = er.async_get(hass).async_get_entity_id("switch", DOMAIN, f"{house.asset(house.old).id}-quarantine")
    old_id, before = house.asset(house.old).id, states(house)
    new_id = house.asset(house.new).id
    await house.hub.people.async_set_owners(old_id, ["anne"], actor=None)
    baselines = house.hub.monitoring.kept.baselines
    baselines.observe(Observation(time.time(), old_id, ObservationKind.RADIO_FRAME))
    assert baselines.envelope(old_id) is not None
    planned = await house.replace(dry_run=True)
    assert planned["state"] == "planned"
    assert {step["step"] for step in planned["steps"]} == {
        "permissions",
        "owner",
        "behaviour",
        "device",
        "entity",
        "group",
        "binding",
        "retire",
    }
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
        "switch": switch,
    }
    bindings = await house.bonds.async_bindings(str(house.remote.ieee))
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
    before = states(house)
    new_id = house.asset(house.new).id
    await house.hub.people.async_set_owners(house.asset(house.old).id, ["anne"], actor=None)
    planned = await house.replace(dry_run=True)

    async def asleep(_self: Bonds, binding: Binding) -> None:
        raise bonds.BondError(bonds.NO_ANSWER, binding.source)

    with monkeypatch.context() as patched:  # between the plan and the step, the remote fell asleep
        patched.setattr(Bonds, "async_bind", asleep)
        stopped = await house.replace()
    assert (stopped["state"], stopped["error"]) == ("stopped", "zigbee_no_answer")
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
    assert house.direct(house.old) in await house.bonds.async_bindings(str(house.remote.ieee))
    assert not any(i.translation_key == "replacement_stopped" for i in ir.async_get(hass).issues.values())
    with pytest.raises(ServiceValidationError, match="not being replaced"):
        await house.call("roll_back_replacement", old_device_id=house.page(house.old).id)


async def test_what_fails_half_way_goes_on(hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(_self: Bonds, ieee: str, endpoint: int, group: int) -> None:
        raise bonds.BondError(bonds.NO_ANSWER, f"{ieee} {endpoint} {group}")

    with monkeypatch.context() as patched:
        patched.setattr(Bonds, "async_join_group", deaf)
        assert (await house.replace())["state"] == "stopped"
    on = await house.call("resume_replacement", old_device_id=house.page(house.old).id)
    assert on["state"] == "done"
    await settled(hass)
    assert states(house)["in_group"]
    with pytest.raises(ServiceValidationError):
        await house.call("resume_replacement", old_device_id=house.page(house.new).id)


async def test_a_dead_device_is_replaced_too(hass: HomeAssistant, house: House) -> None:
    house.old.powered = False
    done = await house.replace()
    assert done["state"] == "done"
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
