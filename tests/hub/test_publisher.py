"""Who is told of a decision: those whom it is about, and nobody is left with what is not so any more."""

from collections.abc import Callable
from functools import partial

import pytest

from custom_components.secure_hub.engine.choices import set_everybody, set_permission, set_profile
from custom_components.secure_hub.engine.decisions import Change
from custom_components.secure_hub.engine.home import Home
from custom_components.secure_hub.engine.journal import Entry
from custom_components.secure_hub.engine.policy.model import Quarantine
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab


def quarantined(home: Home, asset_id: str) -> Change:
    policy = home.policy.quarantine(asset_id, Quarantine(0.0, None, "manual"))
    return Change(Entry("quarantine", asset_id), policy, home.permissions)


def released(home: Home, asset_id: str) -> Change:
    return Change(Entry("release", asset_id), home.policy.release(asset_id), home.permissions)


def local(home: Home, asset_id: str) -> Change | None:
    return set_profile(home, asset_id, Profile.LOCAL_ONLY, actor=None)


def denied(home: Home, asset_id: str) -> Change | None:
    matcher = Matcher(MatcherKind.ASSET, asset_id)
    return set_permission(home, matcher, Scope.LAN, Decision.DENY, actor=None, now=0.0, rule_id="denied")


def locked_down(home: Home, asset_id: str) -> Change | None:  # noqa: ARG001 - as the others
    return set_everybody(home, lockdown=True, actor=None)


@pytest.mark.parametrize("decisions", [(quarantined, released), (local, denied), (locked_down,)])
async def test_a_decision_tells_of_whom_it_is_about(
    lab: Lab, hub: SecureHub, decisions: tuple[Callable[[Home, str], Change | None], ...]
) -> None:
    camera = asset(hub, lab.device("camera")).id
    told: list[set[str]] = []
    stop = hub.async_on_change(lambda changed, gone: told.append({one.id for one in changed} | set(gone)))
    for decision in decisions:
        told.clear()
        await hub.async_decide(partial(decision, asset_id=camera))
        assert set().union(*told) == (hub.home.governed if decision is locked_down else {camera})
        told.clear()
        hub._async_publish()
        assert told == [set()]
    stop()
