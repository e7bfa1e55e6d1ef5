"""Strangers at ports of their own choice, many at a time: a network of equals, as file sharing and some botnets are.

Hajime and Mozi find each other through the distributed hash table of BitTorrent, Hide and Seek through one of its own:
there is no master whom anybody could take down, but half of the addresses that such a table names are gone.
"""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent, Remembered
from ..observations import Observation, ObservationKind, Outcome
from .beacon import USUAL_PORTS
from .hallmark import elapsed

_WINDOW: Final = 300.0
_PEERS: Final = 25
_PORTS: Final = 20
"""A call by voice or video tries a handful of each."""
_FAILED: Final = 5
_PRIVILEGED: Final = 1024


class _Met(Remembered):
    __slots__ = ("failed", "peers", "ports")

    def __init__(self) -> None:
        super().__init__()
        self.peers = Distinct()
        self.ports = Distinct()
        self.failed = 0


class PeerToPeer:
    """Counts the strangers called at unusual ports, and those ports."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with nobody met."""
        self._met: Recent[None, _Met] = Recent(1, _WINDOW, _Met)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when there are many of both."""
        if seen.local or seen.inward or not seen.began or seen.port < _PRIVILEGED or seen.port in USUAL_PORTS:
            return None
        met = self._met.at(None, seen.time)
        if not met.peers.add(seen.peer):
            return None
        met.ports.add(str(seen.port))
        met.failed += seen.outcome in {Outcome.SILENT, Outcome.REFUSED}
        if met.peers.count < _PEERS or met.ports.count < _PORTS or met.failed < _FAILED:
            return None
        self._met.forget(None)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.PEER_TO_PEER,
            Severity.MEDIUM,
            0.6,
            "T1095",
            "",
            f"It called {met.peers.count} strangers on the internet at {met.ports.count} different ports within "
            f"{elapsed(seen.time - met.began)}, {met.failed} of them in vain, as programs do that share files with "
            "everybody, and malware that has no master in one place.",
        )
