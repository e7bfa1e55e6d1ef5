"""What every hallmark is: shown observations one by one, it says at once what it found."""

from typing import ClassVar, Protocol

from ..findings import Finding
from ..observations import Observation, ObservationKind


class Hallmark(Protocol):
    """One sign of trouble, with what it remembers. That is bounded: below 8 KB an asset."""

    observes: ClassVar[frozenset[ObservationKind]]

    def observe(self, seen: Observation) -> Finding | None:
        """Take one observation into account; return what it completes."""
        ...


def elapsed(seconds: float) -> str:
    """Spell a duration for a sentence."""
    for unit, name in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return "a second" if seconds < 2 else f"{seconds:.0f} seconds"  # noqa: PLR2004 - one second, or more of them


def place(seen: Observation) -> str:
    """Where a conversation goes: `tcp port 23`."""
    return f"{seen.protocol} port {seen.port}" if seen.port else seen.protocol
