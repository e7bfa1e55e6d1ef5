"""The Home Assistant gate, opt-in: the entities of a device that may neither be commanded nor report are taken away.

Home Assistant has no public place where a command or a state of another integration's entity could be refused (see
docs/permissions.md). What it has is the entity registry: an entity that is disabled there is taken out of the state
machine, so nobody can command it by an action and nothing of it is shown or recorded. That is all or nothing, so this
gate acts only where both scopes, `control` and `report`, are denied, which includes every quarantine.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...engine.containment import COMMANDS, Reach
from ...engine.enforcement import Health, Status
from ...engine.firewall.coverage import Coverage, CoverageLevel
from ...engine.firewall.plan import Member, PacketClass, Plan
from ...engine.policy.scopes import Decision, Scope
from .block_switches import CLIENT_PLATFORMS

ENABLED_BY_HAND: Final = "ha_gate_reenabled"
_PATIENCE: Final = 5.0
"""Seconds in which an entity that was disabled must be gone."""
_COVERAGE: Final = Coverage(CoverageLevel.FULL, "ha_gate")
_TRACKER: Final = "device_tracker"

type Taken = Mapping[str, Collection[str]]
"""Registry ids of the entities that were taken away, by asset."""


class HomeAssistantGate:
    """Takes entities away and gives them back; what was disabled by somebody else is left alone.

    `devices` says which devices of Home Assistant an asset is, `spared` which entities are never taken. `taken` is what
    `on_taken` was last told, before a restart. Switched off (`active` false) it only gives back. What is taken stays
    so when Secure Hub stops. Whoever enables an entity by hand is not fought: the status says so.
    """

    name = "ha_gate"
    scopes: frozenset[Scope] = COMMANDS
    outlives = False

    def __init__(  # noqa: PLR0913 - what it asks, and whom it tells
        self,
        hass: HomeAssistant,
        devices: Callable[[str], Collection[str]],
        *,
        active: bool = True,
        spared: Collection[str] = (),
        taken: Taken | None = None,
        on_taken: Callable[[Taken], None] | None = None,
        on_status: Callable[[], None] | None = None,
    ) -> None:
        """Touch nothing before the first `apply`."""
        self._hass = hass
        self._devices = devices
        self._active = active
        self._spared = frozenset(spared)
        self._taken = {key: frozenset(ids) for key, ids in (taken or {}).items()}
        self._on_taken = on_taken
        self._on_status = on_status
        self._plan = Plan(enforce=False)
        self._wanted: frozenset[str] = frozenset()
        self._status = Status(Health.IN_SYNC)
        self._untrack: CALLBACK_TYPE | None = None

    @property
    def status(self) -> Status:
        """DEGRADED while somebody gave back what should be away; the detail names the assets."""
        return self._status

    def reach(self, asset_id: str) -> Reach | None:
        """What taking its entities away denies; None for an asset without any that can be given back."""
        member = self._plan.members.get(asset_id)
        if not self._active or member is None or not _concerns(member) or not self._can_take(asset_id):
            return None
        held = member.packet_class if self._is_away(asset_id) else PacketClass.OPEN
        current = self._is_away(asset_id) if asset_id in self._wanted else asset_id not in self._taken
        return Reach(_COVERAGE, COMMANDS, _pair(member), held, current)

    def held(self) -> Mapping[str, PacketClass]:
        """Class of each asset whose entities are all away."""
        members = self._plan.members
        return MappingProxyType({key: members[key].packet_class for key in self._wanted if self._is_away(key)})

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Take away and give back; returns when what was taken is gone from the state machine, or after a while."""
        self._plan = plan
        if self._untrack is None:
            self._untrack = self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registered)
        assets = plan.members.keys() | self._taken.keys() if changed is None else set(changed)
        wanted = {key for key in assets if self._is_wanted(key)}
        self._wanted = frozenset((self._wanted - assets) | wanted)
        for asset_id in assets & self._taken.keys() - wanted:
            self._give_back(asset_id)
        for asset_id in wanted:
            self._take(asset_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not all(map(self._is_gone, wanted)):  # noqa: ASYNC110 - of anybody's entities
                    await asyncio.sleep(0.02)
        self._publish()

    async def close(self) -> None:
        """Look no more; what is taken stays taken."""
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    async def remove(self) -> None:
        """Give everything back."""
        self._wanted = frozenset()
        for asset_id in list(self._taken):
            self._give_back(asset_id)
        self._publish()
        await self.close()

    def _is_wanted(self, asset_id: str) -> bool:
        member = self._plan.members.get(asset_id)
        if not self._active or not self._plan.enforce or member is None or not _concerns(member):
            return False
        if not member.macs.isdisjoint(self._plan.protected_macs | self._plan.hub_macs):
            return False
        return member.packet_class is PacketClass.QUARANTINED or (bool(_pair(member)) and _denied(member))

    def _entities(self, asset_id: str) -> Iterator[er.RegistryEntry]:
        """Entities by which the asset is commanded or reports, and not those by which a router tells of it."""
        registry = er.async_get(self._hass)
        for device_id in self._devices(asset_id):
            for entity in er.async_entries_for_device(registry, device_id, include_disabled_entities=True):
                if (
                    entity.platform not in {DOMAIN, *CLIENT_PLATFORMS}
                    and entity.domain != _TRACKER
                    and entity.entity_id not in self._spared
                ):
                    yield entity

    def _can_take(self, asset_id: str) -> bool:
        """Whether there is something to take, and Home Assistant can set all of it up again without a restart."""
        entries = [self._hass.config_entries.async_get_entry(one.config_entry_id or "") for one in self._live(asset_id)]
        return bool(entries) and all(entry is not None and entry.supports_unload for entry in entries)

    def _live(self, asset_id: str) -> list[er.RegistryEntry]:
        """Entities that are there, or that are away because of us."""
        ours = self._taken.get(asset_id, frozenset())
        return [entity for entity in self._entities(asset_id) if not entity.disabled or entity.id in ours]

    def _is_away(self, asset_id: str) -> bool:
        live = self._live(asset_id)
        return asset_id in self._taken and all(entity.disabled for entity in live) and self._is_gone(asset_id)

    def _is_gone(self, asset_id: str) -> bool:
        return not any(self._hass.states.get(entity.entity_id) for entity in self._live(asset_id) if entity.disabled)

    def _take(self, asset_id: str) -> None:
        if not self._can_take(asset_id):
            return
        registry, ids = er.async_get(self._hass), set(self._taken.get(asset_id, ()))
        for entity in list(self._entities(asset_id)):
            if not entity.disabled:
                ids.add(entity.id)
                registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
        self._remember(asset_id, ids)

    def _give_back(self, asset_id: str) -> None:
        """Enable what was taken; Home Assistant itself reloads the integrations that it is of half a minute later."""
        registry = er.async_get(self._hass)
        for entity_id in self._taken[asset_id]:
            entity = registry.async_get(entity_id)
            if entity is not None and entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION:
                registry.async_update_entity(entity.entity_id, disabled_by=None)
        self._remember(asset_id, ())

    def _remember(self, asset_id: str, ids: Collection[str]) -> None:
        if self._taken.pop(asset_id, frozenset()) == ids:
            self._taken[asset_id] = frozenset(ids)
            return
        if ids:
            self._taken[asset_id] = frozenset(ids)
        if self._on_taken is not None:
            self._on_taken(dict(self._taken))

    @callback
    def _registered(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Take what appears on a device whose entities are away, and notice what somebody gave back."""
        if event.data["action"] == "remove":
            return
        entity = er.async_get(self._hass).async_get(event.data["entity_id"])
        if entity is None or entity.device_id is None:
            return
        for asset_id in self._wanted:
            if entity.device_id in self._devices(asset_id):
                if event.data["action"] == "create":
                    self._take(asset_id)
                self._publish()

    @callback
    def _publish(self) -> None:
        taken = self._wanted & self._taken.keys()
        amiss = sorted(key for key in taken if not all(entity.disabled for entity in self._live(key)))
        status = Status(Health.DEGRADED, ENABLED_BY_HAND, ", ".join(amiss)) if amiss else Status(Health.IN_SYNC)
        if status != self._status:
            self._status = status
            if self._on_status is not None:
                self._on_status()


def _concerns(member: Member) -> bool:
    """A radio's own gate does it better, and a newcomer that is held has nothing in Home Assistant yet."""
    return bool(member.macs or not member.ieees) and member.packet_class is not PacketClass.HELD


def _denied(member: Member) -> bool:
    return Decision.ALLOW not in _decisions(member)


def _pair(member: Member) -> frozenset[Scope]:
    """Both scopes where they are decided alike; one without the other cannot be had."""
    decided = _decisions(member)
    return COMMANDS if len({decision is Decision.ALLOW for decision in decided}) == 1 else frozenset()


def _decisions(member: Member) -> list[Decision]:
    tables = [member.table.scope(scope) if member.table else None for scope in sorted(COMMANDS)]
    return [table.default if table else Decision.ALLOW for table in tables]
