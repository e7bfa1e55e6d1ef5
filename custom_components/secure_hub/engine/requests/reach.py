"""From a packet that was held off to what is asked: names as people know them, and what belongs together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final

from ..assets.model import Address
from ..firewall.regions import Names
from ..policy.destinations import Destination, asset_place, target, unmapped
from ..policy.lists import NetworkList, enriched
from ..policy.scopes import Decision, PolicyError, Scope
from ..policy.service import PROTOCOLS, Protocol, Service
from ..policy.tables import Table
from .model import Ask, Kind, Want

ADDRESSES: Final = "addresses"
"""Family of everything beyond the home that no name server was asked about."""
MAX_NAMES: Final = 4
"""Names of one address that a request is about; one with more is asked for as an address."""

SERVICES: Final[Mapping[tuple[Protocol, int], str]] = {
    (Protocol.TCP, 20): "FTP",
    (Protocol.TCP, 21): "FTP",
    (Protocol.TCP, 22): "SSH",
    (Protocol.TCP, 23): "Telnet",
    (Protocol.TCP, 25): "SMTP",
    (Protocol.TCP, 53): "DNS",
    (Protocol.UDP, 53): "DNS",
    (Protocol.TCP, 80): "HTTP",
    (Protocol.TCP, 110): "POP3",
    (Protocol.UDP, 123): "NTP",
    (Protocol.TCP, 143): "IMAP",
    (Protocol.UDP, 161): "SNMP",
    (Protocol.TCP, 443): "HTTPS",
    (Protocol.UDP, 443): "QUIC",
    (Protocol.TCP, 445): "SMB",
    (Protocol.UDP, 500): "IPsec",
    (Protocol.TCP, 554): "RTSP",
    (Protocol.TCP, 587): "SMTP",
    (Protocol.TCP, 631): "IPP",
    (Protocol.TCP, 853): "DNS over TLS",
    (Protocol.TCP, 993): "IMAPS",
    (Protocol.UDP, 1194): "OpenVPN",
    (Protocol.TCP, 1883): "MQTT",
    (Protocol.UDP, 1900): "SSDP",
    (Protocol.TCP, 3389): "RDP",
    (Protocol.UDP, 3478): "STUN",
    (Protocol.UDP, 5353): "mDNS",
    (Protocol.UDP, 5683): "CoAP",
    (Protocol.TCP, 8080): "HTTP",
    (Protocol.TCP, 8123): "Home Assistant",
    (Protocol.TCP, 8443): "HTTPS",
    (Protocol.TCP, 8883): "MQTT over TLS",
    (Protocol.UDP, 51820): "WireGuard",
}
"""Names of services as people know them (IANA's registry, shortened)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One packet of a device that was held off. `protocol` is an IP protocol's number."""

    mac: str
    scope: Scope
    address: Address
    protocol: int
    port: int | None


def reach_ask(  # noqa: PLR0913, PLR0917 - a packet, and all that tells what it is
    asset_id: str,
    reach: Reach,
    table: Table,
    names: Names,
    owner: Callable[[Address], str | None],
    lists: Mapping[str, NetworkList] = MappingProxyType({}),
) -> Ask | None:
    """What is to be asked about a packet; None where nothing is: it was denied, or has been allowed meanwhile.

    `names` is what the device was told by name servers; `owner` says whose asset an address is,
    `lists` are the named lists of networks.
    """
    scope_table = table.scope(reach.scope)
    address = unmapped(reach.address)
    if scope_table is None or address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        return None
    protocol = PROTOCOLS.get(reach.protocol)
    port = None if protocol is Protocol.ICMP else reach.port
    known = sorted(name for name, addresses in names.items() if address in addresses)
    asset_id_there = owner(address) if reach.scope in {Scope.LAN, Scope.PEERS} else None
    try:
        there = target(address=address, names=known, asset_id=asset_id_there, protocol=protocol, port=port)
        if scope_table.decide(enriched(there, lists)) is not Decision.ASK:
            return None
        wants, family = _wants(reach.scope, address, known, asset_id_there, _service(protocol, port))
    except PolicyError:
        return None
    return Ask(asset_id, Kind.DESTINATION, f"{reach.scope} {family}", wants)


def _service(protocol: Protocol | None, port: int | None) -> Service | None:
    if protocol is None:
        return None
    return Service(protocol) if port is None else Service(protocol, port, port)


def _wants(
    scope: Scope, address: Address, names: list[str], asset_id: str | None, service: Service | None
) -> tuple[tuple[Want, ...], str]:
    def want(place: str) -> Want:
        return Want(scope, f"{place} {service}" if service else place)

    if scope is Scope.HUB:
        return (Want(scope, str(service) if service else "any"),), "hub"
    if asset_id is not None:
        return (want(str(asset_place(asset_id))),), asset_id
    if names and len(names) <= MAX_NAMES:  # the strictest of an address's names counts, so all of them are asked for
        return tuple(want(name) for name in names), _domain(names[0])
    return (want(str(ip_address(int(address)) if address.version == 4 else address)),), ADDRESSES  # noqa: PLR2004 - IPv4


def _domain(name: str) -> str:
    """What names of one maker mostly have in common: the last two labels."""
    return ".".join(name.rsplit(".", 2)[-2:])


def service_name(destination: Destination) -> str | None:
    """Name of the one service that a destination is about; None for several, and for those nobody knows by name."""
    service = destination.service
    if service is None or service.first != service.last:
        return None
    return SERVICES.get((service.protocol, service.first))
