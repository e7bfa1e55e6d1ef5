"""From ordered rules to accepting ones; test_exactness.py proves that nothing is widened."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from custom_components.secure_hub.engine.manifests.allow_list import (
    DEFAULTS,
    MAX_PARTS,
    MAX_RANGES,
    MAX_RULES,
    allow_list,
)
from custom_components.secure_hub.engine.manifests.evaluate import Context, Flow, accepts
from custom_components.secure_hub.engine.manifests.model import (
    Decision,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    MacAddress,
    Rule,
)

_NET, _HOST = ip_network("192.0.2.0/24"), ip_network("192.0.2.7/32")
_MAC = MacAddress("02:00:00:00:00:01")


def _rule(decision: Decision = Decision.ACCEPT, **conditions: Any) -> Rule:
    return Rule(
        **{"direction": Direction.FROM_DEVICE, "family": Family.IPV4, "decision": decision, "ace": decision}
        | conditions
    )


def _drop(**conditions: Any) -> Rule:
    return _rule(Decision.DROP, **conditions)


@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        (_drop(protocol=6), _rule(protocol=17)),
        (_drop(remote=(_HOST,)), _rule(remote=(ip_network("198.51.100.0/24"),))),
        (_drop(remote=(MacAddress("02:00:00:00:00:01"),)), _rule(remote=(MacAddress("02:00:00:00:00:02"),))),
        (_drop(protocol=6, remote_ports=((1, 10),)), _rule(protocol=6, remote_ports=((11, 20),))),
        (_drop(protocol=6, initiated=Direction.TO_DEVICE), _rule(protocol=6, initiated=Direction.FROM_DEVICE)),
        (_drop(protocol=1, icmp_type=8), _rule(protocol=1, icmp_type=0)),
    ],
)
def test_a_refusal_of_something_else_changes_nothing(refused: Rule, asked: Rule) -> None:
    assert allow_list((refused, asked)) == ((asked,), ())


@pytest.mark.parametrize(
    ("refused", "asked", "left"),
    [
        (_drop(), _rule(protocol=6), ()),
        (_drop(remote=(_NET,)), _rule(remote=(_HOST,)), ()),
        (_drop(remote=(_MAC,)), _rule(remote=(_MAC,), protocol=6), ()),
        (_drop(remote=(DnsName("a.example"),)), _rule(remote=(DnsName("a.example"),), protocol=6), ()),
        (
            _drop(protocol=6, remote_ports=((20, 25),)),
            _rule(protocol=6),
            (_rule(protocol=6, remote_ports=((0, 19), (26, 65535))),),
        ),
        (
            _drop(protocol=6, local_ports=((5, 5),)),
            _rule(protocol=6, remote=(_HOST,), local_ports=((1, 9),), remote_ports=((80, 80),)),
            (_rule(protocol=6, remote=(_HOST,), local_ports=((1, 4), (6, 9)), remote_ports=((80, 80),)),),
        ),
        (
            _drop(protocol=6, local_ports=((1, 1),), remote_ports=((1, 1),)),
            _rule(protocol=6),
            (
                _rule(protocol=6, local_ports=((0, 0), (2, 65535))),
                _rule(protocol=6, local_ports=((1, 1),), remote_ports=((0, 0), (2, 65535))),
            ),
        ),
        (
            _drop(remote=(ip_network("10.0.0.0/8"),)),
            _rule(remote=(ip_network("8.0.0.0/6"),)),
            (_rule(remote=(ip_network("8.0.0.0/7"),)), _rule(remote=(ip_network("11.0.0.0/8"),))),
        ),
        (
            _drop(protocol=6, remote=(ip_network("128.0.0.0/1"),), remote_ports=((25, 25),)),
            _rule(protocol=6),
            (
                _rule(protocol=6, remote=(ip_network("0.0.0.0/1"),)),
                _rule(protocol=6, remote=(ip_network("128.0.0.0/1"),), remote_ports=((0, 24), (26, 65535))),
            ),
        ),
        (
            _drop(family=Family.IPV6, remote=(ip_network("c000::/2"),)),
            _rule(family=Family.IPV6, protocol=58),
            (
                _rule(family=Family.IPV6, protocol=58, remote=(ip_network("::/1"),)),
                _rule(family=Family.IPV6, protocol=58, remote=(ip_network("8000::/2"),)),
            ),
        ),
    ],
)
def test_a_refused_part_is_cut_out(refused: Rule, asked: Rule, left: tuple[Rule, ...]) -> None:
    assert allow_list((refused, asked)) == (left, ())


@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        (_drop(remote=(DnsName("a.example"),)), _rule(remote=(_NET,))),
        (_drop(remote=(_NET,)), _rule(remote=(DnsName("a.example"),))),
        (_drop(remote=(_NET, _MAC)), _rule()),
        (_drop(remote=(_HOST, _MAC)), _rule(remote=(_NET,))),
        (_drop(protocol=6), _rule()),
        (_drop(protocol=6, initiated=Direction.TO_DEVICE), _rule(protocol=6)),
    ],
)
def test_what_cannot_be_cut_out_is_left_out_and_said(refused: Rule, asked: Rule) -> None:
    rules, (problem,) = allow_list((refused, asked))
    assert rules == ()
    assert "'accept'" in problem.where
    assert "'drop'" in problem.reason


def test_what_would_be_cut_into_too_many_pieces_is_left_out() -> None:
    refused = [_drop(protocol=6, remote_ports=((port, port),)) for port in range(1, 2 * MAX_RANGES, 2)]
    (rule,), problems = allow_list((*refused[1:], _rule(protocol=6)))
    assert (len(rule.remote_ports or ()), problems) == (MAX_RANGES, ())
    rules, problems = allow_list((*refused, _rule(protocol=6)))
    assert (rules, len(problems)) == ((), 1)
    hosts = [_drop(remote=(ip_network(f"{first}.0.0.1/32"),)) for first in (1, 2, 65)]
    rules, problems = allow_list((*hosts[:2], _rule()))
    assert (len(rules), problems) == (2 * 32 - 7 - 1, ())
    assert not any(rule.remote[0].overlaps(hosts[0].remote[0]) for rule in rules)
    assert allow_list((*hosts, _rule()))[0] == (), f"more than {MAX_PARTS}"
    rules, problems = allow_list((hosts[0], *[_rule()] * 40))
    assert (len(rules), len(problems)) == (MAX_RULES, 40 - MAX_RULES // 32)


def test_the_local_name_and_time_servers_are_allowed_unless_refused() -> None:
    dns, uri = ip_address("10.0.0.1"), "urn:ietf:params:mud:dns"
    context = Context(groups={Group(GroupKind.CONTROLLER, uri): frozenset({dns})})
    query = Flow(Direction.FROM_DEVICE, Family.IPV4, 17, remote=dns, remote_port=53, local_port=40000)
    assert accepts(allow_list(DEFAULTS)[0], query, context)
    no_dns = _drop(protocol=17, remote=(Group(GroupKind.CONTROLLER, uri),), remote_ports=((53, 53),))
    rules, problems = allow_list((no_dns, *DEFAULTS))
    assert not accepts(rules, query, context)
    assert problems == ()
