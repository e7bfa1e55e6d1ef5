"""What an asset is used to meet: peers, names, ports, commands; remembered as numbers, and forgotten when unused.

While it learns, everything it meets becomes a habit. Later, something new becomes one by being met on several days on
which nothing was suspicious: what comes once is told once, and drift is followed slowly.
"""

from enum import Enum
from hashlib import blake2b
from typing import Any, Final

MAX_HABITS: Final = 128
_MAX_CANDIDATES: Final = 48
_DAYS: Final = 3
"""Days on which something must be met to be a habit."""
_FORGOTTEN: Final = 60
"""Days on which the asset did something, after which a habit that was not among that is none."""
_DAY: Final = 86_400.0
_MINUTE: Final = 60.0
_SHIFT: Final = 17
_MASK: Final = (1 << _SHIFT) - 1
"""A count of days takes 17 bits for 359 years."""


def token(kind: str, what: str) -> int:
    """Return the number that something is remembered by: 48 bits of BLAKE2b (RFC 7693)."""
    return int.from_bytes(blake2b(f"{kind} {what}".encode("utf-8", "surrogatepass"), digest_size=6).digest())


class Meeting(Enum):
    """How new something is."""

    USUAL = 0
    AGAIN = 1
    """No habit, but met before."""
    NEW = 2


class Habits:
    """At most so many habits, and at most so many things that may become one."""

    __slots__ = ("_candidates", "_date", "_day", "_habits")

    def __init__(self) -> None:
        """Start with none."""
        self._date = -1
        self._day = 0
        """How many days it did something on: one that lies in a drawer for a year forgets nothing."""
        self._habits: dict[int, int] = {}
        """Since which minute, and the day of the last use."""
        self._candidates: dict[int, tuple[int, int]] = {}
        """Days on which it was met, and the last of them."""

    def knows(self, what: int) -> bool:
        """Whether something is a habit."""
        return what in self._habits

    def meet(self, what: int, time: float, *, learning: bool, holding: bool) -> Meeting:
        """Take a meeting into account; `learning` makes it a habit at once, `holding` learns nothing."""
        date = int(time // _DAY)
        if date != self._date:
            self._date, self._day = date, self._day + 1 & _MASK
        day = self._day
        entry = self._habits.get(what)
        if entry is not None and day - (entry & _MASK) <= _FORGOTTEN:
            if entry & _MASK != day and not holding:
                del self._habits[what]
                self._habits[what] = entry & ~_MASK | day
            return Meeting.USUAL
        if learning:
            if not holding:
                self._add(what, time, day)
            return Meeting.NEW
        again = what in self._candidates
        days, last = self._candidates.pop(what, (0, -1))
        if not holding and last != day:
            days, last = days + 1, day
        if days >= _DAYS:
            self._add(what, time, day)
            return Meeting.USUAL
        if len(self._candidates) >= _MAX_CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
        self._candidates[what] = (days, last)
        return Meeting.AGAIN if again else Meeting.NEW

    def _add(self, what: int, time: float, day: int) -> None:
        self._habits.pop(what, None)
        if len(self._habits) >= MAX_HABITS:
            del self._habits[next(iter(self._habits))]
        self._habits[what] = int(time // _MINUTE) << _SHIFT | day

    def forget_since(self, time: float) -> None:
        """Unlearn what became a habit since a time: it turned out to be suspicious."""
        minute = int(time // _MINUTE)
        self._habits = {what: it for what, it in self._habits.items() if it >> _SHIFT < minute}
        self._candidates.clear()

    def tokens(self) -> frozenset[int]:
        """Return the habits."""
        return frozenset(self._habits)

    def save(self) -> dict[str, Any]:
        """Return all of it, in its order."""
        return {
            "days": [self._date, self._day],
            "habits": [[what, since] for what, since in self._habits.items()],
            "candidates": [[what, days, last] for what, (days, last) in self._candidates.items()],
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Habits:
        """Return what was saved. Raises ValueError, KeyError or TypeError if it is something else."""
        self = cls()
        self._date, self._day = (int(it) for it in data["days"])
        self._habits = {int(what): int(since) for what, since in data["habits"][:MAX_HABITS]}
        self._candidates = {
            int(what): (int(days), int(last)) for what, days, last in data["candidates"][:_MAX_CANDIDATES]
        }
        return self
