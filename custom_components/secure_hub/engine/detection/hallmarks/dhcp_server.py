"""A wrong giver of addresses. Watches the whole home: where nobody knows better, the first is the right one."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind

_SILENCE: Final = 7 * 86_400.0
"""Seconds that the right one may be silent; leases last a day most often."""


class DhcpServer:
    """Who gives out addresses."""

    observes: ClassVar = frozenset({ObservationKind.DHCP_REPLY, ObservationKind.DHCP_REQUEST})

    def __init__(self) -> None:
        """Start with no server."""
        self._server = ""
        self._heard = 0.0

    def observe(self, seen: Observation) -> Finding | None:
        """Say when somebody else answers."""
        if seen.kind is ObservationKind.DHCP_REQUEST:
            # A new device is a server of its own network until it is told the home's, and a client from then on.
            if self._server == seen.asset:
                self._server = ""
            return None
        if not seen.genuine:
            return _finding(seen, f"which is for the one at {seen.peer} to do" if seen.peer else "")
        if not self._server or seen.time - self._heard > _SILENCE:
            self._server = seen.asset
        if seen.asset == self._server:
            self._heard = seen.time
            return None
        return _finding(seen, f"as only {self._server} did until now")


def _finding(seen: Observation, but: str) -> Finding:
    """Judge a giver of addresses; where no other is heard, it may be one that somebody set up."""
    rival = but or "and is neither the hub nor the home's router: if you did not set it up for that, it should not"
    return Finding(
        seen.asset,
        seen.time,
        FindingKind.DHCP_SERVER,
        Severity.HIGH if but else Severity.MEDIUM,
        0.8 if but else 0.5,
        "T1557.003",
        "",
        f"It gives out addresses, {rival}: who gets one from it may send everything through it.",
    )
