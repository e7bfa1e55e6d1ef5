"""A Zigbee device that sleeps to save its battery, and is not let sleep."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 900.0
_OTA: Final = 0x0019
"""Firmware comes in thousands of pieces; of one that nobody asked for, another hallmark tells."""
_QUESTIONS: Final = 120
"""One every eight seconds for a quarter of an hour; it is asked for all it knows once, when it is set up."""


class BatteryDrain:
    """Counts what is sent to the asset."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def __init__(self) -> None:
        """Start with no question."""
        self._asked: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it is asked so often that its battery lasts days instead of years."""
        if not seen.inward or seen.radio is None or not seen.radio.sleepy or seen.radio.cluster == _OTA:
            return None
        asked = self._asked.at(None, seen.time)
        asked.count += 1
        if asked.count < _QUESTIONS:
            return None
        self._asked.forget(None)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.BATTERY_DRAIN,
            Severity.MEDIUM,
            0.6,
            "T1499",
            "",
            f"It was sent {asked.count} messages by Zigbee within {elapsed(seen.time - asked.began)}: "
            "its battery will not last.",
        )
