"""From what is seen and remembered of a device to how its software stands: the whole way, for one device."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .deadlines import Deadlines
from .facts import Facts
from .matching import Library, Match
from .status import FirmwareStatus, assess, counting
from .support import Support, support_of
from .tracking import Tracked, track


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out for one device."""

    facts: Facts
    tracked: Tracked
    status: FirmwareStatus


@dataclass(slots=True)
class Judge:
    """Judges devices by advisories, a table of support and deadlines; devices of one kind are matched once."""

    library: Library = field(default_factory=Library)
    support: tuple[Support, ...] = ()
    deadlines: Deadlines = field(default_factory=Deadlines)
    _matches: dict[tuple[str | None, str | None, tuple[str, ...]], tuple[Match, ...]] = field(default_factory=dict)

    def judge(self, facts: Facts, tracked: Tracked, now: float) -> Judged:
        """Judge a device at a time, in seconds since the epoch."""
        matches = self._matched(facts)
        after = track(tracked, facts, [severity for severity, _ in tracked.threats], now)
        severities = {match.severity for match in counting(matches, waiting=after.waiting is not None)}
        after = track(after, facts, severities, now)
        status = assess(facts, after, matches, support_of(facts, self.support), self.deadlines, now=now)
        return Judged(facts, after, status)

    def judge_all(self, seen: Iterable[Facts], tracked: Mapping[str, Tracked], now: float) -> list[Judged]:
        """Judge several; those of which nothing is remembered are new."""
        return [self.judge(facts, tracked.get(facts.asset_id, Tracked()), now) for facts in seen]

    def _matched(self, facts: Facts) -> tuple[Match, ...]:
        key = (facts.manufacturer, facts.model, facts.versions)
        if key not in self._matches:
            self._matches[key] = self.library.matches(facts)
        return self._matches[key]
