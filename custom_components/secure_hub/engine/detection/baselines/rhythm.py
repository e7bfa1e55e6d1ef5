"""Somebody new who is called by the clock: at the ports that every cloud uses, too, where no hallmark can object."""

from array import array
from math import isfinite
from typing import Any, Final

from ..hallmarks.beacon import by_the_clock
from ..memory import Recent, Remembered

_PEERS: Final = 8
_WINDOW: Final = 2 * 86_400.0
CALLS: Final = 10
_LEAST: Final = 5.0
"""Seconds between calls: what is faster is a retry."""


class _Calls(Remembered):
    __slots__ = ("times",)

    def __init__(self) -> None:
        super().__init__()
        self.times = array("d")


class Rhythm:
    """The times of the last calls to newcomers."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        """Start with no call."""
        self._calls: Recent[tuple[str, int], _Calls] = Recent(_PEERS, _WINDOW, _Calls)

    def call(self, peer: str, port: int, time: float) -> float | None:
        """Take a call into account; return the seconds between the last ones if they came by the clock."""
        times = self._calls.at((peer, port), time).times
        if times and time - times[-1] < _LEAST:
            return None
        times.append(time)
        if len(times) < CALLS:
            return None
        middle = by_the_clock(times)
        del times[0]
        if middle is None:
            return None
        self._calls.forget((peer, port))
        return middle

    def save(self) -> list[list[Any]]:
        """Return all of it, in its order."""
        return [[peer, port, it.began, list(it.times)] for (peer, port), it in self._calls.items()]

    @classmethod
    def load(cls, data: list[list[Any]]) -> Rhythm:
        """Return what was saved. Raises ValueError or TypeError if it is something else."""
        self = cls()
        for peer, port, began, times in data[:_PEERS]:
            calls = _Calls()
            calls.began = float(began)
            calls.times.extend(map(float, times[:CALLS]))
            if not all(map(isfinite, (calls.began, *calls.times))):
                raise ValueError(data)
            self._calls.restore((str(peer), int(port)), calls)
        return self
