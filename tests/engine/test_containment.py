"""Coverage is that of the best enforcer, containment that of all who see: over every combination of three of them."""

from collections.abc import Sequence
from itertools import product

import pytest

from custom_components.secure_hub.engine.containment import (
    COMMANDS,
    Reach,
    contained,
    covered,
    denies,
    limitable,
    rules,
    scope_covered,
)
from custom_components.secure_hub.engine.firewall.coverage import NOT_SEEN, Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import PacketClass
from custom_components.secure_hub.engine.policy.limits import Limited
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Scope

NONE, HUB_ONLY, ROUTED, FULL = CoverageLevel.NONE, CoverageLevel.HUB_ONLY, CoverageLevel.ROUTED, CoverageLevel.FULL
RISING = (NONE, HUB_ONLY, ROUTED, FULL)
OPEN, HELD, QUARANTINED = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED
READ_BACK = (None, OPEN, HELD, QUARANTINED)
INTERNET = frozenset({Scope.INTERNET})
NOBODY: frozenset[Scope] = frozenset()


def reach(
    level: CoverageLevel,
    held: PacketClass | None = None,
    cut: frozenset[Scope] = NETWORK_SCOPES,
    ruled: frozenset[Scope] = NOBODY,
) -> Reach:
    return Reach(Coverage(level, f"by_{level.value}"), cut, ruled, held)


@pytest.mark.parametrize("level", RISING)
@pytest.mark.parametrize("able", [(), (Limited.RATE,), tuple(Limited)])
def test_a_limit_is_kept_by_who_is_passed_and_can(level: CoverageLevel, able: tuple[Limited, ...]) -> None:
    one = Reach(Coverage(level, "by"), NETWORK_SCOPES, limits=frozenset(able))
    found = frozenset(able if level in {ROUTED, FULL} else ())
    assert limitable((one,)) == limitable((reach(FULL), one)) == found, "who cannot makes no difference"


OWN = [Coverage(level, "own") for level in RISING]
FURTHER = [
    (),
    *((reach(level),) for level in RISING),
    *((reach(one), reach(two)) for one, two in product(RISING, repeat=2)),
]


@pytest.mark.parametrize("further", FURTHER, ids=lambda found: "+".join(one.coverage.level for one in found) or "alone")
@pytest.mark.parametrize("own", OWN, ids=lambda own: own.level)
def test_coverage_is_the_best_of_all(own: Coverage, further: Sequence[Reach]) -> None:
    """And says why: this host's own reason unless somebody else does better."""
    found = covered(own, further)
    levels = [own.level, *(one.coverage.level for one in further)]
    assert found.level is max(levels, key=RISING.index)
    assert (found.reason == "own") is (found.level is own.level)


def test_what_cuts_less_than_a_quarantine_is_no_coverage() -> None:
    own = Coverage(HUB_ONLY, "own")
    others = [reach(ROUTED, cut=INTERNET), reach(FULL, cut=COMMANDS)]
    assert covered(own, others) == own
    assert covered(own, others, COMMANDS) == others[1].coverage, "but for what has no packets here"


BY_LEVEL = {
    NONE: dict.fromkeys(Scope, NONE),
    HUB_ONLY: dict.fromkeys(Scope, NONE) | {Scope.HUB: HUB_ONLY},
    ROUTED: dict.fromkeys(NETWORK_SCOPES, ROUTED) | {Scope.INTERNET: FULL},
    FULL: dict.fromkeys(NETWORK_SCOPES, FULL),
}


@pytest.mark.parametrize("cut_off", [True, False], ids=["cut off", "ruled"])
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("further", RISING)
@pytest.mark.parametrize("own", RISING)
@pytest.mark.parametrize("can", ["cut", "rule", "both"])
def test_scopes_by_all_combinations(
    can: str,
    own: CoverageLevel,
    further: CoverageLevel,
    scope: Scope,
    cut_off: bool,  # noqa: FBT001 - a case
) -> None:
    """A further enforcer counts for what it does: cutting off is not making an asset's table true."""
    cut = NETWORK_SCOPES if can != "rule" else NOBODY
    ruled = NETWORK_SCOPES if can != "cut" else NOBODY
    found = scope_covered(Coverage(own, "own"), [reach(further, cut=cut, ruled=ruled)], scope, cut_off=cut_off)
    able = scope in (cut if cut_off else ruled)
    raised = BY_LEVEL[further].get(scope, NONE) if able else NONE
    assert found.level is max(own, raised, key=RISING.index)
    assert (found.reason == "own") is (found.level is own)


@pytest.mark.parametrize("levels", list(product((NONE, HUB_ONLY, FULL), repeat=2)), ids="+".join)
@pytest.mark.parametrize("held", list(product(READ_BACK, repeat=2)), ids=str)
def test_containment_is_what_all_who_see_have_read_back(
    levels: tuple[CoverageLevel, CoverageLevel], held: tuple[PacketClass | None, PacketClass | None]
) -> None:
    both = [reach(level, one) for level, one in zip(levels, held, strict=True)]
    seeing = [one.held or OPEN for one in both if one.coverage.level is not NONE]
    assert contained(both) is min(seeing, default=OPEN)
    assert contained(reversed(both)) is contained(both)


def test_a_switch_that_cuts_less_neither_holds_nor_lets_go() -> None:
    internet_only = reach(ROUTED, OPEN, cut=INTERNET)
    assert contained([internet_only]) is OPEN
    assert contained([reach(ROUTED, QUARANTINED, cut=INTERNET)]) is OPEN
    assert contained([reach(HUB_ONLY, QUARANTINED), internet_only]) is QUARANTINED


def test_a_thing_with_a_cable_and_a_radio_is_cut_off_when_both_are() -> None:
    for cable, radio in product(READ_BACK, repeat=2):
        both = [reach(FULL, cable), reach(FULL, radio, cut=COMMANDS)]
        assert contained(both) is min(cable or OPEN, radio or OPEN)


@pytest.mark.parametrize("held", READ_BACK)
def test_what_is_nowhere_meets_what_stands_ready(held: PacketClass | None) -> None:
    """Until somebody sees it: then only they count."""
    nowhere = Reach(NOT_SEEN, NETWORK_SCOPES, held=held)
    assert contained([nowhere]) is (held or OPEN)
    assert contained([nowhere, reach(NONE, OPEN)]) is (held or OPEN)
    assert contained([nowhere, reach(ROUTED, OPEN)]) is OPEN
    assert contained([nowhere, reach(ROUTED, QUARANTINED)]) is QUARANTINED
    assert contained([Reach(Coverage(NONE, "not_guarded"), NETWORK_SCOPES, held=held)]) is OPEN


def test_nobody_contains_nothing() -> None:
    assert contained([]) is OPEN
    assert not denies([], Scope.INTERNET)


@pytest.mark.parametrize("held", list(product(READ_BACK, repeat=2)), ids=str)
def test_a_scope_is_denied_when_all_who_can_say_so(held: tuple[PacketClass | None, PacketClass | None]) -> None:
    wall, switch = reach(HUB_ONLY, held[0]), reach(ROUTED, held[1], cut=INTERNET)
    closed = [one in {HELD, QUARANTINED} for one in held]
    assert denies([wall, switch, reach(NONE)], Scope.INTERNET) is all(closed)
    assert denies([wall, switch, reach(NONE)], Scope.LAN) is closed[0]
    assert not denies([wall, switch], Scope.CONTROL)


def test_a_table_holds_when_all_who_make_it_true_are_current() -> None:
    current = Reach(Coverage(FULL, "one"), NETWORK_SCOPES, NETWORK_SCOPES)
    behind = Reach(Coverage(FULL, "two"), NETWORK_SCOPES, NETWORK_SCOPES, current=False)
    blind = Reach(Coverage(NONE, "three"), NETWORK_SCOPES, NETWORK_SCOPES, current=False)
    assert rules([current, blind], Scope.LAN)
    assert not rules([current, behind], Scope.LAN)
    assert rules([behind], Scope.CONTROL)
