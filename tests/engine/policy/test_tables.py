"""Compiled tables say what verdicts say, in as few lines as can be."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import Destination, asset_place, parse
from custom_components.secure_hub.engine.policy.evaluation import Situation, explain
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Refusal, Scope
from custom_components.secure_hub.engine.policy.tables import ScopeTable, compile_table

from .strategies import destinations, situations, subject_sets, targets
from .test_evaluation import ALLOW, ASK, CAMERA, DENY, MINE, rule, situation


def lines(*given_rules: Rule) -> tuple[Decision, list[tuple[str, Decision]]]:
    table = compile_table(CAMERA, situation(*given_rules)).scope(Scope.INTERNET)
    assert table is not None
    return table.default, [(entry.destination.text, entry.decision) for entry in table.exceptions]


def test_nothing_said_is_the_profile() -> None:
    assert lines() == (ALLOW, [])


def test_exceptions_are_narrower_first() -> None:
    assert lines(rule("1", DENY), rule("2", ALLOW, MINE, "10.0.0.0/8"), rule("3", DENY, MINE, "10.1.0.0/16")) == (
        DENY,
        [("10.1.0.0/16", DENY), ("10.0.0.0/8", ALLOW)],
    )


def test_what_changes_nothing_is_left_out() -> None:
    assert lines(
        rule("1", DENY),
        rule("2", DENY, MINE, "10.0.0.0/8"),
        rule("3", ALLOW, MINE, "example.com"),
        rule("4", ALLOW, MINE, "example.com tcp/443"),
        rule("5", ALLOW, Matcher(MatcherKind.LABEL, "kitchen"), "example.org"),
    ) == (DENY, [("example.com", ALLOW)])


def test_what_a_higher_layer_covers_is_left_out() -> None:
    assert lines(
        rule("1", DENY, MINE, "10.0.0.0/8"), rule("2", ALLOW, Matcher(MatcherKind.LABEL, "kitchen"), "10.1.0.0/16")
    ) == (ALLOW, [("10.0.0.0/8", DENY)])


def test_incomparable_rules_are_strictest_first() -> None:
    assert lines(rule("1", DENY, MINE, "tcp/23"), rule("2", ASK, MINE, "10.0.0.0/8"))[1] == [
        ("tcp/23", DENY),
        ("10.0.0.0/8", ASK),
    ]


def test_where_no_order_is_right_common_ground_is_spelled_out() -> None:
    """Two nested pairs that cross: whichever comes first would be wrong somewhere."""
    crossed = (
        rule("1", ALLOW, MINE, "10.0.0.0/24"),
        rule("2", DENY, MINE, "10.0.0.0/8"),
        rule("3", ALLOW, MINE, "tcp/443"),
        rule("4", DENY, MINE, "tcp"),
    )
    default, exceptions = lines(*crossed)
    assert default is ALLOW
    assert exceptions == [
        ("10.0.0.0/24 tcp/443", ALLOW),
        ("10.0.0.0/24 tcp", DENY),
        ("10.0.0.0/8 tcp/443", DENY),
        ("10.0.0.0/24", ALLOW),
        ("tcp/443", ALLOW),
        ("10.0.0.0/8", DENY),
        ("tcp", DENY),
    ]


def test_rules_that_cross_without_end_are_refused() -> None:
    crossed = zip(["10.0.0.0/24", "10.0.0.0/8", "tcp/443", "tcp"], [ALLOW, DENY, ALLOW, DENY], strict=True)
    lists = [rule(f"list-{i}", [ALLOW, DENY][i % 2], MINE, f"set:list-{i}") for i in range(12)]
    many = [*lists, *(rule(where, decision, MINE, where) for where, decision in crossed)]
    with pytest.raises(PolicyError) as error:
        compile_table(CAMERA, situation(*many))
    assert error.value.key is Refusal.TOO_MANY_EXCEPTIONS


def test_assets_of_which_the_same_is_said_share_a_table() -> None:
    other = replace(CAMERA, asset_id="b", matchers=frozenset({Matcher(MatcherKind.ASSET, "b")}))
    state = situation(
        rule("1", DENY, MINE, "10.0.0.0/8"), rule("2", DENY, Matcher(MatcherKind.ASSET, "b"), "10.0.0.0/8")
    )
    state = replace(state, policy=state.policy.admit(frozenset({"b"})))
    one, same = compile_table(CAMERA, state), compile_table(other, state)
    assert one == same
    assert hash(one) == hash(same)


def test_only_scopes_that_apply() -> None:
    bulb = replace(CAMERA, scopes=frozenset({Scope.CONTROL, Scope.PEERS}))
    table = compile_table(bulb, situation(rule("1", DENY)))
    assert [scope for scope, _ in table.scopes] == [Scope.PEERS, Scope.CONTROL]
    assert table.scope(Scope.INTERNET) is None


@given(subject_sets(), situations, st.lists(targets, min_size=1, max_size=20))
def test_tables_agree_with_verdicts(asset: Subject, state: Situation, packets: list[Destination]) -> None:
    table = compile_table(asset, state)
    assert {scope for scope, _ in table.scopes} == asset.scopes
    for scope, decisions in table.scopes:
        for packet in packets:
            assert decisions.decide(packet) is explain(asset, scope, packet, state).decision


crossing = st.lists(
    st.tuples(destinations, st.sampled_from(Decision)), min_size=4, max_size=12, unique_by=lambda pair: pair[0]
)


@given(crossing, st.lists(targets, min_size=1, max_size=20))
def test_tables_agree_where_rules_of_one_asset_cross(
    said: list[tuple[Destination, Decision]], packets: list[Destination]
) -> None:
    given_rules = [Rule(str(i), Scope.INTERNET, decision, MINE, where) for i, (where, decision) in enumerate(said)]
    state = situation(*given_rules)
    table = compile_table(CAMERA, state).scope(Scope.INTERNET)
    assert table is not None
    for packet in packets:
        assert table.decide(packet) is explain(CAMERA, Scope.INTERNET, packet, state).decision


@given(crossing)
def test_no_line_can_never_be_reached(said: list[tuple[Destination, Decision]]) -> None:
    given_rules = [Rule(str(i), Scope.INTERNET, decision, MINE, where) for i, (where, decision) in enumerate(said)]
    table = compile_table(CAMERA, situation(*given_rules)).scope(Scope.INTERNET)
    assert isinstance(table, ScopeTable)
    for i, entry in enumerate(table.exceptions):
        assert not any(before.destination.covers(entry.destination) for before in table.exceptions[:i])
    assert not table.exceptions or table.exceptions[-1].decision is not table.default


@given(crossing, st.data())
def test_the_order_of_rules_makes_no_difference(said: list[tuple[Destination, Decision]], data: st.DataObject) -> None:
    given_rules = [Rule(str(i), Scope.INTERNET, decision, MINE, where) for i, (where, decision) in enumerate(said)]
    shuffled = data.draw(st.permutations(given_rules))
    assert compile_table(CAMERA, situation(*given_rules)) == compile_table(CAMERA, situation(*shuffled))


def test_a_destination_that_needs_two_places_is_said_with_both() -> None:
    both = parse("10.1.2.3").meet(Destination((asset_place("x"),)))
    assert both.text == "10.1.2.3 asset:x"
