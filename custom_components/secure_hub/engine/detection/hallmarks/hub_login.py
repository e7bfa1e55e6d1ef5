"""Passwords of the hub itself guessed."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import elapsed

_WINDOW: Final = 600.0
_TRIES: Final = 10
"""A person who forgot a password gives up earlier; a display in the kitchen with an old one is asked to log in anew."""


class HubLogin:
    """Counts the logins that were refused."""

    observes: ClassVar = frozenset({ObservationKind.LOGIN})

    def __init__(self) -> None:
        """Start with no try."""
        self._tries: Recent[None, Tally] = Recent(1, _WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when they are too many."""
        if seen.outcome is not Outcome.REFUSED:
            return None
        tries = self._tries.at(None, seen.time)
        tries.count += 1
        if tries.count < _TRIES:
            return None
        self._tries.forget(None)
        within = elapsed(seen.time - tries.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.HUB_LOGIN,
            Severity.HIGH,
            0.8,
            "T1110.001",
            "",
            f"It tried to log in to Home Assistant {tries.count} times within {within} in vain: "
            "somebody guesses passwords.",
        )
