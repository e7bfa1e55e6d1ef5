"""Answers that do not count: the journal is told of them, but nobody fills it with them."""

import logging
import time
from typing import Final

from ..adapters.journal import Journal, JournalError

_LOGGER = logging.getLogger(__name__)

_MOST: Final = 20
"""Of which the journal is told in `_WINDOW`."""
_WINDOW: Final = 60.0
"""Seconds."""


class Refusals:
    """Journals a bounded number of refusals."""

    def __init__(self, journal: Journal) -> None:
        """None so far."""
        self._journal = journal
        self._noted: list[float] = []

    async def async_note(self, reason: str, user_id: str | None) -> None:
        """Journal that an answer was refused, and who is said to have given it."""
        now = time.time()
        self._noted = [at for at in self._noted if now - at < _WINDOW]
        if len(self._noted) >= _MOST:
            return
        self._noted.append(now)
        try:
            await self._journal.append("answer_refused", actor=user_id, reason=reason)
        except JournalError as error:
            _LOGGER.warning("A refused answer was not journalled: %s", error)
