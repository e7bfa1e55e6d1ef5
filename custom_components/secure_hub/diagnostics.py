"""Diagnostics: what a maintainer needs to help, without what identifies the home."""

from collections import Counter
from dataclasses import asdict
import re
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .engine.assets.model import Asset
from .engine.policy.scopes import Scope, applicable_scopes
from .hub import SecureHub, SecureHubConfigEntry

_PROVIDER: Final = frozenset({"syslog_host", "syslog_ca", "syslog_name", "mqtt_topic"})
"""Settings that say to whom telemetry goes."""
_ADDRESS: Final = re.compile(
    r"[0-9a-f]{0,4}(?:[:-][0-9a-f]{0,4}){3,}"  # MAC, EUI-64, IPv6
    r"|[0-9a-f]{0,4}::[0-9a-f:.]*"
    r"|\d{1,3}(?:\.\d{1,3}){3}"
    r"|\b(?:0x)?[0-9a-f]{12,16}\b",
    re.IGNORECASE,
)
"""What the kernel's and ZHA's own words may hold."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
) -> dict[str, Any]:
    """Tell of the whole hub; hardware and IP addresses are counted, never named."""
    hub = entry.runtime_data
    return {
        "settings": async_redact_data({**entry.data, **entry.options}, _PROVIDER),
        "enforcement": hub.state.value,
        "enforcers": {
            name: {
                "health": enforcer.status.health.value,
                "reason": enforcer.status.reason,
                "detail": _ADDRESS.sub(REDACTED, enforcer.status.detail or ""),
                "holds": len(enforcer.held()),
                "scopes": sorted(enforcer.scopes),
            }
            for name, enforcer in hub.enforcement.named().items()
        },
        "topology": {
            "links": [
                {"name": link.name, "kind": link.kind, "master": link.master, "up": link.up}
                for link in hub.home.topology.links
            ],
            "neighbours": Counter(neighbour.interface for neighbour in hub.home.topology.neighbours),
            "forwards_ipv4": hub.home.topology.forwards_ipv4,
            "forwards_ipv6": hub.home.topology.forwards_ipv6,
        },
        "sources": {
            name.value: asdict(it) | {"reason": _ADDRESS.sub(REDACTED, it.reason)}
            for name, it in hub.monitoring.sources.health.items()
        },
        "telemetry": {key: it for key, it in hub.telemetry.status.items() if key != "outlets"}
        | {"outlets": [it | {"error": _ADDRESS.sub(REDACTED, it["error"])} for it in hub.telemetry.status["outlets"]]},
        "journal": {"intact": hub.journal.status.broken is None, "records": hub.journal.status.head.seq},
        "assets": [_asset(hub, asset) for asset in hub.assets.values()],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    device: DeviceEntry,
) -> dict[str, Any]:
    """Tell of the one asset that a device is."""
    hub = entry.runtime_data
    asset = hub.asset_of_device(device.id)
    return {"asset": _asset(hub, asset) if asset else None}


def _asset(hub: SecureHub, asset: Asset) -> dict[str, Any]:
    coverage = hub.coverage(asset.id)
    return {
        "id": asset.id,
        "manufacturer": asset.record.manufacturer,
        "model": asset.record.model,
        "class": asset.classification.asset_class.value,
        "evidence": [
            {"class": item.asset_class.value, "fact": item.fact, "weight": item.weight}
            for item in asset.classification.evidence
        ],
        "identifiers": Counter(identifier.kind.value for identifier in asset.record.identifiers),
        "addresses": Counter(f"ipv{address.version}" for address in asset.addresses),
        "interfaces": sorted(asset.interfaces),
        "sources": Counter(sighting.source for sighting in asset.sightings),
        "coverage": coverage.level.value,
        "coverage_reason": coverage.reason,
        "standing": hub.policy.standing(asset.id).value,
        "contained": hub.enforcement.is_contained(asset.id),
        "scopes": {scope.value: _scope(hub, asset.id, scope) for scope in applicable_scopes(asset)},
    }


def _scope(hub: SecureHub, asset_id: str, scope: Scope) -> dict[str, str | bool]:
    """What holds in a scope, which layer decided it, and what of it is enforced; never where it leads."""
    verdict, coverage = hub.explain(asset_id, scope), hub.scope_coverage(asset_id, scope)
    return {
        "decision": verdict.decision.value,
        "reason": verdict.reason,
        "coverage": coverage.level.value,
        "coverage_reason": coverage.reason,
        "enforced": hub.enforced(asset_id, scope),
        "too_large": hub.is_too_large(asset_id, scope),
    }
