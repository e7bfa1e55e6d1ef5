"""What devices were told by name servers: which addresses stand for which names, and for how long we believe it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from ..assets.model import Address
from ..policy.destinations import name_place, unmapped
from ..policy.scopes import PolicyError
from .regions import Names

FLOOR: Final = 3600.0
"""Seconds that an answer counts at least: devices keep using an address long after its record has expired."""
CEILING: Final = 86_400.0
MAX_DEVICES: Final = 65_536
MAX_NAMES: Final = 512
"""Names of one device; of more, those that expire first are forgotten."""
MAX_ADDRESSES: Final = 64
"""Addresses of one name of one device, likewise."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a name server: the name that was asked, what it leads to, and for how many seconds.

    `aliases` are the names on the way there (CNAME records). They are told, but it is the name that was asked that
    permissions are about.
    """

    name: str
    addresses: frozenset[Address]
    ttl: float
    aliases: tuple[str, ...] = ()


class NameBook:
    """What each device was told. Times are seconds of any clock that only grows."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._told: dict[str, dict[str, dict[Address, float]]] = {}

    def hear(self, asset_id: str, answer: Answer, now: float) -> bool:
        """Take an answer that a device was given; whether that changes what its names stand for."""
        names = self._told.setdefault(asset_id, {})
        before = self.names(asset_id, now)
        addresses = names.setdefault(answer.name, {})
        until = now + min(max(answer.ttl, FLOOR), CEILING)
        for address in map(unmapped, answer.addresses):
            addresses[address] = max(until, addresses.get(address, 0.0))
        names[answer.name] = _latest(addresses, MAX_ADDRESSES, float)
        self._told[asset_id] = _latest(names, MAX_NAMES, lambda one: max(one.values(), default=0.0))
        return self.names(asset_id, now) != before

    def names(self, asset_id: str, now: float) -> Names:
        """What a device's names stand for at a moment."""
        alive = {
            name: frozenset(address for address, until in addresses.items() if until > now)
            for name, addresses in self._told.get(asset_id, {}).items()
        }
        return {name: addresses for name, addresses in alive.items() if addresses}

    def all_names(self, now: float) -> Mapping[str, Names]:
        """The same of every device."""
        return {asset_id: self.names(asset_id, now) for asset_id in self._told}

    def sweep(self, now: float) -> frozenset[str]:
        """Forget what has expired; ids of the devices concerned."""
        changed = set()
        for asset_id, names in list(self._told.items()):
            kept = {
                name: alive
                for name, addresses in names.items()
                if (alive := {address: until for address, until in addresses.items() if until > now})
            }
            if kept != names:
                changed.add(asset_id)
                self._told[asset_id] = kept
            if not kept:
                del self._told[asset_id]
        return frozenset(changed)

    def merge(self, kept: str, absorbed: str) -> None:
        """Two ids turned out to be one device: what either was told counts."""
        told = self._told.setdefault(kept, {})
        for name, addresses in self._told.pop(absorbed, {}).items():
            mine = told.setdefault(name, {})
            for address, until in addresses.items():
                mine[address] = max(until, mine.get(address, 0.0))
            told[name] = _latest(mine, MAX_ADDRESSES, float)
        self._told[kept] = _latest(told, MAX_NAMES, lambda one: max(one.values(), default=0.0))

    def encode(self, now: float) -> dict[str, Any]:
        """As JSON: for how many seconds from now each address counts."""
        return {
            asset_id: {
                name: {str(address): until - now for address, until in addresses.items() if until > now}
                for name, addresses in names.items()
            }
            for asset_id, names in self._told.items()
        }

    @classmethod
    def decode(cls, data: object, now: float, passed: float) -> NameBook:
        """Read what `encode` wrote so many seconds ago. Raises ValueError for what it never wrote."""
        book = cls()
        for asset_id, names in _members(data, MAX_DEVICES):
            for name, addresses in _members(names, MAX_NAMES):
                if not is_name(name):
                    msg = f"no name: {name!r}"
                    raise ValueError(msg)
                for address, left in _members(addresses, MAX_ADDRESSES):
                    if type(left) not in {int, float} or not 0 <= left <= CEILING:
                        msg = f"no time: {left!r}"
                        raise ValueError(msg)
                    told = book._told.setdefault(asset_id, {}).setdefault(name, {})
                    told[ip_address(address)] = now + left - max(passed, 0.0)
        book.sweep(now)
        return book

    def next_expiry(self) -> float | None:
        """When the first address will be forgotten."""
        ends = (end for names in self._told.values() for addresses in names.values() for end in addresses.values())
        return min(ends, default=None)

    def forget(self, asset_id: str) -> None:
        """Forget a device."""
        self._told.pop(asset_id, None)


def _members(data: object, most: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(data, dict) or len(data) > most:
        msg = "no names"
        raise ValueError(msg)
    yield from data.items()


def shared(names: Names) -> Mapping[Address, frozenset[str]]:
    """Addresses that a device was told for several names, as content networks have them."""
    found: dict[Address, set[str]] = {}
    for name, addresses in names.items():
        for address in addresses:
            found.setdefault(address, set()).add(name)
    return {address: frozenset(several) for address, several in found.items() if len(several) > 1}


def conflicting(names: Names, allowed: Callable[[str], bool]) -> Mapping[Address, frozenset[str]]:
    """Shared addresses whose names meet different decisions: they are closed, and a person should know why."""
    return {
        address: several for address, several in shared(names).items() if len({allowed(name) for name in several}) > 1
    }


def is_name(text: str) -> bool:
    """Whether a rule could name it."""
    try:
        name_place(text)
    except PolicyError:
        return False
    return not text.startswith("*.")


def _latest[K, V](some: dict[K, V], count: int, when: Callable[[V], float]) -> dict[K, V]:
    """Those that last longest."""
    if len(some) <= count:
        return some
    kept = sorted(some, key=lambda key: when(some[key]), reverse=True)[:count]
    return {key: some[key] for key in kept}
