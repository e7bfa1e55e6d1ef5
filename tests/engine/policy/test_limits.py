"""Limits as a value: what they may be, and which of two holds."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.limits import QUOTA_MAX, RATE_MAX, Limit, stricter
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.scopes import PolicyError, Refusal

from .strategies import limits


@pytest.mark.parametrize(
    ("rate", "quota"), [(None, None), (0, None), (999, None), (RATE_MAX + 1, 5000), (None, 999), (None, QUOTA_MAX + 1)]
)
def test_what_the_firewall_cannot_hold_is_refused(rate: int | None, quota: int | None) -> None:
    with pytest.raises(PolicyError) as refusal:
        Limit(rate, quota)
    assert refusal.value.key is Refusal.LIMIT_OUT_OF_RANGE


@given(st.none() | limits, st.none() | limits)
def test_of_two_the_stricter_holds(one: Limit | None, other: Limit | None) -> None:
    found = stricter(one, other)
    assert found == stricter(other, one)
    assert stricter(found, one) == found
    for limit in (one, other):
        for name in ("rate", "quota"):
            said = getattr(limit, name, None)
            assert said is None or getattr(found, name) <= said


def test_limits_follow_their_assets() -> None:
    permissions = Permissions().with_limit("a", Limit(5_000)).with_limit("b", Limit(3_000, 9_000))
    assert permissions.names("a")
    assert permissions.named() == {"a", "b"}
    assert permissions.merge("a", "b").limits == {"a": Limit(3_000, 9_000)}
    assert permissions.split("a", "c", iter("xyz").__next__).limits["c"] == Limit(5_000)
    assert permissions.forget("a").limits == {"b": Limit(3_000, 9_000)}
    assert permissions.with_limit("a", None).limits == {"b": Limit(3_000, 9_000)}
