"""All enforcers as one: one plan for all, one read-back, every difference journalled."""

from collections.abc import Collection
from enum import StrEnum
import logging

from ..adapters.journal import Journal
from ..engine.enforcement import EnforcementError, Enforcer, Health
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
    """Makes plans true with every enforcer of this machine."""

    def __init__(self, enforcers: Collection[Enforcer], journal: Journal) -> None:
        """Take the enforcers, which whoever made them starts."""
        self.enforcers = tuple(enforcers)
        self.plan: Plan | None = None
        """The last plan that every enforcer made true."""
        self._journal = journal
        self._too_large: frozenset[tuple[str, Scope]] = frozenset()

    async def apply(self, plan: Plan, changed: Collection[str] | None) -> None:
        """Make `plan` true, read it back, and journal what is enforced otherwise than before.

        `changed` is as in `Enforcer.apply`. Raises JournalError, or EnforcementError of the first enforcer that
        failed after all were tried.
        """
        self.plan = None
        self._tell_too_large(plan)
        was = self.contained()
        failures = []
        for enforcer in self.enforcers:
            try:
                await enforcer.apply(plan, changed)
            except EnforcementError as error:
                failures.append(error)
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

    def _tell_too_large(self, plan: Plan) -> None:
        """Log once what is denied as a whole because it is more than the firewall holds."""
        before = self._too_large
        self._too_large = frozenset(
            (key, scope) for key, member in plan.members.items() if member.rules for scope in member.rules.refused
        )
        for asset_id, scope in sorted(self._too_large - before)[:_MAX_LISTED]:
            _LOGGER.warning("Denied %s of asset %s as a whole: its rules are too many", scope.value, asset_id)

    def contained(self) -> dict[str, PacketClass]:
        """What was read back for each asset that every enforcer which holds it cuts off."""
        classes: dict[str, PacketClass] = {}
        for enforcer in self.enforcers:
            for asset_id, packet_class in enforcer.held().items():
                classes[asset_id] = min(packet_class, classes.get(asset_id, packet_class))
        return {asset_id: value for asset_id, value in classes.items() if value is not PacketClass.OPEN}

    def is_contained(self, asset_id: str) -> bool:
        """Whether the asset was read back as cut off by every enforcer that holds it."""
        classes = [held[asset_id] for enforcer in self.enforcers if asset_id in (held := enforcer.held())]
        return bool(classes) and PacketClass.OPEN not in classes

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
