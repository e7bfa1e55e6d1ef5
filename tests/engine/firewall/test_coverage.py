"""Coverage: said honestly, the weakest way counts."""

from dataclasses import replace

import pytest

from custom_components.secure_hub.engine.assets.model import Asset, AssetRecord, Identifier, IdentifierKind, Sighting
from custom_components.secure_hub.engine.firewall.coverage import (
    Coverage,
    CoverageLevel,
    coverage,
    coverages,
    scope_coverage,
)
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.topology import Station, Topology

from .homes import FLAT, ROUTED, asset, link, mac, route

ONE_PORT = replace(ROUTED, links=tuple(one for one in ROUTED.links if one.name != "port2"))
WITH_RADIO = replace(ROUTED, links=(*ROUTED.links, link("wlan0", "", "br-iot", wireless=True)))
ACCESS_POINT = replace(ROUTED, links=(*ROUTED.links, link("wlan1", wireless=True)))
ONLY_IPV6 = replace(ROUTED, forwards_ipv4=False, forwards_ipv6=True)
NO_ROUTER = replace(ROUTED, forwards_ipv4=False)
BRIDGED_UPLINK = replace(ROUTED, routes=(route("0.0.0.0/0", "br-iot", "10.66.1.254"),))

CAM = asset("cam", mac(1), interface="br-iot")
IEEE = "00:0d:6f:00:00:00:00:01"


@pytest.mark.parametrize(
    ("subject", "topology", "interfaces", "level", "reason"),
    [
        (CAM, ROUTED, {"br-iot"}, CoverageLevel.FULL, "behind_bridge"),
        (CAM, ONLY_IPV6, {"br-iot"}, CoverageLevel.FULL, "behind_bridge"),
        (CAM, ONE_PORT, {"br-iot"}, CoverageLevel.ROUTED, "shared_port"),
        (CAM, WITH_RADIO, {"br-iot"}, CoverageLevel.ROUTED, "wireless"),
        (CAM, NO_ROUTER, {"br-iot"}, CoverageLevel.HUB_ONLY, "beside_hub"),
        (CAM, BRIDGED_UPLINK, {"br-iot"}, CoverageLevel.HUB_ONLY, "beside_hub"),
        (CAM, ROUTED, {"eth-lan"}, CoverageLevel.NONE, "not_guarded"),
        (CAM, Topology(), {"br-iot"}, CoverageLevel.NONE, "not_guarded"),
        (asset("pc", mac(2), interface="eth-lan"), ROUTED, {"eth-lan"}, CoverageLevel.ROUTED, "behind_interface"),
        (asset("tv", mac(2), interface="wlan1"), ACCESS_POINT, {"wlan1"}, CoverageLevel.ROUTED, "wireless"),
        (asset("tv", mac(2), interface="eth0"), FLAT, {"eth0"}, CoverageLevel.HUB_ONLY, "beside_hub"),
        (asset("tv", mac(2)), ROUTED, {"br-iot"}, CoverageLevel.NONE, "not_seen"),
        (asset("cloud"), ROUTED, {"br-iot"}, CoverageLevel.NONE, "no_mac"),
        (asset("bulb", ieee=IEEE), ROUTED, {"br-iot"}, CoverageLevel.FULL, "zigbee_gate"),
        (asset("bulb", ieee=IEEE, domain="deconz"), ROUTED, {"br-iot"}, CoverageLevel.NONE, "no_mac"),
    ],
)
def test_coverage(subject: Asset, topology: Topology, interfaces: set[str], level: CoverageLevel, reason: str) -> None:
    assert coverage(subject, topology, interfaces) == Coverage(level, reason)


HEARD = replace(
    WITH_RADIO,
    stations=(
        Station(mac(1), "br-iot", "port1"),
        Station(mac(2), "br-iot", "port2"),
        Station(mac(3), "br-iot", "port2"),
        Station(mac(4), "br-iot", "wlan0"),
        Station(mac(1), "docker0", "port2"),
    ),
)


@pytest.mark.parametrize(
    ("macs", "level", "reason"),
    [
        ([1], CoverageLevel.FULL, "behind_bridge"),
        ([2], CoverageLevel.ROUTED, "shared_port"),
        ([2, 3], CoverageLevel.FULL, "behind_bridge"),
        ([4], CoverageLevel.ROUTED, "wireless"),
        ([5], CoverageLevel.ROUTED, "wireless"),
    ],
)
def test_what_a_bridge_heard_says_who_shares_a_port(macs: list[int], level: CoverageLevel, reason: str) -> None:
    subject = asset("one", *map(mac, macs), interface="br-iot")
    assert coverage(subject, HEARD, {"br-iot"}) == Coverage(level, reason)


def test_all_at_once_is_each_by_itself() -> None:
    assets = {one.id: one for one in (asset(f"a{number}", mac(number), interface="br-iot") for number in range(1, 6))}
    found = coverages(assets, HEARD, {"br-iot"})
    assert found == {key: coverage(one, HEARD, {"br-iot"}) for key, one in assets.items()}
    assert len(set(found.values())) == 3


def test_with_two_ways_the_weakest_counts() -> None:
    both = replace(CAM, sightings=(*CAM.sightings, replace(CAM.sightings[0], interface="eth-lan")))
    assert coverage(both, ROUTED, {"br-iot"}).level is CoverageLevel.NONE
    assert coverage(both, ROUTED, {"br-iot", "eth-lan"}).level is CoverageLevel.ROUTED


IP_SCOPES = (Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.HUB)
BY_LEVEL = {
    CoverageLevel.FULL: dict.fromkeys(IP_SCOPES, CoverageLevel.FULL),
    CoverageLevel.ROUTED: {
        Scope.INTERNET: CoverageLevel.FULL,
        Scope.LAN: CoverageLevel.ROUTED,
        Scope.PEERS: CoverageLevel.ROUTED,
        Scope.HUB: CoverageLevel.FULL,
    },
    CoverageLevel.HUB_ONLY: dict.fromkeys(IP_SCOPES, CoverageLevel.NONE) | {Scope.HUB: CoverageLevel.FULL},
    CoverageLevel.NONE: dict.fromkeys(IP_SCOPES, CoverageLevel.NONE),
}
KINDS = {
    "ip": ({Identifier(IdentifierKind.MAC, "02:00:00:00:00:01")}, None),
    "zigbee": ({Identifier(IdentifierKind.IEEE, "00:11:22:33:44:55:66:77")}, "zha"),
    "another gateway's zigbee": ({Identifier(IdentifierKind.IEEE, "00:11:22:33:44:55:66:77")}, "deconz"),
    "both": (
        {
            Identifier(IdentifierKind.MAC, "02:00:00:00:00:01"),
            Identifier(IdentifierKind.IEEE, "00:11:22:33:44:55:66:77"),
        },
        "zha",
    ),
    "neither": ({Identifier(IdentifierKind.REGISTRY, "cloud:1")}, "cloud"),
}


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("level", CoverageLevel)
@pytest.mark.parametrize("kind", KINDS)
def test_every_scope_of_every_kind(kind: str, level: CoverageLevel, scope: Scope) -> None:
    identifiers, domain = KINDS[kind]
    record = AssetRecord("a" * 32, frozenset(identifiers), "Thing", 1.0)
    sighting = Sighting("test", frozenset(identifiers), domain=domain)
    found = scope_coverage(Asset(record, (sighting,)), Coverage(level, "why"), scope)
    if scope in IP_SCOPES and kind in {"ip", "both"}:
        assert found == Coverage(BY_LEVEL[level][scope], "why")
    elif scope in {Scope.CONTROL, Scope.REPORT} and kind == "zigbee":
        assert found == Coverage(CoverageLevel.FULL, "zigbee_gate")
    elif scope is Scope.PEERS and kind == "zigbee":
        assert found == Coverage(CoverageLevel.ROUTED, "zigbee_links")
    else:
        reason = "radio_neighbours" if scope is Scope.PEERS else "no_enforcer"
        assert found == Coverage(CoverageLevel.NONE, reason)
