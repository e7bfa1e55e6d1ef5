"""Which security events a change of the home is."""

from dataclasses import replace

from custom_components.secure_hub.engine.events import SecurityEvent
from custom_components.secure_hub.engine.happened import Happened, decided, looked
from custom_components.secure_hub.engine.home import Home
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.model import Newcomers, Quarantine
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.scopes import Scope

from .test_home import FIRST, MACS, id_of, memory_of, seen

E = SecurityEvent
START = seen(FIRST, *MACS)
ONE = id_of(START, MACS[0])


def test_of_the_first_look_nothing_is_told() -> None:
    assert looked(Home(looked=False), START) == ()


def test_a_newcomer_joins_and_is_held_and_is_released() -> None:
    home = seen(FIRST, MACS[0])
    later = seen(memory_of(home), MACS[0], MACS[1])
    new = id_of(later, MACS[1])
    assert looked(home, later) == (Happened(E.JOINED, new), Happened(E.HELD, new))
    let_in = replace(later, policy=later.policy.release(new))
    assert decided(later, let_in) == (Happened(E.RELEASED, new),)
    assert looked(later, seen(memory_of(let_in), MACS[0], MACS[1])) == (Happened(E.RELEASED, new),)
    open_home = replace(home, policy=replace(home.policy, newcomers=Newcomers.ALLOW))
    allowed = seen(memory_of(open_home), MACS[0], MACS[1])
    assert looked(open_home, allowed) == (Happened(E.JOINED, id_of(allowed, MACS[1])),)


def test_who_is_cut_off_is_told_once_with_the_reason() -> None:
    cut_off = replace(START, policy=START.policy.quarantine(ONE, Quarantine(1.0, None, "scan")))
    assert decided(START, cut_off) == (Happened(E.QUARANTINED, ONE, {"reason": "scan"}),)
    assert decided(cut_off, cut_off) == ()
    released = replace(cut_off, policy=cut_off.policy.release(ONE))
    assert decided(cut_off, released) == (Happened(E.RELEASED, ONE),)
    gone = replace(cut_off, policy=cut_off.policy.forget(ONE), assets={})
    assert decided(cut_off, gone) == ()


def test_restricted_ended_and_reverted() -> None:
    restricted = replace(START, permissions=START.permissions.with_profile(ONE, Profile.RESTRICTED))
    assert decided(START, restricted) == (Happened(E.RESTRICTED, ONE),)
    assert decided(restricted, replace(restricted, permissions=restricted.permissions.with_profile(ONE, None))) == ()
    grant = Grant("g", ONE, Scope.LAN, expires=2.0)
    after = replace(START, expired=(grant,), rolled_back=True, created=())
    assert looked(START, after) == (
        Happened(E.TRIAL_REVERTED),
        Happened(E.EXPIRED, ONE, {"grant": "g", "scope": "lan"}),
    )
    assert decided(after, after) == (), "what a look found is told by that look alone"


def test_a_burst_is_bounded() -> None:
    crowd = tuple(f"{number:032x}" for number in range(500))
    after = replace(START, created=crowd, governed=frozenset(crowd))
    assert len(looked(START, after)) == 200
