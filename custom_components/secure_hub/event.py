"""Security events: one entity for every governed asset, and one of the hub that tells of all of them."""

from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .engine.events import SecurityEvent
from .engine.happened import Happened
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHubConfigEntry
from .hub.publisher import signal_event

PARALLEL_UPDATES = 0

SECURITY = EventEntityDescription(
    key="security",
    translation_key="security",
    event_types=[event.value for event in SecurityEvent],
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Give the hub and every governed asset, now and as assets appear, an entity that tells what happens."""
    hub = entry.runtime_data

    async_add_entities([HubSecurityEvent(hub, SECURITY)])

    async_add_asset_entities(hub, async_add_entities, lambda asset: [AssetSecurityEvent(hub, asset, SECURITY)])


class AssetSecurityEvent(AssetEntity, EventEntity):
    """What happens to one asset."""

    _unrecorded_attributes = frozenset({"details"})

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for what happens to the asset."""
        await super().async_added_to_hass()
        signal = signal_event(self.hub.entry.entry_id, self.asset_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._async_happened))

    @callback
    def _async_happened(self, one: Happened) -> None:
        self._trigger_event(one.event.value, {"details": dict(one.details)} if one.details else None)
        self.async_write_ha_state()


class HubSecurityEvent(HubEntity, EventEntity):
    """What happens to any asset, or to the home as a whole."""

    _unrecorded_attributes = frozenset({"asset", "asset_id", "details"})

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for whatever happens."""
        await super().async_added_to_hass()
        signal = signal_event(self.hub.entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._async_happened))

    @callback
    def _async_happened(self, one: Happened) -> None:
        attributes: dict[str, Any] = {"details": dict(one.details)} if one.details else {}
        if one.asset_id is not None:
            asset = self.hub.assets.get(one.asset_id)
            attributes |= {"asset": asset.name if asset else None, "asset_id": one.asset_id}
        self._trigger_event(one.event.value, attributes)
        self.async_write_ha_state()
