"""What a reader had to leave out, by reason: bounded, whatever it is shown."""

from collections.abc import Iterator
from typing import Final

ENTRY: Final = "an entry that says nothing that can be read"
_REASONS: Final = 32


class Unread:
    """Counts what was left out."""

    def __init__(self) -> None:
        """Nothing was left out."""
        self._counts: dict[str, int] = {}

    def add(self, reason: str = ENTRY) -> None:
        """Count one more; of more than 32 reasons, the rest are one."""
        if reason not in self._counts and len(self._counts) >= _REASONS:
            reason = ENTRY
        self._counts[reason] = self._counts.get(reason, 0) + 1

    def __len__(self) -> int:
        """Count all that was left out."""
        return sum(self._counts.values())

    def __iter__(self) -> Iterator[str]:
        """Yield a phrase for each reason."""
        for reason, count in self._counts.items():
            yield reason if count == 1 else f"{reason} ({count} times)"
