"""How the hub's answers are told, to actions and to the panel alike: JSON, times in seconds since the epoch."""

from collections.abc import Hashable
from typing import Any

from homeassistant.helpers import area_registry as ar, device_registry as dr, label_registry as lr

from .const import DOMAIN
from .engine.assets.model import Asset
from .engine.choices import DEFAULT, chosen_profile
from .engine.firmware.matching import Match
from .engine.network_owners import Owner
from .engine.policy.destinations import ANY, Destination, target
from .engine.policy.evaluation import Verdict, Voice
from .engine.policy.grants import Grant
from .engine.policy.listing import RulePage
from .engine.policy.rules import Matcher, MatcherKind, Rule
from .engine.policy.scopes import Scope
from .engine.replacement.model import Plan
from .engine.replacement.progress import Progress
from .engine.requests.model import ANSWERS, Request
from .engine.requests.outcome import also_using
from .engine.response.responder import Containment
from .hub import SecureHub
from .hub.describing import describe, network_of

MAX_TOLD = 100
"""Voices of one verdict, and rules, grants and list entries of one asset, that an answer tells."""


type Alike = dict[Hashable, dict[str, Any]]
"""What is told of how assets are held, which many have in common; it holds as long as nothing changes."""


def asset_row(hub: SecureHub, asset_id: str, alike: Alike | None = None) -> dict[str, Any]:
    """An asset as a list shows it: what it is, how the home stands towards it, and one cell for each scope."""
    asset, home = hub.assets[asset_id], hub.home
    subject = home.subjects[asset_id]
    first = next((sighting for sighting in asset.sightings if sighting.device_id), None)
    return {
        "id": asset_id,
        **asset_passing(hub, asset_id),
        "class": asset.classification.asset_class.value,
        "governed": subject.governed,
        "protected": subject.protected,
        "manufacturer": asset.record.manufacturer,
        "model": asset.record.model,
        "device_id": asset.device_id or (own.id if (own := _own_device(hub, asset_id)) else None),
        "area_id": first.area_id if first else None,
        "interfaces": sorted(asset.interfaces),
        "present": bool(asset.sightings),
        "standing": hub.standing(asset_id).value,
        "profile": chosen_profile(home, asset_id),
        **_held(hub, asset_id, {} if alike is None else alike),
    }


def _held(hub: SecureHub, asset_id: str, alike: Alike) -> dict[str, Any]:
    """How an asset is held, and what of each scope is decided and enforced."""
    scopes = hub.home.tables[asset_id].scopes
    group = hub.permissions.rules.get(Matcher(MatcherKind.ASSET, asset_id), {})
    said = {rule.scope: rule.decision.value for rule in group.values() if rule.destination == ANY}
    key = hub.outlook(asset_id), tuple([id(one) for _, one in scopes]), tuple(said.items())
    if key not in alike:
        coverage, enforced = hub.coverage(asset_id), hub.all_enforced(asset_id, [scope for scope, _ in scopes])
        alike[key] = {
            "contained": hub.enforcement.is_contained(asset_id),
            "coverage": coverage.level.value,
            "coverage_reason": coverage.reason,
            "scopes": {
                scope.value: {
                    "said": said.get(scope, DEFAULT),
                    "decision": one.default.value,
                    "exceptions": len(one.exceptions),
                    "enforced": enforced[scope],
                }
                for scope, one in scopes
            },
        }
    return alike[key]


def asset_passing(hub: SecureHub, asset_id: str) -> dict[str, Any]:
    """What of a row may change while the home stays the very same: people rename devices without asking the hub."""
    incident = hub.monitoring.incident(asset_id)
    return {
        "name": asset_name(hub, hub.assets[asset_id]),
        "firmware": hub.firmware.status(asset_id).state.value,
        "anomaly": incident.score if incident else 0,
    }


def asset_name(hub: SecureHub, asset: Asset) -> str:
    """What people call an asset, be it on the page of the device that we made for it."""
    own = _own_device(hub, asset.id)
    return own.name_by_user if own and own.name_by_user else asset.name


def _own_device(hub: SecureHub, asset_id: str) -> dr.DeviceEntry | None:
    return dr.async_get(hub.hass).async_get_device_by_identifier((DOMAIN, asset_id), hub.entry.entry_id)


def asset_details(hub: SecureHub, asset_id: str) -> dict[str, Any]:
    """All that is known of one asset and said about it, and why each scope is as it is."""
    asset, permissions = hub.assets[asset_id], hub.permissions
    quarantine = hub.policy.quarantined.get(asset_id)
    rules = permissions.rules.get(Matcher(MatcherKind.ASSET, asset_id), {}).values()
    grants = permissions.grants.get(asset_id, {}).values()
    return {
        **asset_row(hub, asset_id),
        **asset_identity(asset),
        "quarantine": {"since": quarantine.since, "actor": quarantine.actor, "reason": quarantine.reason}
        if quarantine
        else None,
        "rules": [_rule(rule) for rule in list(rules)[:MAX_TOLD]],
        "grants": [_grant(grant) for grant in list(grants)[:MAX_TOLD]],
        "allow_list": [
            {"scope": one.scope.value, "destination": one.destination.text}
            for one in permissions.allow_lists.get(asset_id, ())[:MAX_TOLD]
        ],
        "verdicts": {
            scope.value: explained(hub, asset_id, scope)
            for scope in Scope
            if scope in hub.home.subjects[asset_id].scopes
        },
    }


def asset_identity(asset: Asset) -> dict[str, Any]:
    """Who an asset is, and why it counts as what it is."""
    return {
        "identifiers": [{"kind": one.kind.value, "value": one.value} for one in sorted(asset.record.identifiers)],
        "addresses": sorted(map(str, asset.addresses)),
        "device_ids": sorted(asset.device_ids),
        "integrations": sorted({s.domain for s in asset.sightings if s.domain}),
        "first_seen": asset.record.first_seen,
        "last_seen": asset.record.last_seen,
        "class_overridden": asset.classification.overridden,
        "evidence": [
            {"class": one.asset_class.value, "fact": one.fact, "detail": one.detail, "weight": one.weight}
            for one in asset.classification.evidence
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "scope": rule.scope.value,
        "decision": rule.decision.value,
        "destination": rule.destination.text,
        "note": rule.note,
        "created": rule.created,
        "actor": rule.actor,
    }


def told_rules(hub: SecureHub, page: RulePage) -> dict[str, Any]:
    """Rules with whom they are for, and what a review found about each."""
    return {
        "rules": [
            {
                **_rule(rule),
                **_told_matcher(hub, rule.matcher),
                "problems": [
                    {"problem": one.kind.value, "others": list(one.others[:MAX_TOLD])}
                    for one in page.problems.get(rule.id, ())[:MAX_TOLD]
                ],
            }
            for rule in page.rules
        ],
        "total": page.total,
        "after": page.after,
        "reviewed": page.reviewed,
    }


def _told_matcher(hub: SecureHub, matcher: Matcher) -> dict[str, Any]:
    """Whom a rule is for, and what people call that."""
    kind, value = matcher.kind, matcher.value
    name = value
    if kind is MatcherKind.ASSET and value in hub.assets:
        name = asset_name(hub, hub.assets[value])
    elif kind is MatcherKind.AREA and (area := ar.async_get(hub.hass).async_get_area(value)):
        name = area.name
    elif kind is MatcherKind.LABEL and (label := lr.async_get(hub.hass).async_get_label(value)):
        name = label.name
    return {"kind": kind.value, "value": value, "model": matcher.model, "name": name}


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "scope": grant.scope.value,
        "destination": grant.destination.text,
        "expires": grant.expires,
        "once": grant.once,
        "used": grant.used,
        "actor": grant.actor,
    }


def explained(hub: SecureHub, asset_id: str, scope: Scope, destination: Destination = ANY) -> dict[str, Any]:
    """What an asset may do, why, and what of it is enforced; raises PolicyError for a scope that does not apply."""
    verdict, coverage = hub.explain(asset_id, scope, destination), hub.scope_coverage(asset_id, scope)
    shared = _shared_addresses(hub, asset_id, scope, destination)
    return {
        **told_verdict(verdict),
        "coverage": coverage.level.value,
        "coverage_reason": coverage.reason,
        "enforced": hub.enforced(asset_id, scope),
        **({"shared_addresses": shared} if shared else {}),
    }


def _shared_addresses(hub: SecureHub, asset_id: str, scope: Scope, destination: Destination) -> list[dict[str, Any]]:
    """Addresses in the destination that are closed because of some of their names, with what each name alone meets."""
    where = Destination(destination.places)
    return [
        {"address": str(address), "names": {name: decision.value for name, decision in names.items()}}
        for address, names in hub.shared_names(asset_id, scope).items()
        if where.covers(target(address=address, names=names))
    ][:MAX_TOLD]


def told_verdict(verdict: Verdict) -> dict[str, Any]:
    """A decision and the voices behind it."""
    return {
        "decision": verdict.decision.value,
        "reason": verdict.reason,
        "winner": _voice(verdict.winner),
        "overrode": [_voice(voice) for voice in verdict.overrode[:MAX_TOLD]],
        "exceptions": [_voice(voice) for voice in verdict.exceptions[:MAX_TOLD]],
    }


def _voice(voice: Voice) -> dict[str, Any]:
    told = {
        "layer": voice.layer.name.lower(),
        "decision": voice.decision.value,
        "destination": voice.destination.text,
        "source": voice.source,
    }
    if voice.matcher is not None:
        told |= {"kind": voice.matcher.kind.value, "value": voice.matcher.value}
        told |= {"model": voice.matcher.model} if voice.matcher.model else {}
    return told


def network_row(owner: Owner | None) -> dict[str, Any] | None:
    """Whose a network is; None where no table says it."""
    return None if owner is None else {"number": owner.number, "country": owner.country, "name": owner.name}


def request_row(hub: SecureHub, request: Request) -> dict[str, Any]:
    """A request: who asks for what, since when, what may be answered, and what was."""
    asset = hub.assets.get(request.asset_id)
    return {
        "id": request.id,
        "asset_id": request.asset_id,
        "asset": asset_name(hub, asset) if asset else None,
        "device_id": asset.device_id if asset else None,
        "kind": request.kind.value,
        "status": request.status.value,
        "urgent": request.urgent,
        "first": request.first,
        "last": request.last,
        "expires": request.expires,
        "count": request.count,
        "wants": [
            {
                "scope": want.scope.value,
                "destination": want.destination,
                "description": describe(hub, request.asset_id, want),
                "network": network_row(network_of(hub, request.asset_id, want)),
                "used_by": [asset_name(hub, hub.assets[key]) for key in also_using(hub.home, request.asset_id, want)],
            }
            for want in request.wants
        ],
        "more": request.more,
        "detail": request.detail,
        "answers": [answer.value for answer in ANSWERS[request.kind]],
        "agreed": [vote.actor for vote in request.votes],
        "answer": request.answer.value if request.answer else None,
        "actor": request.actor,
        "settled": request.settled,
    }


def told_plan(plan: Plan) -> dict[str, Any]:
    """What replacing one device by another takes, and what is not carried over."""
    return {
        "steps": [{"step": step.kind.value, "subject": step.subject} for step in plan.steps],
        "not_carried_over": [{"reason": loss.value, "subject": subject} for loss, subject in plan.losses],
    }


def told_progress(hub: SecureHub, progress: Progress, *, whole: bool = True) -> dict[str, Any]:
    """How far a replacement is; its plan only in the `whole` of it."""
    old, new = (hub.assets.get(one) for one in (progress.plan.old, progress.plan.new))
    return {
        "old": progress.plan.old,
        "new": progress.plan.new,
        "old_name": asset_name(hub, old) if old else None,
        "new_name": asset_name(hub, new) if new else None,
        "state": progress.state.value,
        "done": len(progress.done),
        "number": len(progress.plan.steps),
        "can_roll_back": progress.can_roll_back,
        "error": progress.error,
        "detail": progress.detail,
        **(told_plan(progress.plan) if whole else {}),
    }


def told_containment(done: Containment | None) -> dict[str, Any] | None:
    """What was done to an asset because of an incident, by itself."""
    return {"step": done.step.value, "since": done.since, "incident": done.incident} if done else None


def vulnerability(match: Match) -> dict[str, Any]:
    """An advisory that fits an asset's software, with why it is thought to."""
    return {
        "id": match.vulnerability,
        "advisory": match.advisory,
        "title": match.title,
        "severity": match.severity.name.lower(),
        "confidence": match.confidence.name.lower(),
        "evidence": list(match.evidence),
        "fixed": match.fixed,
        "no_fix_planned": match.no_fix,
        "source": match.source,
    }
