"""Rules as JSON lines."""

from ipaddress import ip_network

import pytest

from custom_components.secure_hub.engine.manifests.lines import full_line, line
from custom_components.secure_hub.engine.manifests.model import (
    Decision,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    MacAddress,
    Remote,
    Rule,
)


def test_the_seven_keys_and_the_rest() -> None:
    rule = Rule(
        Direction.FROM_DEVICE,
        Family.IPV4,
        Decision.ACCEPT,
        "cloud",
        protocol=6,
        remote=(DnsName("a.example"),),
        local=(ip_network("10.0.0.0/24"),),
        remote_ports=((80, 80), (8000, 8080)),
        initiated=Direction.FROM_DEVICE,
    )
    seven = {
        "direction": "from-device",
        "family": "ipv4",
        "protocol": "tcp",
        "remote": "a.example",
        "local_ports": None,
        "remote_ports": [[80, 80], [8000, 8080]],
        "ace": "cloud",
    }
    assert line(rule) == seven
    assert full_line(rule) == seven | {
        "decision": "accept",
        "initiated": "from-device",
        "icmp_type": None,
        "icmp_code": None,
        "local": "10.0.0.0/24",
    }


@pytest.mark.parametrize(
    ("family", "protocol", "expected"),
    [
        (Family.IPV4, None, None),
        (Family.IPV4, 17, "udp"),
        (Family.IPV4, 1, "icmp"),
        (Family.IPV6, 58, "icmpv6"),
        (Family.IPV6, 1, 1),
        (Family.IPV4, 2, 2),
        (Family.ETHERNET, 0x888E, "0x888e"),
        (Family.ETHERNET, 6, "0x0006"),
    ],
)
def test_protocols(family: Family, protocol: int | None, expected: object) -> None:
    assert line(Rule(Direction.TO_DEVICE, family, Decision.ACCEPT, "a", protocol=protocol))["protocol"] == expected


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ((), "any"),
        ((ip_network("192.0.2.0/24"),), "192.0.2.0/24"),
        ((Group(GroupKind.SAME_MANUFACTURER),), "mud:same-manufacturer"),
        ((Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:dns"),), "mud:controller=urn:ietf:params:mud:dns"),
        (
            (Group(GroupKind.LOCAL_NETWORKS), MacAddress("ff:ff:ff:ff:ff:ff")),
            "mud:local-networks & mac:ff:ff:ff:ff:ff:ff",
        ),
    ],
)
def test_remotes(remote: tuple[Remote, ...], expected: str) -> None:
    assert line(Rule(Direction.TO_DEVICE, Family.IPV4, Decision.ACCEPT, "a", remote=remote))["remote"] == expected
