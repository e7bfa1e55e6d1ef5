"""What an asset did in each hour of the last week, to be held against what is usual for it."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .packed import pack, unpack_floats
from .week import HOURS

HOUR: Final = 3600
_SANE: Final = 1e38


class Amount(NamedTuple):
    """What one hour saw of a quantity."""

    total: float = 0.0
    most: float = 0.0
    """The most within five minutes."""


class Diary:
    """Totals and peaks of each quantity for the last 168 hours, in 1.3 KB a quantity."""

    __slots__ = ("_latest", "_most", "_totals")

    def __init__(self, quantities: int) -> None:
        """Begin with nothing."""
        self._latest = -1
        """The latest hour that was written, counted from the epoch on."""
        self._totals = [array("f", bytes(4 * HOURS)) for _ in range(quantities)]
        self._most = [array("f", bytes(4 * HOURS)) for _ in range(quantities)]

    def write(self, time: float, amounts: Sequence[int]) -> None:
        """Add what five minutes saw, with the quantities of the diary first.

        A clock that was set back by a week or more begins anew.
        """
        hour = int(time // HOUR)
        if not self._latest - HOURS < hour <= self._latest:
            ahead = hour - self._latest
            for gone in range(hour + 1 - ahead, hour + 1) if 0 < ahead < HOURS else range(HOURS):
                for column in (*self._totals, *self._most):
                    column[gone % HOURS] = 0.0
            self._latest = hour
        at = hour % HOURS
        for total, most, amount in zip(self._totals, self._most, amounts, strict=False):
            total[at] += amount
            most[at] = max(most[at], amount)

    def read(self, quantity: int, hour: int) -> Amount:
        """Return what an hour, counted from the epoch on, saw; nothing where it is not remembered."""
        if not self._latest - HOURS < hour <= self._latest:
            return Amount()
        return Amount(self._totals[quantity][hour % HOURS], self._most[quantity][hour % HOURS])

    def save(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "latest": self._latest,
            "totals": [b64encode(pack(it)).decode() for it in self._totals],
            "most": [b64encode(pack(it)).decode() for it in self._most],
        }

    @classmethod
    def load(cls, data: dict[str, Any], quantities: int) -> Diary:
        """Return what was saved. Raises ValueError, KeyError or TypeError if it is something else."""
        self = cls(quantities)
        self._latest = int(data["latest"])
        self._totals, self._most = (_columns(data[key], quantities) for key in ("totals", "most"))
        return self


def _columns(data: list[str], quantities: int) -> list[array[float]]:
    columns = [unpack_floats(b64decode(it, validate=True), _SANE) for it in data]
    if [len(it) for it in columns] != [HOURS] * quantities:
        raise ValueError(len(data))
    return columns
