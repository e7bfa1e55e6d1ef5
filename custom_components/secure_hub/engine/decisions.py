"""Decisions: what one of them makes of the home."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from .firewall.named import named_places
from .firewall.plan import Plan
from .firewall.planning import rename, replan
from .firewall.regions import Names
from .home import Home, Networks, compiled, planned
from .journal import Entry
from .persistent import differing
from .policy.compiler import Compiler
from .policy.model import Policy
from .policy.permissions import Permissions
from .policy.rules import MatcherKind
from .policy.trial import settings, tried


@dataclass(frozen=True, slots=True)
class Change:
    """One decision: all that is decided after it, and how the journal tells of it."""

    entry: Entry
    policy: Policy
    permissions: Permissions
    confirms: bool = False
    """What was tried until now lasts."""
    also: tuple[Entry, ...] = ()
    """What else it tells, where it is about several assets."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that the journal is told."""
        return (self.entry, *self.also)

    @property
    def about(self) -> frozenset[str] | None:
        """Ids of the assets that it is about, None if it is about more than single assets."""
        ids = frozenset(entry.asset_id for entry in self.entries if entry.asset_id is not None)
        return ids if all(entry.asset_id is not None for entry in self.entries) else None


type Choice = Callable[[Home], Change | None]
"""Makes one decision of a home; None if nothing is to be changed. Raises PolicyError for what cannot be decided."""


def together(home: Home, choices: Iterable[Choice]) -> Change | None:
    """Make one decision of several, each of the home that those before it leave: one that is refused refuses all."""
    made: list[Change] = []
    for choose in choices:
        if (change := choose(home)) is not None:
            made.append(change)
            home = replace(home, policy=change.policy, permissions=change.permissions)
    if not made:
        return None
    entry, *also = (entry for change in made for entry in change.entries)
    return replace(made[-1], entry=entry, also=tuple(also))


def decide(before: Home, change: Change, compiler: Compiler, networks: Networks, now: float) -> Home:
    """The home after a decision, all else being as it was; one about single assets costs little.

    `now` is in seconds since the epoch.
    """
    old, new = settings(before.policy, before.permissions), settings(change.policy, change.permissions)
    home = replace(
        before,
        policy=change.policy,
        permissions=change.permissions,
        trial=None if change.confirms else tried(before.trial, old, new, now),
        tables=compiled(compiler, change.policy, change.permissions, before.subjects, now),
    )
    about = change.about
    if (
        about is not None
        and old == new
        and home.trial is None
        and differing(before.tables, home.tables) <= about
        and (not networks.named or named_places(home.permissions) == before.plan.named)
    ):
        follows = before.plan
        for asset_id in sorted(about):
            follows = replan(
                follows,
                before.assets[asset_id],
                home.policy,
                home.environment,
                table=home.ruling(asset_id),
                names=home.names,
                limit=home.permissions.limits.get(asset_id),
            )
        return replace(home, plan=follows)
    return replace(home, plan=planned(home, networks, now))


def concerned(before: Home, after: Home) -> frozenset[str] | None:
    """Ids of the assets of which a decision may be seen, None if it may be of everybody."""
    old, new = before.permissions, after.permissions
    changed = touched(before.plan, after.plan)
    if changed is None or settings(before.policy, old) != settings(after.policy, new):
        return None
    rules = differing(old.rules, new.rules)
    return changed.union(
        differing(before.tables, after.tables),
        differing(before.policy.quarantined, after.policy.quarantined),
        differing(old.profiles, new.profiles),
        (matcher.value for matcher in rules if matcher.kind is MatcherKind.ASSET),
    )


def renamed(before: Home, names: Mapping[str, Names]) -> Home:
    """The home after name servers told devices something else, all else being as it was."""
    changed = differing(before.names, names)
    trial = before.plan.trial
    if trial is not None:
        trial = replace(trial, lasting=rename(trial.lasting, changed, names))
    follows = rename(before.plan, changed, names)
    return replace(before, names=names, plan=replace(follows, trial=trial))


def touched(before: Plan, after: Plan) -> frozenset[str] | None:
    """Ids of the assets in which two plans differ, None if they differ in more than that."""
    if replace(before, members={}) != replace(after, members={}):
        return None
    return differing(before.members, after.members)
