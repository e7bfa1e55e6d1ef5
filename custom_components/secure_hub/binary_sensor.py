"""Binary sensors of the hub: what must not go unnoticed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import HubEntity
from .hub import SecureHub, SecureHubConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class HubBinarySensorDescription(BinarySensorEntityDescription):
    """Says what a binary sensor reads from the hub."""

    is_on_fn: Callable[[SecureHub], bool]


BINARY_SENSORS = (
    HubBinarySensorDescription(
        key="journal",
        translation_key="journal",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda hub: hub.journal.status.broken is not None,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's binary sensors."""
    async_add_entities(HubBinarySensor(entry.runtime_data, description) for description in BINARY_SENSORS)


class HubBinarySensor(HubEntity, BinarySensorEntity):
    """One yes or no of the hub."""

    entity_description: HubBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        """Read it."""
        return self.entity_description.is_on_fn(self.hub)
