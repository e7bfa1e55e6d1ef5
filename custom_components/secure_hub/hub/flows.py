"""With whom assets talk: what telemetry saw, and what the wall held off, each with the asset on the other side."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
import time
from typing import Final, NamedTuple

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.netfilter.netlink import NetlinkError
from ..adapters.netfilter.protocol import DENIALS
from ..adapters.sources.reaches import ReachTap
from ..engine.firewall.plan import Plan
from ..engine.policy.scopes import Scope
from ..engine.policy.service import PROTOCOLS
from ..engine.requests.reach import SERVICES, Reach
from ..engine.telemetry.flows import Flow, FlowBook
from .arrivals import AddressBook
from .asking import Reached
from .keeper import HomeKeeper
from .sources import Sources

INTERVAL: Final = timedelta(seconds=1)
_OPEN_S: Final = 60.0
"""Seconds between two attempts to listen."""
_SERVICES: Final = {(protocol.value, port): name for (protocol, port), name in SERVICES.items()}


class SeenFlow(NamedTuple):
    """A flow, and what the home knows of its other side."""

    flow: Flow
    peer_asset: str | None
    """The asset that has the peer's address now."""
    service: str
    """As people know it (`HTTPS`); empty where nobody knows a name."""


class Flows:
    """Answers from the book of flows, into which it writes what was held off."""

    def __init__(self, hub: HomeKeeper, book: FlowBook, sources: Sources) -> None:
        """Hear nothing yet; somebody else fills `book` with what was let through. `sources` know peers' names."""
        self._hub = hub
        self._sources = sources
        self._book = book
        self._tap: ReachTap | None = None
        self._next_open = 0.0
        self._plan: Plan | None = None
        self._owners: Mapping[str, str] = {}
        self._unlisten: CALLBACK_TYPE | None = None
        self._busy = asyncio.Lock()

    async def async_start(self) -> None:
        """Hear what is held off."""
        self._hub.asking.listen(self._async_reached)
        self._unlisten = async_track_time_interval(self._hub.hass, self._async_tick, INTERVAL, cancel_on_shutdown=True)

    async def async_stop(self) -> None:
        """Hear no more."""
        self._hub.asking.mute(self._async_reached)
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        async with self._busy:
            self._hang_up()

    def of_asset(self, asset_id: str) -> list[SeenFlow]:
        """Flows of an asset, 50 at most, the one that carried most first."""
        return self._seen(self._book.of_asset(asset_id))

    def of_home(self) -> list[SeenFlow]:
        """Flows of all assets that there are, 500 at most, the one that carried most first."""
        return self._seen(self._book.of(self._hub.assets))

    def _seen(self, flows: Iterable[Flow]) -> list[SeenFlow]:
        owners = AddressBook(self._hub.home)
        return [
            SeenFlow(it, _owner(owners, it.peer), it.service or _SERVICES.get((it.protocol, it.port), ""))
            for it in flows
        ]

    async def _async_tick(self, _now: datetime) -> None:
        """Hear what was denied since the last time; where nobody may listen, nothing of it is known."""
        plan = self._hub.home.plan
        if plan is not self._plan:
            self._plan = plan
            self._owners = {mac: asset_id for asset_id, it in plan.members.items() for mac in it.macs}
        async with self._busy:
            if not plan.enforce:
                self._hang_up()
            elif self._unlisten is not None:
                reaches = await self._hub.hass.async_add_executor_job(self._hear)
                self._async_reached([(self._owners[it.mac], it) for it in reaches if it.mac in self._owners])

    def _hear(self) -> list[Reach]:
        try:
            if self._tap is None and time.monotonic() >= self._next_open:
                self._next_open = time.monotonic() + _OPEN_S
                self._tap = ReachTap(DENIALS)
            return self._tap.read() if self._tap is not None else []
        except NetlinkError, OSError:
            self._hang_up()
            return []

    def _hang_up(self) -> None:
        tap, self._tap = self._tap, None
        if tap is not None:
            tap.close()

    @callback
    def _async_reached(self, found: Collection[Reached]) -> None:
        now = time.time()
        for asset_id, reach in found:
            peer = str(reach.address)
            self._book.hold(
                Flow(
                    asset_id,
                    peer,
                    self._sources.name(asset_id, peer),
                    PROTOCOLS.get(reach.protocol, str(reach.protocol)),
                    reach.port or 0,
                    "",
                    inward=False,
                    local=reach.scope is not Scope.INTERNET,
                    last=now,
                    held=1,
                )
            )


def _owner(owners: AddressBook, peer: str) -> str | None:
    try:
        return owners.owner(ip_address(peer))
    except ValueError:
        return None
