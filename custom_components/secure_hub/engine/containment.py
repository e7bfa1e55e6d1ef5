"""Who holds an asset: how far all enforcers together reach, and whether all that its containment relies on hold it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .firewall.coverage import NOT_SEEN, Coverage, CoverageLevel
from .firewall.plan import PacketClass
from .policy.limits import Limited
from .policy.scopes import NETWORK_SCOPES, Scope

COMMANDS: Final = frozenset({Scope.CONTROL, Scope.REPORT})
"""What Home Assistant itself does with an asset."""
_SIDES: Final = (NETWORK_SCOPES, COMMANDS)
"""An asset is cut off where nothing of a side is left to it."""
_ORDER: Final = (CoverageLevel.NONE, CoverageLevel.HUB_ONLY, CoverageLevel.ROUTED, CoverageLevel.FULL)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one enforcer can do about one asset that it sees, and what it read back of it.

    `coverage` is how far a quarantine by it reaches, with the reason as a translation key. `cut` are the scopes that it
    denies to who is cut off, `ruled` those of the asset's table that it makes true. `held` is None where nothing was
    read back; `current` says whether that was what the plan says now.
    """

    coverage: Coverage
    cut: frozenset[Scope]
    ruled: frozenset[Scope] = frozenset()
    held: PacketClass | None = None
    current: bool = True
    limits: frozenset[Limited] = frozenset()
    """What of a limit it can keep."""

    @property
    def sees(self) -> bool:
        """Whether anything of the asset passes where the enforcer is."""
        return self.coverage.level is not CoverageLevel.NONE

    @property
    def cuts_off(self) -> bool:
        """Whether all of a side is denied to who is cut off; what denies less can help, but holds nobody."""
        return any(side <= self.cut for side in _SIDES)

    def scoped(self, scope: Scope, *, cut_off: bool) -> Coverage | None:
        """How far a decision about one scope reaches; None for one that it does not deny.

        This is for an enforcer elsewhere: there this host is one neighbour of the asset among others.
        """
        if not self.sees or scope not in (self.cut if cut_off else self.ruled):
            return None
        if self.coverage.level is CoverageLevel.HUB_ONLY:
            return self.coverage if scope is Scope.HUB else None
        if scope is Scope.INTERNET:  # whatever leaves the segment passes
            return Coverage(CoverageLevel.FULL, self.coverage.reason)
        return self.coverage


def covered(own: Coverage, further: Iterable[Reach], whole: frozenset[Scope] = NETWORK_SCOPES) -> Coverage:
    """How far a quarantine reaches, `own` being what this host does by itself: as far as the best enforcer does.

    `whole` is what a quarantine denies at least: packets, or `COMMANDS` for what has none here.
    """
    return _best(own, (reach.coverage for reach in further if reach.cut >= whole))


def scope_covered(own: Coverage, further: Iterable[Reach], scope: Scope, *, cut_off: bool) -> Coverage:
    """How far a decision about one scope is enforced, by this host (`own`) or by whoever does it best."""
    return _best(own, (found for reach in further if (found := reach.scoped(scope, cut_off=cut_off)) is not None))


def contained(reaches: Iterable[Reach]) -> PacketClass:
    """What was read back for an asset, of the enforcers that its containment relies on the least strict.

    It relies on all that see the asset and deny it a whole side: a thing with a cable and a radio is cut off when both
    are. One that sees it and has read back nothing leaves it open; one that does not see it has no say. An asset that
    is nowhere meets, when it comes back, those that stand ready for it.
    """
    able = [reach for reach in reaches if reach.cuts_off]
    relied = [reach for reach in able if reach.sees] or [reach for reach in able if reach.coverage == NOT_SEEN]
    return min((reach.held or PacketClass.OPEN for reach in relied), default=PacketClass.OPEN)


def denies(reaches: Iterable[Reach], scope: Scope) -> bool:
    """Whether all that can deny a scope to an asset that is cut off have read back that it is."""
    relied = [reach for reach in reaches if reach.sees and scope in reach.cut]
    return bool(relied) and all(reach.held not in {None, PacketClass.OPEN} for reach in relied)


def rules(reaches: Iterable[Reach], scope: Scope) -> bool:
    """Whether all that make a scope of the asset's table true have read back what the plan says now."""
    return all(reach.current for reach in reaches if reach.sees and scope in reach.ruled)


def limitable(reaches: Iterable[Reach]) -> frozenset[Limited]:
    """What of a limit somebody can keep whom the asset's packets to the internet pass."""
    passed = (CoverageLevel.ROUTED, CoverageLevel.FULL)
    return frozenset(kind for one in reaches if one.coverage.level in passed for kind in one.limits)


def _best(own: Coverage, others: Iterable[Coverage]) -> Coverage:
    return max((own, *others), key=lambda one: _ORDER.index(one.level))
