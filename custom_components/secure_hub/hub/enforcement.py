"""All enforcers as one: one plan for all, one read-back, every difference journalled."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
import logging

from ..adapters.journal import Journal
from ..engine.containment import Reach, contained
from ..engine.enforcement import EnforcementError, Enforcer, FurtherEnforcer, Health
from ..engine.firewall.plan import PacketClass, Plan
from ..engine.policy.scopes import Scope

_LOGGER = logging.getLogger(__name__)

_MAX_LISTED = 200
"""Assets that one change of enforcement journals by name; more are counted."""


class EnforcementState(StrEnum):
    """How the world stands to what was decided."""

    IN_SYNC = "in_sync"
    DRIFTED = "drifted"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"
    MONITORING = "monitoring"


_WORST_FIRST = (Health.UNAVAILABLE, Health.DRIFTED, Health.DEGRADED, Health.IN_SYNC)


class Enforcement:
    """Makes plans true with every enforcer that this home has."""

    def __init__(
        self,
        own: Collection[Enforcer],
        journal: Journal,
        reaches: Callable[[str], Iterable[Reach]],
    ) -> None:
        """Take this machine's own enforcers, which whoever made them starts; ask `reaches` who holds an asset how."""
        self.further: tuple[FurtherEnforcer, ...] = ()
        """Enforcers that the settings name: what they cannot do is no reason to undo a decision."""
        self.plan: Plan | None = None
        """The last plan that every enforcer of this machine made true."""
        self._withheld: Plan | None = None
        """What is tried now, and what `outlives` us is not given."""
        self._own = tuple(own)
        self._journal = journal
        self._reaches = reaches
        self.too_large: frozenset[tuple[str, Scope]] = frozenset()
        """Assets and scopes that are denied as a whole: what was said of them is more than the firewall holds."""

    @property
    def enforcers(self) -> tuple[Enforcer, ...]:
        """Every enforcer, this machine's own first."""
        return (*self._own, *self.further)

    def named(self) -> dict[str, Enforcer]:
        """Every enforcer by a name of its own: of several of a kind the second is `router_2`."""
        found: dict[str, Enforcer] = {}
        for enforcer in self.enforcers:
            number = sum(one.name == enforcer.name for one in found.values()) + 1
            found[enforcer.name if number == 1 else f"{enforcer.name}_{number}"] = enforcer
        return found

    async def apply(self, plan: Plan, changed: Collection[str] | None) -> None:
        """Make `plan` true, read it back, and journal what is enforced otherwise than before.

        `changed` is as in `Enforcer.apply`. Raises JournalError, or EnforcementError of the first of this machine's own
        enforcers that failed after all were tried; what is amiss with a further one, its status and reach tell.
        """
        self.plan = None
        self._tell_too_large(plan)
        was = self.contained()
        failures = []
        for enforcer in self._own:
            try:
                await enforcer.apply(plan, changed)
            except EnforcementError as error:
                failures.append(error)
        ends = await self._apply_further(plan, changed)
        for enforcer, end in zip(self.further, ends, strict=True):
            if end is not None and not isinstance(end, EnforcementError):
                _LOGGER.error("%s failed", enforcer.name, exc_info=end)
        now = self.contained()
        differences = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
        for asset_id in differences[:_MAX_LISTED]:
            before, after = was.get(asset_id, PacketClass.OPEN), now.get(asset_id, PacketClass.OPEN)
            await self._journal.append(
                "enforced", asset_id=asset_id, before=before.name.lower(), after=after.name.lower()
            )
        if more := differences[_MAX_LISTED:]:
            await self._journal.append("enforced", details={"more": len(more)})
        if failures:
            raise failures[0]
        self.plan = plan

    async def _apply_further(self, plan: Plan, changed: Collection[str] | None) -> list[BaseException | None]:
        """Only the kernel here undoes a trial when we die: whatever else would stay as it is gets what lasts."""
        tries = self._withheld is not None or plan.trial is not None
        self._withheld = plan if plan.trial else None
        lasting = (plan.trial.lasting, None) if plan.trial else (plan, None if tries else changed)
        jobs = (one.apply(*(lasting if one.outlives else (plan, changed))) for one in self.further)
        return await asyncio.gather(*jobs, return_exceptions=True)

    def further_reaches(self, asset_id: str) -> Iterator[Reach]:
        """What further enforcers can do about an asset; what is tried is not yet true where it is withheld."""
        tried = self._withheld
        for one in self.further:
            if (reach := one.reach(asset_id)) is None:
                continue
            if tried and tried.trial and one.outlives:
                same = tried.members.get(asset_id) == tried.trial.lasting.members.get(asset_id)
                reach = replace(reach, current=reach.current and same and tried.enforce is tried.trial.lasting.enforce)
            yield reach

    def _tell_too_large(self, plan: Plan) -> None:
        """Log once what is denied as a whole because it is more than the firewall holds."""
        before = self.too_large
        self.too_large = frozenset(
            (key, scope) for key, member in plan.members.items() if member.rules for scope in member.rules.refused
        )
        for asset_id, scope in sorted(self.too_large - before)[:_MAX_LISTED]:
            _LOGGER.warning("Denied %s of asset %s as a whole: its rules are too many", scope.value, asset_id)

    def contained(self) -> dict[str, PacketClass]:
        """What was read back for each asset that is cut off by all that its containment relies on."""
        held = {
            asset_id
            for enforcer in self.enforcers
            for asset_id, packet_class in enforcer.held().items()
            if packet_class is not PacketClass.OPEN
        }
        found = {asset_id: contained(self._reaches(asset_id)) for asset_id in held}
        return {asset_id: value for asset_id, value in found.items() if value is not PacketClass.OPEN}

    def is_contained(self, asset_id: str) -> bool:
        """Whether the asset was read back as cut off by all that its containment relies on."""
        return contained(self._reaches(asset_id)) is not PacketClass.OPEN

    def state(self, plan: Plan, needed: Collection[Enforcer]) -> EnforcementState:
        """Say how the world stands to `plan`: as the worst of the enforcers that it needs does."""
        if not plan.enforce:
            return EnforcementState.MONITORING
        healths = {enforcer.status.health for enforcer in needed}
        worst = next((health for health in _WORST_FIRST if health in healths), Health.IN_SYNC)
        return EnforcementState(worst.value)

    async def close(self) -> None:
        """Let go of everything but the containment."""
        for enforcer in self.enforcers:
            await enforcer.close()
