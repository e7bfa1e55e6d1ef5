"""The kernel's connections as a live source: looked at every few seconds, and heard when they end."""

import time
from typing import Final

from ...engine.detection.connections import ConnectionTracker
from ...engine.detection.heard import Heard
from ...engine.detection.observations import Observation
from ...engine.detection.readers.endpoints import Home, Place
from ...engine.detection.who import Who
from ..netfilter.connections import MAX_OF_FAMILY, account, is_cut
from ..netfilter.netlink import NetlinkError
from ..netfilter.sight import ConnectionTable, Ended, open_ends, open_table
from .live import OPEN_S, Names, SourceHealth

CUT: Final = "too_many_connections"
NO_ACCOUNTING: Final = "no_accounting"
_LOOK_S: Final = 5.0
"""Seconds between two looks at least; they take no more than a twentieth of the time."""
_SHARE: Final = 20.0


def pair(one: str, other: str) -> tuple[str, str]:
    """Two addresses, whoever called."""
    return (one, other) if one < other else (other, one)


class ConnectionSource:
    """Conversations that pass this machine. Every call but the first blocks, and they come one at a time."""

    def __init__(self, health: SourceHealth, names: Names, heard: Heard | None) -> None:
        """Look at nothing yet; which pairs of addresses talk is noted in `heard`, if somebody wants to know."""
        self._health = health
        self._names = names
        self._heard = heard
        self._home, self._who = Home(), Who()
        self._tracker = ConnectionTracker(self._place, self._is_hub)
        self._table: ConnectionTable | None = None
        self._ends: Ended | None = None
        self._next_look = self._next_open = 0.0
        self._lost = 0
        self._missing = ""

    def read(self, who: Who, home: Home) -> list[Observation] | None:
        """Return what there is to tell; None if it is not time for a look, or none can be taken."""
        self._who, self._home = who, home
        now = time.monotonic()
        if self._table is None and now >= self._next_open:
            self._next_open = now + OPEN_S
            self._open()
        if self._table is None or self._ends is None or now < self._next_look:
            return None
        try:
            found = self._look(self._table, self._ends)
        except NetlinkError as error:
            self._health.active, self._health.reason = False, str(error)
            self.close()
            return None
        self._next_look = now + max(_LOOK_S, _SHARE * (time.monotonic() - now))
        return found

    def close(self) -> None:
        """Look no more."""
        for it in (self._table, self._ends):
            if it is not None:
                it.close()
        if self._ends is not None:
            self._lost += self._ends.lost
        self._table = self._ends = None

    def _place(self, address: str) -> Place:
        return self._home.place(address)

    def _is_hub(self, address: str) -> bool:
        return address in self._who.hub

    def _open(self) -> None:
        try:
            self._table = open_table()
            self._ends = open_ends()
            self._table.connections()
            self._health.reason = self._missing = "" if account() else NO_ACCOUNTING
        except (NetlinkError, OSError) as error:
            self._health.active, self._health.reason = False, str(error)
            self.close()
            return
        self._health.active = True
        if self._heard is not None:
            self._heard.begin(time.time())

    def _look(self, table: ConnectionTable, ends: Ended) -> list[Observation]:
        ended, seen, now = ends.read(MAX_OF_FAMILY), table.connections(), time.time()
        cut = is_cut(seen)
        if self._heard is not None:
            owners = self._who.owners
            for one in (*ended, *seen):
                if one.caller in owners or one.called in owners:
                    self._heard.note(pair(one.caller, one.called), now)
        found = self._tracker.look(seen, ended, now, self._who.owners.get, self._names.of, cut=cut)
        health = self._health
        health.seen += len(found)
        health.lost = self._tracker.missed + self._lost + ends.lost
        health.reason = CUT if cut else self._missing
        return found
