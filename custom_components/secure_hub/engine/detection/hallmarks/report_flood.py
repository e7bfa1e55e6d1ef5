"""Reports by Zigbee without end: the radio carries a few hundred messages a second for the whole home."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 60.0
_REPORTS: Final = 600
"""Ten a second for a minute; a power meter that was set up badly reports once a second for each of a few values."""


class ReportFlood:
    """Counts the reports and answers of the asset."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def __init__(self) -> None:
        """Start with no report."""
        self._reports: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when they are too many."""
        if seen.inward or seen.radio is None or not seen.radio.general:
            return None
        reports = self._reports.at(None, seen.time)
        reports.count += 1
        if reports.count < _REPORTS:
            return None
        self._reports.forget(None)
        within = elapsed(seen.time - reports.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.REPORT_FLOOD,
            Severity.MEDIUM,
            0.7,
            "T0814",
            "",
            f"It sent {reports.count} reports by Zigbee within {within}, which leaves little of the "
            "radio for all others: it is broken, or means to.",
        )
