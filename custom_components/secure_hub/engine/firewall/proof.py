"""Proof that interposition works: what came here of what must come here, and how lately."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from math import inf
from typing import Final

from ..assets.model import Address
from .discovery import Advertisement, Echo, Heard, Packet, Unreachable
from .interposition import IDENTIFIER, Ground, Target

GRACE: Final = 2.0
"""Seconds that a new way of a proved target has to be proved as well, before the target no longer counts as that."""
TRIES: Final = 4
"""Rounds of announcements after which not believing counts as refusing."""


class Side(StrEnum):
    """Who has to believe it."""

    DEVICE = "device"
    ROUTER = "router"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a target's traffic that must lead here.

    From the device to a router's `address`, or from the router to `address` of the device.
    """

    side: Side
    address: Address


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


def ways(ground: Ground, target: Target) -> frozenset[Way]:
    """All ways that must lead here before a target can be called cut off."""
    versions = {a.version for a in target.addresses} & {a.version for a in ground.gateways}
    outward = {Way(Side.DEVICE, address) for address in ground.gateways if address.version in versions}
    return frozenset(outward | {Way(Side.ROUTER, a) for a in target.addresses if a.version in versions})


def passes_on(target: Target, heard: Heard) -> bool:
    """Whether a frame is a router's answer to a question of ours in a target's name: sent by this host, it went on."""
    return (
        isinstance(heard, Echo)
        and heard.reply
        and heard.identifier == IDENTIFIER
        and heard.receiver in target.addresses
    )


def proved(ground: Ground, target: Target, heard: Heard) -> frozenset[Way]:
    """Ways of which a frame proves that they lead here."""
    if not isinstance(heard, Packet | Echo | Unreachable | Advertisement) or heard.destination != ground.mac:
        return frozenset()
    to = heard.receiver
    if heard.source in ground.gateways.values():
        return frozenset({Way(Side.ROUTER, to)} if to in target.addresses else ())
    if heard.source != target.mac or to in ground.addresses:
        return frozenset()
    if to in ground.gateways:
        return frozenset({Way(Side.DEVICE, to)})
    routers = [address for address in ground.gateways if address.version == to.version]
    return frozenset({Way(Side.DEVICE, routers[0])} if len(routers) == 1 and _beyond(ground, to) else ())


def answered(ground: Ground, target: Target, heard: Heard) -> frozenset[Way]:
    """Ways on which the one who has to believe it is there and answers us, whether it believes or not."""
    if not isinstance(heard, Echo | Unreachable | Advertisement) or heard.receiver not in ground.addresses:
        return frozenset()
    side = Side.DEVICE if heard.source == target.mac else Side.ROUTER
    if side is Side.ROUTER and heard.source not in ground.gateways.values():
        return frozenset()
    return frozenset(w for w in ways(ground, target) if w.side is side and w.address.version == heard.receiver.version)


def _beyond(ground: Ground, address: Address) -> bool:
    return not (ground.has(address) or address.is_multicast or address == IPv4Address(0xFFFFFFFF))
