"""The list of rules: all of them, page by page, each with what a review finds about it."""

import pytest

from custom_components.secure_hub.engine.policy import validation
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.listing import list_rules
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope
from custom_components.secure_hub.engine.policy.validation import Problem, ProblemKind, review

from .strategies import permissions_of

CAMERA, LABEL = Matcher(MatcherKind.ASSET, "camera"), Matcher(MatcherKind.LABEL, "outside")
ASSET = Subject("camera", frozenset(Scope), frozenset({CAMERA, LABEL, EVERYONE}))
DENY, ALLOW = Decision.DENY, Decision.ALLOW
RULES = [
    Rule("4", Scope.INTERNET, DENY, EVERYONE),
    Rule("3", Scope.LAN, DENY, LABEL),
    Rule("2", Scope.INTERNET, ALLOW, LABEL, parse("example.com")),
    Rule("1", Scope.INTERNET, DENY, CAMERA),
]
PERMISSIONS = permissions_of(RULES)


def test_in_the_order_of_who_wins() -> None:
    page = list_rules(PERMISSIONS, [ASSET])
    assert [rule.id for rule in page.rules] == ["1", "2", "3", "4"]
    assert (page.total, page.after, page.reviewed) == (4, None, True)
    assert page.problems == {one: (Problem(one, ProblemKind.SHADOWED, ("1",)),) for one in ("2", "4")}


def test_page_by_page() -> None:
    first = list_rules(PERMISSIONS, [ASSET], limit=3)
    assert ([rule.id for rule in first.rules], first.total, first.after) == (["1", "2", "3"], 4, "3")
    rest = list_rules(PERMISSIONS, [ASSET], limit=3, after=first.after)
    assert ([rule.id for rule in rest.rules], rest.after) == (["4"], None)
    assert rest.problems.keys() == {"4"}
    with pytest.raises(PolicyError) as refusal:
        list_rules(PERMISSIONS, [ASSET], after="gone")
    assert refusal.value.key is Refusal.RULE_UNKNOWN


def test_of_some_kinds() -> None:
    page = list_rules(PERMISSIONS, [ASSET], kinds={MatcherKind.LABEL})
    assert ([rule.id for rule in page.rules], page.total) == (["2", "3"], 2)
    assert list_rules(Permissions(), [ASSET]).rules == ()


def test_what_cannot_all_be_compared_is_said() -> None:
    """Small combinations are compared first; of the others nothing is claimed."""
    seen = review(PERMISSIONS, [ASSET], most=2)
    assert (seen.problems, seen.complete) == ((), False)
    assert review(PERMISSIONS, [ASSET], most=10).complete


def test_too_many_rules_are_only_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MAX_REVIEWED", 3)
    page = list_rules(PERMISSIONS, [ASSET])
    assert (len(page.rules), page.problems, page.reviewed) == (4, {}, False)
