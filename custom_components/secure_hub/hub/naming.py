"""Names on the wire: what name servers tell devices as it passes, and what devices' names stand for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
import contextlib
import logging
import time
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..adapters.netfilter.netlink import NetlinkError
from ..adapters.sources.dns import DnsTap
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.assets.model import Address
from ..engine.enforcement import Health, Status
from ..engine.firewall.names import Answer, NameBook
from ..engine.firewall.plan import PacketClass, Plan
from ..engine.firewall.regions import Names
from ..engine.policy.scopes import Scope

_LOGGER = logging.getLogger(__name__)

_PAUSE: Final = 0.05
"""Seconds between two readings at least: the first answer counts at once, the next ones are gathered meanwhile."""
_REMEMBER: Final = 600.0
"""Seconds between two writings at least, beside the one at the end."""
_MAX_ASKERS: Final = 1024
_SWEEP: Final = 60.0
"""Seconds between two looks at least that are due because an address expired."""


def names_store(hass: HomeAssistant) -> RoomStore[NameBook]:
    """Where is remembered what devices were told."""

    def encode(book: NameBook) -> dict[str, Any]:
        return {"at": time.time(), "told": book.encode(time.monotonic())}

    def decode(data: Any) -> NameBook:
        return NameBook.decode(data["told"], time.monotonic(), time.time() - float(data["at"]))

    return RoomStore(hass, f"{DOMAIN}.names", encode, decode)


class Naming:
    """Listens while somebody's permissions name names, and forgets in time.

    It is an enforcer that holds nobody: the plan says to whom it listens, and its status says if it cannot. All reading
    happens in an executor, one at a time; `names` and `next_end` are replaced, never changed.
    """

    name = "dns_answers"
    scopes: frozenset[Scope] = frozenset()

    def __init__(
        self,
        run: Callable[..., Awaitable[Any]],
        *,
        on_names: Callable[[], Awaitable[None]],
        on_status: Callable[[], None],
        store: RoomStore[NameBook],
    ) -> None:
        """Listen to nobody yet; `run` runs a blocking call elsewhere, as `hass.async_add_executor_job`.

        `on_names` is called when names stand for something else, `on_status` when the status changed by itself; both in
        the event loop.
        """
        self.names: Mapping[str, Names] = {}
        """What the names of each device stand for."""
        self.next_end: float | None = None
        """When the next address is due to be forgotten, in seconds since the epoch."""
        self._run = run
        self._on_names = on_names
        self._on_status = on_status
        self._status = Status(Health.IN_SYNC)
        self._book = NameBook()
        self._owners: Mapping[Address, str] = {}
        self._macs: Mapping[str, str] = {}
        self._askers: dict[Address, str] = {}
        """Devices at addresses that nobody had seen."""
        self._changed: set[str] = set()
        self._swept = 0.0
        self._store = store
        self._remembered = time.monotonic()
        self._busy = asyncio.Lock()
        self._tap: DnsTap | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def status(self) -> Status:
        """Whether we hear what we must."""
        return self._status

    def held(self) -> Mapping[str, PacketClass]:
        """Nobody is held by being listened to."""
        return MappingProxyType({})

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002 - an enforcer's
        """Listen to the answers to whom `plan` says, and forget who is in it no more."""
        naming = {key: member for key, member in plan.members.items() if member.rules and member.rules.names}
        async with self._busy:
            self._owners = {address: key for key, member in naming.items() for address in member.addresses}
            self._macs = {mac: key for key, member in naming.items() for mac in member.macs}
            for asset_id in self.names.keys() - plan.members.keys():
                self._book.forget(asset_id)
            self.names = {key: names for key, names in self.names.items() if key in plan.members}
            if not naming:
                self._hang_up(Status(Health.IN_SYNC))
            elif self._tap is None:
                await self._listen()

    async def recall(self) -> None:
        """Take up what was told before this start, as far as it still counts; what cannot be read is put aside."""
        try:
            found = await self._store.load()
        except StoreUnreadableError as error:  # devices will ask again
            with contextlib.suppress(StoreWriteError):
                await self._store.start_anew(self._book)
            _LOGGER.warning("What devices were told cannot be read; they have to ask again: %s", error)
            return
        async with self._busy:
            if found is not None:
                self._book = found
                self._tell(found.all_names(time.monotonic()).keys())

    async def remember(self) -> None:
        """Write down what was told."""
        async with self._busy:
            try:
                await self._store.save(self._book)
            except (StoreUnreadableError, StoreWriteError) as error:
                _LOGGER.warning("What devices were told is not remembered: %s", error)
            self._remembered = time.monotonic()

    async def merge(self, pairs: Iterable[tuple[str, str]]) -> Mapping[str, Names]:
        """Give what an id was told that turned out to be another's to that; what all were told."""
        async with self._busy:
            for kept, absorbed in pairs:
                self._book.merge(kept, absorbed)
                self._tell((kept, absorbed))
        return self.names

    async def sweep(self) -> Mapping[str, Names]:
        """Forget what has expired; what is left."""
        async with self._busy:
            if self.names:
                await self._run(self._sweep)
        if self.names and time.monotonic() - self._remembered > _REMEMBER:
            await self.remember()
        return self.names

    async def close(self) -> None:
        """Listen no more."""
        async with self._busy:
            self._hang_up(self._status)

    async def remove(self) -> None:
        """Listen no more: nothing of us stays anywhere."""
        await self.close()

    # --- in the executor, one at a time

    def _read(self, tap: DnsTap) -> bool:
        """Take what has come; whether that changes what names stand for."""
        self._changed.clear()
        tap.read()
        self._tell(self._changed)
        return bool(self._changed)

    def _take(self, receiver: Address, answer: Answer) -> None:
        asset_id = self._owners.get(receiver) or self._askers.get(receiver)
        if asset_id is not None and self._book.hear(asset_id, answer, time.monotonic()):
            self._changed.add(asset_id)

    def _meet(self, mac: str, sender: Address) -> None:
        """Take a question of a device from an address that is not known to be its own yet."""
        if (asset_id := self._macs.get(mac)) is not None:
            self._askers.pop(sender, None)
            self._askers[sender] = asset_id
            if len(self._askers) > _MAX_ASKERS:
                del self._askers[next(iter(self._askers))]

    def _sweep(self) -> None:
        now = self._swept = time.monotonic()
        self._tell(self._book.sweep(now))

    def _tell(self, asset_ids: Collection[str]) -> None:
        now, fresh = time.monotonic(), dict(self.names)
        for asset_id in asset_ids:
            if names := self._book.names(asset_id, now):
                fresh[asset_id] = names
            else:
                fresh.pop(asset_id, None)
        end = self._book.next_expiry()
        self.names = fresh
        self.next_end = None if end is None else time.time() + max(end, self._swept + _SWEEP) - now

    # --- on the event loop

    async def _listen(self) -> None:
        try:
            self._tap = await self._run(DnsTap, self._take, self._meet)
        except (NetlinkError, OSError) as error:
            self._status = Status(Health.DEGRADED, "names_not_heard", str(error))
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
        """Something came: read it elsewhere, and listen again when all that follows from it was done."""
        loop = asyncio.get_running_loop()
        if self._tap is not None:
            loop.remove_reader(self._tap.fileno())
            self._task = loop.create_task(self._hear())

    async def _hear(self) -> None:
        started = time.monotonic()
        async with self._busy:
            if (tap := self._tap) is None:
                return
            try:
                changed = await self._run(self._read, tap)
            except (NetlinkError, OSError) as error:
                self._hang_up(Status(Health.DEGRADED, "names_not_heard", str(error)))
                self._on_status()
                return
        if changed:
            await self._on_names()
        if self._tap is tap:  # no more than half of the time goes into this, however much is told
            pause = max(_PAUSE, time.monotonic() - started)
            self._timer = asyncio.get_running_loop().call_later(pause, self._wait)
