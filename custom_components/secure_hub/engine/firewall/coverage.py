"""Coverage: how far a quarantine of an asset reaches from where this host stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ..assets.model import Asset, IdentifierKind
from .topology import Topology, uplinks


class CoverageLevel(StrEnum):
    """What can be enforced about an asset."""

    FULL = "full"
    """All its traffic passes this host."""
    ROUTED = "routed"
    """What leaves its segment passes this host; its talk with neighbours there may not."""
    HUB_ONLY = "hub_only"
    """Only its talk with this host passes this host."""
    NONE = "none"
    """Nothing can be enforced from here."""


class _Reach(IntEnum):
    NONE = 0
    HUB_ONLY = 1
    ROUTED = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much can be enforced, and the translation key of the reason."""

    level: CoverageLevel
    reason: str


_ZIGBEE_GATE = Coverage(CoverageLevel.FULL, "zigbee_gate")
_NO_MAC = Coverage(CoverageLevel.NONE, "no_mac")
_NOT_SEEN = Coverage(CoverageLevel.NONE, "not_seen")
_NOT_GUARDED = Coverage(CoverageLevel.NONE, "not_guarded")
_BESIDE_HUB = Coverage(CoverageLevel.HUB_ONLY, "beside_hub")
_BEHIND_INTERFACE = Coverage(CoverageLevel.ROUTED, "behind_interface")
_WIRELESS = Coverage(CoverageLevel.ROUTED, "wireless")
_SHARED_PORT = Coverage(CoverageLevel.ROUTED, "shared_port")
_BEHIND_BRIDGE = Coverage(CoverageLevel.FULL, "behind_bridge")


def coverage(asset: Asset, topology: Topology, iot_interfaces: Collection[str]) -> Coverage:
    """How far a quarantine of `asset` reaches; with several ways to the asset, the weakest counts.

    A bridge of this host covers fully what has a wired port to itself. Of stations of one access point, and of
    devices behind one port (a switch), this host sees only what leaves them. A port on which nobody else is heard
    counts as the asset's own.
    """
    if not asset.values(IdentifierKind.MAC):
        return _ZIGBEE_GATE if _is_behind_gate(asset) else _NO_MAC
    if not asset.interfaces:
        return _NOT_SEEN
    return _weakest(_behind(asset, name, topology, iot_interfaces) for name in asset.interfaces)


def _is_behind_gate(asset: Asset) -> bool:
    """Whether this host's own Zigbee network carries it; another gateway's (deCONZ) is out of reach."""
    return bool(asset.values(IdentifierKind.IEEE)) and any(s.domain == "zha" for s in asset.sightings)


def _weakest(found: Iterable[Coverage]) -> Coverage:
    return min(found, key=lambda one: (_Reach[one.level.name], one.reason))


def _behind(asset: Asset, interface: str, topology: Topology, iot_interfaces: Collection[str]) -> Coverage:
    link = next((link for link in topology.links if link.name == interface), None)
    if interface not in iot_interfaces or link is None:
        return _NOT_GUARDED
    if not (topology.forwards_ipv4 or topology.forwards_ipv6) or interface in uplinks(topology):
        return _BESIDE_HUB
    if link.kind != "bridge":
        return _WIRELESS if link.wireless else _BEHIND_INTERFACE
    return _across_bridge(asset, interface, topology)


def _across_bridge(asset: Asset, bridge: str, topology: Topology) -> Coverage:
    """Judge by the ports that the bridge heard the asset on; before it heard it, by all that it could be behind."""
    macs = asset.values(IdentifierKind.MAC)
    heard = {station.port for station in topology.stations if station.bridge == bridge and station.mac in macs}
    ports = [link for link in topology.links if link.master == bridge and (not heard or link.name in heard)]
    if any(port.wireless for port in ports):
        return _WIRELESS
    if heard:
        is_shared = any(
            station.bridge == bridge and station.port in heard and station.mac not in macs
            for station in topology.stations
        )
        return _SHARED_PORT if is_shared else _BEHIND_BRIDGE
    return _BEHIND_BRIDGE if len(ports) > 1 else _SHARED_PORT
