"""The threshold random walk: tells a scanner from a visitor by how often strangers answer.

Jung, Paxson, Berger, Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis Testing" (IEEE S&P 2004), with
the paper's success rates of first contacts, 0.8 for the harmless and 0.2 for scanners. A false alarm here costs a
person's trust, so it is allowed once in 100,000 walks where the paper takes one in 100: nine failures in a row instead
of four. The walk does not go below its start, so that a well-behaved morning buys no scan in the afternoon.
"""

from math import log
from typing import Final

from ..memory import Distinct
from ..observations import Outcome

_STEP: Final = log(0.8 / 0.2)
_FALSE_ALARMS: Final = 1e-5
_DETECTED: Final = 0.99
THRESHOLD: Final = log(_DETECTED / _FALSE_ALARMS)
"""Height at which it must be a scan."""


class Walk(Distinct):
    """First contacts with strangers, which it counts, and how far they speak for a scan."""

    __slots__ = ("failed", "height")

    def __init__(self) -> None:
        """Start undecided."""
        super().__init__()
        self.failed = 0
        self.height = 0.0

    def step(self, stranger: str, outcome: Outcome) -> None:
        """Take a contact into account, if it is a first one and its outcome is known."""
        if outcome is Outcome.UNKNOWN or not self.add(stranger):
            return
        if outcome is Outcome.ANSWERED:
            self.height = max(0.0, self.height - _STEP)
            return
        self.failed += 1
        self.height += _STEP
