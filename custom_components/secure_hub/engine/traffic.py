"""What devices sent, received and were refused today, from counts that only grow until something begins them anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

_DIRECTIONS: Final = {"sent": 0, "received": 2, "refused": 4, "refused4": 4, "refused6": 4}
MAX_COUNTS: Final = 400_000
"""Counts that are remembered."""
_MEMBERS: Final = frozenset({"day", "spent", "used", "counts"})
MAX_COUNT: Final = 1 << 63


class Use(NamedTuple):
    """What one device did in one day: packets, and bytes on the wire as this machine sees them."""

    sent: int = 0
    sent_bytes: int = 0
    received: int = 0
    received_bytes: int = 0
    refused: int = 0
    """Packets from or to it that were dropped, or that would have been if this were enforced."""
    refused_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """One count as it was read: `name` says of what, `key` whose (MAC or IP address), `table` where it was seen."""

    table: str
    name: str
    key: str
    packets: int
    bytes: int


class TrafficBook:
    """Use of a day by asset id. A count that is lower than before began anew, and is taken from there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.day = ""
        self.used: dict[str, Use] = {}
        self.spent: set[str] = set()
        """Assets whose quota of the day was used up."""
        self._last: dict[str, tuple[int, int]] = {}
        self._primed = False

    def read(self, day: str, counts: Iterable[Count], owners: Mapping[str, str], *, once: bool) -> frozenset[str]:
        """Take what was read on a day, by MAC and IP address of each asset; ids of those whose use changed.

        `once` says that what is refused may be seen by several tables in turn, so that the one that saw most counts.
        The very first reading of all only begins: what was counted before is of an unknown day.
        """
        changed = set(self.used) if day != self.day else set()
        if day != self.day:
            self.day, self.used, self.spent = day, {}, set()
        last: dict[str, tuple[int, int]] = {}
        grown: dict[str, dict[str, list[int]]] = {}
        for one in counts:
            name = f"{one.table} {one.name} {one.key}"
            packets, size = self._last.get(name, (0, 0))
            last[name] = one.packets, one.bytes
            if one.packets < packets or one.bytes < size:
                packets, size = 0, 0
            owner = owners.get(one.key)
            if owner is None or (one.packets, one.bytes) == (packets, size) or not self._primed:
                continue
            by_table = grown.setdefault(owner, {}).setdefault(one.table, [0] * len(Use._fields))
            place = _DIRECTIONS[one.name]
            by_table[place] += one.packets - packets
            by_table[place + 1] += one.bytes - size
        self._last, self._primed = last, True
        for owner, tables in grown.items():
            most = max if once else sum
            more = [most(column) for column in zip(*tables.values(), strict=True)]
            before = self.used.get(owner, Use())
            self.used[owner] = Use(*(old + new for old, new in zip(before, more, strict=True)))
        return frozenset(changed | grown.keys())

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "day": self.day,
            "spent": sorted(self.spent),
            "used": {key: list(use) for key, use in self.used.items()},
            "counts": {key: list(count) for key, count in self._last.items()},
        }

    @classmethod
    def decode(cls, data: Any) -> TrafficBook:
        """Read what `encode` wrote. Raises ValueError."""
        if not isinstance(data, dict) or data.keys() != _MEMBERS or not isinstance(data["day"], str):
            msg = "no traffic"
            raise ValueError(msg)
        book = cls()
        book.day = data["day"][:10]
        if not isinstance(data["spent"], list) or not all(isinstance(one, str) for one in data["spent"]):
            msg = "no list of assets"
            raise ValueError(msg)
        book.spent = set(data["spent"])
        book.used = {key: Use(*row) for key, row in _rows(data["used"], len(Use._fields))}
        book._last = {key: (row[0], row[1]) for key, row in _rows(data["counts"], 2)}
        book._primed = True
        return book


def _rows(data: Any, width: int) -> Iterable[tuple[str, list[int]]]:
    if not isinstance(data, dict) or len(data) > MAX_COUNTS:
        msg = "no counts"
        raise ValueError(msg)
    for key, row in data.items():
        right = isinstance(row, list) and len(row) == width
        if not right or not all(type(number) is int and 0 <= number < MAX_COUNT for number in row):
            msg = f"no count: {key!r}"
            raise ValueError(msg)
        yield key, row
