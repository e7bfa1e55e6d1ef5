"""What an answer changes: a grant, a rule, a standing. Pure; every answer may raise PolicyError."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

from ..choices import allow, set_permission
from ..decisions import Change
from ..home import Home
from ..journal import Entry, JsonValue
from ..policy import destinations
from ..policy.destinations import PlaceKind
from ..policy.grants import UNUSED_ONCE, Duration, tonight
from ..policy.model import Policy, Quarantine
from ..policy.permissions import Permissions
from ..policy.profiles import Profile
from ..policy.rules import Matcher, MatcherKind, fold
from ..policy.scopes import Decision, PolicyError
from .asking import AskingPolicy
from .model import Answer, Kind, Request, Want

QUARANTINE_REASON = "request_denied"
_MAX_ALSO: Final = 8


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of an answer: whose it is, when (seconds since the epoch) and where."""

    actor: str | None
    now: float
    timezone: tzinfo
    new_id: Callable[[], str]
    reason: str | None = None
    """Why nobody was asked, if nobody was; else None."""


def carry_out(home: Home, request: Request, wants: Collection[Want], answer: Answer, setting: Setting) -> Change:
    """Make of an answer what it means for the home. `wants` are those of the request that the answer is about."""
    policy, permissions = home.policy, home.permissions
    if answer is Answer.QUARANTINE or (answer is Answer.DENY and request.kind is Kind.IDENTITY):
        policy = policy.quarantine(request.asset_id, Quarantine(setting.now, setting.actor, QUARANTINE_REASON))
    elif request.kind in {Kind.NEWCOMER, Kind.JOINED}:
        policy = policy.release(request.asset_id) if answer.duration else policy
    elif request.kind is Kind.OWNER and answer is Answer.DENY:
        permissions = permissions.forget(request.asset_id).with_profile(request.asset_id, Profile.ASK)
    elif request.kind in {Kind.DESTINATION, Kind.CONTROL}:
        permissions = _permitted(home, request.asset_id, wants, answer, setting)
    return Change(_entry(request, wants, answer, setting), policy, permissions)


def _permitted(home: Home, asset_id: str, wants: Collection[Want], answer: Answer, setting: Setting) -> Permissions:
    for want in wants:
        destination = destinations.parse(want.destination)
        if (duration := answer.duration) is not None:
            change = allow(
                home,
                asset_id,
                want.scope,
                duration,
                destination,
                actor=setting.actor,
                now=setting.now,
                timezone=setting.timezone,
                grant_id=setting.new_id(),
            )
        else:
            matcher = Matcher(MatcherKind.ASSET, asset_id)
            change = set_permission(
                home,
                matcher,
                want.scope,
                Decision.DENY,
                destination,
                actor=setting.actor,
                now=setting.now,
                rule_id=setting.new_id(),
            )
        home = replace(home, permissions=change.permissions)
    return home.permissions


def _entry(request: Request, wants: Collection[Want], answer: Answer, setting: Setting) -> Entry:
    details: dict[str, JsonValue] = {
        "request": request.id,
        "kind": request.kind.value,
        "answer": answer.value,
        "wants": [{"scope": want.scope.value, "destination": want.destination} for want in wants],
    }
    if len(request.votes) > 1:
        details["votes"] = [vote.actor for vote in request.votes]
    action = "request_approved" if answer.duration else "request_denied"
    return Entry(action, request.asset_id, setting.actor, setting.reason, details=details)


def guest_until(answer: Answer, now: float, timezone: tzinfo) -> float | None:
    """Until when a newcomer is let in, in seconds since the epoch; None for good."""
    match answer.duration:
        case Duration.ONCE | Duration.HOUR:
            return now + UNUSED_ONCE.total_seconds()
        case Duration.TONIGHT:
            return tonight(now, timezone)
        case _:
            return None


def known_answer(home: Home, request: Request, policy: AskingPolicy) -> tuple[Answer, str] | None:
    """The answer that needs no question, and why it does not; None if people are to be asked.

    What a device's own allow-list names is allowed. For a device of the same make and model an answer counts if all
    the others that have one agree.
    """
    if request.kind is not Kind.DESTINATION or not request.wants:
        return None
    if policy.known_lists and _is_listed(home, request):
        return Answer.ALWAYS, "allow_list"
    if policy.known_models:
        said = {_said_of_model(home, request.asset_id, want) for want in request.wants}
        if len(said) == 1 and (decision := said.pop()) is not None:
            return (Answer.ALWAYS if decision is Decision.ALLOW else Answer.DENY), "same_model"
    return None


def _is_listed(home: Home, request: Request) -> bool:
    listed = home.permissions.allow_lists.get(request.asset_id, ())
    try:
        wanted = [(want.scope, destinations.parse(want.destination)) for want in request.wants]
    except PolicyError:
        return False
    return all(any(one.scope is scope and one.destination.covers(where) for one in listed) for scope, where in wanted)


def _said_of_model(home: Home, asset_id: str, want: Want) -> Decision | None:
    """What people said of others of the same make and model about the very same; None if nothing, or not one thing."""
    model = _model(home, asset_id)
    if model is None:
        return None
    said = {
        rule.decision
        for matcher, group in home.permissions.rules.items()
        if matcher.kind is MatcherKind.ASSET and matcher.value != asset_id and _model(home, matcher.value) == model
        for rule in group.values()
        if rule.scope is want.scope and rule.destination.text == want.destination
    }
    return said.pop() if len(said) == 1 and said <= {Decision.ALLOW, Decision.DENY} else None


def also_using(home: Home, asset_id: str, want: Want) -> tuple[str, ...]:
    """Other assets that may go there by a rule of their own, or have asked for its name; a few of them."""
    try:
        destination = destinations.parse(want.destination)
    except PolicyError:
        return ()
    names = {place.value for place in destination.places if place.kind is PlaceKind.NAME}
    found = {key for key, told in home.names.items() if not names.isdisjoint(told)}
    for matcher, group in home.permissions.rules.items():
        if matcher.kind is MatcherKind.ASSET and any(
            rule.scope is want.scope and rule.decision is Decision.ALLOW and rule.destination.covers(destination)
            for rule in group.values()
        ):
            found.add(matcher.value)
    return tuple(sorted((found - {asset_id}) & home.assets.keys())[:_MAX_ALSO])


def _model(home: Home, asset_id: str) -> tuple[str, str] | None:
    asset = home.assets.get(asset_id)
    if asset is None or not asset.record.manufacturer or not asset.record.model:
        return None
    return fold(asset.record.manufacturer), fold(asset.record.model)


def is_unneeded(policy: Policy, request: Request, *, is_held: bool, is_known: bool) -> bool:
    """Whether a pending request needs no answer any more: its device is gone, was let in, or is cut off altogether."""
    if not is_known or (request.asset_id in policy.quarantined and request.kind is not Kind.UPDATE):
        return True
    return request.kind in {Kind.NEWCOMER, Kind.JOINED} and not is_held
