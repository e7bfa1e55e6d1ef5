"""What a home has for a manifest to name."""

from dataclasses import replace

from custom_components.secure_hub.engine.manifests.model import Group, GroupKind
from custom_components.secure_hub.engine.manifests.surroundings import surroundings
from custom_components.secure_hub.engine.policy.safety import Environment, Protection
from tests.engine.test_home import FIRST, MACS, NETWORKS, id_of, seen


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
