"""Permissions as a value: changes, limits, and what becomes of them when assets merge, split and go."""

from collections.abc import Callable
from itertools import count

from hypothesis import given
import pytest

from custom_components.secure_hub.engine.policy import permissions as module
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope

from .strategies import NOW, permission_sets, rules

A, B, C = (Matcher(MatcherKind.ASSET, name) for name in "abc")
ENTRY = Allowed(Scope.PEERS, parse("asset:b"))


def rule(rule_id: str, matcher: Matcher, decision: Decision = Decision.DENY, where: str = "any") -> Rule:
    return Rule(rule_id, Scope.PEERS, decision, matcher, parse(where))


def with_rules(*given_rules: Rule) -> Permissions:
    permissions = Permissions()
    for given_rule in given_rules:
        permissions = permissions.with_rule(given_rule)
    return permissions


@given(permission_sets(), rules)
def test_a_rule_can_be_put_replaced_and_taken(permissions: Permissions, rule: Rule) -> None:
    added = permissions.with_rule(rule)
    assert added.rule(rule.id) == rule
    assert {r.id for r in added.all_rules()} == {r.id for r in permissions.all_rules()} | {rule.id}
    gone = added.without_rule(rule.id)
    assert gone.rule(rule.id) is None
    assert gone.without_rule(rule.id) is gone
    assert all(group for group in gone.rules.values())


def test_a_rule_may_change_its_matcher() -> None:
    permissions = with_rules(rule("1", A)).with_rule(rule("1", B))
    assert list(permissions.all_rules()) == [rule("1", B)]


def test_what_was_not_touched_is_shared() -> None:
    before = with_rules(rule("1", A), rule("2", B))
    after = before.with_rule(rule("3", B))
    assert after.rules[A] is before.rules[A]
    assert {one.id for one in before.all_rules()} == {"1", "2"}


def test_grants_come_and_go() -> None:
    permissions = Permissions()
    for i in range(3):
        permissions = permissions.with_grant(Grant(f"g{i}", "a", Scope.LAN, NOW + i))
    assert permissions.next_expiry(NOW) == NOW + 1
    assert permissions.next_expiry(NOW + 2) is None
    assert [grant.id for grant in permissions.sweep(NOW).all_grants()] == ["g1", "g2"]
    assert permissions.sweep(NOW + 2).grants == {}
    assert [grant.id for grant in permissions.without_grant("a", "g1").all_grants()] == ["g0", "g2"]
    assert permissions.without_grant("b", "g1") is permissions
    assert len(list(permissions.with_grant(Grant("g1", "a", Scope.LAN, NOW)).all_grants())) == 3


def test_profiles_and_lists_come_and_go() -> None:
    permissions = Permissions().with_profile("a", Profile.ASK).with_allow_list("a", (ENTRY,))
    assert (permissions.profiles, permissions.allow_lists) == ({"a": Profile.ASK}, {"a": (ENTRY,)})
    assert permissions.with_profile("a", None).with_allow_list("a", ()) == Permissions()


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        ("MAX_RULES", Refusal.TOO_MANY_RULES),
        ("MAX_GROUP", Refusal.TOO_MANY_RULES),
        ("MAX_GRANTS", Refusal.TOO_MANY_GRANTS),
        ("MAX_ALLOWED", Refusal.ALLOW_LIST_TOO_LONG),
    ],
)
def test_limits(limit: str, refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, 2)

    def fill(size: int) -> Permissions:
        permissions = with_rules(*(rule(str(i), EVERYONE) for i in range(size)))
        for i in range(size):
            permissions = permissions.with_grant(Grant(f"g{i}", "a", Scope.LAN, NOW))
        return permissions.with_allow_list("a", (ENTRY,) * size)

    full = fill(2)
    assert full.with_rule(rule("1", EVERYONE, Decision.ALLOW)).with_grant(Grant("g1", "a", Scope.HUB, NOW))
    one_more: dict[str, Callable[[], Permissions]] = {
        "MAX_GRANTS": lambda: full.with_grant(Grant("g2", "a", Scope.LAN, NOW)),
        "MAX_ALLOWED": lambda: full.with_allow_list("a", (ENTRY,) * 3),
    }
    with pytest.raises(PolicyError) as error:
        one_more.get(limit, lambda: full.with_rule(rule("2", EVERYONE)))()
    assert error.value.key is refusal


def full_house() -> Permissions:
    permissions = with_rules(
        rule("mine", A),
        rule("theirs", B),
        rule("opened", B, Decision.ALLOW),
        rule("to", C, Decision.ALLOW, "asset:b tcp/80"),
        rule("all", EVERYONE),
    )
    for asset_id in "ab":
        permissions = permissions.with_grant(Grant(f"g{asset_id}", asset_id, Scope.LAN, NOW))
    permissions = permissions.with_grant(Grant("gc", "c", Scope.PEERS, NOW, parse("asset:b")))
    permissions = permissions.with_profile("a", Profile.ASK).with_profile("b", Profile.RESTRICTED)
    return permissions.with_allow_list("b", (ENTRY,)).with_allow_list("c", (ENTRY,))


def test_forgetting_an_asset_leaves_nothing_of_it() -> None:
    left = full_house().forget("b")
    assert {rule.id for rule in left.all_rules()} == {"mine", "all"}
    assert {grant.id for grant in left.all_grants()} == {"ga"}
    assert left.profiles == {"a": Profile.ASK}
    assert left.allow_lists == {}


def test_merging_keeps_what_held_either_back() -> None:
    merged = full_house().merge("a", "b")
    assert {rule.id: rule for rule in merged.all_rules()} == {
        "mine": rule("mine", A),
        "theirs": rule("theirs", A),
        "to": rule("to", C, Decision.ALLOW, "asset:a tcp/80"),
        "all": rule("all", EVERYONE),
    }
    assert {grant.id for grant in merged.all_grants()} == {"ga"}
    assert merged.profiles == {"a": Profile.RESTRICTED}
    assert merged.allow_lists == {}
    assert Permissions().merge("a", "b") == Permissions()


def test_splitting_gives_the_new_one_the_same_rules_and_no_grant() -> None:
    ids = count()
    split = full_house().split("b", "d", lambda: f"new{next(ids)}")
    mine = [(rule.decision, rule.scope) for rule in split.rules[B].values()]
    assert [(rule.decision, rule.scope) for rule in split.rules[Matcher(MatcherKind.ASSET, "d")].values()] == mine
    assert split.profiles["d"] is Profile.RESTRICTED
    assert split.allow_lists["d"] == (ENTRY,)
    assert "d" not in split.grants
