"""Risky decisions about everybody: which are, and what is left of them."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.model import Mode, Newcomers, Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.trial import (
    CONFIRM_S,
    Settings,
    Trial,
    is_risky,
    settings,
    tried,
    with_settings,
)

CALM = Settings(Mode.MONITOR, Newcomers.ALLOW, Profile.TRUSTED, lockdown=False)

everything = st.builds(
    Settings, st.sampled_from(Mode), st.sampled_from(Newcomers), st.sampled_from(Profile), lockdown=st.booleans()
)


@pytest.mark.parametrize(
    ("after", "risky"),
    [
        (Settings(Mode.ENFORCE, Newcomers.ALLOW, Profile.TRUSTED, lockdown=False), True),
        (Settings(Mode.MONITOR, Newcomers.HOLD, Profile.TRUSTED, lockdown=False), True),
        (Settings(Mode.MONITOR, Newcomers.ALLOW, Profile.LOCAL_ONLY, lockdown=False), True),
        (Settings(Mode.MONITOR, Newcomers.ALLOW, Profile.ASK, lockdown=False), True),
        (Settings(Mode.MONITOR, Newcomers.ALLOW, Profile.TRUSTED, lockdown=True), True),
        (CALM, False),
    ],
)
def test_what_takes_away_is_risky_and_what_gives_back_is_not(after: Settings, *, risky: bool) -> None:
    assert is_risky(CALM, after) is risky
    assert not is_risky(after, CALM)


def test_neither_of_two_profiles_that_each_deny_something_is_harmless() -> None:
    local = Settings(Mode.ENFORCE, Newcomers.HOLD, Profile.LOCAL_ONLY, lockdown=False)
    cloud = Settings(Mode.ENFORCE, Newcomers.HOLD, Profile.CLOUD_ONLY, lockdown=False)
    assert is_risky(local, cloud)
    assert is_risky(cloud, local)


@given(everything, st.lists(everything, max_size=6))
def test_what_lasts_never_took_a_risk_that_nobody_confirmed(first: Settings, steps: list[Settings]) -> None:
    trial, now, lasting = None, 0.0, first
    for step in steps:
        trial = tried(trial, first, step, now)
        first, now = step, now + 1.0
        left = trial.lasting if trial else step
        assert not is_risky(lasting, left)
        assert trial is None or (trial.lasting != step and now - 1.0 < trial.ends <= now - 1.0 + CONFIRM_S)
        lasting = left


@given(everything, everything)
def test_going_back_ends_the_trial(before: Settings, after: Settings) -> None:
    trial = tried(None, before, after, 5.0)
    assert (trial is not None) is is_risky(before, after)
    if trial is not None:
        assert trial.ends == 5.0 + CONFIRM_S
        back = tried(trial, after, before, 6.0)
        assert back is None or is_risky(trial.lasting, before)


def test_less_of_what_is_tried_is_still_tried_until_its_end() -> None:
    strict, milder = replace(CALM, home=Profile.RESTRICTED), replace(CALM, home=Profile.LOCAL_ONLY)
    trial = tried(None, CALM, strict, 0.0)
    assert trial == Trial(CALM, CONFIRM_S)
    assert tried(trial, strict, milder, 20.0) == Trial(CALM, CONFIRM_S)
    assert tried(trial, strict, replace(strict, lockdown=True), 20.0) == Trial(CALM, 20.0 + CONFIRM_S)
    assert tried(trial, strict, CALM, 20.0) is None


@given(everything)
def test_settings_are_what_was_decided(wanted: Settings) -> None:
    assert settings(*with_settings(Policy(admitted=frozenset({"a"})), Permissions(), wanted)) == wanted
