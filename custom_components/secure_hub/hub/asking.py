"""Asking on the wire: what devices under `ask` reach for, heard as it is held off."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, override

from ..adapters.sources.reaches import ReachTap
from ..engine.firewall.plan import Plan
from ..engine.requests.reach import Reach
from .listening import Listening

type Reached = tuple[str, Reach]
"""Id of an asset, and what it reached for."""


class Asking(Listening[ReachTap, list[Reach]]):
    """Listens while a person is to be asked about anybody: the plan says about whom, the firewall holds off."""

    name = "asking"
    trouble = "requests_not_heard"
    gather = 0.25  # what a name server told a moment before is known by then

    def __init__(self, run: Callable[..., Awaitable[Any]], *, on_status: Callable[[], None]) -> None:
        """Listen to nobody yet; both as `Listening` has it."""
        super().__init__(run, on_status)
        self._listeners: list[Callable[[Collection[Reached]], None]] = []
        self._owners: Mapping[str, str] = {}

    def listen(self, on_reached: Callable[[Collection[Reached]], None]) -> None:
        """Call `on_reached` in the event loop with what was reached for."""
        self._listeners.append(on_reached)

    def mute(self, on_reached: Callable[[Collection[Reached]], None]) -> None:
        """Call it no more, if it was called at all."""
        if on_reached in self._listeners:
            self._listeners.remove(on_reached)

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
            await self._set_listening(wanted=bool(asked))

    @override
    def _open(self) -> ReachTap:
        return ReachTap()

    @override
    def _read(self, tap: ReachTap) -> list[Reach]:
        return tap.read()

    @override
    async def _follow(self, news: list[Reach]) -> None:
        found = [(self._owners[reach.mac], reach) for reach in news if reach.mac in self._owners]
        for on_reached in tuple(self._listeners) if found else ():
            on_reached(found)
