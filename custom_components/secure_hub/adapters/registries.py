"""Registries: Home Assistant's devices, entities, trackers and users, as the engine sees them.

Since Home Assistant 2026.8 a device belongs to one config entry, so that one thing is several devices; the engine joins
them. Devices that were one before then carry the id of that one (`composite_device_id`); a child device (2026.9) has
no connections of its own and belongs to its parent. Our own devices say nothing about the home and are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from homeassistant.components.device_tracker.const import DOMAIN as TRACKER_DOMAIN, ScannerEntityStateAttribute
from homeassistant.const import STATE_HOME
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.helpers.event import TrackStates, async_call_later, async_track_state_change_filtered
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..engine.assets.model import Address, Identifier, IdentifierKind, Sighting, hardware_identifier
from ..engine.policy.rules import MatcherKind

ADMIN_MEMORY: Final = timedelta(hours=24)
"""How long after its last token the machine of an administrator is protected."""
QUIET: Final = 0.2
"""Seconds in which changes are gathered: setting up an integration makes hundreds."""

_ZHA: Final = "zha"
_COORDINATOR_NAME: Final = "Zigbee Coordinator"
_CONNECTIONS: Final = {
    dr.CONNECTION_NETWORK_MAC: IdentifierKind.MAC,
    dr.CONNECTION_BLUETOOTH: IdentifierKind.BLUETOOTH,
    dr.CONNECTION_ZIGBEE: IdentifierKind.IEEE,
}
_MAX_HOSTNAME: Final = 64


@callback
def registry_sets(hass: HomeAssistant) -> Mapping[MatcherKind, frozenset[str]]:
    """Ids of the areas and labels that there are, for rules to name."""
    return {
        MatcherKind.AREA: frozenset(ar.async_get(hass).areas),
        MatcherKind.LABEL: frozenset(lr.async_get(hass).labels),
    }


@callback
def registry_sightings(hass: HomeAssistant) -> tuple[Sighting, ...]:
    """Everything that Home Assistant knows of the things in the home. O(devices + entities); no I/O."""
    devices, entities = dr.async_get(hass), er.async_get(hass)
    platforms: dict[str, set[str]] = defaultdict(set)
    for entity in entities.entities.values():
        if entity.device_id and entity.platform != DOMAIN:
            platforms[entity.device_id].add(entity.domain)
    tracked = dict(_tracked(hass, entities))
    domains = {entry.entry_id: entry.domain for entry in hass.config_entries.async_entries()}
    upstream = {device.via_device_id for device in devices.devices if domains.get(device.config_entry_id) == _ZHA}
    found: list[Sighting] = []
    for device in devices.devices:
        domain = domains.get(device.config_entry_id)
        if domain == DOMAIN:
            continue
        sighting = _device(device, domain, platforms, is_upstream=device.id in upstream)
        addresses = tracked.pop(device.id, None)
        found.append(replace(sighting, addresses=addresses.addresses) if addresses else sighting)
        found.extend(
            _child(child, sighting, platforms) for child in dr.async_entries_for_parent_device(devices, device.id)
        )
    found.extend(sighting for sighting in tracked.values() if sighting.identifiers)
    return tuple(found)


def _device(
    device: dr.DeviceEntry, domain: str | None, platforms: Mapping[str, set[str]], *, is_upstream: bool
) -> Sighting:
    identifiers = {_registry_identifier(identifier) for identifier in device.identifiers}
    for kind, value in device.connections:
        if kind in _CONNECTIONS and (identifier := hardware_identifier(_CONNECTIONS[kind], value)):
            identifiers.add(identifier)
    is_radio = domain == _ZHA and any(kind == dr.CONNECTION_ZIGBEE for kind, _ in device.connections)
    return Sighting(
        source="device_registry",
        identifiers=frozenset(identifiers),
        device_id=device.id,
        domain=domain,
        name=device.name,
        user_name=device.name_by_user,
        manufacturer=device.manufacturer,
        model=device.model,
        sw_version=device.sw_version,
        area_id=device.area_id,
        labels=frozenset(device.labels),
        composite_id=device.composite_device_id,
        platforms=frozenset(platforms.get(device.id, ())),
        is_service=device.entry_type is dr.DeviceEntryType.SERVICE,
        is_coordinator=is_radio and (is_upstream or device.name == _COORDINATOR_NAME),
        created_at=device.created_at.timestamp(),
    )


def _child(child: dr.ChildDeviceEntry, parent: Sighting, platforms: Mapping[str, set[str]]) -> Sighting:
    """Make the sighting of a child: its area is its parent's unless it has one, its labels are its own."""
    return Sighting(
        source="device_registry",
        identifiers=frozenset(_registry_identifier(identifier) for identifier in child.identifiers),
        device_id=child.id,
        domain=parent.domain,
        name=child.name,
        user_name=child.name_by_user,
        area_id=child.area_id or parent.area_id,
        labels=frozenset(child.labels),
        parent_id=child.parent_device_id,
        platforms=frozenset(platforms.get(child.id, ())),
        created_at=child.created_at.timestamp(),
    )


def _registry_identifier(identifier: Iterable[Any]) -> Identifier:
    """Join the parts: some integrations register more than the two that Home Assistant asks for."""
    return Identifier(IdentifierKind.REGISTRY, ":".join(map(str, identifier)))


def _tracked(hass: HomeAssistant, entities: er.EntityRegistry) -> Iterator[tuple[str, Sighting]]:
    """What trackers say of things that are at home now, by device id, or by MAC address where it shows one."""
    for state in hass.states.async_all(TRACKER_DOMAIN):
        entity = entities.async_get(state.entity_id)
        if state.state != STATE_HOME or (entity is not None and entity.platform == DOMAIN):
            continue
        addresses = frozenset(_addresses(state))
        mac = hardware_identifier(IdentifierKind.MAC, str(state.attributes.get(ScannerEntityStateAttribute.MAC) or ""))
        hostname = state.attributes.get(ScannerEntityStateAttribute.HOST_NAME)
        if mac is not None:
            yield (
                mac.value,
                Sighting(
                    source="device_tracker",
                    identifiers=frozenset({mac}),
                    domain=entity.platform if entity else None,
                    hostname=str(hostname)[:_MAX_HOSTNAME] if hostname else None,
                    addresses=addresses,
                ),
            )
        elif addresses and entity is not None and entity.device_id:
            yield entity.device_id, Sighting("device_tracker", frozenset(), addresses=addresses)


def _addresses(state: State) -> Iterator[Address]:
    try:
        address = ip_address(str(state.attributes.get(ScannerEntityStateAttribute.IP) or ""))
    except ValueError:
        return
    if not (address.is_unspecified or address.is_loopback or address.is_multicast):
        yield address


async def admin_addresses(hass: HomeAssistant) -> frozenset[Address]:
    """IP addresses from which active administrators have used Home Assistant within `ADMIN_MEMORY`."""
    since = dt_util.utcnow() - ADMIN_MEMORY
    found = set()
    for user in await hass.auth.async_get_users():
        if not user.is_active or not user.is_admin or user.system_generated:
            continue
        for token in user.refresh_tokens.values():
            if token.last_used_at is None or token.last_used_at < since or not token.last_used_ip:
                continue
            try:
                address = ip_address(token.last_used_ip.partition("%")[0])
            except ValueError:
                continue
            mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
            found.add(mapped or address)
    return frozenset(found)


class RegistryWatch:
    """Says when the registries or the trackers say something else.

    Areas need no listener: a device whose area or label goes away is itself updated.
    """

    def __init__(self, hass: HomeAssistant, on_change: Callable[[], object]) -> None:
        """Call `on_change` in the event loop, once for all changes within `QUIET` seconds."""
        self._hass = hass
        self._on_change = on_change
        self._stops: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Listen."""
        trackers = async_track_state_change_filtered(
            self._hass, TrackStates(all_states=False, entities=set(), domains={TRACKER_DOMAIN}), self._tracker_changed
        )
        self._stops = [
            self._hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._device_changed),
            self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_changed),
            trackers.async_remove,
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
    def _device_changed(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        device = dr.async_get(self._hass).async_get(event.data["device_id"])
        entry = self._hass.config_entries.async_get_entry(device.config_entry_id) if device else None
        if entry is None or entry.domain != DOMAIN:
            self._schedule()

    @callback
    def _entity_changed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """An entity matters by the device that it is on; our own do not."""
        if event.data["action"] == "update" and "device_id" not in event.data["changes"]:
            return
        entity = er.async_get(self._hass).async_get(event.data["entity_id"])
        if entity is None or entity.platform != DOMAIN:
            self._schedule()

    @callback
    def _tracker_changed(self, event: Event[EventStateChangedData]) -> None:
        if _told(event.data["old_state"]) != _told(event.data["new_state"]):
            self._schedule()

    @callback
    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = async_call_later(self._hass, QUIET, self._due)

    @callback
    def _due(self, _now: object) -> None:
        self._timer = None
        self._on_change()


def _told(state: State | None) -> tuple[object, ...]:
    """What of a tracker's state is looked at."""
    if state is None or state.state != STATE_HOME:
        return ()
    return tuple(state.attributes.get(attribute) for attribute in ScannerEntityStateAttribute)
