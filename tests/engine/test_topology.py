"""Topology: what interfaces are for, and who is behind them."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface

import pytest

from custom_components.secure_hub.engine.assets.model import Identifier, IdentifierKind
from custom_components.secure_hub.engine.topology import (
    Link,
    Role,
    RoleGuess,
    Station,
    Topology,
    gateways,
    guess_roles,
    interface_towards,
    neighbour_sightings,
    own_macs,
    uplinks,
)

from .firewall.homes import FLAT, GATEWAY_MAC, HUB_MAC, LAPTOP_MAC, ROUTED, link, mac, neighbour, route


def test_roles_of_a_router() -> None:
    assert {name: (guess.role, guess.reason) for name, guess in guess_roles(ROUTED).items()} == {
        "lo": (Role.IGNORED, "not_ethernet"),
        "br-iot": (Role.IOT, "name"),
        "port1": (Role.IGNORED, "bridge_port"),
        "port2": (Role.IGNORED, "bridge_port"),
        "eth-lan": (Role.LAN, "name"),
        "eth-wan": (Role.WAN, "default_route"),
        "docker0": (Role.IGNORED, "containers"),
        "wg0": (Role.IGNORED, "virtual"),
    }


def test_roles_of_an_ordinary_host() -> None:
    assert guess_roles(FLAT)["eth0"] == RoleGuess(Role.LAN, "only_network")


@pytest.mark.parametrize(
    ("interface", "address", "expected"),
    [
        (link("wlan0", wireless=True), "10.0.0.1/24", RoleGuess(Role.IOT, "access_point")),
        (link("ppp0"), "10.0.0.1/24", RoleGuess(Role.WAN, "name")),
        (link("eth3"), "10.0.0.1/24", RoleGuess(Role.LAN, "addressed")),
        (link("eth3"), "fe80::1/64", RoleGuess(Role.IGNORED, "no_address")),
        (link("eth3"), None, RoleGuess(Role.IGNORED, "no_address")),
        (link("eth0.20-guest", "vlan"), None, RoleGuess(Role.IOT, "name")),
        (link("br-0123456789ab", "bridge"), "172.18.0.1/16", RoleGuess(Role.IGNORED, "containers")),
        (link("biotope"), "10.0.0.1/24", RoleGuess(Role.LAN, "addressed")),
        (Link("tun0", None, "tun", None, up=True), "10.8.0.1/24", RoleGuess(Role.IGNORED, "not_ethernet")),
    ],
)
def test_role_of_one_more_interface(interface: Link, address: str | None, expected: RoleGuess) -> None:
    addresses = (*FLAT.addresses, (interface.name, ip_interface(address))) if address else FLAT.addresses
    topology = replace(FLAT, links=(*FLAT.links, interface), addresses=addresses)
    assert guess_roles(topology)[interface.name] == expected


def test_the_uplink_is_wan_once_there_is_something_behind_this_host() -> None:
    topology = replace(
        FLAT, links=(*FLAT.links, link("eth1")), addresses=(*FLAT.addresses, ("eth1", ip_interface("10.0.0.1/24")))
    )
    assert guess_roles(topology)["eth0"] == RoleGuess(Role.WAN, "default_route")


def test_what_leads_where() -> None:
    assert uplinks(ROUTED) == {"eth-wan"}
    assert gateways(ROUTED) == {("eth-wan", ip_address("203.0.113.1"))}
    assert HUB_MAC in own_macs(ROUTED)
    assert interface_towards(ROUTED, ip_address("10.66.1.11")) == "br-iot", "the longest prefix wins"
    assert interface_towards(ROUTED, ip_address("198.51.100.1")) == "eth-wan"
    assert interface_towards(ROUTED, ip_address("2001:db8::1")) is None
    assert interface_towards(Topology(), ip_address("10.0.0.1")) is None


def test_neighbours_are_sighted_once_per_address_and_interface() -> None:
    found = {(one.interface, *one.identifiers): one for one in neighbour_sightings(ROUTED)}
    first = Identifier(IdentifierKind.MAC, mac(1))
    assert found["br-iot", first].addresses == {ip_address("10.66.1.11"), ip_address("fd66:1::11")}
    assert {key[0] for key in found} == {"br-iot", "eth-lan"}, "who is on the provider's side is not in the home"
    assert len(found) == 3


def test_this_host_and_what_is_no_thing_are_not_sighted() -> None:
    topology = replace(
        ROUTED,
        neighbours=(
            neighbour("10.66.1.1", HUB_MAC, "br-iot"),
            neighbour("224.0.0.251", "01:00:5e:00:00:fb", "br-iot"),
            neighbour("10.66.2.10", LAPTOP_MAC, "eth-lan"),
            neighbour("203.0.113.1", GATEWAY_MAC, "eth-wan"),
        ),
    )
    assert [one.interface for one in neighbour_sightings(topology)] == ["eth-lan"]
    assert [one.interface for one in neighbour_sightings(topology, {"eth-wan"})] == ["eth-wan"]


def test_who_never_spoke_to_this_host_is_sighted_by_the_bridge() -> None:
    topology = replace(ROUTED, stations=(Station(mac(8), "br-iot", "port1"), Station(mac(1), "br-iot", "port1")))
    found = {next(iter(one.identifiers)).value: one for one in neighbour_sightings(topology)}
    assert (found[mac(8)].interface, found[mac(8)].addresses) == ("br-iot", frozenset())
    assert len(found[mac(1)].addresses) == 2
    assert len(found) == 4


def test_a_host_of_the_flat_network_is_sighted_with_its_gateway() -> None:
    assert len(neighbour_sightings(FLAT)) == 2


def test_a_second_default_route_is_a_second_uplink() -> None:
    topology = replace(ROUTED, routes=(*ROUTED.routes, route("::/0", "eth-lan", "fe80::1")))
    assert uplinks(topology) == {"eth-wan", "eth-lan"}
