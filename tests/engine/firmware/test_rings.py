"""Rollouts: whatever devices do, the first of a lane goes alone, a failure stops its lane, and it comes to an end."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings, strategies as st

from custom_components.secure_hub.engine.firmware.rings import (
    AT_ONCE,
    BUSY,
    OPEN,
    Backup,
    BackupState,
    Install,
    Item,
    ItemState,
    Pace,
    Reason,
    Revert,
    Rollout,
    Seen,
    advance,
    backed_up,
    extended,
    resumed,
    returned,
    rings,
)

PACE = Pace(soak=100.0, ring=2, check=10.0, limit=50.0)


def items(number: int, lanes: int = 1, *, carrier: str | None = None, revert: bool = False) -> list[Item]:
    """Some devices, spread over lanes."""
    return [
        Item(f"a{i}", f"update.a{i}", f"lane{i % lanes}", carrier or f"c{i}", "1.0", "2.0", can_revert=revert)
        for i in range(number)
    ]


def rollout(number: int, lanes: int = 1, **options: object) -> Rollout:
    """A rollout of them that waits for no window."""
    made = items(number, lanes, **options)  # type: ignore[arg-type]
    return Rollout("r", 0.0, None, rings(made, PACE), immediate=True)


def old(number: int) -> dict[str, Seen]:
    """Nothing is installed yet."""
    return {f"a{i}": Seen("1.0", "2.0") for i in range(number)}


def step(one: Rollout, seen: Mapping[str, Seen], now: float, **options: object) -> tuple[Rollout, list[str]]:
    """Advance, and say what is to be done."""
    after, commands = advance(one, seen, PACE, window=False, now=now, **options)  # type: ignore[arg-type]
    return after, [
        "backup" if isinstance(command, Backup) else f"{type(command).__name__.lower()} {command.item.asset_id}"
        for command in commands
    ]


def test_the_rings_grow() -> None:
    placed = rings(items(20), PACE)
    sizes = [sum(item.ring == ring for item in placed.values()) for ring in range(5)]
    assert sizes == [1, 2, 4, 8, 5]


def test_the_whole_way() -> None:
    one, seen = rollout(3), old(3)
    one, commands = step(one, seen, 0)
    assert commands == ["install a0"]
    assert step(one, seen, 1)[1] == [], "each command comes once"
    one = returned(one, "a0", None, 2)
    seen["a0"] = Seen("2.0")
    one, commands = step(one, seen, 3)
    assert (one.items["a0"].state, commands) == (ItemState.INSTALLED, [])
    assert step(one, seen, 102)[1] == []
    one, commands = step(one, seen, 103)
    assert commands == ["install a1", "install a2"]
    for key in ("a1", "a2"):
        one = returned(one, key, None, 104)
        seen[key] = Seen("2.0")
    one, _ = step(one, seen, 105)
    assert one.progress == (3, 3)
    assert one.ended is None
    assert step(one, seen, 206)[0].ended == 206


def test_a_window_and_a_backup_come_first() -> None:
    one = replace(rollout(1), immediate=False, backup=BackupState.WANTED)
    assert step(one, old(1), 0)[1] == []
    one, commands = step(replace(one, immediate=True), old(1), 1)
    assert commands == ["backup"]
    assert step(one, old(1), 2)[1] == []
    assert step(backed_up(one, None, 3), old(1), 3)[1] == ["install a0"]
    failed = backed_up(one, "no place", 3)
    assert failed.items["a0"].reason is Reason.BACKUP_FAILED
    assert step(failed, old(1), 3)[0].ended == 3


def test_it_goes_back_only_where_something_changed() -> None:
    one, _ = step(rollout(1, revert=True), old(1), 0)
    failed = returned(one, "a0", "refused", 1)
    assert step(failed, old(1), 2)[1] == []
    after, commands = step(failed, {"a0": Seen("2.0", absent=frozenset({"light.x"}))}, 2)
    assert commands == ["revert a0"]
    assert returned(after, "a0", None, 3).items["a0"].state is ItemState.REVERTED
    stuck = returned(after, "a0", "refused again", 3)
    assert stuck.items["a0"].state is ItemState.FAILED
    assert step(stuck, {"a0": Seen("2.0")}, 4)[1] == []


def test_a_device_that_is_gone_or_done_is_dropped() -> None:
    one, commands = step(rollout(2, lanes=2), {"a0": Seen("2.0")}, 0)
    assert commands == []
    assert {item.state for item in one.items.values()} == {ItemState.DROPPED}


def test_somebody_elses_update_is_waited_for() -> None:
    one = rollout(2, lanes=2, carrier="zigbee")
    assert step(one, old(2), 0, busy=["zigbee"])[1] == []
    assert step(one, old(2), 0)[1] == ["install a0"], "and never two through one radio"


def test_what_takes_too_long_fails() -> None:
    one, _ = step(rollout(1), old(1), 0)
    assert step(one, old(1), 51)[0].items["a0"].reason is Reason.TOO_LONG
    checking = returned(one, "a0", None, 1)
    assert step(checking, {"a0": Seen("1.0", in_progress=True)}, 52)[0].items["a0"].reason is Reason.TOO_LONG


def test_odd_behaviour_is_no_success() -> None:
    one, _ = step(rollout(1), old(1), 0)
    one = returned(one, "a0", None, 1)
    odd = {"a0": Seen("2.0", anomalous=True)}
    assert step(one, odd, 2)[0].items["a0"].state is ItemState.CHECKING
    assert step(one, odd, 12)[0].items["a0"].reason is Reason.ANOMALOUS


def test_what_joins_goes_behind_its_lane() -> None:
    one, _ = step(rollout(2), old(2), 0)
    after = extended(one, [*items(4), replace(items(1)[0], asset_id="new", lane="other")], PACE)
    assert [after.items[key].ring for key in ("a0", "a1", "a2", "a3", "new")] == [0, 1, 2, 2, 0]
    assert after.items["a0"].state is ItemState.INSTALLING


DEEDS = ("good", "bad", "lie", "ill", "restart", "wait")
MOVES = st.lists(
    st.tuples(
        st.integers(0, 11), st.sampled_from(("good", "bad", "lie", "ill", "restart", "wait")), st.integers(1, 60)
    ),
    max_size=80,
)


@settings(max_examples=60)
@given(MOVES, st.integers(1, 12), st.integers(1, 3), st.booleans())
def test_what_holds_whatever_happens(
    moves: list[tuple[int, str, int]],
    number: int,
    lanes: int,
    revert: bool,  # noqa: FBT001
) -> None:
    one, seen, now = rollout(number, lanes, revert=revert), old(number), 0.0
    for who, what, seconds in (*moves, *[(i, "good", 120) for i in range(number)] * 4):
        one, commands = advance(one, seen, PACE, window=True, now=now)
        held(one)
        assert len({command.item.asset_id for command in commands if isinstance(command, Install | Revert)}) == len(
            commands
        )
        key = f"a{who % number}"
        if what == "restart":
            one = resumed(one, now)
        elif what != "wait":
            if one.items[key].state in {ItemState.INSTALLING, ItemState.REVERTING}:
                version = "1.0" if one.items[key].state is ItemState.REVERTING else "2.0"
                seen[key] = {
                    "good": Seen(version),
                    "bad": seen[key],
                    "lie": seen[key],
                    "ill": Seen(version, absent=frozenset({"light.x"})),
                }[what]
            one = returned(one, key, "refused" if what == "bad" else None, now)
        now += seconds


def held(one: Rollout) -> None:
    """Check what always holds."""
    busy = [item for item in one.items.values() if item.state in BUSY]
    assert len(busy) <= AT_ONCE
    assert len({item.carrier for item in busy}) == len(busy)
    for item in one.items.values():
        before = [other for other in one.items.values() if other.lane == item.lane and other.ring < item.ring]
        if item.state in {ItemState.INSTALLING, ItemState.CHECKING, ItemState.INSTALLED}:
            assert not any(other.state in OPEN for other in before), "those before it are done"
        assert item.attempts <= 2
    if one.ended is not None:
        assert not any(item.state in OPEN for item in one.items.values())
