"""Whose the devices are: owners, guests, and what ends with them."""

from dataclasses import replace
from datetime import UTC

import pytest

from custom_components.secure_hub.engine.choices import allow
from custom_components.secure_hub.engine.home import Home
from custom_components.secure_hub.engine.people import (
    GUEST_LEFT,
    MAX_OWNERS,
    Ownership,
    owned,
    retire,
    see_off,
    transfer,
    welcome,
)
from custom_components.secure_hub.engine.policy.grants import Duration
from custom_components.secure_hub.engine.policy.model import Quarantine, Standing
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.scopes import PolicyError, Scope

from .test_home import FIRST, MACS, id_of, memory_of, seen

START = seen(FIRST, *MACS[:2])
HOME = seen(memory_of(START), *MACS[:3])
CAMERA, PLUG, NEWCOMER = (id_of(HOME, mac) for mac in MACS[:3])


def granted(home: Home, actor: str | None, scope: Scope) -> Home:
    change = allow(home, CAMERA, scope, Duration.HOUR, actor=actor, now=1.0, timezone=UTC, grant_id=f"{actor}-{scope}")
    return replace(home, permissions=change.permissions)


def test_owners() -> None:
    people = Ownership().with_owners(CAMERA, ["anna", "ben", "anna"]).with_owners(PLUG, ["ben"])
    assert people.of(CAMERA) == {"anna", "ben"}
    assert people.of(NEWCOMER) == frozenset()
    assert people.with_owners(CAMERA, ()).owners == {PLUG: {"ben"}}
    assert people.with_guest(CAMERA, 5.0).forget(CAMERA) == Ownership({PLUG: frozenset({"ben"})})
    with pytest.raises(PolicyError):
        people.with_owners(CAMERA, [str(number) for number in range(MAX_OWNERS + 1)])


def test_guests() -> None:
    people = Ownership().with_guest(CAMERA, 5.0).with_guest(PLUG, 9.0)
    assert (people.next_end, people.left(4.9), people.left(5.0)) == (5.0, (), (CAMERA,))
    assert people.with_guest(CAMERA, None).guests == {PLUG: 9.0}
    assert Ownership().next_end is None


def test_what_a_former_owner_granted_ends() -> None:
    home = granted(granted(granted(HOME, "anna", Scope.LAN), "ben", Scope.PEERS), None, Scope.INTERNET)
    change = transfer(home, CAMERA, ["anna", "ben"], ["ben", "carl"], actor="anna")
    assert set(change.permissions.grants[CAMERA]) == {"ben-peers", "None-internet"}
    assert (change.entry.before, change.entry.after) == (["anna", "ben"], ["ben", "carl"])
    assert change.entry.details == {"grants_ended": ["anna-lan"]}
    nothing = transfer(HOME, CAMERA, (), ["ben"], actor=None)
    assert nothing.permissions is HOME.permissions
    assert owned(HOME, CAMERA, (), ["ben"], actor=None).entry.after == ["ben"]


def test_a_guest_comes_and_goes() -> None:
    change = welcome(HOME, NEWCOMER, 99.0, actor="anna")
    assert change.policy.standing(NEWCOMER) is Standing.ADMITTED
    home = replace(granted(HOME, "anna", Scope.LAN), policy=change.policy)
    left = see_off(home, CAMERA, now=100.0)
    assert left.policy.quarantined[CAMERA] == Quarantine(100.0, None, GUEST_LEFT)
    assert CAMERA not in left.permissions.grants
    again = welcome(replace(home, policy=left.policy), CAMERA, 200.0, actor=None)
    assert again.policy.standing(CAMERA) is Standing.ADMITTED
    cut_off = HOME.policy.quarantine(CAMERA, Quarantine(1.0, None, "manual"))
    stays = welcome(replace(HOME, policy=cut_off), CAMERA, 200.0, actor=None)
    assert stays.policy.standing(CAMERA) is Standing.QUARANTINED, "to be a guest is no way out of quarantine"


def test_who_retires_is_a_stranger() -> None:
    home = granted(HOME, "anna", Scope.LAN)
    home = replace(home, permissions=home.permissions.with_profile(CAMERA, Profile.TRUSTED))
    change = retire(home, CAMERA, actor="anna", reason="sold")
    assert change.policy.standing(CAMERA) is Standing.HELD
    assert not change.permissions.names(CAMERA)
    assert change.entry.reason == "sold"
