"""Who sends under an address that is not his, from counts of the firewall: whom to tell of, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

QUIET_S: Final = 600.0
"""Seconds in which one sender is told of once."""
MAX_TOLD: Final = 20
"""Senders that one reading tells of; made-up addresses are as many as somebody likes."""
MAX_REMEMBERED: Final = 4_096

type Sender = tuple[str, ...]
"""Port of the bridge or interface, MAC, and the false address unless it is the MAC."""


@dataclass(frozen=True, slots=True)
class Spoof:
    """Somebody who sent under a false address; the MAC may be false as well, the port is where he is plugged in."""

    port: str
    mac: str
    address: str
    packets: int


class SpoofBook:
    """What was read, and when whom was told of. Times are seconds of any clock that only grows."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.packets = 0
        """Packets with a false sender since the beginning."""
        self.last: Spoof | None = None
        self.found: tuple[Spoof, ...] = ()
        """Who was caught at the last reading, of so many at most the ones with the most packets."""
        self._counts: Mapping[Sender, int] = {}
        self._told: dict[tuple[str, str], float] = {}

    def read(self, counts: Mapping[Sender, int], now: float) -> list[Spoof]:
        """Take packets by sender; who is to be told of."""
        found: list[Spoof] = []
        for sender, packets in sorted(counts.items()):
            before = self._counts.get(sender, 0)
            more = packets - before if packets >= before else packets
            if more:
                port, mac, *address = sender
                found.append(Spoof(port, mac, address[0] if address else mac, more))
        self._counts = dict(counts)
        self.found = tuple(sorted(found, key=lambda it: -it.packets)[:MAX_TOLD])
        self.packets += sum(one.packets for one in found)
        self.last = found[-1] if found else self.last
        self._told = {who: when for who, when in self._told.items() if now - when < QUIET_S}
        told: list[Spoof] = []
        for one in found:
            who = (one.port, one.mac)
            if who not in self._told and len(told) < MAX_TOLD and len(self._told) < MAX_REMEMBERED:
                self._told[who] = now
                told.append(one)
        return told
