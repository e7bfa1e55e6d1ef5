"""A book of rules finds by id what it has by matcher, and its copies do not know of each other."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.policy.rulebook import RuleBook
from custom_components.secure_hub.engine.policy.rules import Matcher, Rule

from .strategies import rules

few = rules.map(lambda rule: Rule(rule.id[:2], rule.scope, rule.decision, rule.matcher, rule.destination))


@given(st.lists(few | st.integers(0, 9).map("r{}".format), max_size=20))
def test_is_the_rules_that_were_put_and_not_taken(changes: list[Rule | str]) -> None:
    versions: list[tuple[RuleBook, dict[str, Rule]]] = [(RuleBook(), {})]
    for change in changes:
        book, model = versions[-1]
        if isinstance(change, Rule):
            versions.append((book.with_rule(change), {**model, change.id: change}))
        else:
            versions.append((book.without(change), {key: rule for key, rule in model.items() if key != change}))
    for book, model in versions:
        groups: dict[Matcher, dict[str, Rule]] = {}
        for key, rule in model.items():
            groups.setdefault(rule.matcher, {})[key] = rule
        assert book == groups
        assert book == RuleBook(groups)
        assert book.matchers == RuleBook(groups).matchers == {key: rule.matcher for key, rule in model.items()}
        assert all(book.rule(f"r{i}") == model.get(f"r{i}") for i in range(10))


def test_what_is_not_there_takes_nothing_away() -> None:
    book = RuleBook()
    assert book.without("r1") is book
