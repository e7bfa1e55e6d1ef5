"""How much an asset does in five minutes: bytes each way, calls, and strangers met."""

from base64 import b64decode, b64encode
from typing import Any, Final

from .behaviour import Hour, Quantity
from .diary import HOUR, Diary
from .spread import Spread
from .week import HOURS, Week, hour_of_week

SLOT: Final = 300.0
"""Seconds that are counted together."""
_BEHIND: Final = 3 * SLOT
"""Seconds for which a clock may be set back without a new beginning."""


_FACTORS: Final = (4.0, 6.0, 5.0, 3.0)
_LEAST: Final = (10e6, 50e6, 300.0, 25.0)
"""Amounts in five minutes below which nothing is said: an update brings megabytes to a lamp; a speaker that is asked
for something new meets two dozen strangers."""
_WIDTHS: Final = 6.0
_HOUR_FACTOR: Final = 16.0
"""Times what the hour usually sees, for what other hours do see."""
_HOUR_WIDTHS: Final = 4.0
_BY_HOUR: Final = (Quantity.SENT, Quantity.RECEIVED, Quantity.CALLS)
"""Quantities of which every hour of the week is known; strangers are few."""
_AT_FIRST: Final = 2
"""How many of those that was when the first were saved."""
_ENOUGH: Final = 12.0
"""Slots without which there is no envelope: an hour of being active."""


class Volumes:
    """Totals of the current five minutes, the envelope of earlier ones, and what is too much."""

    __slots__ = ("_bounds", "_diary", "_hour_bounds", "_said", "_spreads", "_totals", "_weeks", "start")

    def __init__(self) -> None:
        """Start with nothing."""
        self.start: float | None = None
        self._totals = [0, 0, 0, 0]
        self._bounds = [float("inf")] * len(Quantity)
        self._hour_bounds = [float("inf")] * len(Quantity)
        self._said = 0
        self._spreads = [Spread() for _ in Quantity]
        self._weeks = [Week() for _ in _BY_HOUR]
        self._diary = Diary(len(_BY_HOUR))

    @property
    def peaks(self) -> tuple[float, ...]:
        """The largest amounts of late, as logarithms; negative where too little is known."""
        return tuple(it.peak if it.count >= _ENOUGH else -1.0 for it in self._spreads)

    def advance(self, time: float, *, learning: bool, holding: bool, prior: tuple[float, ...] | None) -> None:
        """Close the five minutes if they are over: learn from them unless `holding`, and open the next."""
        if self.start is not None:
            if -_BEHIND <= time - self.start < SLOT:
                return
            self._diary.write(self.start, self._totals)
            if not holding and time > self.start:
                hour = hour_of_week(self.start)
                for total, spread in zip(self._totals, self._spreads, strict=True):
                    spread.learn(total, learning=learning)
                for total, week in zip(self._totals, self._weeks, strict=False):
                    week.learn(hour, total, learning=learning)
        self.start = time // SLOT * SLOT
        self._totals, self._said = [0, 0, 0, 0], 0
        self._open(hour_of_week(time), prior, learning=learning)

    def _open(self, hour: int, prior: tuple[float, ...] | None, *, learning: bool) -> None:
        for it in Quantity:
            spread, least = self._spreads[it], _LEAST[it]
            bound = float("inf")
            if not learning and spread.count >= _ENOUGH:
                bound = max(spread.bound(_FACTORS[it], _WIDTHS), least)
            elif learning and prior is not None and prior[it] >= 0.0:
                bound = max(2.0 ** min(prior[it], 100.0) * _HOUR_FACTOR, least)
            self._bounds[it] = bound
            by_hour = it in _BY_HOUR and not learning
            usual = self._weeks[it].bound(hour, _HOUR_FACTOR, _HOUR_WIDTHS) if by_hour else None
            self._hour_bounds[it] = float("inf") if usual is None else max(usual, least)

    def discard(self) -> None:
        """Count the current five minutes for nothing: they turned out to be suspicious."""
        if self.start is not None:
            self._diary.write(self.start, self._totals)
        self._totals = [0, 0, 0, 0]

    def add(self, what: Quantity, amount: int) -> tuple[int, bool] | None:
        """Count; return the total and whether only the hour is wrong, the first time that it is too much."""
        self._totals[what] = total = self._totals[what] + amount
        if total > self._bounds[what] and not self._said & 1 << what:
            self._said |= 1 << what
            return total, False
        if total > self._hour_bounds[what] and not self._said & 0x11 << what:
            self._said |= 0x10 << what
            return total, True
        return None

    def hours(self, now: float) -> dict[Quantity, tuple[Hour, ...]]:
        """Return the last 168 hours, oldest first, with what is usual in each."""
        last = int(now // HOUR)
        return {it: tuple(self._hour(it, hour) for hour in range(last + 1 - HOURS, last + 1)) for it in _BY_HOUR}

    def _hour(self, what: Quantity, hour: int) -> Hour:
        total, most = self._diary.read(what, hour)
        if self.start is not None and self.start // HOUR == hour:  # the five minutes that are not over
            total, most = total + self._totals[what], max(most, self._totals[what])
        return Hour(hour * HOUR, total, most, self._weeks[what].usual(hour % HOURS))

    def save(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "start": self.start,
            "totals": list(self._totals),
            "bounds": [None if it == float("inf") else it for it in self._bounds + self._hour_bounds],
            "said": self._said,
            "spreads": [it.save() for it in self._spreads],
            "weeks": [b64encode(it.save()).decode() for it in self._weeks],
            "diary": self._diary.save(),
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Volumes:
        """Return what was saved. Raises ValueError, KeyError or TypeError if it is something else."""
        self, count = cls(), len(Quantity)
        bounds = [float("inf") if it is None else float(it) for it in data["bounds"]]
        spreads, weeks, totals = data["spreads"], data["weeks"], data["totals"]
        right = len(spreads) == len(totals) == count and len(bounds) == 2 * count
        if not right or len(weeks) not in {_AT_FIRST, len(_BY_HOUR)}:
            raise ValueError(data.keys())
        self.start = None if data["start"] is None else float(data["start"])
        self._totals = [int(it) for it in totals]
        self._bounds, self._hour_bounds = bounds[:count], bounds[count:]
        self._said = int(data["said"])
        self._spreads = [Spread.load(it) for it in spreads]
        self._weeks = [Week.load(b64decode(it, validate=True)) for it in weeks]
        self._weeks += [Week() for _ in _BY_HOUR[len(weeks) :]]
        if "diary" in data:  # not in what was saved before there were diaries
            self._diary = Diary.load(data["diary"], len(_BY_HOUR))
        return self
