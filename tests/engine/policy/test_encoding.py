"""Permissions survive as JSON; everything else is refused."""

import copy
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy import encoding
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.encoding import decode, decode_grant, decode_rule, encode, with_actors
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.limits import Limit
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope

from .strategies import NOW, permission_sets

PERMISSIONS = (
    Permissions()
    .with_rule(
        Rule("r", Scope.LAN, Decision.DENY, Matcher(MatcherKind.MODEL, "Acme", "One"), parse("tcp/22"), "no", NOW, "me")
    )
    .with_grant(Grant("g", "a", Scope.INTERNET, NOW, parse("example.com"), once=True, actor="me", created=NOW))
    .with_profile("a", Profile.ASK)
    .with_limit("a", Limit(50_000))
    .with_allow_list("a", (Allowed(Scope.INTERNET, parse("*.example.com udp/53")),))
)
WRITTEN = {
    "rules": [
        {
            "id": "r",
            "scope": "lan",
            "decision": "deny",
            "matcher": {"kind": "model", "value": "acme", "model": "one"},
            "destination": "tcp/22",
            "note": "no",
            "created": NOW,
            "actor": "me",
        }
    ],
    "grants": [
        {
            "id": "g",
            "asset_id": "a",
            "scope": "internet",
            "expires": NOW,
            "destination": "example.com",
            "once": True,
            "used": False,
            "actor": "me",
            "created": NOW,
        }
    ],
    "profiles": {"a": "ask"},
    "allow_lists": {"a": [{"scope": "internet", "destination": "*.example.com udp/53", "source": ""}]},
    "home": "trusted",
    "lockdown": False,
    "limits": {"a": {"rate": 50000, "quota": None}},
}


def test_what_is_written() -> None:
    assert encode(PERMISSIONS) == WRITTEN
    assert decode(WRITTEN) == PERMISSIONS


def test_rules_once_said_not_who_made_them() -> None:
    older = copy.deepcopy(WRITTEN)
    del older["rules"][0]["actor"]
    with pytest.raises(PolicyError):
        decode(older)
    assert next(decode(with_actors(older)).all_rules()).actor is None
    for other in (None, [], {"rules": 1}, {"rules": [1]}):
        assert with_actors(other) == other


@given(permission_sets())
def test_permissions_survive(permissions: Permissions) -> None:
    assert decode(json.loads(json.dumps(encode(permissions)))) == permissions


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value is."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in inside for deeper in paths(item, (*path, key)))]


def altered(path: tuple[Any, ...], value: object) -> Any:
    """What is written, with one value in place of another."""
    root: dict[str, Any] = {"": copy.deepcopy(WRITTEN)}
    node: Any = root
    for key in ("", *path)[:-1]:
        node = node[key]
    node[("", *path)[-1]] = value
    return root[""]


@pytest.mark.parametrize("path", [p for p in paths(WRITTEN) if p[-1:] not in {("note",), ("created",), ("expires",)}])
@pytest.mark.parametrize("wrong", [None, 3, 1.5, float("nan"), "x" * 2000, "no such thing!", [[]], {"x": 1}])
def test_every_value_is_checked(path: tuple[Any, ...], wrong: object) -> None:
    if (path[-1:] in {("actor",), ("quota",)} and wrong is None) or (
        path[-1:] in {("value",), ("model",), ("source",)} and wrong == "no such thing!"
    ):
        decode(altered(path, wrong))
        return
    with pytest.raises(PolicyError):
        decode(altered(path, wrong))


@pytest.mark.parametrize("wrong", [None, True, "1", float("nan"), float("inf"), 10**400, -(10**400), []])
@pytest.mark.parametrize("path", [("rules", 0, "created"), ("grants", 0, "expires")])
def test_times_are_times(path: tuple[Any, ...], wrong: object) -> None:
    with pytest.raises(PolicyError):
        decode(altered(path, wrong))


def test_missing_and_unknown_fields_are_refused() -> None:
    for path in paths(WRITTEN):
        node: Any = WRITTEN
        for key in path:
            node = node[key]
        if isinstance(node, dict) and path not in {("profiles",), ("allow_lists",), ("limits",)}:
            for key in node:
                with pytest.raises(PolicyError):
                    decode(altered(path, {k: v for k, v in node.items() if k != key}))
            with pytest.raises(PolicyError):
                decode(altered(path, {**node, "more": 1}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    ),
    st.sampled_from(paths(WRITTEN)),
)
def test_anything_is_read_or_refused(value: object, path: tuple[Any, ...]) -> None:
    for reader in (decode, decode_rule, decode_grant):
        try:
            reader(value)
        except PolicyError:
            continue
    try:
        permissions = decode(altered(path, value))
    except PolicyError:
        return
    assert decode(encode(permissions)) == permissions


@pytest.mark.parametrize("name", ["rules", "grants"])
def test_an_id_twice_is_refused(name: str) -> None:
    with pytest.raises(PolicyError) as error:
        decode({**WRITTEN, name: WRITTEN[name] * 2})  # type: ignore[operator]
    assert error.value.key is Refusal.MALFORMED


@pytest.mark.parametrize("limit", ["MAX_RULES", "MAX_GRANTS", "MAX_ALLOWED", "MAX_GROUP", "MAX_ASSETS"])
def test_counts_are_bounded(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, limit, 0)
    with pytest.raises(PolicyError):
        decode(WRITTEN)
