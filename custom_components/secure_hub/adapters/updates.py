"""Update entities of every integration, and what the registries say of versions, as facts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from homeassistant.components.update import DOMAIN as UPDATE_DOMAIN, UpdateDeviceClass, UpdateEntityFeature
from homeassistant.components.update.const import UpdateEntityStateAttribute as Attribute
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_SUPPORTED_FEATURES,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import TrackStates, async_call_later, async_track_state_change_filtered

from ..const import DOMAIN
from ..engine.assets.model import Asset, IdentifierKind
from ..engine.firmware.facts import Facts, Offer, Radio

QUIET: Final = 0.3
"""Seconds in which changes are gathered: a start makes hundreds."""
MAX_TEXT: Final = 255
"""Characters of a version or an address that are kept."""

_CRITICAL_PLATFORMS: Final = frozenset({"lock", "alarm_control_panel", "siren"})
_CRITICAL_CLASSES: Final = frozenset({"carbon_monoxide", "gas", "lock", "smoke"})
_TOLD_OF_DEVICES: Final = frozenset({"sw_version", "hw_version", "manufacturer", "model"})
_TOLD_OF_ENTITIES: Final = frozenset({"device_id", "disabled_by", "entity_id"})


@callback
def read_facts(hass: HomeAssistant, asset: Asset, radios: Mapping[str, Radio]) -> Facts:
    """What is seen of one asset's software; O(its entities), no I/O."""
    devices, entities = dr.async_get(hass), er.async_get(hass)
    offers, battery, critical = [], False, False
    ids = [sighting.device_id for sighting in asset.sightings if sighting.device_id]
    for entity in (one for device_id in ids for one in er.async_entries_for_device(entities, device_id)):
        if entity.platform == DOMAIN:
            continue
        device_class = entity.device_class or entity.original_device_class
        battery |= device_class == "battery"
        critical |= entity.domain in _CRITICAL_PLATFORMS or device_class in _CRITICAL_CLASSES
        if entity.domain == UPDATE_DOMAIN:
            offers.append(_offer(hass, entity))
    found = [one for one in map(devices.async_get, ids) if isinstance(one, dr.DeviceEntry)]  # a child has no version
    ieees = asset.values(IdentifierKind.IEEE)
    return Facts(
        asset.id,
        asset.name,
        asset.classification.asset_class,
        asset.record.manufacturer,
        asset.record.model,
        tuple(device.sw_version[:MAX_TEXT] for device in found if device.sw_version),
        next((device.hw_version for device in found if device.hw_version), None),
        tuple(offers),
        next((radios[ieee] for ieee in sorted(ieees) if ieee in radios), None),
        zigbee=bool(ieees),
        battery=battery,
        critical=critical,
    )


def _offer(hass: HomeAssistant, entity: er.RegistryEntry) -> Offer:
    state = hass.states.get(entity.entity_id)
    if state is None or state.state == STATE_UNAVAILABLE:
        return Offer(entity.entity_id, entity.platform, available=False)
    said = {STATE_ON: True, STATE_OFF: False}.get(state.state)
    features = UpdateEntityFeature(int(state.attributes.get(ATTR_SUPPORTED_FEATURES) or 0))
    percentage = state.attributes.get(Attribute.UPDATE_PERCENTAGE)
    return Offer(
        entity.entity_id,
        entity.platform,
        _text(state.attributes.get(Attribute.INSTALLED_VERSION)),
        _text(state.attributes.get(Attribute.LATEST_VERSION)),
        said,
        in_progress=bool(state.attributes.get(Attribute.IN_PROGRESS)),
        percentage=float(percentage) if isinstance(percentage, int | float) else None,
        skipped=_text(state.attributes.get(Attribute.SKIPPED_VERSION)),
        can_install=UpdateEntityFeature.INSTALL in features,
        can_choose=UpdateEntityFeature.SPECIFIC_VERSION in features,
        is_firmware=state.attributes.get(ATTR_DEVICE_CLASS) == UpdateDeviceClass.FIRMWARE,
        release_url=_text(state.attributes.get(Attribute.RELEASE_URL)),
    )


def _text(value: object) -> str | None:
    return value[:MAX_TEXT] if isinstance(value, str) and value else None


@callback
def unavailable_entities(hass: HomeAssistant, device_ids: Iterable[str]) -> frozenset[str]:
    """Entities of devices, but for ours and updates, that are enabled and not available now."""
    entities = er.async_get(hass)
    found = set()
    for entity in (one for device_id in device_ids for one in er.async_entries_for_device(entities, device_id)):
        if entity.platform != DOMAIN and entity.domain != Platform.UPDATE:
            state = hass.states.get(entity.entity_id)
            if state is None or state.state == STATE_UNAVAILABLE:
                found.add(entity.entity_id)
    return frozenset(found)


class UpdateWatch:
    """Says which devices' software may stand otherwise than before."""

    def __init__(self, hass: HomeAssistant, on_change: Callable[[frozenset[str]], object]) -> None:
        """Call `on_change` with device ids in the event loop, once for all changes within `QUIET` seconds."""
        self._hass = hass
        self._on_change = on_change
        self._changed: set[str] = set()
        self._stops: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Listen."""
        tracker = async_track_state_change_filtered(
            self._hass, TrackStates(all_states=False, entities=set(), domains={UPDATE_DOMAIN}), self._state_changed
        )
        self._stops = [
            tracker.async_remove,
            self._hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._device_changed),
            self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_changed),
        ]

    @callback
    def close(self) -> None:
        """Stop listening; nothing is called any more."""
        while self._stops:
            self._stops.pop()()
        if self._timer is not None:
            self._timer()
            self._timer = None

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        self._of_entity(event.data["entity_id"])

    @callback
    def _device_changed(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        data: Mapping[str, Any] = event.data
        if data["action"] != "update" or _TOLD_OF_DEVICES & data["changes"].keys():
            self._schedule(data["device_id"])

    @callback
    def _entity_changed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data: Mapping[str, Any] = event.data
        if data["action"] != "update" or _TOLD_OF_ENTITIES & data["changes"].keys():
            self._of_entity(data["entity_id"])
            if (device_id := data.get("changes", {}).get("device_id")) is not None:
                self._schedule(device_id)

    @callback
    def _of_entity(self, entity_id: str) -> None:
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is not None and entity.platform != DOMAIN and entity.device_id is not None:
            self._schedule(entity.device_id)

    @callback
    def _schedule(self, device_id: str) -> None:
        self._changed.add(device_id)
        if self._timer is None:
            self._timer = async_call_later(self._hass, QUIET, self._due)

    @callback
    def _due(self, _now: object) -> None:
        self._timer = None
        changed, self._changed = frozenset(self._changed), set()
        self._on_change(changed)
