"""What people and automations choose, as changes of the home. Pure; every choice may raise PolicyError."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from datetime import tzinfo

from .assets.model import IdentifierKind
from .decisions import Change
from .home import Home
from .journal import Entry, JsonValue
from .policy.destinations import ANY, Destination, PlaceKind
from .policy.evaluation import Situation
from .policy.grants import Duration, Grant, give
from .policy.limits import Limit, Limited
from .policy.model import Mode, Newcomers
from .policy.permissions import Allowed, Permissions
from .policy.profiles import Profile
from .policy.rules import Matcher, MatcherKind, Rule
from .policy.safety import protection
from .policy.scopes import Decision, PolicyError, Refusal, Scope
from .policy.tables import Said, ScopeTable, compile_table
from .policy.trial import Settings, settings, with_settings
from .policy.validation import Premises, check_grant, check_rule

DEFAULT = "default"
"""What is said where nothing is said in person."""


def ruled(permissions: Permissions, matcher: Matcher, scope: Scope, destination: Destination = ANY) -> Rule | None:
    """The rule that says something of exactly these assets, this scope and this destination."""
    group = permissions.rules.get(matcher, {}).values()
    return next((rule for rule in group if rule.scope is scope and rule.destination == destination), None)


def set_permission(  # noqa: PLR0913 - a rule, and who made it when
    home: Home,
    matcher: Matcher,
    scope: Scope,
    decision: Decision | None,
    destination: Destination = ANY,
    *,
    actor: str | None,
    now: float,
    rule_id: str,
) -> Change:
    """Say what some assets may do in a scope towards a destination; None takes back what was said."""
    if matcher.kind is MatcherKind.ASSET and matcher.value not in home.assets:
        raise PolicyError(Refusal.ASSET_UNKNOWN, matcher.value)
    before = ruled(home.permissions, matcher, scope, destination)
    permissions = home.permissions if before is None else home.permissions.without_rule(before.id)
    if decision is not None:
        rule = Rule(rule_id, scope, decision, matcher, destination, created=now, actor=actor)
        check_rule(rule, _premises(home, matcher.value, destination))
        permissions = permissions.with_rule(rule)
    details: dict[str, JsonValue] = {"scope": scope.value, "destination": destination.text}
    if matcher.kind is not MatcherKind.ASSET:
        details |= {"kind": matcher.kind.value, "value": matcher.value}
        details |= {"model": matcher.model} if matcher.model else {}
    entry = Entry(
        "set_permission",
        matcher.value if matcher.kind is MatcherKind.ASSET else None,
        actor,
        before=before.decision.value if before else DEFAULT,
        after=decision.value if decision else DEFAULT,
        details=details,
    )
    _check_tables(home, permissions, matcher, now)
    return Change(entry, home.policy, permissions)


def set_profile(home: Home, asset_id: str, profile: Profile | None, *, actor: str | None) -> Change:
    """Choose the profile of an asset, None for the home's default; one that is quarantined is released by that."""
    policy = home.policy.release(asset_id) if asset_id in home.policy.quarantined else home.policy
    entry = Entry(
        "set_profile",
        asset_id,
        actor,
        before=chosen_profile(home, asset_id),
        after=profile.value if profile else DEFAULT,
    )
    return Change(entry, policy, home.permissions.with_profile(asset_id, profile))


def chosen_profile(home: Home, asset_id: str) -> str:
    """The profile that was chosen for an asset; quarantine is the profile of that name."""
    if asset_id in home.policy.quarantined:
        return Profile.QUARANTINED.value
    profile = home.permissions.profiles.get(asset_id)
    return profile.value if profile else DEFAULT


def allow(  # noqa: PLR0913 - a grant, and who gave it when
    home: Home,
    asset_id: str,
    scope: Scope,
    duration: Duration,
    destination: Destination = ANY,
    *,
    actor: str | None,
    now: float,
    timezone: tzinfo,
    grant_id: str,
) -> Change:
    """Allow an asset something for a while, or always."""
    given = give(grant_id, asset_id, scope, duration, now=now, timezone=timezone, destination=destination, actor=actor)
    if isinstance(given, Rule):
        return set_permission(
            home, given.matcher, scope, Decision.ALLOW, destination, actor=actor, now=now, rule_id=grant_id
        )
    check_grant(given, _premises(home, asset_id, destination))
    permissions = home.permissions.with_grant(given)
    _check_tables(home, permissions, Matcher(MatcherKind.ASSET, asset_id), now)
    details: dict[str, JsonValue] = {**_told(given), "expires": given.expires, "duration": duration.value}
    return Change(Entry("grant", asset_id, actor, details=details), home.policy, permissions)


def revoke(home: Home, asset_id: str, scope: Scope | None, *, actor: str | None) -> Change | None:
    """Take back the grants of an asset, those of one scope or all; None if it has none."""
    given = [g for g in home.permissions.grants.get(asset_id, {}).values() if scope is None or g.scope is scope]
    if not given:
        return None
    permissions = home.permissions
    for grant in given:
        permissions = permissions.without_grant(asset_id, grant.id)
    entry = Entry("revoke", asset_id, actor, details={"grants": [_told(grant) for grant in given[:100]]})
    return Change(entry, home.policy, permissions)


def restrict(  # noqa: PLR0913 - a list, and who brought it when
    home: Home,
    asset_id: str,
    allowed: Iterable[Allowed],
    *,
    action: str,
    actor: str | None,
    reason: str,
    now: float,
) -> Change:
    """Let an asset go where a list says and nowhere else; if it is quarantined, once it is released."""
    listed = tuple(allowed)
    premises = _premises(home, asset_id, *(one.destination for one in listed))
    matcher = Matcher(MatcherKind.ASSET, asset_id)
    for number, one in enumerate(listed):
        check_rule(Rule(f"entry-{number}", one.scope, Decision.ALLOW, matcher, one.destination), premises)
    permissions = home.permissions.with_allow_list(asset_id, listed).with_profile(asset_id, Profile.RESTRICTED)
    _check_tables(home, permissions, matcher, now)
    entry = Entry(
        action,
        asset_id,
        actor,
        reason,
        before=chosen_profile(home, asset_id),
        after=Profile.RESTRICTED.value,
        details={"entries": len(listed)},
    )
    return Change(entry, home.policy, permissions)


def unrestrict(home: Home, asset_id: str, before: Profile | None, *, actor: str | None) -> Change | None:
    """Take an asset's list away, and profile `restricted` with it for the one `before`; None if there is no list."""
    if asset_id not in home.permissions.allow_lists:
        return None
    permissions = home.permissions.with_allow_list(asset_id, ())
    if permissions.profiles.get(asset_id) is Profile.RESTRICTED:
        permissions = permissions.with_profile(asset_id, before)
    after = permissions.profiles.get(asset_id)
    entry = Entry(
        "remove_manifest",
        asset_id,
        actor,
        before=chosen_profile(home, asset_id),
        after=after.value if after else DEFAULT,
        details={"entries": len(home.permissions.allow_lists[asset_id])},
    )
    return Change(entry, home.policy, permissions)


def set_limit(
    home: Home, asset_id: str, limit: Limit | None, *, able: Collection[Limited], actor: str | None
) -> Change | None:
    """Limit what an asset sends, None for no longer; None if that was decided already.

    `able` is what of a limit somebody can keep. Raises PolicyError.
    """
    before = home.permissions.limits.get(asset_id)
    if limit == before:
        return None
    if limit is not None:
        asset = home.assets[asset_id]
        if protection(asset, home.environment) is not None:
            raise PolicyError(Refusal.ASSET_PROTECTED, asset.name)
        if asset_id not in home.governed or not limit.kinds <= set(able) or not asset.values(IdentifierKind.MAC):
            raise PolicyError(Refusal.NOT_LIMITABLE, asset.name)
    told = [None if one is None else asdict(one) for one in (before, limit)]
    entry = Entry("set_limit", asset_id, actor, before=told[0], after=told[1])
    return Change(entry, home.policy, home.permissions.with_limit(asset_id, limit))


def set_everybody(  # noqa: PLR0913 - what is None stays as it is
    home: Home,
    *,
    mode: Mode | None = None,
    newcomers: Newcomers | None = None,
    profile: Profile | None = None,
    lockdown: bool | None = None,
    actor: str | None,
) -> Change | None:
    """Decide about everybody at once; None if that was decided already."""
    current = settings(home.policy, home.permissions)
    wanted = Settings(
        mode or current.mode,
        newcomers or current.newcomers,
        profile or current.home,
        current.lockdown if lockdown is None else lockdown,
    )
    if wanted == current:
        return None
    policy, permissions = with_settings(home.policy, home.permissions, wanted)
    entry = Entry("set_everybody", None, actor, before=asdict(current), after=asdict(wanted))
    return Change(entry, policy, permissions)


def confirm(home: Home, *, actor: str | None) -> Change | None:
    """Let what is tried last; None if nothing is."""
    if home.trial is None:
        return None
    entry = Entry(
        "confirm", None, actor, before=asdict(home.trial.lasting), after=asdict(settings(home.policy, home.permissions))
    )
    return Change(entry, home.policy, home.permissions, confirms=True)


def _told(grant: Grant) -> dict[str, JsonValue]:
    return {"grant": grant.id, "scope": grant.scope.value, "destination": grant.destination.text}


def _premises(home: Home, asset_id: str, *destinations: Destination) -> Premises:
    """What rules may not harm at this moment: since the last look somebody may have become an administrator there."""
    places = {place.value for where in destinations for place in where.places if place.kind is PlaceKind.ASSET}
    now = {
        one: replace(home.subjects[one], protected=protection(home.assets[one], home.environment))
        for one in ({asset_id} | places) & home.subjects.keys()
    }
    return Premises({**home.subjects, **now} if now else home.subjects, home.lists, home.environment, home.sets)


def _check_tables(home: Home, permissions: Permissions, matcher: Matcher, now: float) -> None:
    """Refuse what would cross at one asset more than a table can hold."""
    situation = Situation(home.policy, permissions, now)
    known: dict[Said, ScopeTable] = {}
    alone = matcher.kind is MatcherKind.ASSET and matcher.value in home.subjects
    for subject in [home.subjects[matcher.value]] if alone else home.subjects.values():
        if matcher in subject.matchers:
            compile_table(subject, situation, known)
