"""Whom a recording speaks of: which address is in the home, and which asset has it."""

from datetime import UTC, datetime
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from math import isfinite
from typing import Final

from ..observations import Observation, ObservationKind, Outcome

type Network = IPv4Network | IPv6Network

PRIVATE: Final[tuple[Network, ...]] = tuple(
    ip_network(it)
    for it in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
"""Where homes are (RFC 1918, RFC 3927, RFC 4193, RFC 4291)."""
_CACHED: Final = 65_536
_LATEST: Final = 32_503_680_000.0
"""The year 3000: later times are garbage."""
_MAX_COUNT: Final = 2**63 - 1
_MAX_PORT: Final = 65_535
MAX_NAME: Final = 255
"""Characters of a text that are kept."""


class Place(Enum):
    """Where an address is."""

    HOME = 0
    OUTSIDE = 1
    GROUP = 2
    """Multicast or broadcast: nobody in particular."""
    NOWHERE = 3
    """No address, or none that a device can have."""


class Home:
    """The networks of the home, and the hardware address at which each of its addresses was seen last."""

    def __init__(self, networks: tuple[Network, ...] = PRIVATE) -> None:
        """Take these networks for the home."""
        self.networks = networks
        self._places: dict[str, Place] = {}
        self._hardware: dict[str, str] = {}

    def place(self, address: str) -> Place:
        """Return where an address is; not fooled by what is none."""
        known = self._places.get(address)
        if known is None:
            if len(self._places) >= _CACHED:
                self._places.clear()
            known = self._places[address] = self._find(address)
        return known

    def _find(self, address: str) -> Place:
        try:
            parsed = ip_address(address)
        except ValueError:
            return Place.NOWHERE
        if parsed.is_multicast or address == "255.255.255.255":
            return Place.GROUP
        if parsed.is_unspecified or parsed.is_loopback:
            return Place.NOWHERE
        at_home = any(parsed.version == it.version and parsed in it for it in self.networks)
        if at_home and parsed.version == 4 and parsed.packed[-1] == 255:  # noqa: PLR2004 - broadcast of a /24 and larger
            return Place.GROUP
        return Place.HOME if at_home else Place.OUTSIDE

    def asset(self, address: str, hardware: str = "") -> str:
        """Return the best name of who has an address: its hardware address if a packet of it ever showed one.

        Of an address outside, the hardware address is the router's, and so names nobody.
        """
        if self.place(address) is not Place.HOME:
            return address
        if hardware:
            if len(self._hardware) >= _CACHED:
                self._hardware.clear()
            self._hardware[address] = hardware
            return hardware
        return self._hardware.get(address, address)

    def flow(  # noqa: PLR0913 - what a line of a flow log says
        self,
        time: float,
        protocol: str,
        caller: tuple[str, str],
        called: tuple[str, str],
        port: int,
        *,
        outcome: Outcome,
        service: str = "",
        duration: float = 0.0,
        volume: tuple[int, int] = (0, 0),
        packets: tuple[int, int] = (0, 0),
        began: bool = True,
    ) -> Observation | None:
        """Make an observation of a conversation; None if it is with nobody in particular.

        `caller` and `called` are an address and a hardware address, if that is known; `volume` (bytes) and `packets`
        are from the caller and back. The caller is judged, unless it is outside and the one it calls at home.
        """
        places = (self.place(caller[0]), self.place(called[0]))
        if Place.GROUP in places or Place.NOWHERE in places:
            return None
        inward = places == (Place.OUTSIDE, Place.HOME)
        mine, other = (called, caller) if inward else (caller, called)
        self.asset(*other)
        sent, received = volume[::-1] if inward else volume
        packets_sent, packets_received = packets[::-1] if inward else packets
        return Observation(
            time,
            self.asset(*mine),
            ObservationKind.FLOW,
            other[0],
            protocol,
            port,
            service,
            outcome,
            inward,
            Place.OUTSIDE not in places,
            began,
            duration,
            sent,
            received,
            packets_sent,
            packets_received,
        )


def as_time(text: str | float) -> float:
    """Read seconds since the epoch, or a date and time (ISO 8601; in UTC if it does not say where).

    Raises:
        ValueError: It is no time.
    """
    try:
        time = float(text)
    except ValueError:
        stated = datetime.fromisoformat(str(text))
        time = (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).timestamp()
    if not isfinite(time) or not 0 <= time <= _LATEST:
        raise ValueError(text)
    return time


def as_count(text: str | float | None) -> int:
    """Read a number of bytes or packets; empty, `-` and what is out of range are 0."""
    try:
        return min(max(int(text or 0), 0), _MAX_COUNT)
    except ValueError, OverflowError:
        return 0


def as_seconds(text: str | float | None) -> float:
    """Read a duration; what is none is 0."""
    try:
        seconds = float(text or 0)
    except ValueError:
        return 0.0
    return seconds if isfinite(seconds) and 0 < seconds < _LATEST else 0.0


def as_port(text: str | float | None) -> int:
    """Read a port, decimal or (as Argus writes ICMP's types) hexadecimal; what is none is 0."""
    try:
        port = int(text, 0) if isinstance(text, str) else int(text or 0)
    except ValueError, OverflowError:
        return 0
    return port if 0 <= port <= _MAX_PORT else 0
