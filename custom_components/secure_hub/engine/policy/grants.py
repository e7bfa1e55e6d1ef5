"""Grants: permissions that end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from .destinations import ANY, Destination
from .rules import Matcher, MatcherKind, Rule
from .scopes import NETWORK_SCOPES, Decision, Scope

UNUSED_ONCE = timedelta(hours=1)
"""How long a grant for once waits to be used."""
USED_ONCE = timedelta(minutes=5)
"""How long the one connection of a grant for once may last."""
COMMANDED_ONCE = timedelta(seconds=5)
"""How long a command that was granted once may take: it can be several frames, and a lost one is sent again."""
EVENING = 22
"""Local hour at which "until tonight" ends."""


class Duration(StrEnum):
    """How long a person allows something."""

    ONCE = "once"
    HOUR = "1_hour"
    TONIGHT = "until_tonight"
    ALWAYS = "always"
    """No grant but a rule."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`allow` for one asset and scope until `expires` (seconds since the epoch, exclusive)."""

    id: str
    asset_id: str
    scope: Scope
    expires: float
    destination: Destination = ANY
    once: bool = False
    used: bool = False
    actor: str | None = None
    """User id of who gave it."""
    created: float = 0.0

    def active(self, now: float) -> bool:
        """It counts at `now`."""
        return now < self.expires

    def use(self, now: float) -> Grant:
        """The grant after what it allows was seen to happen; the first use of a grant for once begins its end."""
        if not self.once or self.used:
            return self
        lasts = USED_ONCE if self.scope in NETWORK_SCOPES else COMMANDED_ONCE
        return replace(self, used=True, expires=min(self.expires, now + lasts.total_seconds()))


def give(  # noqa: PLR0913 - the parts of one sentence: who allows whom what, where, how long, when
    grant_id: str,
    asset_id: str,
    scope: Scope,
    duration: Duration,
    *,
    now: float,
    timezone: tzinfo,
    destination: Destination = ANY,
    actor: str | None = None,
) -> Grant | Rule:
    """What a person's "allow" becomes: a grant, or with `always` a rule for the asset.

    `now` in seconds since the epoch, `timezone` the home's.
    """
    if duration is Duration.ALWAYS:
        matcher = Matcher(MatcherKind.ASSET, asset_id)
        return Rule(grant_id, scope, Decision.ALLOW, matcher, destination, created=now)
    if duration is Duration.TONIGHT:
        expires = tonight(now, timezone)
    else:
        expires = now + (UNUSED_ONCE if duration is Duration.ONCE else timedelta(hours=1)).total_seconds()
    return Grant(
        grant_id, asset_id, scope, expires, destination, once=duration is Duration.ONCE, actor=actor, created=now
    )


def tonight(now: float, timezone: tzinfo) -> float:
    """The next 22:00 on the home's wall clock, in seconds since the epoch; daylight saving is minded.

    In the evening after 22:00 that is tomorrow's: a grant never ends the moment it is given.
    """
    local = datetime.fromtimestamp(now, timezone)
    evening = local.replace(hour=EVENING, minute=0, second=0, microsecond=0, fold=0)
    if evening.timestamp() <= now:
        evening = (local + timedelta(days=1)).replace(hour=EVENING, minute=0, second=0, microsecond=0, fold=0)
    return evening.timestamp()
