"""MUD files out; test_exactness.py proves that they mean what went in."""

from datetime import UTC, datetime
from ipaddress import ip_network
import json
from typing import Any

import pytest

from custom_components.secure_hub.engine.manifests.export import export
from custom_components.secure_hub.engine.manifests.model import (
    Decision,
    Description,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    MudError,
    Rule,
)

_ABOUT = Description(
    "https://hub.example/lamp",
    datetime(2026, 11, 21, tzinfo=UTC),
    is_supported=True,
    systeminfo="Lamp",
    extensions=("x",),
)


def _rule(**conditions: Any) -> Rule:
    return Rule(Direction.FROM_DEVICE, Family.IPV4, Decision.ACCEPT, "a", **conditions)


def test_the_file() -> None:
    rule = _rule(
        protocol=6,
        remote=(DnsName("a.example"),),
        remote_ports=((443, 443), (8000, 8080)),
        initiated=Direction.FROM_DEVICE,
    )
    ports = ({"operator": "eq", "port": 443}, {"lower-port": 8000, "upper-port": 8080})
    assert json.loads(export([rule], _ABOUT)) == {
        "ietf-mud:mud": {
            "mud-version": 1,
            "mud-url": "https://hub.example/lamp",
            "last-update": "2026-11-21T00:00:00+00:00",
            "cache-validity": 48,
            "is-supported": True,
            "systeminfo": "Lamp",
            "extensions": ["x"],
            "from-device-policy": {"access-lists": {"access-list": [{"name": "mud-v4fr"}]}},
            "to-device-policy": {"access-lists": {"access-list": []}},
        },
        "ietf-access-control-list:acls": {
            "acl": [
                {
                    "name": "mud-v4fr",
                    "type": "ipv4-acl-type",
                    "aces": {
                        "ace": [
                            {
                                "name": f"{index}-frdev",
                                "matches": {
                                    "ipv4": {"protocol": 6, "ietf-acldns:dst-dnsname": "a.example"},
                                    "tcp": {"destination-port": port, "ietf-mud:direction-initiated": "from-device"},
                                },
                                "actions": {"forwarding": "accept"},
                            }
                            for index, port in enumerate(ports)
                        ]
                    },
                }
            ]
        },
    }


@pytest.mark.parametrize(
    "rule",
    [
        _rule(remote_ports=((80, 80),)),
        _rule(protocol=1, local_ports=((80, 80),)),
        _rule(protocol=17, initiated=Direction.FROM_DEVICE),
        _rule(protocol=6, icmp_type=8),
        _rule(protocol=58, icmp_type=8),
        _rule(remote=(DnsName("a.example"), DnsName("b.example"))),
        _rule(remote=(ip_network("10.0.0.0/8"), ip_network("10.0.0.0/24"))),
        _rule(remote=(Group(GroupKind.MODEL, "https://a.example"), Group(GroupKind.MODEL, "https://b.example"))),
    ],
)
def test_what_no_entry_can_say_is_refused(rule: Rule) -> None:
    with pytest.raises(MudError):
        export([rule], _ABOUT)
