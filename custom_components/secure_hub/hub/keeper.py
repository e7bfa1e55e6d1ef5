"""HomeKeeper: keeps the home as it was decided; every look and every decision goes the same way, one at a time."""

import asyncio
from collections.abc import Callable, Collection, Iterable
import contextlib
from dataclasses import replace
from functools import partial
import logging
from pathlib import Path
import time
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.util import dt as dt_util

from ..adapters.alarm import Alarm
from ..adapters.enforcers.nftables import NftablesEnforcer
from ..adapters.enforcers.telling import Drift
from ..adapters.journal import Journal, JournalError
from ..adapters.memory import MemoryStore
from ..adapters.neighbours import NetworkWatch
from ..adapters.registries import RegistryWatch, admin_addresses, registry_sets, registry_sightings
from ..adapters.storage import StoreWriteError
from ..adapters.zha.gate import ZigbeeGate
from ..const import CONF_DNSMASQ, CONF_IOT_INTERFACES, CONF_LAN_INTERFACES, CONF_MODE, CONF_NEWCOMERS, DOMAIN
from ..engine.assets.model import Asset, Sighting
from ..engine.decisions import Change, Choice, concerned, decide, renamed, together, touched
from ..engine.enforcement import EnforcementError
from ..engine.events import SecurityEvent
from ..engine.happened import Happened, decided, looked
from ..engine.home import Home, Memory, Networks, changes, look, remembered
from ..engine.journal import JsonValue
from ..engine.policy.compiler import Compiler
from ..engine.policy.evaluation import Situation
from ..engine.policy.model import Policy
from ..engine.policy.permissions import Permissions
from ..engine.policy.safety import environment
from ..engine.policy.scopes import PolicyError
from .asking import Asking
from .enforcement import Enforcement
from .isolation import Isolation
from .named import NamesForDnsmasq
from .naming import Naming, names_store
from .network_lists import NetworkLists
from .network_owners import NetworkOwners
from .publisher import Publisher
from .view import HomeView

_LOGGER = logging.getLogger(__name__)

_SETTLE_S = 0.5
"""Seconds over which changes of registries and networks are gathered into one look."""


class HomeKeeper(HomeView):
    """Looks at the home, decides, and makes true what follows.

    All changes go one way: look (or decide), remember, enforce, read back, journal, publish; one at a time.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Build the parts; nothing runs before `async_start`."""
        self.hass = hass
        self.entry = entry
        run = hass.async_add_executor_job
        self.journal = Journal(Path(hass.config.path(DOMAIN)), run=run, now=dt_util.utcnow)
        self.firewall = NftablesEnforcer(on_drift=self._async_drifted, on_status=self._async_publish)
        self.gate = ZigbeeGate(hass, on_status=self._async_publish)
        self.isolation = Isolation(hass, self.gate, on_status=self._async_publish)
        self.naming = Naming(run, on_names=self._async_rename, on_status=self._async_publish, store=names_store(hass))
        self.lists = NetworkLists(Path(hass.config.path(DOMAIN)), run)
        self.network_owners = NetworkOwners(hass, entry.entry_id)
        self.asking = Asking(run, on_status=self._async_publish)
        folder = entry.options.get(CONF_DNSMASQ)
        self.named = (NamesForDnsmasq(Path(folder), run, self._async_publish),) if folder else ()
        own = (self.naming, self.asking, self.firewall, *self.named, self.gate, self.isolation)
        self.enforcement = Enforcement(own, self.journal, self.reaches)
        self._store = MemoryStore(hass)
        self._memory = Memory({}, Policy(), first_run=True)
        iot, lan = (frozenset(entry.data[one]) for one in (CONF_IOT_INTERFACES, CONF_LAN_INTERFACES))
        self.networks = Networks(iot, lan, named=bool(folder))
        self._home = Home(looked=False)
        self._compiler = Compiler(Situation(Policy(), Permissions(), 0.0))
        self._lock = asyncio.Lock()
        self._looker = Debouncer(
            hass, _LOGGER, cooldown=_SETTLE_S, immediate=False, function=self._async_look_again, background=True
        )
        self._stale = False
        self._stopped = False
        self._told_all = False
        self._network = NetworkWatch(self._async_changed)
        self._registries = RegistryWatch(hass, self._async_changed)
        self._trouble: str | None = None
        self._publisher = Publisher(hass, entry.entry_id)
        self._alarm = Alarm(hass, self._async_changed)

    def asset(self, asset_id: str) -> Asset:
        """Give an asset; raises ServiceValidationError for one that is not known."""
        if asset_id not in self.assets:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="unknown_asset")
        return self.assets[asset_id]

    async def async_look(self) -> None:
        """Look at the home and make true what follows."""
        async with self._lock:
            if not self._stopped:
                await self._async_adopt(await self._async_look_at(self._memory, registry_sightings(self.hass)))

    @callback
    def _async_changed(self) -> None:
        self._stale = True
        self._looker.async_schedule_call()

    async def _async_look_again(self) -> None:
        """Look until nothing changed meanwhile: the debouncer drops a call that it gets while one runs."""
        while self._stale:
            self._stale = False
            await self.async_look()

    async def _async_look_at(self, memory: Memory, sightings: Iterable[Sighting]) -> Home:
        return await self.hass.async_add_executor_job(
            partial(
                look,
                memory,
                sightings,
                self._network.topology,
                self.networks,
                await admin_addresses(self.hass),
                compiler=self._compiler,
                names=await self.naming.sweep(),
                lists=await self.lists.read(memory.permissions),
                now=time.time(),
                new_id=lambda: uuid4().hex,
            )
        )

    async def _async_adopt(self, home: Home) -> None:
        """Make what was looked at what is remembered and enforced; what fails waits for the next look."""
        if home.merged:
            home = renamed(home, await self.naming.merge(home.merged))
        before, self._home = self._home, home
        troubles = []
        # One that fails keeps none of the others back: with a full disk, too, what was decided is enforced.
        for step in (self._async_keep, partial(self._async_journal_look, before), self._async_enforce):
            try:
                await step(home)
            except (EnforcementError, JournalError, StoreWriteError) as error:
                troubles.append(str(error))
        self._async_tell_once("; ".join(dict.fromkeys(troubles)) or None)
        self._async_publish()
        self._async_tell_all(looked(before, home))

    async def _async_journal_look(self, before: Home, home: Home) -> None:
        for entry in changes(before, home):
            await self.journal.record(entry)

    async def _async_enforce(self, home: Home) -> None:
        if home.plan != self.enforcement.plan:
            await self.enforcement.apply(home.plan, None)

    async def _async_rename(self) -> None:
        """Make true what devices' names stand for now, and nothing else."""
        async with self._lock:
            if not self._stopped:
                before = self._home
                self._home = await self.hass.async_add_executor_job(renamed, before, self.naming.names)
                changed = None if self.enforcement.plan is None else touched(before.plan, self._home.plan)
                try:
                    if changed is None or changed:
                        await self.enforcement.apply(self._home.plan, changed)
                except (EnforcementError, JournalError) as error:
                    self._async_tell_once(str(error))
                self._async_publish()

    async def _async_keep(self, home: Home) -> None:
        self._memory = remembered(home)
        await self._store.keep(home)

    @callback
    def _async_tell_once(self, trouble: str | None) -> None:
        """Log what went wrong once, and once that it is over."""
        if trouble and trouble != self._trouble:
            _LOGGER.warning("Not everything could be done: %s", trouble)
        elif self._trouble and not trouble:
            _LOGGER.info("Everything could be done again")
        self._trouble = trouble

    async def async_consider[T](self, ask: Callable[[Home], T]) -> T:
        """Ask something, in an executor, of the home as a decision would meet it now."""
        return await self.hass.async_add_executor_job(ask, await self._async_as_met())

    async def _async_as_met(self) -> Home:
        """The home of this moment: where administrators are, and which areas and labels there are, is asked anew."""
        surroundings = environment(self._home.topology, await admin_addresses(self.hass))
        return replace(self._home, environment=surroundings, sets=registry_sets(self.hass))

    async def async_decide(self, *choices: Choice) -> None:
        """Make one decision of one or several choices and return once what follows from it was read back.

        They are made in an executor, of the home of this moment; if one is refused, none of them is made.
        Raises ServiceValidationError for what cannot be decided, HomeAssistantError if it failed; then everything is as
        it was.
        """
        async with self._lock:
            if self._stopped:
                raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
            try:
                change = await self.hass.async_add_executor_job(together, await self._async_as_met(), choices)
            except PolicyError as error:
                raise refused(error) from error
            if change is not None:
                await self._async_carry_out(change)

    async def _async_carry_out(self, change: Change) -> None:
        """Journal, remember, enforce and read back one decision; whatever fails leaves everything as it was."""
        before = self._home
        home = await self.hass.async_add_executor_job(
            decide, before, change, self._compiler, self.networks, time.time()
        )
        changed = None if self.enforcement.plan is None else touched(before.plan, home.plan)
        about: Collection[str] | None = None
        self._told_all = False
        try:
            for entry in change.entries:
                await self.journal.record(entry)
            await self._async_keep(home)
            self._home = home
            await self.enforcement.apply(home.plan, changed)
            # Whoever was told meanwhile was told of what is under way, and a further enforcer may know more of others.
            if changed is not None and not self._told_all and not self.enforcement.further:
                about = concerned(before, home)
        except (EnforcementError, JournalError, StoreWriteError) as error:
            await self._async_undo(before, change, changed, error.key)
            raise failed(error.key, error.detail) from error
        finally:
            self._async_publish(about)
        self._async_keep_settings()
        self._async_tell_all(decided(before, home))

    async def _async_undo(self, before: Home, change: Change, changed: Collection[str] | None, error: str) -> None:
        self._home = before
        asset_id = None if change.also else change.entry.asset_id
        for step in (
            partial(self._async_keep, before),
            partial(self.enforcement.apply, before.plan, changed),
            partial(self.journal.append, "decision_failed", asset_id=asset_id, details={"error": error}),
        ):
            with contextlib.suppress(EnforcementError, JournalError, StoreWriteError):
                await step()

    @callback
    def _async_keep_settings(self) -> None:
        """Let the config entry say what lasts of mode and newcomers; that alone reloads nothing."""
        policy, _ = self._home.lasting
        options = {**self.entry.options, CONF_MODE: policy.mode.value, CONF_NEWCOMERS: policy.newcomers.value}
        self.hass.config_entries.async_update_entry(self.entry, options=options)

    @callback
    def _async_drifted(self, drift: Drift) -> None:
        """Somebody else changed what we enforce."""
        self.entry.async_create_task(self.hass, self._async_journal_drift(drift), f"{DOMAIN} drift")

    async def _async_journal_drift(self, drift: Drift) -> None:
        try:
            await self.journal.append("drift", reason=drift.kind, details=drift.as_dict())
        except JournalError as error:
            _LOGGER.warning("A foreign change of the firewall was not journalled: %s", error)
        self._async_publish()
        self.async_tell(SecurityEvent.DRIFT, reason=drift.kind, process=drift.process, healed=drift.healed)

    @callback
    def async_on_governed(self, listener: Callable[[list[Asset]], None]) -> CALLBACK_TYPE:
        """Call `listener` with the governed assets of now and, later, with each that becomes one."""
        listener([self.assets[asset_id] for asset_id in self._home.governed])
        return self._publisher.async_on_appeared(listener)

    @callback
    def async_on_change(self, listener: Callable[[list[Asset], Collection[str]], None]) -> CALLBACK_TYPE:
        """Call `listener` with the governed assets that changed and the ids of those that are governed no more."""
        return self._publisher.async_on_change(listener)

    @callback
    def async_tell(self, event: SecurityEvent, asset_id: str | None = None, **details: JsonValue) -> None:
        """Tell people and automations, through the event entities, what happened to an asset or to the home."""
        self._publisher.async_tell(Happened(event, asset_id, details))

    @callback
    def _async_tell_all(self, what: Iterable[Happened]) -> None:
        for one in what:
            self._publisher.async_tell(one)

    @callback
    def _async_publish(self, about: Collection[str] | None = None) -> None:
        """Tell whoever shows something what is not as it was when last told, of all assets or of those in `about`."""
        self._alarm.async_set(None if self._stopped else self.next_end)
        governed = self._home.governed
        self._told_all = about is None
        gone = self._publisher.shown - governed if about is None else ()
        told = governed if about is None else governed.intersection(about)
        self._publisher.async_publish({key: (self.assets[key], self._shown(key)) for key in told}, gone)


def refused(error: PolicyError) -> ServiceValidationError:
    """What cannot be decided, for whoever asked."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=error.key.value,
        translation_placeholders={"detail": error.detail},
    )


def failed(key: str, detail: str) -> HomeAssistantError:
    """What was decided and could not be done, for whoever asked."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"detail": detail}
    )
