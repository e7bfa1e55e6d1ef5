"""Connections that are looked at every few seconds made into observations.

A connection is told of once it is known how it ended: at once if it was refused, after some seconds if nobody answered,
and otherwise when it is over or has lasted a while, with what it carried; a long one in parts.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from .observations import Observation, ObservationKind, Outcome
from .readers.endpoints import Place

_UNANSWERED: Final = 5.0
"""Seconds after which a call that nobody took is told of; systems repeat a SYN after 1 and 3 (RFC 6298)."""
_PART: Final = 30.0
"""Seconds of a conversation that are told of at a time."""
_LATE: Final = 30.0
"""Seconds that it may have been open when it is first seen: then it was opened when the kernel says, else just now."""
_MAX_TRACKED: Final = 65_536
_NOBODY: Final = frozenset({Place.GROUP, Place.NOWHERE})


class Seen(Protocol):
    """A connection as it stands; volumes in bytes, from the caller and back."""

    @property
    def identity(self) -> int:
        """A number of its own, with its ends."""

    @property
    def protocol(self) -> str:
        """`tcp`, `udp` or `icmp`."""

    @property
    def caller(self) -> str:
        """Address."""

    @property
    def called(self) -> str:
        """Address."""

    @property
    def port(self) -> int:
        """Port that was called."""

    @property
    def replied(self) -> bool:
        """Whether anything came back."""

    @property
    def established(self) -> bool:
        """Whether both sides agreed to talk."""

    @property
    def closed(self) -> bool:
        """Whether it is over by TCP's own state."""

    @property
    def opened(self) -> float:
        """When, in seconds since the epoch; 0.0 if nobody noted it."""

    @property
    def packets(self) -> tuple[int, int]:
        """Packets each way."""

    @property
    def volume(self) -> tuple[int, int]:
        """Bytes each way."""


type Owner = Callable[[str], str | None]
"""The asset that has an address now; None if nobody that is watched has it."""
type Name = Callable[[str, str], str]
"""The name by which an asset knows an address, or empty."""


class _Tracked:
    __slots__ = ("began", "last", "packets", "seen", "told", "volume")

    def __init__(self, seen: Seen, time: float) -> None:
        self.seen = seen
        self.told = seen.opened if seen.opened and time - _LATE <= seen.opened <= time else time
        self.last = 0
        self.began = True
        self.packets = self.volume = (0, 0)


class ConnectionTracker:
    """What was told of each connection until now; `missed` counts connections that were too many."""

    def __init__(self, place: Callable[[str], Place], is_hub: Callable[[str], bool]) -> None:
        """Track none; what the hub itself calls is no device's doing."""
        self._place = place
        self._is_hub = is_hub
        self._tracked: dict[tuple[int, str, str, int], _Tracked] = {}
        self._round = 0
        self.missed = 0

    def look(  # noqa: PLR0913 - all that a look knows
        self,
        connections: Iterable[Seen],
        ended: Iterable[Seen],
        time: float,
        owner: Owner,
        name: Name,
        *,
        cut: bool = False,
    ) -> list[Observation]:
        """Take all connections of now, and those that `ended` since the last look; return what there is to tell.

        A look that was `cut` does not know all: what it omits has not ended.
        """
        self._round += 1
        found: list[Observation] = []
        for seen in ended:
            it = self._tracked.pop(_key(seen), None) or _Tracked(seen, time)
            it.seen = seen
            if it.began or seen.volume != it.volume:
                found.extend(self._tell(it, time, _end(seen), owner, name))
        for seen in connections:
            key, known = _key(seen), self._tracked.get(_key(seen))
            if known is None:
                if len(self._tracked) >= _MAX_TRACKED:
                    self.missed += 1
                    continue
                known = self._tracked[key] = _Tracked(seen, time)
                if self._round == 1:  # who knows how long it has been there
                    known.began, known.packets, known.volume = False, seen.packets, seen.volume
            known.seen, known.last = seen, self._round
            if (outcome := _due(known, time)) is not None:
                found.extend(self._tell(known, time, outcome, owner, name))
        for key in [key for key, it in self._tracked.items() if it.last != self._round and not cut]:
            it = self._tracked.pop(key)
            if it.began or it.seen.volume != it.volume:
                found.extend(self._tell(it, time, _outcome(it.seen), owner, name))
        return found

    def _tell(self, it: _Tracked, time: float, outcome: Outcome, owner: Owner, name: Name) -> Iterable[Observation]:
        seen, began = it.seen, it.began
        packets, volume = seen.packets, seen.volume
        sent = (max(packets[0] - it.packets[0], 0), max(packets[1] - it.packets[1], 0))
        carried = (max(volume[0] - it.volume[0], 0), max(volume[1] - it.volume[1], 0))
        start = it.told
        it.began, it.told, it.packets, it.volume = False, time, packets, volume
        if self._is_hub(seen.caller):
            return ()
        asset, inward = owner(seen.caller), False
        if asset is None:
            asset, inward = owner(seen.called), True
        peer = seen.caller if inward else seen.called
        place = self._place(peer)
        if asset is None or place in _NOBODY:
            return ()
        mine = -1 if inward else 1
        return (
            Observation(
                start,
                asset,
                ObservationKind.FLOW,
                peer,
                seen.protocol,
                seen.port,
                outcome=outcome,
                inward=inward,
                local=place is Place.HOME,
                began=began,
                duration=max(time - start, 0.0),
                sent=carried[::mine][0],
                received=carried[::mine][1],
                packets_sent=sent[::mine][0],
                packets_received=sent[::mine][1],
                name=name(asset, peer),
            ),
        )


def _key(seen: Seen) -> tuple[int, str, str, int]:
    return seen.identity, seen.caller, seen.called, seen.port


def _end(seen: Seen) -> Outcome:
    """How a connection came out that is over: TCP's that got no further are forgotten early if they are refused."""
    refused = seen.protocol == "tcp" and not seen.replied and (seen.packets[1] > 0 or not seen.packets[0])
    return Outcome.REFUSED if refused else _outcome(seen)


def _outcome(seen: Seen) -> Outcome:
    if not seen.replied:
        return Outcome.SILENT
    return Outcome.REFUSED if seen.protocol == "tcp" and not seen.established else Outcome.ANSWERED


def _due(it: _Tracked, time: float) -> Outcome | None:
    """How a connection came out, if it is time to tell of it."""
    seen, waited = it.seen, time - it.told
    if it.began:
        if seen.closed and not seen.established:
            return Outcome.REFUSED
        if not seen.replied:
            return Outcome.SILENT if waited >= _UNANSWERED else None
        return _outcome(seen) if seen.closed or waited >= _PART else None
    return _outcome(seen) if (seen.closed or waited >= _PART) and seen.volume != it.volume else None
