"""What a home has for a manifest to name."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from custom_components.secure_hub.engine.home import Home, Networks
from custom_components.secure_hub.engine.manifests.binding import GATEWAY
from custom_components.secure_hub.engine.manifests.model import Group, GroupKind
from custom_components.secure_hub.engine.manifests.surroundings import surroundings
from custom_components.secure_hub.engine.policy.safety import Environment, Protection
from custom_components.secure_hub.engine.topology import Route
from tests.engine.firewall.homes import ROUTED
from tests.engine.test_home import FIRST, MACS, NETWORKS, id_of, seen

ROUTER = Route(ip_network("0.0.0.0/0"), ip_address("10.66.2.254"), "eth-lan")


@pytest.mark.parametrize(
    ("routes", "forwards", "expected"),
    [
        ((), True, {"10.66.1.1", "10.66.2.1", "fd66:1::1"}),
        ((), False, set[str]()),
        ((ROUTER,), False, {"10.66.2.254"}),
        ((ROUTER,), True, {"10.66.2.254", "fd66:1::1"}),
    ],
)
def test_the_gateway_is_the_router_in_the_home_or_this_machine(
    routes: tuple[Route, ...],
    forwards: bool,  # noqa: FBT001 - a parameter of the test
    expected: set[str],
) -> None:
    """By version of IP. The provider's is none; and containers make many a machine forward that is no gateway."""
    topology = replace(ROUTED, forwards_ipv4=forwards, forwards_ipv6=forwards, routes=(*ROUTED.routes, *routes))
    networks = Networks(frozenset({"br-iot"}), frozenset({"eth-lan"}))
    found = surroundings(replace(Home(), topology=topology), networks, "nobody", {})
    assert set(map(str, found.controllers[GATEWAY.value])) == expected


def test_the_hub_is_of_no_maker() -> None:
    """Its own machine is known to Home Assistant too; what may be done with it is scope `hub`, no destination."""
    home = seen(FIRST, *MACS)
    made = {
        key: replace(asset, record=replace(asset.record, manufacturer="Example Co."))
        for key, asset in home.assets.items()
    }
    camera, hub = id_of(home, MACS[0]), MACS[1]
    home = replace(home, assets=made, environment=Environment(macs={hub: Protection.IS_HUB}))
    found = surroundings(home, NETWORKS, camera, {})
    assert found.groups[Group(GroupKind.SAME_MANUFACTURER)] == made.keys() - {camera, id_of(home, hub)}
    assert hub not in found.macs
