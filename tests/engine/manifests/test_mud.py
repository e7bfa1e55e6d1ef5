"""Whole files: what they say of themselves, how they are put together, and what cannot be used."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.manifests.i_json import MAX_BYTES
from custom_components.secure_hub.engine.manifests.model import Decision, Description, Direction, MudError
from custom_components.secure_hub.engine.manifests.mud import MAX_ENTRIES, MAX_LISTS, parse

from .documents import MUD_URL, ace, document, documents, encoded

_ACLS = "ietf-access-control-list:acls"


def test_description() -> None:
    found = document(
        leaves={
            "mud-signature": "lamp.p7s",
            "mfg-name": "Lamps",
            "model-name": "L1",
            "firmware-rev": "1.2",
            "software-rev": "3",
            "documentation": "https://lamps.example.com/help",
            "extensions": ["transparency"],
            "is-supported": False,
            "vendor:extra": {"anything": [1, 2]},
        }
    )
    del found["ietf-mud:mud"]["cache-validity"]
    assert parse(encoded(found)).description == Description(
        mud_url=MUD_URL,
        last_update=datetime(2026, 11, 21, 22, tzinfo=UTC),
        is_supported=False,
        cache_validity=48,
        mud_signature="lamp.p7s",
        systeminfo="A lamp",
        mfg_name="Lamps",
        model_name="L1",
        firmware_rev="1.2",
        software_rev="3",
        documentation="https://lamps.example.com/help",
        extensions=("transparency",),
    )


def test_a_file_that_allows_nothing() -> None:
    found = document()
    del found[_ACLS]
    del found["ietf-mud:mud"]["from-device-policy"]
    found["ietf-mud:mud"]["to-device-policy"] = {}
    profile = parse(encoded(found))
    assert (profile.rules, profile.problems) == ((), ())


def test_lists_are_tried_in_the_order_of_the_policy_and_unnamed_ones_not_at_all() -> None:
    found = document()
    found[_ACLS]["acl"] += [
        {"name": name, "type": "ipv4-acl-type", "aces": {"ace": [ace(name)]}} for name in ("one", "two", "unused")
    ]
    found["ietf-mud:mud"]["from-device-policy"]["access-lists"]["access-list"] = [{"name": "two"}, {"name": "one"}]
    assert [rule.ace for rule in parse(encoded(found)).rules] == ["two", "one"]


def test_one_list_may_serve_both_directions() -> None:
    found = document([ace(tcp={"destination-port": {"port": 80}})])
    found["ietf-mud:mud"]["to-device-policy"]["access-lists"]["access-list"] = [{"name": "fr"}]
    outbound, inbound = parse(encoded(found)).rules
    assert (outbound.direction, outbound.remote_ports, outbound.local_ports) == ("from-device", ((80, 80),), None)
    assert (inbound.direction, inbound.remote_ports, inbound.local_ports) == ("to-device", None, ((80, 80),))


def _set(path: str, value: Any) -> Any:
    def change(found: dict[str, Any]) -> None:
        *parents, last = path.split("/")
        node: Any = found
        for name in parents:
            node = node[int(name)] if isinstance(node, list) else node[name]
        if value is None:
            del node[last]
        else:
            node[last] = value

    return pytest.param(change, id=f"{path}={value!r:.40}")


_POLICY = "ietf-mud:mud/from-device-policy/access-lists/access-list"


@pytest.mark.parametrize(
    "change",
    [
        _set("ietf-mud:mud", None),
        _set("ietf-mud:mud", []),
        _set("ietf-mud:mud/mud-version", None),
        _set("ietf-mud:mud/mud-version", 2),
        _set("ietf-mud:mud/mud-version", "1"),
        _set("ietf-mud:mud/mud-url", None),
        _set("ietf-mud:mud/mud-url", "http://lamps.example.com/lamp"),
        _set("ietf-mud:mud/mud-signature", MUD_URL),
        _set("ietf-mud:mud/mud-signature", "lamp"),
        _set("ietf-mud:mud/mud-signature", ""),
        _set("ietf-mud:mud/mud-signature", "a signature"),
        _set("ietf-mud:mud/last-update", None),
        _set("ietf-mud:mud/last-update", "yesterday"),
        _set("ietf-mud:mud/is-supported", None),
        _set("ietf-mud:mud/is-supported", "true"),
        _set("ietf-mud:mud/cache-validity", 0),
        _set("ietf-mud:mud/cache-validity", 169),
        _set("ietf-mud:mud/systeminfo", 7),
        _set("ietf-mud:mud/systeminfo", "x" * 3000),
        _set("ietf-mud:mud/extensions", "transparency"),
        _set("ietf-mud:mud/extensions", ["x" * 41]),
        _set("ietf-mud:mud/from-device-policy", []),
        _set("ietf-mud:mud/from-device-policy/access-lists", "fr"),
        _set(_POLICY, {"name": "fr"}),
        _set(_POLICY, [{"name": "fr"}, {"name": "fr"}]),
        _set(_POLICY, [{"name": "nobody"}]),
        _set(_POLICY, [{}]),
        _set(_POLICY, ["fr"]),
        _set(_POLICY, [{"name": "fr"}] * (MAX_LISTS + 1)),
        _set(_ACLS, []),
        _set(f"{_ACLS}/acl", {}),
        _set(f"{_ACLS}/acl", [{"name": "fr"}, {"name": "fr"}]),
        _set(f"{_ACLS}/acl", [{"name": f"l{index}"} for index in range(MAX_LISTS + 1)]),
        _set(f"{_ACLS}/acl", [{"name": ""}]),
        _set(f"{_ACLS}/acl", [{"name": "x" * 65}]),
        _set("ietf-access-control-list:access-lists", {"acl": []}),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(change: Any) -> None:
    found = document([ace()])
    change(found)
    with pytest.raises(MudError):
        parse(encoded(found))


def test_entries_are_named_once_a_list_and_counted_over_all_lists() -> None:
    with pytest.raises(MudError, match=r'ace\[1\]: "a" is named twice'):
        parse(encoded(document([ace("a"), ace("a")])))
    many = [ace(f"a{index}") for index in range(MAX_ENTRIES // 2)]
    assert len(parse(encoded(document(many, many))).rules) == MAX_ENTRIES
    with pytest.raises(MudError, match="entries, and 256 is the limit"):
        parse(encoded(document(many, [*many, ace("one more")])))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'"mud"', b"{}", b"{" * 1000, b"x" * (MAX_BYTES + 1)], ids=range(7)
)
def test_no_mud_file(data: bytes) -> None:
    with pytest.raises(MudError):
        parse(data)


def test_an_entry_that_is_not_understood_is_left_out_and_named() -> None:
    profile = parse(encoded(document([ace("a"), ace("odd", ipv4={"ttl": 3}), ace("b")])))
    assert [rule.ace for rule in profile.rules] == ["a", "b"]
    (problem,) = profile.problems
    assert problem.where == 'from-device-policy acl "fr" ace "odd"'
    assert problem.reason == 'ipv4: "ttl" is not understood'


def test_an_entry_with_an_unknown_member_is_left_out() -> None:
    odd = ace("odd") | {"vendor:unless": [1]}
    profile = parse(encoded(document([odd, ace("b") | {"statistics": {"matched-packets": "7"}}])))
    assert [rule.ace for rule in profile.rules] == ["b"]
    assert profile.problems[0].reason == 'ace: "vendor:unless" is not understood'


@pytest.mark.parametrize("actions", [{"forwarding": "drop"}, {"forwarding": "reject"}, {"forwarding": "?"}, {}, None])
def test_after_a_refusal_that_is_not_understood_nothing_is_allowed(actions: Any) -> None:
    odd = ace("odd", ipv4={"ttl": 3}) | {"actions": actions}
    profile = parse(encoded(document([ace("a"), odd, ace("b")], [ace("c")])))
    assert [rule.ace for rule in profile.rules] == ["a", "c"]
    assert [problem.where for problem in profile.problems] == [
        'from-device-policy acl "fr" ace "odd"',
        "from-device-policy",
    ]


def test_a_refusal_is_a_rule() -> None:
    profile = parse(encoded(document([ace("a", "drop"), ace("b", "ietf-access-control-list:reject")])))
    assert [rule.decision for rule in profile.rules] == [Decision.DROP, Decision.REJECT]


def test_the_older_container_in_the_words_of_its_draft() -> None:
    found = document()
    del found[_ACLS]
    for direction, name in (("from-device", "fr"), ("to-device", "to")):
        found["ietf-mud:mud"][f"{direction}-policy"]["access-lists"]["access-list"] = [
            {"acl-name": name, "acl-type": "ipv6-acl-type"}
        ]
    found["ietf-access-control-list:access-lists"] = {
        "acl": [
            {
                "acl-name": name,
                "acl-type": "ipv6-acl-type",
                "access-list-entries": {
                    "ace": [
                        {
                            "rule-name": f"cloud-{name}",
                            "matches": {
                                "ipv6-acl": {
                                    f"ietf-acldns:{name_end}-dnsname": "cloud.example.com",
                                    "protocol": 6,
                                    f"{port_end}-port-range-or-operator": {"operator": "eq", "port": 443},
                                },
                                "tcp-acl": {"ietf-mud:direction-initiated": "from-device"},
                            },
                            "actions": {"forwarding": "accept"},
                        }
                    ]
                },
            }
            for name, name_end, port_end in (("fr", "dst", "destination"), ("to", "src", "source"))
        ]
    }
    standard = document(
        [ace("cloud-fr", ipv6={"ietf-acldns:dst-dnsname": "cloud.example.com"}, tcp=_tcp("destination"))],
        [ace("cloud-to", ipv6={"ietf-acldns:src-dnsname": "cloud.example.com"}, tcp=_tcp("source"))],
        acl_type="ipv6-acl-type",
    )
    profile = parse(encoded(found))
    assert profile.problems == ()
    assert profile.rules == parse(encoded(standard)).rules
    assert {rule.initiated for rule in profile.rules} == {Direction.FROM_DEVICE}


def _tcp(side: str) -> dict[str, Any]:
    return {f"{side}-port": {"port": 443}, "ietf-mud:direction-initiated": "from-device"}


@given(documents(), st.data())
def test_a_damaged_file_is_compiled_or_refused_with_a_reason(found: dict[str, Any], data: st.DataObject) -> None:
    node: Any = found
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.integers(0, 4)) == 0:
            junk: st.SearchStrategy[Any] = (
                st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
            )
            node[key] = data.draw(junk | st.floats(allow_nan=False, allow_infinity=False) | st.just([[{}]]))
            break
        node = node[key]
    with suppress(MudError):
        profile = parse(encoded(found))
        assert all(problem.where.isascii() and problem.reason.isascii() for problem in profile.problems)


@given(documents(), st.data())
def test_a_torn_file_is_refused(found: dict[str, Any], data: st.DataObject) -> None:
    whole = encoded(found)
    with pytest.raises(MudError):
        parse(whole[: data.draw(st.integers(0, len(whole) - 1))])
