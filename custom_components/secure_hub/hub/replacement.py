"""Replacing devices: plans carried out step by step, each journalled and kept, so that they go on after any failure."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
import contextlib
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..adapters.device_pages import (
    PageError,
    entities_of,
    give_device,
    give_entity,
    page_of,
    take_device_back,
    take_entity_back,
)
from ..adapters.journal import JournalError
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..adapters.zha.links import LinkError
from ..const import DOMAIN
from ..engine.assets.model import IdentifierKind
from ..engine.decisions import Change
from ..engine.events import SecurityEvent
from ..engine.home import Home
from ..engine.journal import Entry, JsonValue
from ..engine.policy.safety import protection
from ..engine.radio.links import Link
from ..engine.radio.scenes import SCENES, Scene, read_view
from ..engine.replacement.model import Plan, Radio, Refusal, ReplacementError, Step, StepKind, Thing
from ..engine.replacement.planning import bindings, plan
from ..engine.replacement.progress import Progress, State, decode, encode
from ..engine.replacement.succession import restore, succeed
from .keeper import HomeKeeper, failed
from .manifests import Manifests
from .monitoring import Monitoring
from .people import Household
from .publisher import signal_hub
from .radio import Radio as ZigbeeRoom

INTERRUPTED: Final = "replace_interrupted"
RETIRED: Final = "replaced"
"""Why a replaced device is banned."""

type Hand = Callable[[Progress, int], Awaitable[JsonValue]]
"""Does or undoes the step of an index; gives what undoing it takes."""


class Replacements:
    """What is being replaced by what, one step at a time. What fails stops; a person has it go on or back."""

    def __init__(
        self, hub: HomeKeeper, people: Household, zigbee: ZigbeeRoom, monitoring: Monitoring, manifests: Manifests
    ) -> None:
        """Nothing is read before `async_start`."""
        self._hub = hub
        self._people = people
        self._zigbee = zigbee
        self._monitoring = monitoring
        self._manifests = manifests
        self._links = hub.isolation.links
        self._scenes = hub.isolation.scenes
        self._store = RoomStore(hub.hass, f"{DOMAIN}.replacements", encode, decode)
        self._under_way: dict[str, Progress] = {}
        self._busy: set[str] = set()
        self._hands: Mapping[StepKind, tuple[Hand, Hand]] = {
            StepKind.PERMISSIONS: (self._async_succeed, self._async_restore),
            StepKind.OWNER: (self._owners("owners"), self._owners("old_owners")),
            StepKind.GUEST: (self._guest("until"), self._guest("old_until")),
            StepKind.MANIFEST: (self._async_name_manifest, self._async_manifest_back),
            StepKind.BEHAVIOUR: (self._async_expect, self._async_expect_nothing),
            StepKind.DEVICE: (self._on_page(give_device), self._on_page(take_device_back)),
            StepKind.ENTITY: (self._on_page(give_entity), self._on_page(take_entity_back)),
            StepKind.GROUP: (self._async_join_group, self._async_leave_group),
            StepKind.SCENE: (self._async_add_scene, self._async_scene_back),
            StepKind.BINDING: (self._async_rebind, self._async_bind_back),
            StepKind.RETIRE: (self._async_retire, self._async_retire),
        }

    async def async_start(self) -> None:
        """Remember what was under way; a person says whether it goes on or back.

        What cannot be read stays as it is: nothing can be replaced until it is mended.
        """
        with contextlib.suppress(StoreUnreadableError):  # said whenever something is to be replaced
            found = await self._store.load() or {}
            self._under_way = {
                old: each if each.state is State.STOPPED else each.stopped(INTERRUPTED, "")
                for old, each in found.items()
            }

    async def async_stop(self) -> None:
        """Nothing runs by itself."""

    @property
    def under_way(self) -> Mapping[str, Progress]:
        """What was begun and is neither done nor rolled back, by asset id of the old device."""
        return self._under_way

    async def async_plan(self, old: str, new: str) -> Plan:
        """Say what replacing `old` by `new` takes, and change nothing. Raises ServiceValidationError."""
        engaged = {one for each in self._under_way.values() for one in (each.plan.old, each.plan.new)}
        if {old, new} & engaged:
            raise self._refused(Refusal.UNDER_WAY, old)
        return await self._async_plan(old, new)

    async def _async_plan(self, old: str, new: str) -> Plan:
        before, after = self._thing(old), self._thing(new)
        try:
            plan(before, after)  # refused before anybody is asked by radio
            mine = await self._async_radio(before.ieee, old=True)
            return plan(replace(before, radio=mine), replace(after, radio=await self._async_radio(after.ieee)))
        except ReplacementError as error:
            raise _said(error) from error

    async def async_replace(self, old: str, new: str, *, actor: str | None) -> Progress:
        """Do all steps; returns when all are done, or stopped with what went wrong.

        Raises ServiceValidationError if it makes no sense, HomeAssistantError if it cannot begin.
        """
        begun = Progress(await self.async_plan(old, new), actor)
        with self._engaged(old):
            await self._async_journal("replace_begun", begun)
            await self._async_keep(begun)
            return await self._async_go_on(begun)

    async def async_resume(self, old: str, *, actor: str | None) -> Progress:
        """Go on where it stopped; raises as `async_replace` does."""
        progress = replace(self._stopped(old), actor=actor)
        with self._engaged(old):
            await self._async_journal("replace_resumed", progress)
            return await self._async_go_on(progress)

    async def async_roll_back(self, old: str, *, actor: str | None) -> Progress:
        """Undo what was done, the last first; raises ServiceValidationError once the old device has left."""
        progress = replace(self._stopped(old), actor=actor)
        if not progress.can_roll_back:
            raise self._refused(Refusal.TOO_LATE, old)
        with self._engaged(old):
            await self._async_journal("replace_rolled_back", progress)
            while (index := progress.last_done) is not None:
                progress = await self._async_step(progress, index, back=True)
                if progress.state is State.STOPPED:
                    return progress
            if progress.state is not State.ROLLED_BACK:  # nothing had been done
                progress = replace(progress, state=State.ROLLED_BACK)
                await self._async_keep(progress)
        return progress

    async def _async_go_on(self, progress: Progress) -> Progress:
        while (index := progress.next_step) is not None:
            progress = await self._async_step(progress, index, back=False)
            if progress.state is State.STOPPED:
                return progress
        self._hub.async_tell(SecurityEvent.REPLACED, progress.plan.new, replaced=self._name(progress.plan.old))
        return progress

    async def _async_step(self, progress: Progress, index: int, *, back: bool) -> Progress:
        """Do or undo one step, keep that, journal it; what goes wrong is kept as well."""
        step = progress.plan.steps[index]
        try:
            undo = await self._hands[step.kind][back](progress, index)
            after = progress.without(index) if back else progress.after(index, undo)
        except (PageError, LinkError) as error:
            after = progress.stopped(error.key, error.detail)
        except HomeAssistantError as error:
            after = progress.stopped(error.translation_key or "replace_failed", str(error))
        await self._async_journal("replace_undone" if back else "replace_done", after, step)
        await self._async_keep(after)
        return after

    async def _async_journal(self, action: str, progress: Progress, step: Step | None = None) -> None:
        details: dict[str, JsonValue] = {"new": progress.plan.new}
        if step is not None:
            details |= {"step": step.kind.value, "subject": step.subject, "error": progress.error}
        try:
            await self._hub.journal.append(action, asset_id=progress.plan.old, actor=progress.actor, details=details)
        except JournalError as error:
            raise failed(error.key, error.detail) from error

    async def _async_keep(self, progress: Progress) -> None:
        over = progress.state in {State.DONE, State.ROLLED_BACK}
        rest = {old: each for old, each in self._under_way.items() if old != progress.plan.old}
        self._under_way = rest if over else {**rest, progress.plan.old: progress}
        try:
            await self._store.save(self._under_way)
        except StoreWriteError as error:
            raise failed(error.key, error.detail) from error
        async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    @contextlib.contextmanager
    def _engaged(self, old: str) -> Iterator[None]:
        if old in self._busy:
            raise self._refused(Refusal.UNDER_WAY, old)
        self._busy.add(old)
        try:
            yield
        finally:
            self._busy.discard(old)

    def _stopped(self, old: str) -> Progress:
        if old not in self._under_way:
            raise self._refused(Refusal.NOT_UNDER_WAY, old)
        return self._under_way[old]

    def _refused(self, key: Refusal, asset_id: str) -> ServiceValidationError:
        return _said(ReplacementError(key, self._name(asset_id)))

    def _name(self, asset_id: str) -> str:
        asset = self._hub.assets.get(asset_id)
        return asset.name if asset else asset_id

    # --- what is known of both

    @callback
    def _thing(self, asset_id: str) -> Thing:
        asset, hass = self._hub.asset(asset_id), self._hub.hass
        page = page_of(hass, self._hub.entry.entry_id, asset)
        return Thing(
            asset_id,
            asset.name,
            page.id if page else None,
            page.name_by_user if page else None,
            page.area_id if page else None,
            frozenset(page.labels if page else ()),
            entities_of(hass, asset.device_ids | ({page.id} if page else set())),
            owners=self._people.ownership.of(asset_id),
            guest_until=self._people.ownership.guests.get(asset_id),
            manifest=self._manifests.named(asset_id),
            model=f"{asset.record.manufacturer} {asset.record.model}" if asset.record.model else None,
            protected=protection(asset, self._hub.home.environment) is not None,
            ieee=min(asset.values(IdentifierKind.IEEE), default=None),
        )

    async def _async_radio(self, ieee: str | None, *, old: bool = False) -> Radio | None:
        """The Zigbee side of a device; of the old one also what ties it to others, as far as it can be read."""
        if ieee is None:
            return None
        try:
            inputs, memberships = self._links.clusters(ieee), self._links.memberships(ieee)
        except LinkError:  # ZHA does not know it any more, or is not there: what it had cannot be read
            return Radio(ieee)
        taken = self._hub.isolation.taken
        groups: dict[int, frozenset[int]] = {}
        for link in (*memberships, *taken):
            if link.holder == ieee and link.is_membership and link.group is not None:
                groups[link.endpoint] = groups.get(link.endpoint, frozenset()) | {link.group}
        if not old:
            return Radio(ieee, inputs, groups)
        bound_by, unread = await self._links.leading_to(ieee)
        cut = frozenset(link for link in taken if link.target == ieee)
        bound_by = (*bound_by, *sorted(cut - set(bound_by), key=repr))
        return Radio(ieee, inputs, groups, bound_by, cut, unread, await self._async_scenes(ieee, inputs, groups))

    async def _async_scenes(
        self, ieee: str, inputs: Mapping[int, frozenset[int]], groups: Mapping[int, frozenset[int]]
    ) -> tuple[Scene, ...] | None:
        """Scenes that a device keeps, those that it had to forget with its groups among them; None if it is silent."""
        mine = [link for link in self._hub.isolation.taken if link.holder == ieee]
        # What the hub wrote down it had read before.
        kept = [read_view(link.endpoint, b"\x00" + scene) for link in mine for scene in link.scenes]
        try:
            found = await self._scenes.read(ieee, groups) if any(SCENES in one for one in inputs.values()) else ()
        except LinkError:
            return None
        return (*found, *(scene for scene in kept if scene is not None))

    # --- hands

    async def _async_succeed(self, progress: Progress, _index: int) -> JsonValue:
        old, new = progress.plan.old, progress.plan.new
        kept: dict[str, Any] = {}

        def choose(home: Home) -> Change:
            policy, permissions, undo = succeed(home.policy, home.permissions, old, new, lambda: uuid4().hex)
            kept.update(undo)
            return Change(Entry("succeed", new, progress.actor, details={"old": old}), policy, permissions)

        await self._hub.async_decide(choose)
        return kept

    async def _async_restore(self, progress: Progress, index: int) -> JsonValue:
        new, undo = progress.plan.new, progress.undo[index]

        def choose(home: Home) -> Change:
            policy, permissions = restore(home.policy, home.permissions, new, undo)
            return Change(Entry("succeed_undone", new, progress.actor), policy, permissions)

        await self._hub.async_decide(choose)
        return None

    def _owners(self, key: str) -> Hand:
        async def hand(progress: Progress, index: int) -> JsonValue:
            owners = progress.plan.steps[index].data[key]
            await self._people.async_set_owners(progress.plan.new, users=owners, actor=progress.actor)
            return None

        return hand

    def _guest(self, key: str) -> Hand:
        async def hand(progress: Progress, index: int) -> JsonValue:
            until = progress.plan.steps[index].data[key]
            await self._people.async_welcome(progress.plan.new, until=until, actor=progress.actor)
            return None

        return hand

    async def _async_name_manifest(self, progress: Progress, _index: int) -> JsonValue:
        return await self._manifests.async_succeed(progress.plan.old, progress.plan.new)

    async def _async_manifest_back(self, progress: Progress, index: int) -> JsonValue:
        await self._manifests.async_restore(progress.plan.new, progress.undo[index])
        return None

    async def _async_expect(self, progress: Progress, _index: int) -> JsonValue:
        await self._monitoring.async_succeed(progress.plan.old, progress.plan.new)
        return None

    async def _async_expect_nothing(self, progress: Progress, _index: int) -> JsonValue:
        await self._monitoring.async_relearn(progress.plan.new, actor=progress.actor)
        return None

    def _on_page(self, change: Callable[[HomeAssistant, Mapping[str, Any]], None]) -> Hand:
        async def hand(progress: Progress, index: int) -> JsonValue:
            change(self._hub.hass, progress.plan.steps[index].data)
            return None

        return hand

    async def _async_join_group(self, progress: Progress, index: int) -> JsonValue:
        await self._links.give(_membership(progress.plan.steps[index]))
        return None

    async def _async_leave_group(self, progress: Progress, index: int) -> JsonValue:
        await self._links.take(_membership(progress.plan.steps[index]))
        return None

    async def _async_add_scene(self, progress: Progress, index: int) -> JsonValue:
        """Give the new device a scene; what it kept under its number comes back with the way back."""
        where, payload = _scene(progress.plan.steps[index])
        before = await self._scenes.view(*where)
        await self._scenes.add(*where[:2], payload)
        return before.payload().hex() if before is not None and before.payload() != payload else None

    async def _async_scene_back(self, progress: Progress, index: int) -> JsonValue:
        where, _ = _scene(progress.plan.steps[index])
        if (before := progress.undo[index]) is not None:
            await self._scenes.add(*where[:2], bytes.fromhex(before))
        else:
            await self._scenes.remove(*where)
        return None

    async def _async_rebind(self, progress: Progress, index: int) -> JsonValue:
        old, new = bindings(progress.plan.steps[index])
        await self._links.give(new)
        await self._links.take(old)
        return None

    async def _async_bind_back(self, progress: Progress, index: int) -> JsonValue:
        """Let the remote command the old device again, unless that is cut off: then release gives it back."""
        step = progress.plan.steps[index]
        old, new = bindings(step)
        if not step.data["taken"]:
            await self._links.give(old)
        await self._links.take(new)
        return None

    async def _async_retire(self, progress: Progress, index: int) -> JsonValue:
        """Take the old device out of the network for good; a device that is dead is only forgotten."""
        step = progress.plan.steps[index]
        await self._zigbee.async_ban(step.data["ieee"], name=step.subject, actor=progress.actor, reason=RETIRED)
        return None


def _membership(step: Step) -> Link:
    data = step.data
    return Link(data["ieee"], data["endpoint"], group=data["group"])


def _scene(step: Step) -> tuple[tuple[str, int, int, int], bytes]:
    """Device, endpoint, group and number of a step's scene, and the payload that makes it."""
    data = step.data
    return (data["ieee"], data["endpoint"], data["group"], data["number"]), bytes.fromhex(data["payload"])


def _said(error: ReplacementError) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=error.key.value, translation_placeholders={"detail": error.detail}
    )
