"""What is remembered of the radio: links taken away, who is banned, and how devices joined."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .links import Link

MAX_BANS = 1024
MAX_JOINS = 1024
MAX_LINKS = 4096


@dataclass(frozen=True, slots=True)
class Ban:
    """A device that may never join: since when and by whom, and how often it tried since.

    Times are seconds since the epoch; `actor` is a user id or None; `name` is what it was called.
    """

    since: float
    actor: str | None = None
    reason: str = ""
    name: str = ""
    evictions: int = 0
    last_eviction: float | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """How a device came into the network: when, whether somebody had opened it, whether by an install code."""

    at: float
    asked: bool
    trusted: bool = False
    opened_by: str | None = None


@dataclass(frozen=True, slots=True)
class RadioMemory:
    """Everything of the radio that outlives a restart. Keys are IEEE addresses, `00:11:22:33:44:55:66:77`."""

    taken: frozenset[Link] = frozenset()
    """Links that were taken out of devices, to be given back."""
    bans: Mapping[str, Ban] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)
    """The last join of each device that joined while the hub watched; the newest MAX_JOINS."""

    def with_ban(self, ieee: str, ban: Ban) -> RadioMemory:
        """Ban a device; one that is banned keeps its first reason and its counter. Raises OverflowError when full."""
        if ieee not in self.bans and len(self.bans) >= MAX_BANS:
            msg = f"more than {MAX_BANS} bans"
            raise OverflowError(msg)
        return replace(self, bans={ieee: ban, **self.bans})

    def without_ban(self, ieee: str) -> RadioMemory:
        """Let a device join again."""
        return replace(self, bans={key: ban for key, ban in self.bans.items() if key != ieee})

    def evicted(self, ieee: str, now: float) -> RadioMemory:
        """Count that a banned device was sent away."""
        ban = self.bans[ieee]
        return replace(self, bans={**self.bans, ieee: replace(ban, evictions=ban.evictions + 1, last_eviction=now)})

    def with_join(self, ieee: str, join: Join) -> RadioMemory:
        """Note how a device joined; the oldest note goes when there are too many."""
        joins = {**self.joins, ieee: join}
        if len(joins) > MAX_JOINS:
            oldest = min(joins, key=lambda key: (joins[key].at, key))
            del joins[oldest]
        return replace(self, joins=joins)
