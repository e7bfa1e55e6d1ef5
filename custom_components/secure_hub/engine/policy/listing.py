"""Every rule that was made, in an order that people can read, with what a review finds about each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from .permissions import Permissions
from .rules import MatcherKind, Rule, Subject
from .scopes import PolicyError, Refusal, Scope
from .validation import Problem, review

MAX_PAGE: Final = 1000
"""Rules of one page."""
_KINDS: Final = {kind: number for number, kind in enumerate(MatcherKind)}
_SCOPES: Final = {scope: number for number, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class RulePage:
    """Some rules, of `total`; `after` is the id to go on from, None on the last page.

    `problems` are those of these rules, by id; `reviewed` is false if there was too much to compare all of it.
    """

    rules: tuple[Rule, ...]
    total: int
    after: str | None
    problems: Mapping[str, tuple[Problem, ...]]
    reviewed: bool


def list_rules(
    permissions: Permissions,
    subjects: Iterable[Subject],
    *,
    kinds: Collection[MatcherKind] = tuple(MatcherKind),
    after: str | None = None,
    limit: int = MAX_PAGE,
) -> RulePage:
    """List rules for sets of some kinds by whom they are for, most specific kind first, then by scope and destination.

    Takes what `review` takes. Raises PolicyError `rule_unknown` if there is no rule `after` which to go on.
    """
    last = None if after is None else permissions.rule(after)
    if after is not None and last is None:
        raise PolicyError(Refusal.RULE_UNKNOWN, after)
    found = [rule for rule in permissions.all_rules() if rule.matcher.kind in kinds]
    rest = found if last is None else (rule for rule in found if _order(rule) > _order(last))
    first = nsmallest(limit + 1, rest, key=_order)  # sorting all of a great home's would hold everybody up
    page = tuple(first[:limit])
    seen = review(permissions, subjects)
    problems: dict[str, tuple[Problem, ...]] = {}
    for problem in seen.problems:
        problems[problem.rule] = (*problems.get(problem.rule, ()), problem)
    return RulePage(
        page,
        len(found),
        page[-1].id if len(first) > limit else None,
        {rule.id: problems[rule.id] for rule in page if rule.id in problems},
        seen.complete,
    )


def _order(rule: Rule) -> tuple[int, str, str, int, str, str]:
    matcher = rule.matcher
    return (
        _KINDS[matcher.kind],
        matcher.value,
        matcher.model,
        _SCOPES[rule.scope],
        rule.destination.text,
        rule.id,
    )
