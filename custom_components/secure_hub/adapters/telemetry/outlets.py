"""Ways out of the home: each has a queue that forgets its oldest, and tries again when nobody takes it."""

import asyncio
from collections import deque
from collections.abc import Iterable
import contextlib
from dataclasses import dataclass
import logging
from typing import Final, Protocol

_LOGGER = logging.getLogger(__name__)

MAX_WAITING: Final = 10_000
"""Lines that wait; of more, the oldest are lost, and counted. The ring on disk has them still."""
BATCH: Final = 100
TIMEOUT_S: Final = 30.0
FIRST_RETRY_S: Final = 1.0
LAST_RETRY_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of JSON, of an asset and minute (seconds since the epoch)."""

    minute: int
    asset: str
    text: str


class OutletError(Exception):
    """Nobody took it; the text says why."""


class Way(Protocol):
    """How lines get out."""

    async def send(self, lines: Iterable[Line]) -> None:
        """Hand lines over. Raises OutletError, OSError, TimeoutError; some may have arrived then, and come again."""

    async def close(self) -> None:
        """Let go; may be called twice."""


class Outlet:
    """A way out with its queue; `sent` and `lost` count lines, `error` is why it does not go on, or empty."""

    def __init__(self, name: str, way: Way) -> None:
        """Send nothing yet."""
        self.name = name
        self.sent = self.lost = 0
        self.error = ""
        self._way = way
        self._waiting: deque[Line] = deque()
        self._filled = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Lines that wait."""
        return len(self._waiting)

    def put(self, lines: Iterable[Line]) -> None:
        """Have lines sent, after those that wait."""
        for line in lines:
            if len(self._waiting) >= MAX_WAITING:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(line)
        self._filled.set()

    async def run(self) -> None:
        """Send until cancelled."""
        retry = FIRST_RETRY_S
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._waiting:
                    if await self._send():
                        retry = FIRST_RETRY_S
                        continue
                    await asyncio.sleep(retry)
                    retry = min(retry * 2, LAST_RETRY_S)
        finally:
            await self._close()

    async def _send(self) -> bool:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._way.send(batch)
        except (OutletError, OSError, ValueError) as error:  # TimeoutError and ssl.SSLError are OSErrors
            self._put_back(batch)
            told = str(error) or type(error).__name__
            if not self.error:
                _LOGGER.warning("Telemetry is not taken by %s: %s", self.name, told)
            self.error = told
            await self._close()
            return False
        except BaseException:
            self._put_back(batch)
            raise
        if self.error:
            _LOGGER.info("Telemetry is taken by %s again", self.name)
        self.error = ""
        self.sent += len(batch)
        return True

    def _put_back(self, batch: list[Line]) -> None:
        room = MAX_WAITING - len(self._waiting)
        kept = batch[-room:] if room > 0 else []
        self.lost += len(batch) - len(kept)
        self._waiting.extendleft(reversed(kept))

    async def _close(self) -> None:
        with contextlib.suppress(OSError):
            await self._way.close()
