"""Memory that cannot grow: tables of so many keys, and sets that are only counted.

Nothing here keeps what it was shown: of a peer a bit remains. So an asset that meets a million peers takes no more room
than one that meets ten.
"""

from collections.abc import Callable, Iterable
from typing import Final
from zlib import crc32

_BEHIND: Final = 60.0
"""Seconds that an observation may be older than the last: sources report conversations when they end."""


class Remembered:
    """Something that is remembered, and since when.

    It keeps that itself instead of in a pair with it: a full garbage collection holds everybody for as long as there
    are objects, and of these there are the most.
    """

    __slots__ = ("began",)

    def __init__(self) -> None:
        """Begin when whoever remembers it says so."""
        self.began = 0.0


class Tally(Remembered):
    """A count, and another that is held against it or is a part of it."""

    __slots__ = ("beside", "count")

    def __init__(self) -> None:
        """Start at nothing."""
        super().__init__()
        self.count = 0
        self.beside = 0


class Recent[K, V: Remembered]:
    """What is remembered of so many keys at most; each begins anew when it is too old, the least used makes room."""

    __slots__ = ("_capacity", "_entries", "_new", "_seconds")

    def __init__(self, capacity: int, seconds: float, new: Callable[[], V]) -> None:
        """Keep `capacity` keys, each for `seconds` after the time at which it began."""
        self._capacity = capacity
        self._seconds = seconds
        self._new = new
        self._entries: dict[K, V] = {}

    def at(self, key: K, time: float) -> V:
        """Return what is remembered of a key: new if it is unknown, or if the clock jumped."""
        entries = self._entries
        entry = entries.pop(key, None)
        if entry is None or not -_BEHIND <= time - entry.began <= self._seconds:
            if entry is None and len(entries) >= self._capacity:
                del entries[next(iter(entries))]
            entry = self._new()
            entry.began = time
        entries[key] = entry
        return entry

    def is_new(self, key: K, time: float) -> bool:
        """Remember a key with nothing but its time; whether it was unknown, or known too long ago."""
        before = self._entries.get(key)
        return self.at(key, time) is not before

    def items(self) -> Iterable[tuple[K, V]]:
        """Every key with what is remembered of it, the least used first."""
        return self._entries.items()

    def restore(self, key: K, entry: V) -> None:
        """Remember what `items` gave, unless there is no room."""
        if len(self._entries) < self._capacity:
            self._entries[key] = entry

    def forget(self, key: K) -> None:
        """Begin anew with a key."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._entries)


class Distinct(Remembered):
    """How many different texts were shown: a bitmap, one bit a text (linear counting, Whang et al. 1990).

    Two texts that share a bit count once, so it counts a few too low and never too high: below 32 of 256 bits, it
    misses two in 32 on average. The bit is chosen with a checksum, which makes a replay repeatable.
    """

    __slots__ = ("_bits", "count")

    _SIZE: Final = 256

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self._bits = 0
        self.count = 0

    def add(self, text: str) -> bool:
        """Whether a text is new."""
        bit = 1 << crc32(text.encode("utf-8", "surrogatepass")) % self._SIZE
        if self._bits & bit:
            return False
        self._bits |= bit
        self.count += 1
        return True
