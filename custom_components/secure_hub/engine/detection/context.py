"""What else was going on: it makes a finding weigh more, or less."""

from dataclasses import dataclass, replace
from typing import Final

from .findings import UNUSUAL, Finding, FindingKind, Severity
from .hallmarks.hallmark import elapsed

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
"""What an update looks like; the last two are the only hallmarks that anything explains."""
_BY_PEOPLE: Final = frozenset(
    {
        FindingKind.UNUSUAL_VOLUME,
        FindingKind.UNUSUAL_ACTIVITY,
        FindingKind.UNUSUAL_SESSION,
        FindingKind.NEW_COMMAND,
        FindingKind.STRANGERS,
    }
)
"""What people set off: with nobody there it is graver. New clouds and ports are the maker's doing, at any hour."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the moment of a finding."""

    commanded: float | None = None
    """Seconds since Home Assistant told the asset to do something; None if it did not of late."""
    updating: bool = False
    """Its firmware is being updated."""
    away: bool = False
    """Nobody is at home."""


def weigh(finding: Finding, context: Context) -> tuple[Finding, str]:
    """Return a finding as it counts in its context, and what of that changed it (empty if nothing did).

    The evidence says so too. Of medium severity, what is explained is slight, and what nobody set off is grave.
    """
    commanded = context.commanded
    if context.updating and finding.kind in _BY_UPDATES:
        return _less(finding, _UPDATE, "Its software was being updated, so this counts less."), "updating"
    if finding.kind not in UNUSUAL:
        return finding, ""
    if commanded is not None and commanded <= _COMMANDED:
        ago = elapsed(commanded)
        return _less(finding, _ANSWER, f"Home Assistant had told it something {ago} before, so this counts less."), (
            "commanded"
        )
    if context.away:
        why = "Nobody was at home, and Home Assistant had told it nothing, so this counts more."
        graver = finding.severity is Severity.MEDIUM and finding.kind in _BY_PEOPLE
        return replace(
            finding,
            severity=Severity.HIGH if graver else finding.severity,
            confidence=1.0 - (1.0 - finding.confidence) * _ALONE,
            evidence=f"{finding.evidence} {why}",
        ), "away"
    return finding, ""


def _less(finding: Finding, share: float, why: str) -> Finding:
    severity = Severity.LOW if finding.severity is Severity.MEDIUM else finding.severity
    return replace(
        finding, severity=severity, confidence=finding.confidence * share, evidence=f"{finding.evidence} {why}"
    )
