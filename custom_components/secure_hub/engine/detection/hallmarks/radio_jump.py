"""A Zigbee device that is heard from two places at once."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_FAR: Final = 20.0
"""dB between two places; people and doors in between make up to ten or fifteen."""
_MEMORY: Final = 64.0
_ENOUGH: Final = 20
_JUMPS: Final = 8
"""Times back and forth: a device that was moved jumps once."""
_WINDOW: Final = 600.0


class RadioJump:
    """The usual strength of the asset's signal, and how often it went far from it and back."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def __init__(self) -> None:
        """Start without a signal."""
        self._middle = 0.0
        self._heard = 0
        self._away = False
        self._jumps = 0
        self._start = 0.0

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the signal goes back and forth."""
        radio = seen.radio
        if seen.inward or radio is None or not radio.direct or not radio.rssi:
            return None
        if not self._heard:
            self._middle = float(radio.rssi)
        self._heard = min(self._heard + 1, int(_MEMORY))
        off = radio.rssi - self._middle
        self._middle += min(max(off, -_FAR), _FAR) / self._heard
        away = abs(off) > _FAR
        if self._heard < _ENOUGH or away == self._away:
            return None
        self._away = away
        if not 0.0 <= seen.time - self._start <= _WINDOW:
            self._start, self._jumps = seen.time, 0
        self._jumps += 1
        if self._jumps < _JUMPS:
            return None
        self._jumps = 0
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.RADIO_JUMP,
            Severity.MEDIUM,
            0.5,
            "T0856",
            "",
            f"Its radio was now near, now far, {_JUMPS} times within {elapsed(seen.time - self._start)}: another "
            "device may be speaking in its name.",
        )
