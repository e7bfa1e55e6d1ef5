"""An installed Suricata as a live source: its alerts, and what it sees of assets that this machine does not see itself.

The same is never told twice. A flow is left to the kernel if that saw its two ends talk since the flow began, a
question for a name to the wire if that heard the asset ask then. As Suricata may write faster than the others are
looked at, both wait for the next look.
"""

from collections import deque
from dataclasses import replace
from pathlib import Path
import time
from typing import Final, NamedTuple

from ...engine.detection.heard import Heard
from ...engine.detection.observations import Observation, ObservationKind
from ...engine.detection.readers.endpoints import Home, Place
from ...engine.detection.readers.eve import EveReader
from ...engine.detection.who import Who
from .connections import pair
from .eve_file import EveFile
from .live import Names, SourceHealth

_MAX_WAITING: Final = 20_000
"""Events that wait for a look; of more, the oldest are lost and counted."""
_LATE: Final = 60.0
"""Seconds by which an observation may be late, by what the detector bears; flows are told of when they are over."""
_CLOCKS: Final = 5.0
"""Seconds by which the same packet may be timed differently by Suricata and on the wire."""


class _Event(NamedTuple):
    seen: Observation
    ends: tuple[str, str]


class _Owned(Home):
    """A home in which an address stands for its asset, whatever hardware passed the packet on."""

    def __init__(self, home: Home, who: Who) -> None:
        super().__init__(home.networks)
        self._who = who

    def asset(self, address: str, hardware: str = "") -> str:
        owners = self._who.owners
        beside = hardware.lower() if self.place(address) is Place.HOME else ""
        return owners.get(address) or owners.get(beside) or address


class SuricataSource:
    """Events of the file, as it grows. Calls block, one at a time."""

    def __init__(self, health: SourceHealth, names: Names, path: Path) -> None:
        """Read nothing yet; what is in the file when it is read first is history."""
        self.flows, self.questions = Heard(), Heard()
        """What the kernel saw (`pair` of addresses) and the wire heard (asset): they note it, this leaves it out."""
        self._health = health
        self._names = names
        self._path = path
        self._file: EveFile | None = None
        self._reader = EveReader(Home())
        self._of: tuple[Who, Home] | None = None
        self._waiting: deque[_Event] = deque()
        self._lost = 0

    def read(self, who: Who, home: Home, *, looked: bool) -> list[Observation]:
        """Return what Suricata tells; `looked` says that all others looked since the last call, or cannot."""
        if self._of is None or self._of[0] is not who or self._of[1] is not home:
            self._of = who, home
            self._reader.home = _Owned(home, who)
        now = time.time()
        found = [it.seen for it in self._waiting if not self._is_told(it, now)] if looked else []
        if looked:
            self._waiting.clear()
        found += self._alerts(who)
        self._health.seen += len(found)
        self._health.lost = self._lost + (self._file.skipped if self._file else 0)
        self._health.rejected = len(self._reader.unread)
        return [self._told(it, now) for it in found]

    def close(self) -> None:
        """Read no more."""
        if self._file is not None:
            self._file.close()
        self._waiting.clear()

    def _alerts(self, who: Who) -> list[Observation]:
        """Read the file; let all but alerts wait."""
        if self._file is None:
            self._file = EveFile(self._path)
        try:
            lines = self._file.read()
        except OSError as error:
            self._health.active, self._health.reason = False, str(error)
            return []
        self._health.active, self._health.reason = True, ""
        alerts, assets = [], set(who.owners.values())
        for seen, ends in self._reader.events(lines):
            if seen.asset not in assets:
                continue
            if seen.kind is ObservationKind.ALERT:
                alerts.append(seen)
                continue
            if len(self._waiting) >= _MAX_WAITING:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append(_Event(seen, ends))
        return alerts

    def _is_told(self, event: _Event, now: float) -> bool:
        """Whether another source tells of it; what is of the future has a wrong date, and is of now."""
        began = event.seen.time if event.seen.time <= now else now - _LATE
        if event.seen.kind is ObservationKind.FLOW:
            return self.flows.since(pair(*event.ends), began)
        return self.questions.since(event.seen.asset, began - _CLOCKS)

    def _told(self, seen: Observation, now: float) -> Observation:
        name = self._names.of(seen.asset, seen.peer) if seen.kind is ObservationKind.FLOW else seen.name
        return replace(seen, time=min(max(seen.time, now - _LATE), now), name=name)
