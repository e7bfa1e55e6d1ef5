"""Replacing devices: carries out plans step by step, each journalled and kept, so that it can go on after any failure."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import uuid4

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..adapters.device_pages import PageError, entities_of, give_device, give_entity, take_device_back, take_entity_back
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..adapters.zha.kinship import Kinship, KinshipError
from ..const import DOMAIN
from ..engine.assets.model import Asset, IdentifierKind
from ..engine.decisions import Change
from ..engine.events import SecurityEvent
from ..engine.home import Home
from ..engine.journal import Entry, JsonValue
from ..engine.policy.safety import protection
from ..engine.replacement.model import Plan, Refusal, ReplacementError, Step, StepKind, Thing
from ..engine.replacement.planning import plan
from ..engine.replacement.progress import Progress, State, decode, encode
from ..engine.replacement.succession import restore, succeed
from .keeper import HomeKeeper

INTERRUPTED: Final = "replace_interrupted"

type Hand = Callable[[Progress, Step], Awaitable[JsonValue]]


class Replacements:
    """What is being replaced by what. One step at a time; what fails stops, and is resumed or rolled back by a person."""

    def __init__(self, hub: HomeKeeper, kinship: Kinship) -> None:
        """Nothing is read before `async_start`."""
        self._hub = hub
        self._kinship = kinship
        self._store = RoomStore(hub.hass, f"{DOMAIN}.replacements", encode, decode)
        self._under_way: dict[str, Progress] = {}
        self._busy: set[str] = set()
        self.unreadable: StoreUnreadableError | None = None
        self._hands: Mapping[StepKind, tuple[Hand, Hand]] = {
            StepKind.PERMISSIONS: (self._async_succeed, self._async_restore),
            StepKind.DEVICE: (self._async_on_page(give_device), self._async_on_page(take_device_back)),
            StepKind.ENTITY: (self._async_on_page(give_entity), self._async_on_page(take_entity_back)),
            StepKind.GROUP: (self._async_on_radio(kinship.join_group), self._async_on_radio(kinship.leave_group)),
            StepKind.BINDING: (self._async_on_radio(kinship.rebind), self._async_on_radio(kinship.bind_back)),
            StepKind.RETIRE: (self._async_retire, self._async_retire),
        }

    async def async_start(self) -> None:
        """Remember what was under way; a person says whether it goes on or back."""
        try:
            found = await self._store.load() or {}
        except StoreUnreadableError as error:
            self.unreadable = error
            return
        self._under_way = {
            old: each if each.state is State.STOPPED else each.stopped(INTERRUPTED, "") for old, each in found.items()
        }

    async def async_stop(self) -> None:
        """Nothing runs by itself."""

    @property
    def under_way(self) -> Mapping[str, Progress]:
        """What was begun and is neither done nor rolled back, by asset id of the old device."""
        return self._under_way

    async def async_plan(self, old: str, new: str) -> Plan:
        """Say what replacing `old` by `new` takes, and change nothing. Raises ServiceValidationError."""
        try:
            if {old, new} & self._engaged():
                raise ReplacementError(Refusal.UNDER_WAY, self._hub.assets[old].name)
            return plan(await self._async_thing(old), await self._async_thing(new))
        except ReplacementError as error:
            raise _refused(error) from error

    async def async_replace(self, old: str, new: str, *, actor: str | None) -> Progress:
        """Do all steps; returns when done or stopped. Raises ServiceValidationError if it cannot begin."""
        begun = Progress(await self.async_plan(old, new), actor)
        await self._hub.journal.append("replace_begun", asset_id=old, actor=actor, after=new)
        await self._async_keep(begun)
        return await self._async_go_on(begun)

    async def async_resume(self, old: str, *, actor: str | None) -> Progress:
        """Go on where it stopped."""
        progress = self._stopped(old)
        await self._hub.journal.append("replace_resumed", asset_id=old, actor=actor, after=progress.plan.new)
        return await self._async_go_on(progress)

    async def async_roll_back(self, old: str, *, actor: str | None) -> Progress:
        """Undo what was done, the last first; raises ServiceValidationError once the old device has left."""
        progress = self._stopped(old)
        if not progress.can_roll_back:
            raise _refused(ReplacementError(Refusal.NOT_UNDER_WAY, self._name(old)))
        await self._hub.journal.append("replace_rolled_back", asset_id=old, actor=actor, after=progress.plan.new)
        with self._engage(progress):
            while (index := progress.last_done) is not None:
                progress = await self._async_step(progress, index, back=True)
                if progress.state is State.STOPPED:
                    return progress
        return progress

    def _engaged(self) -> set[str]:
        return {one for each in self._under_way.values() for one in (each.plan.old, each.plan.new)}

    def _stopped(self, old: str) -> Progress:
        progress = self._under_way.get(old)
        if progress is None or old in self._busy:
            key = Refusal.NOT_UNDER_WAY if progress is None else Refusal.UNDER_WAY
            raise _refused(ReplacementError(key, self._name(old)))
        return progress
