"""A second giver of addresses. Watches the whole home: the first one is taken for the right one."""

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
        if not self._server or seen.time - self._heard > _SILENCE:
            self._server = seen.asset
        if seen.asset == self._server:
            self._heard = seen.time
            return None
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.DHCP_SERVER,
            Severity.HIGH,
            0.8,
            "T1557.003",
            "",
            f"It gives out addresses, as only {self._server} did until now: who gets one from it may send everything "
            "through it.",
        )
