"""Binary sensors: what must not go unnoticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .adapters.zha.admission import Window
from .engine.detection.findings import Severity
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHub, SecureHubConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class HubBinarySensorDescription(BinarySensorEntityDescription):
    """Says what a binary sensor reads from the hub."""

    is_on_fn: Callable[[SecureHub], bool | None]
    attributes_fn: Callable[[SecureHub], Mapping[str, Any]] = lambda _: {}


BINARY_SENSORS = (
    HubBinarySensorDescription(
        key="journal",
        translation_key="journal",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda hub: hub.journal.status.broken is not None,
    ),
    HubBinarySensorDescription(
        key="telemetry",
        translation_key="telemetry",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda hub: any(hub.telemetry.failing.values()),
        attributes_fn=lambda hub: {
            name: "failing" if failing else "ok" for name, failing in hub.telemetry.failing.items()
        },
    ),
    HubBinarySensorDescription(
        key="zigbee_open",
        translation_key="zigbee_open",
        device_class=BinarySensorDeviceClass.OPENING,
        is_on_fn=lambda hub: hub.radio.window is not None if hub.radio.available else None,
        attributes_fn=lambda hub: _opening(hub.radio.window),
    ),
)


ANOMALY = BinarySensorEntityDescription(
    key="anomaly", translation_key="anomaly", device_class=BinarySensorDeviceClass.SAFETY
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's binary sensors, and those of every governed asset, now and as assets appear."""
    hub = entry.runtime_data
    async_add_entities(HubBinarySensor(hub, description) for description in BINARY_SENSORS)

    async_add_asset_entities(hub, async_add_entities, lambda asset: [AnomalySensor(hub, asset, ANOMALY)])


class HubBinarySensor(HubEntity, BinarySensorEntity):
    """One yes or no of the hub."""

    entity_description: HubBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Read it."""
        return self.entity_description.is_on_fn(self.hub)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say more about it."""
        return self.entity_description.attributes_fn(self.hub)


def _opening(window: Window | None) -> Mapping[str, Any]:
    """Until when devices may join, and who said so."""
    if window is None:
        return {}
    until = dt_util.utc_from_timestamp(window.until).replace(microsecond=0).isoformat()
    return {"until": until, "opened_by": window.actor, "opened_by_device": window.device, "only_device": window.only}


class AnomalySensor(AssetEntity, BinarySensorEntity):
    """Whether something is wrong with an asset: not for what is slight, which only raises its score."""

    _unrecorded_attributes = frozenset({"evidence"})

    @property
    @override
    def is_on(self) -> bool:
        """Whether an incident is open that is worth a look."""
        incident = self.hub.monitoring.incident(self.asset_id)
        return incident is not None and incident.severity is not Severity.LOW

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say what is worst, and since when."""
        incident = self.hub.monitoring.incident(self.asset_id)
        if incident is None:
            return {"finding": None, "evidence": None, "since": None, "severity": None}
        return {
            "finding": incident.worst.kind.value,
            "evidence": incident.worst.evidence,
            "since": dt_util.utc_from_timestamp(incident.opened).isoformat(),
            "severity": incident.severity.value,
        }
