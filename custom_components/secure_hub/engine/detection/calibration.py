"""How much is said: what normal life sets off is false by definition, and a person bears only so much of it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from .findings import Finding, FindingKind

_WEEK: Final = 7 * 86_400.0
_LEAST: Final = _WEEK / 7
"""Seconds that a recording of normal life counts for at least: minutes of it would make one finding a flood."""


class Calibration:
    """Which kinds of finding are kept within a budget of false alarms, learnt from recordings of normal life.

    A kind is dropped if normal life sets it off too often; the least sure goes first, until the rest keeps within the
    budget. What was found about the very same asset and subject in normal life is normal there, whatever the budget.
    """

    def __init__(self, budget: float) -> None:
        """Allow `budget` false alarms for each device and week."""
        self._budget = budget
        self._device_weeks = 0.0
        self._false: defaultdict[FindingKind, int] = defaultdict(int)
        self._sure: dict[FindingKind, float] = {}
        self._normal: set[tuple[str, FindingKind, str]] = set()
        self._dropped: frozenset[FindingKind] = frozenset()

    def learn(self, findings: Iterable[Finding], assets: int, seconds: float) -> None:
        """Take what a recording of normal life set off, with how many assets it shows and how long it lasts."""
        self._device_weeks += assets * max(seconds, _LEAST) / _WEEK
        for finding in findings:
            self._normal.add((finding.asset, finding.kind, finding.subject))
            self._false[finding.kind] += 1
            self._sure[finding.kind] = max(finding.confidence, self._sure.get(finding.kind, 0.0))
        allowed = self._budget * self._device_weeks
        kept = sorted(self._false, key=lambda kind: (self._sure[kind], -self._false[kind]))
        while kept and sum(self._false[kind] for kind in kept) > allowed:
            kept.pop(0)
        self._dropped = frozenset(self._false) - frozenset(kept)

    def lets_through(self, finding: Finding) -> bool:
        """Whether a finding is worth saying."""
        return finding.kind not in self._dropped and (finding.asset, finding.kind, finding.subject) not in self._normal
