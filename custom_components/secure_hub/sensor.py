"""Sensors of the hub: how the home stands, at a glance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .engine.policy.model import Standing
from .entity import HubEntity
from .hub import SecureHub, SecureHubConfigEntry
from .hub.enforcement import EnforcementState

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class HubSensorDescription(SensorEntityDescription):
    """Says what a sensor reads from the hub."""

    value_fn: Callable[[SecureHub], int | str]


SENSORS = (
    HubSensorDescription(
        key="enforcement",
        translation_key="enforcement",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in EnforcementState],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: hub.state.value,
    ),
    HubSensorDescription(
        key="assets",
        translation_key="assets",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: len(hub.assets),
    ),
    HubSensorDescription(
        key="quarantined",
        translation_key="quarantined",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.count(Standing.QUARANTINED),
    ),
    HubSensorDescription(
        key="held",
        translation_key="held",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.count(Standing.HELD),
    ),
    HubSensorDescription(
        key="requests",
        translation_key="requests",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: len(hub.requests.book.pending),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's sensors."""
    async_add_entities(HubSensor(entry.runtime_data, description) for description in SENSORS)


class HubSensor(HubEntity, SensorEntity):
    """One figure of the hub."""

    entity_description: HubSensorDescription

    @property
    @override
    def native_value(self) -> int | str:
        """Read the figure."""
        return self.entity_description.value_fn(self.hub)
