"""The hub's figures."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from homeassistant.const import Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.adapters.sources.live import SourceHealth
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.sensor import heard
from tests.lab.network.catalogue import DeviceSpec
from tests.lab.network.lab import Lab

from .faces import asset, switch

WINDOW = "sensor.secure_hub_next_update_window"
NEWCOMER = DeviceSpec("newcomer", "02:00:5e:00:00:99", "who-is-this", "udhcp 1.0", (1, 3, 6))


def figure(hass: HomeAssistant, key: str) -> str:
    """Return what a sensor of the hub says."""
    state = hass.states.get(f"sensor.secure_hub_{key}")
    assert state
    return state.state


def test_what_a_source_loses_is_said() -> None:
    assert heard(SourceHealth()) == "inactive"
    assert heard(SourceHealth(active=True, seen=5)) == "active"
    assert (
        heard(SourceHealth(active=True, reason="no_accounting", lost=12, rejected=3))
        == "active: no_accounting, 12 lost, 3 rejected"
    )


@pytest.mark.usefixtures("every_entity")
async def test_every_sensor(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    set_up_only: Callable[[Platform], Awaitable[str]],
) -> None:
    entry_id = await set_up_only(Platform.SENSOR)
    window = hass.states.get(WINDOW)
    assert window
    opens = datetime.fromisoformat(window.state) - dt_util.utcnow()
    assert abs(opens) < timedelta(days=1), "the one of tonight, or the one that is open now"
    hass.states.async_set(WINDOW, "2026-11-22T10:00:00+00:00", window.attributes)
    await snapshot_platform(hass, entity_registry, snapshot, entry_id)


async def test_they_sit_on_the_hubs_own_device(
    hub: SecureHub, entity_registry: er.EntityRegistry, device_registry: dr.DeviceRegistry
) -> None:
    own = device_registry.async_get_device_by_identifier((DOMAIN, hub.entry.entry_id), hub.entry.entry_id)
    assert own
    assert own.entry_type is dr.DeviceEntryType.SERVICE
    hubs = [
        one
        for one in er.async_entries_for_config_entry(entity_registry, hub.entry.entry_id)
        if one.domain in {"sensor", "binary_sensor"} and one.unique_id.startswith(hub.entry.entry_id)
    ]
    assert hubs
    assert {one.device_id for one in hubs} == {own.id}


async def test_quarantined_is_counted(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    ids = [asset(hub, device).id for device in lab.devices[:2]]
    counted = [figure(hass, "quarantined")]
    for asset_id in ids:
        await hub.async_quarantine(asset_id, actor=None)
        counted.append(figure(hass, "quarantined"))
    await hub.async_release(ids[0], actor=None)
    counted.append(figure(hass, "quarantined"))
    assert counted == ["0", "1", "2", "1"]
    assert figure(hass, "newcomers_held") == "0"


async def test_a_newcomer_is_counted_until_it_is_let_in(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    before = int(figure(hass, "assets"))
    seen = asyncio.Event()

    @callback
    def changed(_event: Event[EventStateChangedData]) -> None:
        seen.set()

    stop = async_track_state_change_event(hass, "sensor.secure_hub_assets", changed)
    newcomer = await hass.async_add_executor_job(lab.add_device, NEWCOMER)
    try:
        await asyncio.wait_for(seen.wait(), 10)
        assert int(figure(hass, "assets")) == before + 1
        assert figure(hass, "newcomers_held") == "1"
        await hass.services.async_call("switch", "turn_off", {"entity_id": switch(hub, newcomer)}, blocking=True)
        assert figure(hass, "newcomers_held") == "0"
        assert figure(hass, "quarantined") == "0"
    finally:
        stop()
        await hass.async_add_executor_job(lab.power_cut, NEWCOMER.name)
