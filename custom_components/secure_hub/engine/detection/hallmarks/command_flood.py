"""Commands by Zigbee faster than any hand or automation gives them."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
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
        self._given: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when they are too many."""
        if seen.inward or seen.radio is None or seen.radio.general:
            return None
        given = self._given.at(None, seen.time)
        given.count += 1
        if given.count < _COMMANDS:
            return None
        self._given.forget(None)
        within = elapsed(seen.time - given.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.COMMAND_FLOOD,
            Severity.HIGH,
            0.8,
            "T0855",
            "",
            f"It gave {given.count} commands by Zigbee within {within}: no hand is that fast, and "
            "others can hardly be heard meanwhile.",
        )
