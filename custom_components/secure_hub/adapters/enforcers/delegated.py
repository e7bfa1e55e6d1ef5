"""A switch of another integration that blocks a client, used as an enforcer.

Such toggles are known to misreport: some say what they were asked before anything happened, some never change, some
change back. So a switch is believed only after it was asked to refresh, and as long as its state stays; one that admits
to assume its state is never believed.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Set as AbstractSet
import logging
from types import MappingProxyType
from typing import Final

from homeassistant.const import ATTR_ASSUMED_STATE, STATE_UNAVAILABLE
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.entity_component import async_update_entity
from homeassistant.helpers.event import async_track_state_change_event

from ...engine.containment import Reach
from ...engine.enforcement import EnforcementError, Health, Status
from ...engine.firewall.coverage import Coverage, CoverageLevel
from ...engine.firewall.plan import Member, PacketClass, Plan
from ...engine.policy.scopes import Scope
from .block_switches import BlockSwitch

_LOGGER: Final = logging.getLogger(__name__)

DEADLINE: Final = 10.0
"""Seconds in which a switch must have done, and say, what it was asked."""
NOT_CONFIRMED: Final = "switch_not_confirmed"
UNAVAILABLE: Final = "switch_unavailable"


class DelegatedEnforcer:
    """Makes plans true with switches, by the user's own `mapping` of assets to them.

    Who is open in the plan is allowed again only if it was blocked here: what its owner blocked by hand stays blocked.
    In monitor mode nothing is blocked. `on_status` and `on_turned` are called in the event loop.
    """

    name = "block_switch"
    scopes: frozenset[Scope] = frozenset()
    outlives = True

    def __init__(  # noqa: PLR0913 - two to begin with, what is to be told, and how long
        self,
        hass: HomeAssistant,
        mapping: Mapping[str, BlockSwitch],
        *,
        turned: Mapping[str, BlockSwitch] | None = None,
        on_turned: Callable[[Mapping[str, BlockSwitch]], None] | None = None,
        on_status: Callable[[], None] | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        """Nothing is turned before the first `apply`.

        `turned` is what `on_turned` was last told, before a restart: the switches that were turned here and not turned
        back yet. Those that the mapping no longer names are turned back with the first `apply`.
        """
        self._hass = hass
        self._mapping = dict(mapping)
        self._on_turned = on_turned
        self._on_status = on_status
        self._deadline = deadline
        self._lock = asyncio.Lock()
        self._plan = Plan(enforce=False)
        self._switches: dict[str, BlockSwitch] = {}
        self._wanted: dict[str, bool] = {}
        """Whether a switch should block: those that were turned here, until they have been turned back."""
        self._confirmed: set[str] = set()
        """Assets that should be blocked, and whose switch says so."""
        self._busy: set[str] = set()
        self._untrack: CALLBACK_TYPE | None = None
        self._tracked: frozenset[str] = frozenset()
        self._status = Status(Health.IN_SYNC)
        self._orphans: set[str] = set()
        """Keys of switches that nobody's containment is any more: their entity ids."""
        self._told: Mapping[str, BlockSwitch] = MappingProxyType(dict(turned or {}))
        for asset_id, switch in self._told.items():
            own = mapping.get(asset_id)
            is_orphan = own is None or (own.entity_id, own.on_means) != (switch.entity_id, switch.on_means)
            key = switch.entity_id if is_orphan else asset_id
            self._switches[key], self._wanted[key] = switch, not is_orphan
            if is_orphan:
                self._orphans.add(key)

    @property
    def status(self) -> Status:
        """DEGRADED while a switch does not do or say what it was asked; the detail names the assets."""
        return self._status

    def reach(self, asset_id: str) -> Reach | None:
        """What the switch of an asset cuts, and whether it says so; None if it has none, or one that says nothing now.

        Neighbours on a plain network switch may still be reached.
        """
        switch = self._switches.get(asset_id)
        if switch is None or self._reads(asset_id) is None:
            return None
        member = self._plan.members.get(asset_id)
        held = member.packet_class if member is not None and asset_id in self._confirmed else PacketClass.OPEN
        return Reach(Coverage(CoverageLevel.ROUTED, "block_switch"), switch.scopes, held=held)

    def held(self) -> Mapping[str, PacketClass]:
        """Class of each asset that a switch was read back as blocking, if that cuts all that a quarantine does."""
        members = self._plan.members
        return MappingProxyType(
            {key: members[key].packet_class for key in self._confirmed & members.keys() if self._switches[key].cuts_off}
        )

    def denied(self) -> Mapping[str, frozenset[Scope]]:
        """Scopes of each asset that a switch was read back as denying, also where that is less than a quarantine."""
        return MappingProxyType({key: self._switches[key].scopes for key in self._confirmed})

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Turn the switches of the changed assets, all at once, and wait until they say so or the deadline is over.

        A switch that does not is no error of the plan: the status and `held` tell.
        """
        async with self._lock:
            self._plan = plan
            assets = plan.members.keys() | self._switches.keys() if changed is None else {*changed, *self._orphans}
            self._choose(plan, assets)
            self._track()
            await asyncio.gather(*(self._turn(key, self._wanted[key]) for key in sorted(assets & self._wanted.keys())))
            self._publish()

    async def close(self) -> None:
        """Stop listening; switches stay as they are."""
        async with self._lock:
            self._confirmed.clear()
            if self._untrack is not None:
                self._untrack()
                self._untrack, self._tracked = None, frozenset()

    async def remove(self) -> None:
        """Allow again whatever was blocked here; raises EnforcementError if a switch does not say so."""
        async with self._lock:
            blocked = sorted(self._wanted)
            self._wanted.update(dict.fromkeys(blocked, False))
            self._confirmed.clear()
            await asyncio.gather(*(self._turn(key, block=False) for key in blocked))
            left = sorted(self._wanted)
            self._wanted.clear()
        await self.close()
        if left:
            raise EnforcementError(NOT_CONFIRMED, ", ".join(left))

    def _choose(self, plan: Plan, assets: AbstractSet[str]) -> None:
        """Decide which switch each asset has and how it should stand; those that should be left alone drop out."""
        for asset_id in assets - self._orphans:
            member = plan.members.get(asset_id)
            switch = self._mapping.get(asset_id) if member is not None else None
            block = plan.enforce and member is not None and _is_cut(member, plan)
            blocked_here = self._wanted.get(asset_id, False)
            if member is None and blocked_here:
                continue  # it left the home blocked, and stays so until `remove`
            self._confirmed.discard(asset_id)
            self._wanted.pop(asset_id, None)
            if switch is None:
                self._switches.pop(asset_id, None)
                continue
            self._switches[asset_id] = switch
            if block or blocked_here:
                self._wanted[asset_id] = block

    def _reads(self, asset_id: str) -> bool | None:
        """Whether the client is blocked by what the switch says; None if it says nothing, or nothing to believe."""
        switch = self._switches[asset_id]
        state = self._hass.states.get(switch.entity_id)
        if state is None or state.attributes.get(ATTR_ASSUMED_STATE):
            return None
        return switch.blocks(state.state)

    def _is_there(self, asset_id: str) -> bool:
        state = self._hass.states.get(self._switches[asset_id].entity_id)
        return state is not None and state.state != STATE_UNAVAILABLE

    async def _turn(self, asset_id: str, block: bool) -> None:  # noqa: FBT001 - what is wanted
        """Turn one switch, ask it to refresh, and wait for it to say so."""
        switch = self._switches[asset_id]
        if not self._is_there(asset_id):
            return  # it is turned when it comes back
        self._busy.add(asset_id)
        try:
            async with asyncio.timeout(self._deadline):
                if self._reads(asset_id) is not block:
                    action, target = switch.action(block=block), {"entity_id": switch.entity_id}
                    await self._hass.services.async_call(switch.domain, action, target, blocking=True)
                await async_update_entity(self._hass, switch.entity_id)
                if self._reads(asset_id) is not None:
                    await self._says(asset_id, switch.entity_id, block=block)
        except TimeoutError:
            _LOGGER.warning("%s did not %s within %s s", switch.entity_id, _verb(block), self._deadline)
        except Exception:  # whatever another integration raises
            _LOGGER.exception("%s could not %s", switch.entity_id, _verb(block))
        finally:
            self._busy.discard(asset_id)
        self._believe(asset_id)

    def _believe(self, asset_id: str) -> None:
        """Take over what a switch says now; one that was turned back is none of ours any more."""
        block = self._wanted[asset_id]
        self._confirmed.discard(asset_id)
        if self._reads(asset_id) is not block:
            return
        if block:
            self._confirmed.add(asset_id)
        else:
            self._wanted.pop(asset_id)
            if asset_id in self._orphans:
                self._orphans.discard(asset_id)
                self._switches.pop(asset_id)

    async def _says(self, asset_id: str, entity_id: str, *, block: bool) -> None:
        """Wait until the state says so."""
        said = asyncio.Event()

        @callback
        def changed(_: Event[EventStateChangedData]) -> None:
            if self._reads(asset_id) is block:
                said.set()

        untrack = async_track_state_change_event(self._hass, entity_id, changed)
        try:
            if self._reads(asset_id) is not block:
                await said.wait()
        finally:
            untrack()

    def _track(self) -> None:
        """Listen to the switches that are meant to stand some way."""
        entities = frozenset(self._switches[key].entity_id for key in self._wanted)
        if entities == self._tracked:
            return
        if self._untrack is not None:
            self._untrack()
        self._tracked = entities
        self._untrack = async_track_state_change_event(self._hass, entities, self._heard) if entities else None

    @callback
    def _heard(self, event: Event[EventStateChangedData]) -> None:
        """Believe a switch as long as it says what it should; turn it when it comes back otherwise."""
        old = event.data["old_state"]
        was_away = old is None or old.state == STATE_UNAVAILABLE
        for asset_id in list(self._wanted):
            if self._switches[asset_id].entity_id != event.data["entity_id"] or asset_id in self._busy:
                continue
            self._believe(asset_id)
            if was_away and asset_id in self._wanted.keys() - self._confirmed and self._is_there(asset_id):
                self._hass.async_create_task(self._turn_again(asset_id), f"turn {event.data['entity_id']}")
        self._publish()

    async def _turn_again(self, asset_id: str) -> None:
        async with self._lock:
            if asset_id in self._wanted:
                await self._turn(asset_id, self._wanted[asset_id])
                self._publish()

    def _publish(self) -> None:
        if self._busy:
            return
        turned = {key: self._switches[key] for key in self._wanted}
        if turned != self._told:
            self._told = MappingProxyType(turned)
            if self._on_turned is not None:
                self._on_turned(self._told)
        amiss = sorted(self._wanted.keys() - self._confirmed)
        status = Status(Health.IN_SYNC)
        if amiss:
            reason = NOT_CONFIRMED if any(map(self._is_there, amiss)) else UNAVAILABLE
            status = Status(Health.DEGRADED, reason, ", ".join(amiss))
        if status != self._status:
            self._status = status
            if self._on_status is not None:
                self._on_status()


def _is_cut(member: Member, plan: Plan) -> bool:
    """Whether the plan cuts an asset off; what is protected never is."""
    spared = plan.protected_macs | plan.hub_macs
    return member.packet_class is not PacketClass.OPEN and member.macs.isdisjoint(spared)


def _verb(block: bool) -> str:  # noqa: FBT001 - one word for each
    return "block" if block else "allow"
