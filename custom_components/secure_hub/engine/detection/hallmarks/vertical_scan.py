"""Many ports tried at one peer."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed
from .walk import THRESHOLD, Walk

_WINDOW: Final = 3600.0
_PEERS: Final = 8
_EPHEMERAL: Final = 32768
"""First port that systems choose by themselves (Linux; IANA's begin at 49152)."""
_TRANSPORTS: Final = frozenset({"tcp", "udp"})


class VerticalScan:
    """A random walk over the ports of each peer."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no walk."""
        self._walks: Recent[tuple[str, bool], Walk] = Recent(_PEERS, _WINDOW, Walk)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when ports that mostly are closed are tried one after the other."""
        if not seen.began or seen.protocol not in _TRANSPORTS:
            return None
        # An unasked UDP packet to such a port is most often a late answer, as to a search by SSDP.
        if seen.protocol == "udp" and seen.port >= _EPHEMERAL:
            return None
        key = (seen.peer, seen.inward)
        walk = self._walks.at(key, seen.time)
        walk.step(f"{seen.protocol}{seen.port}", seen.outcome)
        if walk.height < THRESHOLD:
            return None
        self._walks.forget(key)
        within = elapsed(seen.time - walk.began)
        evidence = (
            f"{seen.peer} tried {walk.count} different ports of it within {within}, {walk.failed} in vain: "
            "somebody looks for a way into it."
            if seen.inward
            else f"It tried {walk.count} different ports of {seen.peer} within {within}, "
            f"{walk.failed} in vain: it is looking for a way in there."
        )
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.VERTICAL_SCAN,
            Severity.MEDIUM if seen.inward else Severity.HIGH,
            0.9,
            "T1046" if seen.local else "T1595",
            seen.peer,
            evidence,
        )
