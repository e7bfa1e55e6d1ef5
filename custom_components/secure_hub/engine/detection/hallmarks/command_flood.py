"""Commands by Zigbee faster than any hand or automation gives them."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 10.0
_COMMANDS: Final = 100
"""A dimmer that is turned sends ten in a second, and for a few seconds at most."""


class CommandFlood:
    """Counts the commands that the asset gives."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def __init__(self) -> None:
        """Start with no command."""
        self._given: Recent[None, list[int]] = Recent(1, _WINDOW, lambda: [0])

    def observe(self, seen: Observation) -> Finding | None:
        """Say when they are too many."""
        if seen.inward or seen.radio is None or seen.radio.general:
            return None
        start, given = self._given.at(None, seen.time)
        given[0] += 1
        if given[0] < _COMMANDS:
            return None
        self._given.forget(None)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.COMMAND_FLOOD,
            Severity.HIGH,
            0.8,
            "T0855",
            "",
            f"It gave {given[0]} commands by Zigbee within {elapsed(seen.time - start)}: no hand is that fast, and "
            "others can hardly be heard meanwhile.",
        )
