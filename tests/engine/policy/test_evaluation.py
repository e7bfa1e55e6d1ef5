"""Verdicts: precedence, reasons, what was overridden, and what no rule can do."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import ANY, Destination, parse, target
from custom_components.secure_hub.engine.policy.evaluation import Layer, Situation, explain, safe_scopes
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy, Quarantine
from custom_components.secure_hub.engine.policy.permissions import Allowed
from custom_components.secure_hub.engine.policy.profiles import LOCKDOWN, PROFILES, Profile
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Decision, PolicyError, Refusal, Scope
from custom_components.secure_hub.engine.policy.service import Protocol

from .strategies import NOW, permissions_of, rule_lists, rules, situations, subject_sets, targets

ALLOW, ASK, DENY = Decision.ALLOW, Decision.ASK, Decision.DENY
MINE = Matcher(MatcherKind.ASSET, "a")
KITCHEN = Matcher(MatcherKind.LABEL, "kitchen")
CAMERA = Subject(
    "a",
    frozenset(Scope),
    frozenset(
        {
            MINE,
            KITCHEN,
            Matcher(MatcherKind.LABEL, "guests"),
            Matcher(MatcherKind.AREA, "attic"),
            Matcher(MatcherKind.CLASS, "camera"),
            Matcher(MatcherKind.MODEL, "Acme", "One"),
            Matcher(MatcherKind.MANUFACTURER, "Acme"),
            Matcher(MatcherKind.INTEGRATION, "esphome"),
            EVERYONE,
        }
    ),
)
ADMITTED = Policy(admitted=frozenset({"a"}))


def situation(*given_rules: Rule, policy: Policy = ADMITTED, **rest: object) -> Situation:
    return Situation(policy, permissions_of(list(given_rules), **rest), NOW)


def rule(rule_id: str, decision: Decision, matcher: Matcher = MINE, where: str = "any") -> Rule:
    return Rule(rule_id, Scope.INTERNET, decision, matcher, parse(where))


def test_precedence_from_bottom_to_top() -> None:
    """Each step adds one voice that speaks against the one below it, and wins."""
    asset = CAMERA
    state = situation(home=Profile.LOCAL_ONLY)
    seen: list[str] = []

    def expect(decision: Decision) -> None:
        verdict = explain(asset, Scope.INTERNET, target(address=ip_address("192.0.2.1")), state)
        assert verdict.decision is decision
        assert [v.decision for v in verdict.overrode] == [
            d for d in [v.decision for v in verdict.overrode] if d is not decision
        ]
        seen.append(verdict.reason)

    expect(DENY)
    state = replace(state, permissions=state.permissions.with_profile("a", Profile.TRUSTED))
    expect(ALLOW)
    steps = [
        rule("1", DENY, EVERYONE),
        rule("2", ALLOW, Matcher(MatcherKind.INTEGRATION, "esphome")),
        rule("3", DENY, Matcher(MatcherKind.MANUFACTURER, "ACME")),
        rule("4", ALLOW, Matcher(MatcherKind.MODEL, "acme", " one")),
        rule("5", DENY, Matcher(MatcherKind.CLASS, "camera")),
        rule("6", ALLOW, Matcher(MatcherKind.AREA, "attic")),
        rule("7", DENY, KITCHEN),
    ]
    for step in steps:
        state = replace(state, permissions=state.permissions.with_rule(step))
        expect(step.decision)
    state = replace(state, permissions=state.permissions.with_rule(rule("8", ALLOW, KITCHEN, "192.0.2.0/24")))
    expect(ALLOW)
    for step in [rule("9", ALLOW), rule("10", DENY, MINE, "192.0.0.0/16"), rule("11", ALLOW, MINE, "192.0.2.0/24")]:
        state = replace(state, permissions=state.permissions.with_rule(step))
        expect(step.decision)
    state = replace(state, permissions=state.permissions.with_rule(rule("12", DENY, MINE, "192.0.2.1")))
    expect(DENY)
    state = replace(state, permissions=state.permissions.with_grant(Grant("g", "a", Scope.INTERNET, NOW + 1)))
    expect(ALLOW)
    state = replace(state, policy=Policy())
    expect(DENY)
    state = replace(state, permissions=replace(state.permissions, lockdown=True))
    expect(DENY)
    state = replace(state, policy=state.policy.quarantine("a", Quarantine(0.0, None, "test")))
    expect(DENY)
    asset = replace(asset, protected="is_gateway")
    expect(ALLOW)
    assert seen == [
        "home", "profile", "everyone", "integration", "manufacturer", "model", "class", "area", "label", "label",
        "asset", "asset", "asset", "asset", "grant", "newcomer", "lockdown", "quarantine", "safety",
    ]  # fmt: skip


def test_layers_are_in_the_order_of_the_matchers() -> None:
    assert [Layer[kind.name] for kind in MatcherKind] == sorted(Layer[kind.name] for kind in MatcherKind)


@pytest.mark.parametrize(
    ("decisions", "winner"), [([ALLOW, ASK, DENY], DENY), ([ALLOW, ASK], ASK), ([ALLOW, ALLOW], ALLOW)]
)
def test_equal_specificity(decisions: list[Decision], winner: Decision) -> None:
    labels = ["kitchen", "guests", "kitchen"]
    given_rules = [rule(str(i), d, Matcher(MatcherKind.LABEL, labels[i])) for i, d in enumerate(decisions)]
    verdict = explain(CAMERA, Scope.INTERNET, ANY, situation(*given_rules))
    assert verdict.decision is winner


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("192.0.2.1", "192.0.2.0/24"),
        ("api.example", "*.example"),
        ("api.example", "192.0.2.0/24"),
        ("*.example", "192.0.2.0/24"),
        ("192.0.2.0/24", "set:nl"),
        ("set:nl", "any"),
        ("tcp/443", "tcp/1-500"),
        ("192.0.2.0/24 tcp/443", "192.0.2.0/24"),
        ("192.0.2.0/24 tcp/443", "tcp/443"),
    ],
)
def test_the_narrower_destination_wins_whatever_it_says(narrow: str, wide: str) -> None:
    packet = target(
        address=ip_address("192.0.2.1"), names=["api.example"], lists=["nl"], protocol=Protocol.TCP, port=443
    )
    for decision, other in [(ALLOW, DENY), (DENY, ALLOW), (ASK, DENY), (DENY, ASK)]:
        state = situation(rule("n", decision, MINE, narrow), rule("w", other, MINE, wide))
        verdict = explain(CAMERA, Scope.INTERNET, packet, state)
        assert (verdict.decision, verdict.winner.source) == (decision, "n")
        assert "w" in {voice.source for voice in verdict.overrode}


@pytest.mark.parametrize(("one", "other"), [("set:nl", "tcp"), ("192.0.2.1", "api.example"), ("192.0.2.0/24", "tcp")])
def test_of_incomparable_destinations_the_strictest_wins(one: str, other: str) -> None:
    packet = target(
        address=ip_address("192.0.2.1"), names=["api.example"], lists=["nl"], protocol=Protocol.TCP, port=443
    )
    for lax, strict in [(ALLOW, DENY), (ALLOW, ASK), (ASK, DENY)]:
        for first, second in [(lax, strict), (strict, lax)]:
            state = situation(rule("1", first, MINE, one), rule("2", second, MINE, other))
            assert explain(CAMERA, Scope.INTERNET, packet, state).decision is strict


def test_an_address_shared_by_names_is_as_good_as_its_worst_name() -> None:
    state = situation(rule("good", ALLOW, MINE, "good.example"), rule("bad", DENY, MINE, "*.example"))
    shared = target(address=ip_address("192.0.2.1"), names=["good.example", "bad.example"])
    verdict = explain(CAMERA, Scope.INTERNET, shared, state)
    assert (verdict.decision, verdict.winner.source) == (DENY, "bad")
    assert explain(CAMERA, Scope.INTERNET, target(names=["good.example"]), state).decision is ALLOW


def test_a_question_in_general_names_the_exceptions() -> None:
    state = situation(
        rule("no", DENY),
        rule("yes", ALLOW, MINE, "example.com"),
        rule("silent", ALLOW, KITCHEN, "example.org"),
        rule("same", DENY, MINE, "example.net"),
    )
    verdict = explain(CAMERA, Scope.INTERNET, ANY, state)
    assert verdict.decision is DENY
    assert [voice.source for voice in verdict.exceptions] == ["yes"]
    assert [voice.source for voice in verdict.overrode] == ["trusted"]
    assert explain(CAMERA, Scope.INTERNET, parse("10.0.0.0/8"), state).exceptions[0].source == "yes"


def test_restricted_is_what_its_list_says() -> None:
    entry = Allowed(Scope.INTERNET, parse("cloud.example tcp/443"))
    state = situation(profiles={"a": Profile.RESTRICTED}, allow_lists={"a": (entry,)})
    listed = target(names=["cloud.example"], protocol=Protocol.TCP, port=443)
    assert explain(CAMERA, Scope.INTERNET, listed, state).decision is ALLOW
    assert explain(CAMERA, Scope.INTERNET, target(names=["evil.example"]), state).decision is DENY
    trusted = situation(profiles={"a": Profile.TRUSTED}, allow_lists={"a": (entry,)})
    assert explain(CAMERA, Scope.INTERNET, listed, trusted).winner.source == "trusted"


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("scope", Scope)
def test_every_profile_says_what_its_table_says(profile: Profile, scope: Scope) -> None:
    for state in (situation(profiles={"a": profile}), situation(home=profile)):
        assert explain(CAMERA, scope, ANY, state).decision is PROFILES[profile][scope]


def test_profile_quarantined_is_quarantine() -> None:
    state = situation(rule("yes", ALLOW), profiles={"a": Profile.QUARANTINED})
    assert explain(CAMERA, Scope.INTERNET, ANY, state).reason == "quarantine"


@pytest.mark.parametrize("scope", Scope)
def test_lockdown_cuts_off_the_world_and_nothing_in_hand(scope: Scope) -> None:
    verdict = explain(CAMERA, scope, ANY, situation(lockdown=True))
    assert verdict.decision is LOCKDOWN.get(scope, ALLOW)


@pytest.mark.parametrize("scope", Scope)
def test_a_newcomer_waits_with_its_packets_only(scope: Scope) -> None:
    held = situation(policy=Policy())
    assert (explain(CAMERA, scope, ANY, held).decision is DENY) is (scope in NETWORK_SCOPES)
    allowed = situation(policy=Policy(newcomers=Newcomers.ALLOW))
    assert explain(CAMERA, scope, ANY, allowed).decision is ALLOW


def test_nothing_that_was_said_lets_a_newcomer_out() -> None:
    state = situation(rule("mine", ALLOW), rule("there", ALLOW, MINE, "192.0.2.1"), policy=Policy())
    grant = Grant("g", "a", Scope.INTERNET, NOW + 1)
    state = replace(state, permissions=state.permissions.with_grant(grant))
    for destination in (ANY, parse("192.0.2.1")):
        verdict = explain(CAMERA, Scope.INTERNET, destination, state)
        assert (verdict.decision, verdict.reason) == (DENY, "newcomer")
        assert not verdict.exceptions
        let_in = explain(CAMERA, Scope.INTERNET, destination, replace(state, policy=Policy().release("a")))
        assert (let_in.decision, let_in.reason) == (ALLOW, "grant")


def test_a_newcomer_of_the_radio_is_neither_heard_nor_commanded() -> None:
    bulb = replace(CAMERA, scopes=frozenset({Scope.PEERS, Scope.CONTROL, Scope.REPORT, Scope.SHARE}))
    for scope in (Scope.PEERS, Scope.CONTROL, Scope.REPORT):
        assert explain(bulb, scope, ANY, situation(policy=Policy())).reason == "newcomer"
    assert explain(bulb, Scope.SHARE, ANY, situation(policy=Policy())).decision is ALLOW


def test_on_a_guarded_network_everybody_who_is_new_waits() -> None:
    laptop = replace(CAMERA, governed=False, matchers=CAMERA.matchers - {EVERYONE})
    state = situation(policy=Policy())
    assert explain(laptop, Scope.INTERNET, ANY, state).reason == "ungoverned"
    assert explain(replace(laptop, guarded=True), Scope.INTERNET, ANY, state).reason == "newcomer"


def test_what_is_not_governed_meets_only_what_is_said_of_it() -> None:
    laptop = replace(CAMERA, governed=False, matchers=CAMERA.matchers - {EVERYONE})
    state = situation(rule("all", DENY, EVERYONE), policy=Policy(), home=Profile.LOCAL_ONLY, lockdown=True)
    assert explain(laptop, Scope.INTERNET, ANY, state).reason == "ungoverned"
    state = situation(rule("attic", DENY, Matcher(MatcherKind.AREA, "attic")))
    assert explain(laptop, Scope.INTERNET, ANY, state).winner.source == "attic"


def test_grants_end() -> None:
    grant = Grant("g", "a", Scope.INTERNET, NOW)
    state = Situation(ADMITTED, permissions_of([rule("no", DENY)]).with_grant(grant), NOW)
    assert explain(CAMERA, Scope.INTERNET, ANY, state).decision is DENY
    assert explain(CAMERA, Scope.INTERNET, ANY, replace(state, now=NOW - 0.001)).decision is ALLOW


def test_a_scope_that_does_not_apply_is_refused() -> None:
    bulb = replace(CAMERA, scopes=frozenset({Scope.CONTROL}))
    with pytest.raises(PolicyError) as error:
        explain(bulb, Scope.INTERNET, ANY, situation())
    assert error.value.key is Refusal.SCOPE_NOT_APPLICABLE


@given(subject_sets(), situations, targets, st.sampled_from(Scope))
def test_safety_is_unbreakable(asset: Subject, state: Situation, packet: Destination, scope: Scope) -> None:
    for protected in ("is_hub", "is_gateway", "is_dns", "is_admin_machine", "is_coordinator"):
        verdict = explain(replace(asset, protected=protected), scope, packet, state)
        if scope in safe_scopes(protected):
            assert (verdict.decision, verdict.reason) == (ALLOW, "safety")
        assert scope not in NETWORK_SCOPES or verdict.decision is ALLOW


@given(subject_sets(), situations, rules, targets, st.sampled_from(Scope))
def test_adding_a_deny_never_allows_more(
    asset: Subject, state: Situation, new: Rule, packet: Destination, scope: Scope
) -> None:
    before = explain(asset, scope, packet, state).decision
    denying = state.permissions.with_rule(replace(new, id="new", decision=DENY))
    after = explain(asset, scope, packet, replace(state, permissions=denying)).decision
    assert after.strictness >= before.strictness


@given(subject_sets(), rule_lists, targets, st.sampled_from(Scope), st.data())
def test_the_order_of_rules_is_irrelevant(
    asset: Subject, given_rules: list[Rule], packet: Destination, scope: Scope, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(given_rules))
    verdict = explain(asset, scope, packet, situation(*given_rules))
    assert explain(asset, scope, packet, situation(*shuffled)) == verdict


@given(subject_sets(), situations, targets, st.sampled_from(Scope))
def test_a_verdict_names_its_grounds(asset: Subject, state: Situation, packet: Destination, scope: Scope) -> None:
    verdict = explain(asset, scope, packet, state)
    assert verdict.winner.decision is verdict.decision
    assert verdict.reason == verdict.winner.layer.name.lower()
    assert all(voice.layer >= verdict.winner.layer for voice in verdict.overrode)
    assert all(voice.decision is not verdict.decision for voice in verdict.overrode)
    assert verdict == explain(asset, scope, packet, state)
