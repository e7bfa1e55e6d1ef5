"""What an answer changes, and what needs no question."""

from dataclasses import replace
from datetime import UTC
from itertools import count

import pytest

from custom_components.secure_hub.engine.choices import restrict, set_permission
from custom_components.secure_hub.engine.decisions import Change
from custom_components.secure_hub.engine.home import Home
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import UNUSED_ONCE
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.permissions import Allowed
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Scope
from custom_components.secure_hub.engine.requests.asking import AskingPolicy
from custom_components.secure_hub.engine.requests.model import ANSWERS, Answer, Kind, Request, Vote, Want
from custom_components.secure_hub.engine.requests.outcome import (
    Setting,
    carry_out,
    guest_until,
    is_unneeded,
    known_answer,
)
from tests.engine.test_home import FIRST, MACS, id_of, memory_of, seen

START = seen(FIRST, *MACS[:2])
HOME = seen(memory_of(START), *MACS[:3])
CAMERA, TWIN, NEWCOMER = (id_of(HOME, mac) for mac in MACS[:3])
WANT = Want(Scope.INTERNET, "cloud.camera.example tcp/443")
NUMBERS = count()
SETTING = Setting("anna", 1000.0, UTC, lambda: f"id{next(NUMBERS)}")


def request(kind: Kind = Kind.DESTINATION, asset_id: str = CAMERA, *wants: Want) -> Request:
    return Request("r1", asset_id, kind, "f", 1.0, 1.0, 2e9, wants=wants or (WANT,))


def said(change: Change, asset_id: str = CAMERA) -> list[tuple[str, str]]:
    group = change.permissions.rules.get(Matcher(MatcherKind.ASSET, asset_id), {})
    return [(rule.decision.value, rule.destination.text) for rule in group.values()]


@pytest.mark.parametrize("answer", [Answer.ONCE, Answer.HOUR, Answer.TONIGHT])
def test_for_a_while_is_a_grant(answer: Answer) -> None:
    change = carry_out(HOME, request(), [WANT], answer, SETTING)
    (grant,) = change.permissions.grants[CAMERA].values()
    assert (grant.scope, grant.destination.text, grant.actor) == (Scope.INTERNET, WANT.destination, "anna")
    assert grant.once is (answer is Answer.ONCE)
    assert said(change) == []
    assert change.entry.action == "request_approved"
    assert change.entry.details
    assert change.entry.details["wants"] == [{"scope": "internet", "destination": WANT.destination}]


def test_always_and_never_are_rules_about_what_was_asked() -> None:
    other = Want(Scope.INTERNET, "up.camera.example tcp/443")
    asked = request(Kind.DESTINATION, CAMERA, WANT, other)
    assert said(carry_out(HOME, asked, [WANT, other], Answer.ALWAYS, SETTING)) == [
        ("allow", WANT.destination),
        ("allow", other.destination),
    ]
    assert said(carry_out(HOME, asked, [WANT], Answer.DENY, SETTING)) == [("deny", WANT.destination)]
    assert carry_out(HOME, asked, [WANT], Answer.DENY, SETTING).entry.action == "request_denied"


def test_what_a_raiser_carries_out_is_only_journalled_here() -> None:
    for kind in (Kind.PROFILE, Kind.UPDATE):
        for answer in (Answer.ALWAYS, Answer.DENY):
            change = carry_out(HOME, request(kind), [WANT], answer, SETTING)
            assert change.permissions is HOME.permissions
            assert change.entry.details is not None
            assert change.entry.details["answer"] == answer.value


def test_who_is_let_in() -> None:
    assert HOME.policy.standing(NEWCOMER) is Standing.HELD
    for kind in (Kind.NEWCOMER, Kind.JOINED):
        asked = request(kind, NEWCOMER)
        allowed = carry_out(HOME, asked, (), Answer.ALWAYS, SETTING).policy
        assert allowed.standing(NEWCOMER) is Standing.ADMITTED
        denied = carry_out(HOME, asked, (), Answer.DENY, SETTING).policy
        assert denied.standing(NEWCOMER) is Standing.HELD, "no is no, and nothing more"


def test_cut_off() -> None:
    for kind in Kind:
        assert Answer.QUARANTINE in ANSWERS[kind]
        policy = carry_out(HOME, request(kind), [WANT], Answer.QUARANTINE, SETTING).policy
        assert policy.standing(CAMERA) is Standing.QUARANTINED
    denied = carry_out(HOME, request(Kind.IDENTITY), (), Answer.DENY, SETTING).policy
    assert denied.standing(CAMERA) is Standing.QUARANTINED, "it is not what it was"


def test_another_identity_that_is_known_changes_nothing() -> None:
    change = carry_out(HOME, request(Kind.IDENTITY), (), Answer.ALWAYS, SETTING)
    assert (change.policy, change.permissions) == (HOME.policy, HOME.permissions)


def test_a_new_owner_may_begin_anew() -> None:
    permitted = carry_out(HOME, request(), [WANT], Answer.ALWAYS, SETTING)
    home = replace(HOME, permissions=permitted.permissions)
    kept = carry_out(home, request(Kind.OWNER), (), Answer.ALWAYS, SETTING).permissions
    assert kept is home.permissions
    anew = carry_out(home, request(Kind.OWNER), (), Answer.DENY, SETTING)
    assert said(anew) == []
    assert anew.permissions.profiles[CAMERA] is Profile.ASK


def test_two_votes_are_told() -> None:
    asked = replace(request(), votes=(Vote("anna", Answer.ALWAYS), Vote("ben", Answer.ONCE)))
    details = carry_out(HOME, asked, [WANT], Answer.ONCE, SETTING).entry.details
    assert details
    assert details["votes"] == ["anna", "ben"]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(PolicyError):
        carry_out(HOME, request(), [Want(Scope.INTERNET, "256.1.1.1")], Answer.ALWAYS, SETTING)


def test_guests() -> None:
    assert guest_until(Answer.ONCE, 0.0, UTC) == UNUSED_ONCE.total_seconds()
    assert guest_until(Answer.TONIGHT, 0.0, UTC) == 22 * 3600.0
    assert guest_until(Answer.ALWAYS, 0.0, UTC) is None
    assert guest_until(Answer.DENY, 0.0, UTC) is None


LISTED = (Allowed(Scope.INTERNET, parse("*.camera.example tcp/443")),)


def with_rule(home: Home, asset_id: str, decision: Decision) -> Home:
    matcher = Matcher(MatcherKind.ASSET, asset_id)
    where = parse(WANT.destination)
    change = set_permission(home, matcher, WANT.scope, decision, where, actor=None, now=1.0, rule_id=f"{asset_id}1")
    return replace(home, permissions=change.permissions)


def as_model(home: Home, model: str | None, *asset_ids: str) -> Home:
    assets = dict(home.assets)
    for asset_id in asset_ids:
        one = assets[asset_id]
        assets[asset_id] = replace(one, record=replace(one.record, manufacturer="Acme ", model=model))
    return replace(home, assets=assets)


def test_what_its_list_names_is_not_asked() -> None:
    change = restrict(HOME, CAMERA, LISTED, action="import_manifest", actor=None, reason="mud", now=1.0)
    home = replace(HOME, permissions=change.permissions.with_profile(CAMERA, Profile.ASK))
    assert known_answer(home, request(), AskingPolicy()) == (Answer.ALWAYS, "allow_list")
    assert known_answer(home, request(), AskingPolicy(known_lists=False)) is None
    beyond = request(Kind.DESTINATION, CAMERA, WANT, Want(Scope.INTERNET, "evil.example tcp/443"))
    assert known_answer(home, beyond, AskingPolicy()) is None
    assert known_answer(home, request(Kind.IDENTITY), AskingPolicy()) is None
    odd = request(Kind.DESTINATION, CAMERA, Want(Scope.INTERNET, "-"))
    assert known_answer(home, odd, AskingPolicy()) is None


@pytest.mark.parametrize(
    ("decision", "answer"), [(Decision.ALLOW, Answer.ALWAYS), (Decision.DENY, Answer.DENY), (Decision.ASK, None)]
)
def test_the_same_answer_for_the_same_model(decision: Decision, answer: Answer | None) -> None:
    policy = AskingPolicy(known_models=True)
    home = with_rule(as_model(HOME, "C1", CAMERA, TWIN), TWIN, decision)
    assert known_answer(home, request(), policy) == (answer and (answer, "same_model"))
    assert known_answer(home, request(), AskingPolicy()) is None
    assert known_answer(as_model(home, "C2", CAMERA), request(), policy) is None
    assert known_answer(as_model(home, None, CAMERA), request(), policy) is None
    both = as_model(with_rule(home, NEWCOMER, Decision.DENY), "c1", NEWCOMER)
    if decision is Decision.ALLOW:
        assert known_answer(both, request(), policy) is None, "people said both"


def test_what_needs_no_answer_any_more() -> None:
    policy = HOME.policy
    asked = request(Kind.NEWCOMER, NEWCOMER)
    assert not is_unneeded(policy, asked, is_held=True, is_known=True)
    assert is_unneeded(policy, asked, is_held=False, is_known=True)
    assert is_unneeded(policy, asked, is_held=True, is_known=False)
    cut_off = carry_out(HOME, asked, (), Answer.QUARANTINE, SETTING).policy
    assert is_unneeded(cut_off, asked, is_held=True, is_known=True)
    assert not is_unneeded(policy, request(), is_held=False, is_known=True)
