"""Names on the wire: what name servers tell devices as it passes, and what devices' names stand for."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
import contextlib
import logging
import time
from typing import Any, Final, override

from homeassistant.core import HomeAssistant

from ..adapters.sources.dns import DnsTap
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.assets.model import Address
from ..engine.firewall.names import Answer, NameBook
from ..engine.firewall.plan import Plan
from ..engine.firewall.regions import Names
from .listening import Listening

_LOGGER = logging.getLogger(__name__)

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


class Naming(Listening[DnsTap, bool]):
    """Listens while somebody's permissions name names, and forgets in time.

    `names` and `next_end` are replaced, never changed.
    """

    name = "dns_answers"
    trouble = "names_not_heard"
    rest = 0.05  # the first answer counts at once, the next ones are gathered meanwhile

    def __init__(
        self,
        run: Callable[..., Awaitable[Any]],
        *,
        on_names: Callable[[], Awaitable[None]],
        on_status: Callable[[], None],
        store: RoomStore[NameBook],
    ) -> None:
        """Listen to nobody yet; `run` and `on_status` are as `Listening` has it.

        `on_names` is called in the event loop when names stand for something else.
        """
        super().__init__(run, on_status)
        self.names: Mapping[str, Names] = {}
        """What the names of each device stand for."""
        self.next_end: float | None = None
        """When the next address is due to be forgotten, in seconds since the epoch."""
        self._on_names = on_names
        self._book = NameBook()
        self._owners: Mapping[Address, str] = {}
        self._macs: Mapping[str, str] = {}
        self._askers: dict[Address, str] = {}
        """Devices at addresses that nobody had seen."""
        self._changed: set[str] = set()
        self._swept = 0.0
        self._store = store
        self._remembered = time.monotonic()

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002 - an enforcer's
        """Listen to the answers to whom `plan` says, and forget who is in it no more."""
        naming = {key: member for key, member in plan.members.items() if member.rules and member.rules.names}
        async with self._busy:
            self._owners = {address: key for key, member in naming.items() for address in member.addresses}
            self._macs = {mac: key for key, member in naming.items() for mac in member.macs}
            for asset_id in self.names.keys() - plan.members.keys():
                self._book.forget(asset_id)
            self.names = {key: names for key, names in self.names.items() if key in plan.members}
            await self._set_listening(wanted=bool(naming))

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

    # --- in the executor, one at a time

    @override
    def _open(self) -> DnsTap:
        return DnsTap(self._take, self._meet)

    @override
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

    @override
    async def _follow(self, news: bool) -> None:
        if news:
            await self._on_names()
