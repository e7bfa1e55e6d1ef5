"""What devices say to the whole home as a live source: heard where it enters this machine."""

from collections.abc import Iterator
import socket
import time
from typing import Final

from ...engine.detection.claims import Claims
from ...engine.detection.heard import Heard
from ...engine.detection.observations import Observation, ObservationKind
from ...engine.detection.readers.announcements import Announcements
from ...engine.detection.readers.endpoints import Home
from ...engine.detection.who import Who
from .dns import answer_in_packet
from .live import OPEN_S, Names, SourceHealth
from .wire import WireTap

NO_INTERFACES: Final = "no_interfaces"
NOT_THERE: Final = "not_there"
_ETHERNET: Final = 14


class WireSource:
    """ARP, neighbours, DHCP and DNS of the watched interfaces, as these come and go. Calls block, one at a time."""

    def __init__(self, health: SourceHealth, names: Names, heard: Heard | None) -> None:
        """Listen to nothing yet; which assets' questions for names are heard is noted in `heard`, if that is wanted."""
        self._health = health
        self._names = names
        self._heard = heard
        self._claims = Claims()
        self._tap: WireTap | None = None
        self._there: dict[str, int] = {}
        self._next_open = 0.0
        self._lost = 0

    def read(self, who: Who, home: Home) -> list[Observation]:
        """Return what was said since the last call."""
        self._follow(who)
        if self._tap is None:
            return []
        announcements = Announcements(home)
        found = [one for at, frame in self._tap.read() for one in self._told(at, frame, announcements, who)]
        self._lost += self._tap.dropped()
        self._health.seen += len(found)
        self._health.lost = self._lost + self._claims.lost
        return found

    def close(self) -> None:
        """Listen no more."""
        if self._tap is not None:
            self._tap.close()
            self._tap = None
        self._there = {}

    def _follow(self, who: Who) -> None:
        """Listen where the watched interfaces are now: one that was made anew is another."""
        there = dict(_indexes(who.interfaces | who.ports))
        if there == self._there and (self._tap is not None or not there):
            self._say(who, there)
            return
        now = time.monotonic()
        if there == self._there and now < self._next_open:
            return
        self._next_open = now + OPEN_S
        self.close()
        self._there = there
        if there:
            try:
                self._tap = WireTap(who.interfaces, who.ports)
            except OSError as error:
                self._health.active, self._health.reason = False, str(error)
                return
            if self._heard is not None:
                self._heard.begin(time.time())
        self._say(who, there)

    def _say(self, who: Who, there: dict[str, int]) -> None:
        missing = ", ".join(sorted(who.interfaces - there.keys()))
        heard = who.interfaces & there.keys()
        self._health.active = bool(heard)
        self._health.reason = (f"{NOT_THERE}: {missing}" if missing else "") if heard else NO_INTERFACES

    def _told(self, at: float, frame: bytes, announcements: Announcements, who: Who) -> Iterator[Observation]:
        if told := answer_in_packet(frame[_ETHERNET:]):
            self._names.note(who, str(told[0]), told[1].name, told[1].addresses)
        for seen in announcements.frame(at, frame):
            judged = self._claims.judge(seen, who)
            if judged is None:
                continue
            if self._heard is not None and judged.kind is ObservationKind.DNS:
                self._heard.note(judged.asset, at)
            yield judged


def _indexes(interfaces: frozenset[str]) -> Iterator[tuple[str, int]]:
    for name in interfaces:
        try:
            yield name, socket.if_nametoindex(name)
        except OSError:
            continue
