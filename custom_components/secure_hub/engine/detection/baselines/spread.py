"""The middle, the width and the peak of a quantity, one value after the other.

All three are of logarithms to the base 2: volumes differ by factors, not by amounts. A value counts for no more than a
few widths from the middle (Huber's psi, "Robust Estimation of a Location Parameter", 1964), so that one that lies far
out moves nothing much: who wants to shift the envelope has to do so slowly, and that is seen on the way.
"""

from math import log2
from typing import Final, NamedTuple

_FIELDS: Final = 4
_MEMORY: Final = 2016
"""Values after which a new one weighs no less: a week of five minutes each."""
_CLIP: Final = 3.0
_LEAST_WIDTH: Final = 0.25
_FADE: Final = 1 / 8064
"""Part of its height over the middle that the peak loses with a value: it halves within four weeks."""
_RISE: Final = 1 / 24
"""What a value raises a peak by at most, once that is known: it doubles in two hours of five minutes at the soonest."""
_SANE: Final = 1e6
_BELOW: Final = 2.0
"""Widths, which are mean deviations: 1.6 standard deviations of a normal distribution."""


class Usual(NamedTuple):
    """What is usual of a quantity, as amounts."""

    low: float
    typical: float
    high: float
    """The most of late."""


def usual(middle: float, width: float, peak: float) -> Usual:
    """Return what logarithms of amounts say is usual; low is as far below the middle as one value in twenty lies."""
    return Usual(
        *(2.0 ** min(max(it, 0.0), 100.0) - 1.0 for it in (middle - _BELOW * width, middle, max(peak, middle)))
    )


class Spread:
    """Robust statistics in four numbers."""

    __slots__ = ("count", "middle", "peak", "width")

    def __init__(self) -> None:
        """Start with nothing."""
        self.count = self.middle = self.width = self.peak = 0.0

    def save(self) -> list[float]:
        """Return count, middle, width and peak."""
        return [self.count, self.middle, self.width, self.peak]

    @classmethod
    def load(cls, values: list[float]) -> Spread:
        """Return what was saved. Raises ValueError or TypeError if it is something else."""
        if len(values) != _FIELDS or not all(-_SANE < float(it) < _SANE for it in values):
            raise ValueError(values)
        spread = cls()
        spread.count, spread.middle, spread.width, spread.peak = (float(it) for it in values)
        return spread

    def learn(self, amount: float, *, learning: bool = True) -> None:
        """Take an amount (0 or more) into account; unless `learning`, the peak follows slowly."""
        value = log2(1.0 + amount)
        if not self.count:
            self.count, self.middle, self.peak = 1.0, value, value
            return
        step = 1.0 / min(self.count + 1.0, _MEMORY)
        limit = _CLIP * max(self.width, _LEAST_WIDTH)
        off = min(max(value - self.middle, -limit), limit)
        self.middle += off * step
        self.width += (abs(off) - self.width) * step
        faded = self.peak - (self.peak - self.middle) * _FADE
        self.peak = max(value if learning else min(value, self.peak + _RISE), faded)
        self.count = min(self.count + 1.0, 65_535.0)

    def bound(self, factor: float, widths: float) -> float:
        """Return the amount that is `factor` times the peak and lies at least so many widths over the middle."""
        over = max(self.peak + log2(factor), self.middle + widths * max(self.width, _LEAST_WIDTH))
        return float(2.0 ** min(over, 100.0)) - 1.0
