"""The red button is on the page where people look for the device, whoever made that page."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import asset_with, connects, is_on, off_loop, press, switch_of


@pytest.fixture
def cameras(hass: HomeAssistant) -> MockConfigEntry:
    """Another integration, which knows cameras."""
    entry = MockConfigEntry(domain="reolink", title="Cameras")
    entry.add_to_hass(hass)
    return entry


def page(hass: HomeAssistant, hub: SecureHub, mac: str) -> dr.DeviceEntry | None:
    """The device whose page carries the button of whoever has this address."""
    entity_id = switch_of(hass, hub, mac)
    entity = er.async_get(hass).async_get(entity_id) if entity_id else None
    found = dr.async_get(hass).async_get(entity.device_id) if entity and entity.device_id else None
    return found if isinstance(found, dr.DeviceEntry) else None


def our_pages(hass: HomeAssistant, hub: SecureHub) -> set[str]:
    """Assets that have a device of ours."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), hub.entry.entry_id)
    found = {value for device in devices for domain, value in device.identifiers if domain == DOMAIN}
    return found - {hub.entry.entry_id}


def register(hass: HomeAssistant, entry: MockConfigEntry, *macs: str, name: str = "Front door") -> dr.DeviceEntry:
    """Another integration makes a device."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(entry.domain, name)},
        connections={(dr.CONNECTION_NETWORK_MAC, mac) for mac in macs},
        name=name,
        manufacturer="Reolink",
    )


async def test_what_only_the_network_knows_gets_a_device_of_ours(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    assert our_pages(hass, hub) == set(hub.home.governed)
    for device in lab.devices:
        found = page(hass, hub, device.mac)
        assert found is not None
        assert found.config_entry_id == hub.entry.entry_id
        assert (dr.CONNECTION_NETWORK_MAC, device.mac) in found.connections


async def test_the_button_moves_to_another_integrations_device_and_back(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    camera = lab.device("camera")
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    entity_id = switch_of(hass, hub, camera.mac)
    await press(hass, hub, camera.mac, on=True)
    theirs = register(hass, cameras, camera.mac)
    await eventually(lambda: page(hass, hub, camera.mac) == theirs)
    assert asset.id not in our_pages(hass, hub)
    assert hub.assets[asset.id].name == "Front door"
    assert is_on(hass, hub, camera.mac) is True
    dr.async_get(hass).async_remove_device(theirs.id)
    await eventually(lambda: asset.id in our_pages(hass, hub))
    assert switch_of(hass, hub, camera.mac) == entity_id
    found = page(hass, hub, camera.mac)
    assert found is not None
    assert found.config_entry_id == hub.entry.entry_id
    assert is_on(hass, hub, camera.mac) is True
    assert not await off_loop(camera.can_reach, lab.internet)


async def test_what_happened_while_the_hub_was_stopped(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    asset, other = asset_with(hub, camera.mac), asset_with(hub, tv.mac)
    assert asset is not None
    assert other is not None
    theirs = register(hass, cameras, tv.mac, name="TV")
    await eventually(lambda: page(hass, hub, tv.mac) == theirs)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    front_door = register(hass, cameras, camera.mac)
    dr.async_get(hass).async_remove_device(theirs.id)
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    assert page(hass, again, camera.mac) == front_door
    assert asset.id not in our_pages(hass, again)
    assert other.id in our_pages(hass, again)
    assert is_on(hass, again, tv.mac) is False


async def test_our_device_is_called_what_the_asset_is_called(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera = lab.device("camera")
    hass.states.async_set(
        "device_tracker.lease",
        "home",
        {"mac": camera.mac, "host_name": "IPC-D2F1", "ip": camera.ipv4, "source_type": "router"},
    )
    await eventually(lambda: (found := page(hass, hub, camera.mac)) and found.name == "IPC-D2F1")


async def test_a_new_name_of_theirs_is_the_assets(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    camera = lab.device("camera")
    theirs = register(hass, cameras, camera.mac)
    await eventually(lambda: page(hass, hub, camera.mac) == theirs)
    dr.async_get(hass).async_update_device(theirs.id, name_by_user="Garden")
    await eventually(lambda: (asset := asset_with(hub, camera.mac)) and asset.name == "Garden")


async def test_of_two_integrations_with_one_address_the_older_has_the_button(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    camera = lab.device("camera")
    onvif = MockConfigEntry(domain="onvif", title="ONVIF")
    onvif.add_to_hass(hass)
    first = register(hass, cameras, camera.mac)
    await eventually(lambda: page(hass, hub, camera.mac) == first)
    second = register(hass, onvif, camera.mac, name="IPC")
    await eventually(lambda: hub.asset_of_device(second.id))
    assert hub.asset_of_device(second.id) == hub.asset_of_device(first.id) == asset_with(hub, camera.mac)
    assert page(hass, hub, camera.mac) == first
    dr.async_get(hass).async_remove_device(first.id)
    await eventually(lambda: page(hass, hub, camera.mac) == second)


async def test_two_assets_that_turn_out_to_be_one(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    """The stricter decision holds for both addresses, and one button is left."""
    camera, tv = lab.device("camera"), lab.device("tv")
    before = {asset.id for device in (camera, tv) if (asset := asset_with(hub, device.mac))}
    await press(hass, hub, camera.mac, on=True)
    theirs = register(hass, cameras, camera.mac, tv.mac)
    await eventually(lambda: page(hass, hub, camera.mac) == theirs)
    asset = asset_with(hub, camera.mac)
    assert asset is not None
    assert asset_with(hub, tv.mac) == asset
    (gone,) = before - {asset.id}
    registry = er.async_get(hass)
    await eventually(lambda: registry.async_get_entity_id("switch", DOMAIN, f"{gone}-quarantine") is None)
    assert is_on(hass, hub, tv.mac) is True
    assert not await off_loop(tv.can_reach, lab.internet)
    await press(hass, hub, tv.mac, on=False)
    assert await connects(tv, lab.internet)
    assert await connects(camera, lab.internet)
    # The registry is corrected: two again, each with its button.
    dr.async_get(hass).async_update_device(theirs.id, new_connections={(dr.CONNECTION_NETWORK_MAC, camera.mac)})
    register(hass, cameras, tv.mac, name="TV")
    await eventually(lambda: asset_with(hub, tv.mac) != asset_with(hub, camera.mac))
    await eventually(lambda: is_on(hass, hub, tv.mac) is False)
    assert page(hass, hub, tv.mac) != page(hass, hub, camera.mac)


async def test_a_device_that_shows_nothing_of_itself(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, cameras: MockConfigEntry
) -> None:
    """It has neither identifiers nor connections that anybody knows: no asset, no button, no harm."""
    theirs = dr.async_get(hass).async_get_or_create(
        config_entry_id=cameras.entry_id, connections={("shipping", "40 ft")}, name="Container"
    )
    seen = register(hass, cameras, lab.device("camera").mac)
    await eventually(lambda: hub.asset_of_device(seen.id))
    assert hub.asset_of_device(theirs.id) is None
    assert hub.asset_of_device("nobody") is None
