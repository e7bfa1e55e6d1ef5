"""Keeps the entities of an asset on the right device: another integration's if there is one, else one of ours."""

from collections.abc import Collection, Iterable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN
from .engine.assets.model import Asset, IdentifierKind
from .hub import SecureHub, SecureHubConfigEntry

_CONNECTIONS = {
    IdentifierKind.MAC: dr.CONNECTION_NETWORK_MAC,
    IdentifierKind.IEEE: dr.CONNECTION_ZIGBEE,
    IdentifierKind.BLUETOOTH: dr.CONNECTION_BLUETOOTH,
}


@callback
def asset_device(hass: HomeAssistant, entry: SecureHubConfigEntry, asset: Asset) -> dr.AnyDeviceEntry:
    """Give the device whose page carries the asset's entities, made if there is none yet."""
    devices = dr.async_get(hass)
    return (
        _known_device(devices, asset)
        or devices.async_get_device_by_identifier((DOMAIN, asset.id), entry.entry_id)
        or _own_device(devices, entry, asset)
    )


def _known_device(devices: dr.DeviceRegistry, asset: Asset) -> dr.AnyDeviceEntry | None:
    return devices.async_get(asset.device_id) if asset.device_id else None


def _own_device(devices: dr.DeviceRegistry, entry: SecureHubConfigEntry, asset: Asset) -> dr.DeviceEntry:
    """Give our own device, which says what the asset is now."""
    return devices.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, asset.id)},
        connections={(_CONNECTIONS[i.kind], i.value) for i in asset.record.identifiers if i.kind in _CONNECTIONS},
        name=asset.name,
        manufacturer=asset.record.manufacturer,
        model=asset.record.model,
    )


@callback
def async_relink(hass: HomeAssistant, entry: SecureHubConfigEntry, assets: Iterable[Asset]) -> None:
    """Move the entities of `assets` to the device that each belongs to now, and drop our device where it is idle."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    by_asset = _entities_by_asset(entities, entry)
    for asset in assets:
        registered = by_asset.get(asset.id, ())
        if not registered:
            continue
        device = _known_device(devices, asset) or _own_device(devices, entry, asset)
        for entity in registered:
            if entity.device_id != device.id:
                entities.async_update_entity(entity.entity_id, device_id=device.id)
        own = devices.async_get_device_by_identifier((DOMAIN, asset.id), entry.entry_id)
        if own is None:
            continue
        if own.id != device.id:
            _async_leave(devices, own, asset.id)
        elif own.name != asset.name:
            devices.async_update_device(own.id, name=asset.name)


@callback
def async_drop(hass: HomeAssistant, entry: SecureHubConfigEntry, asset_ids: Iterable[str]) -> None:
    """Remove the entities and our own devices of assets that are no more."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    by_asset = _entities_by_asset(entities, entry)
    for asset_id in asset_ids:
        for entity in by_asset.get(asset_id, ()):
            entities.async_remove(entity.entity_id)
        if own := devices.async_get_device_by_identifier((DOMAIN, asset_id), entry.entry_id):
            _async_leave(devices, own, asset_id)


@callback
def _async_leave(devices: dr.DeviceRegistry, own: dr.DeviceEntry, asset_id: str) -> None:
    """Remove our device, unless another asset has it by now: Home Assistant finds it by its hardware address."""
    rest = own.identifiers - {(DOMAIN, asset_id)}
    if rest:
        devices.async_update_device(own.id, new_identifiers=rest)
    else:
        devices.async_remove_device(own.id)


def _entities_by_asset(registry: er.EntityRegistry, entry: SecureHubConfigEntry) -> dict[str, list[er.RegistryEntry]]:
    found: dict[str, list[er.RegistryEntry]] = {}
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        found.setdefault(entity.unique_id.partition("-")[0], []).append(entity)
    return found


@callback
def async_follow_assets(hub: SecureHub) -> CALLBACK_TYPE:
    """Put entities and devices where they belong, and keep them there for as long as the hub runs."""
    linked: dict[str, tuple[str | None, str]] = {}

    @callback
    def follow(changed: list[Asset], gone: Collection[str]) -> None:
        moved = [asset for asset in changed if linked.get(asset.id) != (asset.device_id, asset.name)]
        if moved:  # of all that may change, only this is worth a walk through the registry
            async_relink(hub.hass, hub.entry, moved)
            linked.update((asset.id, (asset.device_id, asset.name)) for asset in moved)
        if gone:
            async_drop(hub.hass, hub.entry, gone)
            for asset_id in gone:
                linked.pop(asset_id, None)

    remembered = _entities_by_asset(er.async_get(hub.hass), hub.entry).keys() - {hub.entry.entry_id}
    follow([hub.assets[asset_id] for asset_id in hub.home.governed], remembered - hub.home.governed)
    return hub.async_on_change(follow)
