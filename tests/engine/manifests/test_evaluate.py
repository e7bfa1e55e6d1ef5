"""What rules mean; test_exactness.py holds the meaning against an independent reading."""

from ipaddress import ip_address

from custom_components.secure_hub.engine.manifests.evaluate import Context, Flow, accepts, decide
from custom_components.secure_hub.engine.manifests.model import (
    Decision,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    Rule,
)

_FLOW = Flow(Direction.FROM_DEVICE, Family.IPV4, 6, remote=ip_address("192.0.2.1"), remote_port=443, local_port=50000)


def _rule(decision: Decision = Decision.ACCEPT, ace: str = "a", **conditions: object) -> Rule:
    return Rule(Direction.FROM_DEVICE, Family.IPV4, decision, ace, **conditions)  # type: ignore[arg-type]


def test_the_first_rule_that_matches_decides_and_none_refuses() -> None:
    udp, drop, accept = _rule(ace="udp", protocol=17), _rule(Decision.DROP, "drop", protocol=6), _rule()
    assert decide((udp, drop, accept), _FLOW, Context()) is drop
    assert not accepts((udp, drop, accept), _FLOW, Context())
    assert accepts((udp, accept, drop), _FLOW, Context())
    assert decide((udp,), _FLOW, Context()) is None
    assert not accepts((), _FLOW, Context())


def test_what_nothing_is_known_of_is_nobody() -> None:
    for remote in (DnsName("a.example"), Group(GroupKind.MY_CONTROLLER), Group(GroupKind.LOCAL_NETWORKS)):
        assert not accepts((_rule(remote=(remote,)),), _FLOW, Context())


def test_a_condition_on_what_the_flow_does_not_have_is_not_met() -> None:
    portless = Flow(Direction.FROM_DEVICE, Family.IPV4, 47, remote=ip_address("192.0.2.1"))
    assert accepts((_rule(),), portless, Context())
    assert not accepts((_rule(remote_ports=((0, 65535),)),), portless, Context())
    assert not accepts((_rule(initiated=Direction.FROM_DEVICE),), _FLOW, Context())
