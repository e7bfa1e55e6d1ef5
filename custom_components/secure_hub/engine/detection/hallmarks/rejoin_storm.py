"""A Zigbee device that comes back to the network again and again: it is thrown out, or somebody plays it."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 600.0
_REJOINS: Final = 6
"""After a power cut a device comes back once; one at the edge of its radio's reach comes back every few minutes."""


class RejoinStorm:
    """Counts how often the asset came back."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_JOIN})

    def __init__(self) -> None:
        """Start with no return."""
        self._returns: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it came back too often."""
        if seen.began:
            return None
        returns = self._returns.at(None, seen.time)
        returns.count += 1
        returns.beside += seen.radio is not None and not seen.radio.secured
        if returns.count < _REJOINS:
            return None
        self._returns.forget(None)
        times = "once" if returns.beside == 1 else f"{returns.beside} times"
        bare = f", {times} without the network's key" if returns.beside else ""
        within = elapsed(seen.time - returns.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.REJOIN_STORM,
            Severity.HIGH if bare else Severity.MEDIUM,
            0.7 if bare else 0.5,
            "T0814",
            "",
            f"It came back to the Zigbee network {returns.count} times within {within}{bare}: "
            "somebody throws it out, or somebody else uses its address.",
        )
