"""The compiler follows every change, and touches nothing else."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.policy import compiler as module, tables
from custom_components.secure_hub.engine.policy.compiler import Compiler
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.model import Policy, Quarantine
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Scope
from custom_components.secure_hub.engine.policy.tables import compile_table

from .strategies import ASSETS, NOW, policies, rules, situations, subject_sets

LABEL = Matcher(MatcherKind.LABEL, "kitchen")
HOME = [
    Subject(name, frozenset(Scope), frozenset({Matcher(MatcherKind.ASSET, name), EVERYONE} | ({LABEL} if i else set())))
    for i, name in enumerate(ASSETS)
]
EMPTY = Situation(Policy(admitted=frozenset(ASSETS)), Permissions(), NOW)


def deny(rule_id: str, matcher: Matcher) -> Rule:
    return Rule(rule_id, Scope.INTERNET, Decision.DENY, matcher)


@settings(max_examples=60)
@given(
    situations,
    st.lists(
        st.one_of(
            situations,
            rules,
            subject_sets(),
            policies,
            st.sampled_from(ASSETS),
            st.sampled_from([NOW - 2, NOW + 0.5, NOW + 2]),
        ),
        max_size=8,
    ),
)
def test_after_any_changes_every_table_is_as_if_compiled_anew(first: Situation, changes: list[object]) -> None:
    compiler, subjects, state = Compiler(first), {}, first
    for change in [*HOME, *changes]:
        before = dict(compiler.tables)
        moved, gone = [], []
        match change:
            case Situation():
                state = change
            case Rule():
                state = replace(state, permissions=state.permissions.with_rule(change))
            case Subject():
                moved.append(change)
                subjects[change.asset_id] = change
            case Policy():
                state = replace(state, policy=change)
            case str():
                gone.append(change)
                subjects.pop(change, None)
            case float():
                state = replace(state, now=change)
        changed = compiler.move(state, moved, gone)
        assert compiler.tables == {name: compile_table(subject, state) for name, subject in subjects.items()}
        names = before.keys() | compiler.tables.keys()
        assert changed == {name for name in names if before.get(name) != compiler.tables.get(name)}


def compiled(situation: Situation = EMPTY) -> Compiler:
    compiler = Compiler(situation)
    compiler.move(situation, HOME)
    return compiler


def test_a_change_compiles_only_what_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, seen = compiled(), []

    def watch(subject: Subject, *rest: object) -> tables.Table:
        seen.append(subject.asset_id)
        return compile_table(subject, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "compile_table", watch)
    steps = [
        ({"a1"}, EMPTY.permissions.with_rule(deny("1", Matcher(MatcherKind.ASSET, "a1")))),
        ({"a1", "a2"}, EMPTY.permissions.with_rule(deny("1", LABEL))),
        ({"a0"}, EMPTY.permissions.with_profile("a0", Profile.LOCAL_ONLY)),
        ({"a2"}, EMPTY.permissions.with_grant(Grant("g", "a2", Scope.LAN, NOW + 1))),
    ]
    for expected, permissions in steps:
        compiler.move(EMPTY)
        seen.clear()
        compiler.move(replace(EMPTY, permissions=permissions))
        assert set(seen) <= expected
        assert seen
    seen.clear()
    compiler.move(replace(EMPTY, permissions=permissions))
    assert seen == []


def test_changes_are_named() -> None:
    compiler = compiled()
    assert compiler.move(replace(EMPTY, permissions=EMPTY.permissions.with_rule(deny("1", LABEL)))) == {"a1", "a2"}
    quarantined = EMPTY.policy.quarantine("a0", Quarantine(0.0, None, "test"))
    assert compiler.move(replace(EMPTY, policy=quarantined)) == {"a0", "a1", "a2"}
    assert compiler.move(replace(EMPTY, policy=quarantined), gone=["a1", "nobody"]) == {"a1"}
    assert compiler.tables.keys() == {"a0", "a2"}


def test_a_grant_ends_by_time_alone() -> None:
    granted = Permissions().with_rule(deny("1", EVERYONE)).with_grant(Grant("g", "a0", Scope.INTERNET, NOW + 10))
    compiler = compiled(replace(EMPTY, permissions=granted))
    assert compiler.move(Situation(EMPTY.policy, granted, NOW + 9)) == frozenset()
    assert compiler.move(Situation(EMPTY.policy, granted, NOW + 10)) == {"a0"}


def test_assets_that_may_do_the_same_are_one_class() -> None:
    compiler = compiled(replace(EMPTY, permissions=Permissions().with_rule(deny("1", LABEL))))
    assert sorted(map(sorted, compiler.classes().values())) == [["a0"], ["a1", "a2"]]


def test_a_refused_change_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = compiled()
    before = dict(compiler.tables)
    monkeypatch.setattr(tables, "MAX_REGIONS", 3)
    bad = Permissions()
    for where, decision in [("10.0.0.0/24", "allow"), ("10.0.0.0/8", "deny"), ("tcp/443", "allow"), ("tcp", "deny")]:
        bad = bad.with_rule(Rule(where, Scope.INTERNET, Decision(decision), EVERYONE, parse(where)))
    with pytest.raises(PolicyError):
        compiler.move(replace(EMPTY, permissions=bad), gone=["a0"])
    assert compiler.tables == before
    assert compiler.move(EMPTY) == frozenset()


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_KNOWN", 2)
    compiler, state = compiled(), EMPTY
    for i in range(5):
        state = replace(
            state, permissions=state.permissions.with_rule(deny(f"{i}", Matcher(MatcherKind.ASSET, f"a{i % 3}")))
        )
        compiler.move(state)
        assert compiler.tables == {subject.asset_id: compile_table(subject, state) for subject in HOME}
