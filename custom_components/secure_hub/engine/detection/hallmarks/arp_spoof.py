"""An address claimed by somebody who does not have it. Watches the whole home: it takes two to disagree."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Remembered
from ..observations import Observation, ObservationKind

_WINDOW: Final = 600.0
_ADDRESSES: Final = 1024
_FORGED: Final = 2
_CHANGES: Final = 3
"""An address that moves to another device does so once; one that is fought over goes back and forth."""


class _Holder(Remembered):
    __slots__ = ("changes", "forged", "hardware")

    def __init__(self) -> None:
        super().__init__()
        self.hardware = ""
        self.changes = 0
        self.forged = 0


class ArpSpoof:
    """Who claimed each address last, and how often that changed."""

    observes: ClassVar = frozenset({ObservationKind.ARP_CLAIM})

    def __init__(self) -> None:
        """Start with no claim."""
        self._holders: Recent[str, _Holder] = Recent(_ADDRESSES, _WINDOW, _Holder)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when a claim is forged, or an address is fought over."""
        holder = self._holders.at(seen.name, seen.time)
        if not seen.genuine:
            holder.forged += 1
        if holder.hardware and holder.hardware != seen.hardware:
            holder.changes += 1
        holder.hardware = seen.hardware
        if holder.forged < _FORGED and holder.changes < _CHANGES:
            return None
        evidence = _evidence(seen, forged=holder.forged >= _FORGED)
        self._holders.forget(seen.name)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.ARP_SPOOF,
            Severity.HIGH,
            0.8,
            "T1557.002",
            seen.name,
            evidence,
        )


def _evidence(seen: Observation, *, forged: bool) -> str:
    if not forged:
        return (
            f"It and another device say in turns that each of them is {seen.name}: "
            "one of them wants to read what is meant for the other."
        )
    if seen.peer:
        return (
            f"It says that it is {seen.name}, which is the address of the hub or of the home's router: "
            "it wants to read what is meant for that."
        )
    return f"It says that {seen.name} is at {seen.hardware}, which is not where it says so from."
