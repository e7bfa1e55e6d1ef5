"""Hosts in a network, for the tests of everything that looks at one."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

from custom_components.secure_hub.engine.assets.model import (
    Asset,
    AssetClass,
    AssetRecord,
    Classification,
    Identifier,
    IdentifierKind,
    Sighting,
)
from custom_components.secure_hub.engine.topology import Link, Neighbour, Route, Topology

GATEWAY_MAC = "b8:27:eb:00:00:fe"
HUB_MAC = "b8:27:eb:00:00:f0"
LAPTOP_MAC = "b8:27:eb:00:00:1a"


def mac(number: int) -> str:
    return f"b8:27:eb:00:01:{number:02x}"


def link(name: str, kind: str = "", master: str | None = None, *, wireless: bool = False) -> Link:
    return Link(name, f"b8:27:eb:00:ff:{sum(name.encode()) % 256:02x}", kind, master, up=True, wireless=wireless)


def neighbour(address: str, hardware: str, interface: str) -> Neighbour:
    return Neighbour(ip_address(address), hardware, interface)


def route(destination: str, interface: str, gateway: str | None = None) -> Route:
    return Route(ip_network(destination), ip_address(gateway) if gateway else None, interface)


ROUTED = Topology(
    links=(
        Link("lo", None, "", None, up=True),
        replace(link("br-iot", "bridge"), mac=HUB_MAC),
        link("port1", "veth", "br-iot"),
        link("port2", "veth", "br-iot"),
        link("eth-lan"),
        link("eth-wan"),
        link("docker0", "bridge"),
        link("wg0", "wireguard"),
    ),
    addresses=(
        ("lo", ip_interface("127.0.0.1/8")),
        ("br-iot", ip_interface("10.66.1.1/24")),
        ("br-iot", ip_interface("fd66:1::1/64")),
        ("eth-lan", ip_interface("10.66.2.1/24")),
        ("eth-wan", ip_interface("203.0.113.2/24")),
        ("docker0", ip_interface("172.17.0.1/16")),
    ),
    neighbours=(
        neighbour("203.0.113.1", GATEWAY_MAC, "eth-wan"),
        neighbour("10.66.2.10", LAPTOP_MAC, "eth-lan"),
        neighbour("10.66.1.11", mac(1), "br-iot"),
        neighbour("fd66:1::11", mac(1), "br-iot"),
        neighbour("10.66.1.12", mac(2), "br-iot"),
    ),
    routes=(
        route("0.0.0.0/0", "eth-wan", "203.0.113.1"),
        route("203.0.113.0/24", "eth-wan"),
        route("10.66.1.0/24", "br-iot"),
        route("10.66.2.0/24", "eth-lan"),
        route("fd66:1::/64", "br-iot"),
    ),
    nameservers=(ip_address("127.0.0.53"), ip_address("10.66.2.53")),
    forwards_ipv4=True,
)
"""The hub as router between an IoT bridge, a LAN and a WAN."""

FLAT = Topology(
    links=(Link("lo", None, "", None, up=True), replace(link("eth0"), mac=HUB_MAC)),
    addresses=(("eth0", ip_interface("192.168.1.2/24")),),
    neighbours=(
        neighbour("192.168.1.1", GATEWAY_MAC, "eth0"),
        neighbour("192.168.1.11", mac(1), "eth0"),
    ),
    routes=(route("0.0.0.0/0", "eth0", "192.168.1.1"), route("192.168.1.0/24", "eth0")),
    nameservers=(ip_address("192.168.1.1"),),
)
"""The hub as an ordinary host."""


def asset(  # noqa: PLR0913 - what an asset is made of, by name
    asset_id: str,
    *macs: str,
    ieee: str | None = None,
    interface: str | None = None,
    addresses: tuple[str, ...] = (),
    asset_class: AssetClass = AssetClass.IOT_ENDPOINT,
    domain: str | None = None,
    is_coordinator: bool = False,
) -> Asset:
    identifiers = frozenset(
        {Identifier(IdentifierKind.MAC, one) for one in macs}
        | ({Identifier(IdentifierKind.IEEE, ieee)} if ieee else set())
    )
    sighting = Sighting(
        "test",
        identifiers,
        domain=domain or ("zha" if ieee else None),
        interface=interface,
        addresses=frozenset(map(ip_address, addresses)),
        is_coordinator=is_coordinator,
    )
    return Asset(
        AssetRecord(asset_id, identifiers, asset_id, 1.0), (sighting,), Classification(asset_class, overridden=True)
    )
