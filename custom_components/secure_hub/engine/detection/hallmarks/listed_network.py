"""A conversation with a network that is listed as bad. Watches the whole home with the same lists."""

from typing import ClassVar

from ..findings import Finding, FindingKind, Severity
from ..listed import ListedNetworks
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import place


class ListedNetwork:
    """Looks every peer outside up."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self, listed: ListedNetworks) -> None:
        """Take the lists."""
        self._listed = listed

    def observe(self, seen: Observation) -> Finding | None:
        """Say when one is listed; that somebody listed knocks and is not let in is every day's."""
        if seen.local or (seen.inward and seen.outcome is not Outcome.ANSWERED):
            return None
        if not (names := self._listed.naming(seen.peer)):
            return None
        met = seen.outcome is Outcome.ANSWERED
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.LISTED_NETWORK,
            Severity.HIGH if met else Severity.MEDIUM,
            0.7,
            "T1071",
            seen.peer,
            f"It {'talked with' if met else 'called'} {seen.peer} at {place(seen)}, "
            f"which stands in your list of bad networks ({names}).",
        )
