"""SecureHub: builds the rooms, starts and stops them, and carries out what is ordered of one asset."""

from collections.abc import Collection, Iterable
import contextlib
from dataclasses import replace
from functools import partial
import time
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ..adapters.journal import JournalError
from ..adapters.people import async_remove_from_radio
from ..adapters.registries import registry_sightings
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..const import CONF_MODE, CONF_NEWCOMERS, DOMAIN
from ..engine.assets.model import Asset, IdentifierKind, Sighting
from ..engine.choices import allow, revoke, set_permission, set_profile
from ..engine.decisions import Change
from ..engine.enforcement import EnforcementError
from ..engine.firewall.coverage import CoverageLevel
from ..engine.home import Home, Memory
from ..engine.journal import Entry, Verification
from ..engine.policy.destinations import Destination
from ..engine.policy.grants import Duration
from ..engine.policy.model import Mode, Newcomers, Policy, Quarantine
from ..engine.policy.profiles import Profile
from ..engine.policy.safety import protection
from ..engine.policy.scopes import Scope
from ..engine.previews import Wish
from ..engine.requests.model import Ask, Kind
from .containment import Containing
from .firmware import FirmwareRoom
from .flows import Flows
from .further import Further
from .images import Images
from .keeper import HomeKeeper, failed
from .learning import Learning
from .manifests import Manifests
from .monitoring import Monitoring
from .offers import Offers
from .overdue import Overdue
from .people import Household
from .radio import Radio
from .reminders import Reminders
from .replacement import Replacements
from .requests import Requests
from .rollouts import Rollouts
from .room import Room
from .spoofing import Spoofing
from .telemetry import Telemetry
from .traffic import Traffic
from .uses import Uses
from .widening import Widening

type SecureHubConfigEntry = ConfigEntry[SecureHub]


class SecureHub(HomeKeeper):
    """The hub of one home."""

    rooms: tuple[Room, ...] = ()
    """What the hub does beside keeping the home, in the order of its start."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Build the parts and the rooms; nothing runs before `async_start`."""
        super().__init__(hass, entry)
        self.further = Further(
            self,
            topology=lambda: self._network.topology,
            on_drift=self._async_drifted,
            on_status=self._async_publish,
        )
        self.traffic = Traffic(self)
        self.spoofing = Spoofing(self)
        self.uses = Uses(self)
        self.manifests = Manifests(self)
        self.learning = Learning(self, self.manifests)
        self.people = Household(self)
        self.requests = Requests(self, self.people, self.uses)
        self.firmware = FirmwareRoom(self)
        self.radio = Radio(self)
        self.rollouts = Rollouts(self.firmware)
        self.monitoring = Monitoring(self, Containing(self, self), lambda asset_id: self.traffic.use(asset_id).refused)
        self.replacements = Replacements(self, self.people, self.radio, self.monitoring, self.manifests)
        self.images = Images(self.firmware)
        self.overdue = Overdue(self.firmware, self.rollouts, self.async_quarantine, self.async_release)
        self.telemetry = Telemetry(self, self.traffic, self.monitoring)
        self.flows = Flows(self, self.telemetry.flows, self.monitoring.sources)
        self.rooms = (
            *self.rooms,
            self.further,
            self.network_owners,
            self.traffic,
            self.spoofing,
            self.uses,
            self.manifests,
            self.people,
            self.requests,
            Offers(self, self.manifests),
            self.learning,
            Widening(self, self.manifests, self.learning, self.requests),
            self.firmware,
            self.images,
            self.radio,
            self.rollouts,
            self.overdue,
            Reminders(self.firmware, self.rollouts, self.requests),
            self.replacements,
            self.telemetry,
            self.flows,
            self.monitoring,
        )

    async def async_start(self) -> None:
        """Remember, look, enforce, then watch.

        Raises StoreUnreadableError, with every device held that can be, and JournalError.
        """
        try:
            await self._network.start()
            self.enforcement.further = await self.further.async_build()
            await self._async_remember()
            await self.naming.recall()
            await self._async_open_journal()
            await self.async_look()
            await self.gate.start()
            self._registries.start()
            for room in self.rooms:
                await room.async_start()
            self.entry.async_on_unload(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_end))
        except BaseException:
            await self.async_stop()
            raise

    async def async_stop(self) -> None:
        """Let go of everything but the containment."""
        for room in reversed(self.rooms):
            await room.async_stop()
        self._looker.async_shutdown()
        self._registries.close()
        await self._network.close()
        async with self._lock:  # what is under way comes to its end; what waits finds that the hub stopped
            self._stopped = True
            self._alarm.async_close()
            if self._home.looked:
                await self.naming.remember()
            await self.enforcement.close()
        with contextlib.suppress(StoreWriteError):  # logged
            await self._store.flush()

    async def _async_end(self, _: Event) -> None:
        """Stop with Home Assistant, which unloads nothing then; a thread left behind would hold it up for 10 s."""
        await self.async_stop()

    async def _async_remember(self) -> None:
        """Read what was remembered; what is unreadable is no first run."""
        settings = Policy(Mode(self.entry.options[CONF_MODE]), Newcomers(self.entry.options[CONF_NEWCOMERS]))
        try:
            self._memory = await self._store.load(settings, self.entry.entry_id)
        except StoreUnreadableError:  # hold everybody who is not protected
            await self._async_raise_wall(Memory({}, replace(settings, newcomers=Newcomers.HOLD), first_run=False), ())
            raise

    async def _async_open_journal(self) -> None:
        """Nothing is decided without a journal, but what was decided before is enforced."""
        try:
            await self.journal.load(expected=not self._memory.first_run)
        except JournalError:
            await self._async_raise_wall(self._memory, registry_sightings(self.hass))
            raise

    async def _async_raise_wall(self, memory: Memory, sightings: Iterable[Sighting]) -> None:
        """Leave the wall as it stands; where none stands, raise the one that follows from `memory`."""
        if not await self.firewall.stands():
            with contextlib.suppress(EnforcementError):
                await self.firewall.apply((await self._async_look_at(memory, sightings)).plan)

    async def async_quarantine(self, *asset_ids: str, actor: str | None, reason: str | None = None) -> None:
        """Cut assets off, all or none of them, and return once that was read back.

        Raises ServiceValidationError if one must not or cannot be cut off, HomeAssistantError if it failed.
        """

        def choose(asset_id: str, home: Home) -> Change:
            self._refuse(self.asset(asset_id), home)
            policy = home.policy.quarantine(asset_id, Quarantine(time.time(), actor, reason or "manual"))
            return self._standing_change(Entry("quarantine", asset_id, actor, reason), home, policy)

        await self.async_decide(*(partial(choose, asset_id) for asset_id in asset_ids))

    async def async_release(self, *asset_ids: str, actor: str | None) -> None:
        """Let assets talk again, newcomers for the first time; raises as `async_quarantine` does."""

        def choose(asset_id: str, home: Home) -> Change:
            policy = home.policy.release(self.asset(asset_id).id)
            return self._standing_change(Entry("release", asset_id, actor), home, policy)

        await self.async_decide(*(partial(choose, asset_id) for asset_id in asset_ids))

    async def async_set_permissions(self, *wishes: Wish, actor: str | None) -> None:
        """Say what assets may do, all of it or nothing; raises as `async_decide` does."""
        await self.async_decide(
            *(
                partial(
                    set_permission,
                    matcher=wish.matcher,
                    scope=wish.scope,
                    decision=wish.decision,
                    destination=wish.destination,
                    actor=actor,
                    now=time.time(),
                    rule_id=uuid4().hex,
                )
                for wish in wishes
            )
        )

    async def async_set_profile(self, *asset_ids: str, profile: Profile | None, actor: str | None) -> None:
        """Choose the profile of assets, all or none of them, None for the home's default; raises as `async_decide`."""
        if profile is Profile.QUARANTINED:
            await self.async_quarantine(*asset_ids, actor=actor)
            return
        known = [self.asset(asset_id).id for asset_id in asset_ids]
        await self.async_decide(*(partial(set_profile, asset_id=one, profile=profile, actor=actor) for one in known))

    async def async_grant(
        self, *asset_ids: str, scope: Scope, destination: Destination, duration: Duration, actor: str | None
    ) -> None:
        """Allow assets something for a while, or always, all or none of them; raises as `async_decide` does."""
        known = [self.asset(asset_id).id for asset_id in asset_ids]
        await self.async_decide(
            *(
                partial(
                    allow,
                    asset_id=one,
                    scope=scope,
                    duration=duration,
                    destination=destination,
                    actor=actor,
                    now=time.time(),
                    timezone=dt_util.get_default_time_zone(),
                    grant_id=uuid4().hex,
                )
                for one in known
            )
        )

    async def async_revoke(self, *asset_ids: str, scope: Scope | None, actor: str | None) -> None:
        """Take back what was granted to assets, in one scope or all of them; raises as `async_decide` does."""
        known = [self.asset(asset_id).id for asset_id in asset_ids]
        await self.async_decide(*(partial(revoke, asset_id=one, scope=scope, actor=actor) for one in known))

    async def async_evict(self, asset_id: str, *, actor: str | None, reason: str | None = None) -> None:
        """Send an asset away from the Zigbee network for good; raises HomeAssistantError if it cannot be."""
        asset = self.asset(asset_id)
        for ieee in sorted(asset.values(IdentifierKind.IEEE)):
            await self.radio.async_ban(ieee, name=asset.name, actor=actor, reason=reason)

    async def async_readmit(self, asset_id: str, *, actor: str | None) -> None:
        """Let an asset that was sent away join the Zigbee network again; raises HomeAssistantError."""
        for ieee in sorted(self._banned(asset_id)):
            await self.radio.async_unban(ieee, actor=actor)

    def is_evicted(self, asset_id: str) -> bool:
        """Whether an asset was sent away from the Zigbee network."""
        return bool(self._banned(asset_id))

    def _banned(self, asset_id: str) -> Collection[str]:
        return self.asset(asset_id).values(IdentifierKind.IEEE) & self.radio.memory.bans.keys()

    def _standing_change(self, entry: Entry, home: Home, policy: Policy) -> Change:
        """A decision about how the home stands to one asset, told with what it was before."""
        asset_id = str(entry.asset_id)
        before, after = self.standing(asset_id).value, policy.standing(asset_id).value
        return Change(replace(entry, before=before, after=after), policy, home.permissions)

    async def async_forget(self, asset_id: str) -> bool:
        """Forget an asset that nothing shows any more and that is not quarantined; say whether it was."""
        async with self._lock:
            asset = self.assets.get(asset_id)
            if asset is None:
                return True
            if asset.sightings or asset_id in self.policy.quarantined:
                return False
            rest = {key: record for key, record in self._memory.records.items() if key != asset_id}
            memory = replace(self._memory, records=rest, policy=self.policy.forget(asset_id))
            await self._async_adopt(await self._async_look_at(memory, registry_sightings(self.hass)))
            return True

    async def async_transfer(self, *asset_ids: str, users: Collection[str], actor: str | None) -> None:
        """Give assets to others, who are asked to confirm what each may do; raises as `async_decide` does."""
        await self.people.async_transfer(*asset_ids, users=users, actor=actor)
        for asset_id in asset_ids:
            await self.requests.async_rotate(asset_id)
        self.requests.async_ask([Ask(asset_id, Kind.OWNER) for asset_id in asset_ids])

    async def async_retire(self, asset_id: str, *, actor: str | None, reason: str | None) -> None:
        """Let a device leave: what it may do and what was learned of it is forgotten, the radio's entry goes.

        The journal stays. A device that is still there is a newcomer then. Raises as `async_decide` does.
        """
        asset = self.asset(asset_id)
        await self.manifests.async_forget(asset_id)
        await self.learning.async_forget(asset_id)
        await self.monitoring.async_retire(asset_id)
        await self.requests.async_forget(asset_id)  # before it is a newcomer, who is asked about
        await self.people.async_retire(asset_id, actor=actor, reason=reason)
        for ieee in sorted(asset.values(IdentifierKind.IEEE)):
            await async_remove_from_radio(self.hass, ieee)
        await self.async_forget(asset_id)

    async def async_verify_journal(self) -> Verification:
        """Read the whole journal and say whether it is complete and unchanged; raises HomeAssistantError."""
        try:
            verification = await self.journal.verify()
            if verification.first_break is not None:
                await self.journal.remember(verification.first_break.kind)
        except JournalError as error:
            raise failed(error.key, error.detail) from error
        self._async_publish()
        return verification

    def _refuse(self, asset: Asset, home: Home) -> None:
        """Raise if the asset must not be cut off, or if cutting it off would be a pretence."""
        if refusal := protection(asset, home.environment):
            key = f"protected_{refusal.value}"
        elif home.policy.mode is Mode.MONITOR:
            key = "monitor_mode"
        elif (coverage := self.coverage(asset.id)).level is CoverageLevel.NONE:
            key = coverage.reason
        else:
            return
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"asset": asset.name, "detail": asset.name},
        )
