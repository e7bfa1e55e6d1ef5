"""Everything that people permitted: rules, grants, profiles, allow-lists, home default and lockdown, as one value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..persistent import PersistentMap
from .destinations import Destination, asset_place
from .grants import Grant
from .limits import Limit, stricter
from .profiles import PROFILES, Profile
from .rulebook import RuleBook
from .rules import Matcher, MatcherKind, Rule
from .scopes import Decision, PolicyError, Refusal, Scope

MAX_RULES = 250_000
MAX_GRANTS = 10_000
MAX_GROUP = 1024
"""Rules of one matcher."""
MAX_ALLOWED = 1024
"""Entries of one asset's allow-list."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of an allow-list: where profile `restricted` lets its asset go."""

    scope: Scope
    destination: Destination
    source: str = ""
    """What asked for it: the name of an entry of a manifest, or of a line that was learned."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Immutable; a change makes a new value that shares all it did not touch.

    `rules` are indexed by matcher and id, `grants` by asset and id, so that one asset's or rule's change is found
    without looking at the rest; `profiles`, `allow_lists` and `limits` are keyed by asset id.
    """

    rules: RuleBook = field(default_factory=RuleBook)
    grants: Mapping[str, Mapping[str, Grant]] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    allow_lists: Mapping[str, tuple[Allowed, ...]] = field(default_factory=dict)
    home: Profile = Profile.TRUSTED
    lockdown: bool = False
    limits: Mapping[str, Limit] = field(default_factory=dict)

    def all_rules(self) -> Iterator[Rule]:
        """Every rule."""
        for group in self.rules.values():
            yield from group.values()

    def all_grants(self) -> Iterator[Grant]:
        """Every grant, expired ones that were not yet swept included."""
        for group in self.grants.values():
            yield from group.values()

    def names(self, asset_id: str) -> bool:
        """Whether something is said of this very asset."""
        return (
            asset_id in self.profiles
            or asset_id in self.grants
            or asset_id in self.allow_lists
            or asset_id in self.limits
            or Matcher(MatcherKind.ASSET, asset_id) in self.rules
        )

    def named(self) -> frozenset[str]:
        """Assets of which something is said in person."""
        ruled = {matcher.value for matcher in self.rules if matcher.kind is MatcherKind.ASSET}
        return frozenset(
            ruled | self.profiles.keys() | self.grants.keys() | self.allow_lists.keys() | self.limits.keys()
        )

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of an id."""
        return self.rules.rule(rule_id)

    def with_rule(self, rule: Rule) -> Permissions:
        """Add a rule, in place of one with the same id. Raises PolicyError `too_many_rules`."""
        rules = self.rules.with_rule(rule)
        if len(rules.matchers) > max(MAX_RULES, len(self.rules.matchers)):
            raise PolicyError(Refusal.TOO_MANY_RULES, str(MAX_RULES))
        if len(rules[rule.matcher]) > MAX_GROUP:
            raise PolicyError(Refusal.TOO_MANY_RULES, str(MAX_GROUP))
        return replace(self, rules=rules)

    def without_rule(self, rule_id: str) -> Permissions:
        """Take a rule away, if it is there."""
        rules = self.rules.without(rule_id)
        return self if rules is self.rules else replace(self, rules=rules)

    def with_grant(self, grant: Grant) -> Permissions:
        """Add a grant, in place of one with the same id. Raises PolicyError `too_many_grants`."""
        rest = self.without_grant(grant.asset_id, grant.id).grants
        if sum(map(len, rest.values())) >= MAX_GRANTS:
            raise PolicyError(Refusal.TOO_MANY_GRANTS, str(MAX_GRANTS))
        group = {**rest.get(grant.asset_id, {}), grant.id: grant}
        return replace(self, grants=PersistentMap.of(rest).merged({grant.asset_id: group}))

    def without_grant(self, asset_id: str, grant_id: str) -> Permissions:
        """Revoke a grant, if it is there."""
        if grant_id not in self.grants.get(asset_id, {}):
            return self
        return replace(self, grants=_without(self.grants, asset_id, grant_id))

    def sweep(self, now: float) -> Permissions:
        """Forget grants that have expired."""
        kept = {
            asset_id: alive
            for asset_id, group in self.grants.items()
            if (alive := {key: grant for key, grant in group.items() if grant.active(now)})
        }
        return replace(self, grants=kept)

    def next_expiry(self, now: float) -> float | None:
        """When the next grant ends, in seconds since the epoch: what was computed at `now` holds until then."""
        return min((grant.expires for grant in self.all_grants() if grant.active(now)), default=None)

    def with_profile(self, asset_id: str, profile: Profile | None) -> Permissions:
        """Choose an asset's profile; None returns it to the home's default."""
        before = PersistentMap.of(self.profiles)
        after = before.merged({}, (asset_id,)) if profile is None else before.merged({asset_id: profile})
        return replace(self, profiles=after)

    def with_allow_list(self, asset_id: str, allowed: tuple[Allowed, ...]) -> Permissions:
        """Set where profile `restricted` lets an asset go. Raises PolicyError `allow_list_too_long`."""
        if len(allowed) > MAX_ALLOWED:
            raise PolicyError(Refusal.ALLOW_LIST_TOO_LONG, str(MAX_ALLOWED))
        before = PersistentMap.of(self.allow_lists)
        return replace(
            self, allow_lists=before.merged({asset_id: allowed}) if allowed else before.merged({}, (asset_id,))
        )

    def with_limit(self, asset_id: str, limit: Limit | None) -> Permissions:
        """Limit what an asset sends; None limits nothing."""
        before = PersistentMap.of(self.limits)
        after = before.merged({}, (asset_id,)) if limit is None else before.merged({asset_id: limit})
        return replace(self, limits=after)

    def forget(self, asset_id: str) -> Permissions:
        """Drop everything said about an asset, and every rule, grant and entry that leads to it."""
        place = asset_place(asset_id)

        def gone(destination: Destination) -> bool:
            return place in destination.places

        rules = {
            matcher: kept
            for matcher, group in self.rules.items()
            if matcher != Matcher(MatcherKind.ASSET, asset_id)
            and (kept := {key: rule for key, rule in group.items() if not gone(rule.destination)})
        }
        grants = {
            owner: alive
            for owner, given in self.grants.items()
            if owner != asset_id
            and (alive := {key: grant for key, grant in given.items() if not gone(grant.destination)})
        }
        allow_lists = {
            owner: left
            for owner, entries in self.allow_lists.items()
            if owner != asset_id and (left := tuple(allowed for allowed in entries if not gone(allowed.destination)))
        }
        rest = replace(self, rules=RuleBook(rules), grants=grants, allow_lists=allow_lists)
        return rest.with_profile(asset_id, None).with_limit(asset_id, None)

    def merge(self, kept: str, absorbed: str) -> Permissions:
        """Two ids turned out to be one asset: what held either back still does, the stricter profile stays.

        What the absorbed id was allowed, granted or listed for is dropped, so that a thing that takes on another's
        identity gains nothing from it; rules that led to it lead to the asset that stays.
        """
        profiles = {self.profiles[asset_id] for asset_id in (kept, absorbed) if asset_id in self.profiles}
        limit = stricter(self.limits.get(kept), self.limits.get(absorbed))
        moved = [rule for rule in self.all_rules() if _names(rule, absorbed)]
        permissions = self.forget(absorbed)
        for rule in moved:
            if rule.decision is not Decision.ALLOW or rule.matcher != Matcher(MatcherKind.ASSET, absorbed):
                permissions = permissions.with_rule(_renamed(rule, absorbed, kept))
        permissions = permissions.with_limit(kept, limit)
        return permissions.with_profile(kept, max(profiles, key=_severity, default=None))

    def split(self, kept: str, new: str, new_id: Callable[[], str]) -> Permissions:
        """One id turned out to be two assets: the new one inherits profile, lists, limit and rules, but no grant."""
        permissions = self.with_profile(new, self.profiles.get(kept))
        permissions = permissions.with_allow_list(new, self.allow_lists.get(kept, ()))
        permissions = permissions.with_limit(new, self.limits.get(kept))
        for rule in self.rules.get(Matcher(MatcherKind.ASSET, kept), {}).values():
            copy = replace(rule, id=new_id(), matcher=Matcher(MatcherKind.ASSET, new))
            permissions = permissions.with_rule(copy)
        return permissions


def _names(rule: Rule, asset_id: str) -> bool:
    return rule.matcher == Matcher(MatcherKind.ASSET, asset_id) or asset_place(asset_id) in rule.destination.places


def _renamed(rule: Rule, old: str, new: str) -> Rule:
    """The rule about another asset."""
    theirs = Matcher(MatcherKind.ASSET, old)
    matcher = Matcher(MatcherKind.ASSET, new) if rule.matcher == theirs else rule.matcher
    places = tuple(asset_place(new) if place == asset_place(old) else place for place in rule.destination.places)
    return replace(rule, matcher=matcher, destination=Destination(places, rule.destination.service))


def _severity(profile: Profile) -> tuple[int, str]:
    """How much a profile takes away."""
    return sum(decision.strictness for decision in PROFILES[profile].values()), profile


def _without[K, V](groups: Mapping[K, Mapping[str, V]], key: K, member: str) -> Mapping[K, Mapping[str, V]]:
    """A copy without one member, and without its group if that was the last."""
    group = {name: value for name, value in groups[key].items() if name != member}
    return PersistentMap.of(groups).merged({key: group} if group else {}, () if group else (key,))
