"""Permissions as JSON and back. What is read is trusted in nothing: shape, types, lengths and counts are checked."""

from collections.abc import Callable, Mapping
from enum import StrEnum
import re
from typing import Any

from .destinations import parse
from .grants import Grant
from .limits import Limit
from .permissions import MAX_ALLOWED, MAX_GRANTS, MAX_GROUP, MAX_RULES, Allowed, Permissions
from .profiles import Profile
from .rulebook import RuleBook
from .rules import Matcher, MatcherKind, Rule
from .scopes import Decision, PolicyError, Refusal, Scope

MAX_ID = 64
MAX_VALUE = 255
"""Longest value of a matcher: a label, an area, a manufacturer, a model."""
MAX_NOTE = 1000
MAX_ASSETS = 100_000

_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{MAX_ID}}}")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_TIME = 1e12

type Json = dict[str, Any]


def encode(permissions: Permissions) -> Json:
    """Permissions as what `json` can write, in an order that does not depend on how they came about."""
    return {
        "rules": [encode_rule(rule) for rule in sorted(permissions.all_rules(), key=lambda rule: rule.id)],
        "grants": [encode_grant(grant) for grant in sorted(permissions.all_grants(), key=lambda grant: grant.id)],
        "profiles": {asset_id: str(profile) for asset_id, profile in sorted(permissions.profiles.items())},
        "allow_lists": {
            asset_id: [
                {"scope": str(entry.scope), "destination": entry.destination.text, "source": entry.source}
                for entry in entries
            ]
            for asset_id, entries in sorted(permissions.allow_lists.items())
        },
        "home": str(permissions.home),
        "lockdown": permissions.lockdown,
        "limits": {
            asset_id: {"rate": limit.rate, "quota": limit.quota}
            for asset_id, limit in sorted(permissions.limits.items())
        },
    }


def encode_rule(rule: Rule) -> Json:
    """One rule."""
    return {
        "id": rule.id,
        "scope": str(rule.scope),
        "decision": str(rule.decision),
        "matcher": {"kind": str(rule.matcher.kind), "value": rule.matcher.value, "model": rule.matcher.model},
        "destination": rule.destination.text,
        "note": rule.note,
        "created": rule.created,
        "actor": rule.actor,
    }


def encode_grant(grant: Grant) -> Json:
    """One grant."""
    return {
        "id": grant.id,
        "asset_id": grant.asset_id,
        "scope": str(grant.scope),
        "expires": grant.expires,
        "destination": grant.destination.text,
        "once": grant.once,
        "used": grant.used,
        "actor": grant.actor,
        "created": grant.created,
    }


def decode(data: object) -> Permissions:
    """Read what `encode` wrote. Raises PolicyError `malformed` (or what exactly is wrong), and then reads nothing."""
    fields = _fields(data, "permissions", {"rules", "grants", "profiles", "allow_lists", "home", "lockdown", "limits"})
    rules: dict[Matcher, dict[str, Rule]] = {}
    seen: set[str] = set()
    for item in _list(fields["rules"], "rules", MAX_RULES):
        rule = decode_rule(item)
        _once(rule.id, seen)
        rules.setdefault(rule.matcher, {})[rule.id] = rule
    if any(len(group) > MAX_GROUP for group in rules.values()):
        raise PolicyError(Refusal.TOO_MANY_RULES, str(MAX_GROUP))
    grants: dict[str, dict[str, Grant]] = {}
    seen = set()
    for item in _list(fields["grants"], "grants", MAX_GRANTS):
        grant = decode_grant(item)
        _once(grant.id, seen)
        grants.setdefault(grant.asset_id, {})[grant.id] = grant
    return Permissions(
        rules=RuleBook(rules),
        grants=grants,
        profiles=_by_asset(fields["profiles"], "profiles", lambda value: _choice(Profile, value, "profile")),
        allow_lists=_by_asset(fields["allow_lists"], "allow_lists", _allow_list),
        home=_choice(Profile, fields["home"], "home"),
        lockdown=_bool(fields["lockdown"], "lockdown"),
        limits=_by_asset(fields["limits"], "limits", _limit),
    )


def with_sources(data: object) -> object:
    """What was written before entries of allow-lists had a source, as `decode` reads it; else as it is."""
    if not isinstance(data, dict) or not isinstance(data.get("allow_lists"), dict):
        return data
    lists = {
        asset_id: [{"source": "", **entry} if isinstance(entry, dict) else entry for entry in entries]
        for asset_id, entries in data["allow_lists"].items()
        if isinstance(entries, list)
    }
    return {**data, "allow_lists": {**data["allow_lists"], **lists}}


def with_actors(data: object) -> object:
    """What was written before rules said who made them, as `decode` reads it; else as it is."""
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        return data
    return {**data, "rules": [{"actor": None, **rule} if isinstance(rule, dict) else rule for rule in data["rules"]]}


def decode_rule(data: object) -> Rule:
    """Read one rule. Raises PolicyError."""
    names = {"id", "scope", "decision", "matcher", "destination", "note", "created", "actor"}
    fields = _fields(data, "rule", names)
    matcher = _fields(fields["matcher"], "matcher", {"kind", "value", "model"})
    return Rule(
        id=_id(fields["id"], "id"),
        scope=_choice(Scope, fields["scope"], "scope"),
        decision=_choice(Decision, fields["decision"], "decision"),
        matcher=Matcher(
            _choice(MatcherKind, matcher["kind"], "kind"),
            _text(matcher["value"], "value", MAX_VALUE),
            _text(matcher["model"], "model", MAX_VALUE),
        ),
        destination=parse(_text(fields["destination"], "destination", MAX_NOTE)),
        note=_text(fields["note"], "note", MAX_NOTE),
        created=_number(fields["created"], "created"),
        actor=None if fields["actor"] is None else _id(fields["actor"], "actor"),
    )


def decode_grant(data: object) -> Grant:
    """Read one grant. Raises PolicyError."""
    names = {"id", "asset_id", "scope", "expires", "destination", "once", "used", "actor", "created"}
    fields = _fields(data, "grant", names)
    return Grant(
        id=_id(fields["id"], "id"),
        asset_id=_id(fields["asset_id"], "asset_id"),
        scope=_choice(Scope, fields["scope"], "scope"),
        expires=_number(fields["expires"], "expires"),
        destination=parse(_text(fields["destination"], "destination", MAX_NOTE)),
        once=_bool(fields["once"], "once"),
        used=_bool(fields["used"], "used"),
        actor=None if fields["actor"] is None else _id(fields["actor"], "actor"),
        created=_number(fields["created"], "created"),
    )


def _allow_list(data: object) -> tuple[Allowed, ...]:
    names = {"scope", "destination", "source"}
    entries = (_fields(item, "allowed", names) for item in _list(data, "allow_list", MAX_ALLOWED))
    return tuple(
        Allowed(
            _choice(Scope, entry["scope"], "scope"),
            parse(_text(entry["destination"], "destination", MAX_NOTE)),
            _text(entry["source"], "source", MAX_VALUE),
        )
        for entry in entries
    )


def _limit(data: object) -> Limit:
    fields = _fields(data, "limit", {"rate", "quota"})
    for value in fields.values():
        if value is not None and type(value) is not int:
            raise PolicyError(Refusal.MALFORMED, "limit")
    return Limit(fields["rate"], fields["quota"])


def _by_asset[V](data: object, where: str, value: Callable[[object], V]) -> Mapping[str, V]:
    if not isinstance(data, dict) or len(data) > MAX_ASSETS:
        raise PolicyError(Refusal.MALFORMED, where)
    return {_id(key, where): value(item) for key, item in data.items()}


def _fields(data: object, where: str, names: set[str]) -> Json:
    if not isinstance(data, dict) or data.keys() != names:
        raise PolicyError(Refusal.MALFORMED, where)
    return data


def _list(data: object, where: str, limit: int) -> list[object]:
    if not isinstance(data, list) or len(data) > limit:
        raise PolicyError(Refusal.MALFORMED, where)
    return data


def _text(data: object, where: str, limit: int) -> str:
    if not isinstance(data, str) or len(data) > limit or _LONE_SURROGATE.search(data):
        raise PolicyError(Refusal.MALFORMED, where)
    return data


def _id(data: object, where: str) -> str:
    if not isinstance(data, str) or not _ID.fullmatch(data):
        raise PolicyError(Refusal.MALFORMED, where)
    return data


def _bool(data: object, where: str) -> bool:
    if not isinstance(data, bool):
        raise PolicyError(Refusal.MALFORMED, where)
    return data


def _number(data: object, where: str) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not 0 <= data <= _MAX_TIME:
        raise PolicyError(Refusal.MALFORMED, where)
    return float(data)


def _choice[E: StrEnum](choices: type[E], data: object, where: str) -> E:
    if not isinstance(data, str) or data not in set(choices):
        raise PolicyError(Refusal.MALFORMED, where)
    return choices(data)


def _once(name: str, seen: set[str]) -> None:
    if name in seen:
        raise PolicyError(Refusal.MALFORMED, name)
    seen.add(name)
