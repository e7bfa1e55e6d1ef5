"""Listening to a tap in the kernel while the plan asks for it, without ever holding up the event loop."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Mapping
import time
from types import MappingProxyType
from typing import Any, Protocol

from ..adapters.netfilter.netlink import NetlinkError
from ..engine.enforcement import Health, Status
from ..engine.firewall.plan import PacketClass
from ..engine.policy.scopes import Scope


class Tap(Protocol):
    """Something that becomes readable when there is news."""

    def fileno(self) -> int:
        """Descriptor for `loop.add_reader`."""

    def close(self) -> None:
        """Listen no more."""


class Listening[T: Tap, News](ABC):
    """An enforcer that holds nobody: the plan says whether it listens, its status says if it cannot.

    All reading happens in an executor, one at a time. What comes within `gather` seconds of the first is read together;
    after that, no more than half of the time goes into reading, and no more often than every `rest` seconds.
    """

    name: str
    scopes: frozenset[Scope] = frozenset()
    trouble: str
    """Translation key of what is amiss while it cannot listen."""
    gather = 0.0
    rest = 0.0

    def __init__(self, run: Callable[..., Awaitable[Any]], on_status: Callable[[], None]) -> None:
        """Listen to nobody yet.

        `run` runs a blocking call elsewhere, as `hass.async_add_executor_job`; `on_status` is called in the event loop
        when the status changed by itself.
        """
        self._run = run
        self._on_status = on_status
        self._status = Status(Health.IN_SYNC)
        self._busy = asyncio.Lock()
        self._tap: T | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    def _open(self) -> T:
        """Open the tap, in an executor; raises OSError, NetlinkError."""

    @abstractmethod
    def _read(self, tap: T) -> News:
        """Take what has come, in an executor; raises OSError, NetlinkError."""

    @abstractmethod
    async def _follow(self, news: News) -> None:
        """Do what follows from it."""

    @property
    def status(self) -> Status:
        """Whether we hear what we must."""
        return self._status

    def held(self) -> Mapping[str, PacketClass]:
        """Nobody is held by being listened to."""
        return MappingProxyType({})

    async def close(self) -> None:
        """Listen no more."""
        async with self._busy:
            self._hang_up(self._status)

    async def remove(self) -> None:
        """Listen no more: nothing of us stays anywhere."""
        await self.close()

    async def _set_listening(self, *, wanted: bool) -> None:
        """Begin or end to listen, with `_busy` held."""
        if not wanted:
            self._hang_up(Status(Health.IN_SYNC))
        elif self._tap is None:
            try:
                self._tap = await self._run(self._open)
            except (NetlinkError, OSError) as error:
                self._status = Status(Health.DEGRADED, self.trouble, str(error))
                return
            self._status = Status(Health.IN_SYNC)
            self._wait()

    def _hang_up(self, status: Status) -> None:
        self._status = status
        tap, self._tap = self._tap, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if tap is not None:
            asyncio.get_running_loop().remove_reader(tap.fileno())
            tap.close()

    def _wait(self) -> None:
        self._timer = None
        if self._tap is not None:
            asyncio.get_running_loop().add_reader(self._tap.fileno(), self._wake)

    def _wake(self) -> None:
        if self._tap is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._tap.fileno())
            self._timer = loop.call_later(self.gather, self._due)

    def _due(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._hear())

    async def _hear(self) -> None:
        started = time.monotonic()
        async with self._busy:
            if (tap := self._tap) is None:
                return
            try:
                news = await self._run(self._read, tap)
            except (NetlinkError, OSError) as error:
                self._hang_up(Status(Health.DEGRADED, self.trouble, str(error)))
                self._on_status()
                return
        await self._follow(news)
        if self._tap is tap:
            pause = max(self.rest, time.monotonic() - started)
            self._timer = asyncio.get_running_loop().call_later(pause, self._wait)
