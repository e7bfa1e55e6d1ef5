"""Long work in the event loop, a slice at a time."""

import asyncio
from time import monotonic
from typing import Final

SLICE_S: Final = 0.004
"""Seconds for which the event loop is held at a time."""


class Pauses:
    """Lets others have the event loop after each `SLICE_S`."""

    def __init__(self) -> None:
        """The first slice begins now."""
        self._since = monotonic()

    async def breathe(self) -> bool:
        """Pause if it is time to; whether there was a pause."""
        if monotonic() - self._since <= SLICE_S:
            return False
        await asyncio.sleep(0)
        self._since = monotonic()
        return True
