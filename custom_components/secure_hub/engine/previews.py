"""What a bundle of permissions would change, before anybody decides it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .choices import set_permission
from .home import Home
from .policy.destinations import ANY, Destination
from .policy.evaluation import Situation
from .policy.rules import Matcher
from .policy.scopes import Decision, PolicyError, Scope
from .policy.tables import Said, ScopeTable, compile_table


@dataclass(frozen=True, slots=True)
class Wish:
    """A permission that somebody thinks of; None takes back what was said."""

    matcher: Matcher
    scope: Scope
    decision: Decision | None
    destination: Destination = ANY


@dataclass(frozen=True, slots=True)
class Difference:
    """What an asset may do in general in a scope that wishes speak of, before and after; it may be the same."""

    asset_id: str
    scope: Scope
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Preview:
    """What wishes would come to: how each asset fares, and which wishes are refused, by their place in the bundle."""

    differences: tuple[Difference, ...]
    refused: Mapping[int, PolicyError]


def preview(home: Home, wishes: Sequence[Wish], now: float) -> Preview:
    """Say what wishes, carried out one after the other at `now` (seconds since the epoch), would come to."""
    after, refused = home, dict[int, PolicyError]()
    touched: dict[tuple[str, Scope], None] = {}
    for number, wish in enumerate(wishes):
        try:
            change = set_permission(
                after,
                wish.matcher,
                wish.scope,
                wish.decision,
                wish.destination,
                actor=None,
                now=now,
                rule_id=f"wish-{number}",
            )
        except PolicyError as error:
            refused[number] = error
            continue
        after = replace(after, permissions=change.permissions)
        touched |= dict.fromkeys(
            (key, wish.scope)
            for key, subject in home.subjects.items()
            if wish.matcher in subject.matchers and wish.scope in subject.scopes
        )
    situation, known = Situation(after.policy, after.permissions, now), dict[Said, ScopeTable]()
    differences = []
    for asset_id, scope in touched:
        was = home.tables[asset_id].scope(scope)
        will = compile_table(home.subjects[asset_id], situation, known).scope(scope)
        if was is not None and will is not None:
            differences.append(Difference(asset_id, scope, was.default, will.default))
    return Preview(tuple(differences), refused)
