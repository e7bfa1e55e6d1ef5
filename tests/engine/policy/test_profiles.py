"""The table of profiles is complete and means what its names say."""

import pytest

from custom_components.secure_hub.engine.policy.profiles import HELD, LOCKDOWN, PROFILES, Profile
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Decision, Scope


def test_every_profile_decides_every_scope() -> None:
    assert PROFILES.keys() == set(Profile)
    assert all(table.keys() == set(Scope) for table in PROFILES.values())


@pytest.mark.parametrize(
    ("profile", "allowed"),
    [
        (Profile.TRUSTED, "internet lan peers hub control report share"),
        (Profile.LOCAL_ONLY, "lan peers hub control report"),
        (Profile.CLOUD_ONLY, "internet control report share"),
        (Profile.RESTRICTED, "hub control report"),
        (Profile.ASK, "hub control report"),
        (Profile.QUARANTINED, ""),
    ],
)
def test_what_each_profile_allows(profile: Profile, allowed: str) -> None:
    table = PROFILES[profile]
    assert {scope for scope in Scope if table[scope] is Decision.ALLOW} == set(allowed.split())
    assert (Decision.ASK in table.values()) is (profile is Profile.ASK)


def test_the_tables_cannot_be_changed() -> None:
    for table in (PROFILES, PROFILES[Profile.TRUSTED], LOCKDOWN, HELD):
        with pytest.raises(TypeError):
            table["internet"] = Decision.ALLOW  # type: ignore[index]


def test_newcomers_are_held_by_their_packets() -> None:
    assert dict.fromkeys(NETWORK_SCOPES, Decision.DENY) == HELD
