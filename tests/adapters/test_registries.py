"""Home Assistant's registries, as the engine sees them, on an unmodified Home Assistant."""

import asyncio
from datetime import timedelta
from ipaddress import ip_address
from uuid import uuid4

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    mock_device_registry,
)

from custom_components.secure_hub.adapters.registries import (
    ADMIN_MEMORY,
    QUIET,
    RegistryWatch,
    admin_addresses,
    registry_sightings,
)
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.identity import Resolution, resolve
from custom_components.secure_hub.engine.assets.model import Asset, Identifier, IdentifierKind, Sighting

MAC = "b8:27:eb:00:00:01"
MAC2 = "b8:27:eb:00:00:02"
MAC_ID = Identifier(IdentifierKind.MAC, MAC)


def entry(hass: HomeAssistant, domain: str) -> MockConfigEntry:
    found = MockConfigEntry(domain=domain)
    found.add_to_hass(hass)
    return found


def by_device(hass: HomeAssistant) -> dict[str | None, Sighting]:
    return {sighting.device_id: sighting for sighting in registry_sightings(hass)}


def look(hass: HomeAssistant, before: Resolution | None = None) -> Resolution:
    records = [asset.record for asset in before.assets.values()] if before else []
    return resolve(records, registry_sightings(hass), now=1.0, new_id=lambda: uuid4().hex)


def only(resolution: Resolution) -> Asset:
    (asset,) = resolution.assets.values()
    return asset


async def test_a_device_and_its_entities(hass: HomeAssistant) -> None:
    onvif = entry(hass, "onvif")
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=onvif.entry_id,
        identifiers={("onvif", "1")},
        connections={(dr.CONNECTION_NETWORK_MAC, MAC.upper()), (dr.CONNECTION_UPNP, "uuid:1")},
        manufacturer="Acme",
        model="C1",
        name="Camera",
        sw_version="1.2",
    )
    dr.async_get(hass).async_update_device(device.id, name_by_user="Porch", area_id="porch", labels={"outside"})
    entities = er.async_get(hass)
    entities.async_get_or_create("camera", "onvif", "1", device_id=device.id, config_entry=onvif)
    entities.async_get_or_create("switch", DOMAIN, "a-quarantine", device_id=device.id)
    assert by_device(hass)[device.id] == Sighting(
        source="device_registry",
        identifiers=frozenset({MAC_ID, Identifier(IdentifierKind.REGISTRY, "onvif:1")}),
        device_id=device.id,
        domain="onvif",
        name="Camera",
        user_name="Porch",
        manufacturer="Acme",
        model="C1",
        sw_version="1.2",
        area_id="porch",
        labels=frozenset({"outside"}),
        platforms=frozenset({"camera"}),
        created_at=device.created_at.timestamp(),
    )


async def test_our_own_devices_are_left_out(hass: HomeAssistant) -> None:
    dr.async_get(hass).async_get_or_create(config_entry_id=entry(hass, DOMAIN).entry_id, identifiers={(DOMAIN, "hub")})
    assert registry_sightings(hass) == ()


async def test_a_service_and_an_address_that_names_nothing(hass: HomeAssistant) -> None:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry(hass, "met").entry_id,
        identifiers={("met", "home")},
        connections={(dr.CONNECTION_NETWORK_MAC, "00:00:00:00:00:00")},
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    found = by_device(hass)[device.id]
    assert found.is_service
    assert found.identifiers == {Identifier(IdentifierKind.REGISTRY, "met:home")}


async def test_radios_and_their_coordinator(hass: HomeAssistant) -> None:
    zha, registry = entry(hass, "zha"), dr.async_get(hass)
    stick, bulb = "00:12:4b:00:00:00:00:00", "00:12:4b:00:00:00:00:01"
    coordinator = registry.async_get_or_create(
        config_entry_id=zha.entry_id,
        connections={(dr.CONNECTION_ZIGBEE, stick)},
        identifiers={("zha", stick)},
        name="Zigbee Coordinator",
    )
    assert by_device(hass)[coordinator.id].is_coordinator, "known before anything has joined"
    lamp = registry.async_get_or_create(
        config_entry_id=zha.entry_id,
        connections={(dr.CONNECTION_ZIGBEE, bulb)},
        identifiers={("zha", bulb)},
        via_device_id=coordinator.id,
    )
    registry.async_update_device(coordinator.id, name="Renamed")
    tooth = registry.async_get_or_create(
        config_entry_id=entry(hass, "xiaomi_ble").entry_id, connections={(dr.CONNECTION_BLUETOOTH, "AA:BB:CC:00:00:01")}
    )
    found = by_device(hass)
    assert found[coordinator.id].is_coordinator
    assert not found[lamp.id].is_coordinator
    assert Identifier(IdentifierKind.IEEE, bulb) in found[lamp.id].identifiers
    assert found[tooth.id].identifiers == {Identifier(IdentifierKind.BLUETOOTH, "aa:bb:cc:00:00:01")}


async def test_a_child_belongs_to_its_parent(hass: HomeAssistant) -> None:
    shelly, registry = entry(hass, "shelly"), dr.async_get(hass)
    parent = registry.async_get_or_create(
        config_entry_id=shelly.entry_id,
        identifiers={("shelly", "1")},
        connections={(dr.CONNECTION_NETWORK_MAC, MAC)},
    )
    registry.async_update_device(parent.id, area_id="hall")
    child = registry.async_get_or_create_child(
        config_entry_id=shelly.entry_id,
        identifiers={("shelly", "1-2")},
        name="Relay 2",
        parent_device_id=parent.id,
    )
    found = by_device(hass)[child.id]
    assert (found.parent_id, found.area_id, found.domain) == (parent.id, "hall", "shelly")
    asset = only(look(hass))
    assert asset.device_id == parent.id
    assert asset.device_ids == {parent.id, child.id}


async def test_splits_of_a_composite_are_one_asset(hass: HomeAssistant) -> None:
    local, cloud = entry(hass, "local"), entry(hass, "cloudy")
    fields = {"identifiers": set(), "connections": set(), "composite_device_id": "old"}
    mock_device_registry(
        hass,
        {
            "l": dr.DeviceEntry(
                id="l",
                config_entry_id=local.entry_id,
                **{**fields, "connections": {(dr.CONNECTION_NETWORK_MAC, MAC)}},  # type: ignore[arg-type]  # a mapping
            ),
            "c": dr.DeviceEntry(
                id="c",
                config_entry_id=cloud.entry_id,
                **{**fields, "identifiers": {("cloudy", "9")}},  # type: ignore[arg-type]  # a mapping
            ),
        },
    )
    assert only(look(hass)).device_ids == {"l", "c"}


async def test_created_renamed_moved_split_removed(hass: HomeAssistant) -> None:
    first, second, registry = entry(hass, "first"), entry(hass, "second"), dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=first.entry_id,
        connections={(dr.CONNECTION_NETWORK_MAC, MAC), (dr.CONNECTION_NETWORK_MAC, MAC2)},
        name="Box",
    )
    created = look(hass)
    asset_id = only(created).id

    registry.async_update_device(device.id, name_by_user="Attic", area_id="attic")
    renamed = look(hass, created)
    assert (only(renamed).id, only(renamed).name, only(renamed).sightings[0].area_id) == (asset_id, "Attic", "attic")

    registry.async_update_device(device.id, new_connections={(dr.CONNECTION_NETWORK_MAC, MAC)})
    registry.async_get_or_create(
        config_entry_id=second.entry_id, connections={(dr.CONNECTION_NETWORK_MAC, MAC2)}, name="Other"
    )
    split = look(hass, renamed)
    assert {asset.name for asset in split.assets.values()} == {"Attic", "Other"}
    assert split.assets[asset_id].name == "Attic"

    registry.async_remove_device(device.id)
    removed = look(hass, split)
    assert not removed.assets[asset_id].sightings
    assert removed.assets[asset_id].name == "Attic"


async def test_trackers_say_addresses_and_never_identity_by_them(hass: HomeAssistant) -> None:
    camera = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry(hass, "onvif").entry_id, identifiers={("onvif", "1")}
    )
    phone = er.async_get(hass).async_get_or_create("device_tracker", "ping", "p", device_id=camera.id)
    own = er.async_get(hass).async_get_or_create("device_tracker", DOMAIN, "own")
    hass.states.async_set(phone.entity_id, "home", {"ip": "10.0.0.5"})
    hass.states.async_set(own.entity_id, "home", {"ip": "10.0.0.6", "mac": MAC2})
    hass.states.async_set("device_tracker.wifi", "home", {"ip": "10.0.0.7", "mac": MAC.upper(), "host_name": "h" * 99})
    hass.states.async_set("device_tracker.away", "not_home", {"ip": "10.0.0.8", "mac": MAC2})
    hass.states.async_set("device_tracker.broken", "home", {"ip": "nonsense", "mac": 7})
    hass.states.async_set("device_tracker.loop", "home", {"ip": "127.0.0.1", "mac": None})
    found = by_device(hass)
    assert found[camera.id].addresses == {ip_address("10.0.0.5")}
    assert found[None] == Sighting(
        "device_tracker", frozenset({MAC_ID}), hostname="h" * 64, addresses=frozenset({ip_address("10.0.0.7")})
    )
    assert len(found) == 2


async def user(hass: HomeAssistant, group: str, address: str | None, *, hours: float = 1, active: bool = True) -> User:
    made = await hass.auth.async_create_user(uuid4().hex, group_ids=[group])
    if address is not None:
        token = await hass.auth.async_create_refresh_token(made, "https://example.test/")
        hass.auth.async_create_access_token(token, address)
        assert token.last_used_at is not None
        token.last_used_at -= timedelta(hours=hours)
    if not active:
        await hass.auth.async_update_user(made, is_active=False)
    return made


async def test_only_active_administrators_of_late_are_protected(hass: HomeAssistant) -> None:
    await user(hass, GROUP_ID_ADMIN, "10.0.0.1")
    await user(hass, GROUP_ID_ADMIN, "::ffff:10.0.0.2")
    await user(hass, GROUP_ID_ADMIN, "fe80::1%eth0")
    await user(hass, GROUP_ID_ADMIN, "nonsense")
    await user(hass, GROUP_ID_ADMIN, None)
    await user(hass, GROUP_ID_ADMIN, "10.0.0.3", hours=ADMIN_MEMORY / timedelta(hours=1) + 1)
    await user(hass, GROUP_ID_ADMIN, "10.0.0.4", active=False)
    await user(hass, GROUP_ID_USER, "10.0.0.5")
    assert await admin_addresses(hass) == {ip_address("10.0.0.1"), ip_address("10.0.0.2"), ip_address("fe80::1")}


async def test_changes_are_told_once(hass: HomeAssistant) -> None:
    told = 0

    def tell() -> None:
        nonlocal told
        told += 1

    async def times() -> int:
        nonlocal told
        await hass.async_block_till_done()
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2 * QUIET))
        await hass.async_block_till_done()
        result, told = told, 0
        return result

    registry, entities = dr.async_get(hass), er.async_get(hass)
    onvif, ours = entry(hass, "onvif"), entry(hass, DOMAIN)
    watch = RegistryWatch(hass, tell)
    watch.start()
    device = registry.async_get_or_create(config_entry_id=onvif.entry_id, identifiers={("onvif", "1")})
    camera = entities.async_get_or_create("camera", "onvif", "1", device_id=device.id, config_entry=onvif)
    assert await times() == 1, "a device and its entity are one change"

    own = registry.async_get_or_create(config_entry_id=ours.entry_id, identifiers={(DOMAIN, "hub")})
    entities.async_get_or_create("switch", DOMAIN, "a", device_id=own.id, config_entry=ours)
    entities.async_update_entity(camera.entity_id, name="Renamed entity")
    assert await times() == 0, "what is ours, and what is not looked at, is no change"

    registry.async_update_device(device.id, name_by_user="Porch")
    assert await times() == 1
    hass.states.async_set("device_tracker.wifi", "home", {"ip": "10.0.0.7", "mac": MAC})
    assert await times() == 1
    hass.states.async_set("device_tracker.wifi", "home", {"ip": "10.0.0.7", "mac": MAC, "signal": -60})
    hass.states.async_set("sensor.other", "7")
    assert await times() == 0
    hass.states.async_set("device_tracker.wifi", "not_home")
    assert await times() == 1
    entities.async_remove(camera.entity_id)
    assert await times() == 1
    registry.async_remove_device(device.id)
    assert await times() == 1

    registry.async_get_or_create(config_entry_id=onvif.entry_id, identifiers={("onvif", "2")})
    await asyncio.sleep(0)
    watch.close()
    assert await times() == 0, "closed, nothing is told any more"


@pytest.mark.parametrize("count", [1000])
async def test_a_thousand_devices_are_read_within_a_moment(hass: HomeAssistant, count: int) -> None:
    registry, big = dr.async_get(hass), entry(hass, "big")
    for number in range(count):
        registry.async_get_or_create(
            config_entry_id=big.entry_id,
            identifiers={("big", str(number))},
            connections={(dr.CONNECTION_NETWORK_MAC, f"b8:27:eb:01:{number >> 8:02x}:{number & 255:02x}")},
        )
    start = hass.loop.time()
    found = registry_sightings(hass)
    assert len(found) == count
    assert hass.loop.time() - start < 0.05
