"""The overarching policy as options: what was chosen comes back, and nothing odd gets in."""

from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.requests.asking import (
    HOUR,
    PRESETS,
    AskingPolicy,
    Channel,
    Preset,
    Unanswered,
    Whom,
)
from custom_components.secure_hub.engine.requests.asking_options import details_of, options_of, policy_of

policies = st.builds(
    AskingPolicy,
    whom=st.sampled_from(Whom),
    person=st.none() | st.just("anna"),
    channel=st.sampled_from(Channel),
    per_device=st.integers(1, 100),
    per_home=st.integers(1, 100),
    quiet_from=st.none() | st.integers(0, 1439),
    quiet_until=st.integers(0, 1439),
    known_lists=st.booleans(),
    known_models=st.booleans(),
    owners_decide=st.booleans(),
    unanswered=st.sampled_from(Unanswered),
    patience=st.integers(1, 336).map(lambda hours: hours * HOUR),
    two_people=st.booleans(),
)


@given(policies)
def test_what_was_chosen_comes_back(policy: AskingPolicy) -> None:
    assert policy_of(options_of(policy)) == policy
    assert policy_of(details_of(policy)) == policy


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets_by_name(preset: Preset) -> None:
    assert options_of(PRESETS[preset]) == {"preset": preset.value}
    assert policy_of({"preset": preset.value}) == PRESETS[preset]


@pytest.mark.parametrize("options", [None, {}, {"preset": 3}, {"preset": "loud"}])
def test_what_cannot_be_is_balanced(options: dict[str, Any] | None) -> None:
    balanced = PRESETS[Preset.BALANCED]
    found = policy_of(options)
    assert replace(found, quiet_from=balanced.quiet_from, quiet_until=balanced.quiet_until) == balanced


def test_forms_give_floats_and_seconds() -> None:
    given_by_form = {"preset": "custom", "per_device": 3.0, "quiet_from": "21:30:00", "quiet_until": "06:05:00"}
    policy = policy_of(given_by_form)
    assert (policy.per_device, policy.quiet_from, policy.quiet_until) == (3, 21 * 60 + 30, 6 * 60 + 5)
    for odd in ({"per_device": 0}, {"per_device": True}, {"quiet_from": "25:00"}, {"quiet_from": 5}, {"whom": "dog"}):
        found = policy_of({"preset": "custom", **odd})
        assert found.per_device == 4
        assert found.quiet_from is None
        assert found.whom is Whom.ADMINS
