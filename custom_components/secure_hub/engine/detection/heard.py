"""What one source heard lately, so that another that hears the same does not tell of it again."""

from collections.abc import Hashable
from math import inf
from typing import Final

_CAPACITY: Final = 32_768


class Heard:
    """When things were heard last. Forgets the oldest, and never says that it did not hear what it cannot know."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        """Know nothing, as one who does not listen: what is asked about was not heard."""
        self._capacity = capacity
        self._times: dict[int, float] = {}
        self._horizon = -inf

    def begin(self, time: float) -> None:
        """Listen from now on; of what began before, nobody knows."""
        self._horizon = max(self._horizon, time)

    def note(self, key: Hashable, time: float) -> None:
        """Hear a thing."""
        number = hash(key)
        self._times.pop(number, None)
        if len(self._times) >= self._capacity:
            self._horizon = max(self._horizon, self._times.pop(next(iter(self._times))))
        self._times[number] = time

    def since(self, key: Hashable, time: float) -> bool:
        """Whether a thing was heard at that time or later, or may have been."""
        return time <= self._horizon or self._times.get(hash(key), -inf) >= time
