"""Learned allow-lists: what an asset was seen to need over some days, shown to a person, who may lock it.

Seen is what passes this machine as a connection that was answered, and the names that devices were told for it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import logging
import time
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..adapters.journal import JournalError
from ..adapters.learning_store import MAX_WATCHES, LearningStore, Watches
from ..adapters.manifest_store import Imported
from ..adapters.netfilter.conntrack import Connection
from ..adapters.netfilter.netlink import NetlinkError
from ..adapters.netfilter.sight import ConnectionTable, open_table
from ..adapters.sources.answers import AnswerTap
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..engine.assets.model import Address
from ..engine.firewall.names import Answer, NameBook
from ..engine.home import Home
from ..engine.manifests.binding import DNS_SERVERS, Bound, bind
from ..engine.manifests.export import export
from ..engine.manifests.learned import Conversation, Need, Watch, learn, rules_of
from ..engine.manifests.model import Description, Direction, Group
from ..engine.manifests.surroundings import surroundings
from .keeper import HomeKeeper, failed
from .manifests import Manifests, refused

_LOGGER = logging.getLogger(__name__)

LEARNED: Final = "learned"
"""Source of a list that was learned."""
DAY: Final = 86_400.0
POLL: Final = 5.0
"""Seconds between two looks: the kernel forgets no answered connection sooner than in ten."""
SAVE: Final = 60.0
"""Seconds between two writes of what was seen."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was seen of an asset, and the allow-list that follows."""

    watch: Watch
    needs: tuple[Need, ...]
    bound: Bound


class Learning:
    """Watches the assets that somebody asked to have watched."""

    def __init__(self, hub: HomeKeeper, manifests: Manifests, now: Callable[[], float] = time.time) -> None:
        """Watch nobody yet; `now` gives seconds since the epoch."""
        self.now = now
        self.watches: Watches = {}
        self._hub = hub
        self._manifests = manifests
        self._store = LearningStore(hub.hass)
        self._saved: Watches = {}
        self._saved_at = 0.0
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._table: ConnectionTable | None = None
        self._tap: AnswerTap | None = None
        self._book = NameBook()
        self._before: frozenset[Connection] = frozenset()

    async def async_start(self) -> None:
        """Remember, and go on watching. What cannot be read is put aside: nothing of it counts before it is locked."""
        try:
            self.watches = await self._store.load() or {}
        except StoreUnreadableError as error:
            aside = await self._store.start_anew({})
            _LOGGER.warning("What was learned cannot be read (%s); see %s", error, aside or error.aside)
        self._saved = self.watches
        if self._open():
            self._run()

    async def async_stop(self) -> None:
        """Watch no more for now, and remember what was seen."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        async with self._lock:
            try:
                await self._async_save()
            except StoreWriteError as error:
                _LOGGER.warning("What was learned was not kept: %s", error)
            await self._hub.hass.async_add_executor_job(self._close)

    async def async_learn(self, asset_id: str, days: int, *, actor: str | None) -> None:
        """Watch an asset from now on, anew if it was watched; raises HomeAssistantError where nothing can be seen."""
        now = self.now()
        async with self._lock:
            alive = {key: watch for key, watch in self.watches.items() if key in self._hub.assets and key != asset_id}
            if len(alive) >= MAX_WATCHES:
                raise refused(key="too_many_watched", detail=str(MAX_WATCHES))
            try:
                await self._hub.hass.async_add_executor_job(self._look)
            except (NetlinkError, OSError) as error:
                raise _blind(error) from error
            try:
                await self._hub.journal.append("learn", asset_id=asset_id, actor=actor, details={"days": days})
                self.watches = {**alive, asset_id: Watch(now, now + days * DAY)}
                self._before = frozenset()  # what stands already is what it needs too
                await self._async_save()
            except (JournalError, StoreWriteError) as error:
                raise failed(error.key, error.detail) from error
        self._run()

    def ready(self) -> dict[str, Watch]:
        """Watches that are over, saw something, and whose list nobody has locked."""
        now, imported = self.now(), self._manifests.kept.imported
        return {
            key: watch
            for key, watch in self.watches.items()
            if watch.until <= now
            and watch.seen
            and not (key in imported and imported[key].source == LEARNED and imported[key].at >= watch.since)
        }

    async def async_learned(self, asset_id: str) -> Learned:
        """What was seen of an asset until now; raises ServiceValidationError if nobody watched it."""
        if asset_id not in self.watches:
            raise refused(key="not_watched", detail=self._hub.assets[asset_id].name)
        await self._async_look()
        return await self._hub.hass.async_add_executor_job(self._learned, self._hub.home, asset_id)

    async def async_confirm(self, asset_id: str, *, actor: str | None) -> Learned:
        """Let an asset do what it was seen to do and nothing else; raises as `async_decide` does."""
        learned = await self.async_learned(asset_id)

        def here(home: Home) -> Bound:
            return self._learned(home, asset_id).bound

        imported = Imported(_mud_url(asset_id), "", LEARNED, "", "", self.now())
        await self._manifests.async_restrict(asset_id, imported, here, action="confirm_learned", actor=actor)
        async with self._lock:  # it is seen enough of: what it does from now on, it does by this list
            watch = self.watches[asset_id]
            self.watches = {**self.watches, asset_id: replace(watch, until=min(watch.until, self.now()))}
            try:
                await self._async_save()
            except StoreWriteError as error:
                raise failed(error.key, error.detail) from error
        return learned

    async def async_forget(self, asset_id: str) -> None:
        """Watch an asset no more, and forget what was seen of it. Raises HomeAssistantError."""
        async with self._lock:
            self.watches = {key: watch for key, watch in self.watches.items() if key != asset_id}
            try:
                await self._async_save()
            except StoreWriteError as error:
                raise failed(error.key, error.detail) from error

    async def async_export(self, asset_id: str) -> bytes:
        """What an asset was seen to need as a MUD file (RFC 8520); raises ServiceValidationError as `async_learned`."""
        learned = await self.async_learned(asset_id)
        asset = self._hub.assets[asset_id]
        description = Description(
            mud_url=_mud_url(asset_id),
            last_update=datetime.fromtimestamp(int(self.now()), UTC),
            is_supported=True,
            systeminfo=asset.name[:60] or None,
            mfg_name=(asset.record.manufacturer or "")[:60] or None,
            model_name=(asset.record.model or "")[:60] or None,
        )
        return await self._hub.hass.async_add_executor_job(export, rules_of(learned.needs), description)

    def _learned(self, home: Home, asset_id: str) -> Learned:
        """For an executor."""
        watch = self.watches[asset_id]
        roles: Mapping[Address, Group] = dict.fromkeys(home.topology.nameservers, DNS_SERVERS)
        needs = learn(watch.seen, watch.since, watch.until, roles)
        return Learned(watch, needs, bind(rules_of(needs), surroundings(home, self._hub.networks, asset_id, {})))

    # --- watching

    def _open(self) -> dict[str, Watch]:
        """Watches that still run."""
        now = self.now()
        return {key: watch for key, watch in self.watches.items() if now < watch.until}

    def _run(self) -> None:
        if self._task is None or self._task.done():
            self._task = self._hub.entry.async_create_background_task(
                self._hub.hass, self._async_watch(), "secure_hub learning"
            )

    async def _async_watch(self) -> None:
        while self._open():
            try:
                await self._async_look()
            except HomeAssistantError as error:
                _LOGGER.warning("What devices do could not be seen: %s", error)
            await asyncio.sleep(POLL)
        async with self._lock:
            await self._hub.hass.async_add_executor_job(self._close)

    async def _async_look(self) -> None:
        """See what is there now."""
        async with self._lock:
            if not self._open():
                return
            try:
                await self._hub.hass.async_add_executor_job(self._look)
                if time.monotonic() - self._saved_at > SAVE:
                    await self._async_save()
            except (NetlinkError, OSError) as error:
                raise _blind(error) from error
            except StoreWriteError as error:
                raise failed(error.key, error.detail) from error

    async def _async_save(self) -> None:
        if self.watches is not self._saved:
            self._saved, self._saved_at = self.watches, time.monotonic()
            await self._store.save(self.watches)

    # --- in the executor, one at a time

    def _close(self) -> None:
        for one in (self._table, self._tap):
            if one is not None:
                one.close()
        self._table = self._tap = None

    def _look(self) -> None:
        """Take the answers and the connections that came since the last look. Raises NetlinkError, OSError."""
        if self._table is None:
            self._table = open_table()
        if self._tap is None:
            self._tap = AnswerTap(sorted(self._hub.networks.iot))
        home, watches = self._hub.home, self._open()
        owners = {a: key for key in watches if key in home.assets for a in home.assets[key].addresses}
        now, ticks = self.now(), time.monotonic()

        def take(receiver: Address, answer: Answer) -> None:
            if receiver in owners:
                self._book.hear(owners[receiver], answer, ticks)

        there = frozenset(self._table.answered())
        self._tap.read(take)  # afterwards: whoever is connected was told the name before
        fresh, self._before = there - self._before, there
        names = {key: self._book.names(key, ticks) for key in watches}
        own = frozenset(interface.ip for _, interface in home.topology.addresses)
        found: dict[str, list[Conversation]] = {}
        for one in fresh:
            for key, talk in _conversations(one, owners, now):
                if talk.remote not in own:  # what it may do with this machine is another scope
                    known = [name for name, addresses in names[key].items() if talk.remote in addresses]
                    named = replace(talk, name=known[0]) if len(known) == 1 else talk
                    found.setdefault(key, []).append(named)
        if found:
            heard = {key: watches[key].heard(talks) for key, talks in found.items()}
            self.watches = {**self.watches, **heard}


def _mud_url(asset_id: str) -> str:
    """A URL, for one is asked for, that leads nowhere (RFC 2606)."""
    return f"https://{asset_id}.invalid/manifest.json"


def _blind(error: Exception) -> HomeAssistantError:
    return failed(key="cannot_watch", detail=str(error))


def _conversations(connection: Connection, owners: Mapping[Address, str], now: float) -> list[tuple[str, Conversation]]:
    """A connection as each watched asset had it that took part."""
    found = []
    one = connection
    if key := owners.get(one.opened_by):
        found.append((key, Conversation(now, Direction.FROM_DEVICE, one.protocol, one.target, one.port)))
    if key := owners.get(one.answered_by):
        talk = Conversation(now, Direction.TO_DEVICE, one.protocol, one.opened_by, one.answering_port)
        found.append((key, talk))
    return found
