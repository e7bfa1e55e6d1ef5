"""One service looked for at many peers."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed, place
from .walk import THRESHOLD, Walk

_WINDOW: Final = 3600.0
_SERVICES: Final = 12
_BURST: Final = 15.0
_BURST_STRANGERS: Final = 20
_BURST_FAILED: Final = 5
"""Of twenty new addresses in a moment, a page that loads misses none, and a bot that tries a list misses many."""
_SWEPT: Final = 12
"""Devices of the home that are pinged in a moment, whether or not they answer: only who counts them does that."""
_WEB: Final = frozenset({("tcp", 80), ("tcp", 443), ("tcp", 8443)})
_WEB_FACTOR: Final = 2.5
"""A device goes through all addresses of its cloud when something between them is broken; some have a dozen."""
_POOLS: Final = frozenset({("udp", 53), ("udp", 123)})
"""Clocks and name servers are handed out from pools, many of whose members never answer; a device that was told a dozen
of them is no scanner. In the recordings an hour of nothing else looked like a scan."""

_ANSWERS: Final = ("udp", 5353)
"""Who is asked by multicast DNS for it answers to the asker alone (RFC 6762, section 5.4), who has nothing to add."""


class HorizontalScan:
    """A random walk for each protocol and port that the asset calls, and a count of strangers called at once."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no walk."""
        self._walks: Recent[tuple[str, int], Walk] = Recent(_SERVICES, _WINDOW, Walk)
        self._bursts: Recent[tuple[str, int], Walk] = Recent(_SERVICES, _BURST, Walk)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the asset looks for a service at peers that mostly do not answer."""
        if seen.inward or not seen.began:
            return None
        key = (seen.protocol, seen.port)
        if (key in _POOLS and not seen.local) or (key == _ANSWERS and seen.local):
            return None
        walk = self._walks.at(key, seen.time)
        walk.step(seen.peer, seen.outcome)
        web = key in _WEB and not seen.local
        if walk.height < THRESHOLD * (_WEB_FACTOR if web else 1.0):
            walk = self._bursts.at(key, seen.time)
            if not web or ":" not in seen.peer:  # where IPv6 is broken, a page misses half of what it calls
                walk.step(seen.peer, seen.outcome)
            swept = seen.protocol == "icmp" and seen.local and walk.count >= _SWEPT
            if not swept and (walk.count < _BURST_STRANGERS or walk.failed < _BURST_FAILED):
                return None
        self._walks.forget(key)
        self._bursts.forget(key)
        where = "devices in the home" if seen.local else "addresses on the internet"
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.HORIZONTAL_SCAN,
            Severity.HIGH,
            0.9,
            "T1046" if seen.local else "T1595.001",
            place(seen),
            f"It called {walk.count} {where} at {place(seen)} within {elapsed(seen.time - walk.began)}, "
            f"and {walk.failed} of them did not answer: it is looking for something to break into.",
        )
