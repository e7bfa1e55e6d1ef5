"""Sensors of the hub: how the home stands, at a glance."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfInformation
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .adapters.sources.live import SourceHealth
from .engine.assets.model import Asset, IdentifierKind
from .engine.detection.findings import Severity
from .engine.firmware.status import FirmwareState
from .engine.policy.model import Standing
from .engine.posture import score
from .engine.radio.posture import WEIGHTS
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHub, SecureHubConfigEntry
from .hub.enforcement import EnforcementState
from .hub.firmware import signal_firmware
from .hub.traffic import signal_traffic
from .hub.view import NOT_ENFORCEABLE

PARALLEL_UPDATES = 0


def _progress(hub: SecureHub) -> float | None:
    """How far the rollout is, in percent; None while none runs."""
    rollout = hub.rollouts.active
    if rollout is None:
        return None
    done, number = rollout.progress
    return round(100 * done / number) if number else None


def heard(health: SourceHealth) -> str:
    """How a source does, in a line."""
    counts = {"lost": health.lost, "rejected": health.rejected}
    details = [health.reason, *(f"{count} {name}" for name, count in counts.items() if count)]
    return ": ".join(filter(None, ("active" if health.active else "inactive", ", ".join(filter(None, details)))))


@dataclass(frozen=True, kw_only=True)
class HubSensorDescription(SensorEntityDescription):
    """Says what a sensor reads from the hub."""

    value_fn: Callable[[SecureHub], datetime | float | int | str | None]
    attributes_fn: Callable[[SecureHub], Mapping[str, str]] | None = None


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
        key="zigbee_posture",
        translation_key="zigbee_posture",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: score(hub.radio.posture, WEIGHTS),
        attributes_fn=lambda hub: {item.check.value: item.outcome for item in hub.radio.posture},
    ),
    HubSensorDescription(
        key="spoofed",
        translation_key="spoofed",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: hub.spoofing.book.packets,
    ),
    HubSensorDescription(
        key="held",
        translation_key="held",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.count(Standing.HELD),
    ),
    HubSensorDescription(
        key="incidents",
        translation_key="incidents",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: sum(it.severity is not Severity.LOW for it in hub.monitoring.incidents),
    ),
    HubSensorDescription(
        key="sources",
        translation_key="sources",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: sum(health.active for health in hub.monitoring.sources.health.values()),
        attributes_fn=lambda hub: {name.value: heard(health) for name, health in hub.monitoring.sources.health.items()},
    ),
    HubSensorDescription(
        key="requests",
        translation_key="requests",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: len(hub.requests.book.pending),
    ),
    HubSensorDescription(
        key="updates_outstanding",
        translation_key="updates_outstanding",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.firmware.count(FirmwareState.UPDATE_AVAILABLE, FirmwareState.OVERDUE),
    ),
    HubSensorDescription(
        key="updates_overdue",
        translation_key="updates_overdue",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.firmware.count(FirmwareState.OVERDUE),
    ),
    HubSensorDescription(
        key="updates_unsupported",
        translation_key="updates_unsupported",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda hub: hub.firmware.count(FirmwareState.UNSUPPORTED, FirmwareState.END_OF_SUPPORT),
    ),
    HubSensorDescription(
        key="updates_progress",
        translation_key="updates_progress",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_progress,
    ),
    HubSensorDescription(
        key="updates_window",
        translation_key="updates_window",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda hub: next((at for at, _ in hub.firmware.settings.window.occurrences(dt_util.now())), None),
    ),
)

SENT = SensorEntityDescription(
    key="sent",
    translation_key="sent",
    device_class=SensorDeviceClass.DATA_SIZE,
    state_class=SensorStateClass.TOTAL_INCREASING,
    native_unit_of_measurement=UnitOfInformation.BYTES,
    suggested_unit_of_measurement=UnitOfInformation.MEGABYTES,
    suggested_display_precision=1,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)

ANOMALY_SCORE = SensorEntityDescription(
    key="anomaly_score",
    translation_key="anomaly_score",
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)

FIRMWARE = SensorEntityDescription(
    key="firmware_status",
    translation_key="firmware_status",
    device_class=SensorDeviceClass.ENUM,
    options=[state.value for state in FirmwareState],
    entity_category=EntityCategory.DIAGNOSTIC,
)
_MAX_LISTED = 5
"""Vulnerabilities that one state names; a list may be long."""


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's sensors, and those of every governed asset, now and as assets appear."""
    hub = entry.runtime_data
    async_add_entities(HubSensor(hub, description) for description in SENSORS)

    async_add_asset_entities(hub, async_add_entities, partial(_sensors, hub))


def _sensors(hub: SecureHub, asset: Asset) -> Iterator[AssetEntity]:
    """The sensors of an asset."""
    yield FirmwareSensor(hub, asset, FIRMWARE)
    yield ScoreSensor(hub, asset, ANOMALY_SCORE)
    if asset.values(IdentifierKind.MAC):
        yield SentSensor(hub, asset, SENT)


class HubSensor(HubEntity, SensorEntity):
    """One figure of the hub."""

    entity_description: HubSensorDescription

    @property
    @override
    def native_value(self) -> datetime | float | int | str | None:
        """Read the figure."""
        return self.entity_description.value_fn(self.hub)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Read what stands behind it."""
        read = self.entity_description.attributes_fn
        return None if read is None else read(self.hub)


class ScoreSensor(AssetEntity, SensorEntity):
    """How sure it is that something is wrong with an asset, and how bad that would be: 0 to 100."""

    @property
    @override
    def native_value(self) -> int:
        """Read the score."""
        incident = self.hub.monitoring.incident(self.asset_id)
        return incident.score if incident else 0

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say whether what it usually does is still being learnt."""
        return {"learning": self.hub.monitoring.is_learning(self.asset_id)}


class SentSensor(AssetEntity, SensorEntity):
    """What an asset sent today, as far as it passed this machine; the rest of its day as attributes."""

    _unrecorded_attributes = frozenset(
        {"received_bytes", "refused_packets", "refused_bytes"}
        | {"quota_bytes", "quota_used_bytes", "limits_not_enforceable"}
    )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the readings of the kernel's counts."""
        await super().async_added_to_hass()
        signal = signal_traffic(self.hub.entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._async_changed))

    @property
    @override
    def native_value(self) -> int:
        """Bytes."""
        return self.hub.traffic.use(self.asset_id).sent_bytes

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say what it received, and what was dropped of both or would have been."""
        use, quota = self.hub.traffic.use(self.asset_id), self.hub.traffic.quota(self.asset_id)
        limited: dict[str, Any] = {"quota_used_bytes": quota[0], "quota_bytes": quota[1]} if quota else {}
        if lost := [kind for kind, how in self.hub.limits(self.asset_id).items() if how == NOT_ENFORCEABLE]:
            limited["limits_not_enforceable"] = lost
        return {
            "received_bytes": use.received_bytes,
            "refused_packets": use.refused,
            "refused_bytes": use.refused_bytes,
            **limited,
        }


class FirmwareSensor(AssetEntity, SensorEntity):
    """How the software of one asset stands, and why."""

    _unrecorded_attributes = frozenset({"advisories", "days_outstanding", "percentage", "release_url"})

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is judged of the asset."""
        await super().async_added_to_hass()
        signal = signal_firmware(self.hub.entry.entry_id, self.asset_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._async_changed))

    @property
    @override
    def native_value(self) -> str:
        """Read the state."""
        return self.hub.firmware.status(self.asset_id).state.value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say what it is judged by."""
        status = self.hub.firmware.status(self.asset_id)
        return {
            "version": status.installed,
            "latest": status.latest,
            "source": status.source,
            "why": status.why.value,
            "severity": status.severity.name.lower(),
            "days_outstanding": status.days,
            "deadline": _moment(status.deadline),
            "snoozed_until": _moment(status.snoozed_until),
            "support_ends": _moment(status.support_ends),
            "advisories": [match.vulnerability for match in status.matches[:_MAX_LISTED]],
            "release_url": status.release_url,
            "percentage": status.percentage,
        }


def _moment(when: float | None) -> str | None:
    return None if when is None else dt_util.utc_from_timestamp(when).isoformat()
