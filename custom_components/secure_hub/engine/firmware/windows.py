"""Update windows: the hours of the week in which devices may be updated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` of each of some weekdays (Monday is 0), in local time; over midnight if `end` is not later.

    The same time twice is the whole day.
    """

    start: time = time(2, 0)
    end: time = time(5, 0)
    weekdays: frozenset[int] = frozenset(range(7))

    def occurrences(self, first: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Begin and end of each window that ends after a moment, in order; the moment has a time zone. Endless."""
        day = first.date() - timedelta(days=1)
        while self.weekdays:
            if day.weekday() in self.weekdays:
                begin = datetime.combine(day, self.start, first.tzinfo)
                last = day if self.end > self.start else day + timedelta(days=1)
                end = datetime.combine(last, self.end, first.tzinfo)
                if end > first:
                    yield begin, end
            day += timedelta(days=1)

    def is_open(self, now: datetime) -> bool:
        """Whether a moment lies in a window."""
        return any(begin <= now for begin, _ in self._next(now))

    def next_change(self, now: datetime) -> datetime | None:
        """When the next window opens or the open one closes; None if there never is one."""
        return next((end if begin <= now else begin for begin, end in self._next(now)), None)

    def _next(self, now: datetime) -> list[tuple[datetime, datetime]]:
        return [next(self.occurrences(now))] if self.weekdays else []
