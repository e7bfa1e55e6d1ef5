"""Whose the devices are, and which are only guests. A value: each change gives a new one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from .decisions import Change
from .home import Home
from .journal import Entry, JsonValue
from .policy.model import Policy, Quarantine
from .policy.permissions import Permissions
from .policy.scopes import PolicyError, Refusal

MAX_OWNERS: Final = 16
GUEST_LEFT: Final = "guest_left"
"""Reason of the quarantine of a guest whose time is over."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Users by the assets that they own, and until when (seconds since the epoch) assets are guests."""

    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    guests: Mapping[str, float] = field(default_factory=dict)

    def of(self, asset_id: str) -> frozenset[str]:
        """Who owns an asset."""
        return self.owners.get(asset_id, frozenset())

    def with_owners(self, asset_id: str, users: Collection[str]) -> Ownership:
        """Say whose an asset is; nobody's if `users` is empty. Raises PolicyError `list_too_long`."""
        if len(set(users)) > MAX_OWNERS:
            raise PolicyError(Refusal.LIST_TOO_LONG, str(MAX_OWNERS))
        rest = {key: value for key, value in self.owners.items() if key != asset_id}
        return replace(self, owners={**rest, asset_id: frozenset(users)} if users else rest)

    def with_guest(self, asset_id: str, until: float | None) -> Ownership:
        """Let an asset be a guest until then; None makes it a member of the home."""
        rest = {key: value for key, value in self.guests.items() if key != asset_id}
        return replace(self, guests=rest if until is None else {**rest, asset_id: until})

    def forget(self, asset_id: str) -> Ownership:
        """Drop everything said about an asset."""
        return self.with_owners(asset_id, ()).with_guest(asset_id, None)

    def left(self, now: float) -> tuple[str, ...]:
        """Guests whose time is over."""
        return tuple(sorted(asset_id for asset_id, until in self.guests.items() if until <= now))

    @property
    def next_end(self) -> float | None:
        """When the next guest's time is over."""
        return min(self.guests.values(), default=None)


def transfer(
    home: Home, asset_id: str, former: Collection[str], users: Collection[str], *, actor: str | None
) -> Change:
    """End all grants that former owners gave, for they may not bind the new ones; who is one still keeps theirs."""
    gone = frozenset(former) - frozenset(users)
    permissions = home.permissions
    ended = [grant for grant in permissions.grants.get(asset_id, {}).values() if grant.actor in gone]
    for grant in ended:
        permissions = permissions.without_grant(asset_id, grant.id)
    entry = Entry(
        "transfer",
        asset_id,
        actor,
        before=_listed(former),
        after=_listed(users),
        details={"grants_ended": [grant.id for grant in ended[:100]]} if ended else None,
    )
    return Change(entry, home.policy, permissions)


def owned(home: Home, asset_id: str, former: Collection[str], users: Collection[str], *, actor: str | None) -> Change:
    """Say whose an asset is; nothing else changes by that."""
    entry = Entry("set_owner", asset_id, actor, before=_listed(former), after=_listed(users))
    return Change(entry, home.policy, home.permissions)


def welcome(home: Home, asset_id: str, until: float | None, *, actor: str | None) -> Change:
    """Let a guest in until then, or make it a member of the home with None; one that is cut off stays so."""
    quarantine = home.policy.quarantined.get(asset_id)
    policy = home.policy
    if quarantine is None or quarantine.reason == GUEST_LEFT:
        policy = policy.release(asset_id)
    entry = Entry("set_guest", asset_id, actor, details={"until": until})
    return Change(entry, policy, home.permissions)


def see_off(home: Home, asset_id: str, *, now: float) -> Change:
    """A guest's time is over: it is nobody's guest, and is cut off until somebody lets it in again."""
    policy: Policy = home.policy.quarantine(asset_id, Quarantine(now, None, GUEST_LEFT))
    permissions: Permissions = home.permissions
    for grant_id in tuple(permissions.grants.get(asset_id, {})):
        permissions = permissions.without_grant(asset_id, grant_id)
    return Change(Entry("guest_left", asset_id), policy, permissions)


def retire(home: Home, asset_id: str, *, actor: str | None, reason: str | None) -> Change:
    """Forget all that was permitted to a device that is leaving; back on the network it is a newcomer again."""
    policy = home.policy.forget(asset_id)
    return Change(Entry("retire_device", asset_id, actor, reason), policy, home.permissions.forget(asset_id))


def _listed(users: Collection[str]) -> JsonValue:
    return sorted(users)
