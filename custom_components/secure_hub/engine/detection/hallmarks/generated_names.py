"""Names that nobody registered, one after the other: software that computes where its master may be."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed
from .names import split

_WINDOW: Final = 600.0
_DOMAINS: Final = 10
"""Registered domains that do not exist, within ten minutes; Chrome's random names have no dot and are left out."""
_LEAST: Final = 7
"""Characters of the registered label: shorter ones are bought up, and generators of malware make longer ones."""


class GeneratedNames:
    """Counts the different domains asked for that do not exist."""

    observes: ClassVar = frozenset({ObservationKind.DNS})

    def __init__(self) -> None:
        """Start with no name."""
        self._missing: Recent[None, Distinct] = Recent(1, _WINDOW, Distinct)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when too many domains did not exist."""
        if seen.found:
            return None
        domain = split(seen.name)[1]
        if len(domain.partition(".")[0]) < _LEAST:
            return None
        missing = self._missing.at(None, seen.time)
        if not missing.add(domain) or missing.count < _DOMAINS:
            return None
        self._missing.forget(None)
        within = elapsed(seen.time - missing.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.GENERATED_NAMES,
            Severity.HIGH,
            0.7,
            "T1568.002",
            "",
            f"It asked for {missing.count} domains that do not exist within {within}, the last "
            f"{domain}: it may be guessing where to get orders.",
        )
