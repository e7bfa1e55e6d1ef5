"""Coverage: how far a quarantine of an asset reaches from where this host stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ..assets.model import Asset, IdentifierKind
from ..policy.scopes import NETWORK_SCOPES, Scope
from ..topology import Link, Topology, uplinks


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


ZIGBEE_GATE = "zigbee_gate"
"""Reason of what is covered by the radio's gate rather than by the firewall."""

ZIGBEE_LINKS = "zigbee_links"
"""Reason of what is covered by taking a radio device out of its groups and bindings."""

_ZIGBEE_LINKS = Coverage(CoverageLevel.ROUTED, ZIGBEE_LINKS)
_ZIGBEE_GATE = Coverage(CoverageLevel.FULL, ZIGBEE_GATE)
_NO_MAC = Coverage(CoverageLevel.NONE, "no_mac")
NOT_SEEN = Coverage(CoverageLevel.NONE, "not_seen")
_NOT_GUARDED = Coverage(CoverageLevel.NONE, "not_guarded")
_BESIDE_HUB = Coverage(CoverageLevel.HUB_ONLY, "beside_hub")
_BEHIND_INTERFACE = Coverage(CoverageLevel.ROUTED, "behind_interface")
_WIRELESS = Coverage(CoverageLevel.ROUTED, "wireless")
_SHARED_PORT = Coverage(CoverageLevel.ROUTED, "shared_port")
_BEHIND_BRIDGE = Coverage(CoverageLevel.FULL, "behind_bridge")
_NO_ENFORCER = dict.fromkeys(Scope, Coverage(CoverageLevel.NONE, "no_enforcer")) | {
    Scope.PEERS: Coverage(CoverageLevel.NONE, "radio_neighbours")
}
"""Scopes that nobody can enforce, unless the Zigbee gate does."""


def coverages(assets: Mapping[str, Asset], topology: Topology, iot_interfaces: Collection[str]) -> dict[str, Coverage]:
    """Coverage of every asset; time O(assets + stations)."""
    surveyor = _Surveyor(topology, iot_interfaces)
    return {asset_id: surveyor.coverage(asset) for asset_id, asset in assets.items()}


def coverage(asset: Asset, topology: Topology, iot_interfaces: Collection[str]) -> Coverage:
    """How far a quarantine of `asset` reaches; with several ways to the asset, the weakest counts.

    A bridge of this host covers fully what has a wired port to itself. Of stations of one access point, and of
    devices behind one port (a switch), this host sees only what leaves them. A port on which nobody else is heard
    counts as the asset's own.
    """
    return _Surveyor(topology, iot_interfaces).coverage(asset)


def scope_coverage(asset: Asset, whole: Coverage, scope: Scope) -> Coverage:
    """How far a decision about one scope of `asset` is enforced, `whole` being the coverage of the asset.

    This host sees everything that is said to it and everything that leaves the asset's segment; neighbours on a segment
    may reach each other without it. What Home Assistant itself does with the asset is held back by the Zigbee gate or
    by nobody; for one that is on a network too, the gate would be one of two ways.
    """
    has_network = bool(asset.values(IdentifierKind.MAC) or asset.addresses)
    if scope not in NETWORK_SCOPES or not has_network:
        if has_network or not is_behind_gate(asset):
            return _NO_ENFORCER[scope]
        return {Scope.PEERS: _ZIGBEE_LINKS, Scope.CONTROL: _ZIGBEE_GATE, Scope.REPORT: _ZIGBEE_GATE}.get(
            scope, _NO_ENFORCER[scope]
        )
    if whole.level is CoverageLevel.NONE:
        return whole
    if scope is Scope.HUB:
        return Coverage(CoverageLevel.FULL, whole.reason)
    if whole.level is CoverageLevel.HUB_ONLY:
        return Coverage(CoverageLevel.NONE, whole.reason)
    return Coverage(CoverageLevel.FULL, whole.reason) if scope is Scope.INTERNET else whole


def is_behind_gate(asset: Asset) -> bool:
    """Whether this host's own Zigbee network carries it; another gateway's (deCONZ) is out of reach."""
    return bool(asset.values(IdentifierKind.IEEE)) and any(s.domain == "zha" for s in asset.sightings)


class _Surveyor:
    """A topology, indexed for the question of what is behind what."""

    def __init__(self, topology: Topology, iot_interfaces: Collection[str]) -> None:
        self._iot_interfaces = iot_interfaces
        self._is_router = topology.forwards_ipv4 or topology.forwards_ipv6
        self._uplinks = uplinks(topology)
        self._links = {link.name: link for link in topology.links}
        self._ports: dict[str, list[Link]] = {}
        for link in topology.links:
            if link.master is not None:
                self._ports.setdefault(link.master, []).append(link)
        self._heard: dict[tuple[str, str], set[str]] = {}
        self._crowds: dict[tuple[str, str], set[str]] = {}
        for station in topology.stations:
            self._heard.setdefault((station.bridge, station.mac), set()).add(station.port)
            self._crowds.setdefault((station.bridge, station.port), set()).add(station.mac)

    def coverage(self, asset: Asset) -> Coverage:
        macs = asset.values(IdentifierKind.MAC)
        if not macs:
            return _ZIGBEE_GATE if is_behind_gate(asset) else _NO_MAC
        ways = (self._behind(macs, interface) for interface in asset.interfaces)
        return min(ways, key=lambda one: (_Reach[one.level.name], one.reason), default=NOT_SEEN)

    def _behind(self, macs: frozenset[str], interface: str) -> Coverage:
        link = self._links.get(interface)
        if interface not in self._iot_interfaces or link is None:
            return _NOT_GUARDED
        if not self._is_router or interface in self._uplinks:
            return _BESIDE_HUB
        if link.kind != "bridge":
            return _WIRELESS if link.wireless else _BEHIND_INTERFACE
        return self._across_bridge(macs, interface)

    def _across_bridge(self, macs: frozenset[str], bridge: str) -> Coverage:
        """Judge by the ports that the bridge heard it on; before it heard it, by all that it could be behind."""
        heard = {port for mac in macs for port in self._heard.get((bridge, mac), ())}
        ports = [port for port in self._ports.get(bridge, ()) if not heard or port.name in heard]
        if any(port.wireless for port in ports):
            return _WIRELESS
        if heard:
            is_shared = any(not self._crowds[bridge, port] <= macs for port in heard)
            return _SHARED_PORT if is_shared else _BEHIND_BRIDGE
        return _BEHIND_BRIDGE if len(ports) > 1 else _SHARED_PORT
