"""Proof that interposition works: what came here of what must come here, and how lately."""

from collections.abc import Collection
from enum import StrEnum
from math import inf
from typing import Final

from .interposition import Side, Way

GRACE: Final = 2.0
"""Seconds that a new way of a proved target has to be proved as well, before the target no longer counts as that."""
TRIES: Final = 4
"""Rounds of announcements after which not believing counts as refusing."""


class Finding(StrEnum):
    """What can be said of one target."""

    PROVED = "proved"
    """All its ways lead here."""
    WAITING = "waiting"
    """Too early to say."""
    ROUTER_REFUSES = "router_refuses"
    """A router answers us and does not believe us: ARP protection, or fixed entries."""
    DEVICE_REFUSES = "device_refuses"
    """The device answers us and does not believe us."""
    SILENT = "silent"
    """Nobody answers: it is off, or tells nothing."""
    STUCK = "stuck"
    """What is to pass on comes here and does not leave: something else on this host drops it."""


class Proof:
    """Keeps when each way was last proved, and when its far end last answered us; times are seconds that only grow."""

    def __init__(self, valid: float) -> None:
        """Let a proof hold for `valid` seconds."""
        self._valid = valid
        self._proved: dict[Way, float] = {}
        self._answered: dict[Way, float] = {}
        self._since: dict[Way, float] = {}
        self._whole = False
        self.tries = 0
        """Rounds since it was last proved."""

    def note(self, now: float, proved: Collection[Way], answered: Collection[Way]) -> None:
        """Take in what a frame shows."""
        self._proved |= dict.fromkeys(proved, now)
        self._answered |= dict.fromkeys(answered, now)

    def finding(self, now: float, ways: Collection[Way]) -> Finding:
        """Judge; a target without any way has no known address, and is silent after the same time."""
        missing = {way for way in ways if now - self._proved.get(way, -inf) > self._valid}
        if ways and not missing:
            self.tries, self._whole = 0, True
            return Finding.PROVED
        if self._whole and len(missing) < len(ways):
            new = {way for way in missing if way not in self._proved}
            if new == missing and all(now - self._since.setdefault(way, now) <= GRACE for way in new):
                return Finding.PROVED
        self._whole = False
        if self.tries < TRIES:
            return Finding.WAITING
        there = {way.side for way in missing if now - self._answered.get(way, -inf) <= self._valid}
        if Side.ROUTER in there:
            return Finding.ROUTER_REFUSES
        return Finding.DEVICE_REFUSES if Side.DEVICE in there else Finding.SILENT

    def forget(self, ways: Collection[Way]) -> None:
        """Drop what is kept of all other ways, so that it stays small."""
        self._proved = {way: at for way, at in self._proved.items() if way in ways}
        self._answered = {way: at for way, at in self._answered.items() if way in ways}
        self._since = {way: at for way, at in self._since.items() if way in ways}
