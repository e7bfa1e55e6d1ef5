"""Safety: who is never cut off, and who only says so."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from custom_components.secure_hub.engine.assets.model import Asset
from custom_components.secure_hub.engine.policy.safety import Environment, Protection, environment, protection
from custom_components.secure_hub.engine.topology import Topology

from ..firewall.homes import FLAT, GATEWAY_MAC, HUB_MAC, LAPTOP_MAC, ROUTED, asset, mac, neighbour, route

LAPTOP = ip_address("10.66.2.10")


@pytest.mark.parametrize(
    ("subject", "topology", "reason"),
    [
        (asset("hub", HUB_MAC), ROUTED, Protection.IS_HUB),
        (asset("gateway", GATEWAY_MAC), ROUTED, Protection.IS_GATEWAY),
        (asset("gateway", mac(9), GATEWAY_MAC), ROUTED, Protection.IS_GATEWAY),
        (asset("gateway", mac(9), addresses=("203.0.113.1",)), replace(ROUTED, neighbours=()), Protection.IS_GATEWAY),
        (asset("dns", mac(9), addresses=("10.66.2.53",)), ROUTED, Protection.IS_DNS),
        (asset("laptop", LAPTOP_MAC), ROUTED, Protection.IS_ADMIN_MACHINE),
        (asset("stick", ieee="00:0d:6f:00:00:00:00:00", is_coordinator=True), ROUTED, Protection.IS_COORDINATOR),
        (asset("cam", mac(1), interface="br-iot", addresses=("10.66.1.11",)), ROUTED, None),
        (asset("bulb", ieee="00:0d:6f:00:00:00:00:01"), ROUTED, None),
        (asset("gateway and dns", GATEWAY_MAC), FLAT, Protection.IS_GATEWAY),
        (asset("anything", mac(1)), Topology(), None),
    ],
)
def test_protection(subject: Asset, topology: Topology, reason: Protection | None) -> None:
    assert protection(subject, environment(topology, {LAPTOP})) is reason


def test_an_empty_environment_protects_nobody() -> None:
    assert protection(asset("hub", HUB_MAC), Environment()) is None


def test_a_device_elsewhere_that_claims_the_gateways_address_gains_nothing() -> None:
    spoofed = replace(ROUTED, neighbours=(*ROUTED.neighbours, neighbour("203.0.113.1", mac(1), "br-iot")))
    surroundings = environment(spoofed)
    assert protection(asset("cam", mac(1), interface="br-iot", addresses=("203.0.113.1",)), surroundings) is None
    assert protection(asset("gateway", GATEWAY_MAC), surroundings) is Protection.IS_GATEWAY


def test_a_device_that_is_said_to_have_the_hubs_address_gains_nothing() -> None:
    assert protection(asset("cam", mac(1), addresses=("10.66.1.1",)), environment(ROUTED)) is None


def test_a_tracker_is_not_believed_against_the_neighbour_table() -> None:
    surroundings = environment(ROUTED, {LAPTOP})
    assert protection(asset("cam", mac(1), addresses=("10.66.2.10",)), surroundings) is None


def test_a_claim_from_behind_another_interface_is_not_believed() -> None:
    cam = asset("cam", mac(1), interface="br-iot", addresses=("10.66.2.53",))
    assert protection(cam, environment(ROUTED)) is None
    dns = asset("dns", mac(1), interface="eth-lan", addresses=("10.66.2.53",))
    assert protection(dns, environment(ROUTED)) is Protection.IS_DNS


def test_who_is_reached_through_a_gateway_protects_the_gateway_only() -> None:
    far = environment(ROUTED, {ip_address("198.51.100.7")})
    assert far.protected_macs == {GATEWAY_MAC}


def test_a_link_local_gateway_is_found_behind_its_interface() -> None:
    topology = replace(
        ROUTED,
        routes=(*ROUTED.routes, route("::/0", "eth-wan", "fe80::1")),
        neighbours=(neighbour("fe80::1", GATEWAY_MAC, "eth-wan"), neighbour("fe80::1", mac(1), "br-iot")),
    )
    assert environment(topology).protected_macs == {GATEWAY_MAC}


def test_a_coordinator_on_the_network_is_known_by_its_address() -> None:
    surroundings = environment(ROUTED, coordinator_addresses={ip_address("10.66.1.12")})
    assert protection(asset("slzb", mac(2)), surroundings) is Protection.IS_COORDINATOR


def test_names_of_this_host_itself_protect_nobody_else() -> None:
    surroundings = environment(ROUTED, {ip_address("127.0.0.1"), ip_address("::1"), ip_address("10.66.1.1")})
    assert surroundings.protected_macs == {GATEWAY_MAC}
