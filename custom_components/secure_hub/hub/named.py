"""Names for dnsmasq: says which sets it is to fill, and whether it has read that; an enforcer that holds nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ..adapters.dnsmasq import is_read, keep_fragment
from ..adapters.netfilter.layout import TABLE
from ..engine.enforcement import Health, Status
from ..engine.firewall.named import fragment
from ..engine.firewall.plan import PacketClass, Plan
from ..engine.policy.scopes import Scope

_LOOK: Final = 30.0
"""Seconds between two looks at whether dnsmasq has read the file, while it has not."""


class NamesForDnsmasq:
    """Keeps the file in the folder that the owner named."""

    name = "dnsmasq"
    scopes: frozenset[Scope] = frozenset()

    def __init__(self, folder: Path, run: Callable[..., Awaitable[Any]], on_status: Callable[[], None]) -> None:
        """Write nothing yet; `on_status` is called in the event loop when the status changed by itself."""
        self._folder = folder
        self._run = run
        self._on_status = on_status
        self._status = Status(Health.IN_SYNC)
        self._written: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def status(self) -> Status:
        """Whether dnsmasq fills the sets that it should."""
        return self._status

    def held(self) -> Mapping[str, PacketClass]:
        """Nobody is held by a name."""
        return MappingProxyType({})

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002 - an enforcer's
        """Write the file if it is to say something else."""
        text = fragment(plan.named, TABLE)
        if text == self._written:
            return
        try:
            await self._run(keep_fragment, self._folder, text)
        except OSError as error:
            self._status = Status(Health.DEGRADED, "dnsmasq_not_written", str(error))
            return
        self._written = text
        self._status = await self._run(self._judge)
        self._watch()

    async def close(self) -> None:
        """Look no more; the file stays, as the wall does."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            self._task.cancel()

    async def remove(self) -> None:
        """Take the file away. Raises OSError."""
        await self.close()
        await self._run(keep_fragment, self._folder, None)

    def _judge(self) -> Status:
        try:
            found = is_read(self._folder)
        except OSError as error:
            return Status(Health.DEGRADED, "dnsmasq_not_written", str(error))
        if found is None:
            return Status(Health.DEGRADED, "dnsmasq_not_seen", str(self._folder))
        return Status(Health.IN_SYNC) if found else Status(Health.DEGRADED, "dnsmasq_to_restart", str(self._folder))

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is None and self._status.health is not Health.IN_SYNC:
            self._timer = loop.call_later(_LOOK, self._look)

    def _look(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._look_again())

    async def _look_again(self) -> None:
        status = await self._run(self._judge)
        if status != self._status:
            self._status = status
            self._on_status()
        self._watch()
