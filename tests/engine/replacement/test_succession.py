"""What the old device was permitted the new one is; and taking that back leaves everything as it was."""

from collections.abc import Mapping
from dataclasses import fields
from itertools import count
import json

from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.limits import Limit
from custom_components.secure_hub.engine.policy.model import Policy
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.replacement.succession import restore, succeed

OLD, NEW, THIRD = "0" * 32, "1" * 32, "2" * 32


def matcher(asset_id: str) -> Matcher:
    return Matcher(MatcherKind.ASSET, asset_id)


def permissions() -> Permissions:
    found = Permissions()
    for rule in (
        Rule("own", Scope.INTERNET, Decision.DENY, matcher(OLD)),
        Rule("to-old", Scope.PEERS, Decision.ALLOW, matcher(THIRD), parse(f"asset:{OLD}")),
        Rule("others", Scope.LAN, Decision.DENY, EVERYONE),
        Rule("of-new", Scope.LAN, Decision.ALLOW, matcher(NEW)),
    ):
        found = found.with_rule(rule)
    found = found.with_grant(Grant("g", OLD, Scope.LAN, 99.0)).with_grant(Grant("n", NEW, Scope.HUB, 99.0))
    found = found.with_profile(OLD, Profile.RESTRICTED).with_profile(NEW, Profile.TRUSTED)
    found = found.with_limit(OLD, Limit(quota=10**6)).with_limit(NEW, Limit(rate=10**6))
    return found.with_allow_list(OLD, (Allowed(Scope.INTERNET, parse("example.com")),))


def test_forth_and_back() -> None:
    before, ids = permissions(), count()
    policy, after, undo = succeed(Policy(admitted=frozenset({OLD})), before, OLD, NEW, lambda: f"id{next(ids)}")
    assert NEW in policy.admitted
    assert after.profiles[NEW] is Profile.RESTRICTED
    assert after.allow_lists[NEW] == before.allow_lists[OLD]
    assert after.limits[NEW] == before.limits[OLD]
    assert [(g.scope, g.expires) for g in after.grants[NEW].values()] == [(Scope.LAN, 99.0)]
    assert [(r.scope, r.decision) for r in after.rules[matcher(NEW)].values()] == [(Scope.INTERNET, Decision.DENY)]
    assert {rule.destination.text for rule in after.rules[matcher(THIRD)].values()} == {f"asset:{OLD}", f"asset:{NEW}"}
    assert after.rules[matcher(OLD)] == before.rules[matcher(OLD)], "the old one keeps its own until it has left"

    undone, back = restore(policy, after, NEW, json.loads(json.dumps(undo)))
    assert undone == Policy(admitted=frozenset({OLD}))
    assert back == before


def test_who_was_let_in_before_stays() -> None:
    known = Policy(admitted=frozenset({OLD, NEW}))
    policy, after, undo = succeed(known, permissions(), OLD, NEW, lambda: "x")
    assert restore(policy, after, NEW, undo)[0] == known


def test_every_field_about_one_asset_goes_along() -> None:
    """A field that is added to the permissions and forgotten here fails this."""
    before = permissions()
    _, after, _ = succeed(Policy(), before, OLD, NEW, lambda: "x")
    held = {field.name: getattr(before, field.name) for field in fields(before)}
    of_assets = [name for name, value in held.items() if isinstance(value, Mapping) and OLD in value]
    assert of_assets == ["grants", "profiles", "allow_lists", "limits"]
    assert all(NEW in getattr(after, name) for name in of_assets)
