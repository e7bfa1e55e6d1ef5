"""What every enforcer promises: make the world equal to the plan, and say what it read back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .containment import Reach
from .firewall.plan import PacketClass, Plan
from .policy.scopes import Scope


class Health(StrEnum):
    """How well an enforcer can do its work."""

    IN_SYNC = "in_sync"
    """The world was read back and equals the plan."""
    DRIFTED = "drifted"
    """Somebody else changed it; healing is under way or has been given up."""
    DEGRADED = "degraded"
    """Part of the plan is not enforced; the reason says which."""
    UNAVAILABLE = "unavailable"
    """Nothing can be enforced from here; the reason says why."""


@dataclass(frozen=True, slots=True)
class Status:
    """Health of one enforcer; `reason` is a translation key, `detail` what it was about (an interface, an errno)."""

    health: Health
    reason: str | None = None
    detail: str | None = None


class EnforcementError(Exception):
    """The plan could not be made true; nothing of the refused change was applied.

    `key` is a translation key of the reason and the mend, `detail` what it was about.
    """

    def __init__(self, key: str, detail: str = "") -> None:
        """Keep key and detail for whoever tells the user."""
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key
        self.detail = detail


class Enforcer(Protocol):
    """One way to make a plan true."""

    name: str
    scopes: frozenset[Scope]
    """Scopes of a member's table that it makes true, beside the member's packet class."""

    @property
    def status(self) -> Status:
        """How well it works now."""

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Make the world equal to `plan`, then read it back.

        `changed` names the asset ids in which `plan` differs from the last one applied, None that anything may; the
        rest of the plan is then known to be the same. Raises EnforcementError with the world as it was.
        """

    def held(self) -> Mapping[str, PacketClass]:
        """What was last read back for each asset that this enforcer can hold; an asset it cannot hold is absent."""

    async def close(self) -> None:
        """Let go of everything but the containment itself."""

    async def remove(self) -> None:
        """Take away everything that this enforcer ever made, containment included."""


class FurtherEnforcer(Enforcer, Protocol):
    """One that the settings name beside this machine's own: it makes coverage better, and may be away."""

    outlives: bool
    """What it did stays when this process dies, so that it is given nothing that is only tried."""

    def reach(self, asset_id: str) -> Reach | None:
        """What it can do about an asset and what it read back; None for one that it does not see now. O(1)."""
