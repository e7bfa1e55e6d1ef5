"""How much of a quantity each hour of the week sees.

Hours are those of UTC: when clocks change, everything moves by one hour, and the neighbours of an hour count as well.
"""

from array import array
from math import log2
import sys
from typing import Final

HOURS: Final = 168
_MEMORY: Final = 96.0
"""Values after which a new one weighs no less: eight weeks of the same hour."""
_CLIP: Final = 3.0
_LEAST_WIDTH: Final = 0.5
_SANE: Final = 1e6
_ENOUGH: Final = 24
"""Values without which the hour and its neighbours say nothing: two hours of five minutes each."""


def hour_of_week(time: float) -> int:
    """Return the hour of the week, from 0 (Thursday 00:00 UTC, as the epoch began) to 167."""
    return int(time // 3600.0) % HOURS


class Week:
    """Middle, width and number of values for each hour, in 1.7 KB."""

    __slots__ = ("_counts", "_middles", "_widths")

    def __init__(self) -> None:
        """Start with nothing."""
        self._middles = array("f", bytes(4 * HOURS))
        self._widths = array("f", bytes(4 * HOURS))
        self._counts = array("H", bytes(2 * HOURS))

    def learn(self, hour: int, amount: float) -> None:
        """Take an amount (0 or more) that an hour saw into account."""
        value, count = log2(1.0 + amount), self._counts[hour]
        if not count:
            self._middles[hour], self._counts[hour] = value, 1
            return
        step = 1.0 / min(count + 1.0, _MEMORY)
        limit = _CLIP * max(self._widths[hour], _LEAST_WIDTH)
        off = min(max(value - self._middles[hour], -limit), limit)
        self._middles[hour] += off * step
        self._widths[hour] += (abs(off) - self._widths[hour]) * step
        self._counts[hour] = min(count + 1, 65_535)

    def bound(self, hour: int, factor: float, widths: float) -> float | None:
        """Return what the hour and its neighbours would see at most; None if too little is known of them."""
        known = [it % HOURS for it in (hour - 1, hour, hour + 1) if self._counts[it % HOURS]]
        if sum(self._counts[it] for it in known) < _ENOUGH:
            return None
        over = max(self._middles[it] + widths * max(self._widths[it], _LEAST_WIDTH) for it in known) + log2(factor)
        return float(2.0 ** min(over, 100.0)) - 1.0

    def save(self) -> bytes:
        """Return all of it, little-endian."""
        return b"".join(_bytes(it) for it in (self._middles, self._widths, self._counts))

    @classmethod
    def load(cls, data: bytes) -> Week:
        """Return what was saved. Raises ValueError if it is something else."""
        if len(data) != HOURS * 10:
            raise ValueError(len(data))
        week = cls()
        week._middles = _floats(data[: 4 * HOURS])
        week._widths = _floats(data[4 * HOURS : 8 * HOURS])
        week._counts = _counts(data[8 * HOURS :])
        return week


def _bytes(values: array[float] | array[int]) -> bytes:
    copy = values[:]
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        copy.byteswap()
    return copy.tobytes()


def _floats(data: bytes) -> array[float]:
    values: array[float] = array("f")
    values.frombytes(data)
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        values.byteswap()
    if not all(-_SANE < it < _SANE for it in values):
        raise ValueError(data)
    return values


def _counts(data: bytes) -> array[int]:
    values: array[int] = array("H")
    values.frombytes(data)
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        values.byteswap()
    return values
