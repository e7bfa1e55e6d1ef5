"""How much of a quantity each hour of the week sees.

Hours are those of UTC: when clocks change, everything moves by one hour, and the neighbours of an hour count as well.
"""

from array import array
from math import log2
from typing import Final

from .packed import pack, unpack_counts, unpack_floats
from .spread import Usual, usual

HOURS: Final = 168
_DAY: Final = 24
_MEMORY: Final = 96.0
"""Values after which a new one weighs no less: eight weeks of the same hour."""
_CLIP: Final = 3.0
_LEAST_WIDTH: Final = 0.5
_SANE: Final = 1e6
_ENOUGH: Final = 120
"""Values without which these hours say nothing: ten hours of five minutes each."""
_RISE: Final = 0.5
_FADE: Final = 1 / 672
"""A peak doubles with two values at the soonest, for an hour comes once a week; it halves its height over the middle
within eight weeks."""


def hour_of_week(time: float) -> int:
    """Return the hour of the week, from 0 (Thursday 00:00 UTC, as the epoch began) to 167."""
    return int(time // 3600.0) % HOURS


class Week:
    """Middle, width, peak and number of values for each hour, in 2.4 KB."""

    __slots__ = ("_counts", "_middles", "_peaks", "_widths")

    def __init__(self) -> None:
        """Start with nothing."""
        self._middles = array("f", bytes(4 * HOURS))
        self._widths = array("f", bytes(4 * HOURS))
        self._peaks = array("f", bytes(4 * HOURS))
        self._counts = array("H", bytes(2 * HOURS))

    def learn(self, hour: int, amount: float, *, learning: bool = True) -> None:
        """Take an amount (0 or more) that an hour saw into account; unless `learning`, its peak follows slowly."""
        value, count = log2(1.0 + amount), self._counts[hour]
        if not count:
            self._middles[hour], self._peaks[hour], self._counts[hour] = value, value, 1
            return
        peak = self._peaks[hour]
        faded = peak - (peak - self._middles[hour]) * _FADE
        self._peaks[hour] = max(value if learning else min(value, peak + _RISE), faded)
        step = 1.0 / min(count + 1.0, _MEMORY)
        limit = _CLIP * max(self._widths[hour], _LEAST_WIDTH)
        off = min(max(value - self._middles[hour], -limit), limit)
        self._middles[hour] += off * step
        self._widths[hour] += (abs(off) - self._widths[hour]) * step
        self._counts[hour] = min(count + 1, 65_535)

    def bound(self, hour: int, factor: float, widths: float) -> float | None:
        """Return what would be too much at an hour; None if too little is known of it.

        That is `factor` times the peak of this hour and its neighbours, of all days: people have days and nights, but
        what they do once a week they do when they like. And it is `widths` over what this very hour of the week sees.
        """
        near = [(hour + off) % HOURS for off in (-1, 0, 1)]
        alike = [it for one in near for it in range(one % _DAY, HOURS, _DAY) if self._counts[it]]
        if sum(self._counts[it] for it in alike) < _ENOUGH:
            return None
        over = max(self._peaks[it] for it in alike) + log2(factor)
        for it in near:
            over = max(over, self._middles[it] + widths * max(self._widths[it], _LEAST_WIDTH))
        return float(2.0 ** min(over, 100.0)) - 1.0

    def usual(self, hour: int) -> Usual | None:
        """Return what an hour usually sees; None if it is not known."""
        if not self._counts[hour]:
            return None
        return usual(self._middles[hour], self._widths[hour], self._peaks[hour])

    def save(self) -> bytes:
        """Return all of it, little-endian."""
        return b"".join(pack(it) for it in (self._middles, self._widths, self._peaks, self._counts))

    @classmethod
    def load(cls, data: bytes) -> Week:
        """Return what was saved. Raises ValueError if it is something else."""
        if len(data) != HOURS * 14:
            raise ValueError(len(data))
        week = cls()
        week._middles = unpack_floats(data[: 4 * HOURS], _SANE)
        week._widths = unpack_floats(data[4 * HOURS : 8 * HOURS], _SANE)
        week._peaks = unpack_floats(data[8 * HOURS : 12 * HOURS], _SANE)
        week._counts = unpack_counts(data[12 * HOURS :])
        return week
