"""Permissions of a replaced device go to its successor."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..policy.destinations import Destination, asset_place
from ..policy.encoding import decode, encode, with_actors
from ..policy.model import Policy
from ..policy.permissions import Permissions
from ..policy.rulebook import RuleBook
from ..policy.rules import Matcher, MatcherKind, Rule


def succeed(
    policy: Policy, permissions: Permissions, old: str, new: str, new_id: Callable[[], str]
) -> tuple[Policy, Permissions, dict[str, Any]]:
    """Let `new` be permitted what `old` was: profile, allow-list, limit, rules, grants, and what others may do with it.

    What was said of `new` before is replaced. The third value is what `restore` takes, as JSON. Raises PolicyError if
    there are too many rules.
    """
    undo: dict[str, Any] = {"said": encode(_said_of(permissions, new)), "admitted": new in policy.admitted}
    after = _forgotten(permissions, new)
    after = after.with_profile(new, permissions.profiles.get(old))
    after = after.with_allow_list(new, permissions.allow_lists.get(old, ()))
    after = after.with_limit(new, permissions.limits.get(old))
    for grant in permissions.grants.get(old, {}).values():
        after = after.with_grant(replace(grant, id=new_id(), asset_id=new))
    copies = []
    mine = Matcher(MatcherKind.ASSET, old)
    for rule in permissions.all_rules():
        if rule.matcher == mine or asset_place(old) in rule.destination.places:
            copy = replace(_led_to(rule, old, new), id=new_id())
            copies.append(copy.id)
            after = after.with_rule(
                replace(copy, matcher=Matcher(MatcherKind.ASSET, new)) if rule.matcher == mine else copy
            )
    undo["copies"] = copies
    return policy.admit(frozenset({new})), after, undo


def restore(policy: Policy, permissions: Permissions, new: str, undo: Mapping[str, Any]) -> tuple[Policy, Permissions]:
    """Take back what `succeed` did. Raises PolicyError for what it did not write."""
    said = decode(with_actors(undo["said"]))  # it may have begun before an update
    before = _forgotten(permissions, new)
    for rule_id in undo["copies"]:
        before = before.without_rule(rule_id)
    before = before.with_profile(new, said.profiles.get(new))
    before = before.with_allow_list(new, said.allow_lists.get(new, ()))
    before = before.with_limit(new, said.limits.get(new))
    for grant in said.all_grants():
        before = before.with_grant(grant)
    for rule in said.all_rules():
        before = before.with_rule(rule)
    if not undo["admitted"]:
        policy = replace(policy, admitted=policy.admitted - {new})
    return policy, before


def _said_of(permissions: Permissions, asset_id: str) -> Permissions:
    """What is said of this very asset, and nothing else."""
    mine = Matcher(MatcherKind.ASSET, asset_id)
    return Permissions(
        rules=RuleBook({mine: permissions.rules[mine]} if mine in permissions.rules else {}),
        grants={asset_id: permissions.grants[asset_id]} if asset_id in permissions.grants else {},
        profiles={asset_id: permissions.profiles[asset_id]} if asset_id in permissions.profiles else {},
        allow_lists={asset_id: permissions.allow_lists[asset_id]} if asset_id in permissions.allow_lists else {},
        limits={asset_id: permissions.limits[asset_id]} if asset_id in permissions.limits else {},
    )


def _forgotten(permissions: Permissions, asset_id: str) -> Permissions:
    """All but what is said of this very asset; what leads to it stays."""
    for rule_id in permissions.rules.get(Matcher(MatcherKind.ASSET, asset_id), {}):
        permissions = permissions.without_rule(rule_id)
    for grant_id in permissions.grants.get(asset_id, {}):
        permissions = permissions.without_grant(asset_id, grant_id)
    return permissions.with_profile(asset_id, None).with_allow_list(asset_id, ()).with_limit(asset_id, None)


def _led_to(rule: Rule, old: str, new: str) -> Rule:
    """The rule with the new asset wherever it names the old one."""
    places = tuple(asset_place(new) if place == asset_place(old) else place for place in rule.destination.places)
    matcher = Matcher(MatcherKind.ASSET, new) if rule.matcher == Matcher(MatcherKind.ASSET, old) else rule.matcher
    return replace(rule, matcher=matcher, destination=Destination(places, rule.destination.service))
