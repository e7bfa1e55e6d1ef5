"""The words of the drafts."""

from typing import Any

import pytest

from custom_components.secure_hub.engine.manifests.draft import standard_ace, standard_acl, standard_matches
from custom_components.secure_hub.engine.manifests.model import MudError


def test_names() -> None:
    assert standard_acl({"acl-name": "a", "acl-type": "t", "access-list-entries": {}}) == {
        "name": "a",
        "type": "t",
        "aces": {},
    }
    assert standard_ace({"rule-name": "a", "matches": 1}) == {"name": "a", "matches": 1}


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        (
            {"ipv4-acl": {"protocol": 17, "source-port-range": {"lower-port": 5, "upper-port": 6}}},
            {"ipv4": {"protocol": 17}, "udp": {"source-port": {"lower-port": 5, "upper-port": 6}}},
        ),
        (
            {"ipv6-acl": {"protocol": 6, "destination-port-range-or-operator": {"port": 5}}, "tcp-acl": {"x": 1}},
            {"ipv6": {"protocol": 6}, "tcp": {"x": 1, "destination-port": {"port": 5}}},
        ),
        ({"udp": {"source-port-range-or-operator": {"port": 5}}}, {"udp": {"source-port": {"port": 5}}}),
        ({"icmp-acl": {"type": 8}, "eth-acl": {}}, {"icmp": {"type": 8}, "eth": {}}),
        ({"l2-acl": {}, "ipv4": 7, "tcp": None}, {"l2-acl": {}, "ipv4": 7, "tcp": None}),
    ],
)
def test_matches(matches: dict[str, Any], expected: dict[str, Any]) -> None:
    assert standard_matches(matches) == expected


@pytest.mark.parametrize(
    "matches",
    [
        {"ipv4": {}, "ipv4-acl": {}},
        {"tcp": {"source-port": {"port": 1}, "source-port-range": {"lower-port": 1}}},
        {"ipv4-acl": {"source-port-range": {"lower-port": 1}}},
        {"ipv4-acl": {"protocol": 1, "source-port-range": {"lower-port": 1}}},
        {"ipv4-acl": {"protocol": True, "source-port-range": {"lower-port": 1}}},
        {"ipv4-acl": {"protocol": [], "source-port-range": {"lower-port": 1}}},
        {"ipv4-acl": {"protocol": 6, "source-port-range": {"lower-port": 1}}, "tcp": {"source-port": {"port": 1}}},
        {"ipv4-acl": {"protocol": 6, "source-port-range": {"lower-port": 1}}, "tcp": 3},
    ],
)
def test_nothing_is_guessed(matches: dict[str, Any]) -> None:
    with pytest.raises(MudError):
        standard_matches(matches)
