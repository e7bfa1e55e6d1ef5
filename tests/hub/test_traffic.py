"""Data sent today: what the kernel counted, shown by a sensor that is there for who wants it."""

from datetime import timedelta
from functools import partial
import json
from pathlib import Path
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.choices import set_limit
from custom_components.secure_hub.engine.policy.limits import Limit, Limited
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.traffic import INTERVAL
from tests.faces import asset, device_id
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import actions_of, connects, set_up, ticked


def sensor(hass: HomeAssistant, hub: SecureHub, device: Device) -> State:
    """What a device sent today."""
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{asset(hub, device).id}-sent")
    assert entity_id
    state = hass.states.get(entity_id)
    assert state
    return state


async def a_minute_later(hass: HomeAssistant) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + INTERVAL + timedelta(seconds=1))
    await ticked(hass)


async def test_off_by_default_and_there_once_switched_on(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """What is off is left out when the hub is loaded anew, what is on again is not."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{asset(hub, lab.device('camera')).id}-sent")
    assert entity_id
    entry = registry.async_get(entity_id)
    assert entry
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    for disabler in entry.disabled_by, None:
        registry.async_update_entity(entity_id, disabled_by=disabler)
        assert await hass.config_entries.async_reload(hub.entry.entry_id)
        shown = hass.states.get(entity_id)
        assert (shown is None) is (disabler is not None)
    assert shown
    assert float(shown.state) >= 0


@pytest.mark.usefixtures("every_entity")
async def test_what_was_sent_shows_within_a_minute_and_survives_a_restart(
    hass: HomeAssistant, hub: SecureHub, lab: Lab
) -> None:
    camera = lab.device("camera")
    before = float(sensor(hass, hub, camera).state)
    assert await connects(camera, lab.internet)
    await a_minute_later(hass)
    state = sensor(hass, hub, camera)
    assert float(state.state) > before
    assert state.attributes["received_bytes"] > 0
    assert state.attributes["refused_packets"] == 0
    assert state.state_info
    assert {"received_bytes", "refused_packets", "refused_bytes"} <= state.state_info["unrecorded_attributes"]

    used = hub.traffic.use(asset(hub, camera).id)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    assert await connects(camera, lab.internet)
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    now = again.traffic.use(asset(again, camera).id)
    assert now.sent_bytes > used.sent_bytes, "what was sent while nobody looked is counted too"
    await again.traffic.async_stop()
    await again.traffic.async_stop()


async def test_refused_packets_are_told(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await hub.async_quarantine(asset(hub, camera).id, actor=None)
    assert not await hass.async_add_executor_job(camera.can_reach, lab.internet)
    await hub.traffic.async_read()
    assert hub.traffic.use(asset(hub, camera).id).refused > 0


@pytest.mark.usefixtures("every_entity")
async def test_a_new_day_begins_at_nothing(hub: SecureHub, lab: Lab, freezer: FrozenDateTimeFactory) -> None:
    camera = lab.device("camera")
    assert await connects(camera, lab.internet)
    await hub.traffic.async_read()
    sent = hub.traffic.use(asset(hub, camera).id).sent_bytes
    assert sent > 0
    freezer.tick(timedelta(days=1))
    await hub.traffic.async_read()
    assert hub.traffic.use(asset(hub, camera).id).sent_bytes < sent


async def test_what_cannot_be_read_is_put_aside_and_counting_begins_anew(
    hass: HomeAssistant,
    bare_kernel: Lab,
    hub_entry: MockConfigEntry,
    hass_storage: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = Path(hass.config.path(".storage", f"{DOMAIN}.traffic"))

    def write() -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"version": 1, "minor_version": 1, "key": path.name, "data": {"day": 3}}))

    hass_storage.clear()
    await hass.async_add_executor_job(write)
    hass_storage[f"{DOMAIN}.traffic"] = {"version": 1, "minor_version": 1, "key": path.name, "data": {"day": 3}}
    hub = await set_up(hass, hub_entry)
    assert "Counting begins anew" in caplog.text
    assert hub.traffic.use(asset(hub, bare_kernel.device("camera")).id).sent == 0


async def limit(hass: HomeAssistant, hub: SecureHub, device: Device, **data: float) -> dict[str, str]:
    """Limit a device, as an automation does, and give what is said of its limits."""
    what: dict[str, Any] = {"device_id": device_id(hub, device), **data}
    answer = await hass.services.async_call(DOMAIN, "set_limit", what, blocking=True, return_response=True)
    assert answer
    told: dict[str, str] = answer["assets"][asset(hub, device).id]  # type: ignore[index,call-overload,assignment]
    assert told.pop("name")
    return told


def event_of(hass: HomeAssistant, hub: SecureHub, device: Device) -> State | None:
    """The security event of a device."""
    entity_id = er.async_get(hass).async_get_entity_id("event", DOMAIN, f"{asset(hub, device).id}-security")
    return hass.states.get(entity_id) if entity_id else None


@pytest.mark.usefixtures("every_entity")
async def test_a_quota_ends_for_the_day_is_told_once_and_begins_anew_at_midnight(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, freezer: FrozenDateTimeFactory
) -> None:
    camera = lab.device("camera")
    assert await limit(hass, hub, camera, quota=0.003, rate=500) == {"rate": "enforced", "quota": "enforced"}
    await hub.traffic.async_read()
    attributes = sensor(hass, hub, camera).attributes
    assert attributes["quota_bytes"] == 3_000
    assert attributes["quota_used_bytes"] < 3_000
    deadline = time.monotonic() + 30
    while await hass.async_add_executor_job(camera.can_reach, lab.internet):
        assert time.monotonic() < deadline
    await hub.traffic.async_read()
    await hub.traffic.async_read()
    assert actions_of(hass, asset(hub, camera).id)[-2:] == ["set_limit", "quota_reached"]
    told = event_of(hass, hub, camera)
    assert told
    assert told.attributes["event_type"] == "quota_reached"
    assert told.attributes["details"] == {"quota_bytes": 3_000}
    assert await connects(camera, lab.laptop)

    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert again.permissions.limits == {asset(again, camera).id: Limit(500_000, 3_000)}
    assert not await hass.async_add_executor_job(camera.can_reach, lab.internet)
    assert actions_of(hass, asset(again, camera).id)[-1] == "quota_reached"
    assert actions_of(hass, asset(again, camera).id).count("quota_reached") == 1

    freezer.tick(timedelta(days=1))
    await again.traffic.async_read()
    assert await connects(camera, lab.internet)
    assert "limits_not_enforceable" not in sensor(hass, again, camera).attributes
    assert await limit(hass, again, camera) == {}
    assert again.permissions.limits == {}
    await again.traffic.async_read()
    assert "quota_bytes" not in sensor(hass, again, camera).attributes


@pytest.fixture
def talked(lab: Lab) -> None:
    """The laptop is among the neighbours before the hub looks."""
    assert lab.device("camera").can_reach(lab.laptop, timeout=3.0)


@pytest.mark.usefixtures("talked")
async def test_what_cannot_be_limited_is_refused(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    with pytest.raises(ServiceValidationError) as refusal:
        await limit(hass, hub, lab.device("camera"), rate=0.5)
    assert refusal.value.translation_key == "limit_out_of_range"
    laptop = next(one for one in hub.assets.values() if lab.laptop.ipv4 in map(str, one.addresses))
    with pytest.raises(ServiceValidationError) as refusal:
        await hub.async_decide(
            partial(set_limit, asset_id=laptop.id, limit=Limit(5_000), able=tuple(Limited), actor=None)
        )
    assert refusal.value.translation_key in {"not_limitable", "asset_protected"}
    await limit(hass, hub, lab.device("camera"))
    assert "set_limit" not in actions_of(hass)
