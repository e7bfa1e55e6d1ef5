"""Packets under an address that is another's."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 600.0
_ADDRESSES: Final = 16
_PACKETS: Final = 3
"""As the hub, or as the router: nothing harmless does that."""
_TIMES: Final = 3
"""As somebody else: a device that got another's old address is known within seconds, and told of once or twice."""


class FalseSender:
    """Counts, for each address that is not the asset's, how often it was used and in how many packets."""

    observes: ClassVar = frozenset({ObservationKind.FALSE_SENDER})

    def __init__(self) -> None:
        """Start with no address."""
        self._used: Recent[str, Tally] = Recent(_ADDRESSES, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it is no accident."""
        used = self._used.at(seen.name, seen.time)
        used.count += 1
        used.beside += seen.packets_sent
        if used.beside < _PACKETS if seen.peer else used.count < _TIMES:
            return None
        self._used.forget(seen.name)
        whose = "the hub or of the home's router" if seen.peer else "another device"
        within = elapsed(seen.time - used.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.FALSE_SENDER,
            Severity.HIGH if seen.peer else Severity.MEDIUM,
            0.9 if seen.peer else 0.6,
            "T1557",
            seen.name,
            f"It sent {used.beside} packets within {within} as {seen.name}, which is the address of "
            f"{whose}: it wants to be taken for that.",
        )
