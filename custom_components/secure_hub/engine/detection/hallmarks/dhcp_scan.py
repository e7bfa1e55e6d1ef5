"""One client that asks for one address after the other: to learn which are taken, or to use them up."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_WINDOW: Final = 600.0
_ADDRESSES: Final = 4
"""A client asks for the address it had, and for the one it is offered (RFC 2131 section 4.3.2); two networks are four
when it moves between them, of which one is asked for here."""


class DhcpScan:
    """Counts the different addresses that the asset wanted."""

    observes: ClassVar = frozenset({ObservationKind.DHCP_REQUEST})

    def __init__(self) -> None:
        """Start with no address."""
        self._wanted: Recent[None, Distinct] = Recent(1, _WINDOW, Distinct)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it wanted too many."""
        if not seen.name:
            return None
        wanted = self._wanted.at(None, seen.time)
        if not wanted.add(seen.name) or wanted.count < _ADDRESSES:
            return None
        self._wanted.forget(None)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.DHCP_SCAN,
            Severity.MEDIUM,
            0.7,
            "T1018",
            "",
            f"It asked for {wanted.count} different addresses of the home within {elapsed(seen.time - wanted.began)}: "
            "it wants to know which are taken, or to use them up.",
        )
