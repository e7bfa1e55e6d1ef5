"""Asking on the wire: what devices under `ask` reach for, heard as it is held off."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from ..adapters.netfilter.netlink import NetlinkError
from ..adapters.sources.reaches import ReachTap
from ..engine.enforcement import Health, Status
from ..engine.firewall.plan import PacketClass, Plan
from ..engine.policy.scopes import Scope
from ..engine.requests.reach import Reach

_PAUSE: Final = 0.25
"""Seconds for which reaches are gathered: what a name server told a moment before is known by then."""

type Reached = tuple[str, Reach]
"""Id of an asset, and what it reached for."""


class Asking:
    """Listens while a person is to be asked about anybody.

    It is an enforcer that holds nobody, as `Naming` is: the plan says of whom it wants to know, the firewall holds off.
    """

    name = "asking"
    scopes: frozenset[Scope] = frozenset()

    def __init__(self, run: Callable[..., Awaitable[Any]], *, on_status: Callable[[], None]) -> None:
        """Listen to nobody yet; `run` runs a blocking call elsewhere, as `hass.async_add_executor_job`."""
        self._run = run
        self._on_status = on_status
        self._listeners: list[Callable[[Collection[Reached]], None]] = []
        self._status = Status(Health.IN_SYNC)
        self._owners: Mapping[str, str] = {}
        self._busy = asyncio.Lock()
        self._tap: ReachTap | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def listen(self, on_reached: Callable[[Collection[Reached]], None]) -> None:
        """Call `on_reached` in the event loop with what was reached for."""
        self._listeners.append(on_reached)

    def mute(self, on_reached: Callable[[Collection[Reached]], None]) -> None:
        """Call it no more, if it was called at all."""
        if on_reached in self._listeners:
            self._listeners.remove(on_reached)

    @property
    def status(self) -> Status:
        """Whether we hear what we must."""
        return self._status

    def held(self) -> Mapping[str, PacketClass]:
        """Nobody is held by being listened to."""
        return MappingProxyType({})

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002 - an enforcer's
        """Listen to whom `plan` says; where nothing is held off, nothing is asked."""
        asked = {
            mac: asset_id
            for asset_id, member in plan.members.items()
            if plan.enforce and member.rules and member.rules.asked
            for mac in member.macs
        }
        async with self._busy:
            self._owners = asked
            if not asked:
                self._hang_up(Status(Health.IN_SYNC))
            elif self._tap is None:
                await self._start()

    async def close(self) -> None:
        """Listen no more."""
        async with self._busy:
            self._hang_up(self._status)

    async def remove(self) -> None:
        """Listen no more: nothing of us stays anywhere."""
        await self.close()

    async def _start(self) -> None:
        try:
            self._tap = await self._run(ReachTap)
        except (NetlinkError, OSError) as error:
            self._status = Status(Health.DEGRADED, "requests_not_heard", str(error))
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
        if self._tap is not None:
            asyncio.get_running_loop().add_reader(self._tap.fileno(), self._wake)

    def _wake(self) -> None:
        """Something came: gather it, and what comes within a moment."""
        loop = asyncio.get_running_loop()
        if self._tap is not None:
            loop.remove_reader(self._tap.fileno())
            self._timer = loop.call_later(_PAUSE, self._due)

    def _due(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._hear())

    async def _hear(self) -> None:
        async with self._busy:
            if (tap := self._tap) is None:
                return
            try:
                reaches: list[Reach] = await self._run(tap.read)
            except (NetlinkError, OSError) as error:
                self._hang_up(Status(Health.DEGRADED, "requests_not_heard", str(error)))
                self._on_status()
                return
            found = [(self._owners[reach.mac], reach) for reach in reaches if reach.mac in self._owners]
            self._wait()
        for on_reached in tuple(self._listeners) if found else ():
            on_reached(found)
