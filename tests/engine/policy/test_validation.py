"""Rules that are refused, and rules that a review points at."""

from ipaddress import ip_address, ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import Destination, PlaceKind, parse
from custom_components.secure_hub.engine.policy.evaluation import Situation, explain
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.lists import NetworkList
from custom_components.secure_hub.engine.policy.model import Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.safety import Environment, Protection
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope
from custom_components.secure_hub.engine.policy.service import Service
from custom_components.secure_hub.engine.policy.validation import (
    OWN_SERVICES,
    PLACES,
    SERVICES,
    Premises,
    Problem,
    ProblemKind,
    Review,
    check_grant,
    check_rule,
    review,
)

from .strategies import ASSETS, NOW, destinations, permissions_of, rule_lists, subject_sets, targets

ALLOW, ASK, DENY = Decision.ALLOW, Decision.ASK, Decision.DENY
CAMERA = Matcher(MatcherKind.ASSET, "camera")
LABEL = Matcher(MatcherKind.LABEL, "outside")
ENVIRONMENT = Environment(
    addresses={
        ip_address("192.168.1.5"): Protection.IS_HUB,
        ip_address("fd00::5"): Protection.IS_HUB,
        ip_address("192.168.1.1"): Protection.IS_GATEWAY,
        ip_address("192.168.1.2"): Protection.IS_DNS,
        ip_address("192.168.1.9"): Protection.IS_ADMIN_MACHINE,
    }
)
PREMISES = Premises(
    assets={
        "camera": Subject("camera", frozenset(Scope), frozenset({CAMERA, LABEL, EVERYONE})),
        "bulb": Subject("bulb", frozenset({Scope.CONTROL}), frozenset({Matcher(MatcherKind.ASSET, "bulb"), EVERYONE})),
        "router": Subject("router", frozenset(Scope), frozenset(), governed=False, protected=Protection.IS_GATEWAY),
        "home": Subject("home", frozenset(Scope), frozenset(), governed=False, protected=Protection.IS_HUB),
    },
    lists={
        name: NetworkList([ip_network(network)])
        for name, network in (("nl", "203.0.113.0/24"), ("bogons", "192.168.0.0/16"), ("resolvers", "192.168.1.2"))
    },
    sets={MatcherKind.AREA: frozenset({"hall"}), MatcherKind.LABEL: frozenset({"outside"})},
    environment=ENVIRONMENT,
)


@pytest.mark.parametrize(
    ("scope", "decision", "who", "where", "refusal"),
    [
        ("lan", DENY, "camera", "192.168.1.0/24", Refusal.CONTAINS_HUB),
        ("lan", ALLOW, "camera", "192.168.1.0/24", Refusal.CONTAINS_HUB),
        ("lan", DENY, "camera", "192.168.1.5 tcp/22", Refusal.CONTAINS_HUB),
        ("internet", DENY, "camera", "0.0.0.0/0", Refusal.CONTAINS_HUB),
        ("internet", ASK, "camera", "::/0", Refusal.CONTAINS_HUB),
        ("peers", DENY, "camera", "fd00::/64", Refusal.CONTAINS_HUB),
        ("lan", DENY, "camera", "192.168.1.1", Refusal.CONTAINS_PROTECTED),
        ("lan", ASK, "camera", "192.168.1.0/30", Refusal.CONTAINS_PROTECTED),
        ("internet", DENY, "camera", "192.168.1.2", Refusal.CONTAINS_PROTECTED),
        ("lan", DENY, "camera", "192.168.1.8/31", Refusal.CONTAINS_PROTECTED),
        ("lan", DENY, "camera", "192.168.1.1 tcp/80", None),
        ("lan", ALLOW, "camera", "192.168.1.1", None),
        ("lan", DENY, "camera", "192.168.1.128/25", None),
        ("lan", DENY, "camera", "192.168.1.0/24 tcp/22", Refusal.CONTAINS_HUB),
        ("lan", DENY, "camera", "any", None),
        ("internet", DENY, "camera", "*.example.com tcp/443", None),
        ("internet", DENY, "camera", "set:nl", None),
        ("internet", DENY, "camera", "set:be", Refusal.SET_UNKNOWN),
        ("internet", DENY, "camera", "asset:bulb", Refusal.DESTINATION_NOT_FOR_SCOPE),
        ("lan", DENY, "camera", "asset:router", Refusal.CONTAINS_PROTECTED),
        ("peers", ASK, "camera", "asset:router", Refusal.CONTAINS_PROTECTED),
        ("lan", DENY, "camera", "asset:router tcp/80", None),
        ("lan", ALLOW, "camera", "asset:router", None),
        ("lan", DENY, "camera", "asset:home", Refusal.CONTAINS_HUB),
        ("lan", ALLOW, "camera", "asset:home", Refusal.CONTAINS_HUB),
        ("peers", DENY, "camera", "asset:home tcp/22", Refusal.CONTAINS_HUB),
        ("internet", DENY, "camera", "set:bogons", Refusal.CONTAINS_HUB),
        ("internet", ASK, "camera", "set:bogons tcp/443", Refusal.CONTAINS_HUB),
        ("internet", ALLOW, "camera", "set:bogons", None),
        ("internet", DENY, "camera", "set:resolvers", Refusal.CONTAINS_PROTECTED),
        ("internet", DENY, "camera", "set:resolvers tcp/443", None),
        ("internet", ALLOW, "camera", "set:resolvers", None),
        ("peers", DENY, "camera", "asset:nobody", Refusal.ASSET_UNKNOWN),
        ("peers", DENY, "camera", "asset:camera", Refusal.ASSET_ITSELF),
        ("peers", DENY, "camera", "example.com", Refusal.DESTINATION_NOT_FOR_SCOPE),
        ("hub", ALLOW, "camera", "tcp/1883", None),
        ("hub", DENY, "camera", "own:tcp/22", None),
        ("peers", ALLOW, "camera", "asset:router own:tcp/554", None),
        ("internet", ALLOW, "camera", "192.0.2.1 own:tcp/554", Refusal.DESTINATION_NOT_FOR_SCOPE),
        ("hub", ALLOW, "camera", "10.0.0.0/8", Refusal.DESTINATION_NOT_FOR_SCOPE),
        ("control", DENY, "camera", "tcp/80", Refusal.DESTINATION_NOT_FOR_SCOPE),
        ("control", DENY, "bulb", "any", None),
        ("internet", DENY, "bulb", "any", Refusal.SCOPE_NOT_APPLICABLE),
        ("internet", DENY, "nobody", "any", Refusal.ASSET_UNKNOWN),
        ("internet", DENY, "router", "any", Refusal.ASSET_PROTECTED),
        ("internet", ALLOW, "router", "any", None),
        ("control", DENY, "router", "any", None),
    ],
)
def test_what_is_refused(scope: str, decision: Decision, who: str, where: str, refusal: Refusal | None) -> None:
    rule = Rule("r", Scope(scope), decision, Matcher(MatcherKind.ASSET, who), parse(where))
    if refusal is None:
        check_rule(rule, PREMISES)
        return
    with pytest.raises(PolicyError) as error:
        check_rule(rule, PREMISES)
    assert error.value.key is refusal


@pytest.mark.parametrize(
    ("kind", "value", "refusal"),
    [
        ("area", "hall", None),
        ("area", "Hall", Refusal.AREA_UNKNOWN),
        ("label", "outside", None),
        ("label", "nope", Refusal.LABEL_UNKNOWN),
        ("class", "camera", None),
        ("class", "toaster", Refusal.CLASS_UNKNOWN),
        ("manufacturer", "nobody yet", None),
        ("integration", "nobody_yet", None),
    ],
)
def test_sets_that_are_not_there(kind: str, value: str, refusal: Refusal | None) -> None:
    """Makers and integrations may come; an area that is not there is a slip of the pen that would deny nobody."""
    rule = Rule("r", Scope.INTERNET, DENY, Matcher(MatcherKind(kind), value))
    if refusal is None:
        check_rule(rule, PREMISES)
        return
    with pytest.raises(PolicyError) as error:
        check_rule(rule, PREMISES)
    assert (error.value.key, error.value.detail) == (refusal, value)


def test_grants_are_checked_as_rules_are() -> None:
    check_grant(Grant("g", "camera", Scope.INTERNET, NOW, parse("example.com")), PREMISES)
    with pytest.raises(PolicyError):
        check_grant(Grant("g", "camera", Scope.LAN, NOW, parse("192.168.1.0/24")), PREMISES)
    with pytest.raises(PolicyError):
        check_grant(Grant("g", "nobody", Scope.LAN, NOW), PREMISES)


@given(st.sampled_from(Scope), destinations, st.sampled_from(Decision))
def test_a_destination_of_the_wrong_kind_is_always_refused(
    scope: Scope, destination: Destination, decision: Decision
) -> None:
    wrong = any(place.kind not in PLACES.get(scope, ()) for place in destination.places)
    service = destination.service
    wrong |= service is not None and scope not in (OWN_SERVICES if service.own else SERVICES)
    everything = Premises(
        {name: Subject(name, frozenset(Scope), frozenset()) for name in ASSETS},
        {"nl": NetworkList([]), "ads": NetworkList([])},
    )
    rule = Rule("r", scope, decision, EVERYONE, destination)
    if not wrong:
        check_rule(rule, everything)
        return
    with pytest.raises(PolicyError) as error:
        check_rule(rule, everything)
    assert error.value.key is Refusal.DESTINATION_NOT_FOR_SCOPE


def test_two_places_are_no_rule() -> None:
    both = parse("10.0.0.1").meet(parse("example.com"))
    assert [place.kind for place in both.places] == [PlaceKind.NETWORK, PlaceKind.NAME]
    assert not isinstance(both.service, Service)
    with pytest.raises(PolicyError):
        check_rule(Rule("r", Scope.INTERNET, ALLOW, EVERYONE, both), PREMISES)


def rule(rule_id: str, decision: Decision, matcher: Matcher = CAMERA, where: str = "any") -> Rule:
    return Rule(rule_id, Scope.INTERNET, decision, matcher, parse(where))


def found(*given_rules: Rule) -> list[tuple[str, str, str]]:
    seen = review(permissions_of(list(given_rules)), PREMISES.assets.values())
    assert seen.complete
    return [(problem.rule, problem.kind.value, " ".join(problem.others)) for problem in seen.problems]


def test_rules_in_order_are_no_problem() -> None:
    assert found(rule("1", DENY), rule("2", ALLOW, CAMERA, "10.0.0.0/8"), rule("3", DENY, LABEL, "any")) == [
        ("3", "shadowed", "1")
    ]
    assert found(rule("1", DENY), rule("2", ALLOW, CAMERA, "10.0.0.0/8"), rule("3", ALLOW, EVERYONE)) == [
        ("3", "shadowed", "1")
    ]
    assert found(rule("1", DENY), rule("2", ALLOW, CAMERA, "10.0.0.0/8")) == []


def test_a_rule_that_wins_for_somebody_is_not_shadowed() -> None:
    laptop = Subject("laptop", frozenset(Scope), frozenset({LABEL}), governed=False)
    permissions = permissions_of([rule("1", DENY), rule("2", ALLOW, LABEL)])
    assert review(permissions, [*PREMISES.assets.values(), laptop]) == Review(())


def test_equal_rights_conflict() -> None:
    assert found(rule("1", ALLOW, CAMERA, "10.0.0.0/8"), rule("2", DENY, CAMERA, "tcp/23")) == [("2", "conflict", "1")]
    assert found(rule("1", ALLOW), rule("2", DENY)) == [("1", "shadowed", "2"), ("2", "conflict", "1")]
    assert found(rule("1", ALLOW, CAMERA, "10.0.0.0/8"), rule("2", DENY, CAMERA, "11.0.0.0/8")) == []


def test_saying_it_twice_is_a_duplicate() -> None:
    assert found(rule("1", DENY), rule("2", DENY)) == [("2", "duplicate", "1")]
    assert found(rule("1", DENY), rule("2", DENY, LABEL)) == [("2", "shadowed", "1")]


def test_rules_for_nobody() -> None:
    assert found(rule("1", DENY, Matcher(MatcherKind.AREA, "attic"))) == [("1", "matches_nobody", "")]
    assert found(rule("1", DENY, Matcher(MatcherKind.ASSET, "bulb"))) == [("1", "matches_nobody", "")]


def test_rules_against_who_is_protected_never_win() -> None:
    area = Matcher(MatcherKind.AREA, "hall")
    router = Subject("router", frozenset(Scope), frozenset({area}), governed=False, protected=Protection.IS_GATEWAY)
    seen = review(permissions_of([rule("1", DENY, area)]), [router])
    assert seen == Review((Problem("1", ProblemKind.SHADOWED),))


@given(rule_lists, st.lists(subject_sets(), max_size=3), targets, st.sampled_from([0, 4, 30, 1000]))
def test_what_is_called_shadowed_never_wins(
    given_rules: list[Rule], subjects: list[Subject], packet: Destination, most: int
) -> None:
    """However little there was time to compare."""
    permissions = permissions_of(given_rules)
    hopeless = {p.rule for p in review(permissions, subjects, most=most).problems if p.kind is not ProblemKind.CONFLICT}
    state = Situation(Policy(admitted=frozenset(ASSETS)), permissions, NOW)
    for subject in subjects:
        for scope in Scope:
            assert explain(subject, scope, packet, state).winner.source not in hopeless


@given(rule_lists, st.lists(subject_sets(), max_size=3), st.data())
def test_a_review_is_in_no_particular_order(
    given_rules: list[Rule], subjects: list[Subject], data: st.DataObject
) -> None:
    shuffled: Permissions = permissions_of(data.draw(st.permutations(given_rules)))
    assert review(permissions_of(given_rules), subjects) == review(shuffled, reversed(subjects))
