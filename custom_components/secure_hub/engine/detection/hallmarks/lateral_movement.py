"""One device of the home at the doors for remote control of others."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed

_DOORS: Final = {
    22: "SSH",
    23: "Telnet",
    135: "Windows RPC",
    445: "Windows file sharing",
    2222: "SSH",
    2323: "Telnet",
    3389: "Remote Desktop",
    5555: "the Android debugger",
    5900: "VNC",
    5985: "Windows Remote Management",
    7547: "a router's maintenance port",
    37215: "a router's maintenance port",
    52869: "a router's maintenance port",
}
"""What Mirai and its heirs come in by, and what people administer computers with (ATT&CK T1021 and its parts)."""
_WINDOW: Final = 600.0
_PEERS: Final = 3


class LateralMovement:
    """Counts the devices of the home at which each door was tried, whether or not it opened."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no door."""
        self._doors: Recent[int, Distinct] = Recent(len(_DOORS), _WINDOW, Distinct)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when one door was tried at several devices."""
        door = _DOORS.get(seen.port)
        if door is None or not seen.local or seen.inward or seen.protocol != "tcp" or not seen.began:
            return None
        peers = self._doors.at(seen.port, seen.time)
        if not peers.add(seen.peer) or peers.count < _PEERS:
            return None
        self._doors.forget(seen.port)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.LATERAL_MOVEMENT,
            Severity.HIGH,
            0.7,
            "T1021",
            door,
            f"It tried {door} at {peers.count} other devices of the home within {elapsed(seen.time - peers.began)}, "
            "which a thing that was taken over does to take over others.",
        )
