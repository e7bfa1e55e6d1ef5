"""Decisions: what one changes is what a whole look would find, and nothing more than it says."""

from dataclasses import replace
from datetime import UTC
from functools import partial

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.choices import (
    allow,
    chosen_profile,
    confirm,
    revoke,
    set_everybody,
    set_permission,
    set_profile,
)
from custom_components.secure_hub.engine.decisions import Change, concerned, decide, together, touched
from custom_components.secure_hub.engine.home import Home, look, planned, remembered
from custom_components.secure_hub.engine.journal import Entry
from custom_components.secure_hub.engine.persistent import differing
from custom_components.secure_hub.engine.policy.compiler import Compiler
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.grants import Duration
from custom_components.secure_hub.engine.policy.model import Mode, Policy, Quarantine
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope
from custom_components.secure_hub.engine.policy.trial import settings

from .test_home import FIRST, MACS, NETWORKS, network, new_id, seen

START = seen(FIRST, *MACS)
IDS = sorted(START.assets)


def fresh() -> Compiler:
    """A compiler that knows the home as it was at first."""
    compiler = Compiler(Situation(Policy(), Permissions(), 0.0))
    look(FIRST, (), network(*MACS), NETWORKS, frozenset(), compiler=compiler, now=1.0, new_id=new_id)
    return compiler


def asset_matcher(asset_id: str) -> Matcher:
    return Matcher(MatcherKind.ASSET, asset_id)


ids = st.sampled_from(IDS)
choices = st.one_of(
    st.tuples(st.just("profile"), ids, st.none() | st.sampled_from([p for p in Profile if p != "quarantined"])),
    st.tuples(st.just("permission"), ids, st.none() | st.sampled_from(Decision)),
    st.tuples(st.just("grant"), ids, st.sampled_from(Duration)),
    st.tuples(st.just("revoke"), ids, st.none()),
    st.tuples(st.just("quarantine"), ids, st.none()),
    st.tuples(st.just("release"), ids, st.none()),
    st.tuples(st.just("lockdown"), ids, st.booleans()),
    st.tuples(st.just("home"), ids, st.sampled_from([Profile.TRUSTED, Profile.LOCAL_ONLY])),
    st.tuples(st.just("mode"), ids, st.sampled_from(Mode)),
    st.tuples(st.just("confirm"), ids, st.none()),
)


def chosen(home: Home, what: str, asset_id: str, value: object, number: int) -> Change | None:  # noqa: PLR0911 - a table
    """One choice as a person makes it."""
    name, now = f"id{number}", float(number)
    match what, value:
        case "profile", (None | Profile()) as profile:
            return set_profile(home, asset_id, profile, actor=None)
        case "permission", (None | Decision()) as said:
            matcher = asset_matcher(asset_id)
            return set_permission(home, matcher, Scope.INTERNET, said, actor=None, now=now, rule_id=name)
        case "grant", Duration() as duration:
            return allow(home, asset_id, Scope.LAN, duration, actor=None, now=now, timezone=UTC, grant_id=name)
        case "revoke", _:
            return revoke(home, asset_id, None, actor=None)
        case "quarantine", _:
            policy = home.policy.quarantine(asset_id, Quarantine(now, None, "manual"))
            return Change(Entry("quarantine", asset_id), policy, home.permissions)
        case "release", _:
            return Change(Entry("release", asset_id), home.policy.release(asset_id), home.permissions)
        case "lockdown", bool() as lockdown:
            return set_everybody(home, lockdown=lockdown, actor=None)
        case "home", Profile() as profile:
            return set_everybody(home, profile=profile, actor=None)
        case "mode", Mode() as mode:
            return set_everybody(home, mode=mode, actor=None)
        case _:
            return confirm(home, actor=None)


def seen_of(home: Home, asset_id: str) -> tuple[object, ...]:
    """What may be seen of an asset that a decision can change."""
    return (
        settings(home.policy, home.permissions),
        home.policy.quarantined.get(asset_id),
        home.permissions.profiles.get(asset_id),
        home.permissions.rules.get(asset_matcher(asset_id)),
        home.tables.get(asset_id),
        home.plan.members.get(asset_id),
    )


@given(st.lists(choices, max_size=8))
def test_step_by_step_is_all_at_once(steps: list[tuple[str, str, object]]) -> None:
    home, compiler = START, fresh()
    for number, step in enumerate(steps):
        change = chosen(home, *step, number)
        if change is None:
            continue
        after = decide(home, change, compiler, NETWORKS, float(number))
        assert after.plan == planned(after, NETWORKS, float(number))
        changed = touched(home.plan, after.plan)
        assert (changed is None) is (replace(home.plan, members={}) != replace(after.plan, members={}))
        assert changed is None or changed == differing(home.plan.members, after.plan.members)
        about = concerned(home, after)
        assert about is None or {one for one in IDS if seen_of(home, one) != seen_of(after, one)} <= about
        home = after
    again = look(remembered(home), (), network(*MACS), NETWORKS, frozenset(), now=float(len(steps)), new_id=new_id)
    assert again.tables == home.tables
    assert again.plan == home.plan


@given(st.lists(choices, max_size=6))
def test_several_at_once_are_as_one_after_the_other(steps: list[tuple[str, str, object]]) -> None:
    """What everybody meets is decided alone: what it puts on trial is not known before it is decided."""
    steps = [step for step in steps if step[0] not in {"lockdown", "home", "mode", "confirm"}]
    change = together(START, [partial(told, step, number) for number, step in enumerate(steps)])
    home, told_of, compiler = START, list[Entry](), fresh()
    for number, step in enumerate(steps):
        one = chosen(home, *step, number)
        if one is not None:
            home = decide(home, one, compiler, NETWORKS, 0.0)
            told_of.append(one.entry)
    if change is None:
        assert not told_of
        return
    assert list(change.entries) == told_of
    after = decide(START, change, fresh(), NETWORKS, 0.0)
    assert (after.policy, after.permissions) == (home.policy, home.permissions)
    assert after.plan == home.plan == planned(after, NETWORKS, 0.0)


def told(step: tuple[str, str, object], number: int, home: Home) -> Change | None:
    """One choice of several."""
    return chosen(home, *step, number)


def test_one_that_is_refused_refuses_all() -> None:
    steps: list[tuple[str, str, object]] = [("permission", IDS[0], Decision.DENY), ("permission", "nobody", None)]
    with pytest.raises(PolicyError):
        together(START, [partial(told, step, number) for number, step in enumerate(steps)])


def test_a_profile_lets_go_of_quarantine() -> None:
    camera = IDS[0]
    cut = Change(Entry("q", camera), START.policy.quarantine(camera, Quarantine(1.0, None, "x")), START.permissions)
    home = decide(START, cut, fresh(), NETWORKS, 1.0)
    assert chosen_profile(home, camera) == "quarantined"
    home = decide(home, set_profile(home, camera, Profile.TRUSTED, actor=None), fresh(), NETWORKS, 2.0)
    assert chosen_profile(home, camera) == "trusted"
    assert camera not in home.policy.quarantined


def test_what_is_tried_is_not_remembered_and_rolls_back_at_a_look() -> None:
    change = set_everybody(START, lockdown=True, actor="me")
    assert change
    home = decide(START, change, fresh(), NETWORKS, 10.0)
    assert home.permissions.lockdown
    assert home.lasting == (START.policy, START.permissions)
    assert home.next_end == 70.0
    for now, lockdown in ((69.9, True), (70.0, False)):
        later = look(remembered(home), (), network(*MACS), NETWORKS, frozenset(), now=now, new_id=new_id)
        assert later.permissions.lockdown is lockdown
        assert later.rolled_back is not lockdown
    # The clock is set back by an hour: nobody is given an hour to confirm, in the kernel neither.
    later = look(remembered(home), (), network(*MACS), NETWORKS, frozenset(), now=-3600.0, new_id=new_id)
    assert (later.next_end, later.rolled_back) == (-3540.0, False)
    assert later.plan.trial
    assert later.plan.trial.ends == -3540.0
    quarantined = Change(Entry("q", IDS[0]), home.policy, home.permissions)
    assert decide(home, quarantined, fresh(), NETWORKS, -3600.0).next_end == -3540.0
    confirmed = confirm(home, actor="me")
    assert confirmed
    home = decide(home, confirmed, fresh(), NETWORKS, 20.0)
    assert home.trial is None
    assert home.lasting[1].lockdown
    assert confirm(home, actor="me") is None


def test_more_rules_than_a_table_holds_are_refused() -> None:
    """Were they there all the same, the asset would be denied rather than let through."""
    camera = asset_matcher(IDS[0])
    crossing = [*(f"set:list-{number}" for number in range(12)), "100.0.0.0/24", "100.0.0.0/8", "tcp/443", "tcp"]
    permissions = START.permissions
    for number, where in enumerate(crossing):
        decision = (Decision.ALLOW, Decision.DENY)[number % 2]
        permissions = permissions.with_rule(
            Rule(where[:9] + str(number), Scope.INTERNET, decision, camera, parse(where))
        )
    home = replace(START, permissions=permissions)
    with pytest.raises(PolicyError) as refusal:
        set_permission(
            home, camera, Scope.INTERNET, Decision.DENY, parse("udp/53"), actor=None, now=1.0, rule_id="one more"
        )
    assert refusal.value.key is Refusal.TOO_MANY_EXCEPTIONS
    memory = replace(remembered(START), permissions=permissions)
    later = look(memory, (), network(*MACS), NETWORKS, frozenset(), now=1.0, new_id=new_id)
    assert all(table.default is Decision.DENY for _, table in later.tables[IDS[0]].scopes)
    assert all(table.default is Decision.ALLOW for _, table in later.tables[IDS[1]].scopes)
