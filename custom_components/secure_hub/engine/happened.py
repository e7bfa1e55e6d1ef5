"""Which security events a change of the home is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from .events import SecurityEvent
from .home import Home
from .journal import JsonValue
from .policy.model import Standing
from .policy.profiles import Profile

_MAX_TOLD = 200
"""Events that one change is told as; what was beyond is in the journal."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One security event: to which asset, None for the home, and what more is to be said."""

    event: SecurityEvent
    asset_id: str | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)


def looked(before: Home, after: Home) -> tuple[Happened, ...]:
    """What is to be told of a look that found the home otherwise than before; of the first one there is nothing."""
    return tuple(islice(_looked(before, after), _MAX_TOLD)) if before.looked else ()


def decided(before: Home, after: Home) -> tuple[Happened, ...]:
    """What is to be told of a decision that was carried out."""
    return tuple(islice(_decided(before, after), _MAX_TOLD))


def _looked(before: Home, after: Home) -> Iterator[Happened]:
    if after.rolled_back:
        yield Happened(SecurityEvent.TRIAL_REVERTED)
    yield from _decided(before, after)
    for asset_id in after.created:
        if asset_id in after.governed:
            yield Happened(SecurityEvent.JOINED, asset_id)
            if after.policy.standing(asset_id) is Standing.HELD:
                yield Happened(SecurityEvent.HELD, asset_id)
    for grant in after.expired:
        yield Happened(SecurityEvent.EXPIRED, grant.asset_id, {"grant": grant.id, "scope": grant.scope.value})


def _decided(before: Home, after: Home) -> Iterator[Happened]:
    """Who was cut off, and who was let talk; a choice about everybody is told by nobody's name."""
    was, now = before.policy, after.policy
    if was is not now:
        for asset_id in sorted(now.quarantined.keys() - was.quarantined.keys()):
            yield Happened(SecurityEvent.QUARANTINED, asset_id, {"reason": now.quarantined[asset_id].reason})
        let_in = (now.admitted - was.admitted) & before.assets.keys()
        for asset_id in sorted(let_in | (was.quarantined.keys() - now.quarantined.keys())):
            if asset_id in after.assets and now.standing(asset_id) is Standing.ADMITTED is not was.standing(asset_id):
                yield Happened(SecurityEvent.RELEASED, asset_id)
    old, new = before.permissions.profiles, after.permissions.profiles
    if old is not new:
        for asset_id, profile in new.items():
            if profile is Profile.RESTRICTED and old.get(asset_id) is not profile:
                yield Happened(SecurityEvent.RESTRICTED, asset_id)
