"""The actions: what automations may ask, what they are told, and what is refused."""

import time
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.services.calls import MAX_REASON
from tests.lab.network.lab import Lab

from .faces import asset, device_id, reaches_the_internet, switch


async def ask(hass: HomeAssistant, action: str, *, context: Context | None = None, **data: Any) -> None:
    """Perform an action of ours as an automation does."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context)


def on(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> set[str]:
    """Return the devices whose switch is on."""
    states = {device.name: hass.states.get(switch(hub, device)) for device in lab.devices}
    return {name for name, state in states.items() if state and state.state == "on"}


async def test_several_devices_are_cut_off_and_let_in_again(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    ids = [device_id(hub, device) for device in (camera, tv)]
    await ask(hass, "quarantine", device_id=ids, reason="scanned the network")
    assert on(hass, hub, lab) == {"camera", "tv"}
    assert not await reaches_the_internet(hass, lab, camera)
    assert not await reaches_the_internet(hass, lab, tv)
    assert await reaches_the_internet(hass, lab, lab.device("plug"))
    state = hass.states.get(switch(hub, tv))
    assert state
    assert state.attributes["reason"] == "scanned the network"

    await ask(hass, "release", device_id=ids[0])
    assert on(hass, hub, lab) == {"tv"}
    assert await reaches_the_internet(hass, lab, camera)


async def test_the_journal_knows_the_reason_and_that_it_was_an_automation(
    hass: HomeAssistant, hub: SecureHub, lab: Lab
) -> None:
    camera = lab.device("camera")
    await ask(hass, "quarantine", device_id=device_id(hub, camera), reason="scanned the network")
    records = (await hub.journal.tail(10, None, lambda it: it.entry.asset_id == asset(hub, camera).id)).records
    decision = next(record.entry for record in records if record.entry.action == "quarantine")
    assert (decision.reason, decision.actor, decision.before, decision.after) == (
        "scanned the network",
        None,
        "admitted",
        "quarantined",
    )


async def test_two_devices_that_are_one_thing_are_one_decision(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, device_registry: dr.DeviceRegistry
) -> None:
    camera = lab.device("camera")
    ids = []
    for domain in ("onvif", "unifi"):
        entry = MockConfigEntry(domain=domain)
        entry.add_to_hass(hass)
        device = device_registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(domain, "camera")},
            connections={(dr.CONNECTION_NETWORK_MAC, camera.mac)},
        )
        ids.append(device.id)
    await hub.async_look()
    await ask(hass, "quarantine", device_id=ids)
    records = (await hub.journal.tail(20, None, lambda it: it.entry.asset_id == asset(hub, camera).id)).records
    assert [record.entry.action for record in records].count("quarantine") == 1
    assert on(hass, hub, lab) == {"camera"}


async def test_a_thousand_devices_are_found_at_once(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, device_registry: dr.DeviceRegistry
) -> None:
    entry = MockConfigEntry(domain="glances")  # computers: known, but not governed, so that they have no entities
    entry.add_to_hass(hass)
    ids = [
        device_registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={("glances", str(number))},
            connections={(dr.CONNECTION_NETWORK_MAC, f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}")},
        ).id
        for number in range(999)
    ]
    await hub.async_look()
    assert len(hub.assets) > len(ids)
    ids.append("the one that is unknown")
    start = time.perf_counter()
    with pytest.raises(ServiceValidationError, match="the one that is unknown"):
        await ask(hass, "quarantine", device_id=ids)
    assert time.perf_counter() - start < 0.1, "a scan for each takes 0.3 s"
    assert on(hass, hub, lab) == set()


async def test_one_unknown_device_refuses_all(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, device_registry: dr.DeviceRegistry
) -> None:
    entry = MockConfigEntry(domain="sun")
    entry.add_to_hass(hass)
    sun = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("sun", "sun")}, entry_type=dr.DeviceEntryType.SERVICE
    )
    head = hub.journal.status.head
    for unknown in ("no such id", sun.id):
        for action in ("quarantine", "release"):
            with pytest.raises(ServiceValidationError, match="is not a device that Secure Hub knows") as refusal:
                await ask(hass, action, device_id=[device_id(hub, lab.device("camera")), unknown])
            assert refusal.value.translation_key == "unknown_device"
            assert refusal.value.translation_placeholders == {"device": unknown}
    assert on(hass, hub, lab) == set()
    assert hub.journal.status.head == head


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_id": []},
        {"device_id": ["x"] * 1001},
        {"device_id": "x", "reason": ""},
        {"device_id": "x", "reason": "x" * (MAX_REASON + 1)},
        {"device_id": "x", "until": "tonight"},
        {"reason": "no device"},
    ],
    ids=["no device", "too many devices", "empty reason", "reason too long", "unknown field", "device missing"],
)
async def test_what_makes_no_sense_is_refused(hass: HomeAssistant, wrong: dict[str, Any]) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    with pytest.raises(vol.Invalid):
        await ask(hass, "quarantine", **wrong)


async def test_the_longest_reason_is_taken(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await ask(hass, "quarantine", device_id=device_id(hub, lab.device("camera")), reason="ü" * MAX_REASON)
    assert on(hass, hub, lab) == {"camera"}


async def test_verifying_answers(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await ask(hass, "quarantine", device_id=device_id(hub, lab.device("camera")))
    answer = await hass.services.async_call(DOMAIN, "verify_journal", {}, blocking=True, return_response=True)
    assert answer == {"ok": True, "records": hub.journal.status.head.seq}


async def test_verifying_names_the_first_break(hass: HomeAssistant, hub: SecureHub) -> None:
    def forge() -> None:
        path = hass.config.path(DOMAIN, "journal.jsonl")
        with open(path, "r+b") as journal:  # noqa: PTH123 - in place
            journal.seek(12)
            journal.write(b"x")

    await hass.async_add_executor_job(forge)
    answer = await hass.services.async_call(DOMAIN, "verify_journal", {}, blocking=True, return_response=True)
    assert answer
    assert answer["ok"] is False
    assert answer["first_break"] == {"line": 1, "kind": "hash"}
    assert hub.journal.status.broken


@pytest.mark.parametrize("action", ["quarantine", "release", "verify_journal"])
async def test_without_a_running_hub_they_say_so(hass: HomeAssistant, hub_entry: MockConfigEntry, action: str) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    hub_entry.add_to_hass(hass)
    data = {} if action == "verify_journal" else {"device_id": "x"}
    with pytest.raises(ServiceValidationError, match="not running") as refusal:
        await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=action == "verify_journal")
    assert refusal.value.translation_key == "not_loaded"
