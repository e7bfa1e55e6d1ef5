"""What the stores hold, as JSON and back. Pure, strict and bounded: what can be written can be read again.

Decoding refuses whatever encoding would not write, also members it does not know: a policy that is understood in part
would be enforced in part.
"""

from collections.abc import Mapping
import re
from typing import Any, NamedTuple

from ..engine.assets.model import AssetClass, AssetRecord, Identifier, IdentifierKind
from ..engine.policy.encoding import (
    decode as decode_permissions,
    encode as encode_permissions,
    with_actors,
    with_sources,
)
from ..engine.policy.model import Policy, Quarantine
from ..engine.policy.permissions import Permissions
from ..engine.policy.scopes import PolicyError

MAX_ASSETS = 65_536
"""Assets that a store may hold."""
MAX_IDENTIFIERS = 256
"""Identifiers that one asset may have."""
MAX_TEXT = 1024
"""Characters of a name, a reason or an identifier. Names and reasons are cut; an identifier is refused."""

_MAX_TIME = float(2**53)
_ID = re.compile(r"[0-9a-f]{32}")
_HARDWARE = {
    IdentifierKind.MAC: re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}"),
    IdentifierKind.IEEE: re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){7}"),
}
"""Addresses that become elements of a firewall or names of radios, so a wrong one must not get that far."""
_ASSET = frozenset({"id", "identifiers", "name", "first_seen", "last_seen", "manufacturer", "model", "class_override"})
_QUARANTINE = frozenset({"since", "actor", "reason"})


class StoreValueError(ValueError):
    """A value is not what a store holds; the message says which rule it breaks."""


class Decided(NamedTuple):
    """All that was decided: who is admitted and who is quarantined, and what is permitted."""

    policy: Policy
    permissions: Permissions = Permissions()


def encode_assets(assets: Mapping[str, AssetRecord]) -> dict[str, Any]:
    """Write the records of the assets. Raises StoreValueError."""
    _require(all(key == record.id for key, record in assets.items()), "an asset under another's id")
    data = {"assets": [_encode_asset(assets[key]) for key in sorted(assets)]}
    decode_assets(data)
    return data


def _encode_asset(record: AssetRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "identifiers": [[identifier.kind.value, identifier.value] for identifier in sorted(record.identifiers)],
        "name": record.name[:MAX_TEXT],
        "first_seen": record.first_seen,
        "last_seen": record.last_seen,
        "manufacturer": record.manufacturer and record.manufacturer[:MAX_TEXT],
        "model": record.model and record.model[:MAX_TEXT],
        "class_override": record.class_override and record.class_override.value,
    }


def decode_assets(data: Any) -> dict[str, AssetRecord]:
    """Read the records of the assets. Raises StoreValueError and nothing else."""
    rows = _members(data, frozenset({"assets"}))["assets"]
    _require(isinstance(rows, list) and len(rows) <= MAX_ASSETS, "no list of assets")
    records = [_decode_asset(row) for row in rows]
    assets = {record.id: record for record in records}
    _require(len(assets) == len(records), "two assets with one id")
    return assets


def _decode_asset(row: Any) -> AssetRecord:
    _members(row, _ASSET)
    pairs = row["identifiers"]
    _require(isinstance(pairs, list) and len(pairs) <= MAX_IDENTIFIERS, "no list of identifiers")
    identifiers = frozenset(_identifier(pair) for pair in pairs)
    _require(len(identifiers) == len(pairs), "an identifier twice")
    override = row["class_override"]
    _require(override is None or (isinstance(override, str) and override in AssetClass), "an unknown class")
    return AssetRecord(
        id=_id(row["id"]),
        identifiers=identifiers,
        name=_text(row["name"]),
        first_seen=_time(row["first_seen"]),
        last_seen=_time(row["last_seen"]),
        manufacturer=_optional_text(row["manufacturer"]),
        model=_optional_text(row["model"]),
        class_override=None if override is None else AssetClass(override),
    )


def _identifier(pair: Any) -> Identifier:
    _require(isinstance(pair, list) and len(pair) == len(("kind", "value")), "no identifier")
    kind, value = pair
    _require(isinstance(kind, str) and kind in IdentifierKind, "an unknown kind of identifier")
    identifier = Identifier(IdentifierKind(kind), _text(value))
    pattern = _HARDWARE.get(identifier.kind)
    _require(pattern is None or pattern.fullmatch(identifier.value) is not None, "no hardware address")
    return identifier


def encode_decided(decided: Decided) -> dict[str, Any]:
    """Write what was decided; mode and newcomers live in the config entry.

    Raises StoreValueError.
    """
    policy = decided.policy
    data = {
        "admitted": sorted(policy.admitted),
        "quarantined": {
            key: {"since": each.since, "actor": each.actor, "reason": each.reason[:MAX_TEXT]}
            for key, each in policy.quarantined.items()
        },
        "permissions": encode_permissions(decided.permissions),
    }
    decode_decided(data)
    return data


def decode_decided(data: Any) -> Decided:
    """Read what was decided. Raises StoreValueError and nothing else."""
    _members(data, frozenset({"admitted", "quarantined", "permissions"}))
    admitted, quarantined = data["admitted"], data["quarantined"]
    _require(isinstance(admitted, list) and len(admitted) <= MAX_ASSETS, "no list of admitted assets")
    _require(isinstance(quarantined, dict) and len(quarantined) <= MAX_ASSETS, "no quarantined assets")
    policy = Policy(
        admitted=frozenset(_id(each) for each in admitted),
        quarantined={_id(key): _quarantine(each) for key, each in quarantined.items()},
    )
    try:
        return Decided(policy, decode_permissions(data["permissions"]))
    except PolicyError as error:
        raise StoreValueError(str(error)) from error


def migrate_decided(major: int, minor: int, data: Any) -> dict[str, Any]:
    """Turn 1.1 (no permissions), 1.2 (no sources of allow-lists), 1.3 (no limits), 1.4 (no actors of rules) into 1.5.

    Raises StoreValueError.
    """
    _require((major, minor) in {(1, 1), (1, 2), (1, 3), (1, 4)}, f"version {major}.{minor} never was")
    if minor == 1:
        members = _members(data, frozenset({"admitted", "quarantined"}))
        return {**members, "permissions": encode_permissions(Permissions())}
    members = _members(data, frozenset({"admitted", "quarantined", "permissions"}))
    permissions: Any = with_actors(members["permissions"])
    if minor == 2:  # noqa: PLR2004 - a version
        permissions = with_sources(permissions)
    _require(isinstance(permissions, dict), "no permissions")
    if minor <= 3:  # noqa: PLR2004 - a version
        permissions = {**permissions, "limits": {}}
    return {**members, "permissions": permissions}


def _quarantine(row: Any) -> Quarantine:
    _members(row, _QUARANTINE)
    return Quarantine(_time(row["since"]), _optional_text(row["actor"]), _text(row["reason"]))


def _members(data: Any, names: frozenset[str]) -> dict[str, Any]:
    """Give an object that has exactly these members."""
    if not isinstance(data, dict) or data.keys() != names:
        msg = f"no object of {', '.join(sorted(names))}"
        raise StoreValueError(msg)
    return data


def _id(value: Any) -> str:
    _require(isinstance(value, str) and _ID.fullmatch(value) is not None, "no asset id")
    return str(value)


def _text(value: Any) -> str:
    _require(isinstance(value, str) and len(value) <= MAX_TEXT, "no text, or too long")
    text = str(value)
    _require(text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text), "a lone surrogate")
    return text


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _time(value: Any) -> float:
    """Seconds since the epoch; JSON keeps a whole number as an integer."""
    _require(type(value) in (int, float) and 0 <= value <= _MAX_TIME, "no time")
    return float(value)


def _require(holds: bool, broken: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise StoreValueError(broken)
