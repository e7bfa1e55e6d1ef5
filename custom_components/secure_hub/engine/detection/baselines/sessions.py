"""How much an asset sends in one conversation, for each of its services."""

from typing import Any, Final

from .spread import Spread

_SERVICES: Final = 12
_ENOUGH: Final = 8.0
"""Conversations without which there is no shape."""
_FACTOR: Final = 16.0
_WIDTHS: Final = 6.0
_LEAST: Final = 20e6
"""Bytes below which nothing is said: a short clip of a camera."""


class Sessions:
    """The shapes of at most so many services; the one that was used least of late makes room."""

    __slots__ = ("_spreads",)

    def __init__(self) -> None:
        """Start with none."""
        self._spreads: dict[int, Spread] = {}

    def end(self, service: int, sent: int, *, learning: bool, holding: bool) -> float | None:
        """Take a conversation into account; return the most that was usual if it sent much more."""
        spread = self._spreads.pop(service, None)
        if spread is None:
            if len(self._spreads) >= _SERVICES:
                del self._spreads[next(iter(self._spreads))]
            spread = Spread()
        self._spreads[service] = spread
        known = spread.count >= _ENOUGH
        usual = float(2.0 ** min(spread.peak, 100.0)) if known else 0.0
        unusual = known and sent > max(spread.bound(_FACTOR, _WIDTHS), _LEAST)
        if not holding:
            spread.learn(sent, learning=learning)
        return usual if unusual else None

    def save(self) -> list[list[Any]]:
        """Return all of it, in its order."""
        return [[service, spread.save()] for service, spread in self._spreads.items()]

    @classmethod
    def load(cls, data: list[list[Any]]) -> Sessions:
        """Return what was saved. Raises ValueError or TypeError if it is something else."""
        self = cls()
        for service, values in data[:_SERVICES]:
            self._spreads[int(service)] = Spread.load(values)
        return self
