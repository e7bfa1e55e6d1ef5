"""A device's page in Home Assistant: what a person chose for it and its entities, read and given to a successor."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.homeassistant.scene import scenes_with_entity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..engine.assets.model import Asset
from ..engine.replacement.model import EntityFacts

PAGE_GONE: Final = "replace_page_gone"
ENTITY_BUSY: Final = "replace_entity_busy"


class PageError(Exception):
    """A page is not what was expected; `key` is a translation key, `detail` what it is about."""

    def __init__(self, key: str, detail: str) -> None:
        """Keep both for whoever tells the user."""
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail


@callback
def page_of(hass: HomeAssistant, entry_id: str, asset: Asset) -> dr.AnyDeviceEntry | None:
    """The page that carries an asset's entities: another integration's, or else ours."""
    registry = dr.async_get(hass)
    if asset.device_id and (device := registry.async_get(asset.device_id)):
        return device
    return registry.async_get_device_by_identifier((DOMAIN, asset.id), entry_id)


@callback
def entities_of(hass: HomeAssistant, device_ids: frozenset[str]) -> tuple[EntityFacts, ...]:
    """Entities on the pages of one thing; those that were switched off too."""
    registry = er.async_get(hass)
    return tuple(
        EntityFacts(
            entry.entity_id,
            entry.platform,
            entry.unique_id,
            entry.device_class or entry.original_device_class,
            entry.translation_key,
            entry.original_name,
            is_primary=entry.entity_category is None,
            name=entry.name,
            icon=entry.icon,
            area_id=entry.area_id,
            labels=frozenset(entry.labels),
            hidden=entry.hidden_by is er.RegistryEntryHider.USER,
            scenes=tuple(sorted(scenes_with_entity(hass, entry.entity_id))),
        )
        for device_id in sorted(device_ids)
        for entry in er.async_entries_for_device(registry, device_id, include_disabled_entities=True)
    )


@callback
def give_device(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Give a device the name, area and labels of `data`."""
    _update_device(hass, data["device"], data["name"], data["area"], data["labels"])


@callback
def take_device_back(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Give a device back what it had."""
    _update_device(hass, data["device"], data["old_name"], data["old_area"], data["old_labels"])


def _update_device(hass: HomeAssistant, device_id: str, name: str | None, area: str | None, labels: list[str]) -> None:
    registry = dr.async_get(hass)
    if registry.async_get(device_id) is None:
        raise PageError(PAGE_GONE, device_id)
    registry.async_update_device(device_id, name_by_user=name, area_id=area, labels=set(labels))


@callback
def give_entity(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Put the new device's entity in the place of the old one's, which is parked under another id.

    May be repeated: what is in place already stays.
    """
    registry = er.async_get(hass)
    if registry.async_get(data["new"]) is not None:
        if registry.async_get(data["old"]) is not None:
            _rename(registry, data["old"], data["parked"])
        _rename(registry, data["new"], data["old"])
    _choose(registry, data["old"], data, "")


@callback
def take_entity_back(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Give both entities their own ids and choices back; may be repeated."""
    registry = er.async_get(hass)
    if registry.async_get(data["new"]) is None:
        _rename(registry, data["old"], data["new"])
    if registry.async_get(data["parked"]) is not None:
        _rename(registry, data["parked"], data["old"])
    _choose(registry, data["new"], data, "old_")


def _rename(registry: er.EntityRegistry, entity_id: str, new_entity_id: str) -> None:
    try:
        registry.async_update_entity(entity_id, new_entity_id=new_entity_id)
    except (KeyError, ValueError) as error:
        raise PageError(ENTITY_BUSY, f"{entity_id}: {error}") from error


def _choose(registry: er.EntityRegistry, entity_id: str, data: Mapping[str, Any], prefix: str) -> None:
    entry = registry.async_get(entity_id)
    if entry is None:
        raise PageError(PAGE_GONE, entity_id)
    hidden = er.RegistryEntryHider.USER if data[f"{prefix}hidden"] else None
    registry.async_update_entity(
        entity_id,
        name=data[f"{prefix}name"],
        icon=data[f"{prefix}icon"],
        area_id=data[f"{prefix}area"],
        labels=set(data[f"{prefix}labels"]),
        hidden_by=hidden if hidden or entry.hidden_by is er.RegistryEntryHider.USER else entry.hidden_by,
    )
