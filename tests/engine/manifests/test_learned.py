"""What an asset was seen to need."""

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.manifests import learned
from custom_components.secure_hub.engine.manifests.evaluate import Context, Flow, accepts
from custom_components.secure_hub.engine.manifests.export import export
from custom_components.secure_hub.engine.manifests.learned import Conversation, Watch, learn, rules_of
from custom_components.secure_hub.engine.manifests.model import (
    Description,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
)
from custom_components.secure_hub.engine.manifests.mud import parse

_DAY = 86400.0
_OUT, _IN = Direction
_CLOUD, _TIME, _PEER = (ip_address(text) for text in ("192.0.2.1", "192.0.2.77", "10.0.0.9"))
_ABOUT = Description("https://hub.example/lamp", datetime(2026, 11, 21, tzinfo=UTC), is_supported=True)


def _talk(
    at: float, remote: Any = _CLOUD, port: int | None = 443, name: str | None = None, **more: Any
) -> Conversation:
    return Conversation(
        **{"at": at, "initiated": _OUT, "protocol": 6, "remote": remote, "port": port, "name": name} | more
    )


def test_gathers_and_counts() -> None:
    seen = [
        _talk(0, name="Cloud.example."),
        _talk(10, name="cloud.example"),
        _talk(2 * _DAY, name="cloud.example", port=8883),
        _talk(5, _PEER, 80, initiated=_IN),
        _talk(3 * _DAY, _PEER, 99),
    ]
    first, second = learn(seen, 0, 3 * _DAY)
    assert (first.remote, first.ports) == (DnsName("cloud.example"), ((443, 443), (8883, 8883)))
    assert (first.conversations, first.days, first.first_seen, first.last_seen) == (3, 2, 0, 2 * _DAY)
    assert (second.initiated, second.remote, second.ports) == (_IN, ip_network("10.0.0.9/32"), ((80, 80),))


def test_a_name_is_preferred_where_it_is_the_only_one() -> None:
    nameless = _talk(2)
    (need,) = learn([_talk(1, name="cloud.example"), nameless], 0, 10)
    assert (need.remote, need.conversations) == (DnsName("cloud.example"), 2)
    shared = learn([_talk(1, name="a.example"), _talk(1, name="b.example"), nameless], 0, 10)
    assert {need.remote for need in shared} == {DnsName("a.example"), DnsName("b.example"), ip_network("192.0.2.1/32")}


def test_parts_of_the_home_go_by_their_role() -> None:
    dns = Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:dns")
    (need,) = learn([_talk(1, _PEER, 53, "router.lan", protocol=17)], 0, 10, {_PEER: dns})
    assert need.remote == dns


def test_ports_join_only_where_each_was_seen() -> None:
    (need,) = learn([_talk(1, port=port) for port in (8000, 8001, 8002, 8004, 1)], 0, 10)
    assert need.ports == ((1, 1), (8000, 8002), (8004, 8004))


def test_protocols_without_ports() -> None:
    (need,) = learn([_talk(1, protocol=1, port=None)], 0, 10)
    assert need.ports is None
    assert all(rule.local_ports is rule.remote_ports is None for rule in rules_of([need]))


_TALKS = st.lists(
    st.builds(
        Conversation,
        at=st.floats(0, 9 * _DAY),
        initiated=st.sampled_from(Direction),
        protocol=st.sampled_from((6, 17)),
        remote=st.sampled_from((_CLOUD, _TIME, _PEER, ip_address("2001:db8::1"))),
        port=st.integers(1, 6) | st.integers(0, 65535),
        name=st.sampled_from((None, None, "cloud.example", "time.example")),
    ),
    max_size=30,
)


def _flows(talk: Conversation, port: int | None) -> list[Flow]:
    """The packets of a conversation, both ways; the side that opened it has a port of its own choice."""
    at_remote = talk.initiated is Direction.FROM_DEVICE
    return [
        Flow(
            direction,
            Family.IPV4 if talk.remote.version == 4 else Family.IPV6,
            talk.protocol,
            remote=talk.remote,
            remote_port=port if at_remote else 50000,
            local_port=50000 if at_remote else port,
            initiated=talk.initiated if talk.protocol == 6 else None,
        )
        for direction in Direction
    ]


@given(_TALKS)
def test_the_list_and_its_file_allow_what_was_seen_and_no_other_port(seen: list[Conversation]) -> None:
    names: dict[str, set[Any]] = {}
    for talk in seen:
        if talk.name:
            names.setdefault(talk.name, set()).add(talk.remote)
    context = Context(names={name: frozenset(found) for name, found in names.items()})
    learned = rules_of(learn(seen, 0, 10 * _DAY))
    exported = parse(export(learned, _ABOUT)).rules
    ports = {talk.port for talk in seen}
    for rules in (learned, exported):
        for talk in seen:
            assert all(accepts(rules, flow, context) for flow in _flows(talk, talk.port))
            assert not any(
                accepts(rules, flow, context) for port in (7, 60000) if port not in ports for flow in _flows(talk, port)
            )


@given(_TALKS, st.randoms(use_true_random=False))
def test_the_list_does_not_depend_on_the_order_of_arrival(seen: list[Conversation], random: Any) -> None:
    assert learn(random.sample(seen, len(seen)), 0, 10 * _DAY) == learn(seen, 0, 10 * _DAY)


def test_a_watch_counts_what_is_alike_on_a_day_once_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(at: float, port: int = 443) -> Conversation:
        return Conversation(at, Direction.FROM_DEVICE, 6, ip_address("192.0.2.1"), port)

    watch = Watch(100.0, 100.0 + 2 * 86_400)
    heard = watch.heard([talk(99.0), talk(100.0), talk(200.0), talk(100.0 + 86_400), talk(100.0 + 2 * 86_400)])
    assert [(one.at, one.times) for one in heard.seen] == [(100.0, 2), (100.0 + 86_400, 1)]
    assert not heard.overflowed
    (need,) = learn(heard.seen, heard.since, heard.until)
    assert (need.conversations, need.days) == (3, 2)
    monkeypatch.setattr(learned, "MAX_SEEN", 3)
    full = heard.heard([talk(300.0, port) for port in range(5)])
    assert (len(full.seen), full.overflowed) == (3, True)
    assert full.heard([talk(400.0)]).overflowed, "it stays said"
