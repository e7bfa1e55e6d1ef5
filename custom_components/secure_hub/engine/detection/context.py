"""What else was going on: it makes a finding weigh more, or less."""

from dataclasses import dataclass
from typing import Final

from .findings import UNUSUAL, Finding, FindingKind

_COMMANDED: Final = 30.0
"""Seconds after a command for which what a device does is an answer to it."""
_ANSWER: Final = 0.5
_UPDATE: Final = 0.3
_ALONE: Final = 0.75
_BY_UPDATES: Final = frozenset(
    {
        FindingKind.UNUSUAL_VOLUME,
        FindingKind.UNUSUAL_ACTIVITY,
        FindingKind.UNUSUAL_SESSION,
        FindingKind.NEW_SERVICE,
        FindingKind.STRANGERS,
        FindingKind.REJOIN_STORM,
        FindingKind.UNASKED_FIRMWARE,
    }
)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the moment of a finding."""

    commanded: float | None = None
    """Seconds since Home Assistant told the asset to do something; None if it did not of late."""
    updating: bool = False
    """Its firmware is being updated."""
    away: bool = False
    """Nobody is at home."""


def weigh(finding: Finding, context: Context) -> tuple[float, str]:
    """Return the confidence of a finding in its context, and what of that changed it (empty if nothing did)."""
    confidence = finding.confidence
    if context.updating and finding.kind in _BY_UPDATES:
        return confidence * _UPDATE, "updating"
    if finding.kind not in UNUSUAL:
        return confidence, ""
    if context.commanded is not None and context.commanded <= _COMMANDED:
        return confidence * _ANSWER, "commanded"
    if context.away:
        return 1.0 - (1.0 - confidence) * _ALONE, "away"
    return confidence, ""
