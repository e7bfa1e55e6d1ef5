"""Firmware that is sent to a Zigbee device, or fetched by it, though nobody asked for an update."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_CLUSTER: Final = 0x0019
_BLOCKS: Final = frozenset({0x03, 0x04, 0x05})
"""Image block request, image page request, image block response (Zigbee Cluster Library, 11.13)."""
_WINDOW: Final = 600.0
_LEAST: Final = 10


class UnaskedFirmware:
    """Counts the pieces of an image."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def __init__(self) -> None:
        """Start with no piece."""
        self._pieces: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when an image is on its way that nobody asked for."""
        radio = seen.radio
        if seen.genuine or radio is None or radio.general or radio.cluster != _CLUSTER or radio.command not in _BLOCKS:
            return None
        pieces = self._pieces.at(None, seen.time)
        pieces.count += 1
        if pieces.count < _LEAST:
            return None
        self._pieces.forget(None)
        within = elapsed(seen.time - pieces.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.UNASKED_FIRMWARE,
            Severity.HIGH,
            0.7,
            "T0857",
            "",
            f"Firmware goes to it by Zigbee, {pieces.count} pieces within {within}, and nobody asked for an update.",
        )
