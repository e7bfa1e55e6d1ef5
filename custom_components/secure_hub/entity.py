"""The two kinds of entity: of the hub itself, and of one asset."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from .const import DOMAIN
from .devices import asset_device
from .engine.assets.model import Asset
from .hub import SecureHub
from .hub.publisher import signal_asset, signal_hub


class SecureHubEntity(Entity):
    """An entity that shows what the hub knows and is told when that changes."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: SecureHub, description: EntityDescription) -> None:
        """Show one thing that `description` describes."""
        self.hub = hub
        self.entity_description = description

    @property
    def _signal(self) -> str:
        return signal_hub(self.hub.entry.entry_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the hub."""
        self.async_on_remove(async_dispatcher_connect(self.hass, self._signal, self._async_changed))

    @callback
    def _async_changed(self) -> None:
        self.async_write_ha_state()

    async def async_acting_admin(self) -> str | None:
        """Give the id of the administrator who acts, None for an automation; refuse everybody else.

        Home Assistant lets every user operate every entity, so control entities ask for themselves.
        """
        user_id = self._context.user_id if self._context else None
        if user_id is None:
            return None
        user = await self.hass.auth.async_get_user(user_id)
        if user is None or not user.is_active or not user.is_admin:
            raise Unauthorized(context=self._context, entity_id=self.entity_id)
        return user_id


class HubEntity(SecureHubEntity):
    """An entity on the hub's own device."""

    def __init__(self, hub: SecureHub, description: EntityDescription) -> None:
        """Belong to the hub."""
        super().__init__(hub, description)
        self._attr_unique_id = f"{hub.entry.entry_id}-{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, hub.entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            name="Secure Hub",
            manufacturer="Secure Hub",
        )


class AssetEntity(SecureHubEntity):
    """An entity on the page of the device that an asset is."""

    def __init__(self, hub: SecureHub, asset: Asset, description: EntityDescription) -> None:
        """Belong to an asset, on the device that another integration made for it or on one of ours."""
        super().__init__(hub, description)
        self.asset_id = asset.id
        self._attr_unique_id = f"{asset.id}-{description.key}"
        self.device_entry = asset_device(hub.hass, hub.entry, asset)

    @property
    def _signal(self) -> str:
        return signal_asset(self.hub.entry.entry_id, self.asset_id)

    @property
    @override
    def available(self) -> bool:
        """Whether the asset is still known."""
        return self.asset_id in self.hub.assets


@callback
def async_add_asset_entities(
    hub: SecureHub,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Asset], Iterable[AssetEntity]],
) -> None:
    """Give every governed asset its entities, now and as assets appear.

    What is switched off is left out, most of what a start would build: Home Assistant knows it from before, and loads
    the hub anew when somebody switches it on.
    """
    registry, domain = er.async_get(hub.hass), async_get_current_platform().domain

    def is_off(entity: AssetEntity) -> bool:
        entity_id = registry.async_get_entity_id(domain, DOMAIN, entity.unique_id or "")
        return entity_id is not None and registry.entities[entity_id].disabled

    def add(assets: list[Asset]) -> None:
        async_add_entities(entity for asset in assets for entity in entities_of(asset) if not is_off(entity))

    hub.entry.async_on_unload(hub.async_on_governed(add))
