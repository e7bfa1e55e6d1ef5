"""Grants end when they say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import Duration, Grant, give, tonight
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=BERLIN).timestamp()


def given_for(duration: Duration, scope: Scope = Scope.INTERNET) -> Grant:
    grant = give("g", "a", scope, duration, now=NOW, timezone=BERLIN, destination=parse("tcp/443"), actor="me")
    assert isinstance(grant, Grant)
    return grant


def test_an_hour_is_an_hour() -> None:
    grant = given_for(Duration.HOUR)
    assert grant == Grant("g", "a", Scope.INTERNET, NOW + 3600, parse("tcp/443"), actor="me", created=NOW)
    assert grant.active(NOW + 3599.9)
    assert not grant.active(NOW + 3600)
    assert grant.use(NOW + 1) is grant


def test_always_is_a_rule() -> None:
    rule = give("g", "a", Scope.LAN, Duration.ALWAYS, now=NOW, timezone=BERLIN)
    assert rule == Rule("g", Scope.LAN, Decision.ALLOW, Matcher(MatcherKind.ASSET, "a"), created=NOW)


@pytest.mark.parametrize(("scope", "lasts"), [(Scope.INTERNET, 300), (Scope.CONTROL, 5), (Scope.SHARE, 5)])
def test_once_ends_with_its_use(scope: Scope, lasts: float) -> None:
    grant = given_for(Duration.ONCE, scope)
    assert grant.expires == NOW + 3600
    used = grant.use(NOW + 10)
    assert used.expires == NOW + 10 + lasts
    assert used.use(NOW + 20) == used
    assert grant.use(NOW + 3599).expires <= NOW + 3600


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-07-01T12:00", "2026-07-01T22:00"),
        ("2026-07-01T21:59", "2026-07-01T22:00"),
        ("2026-07-01T22:00", "2026-07-02T22:00"),
        ("2026-07-01T23:30", "2026-07-02T22:00"),
        ("2026-12-31T23:30", "2027-01-01T22:00"),
        ("2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-24T23:00", "2026-10-25T22:00"),
        ("2026-10-25T02:30", "2026-10-25T22:00"),
    ],
)
def test_until_tonight_is_by_the_wall_clock(now: str, end: str) -> None:
    begin = datetime.fromisoformat(now).replace(tzinfo=BERLIN).timestamp()
    assert datetime.fromtimestamp(tonight(begin, BERLIN), BERLIN).isoformat()[:16] == end


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - hypothesis adds the zone
    st.sampled_from(
        ["Europe/Berlin", "UTC", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_until_tonight_is_ahead_and_within_a_day(naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=UTC).timestamp()
    end = tonight(now, ZoneInfo(zone))
    assert 0 < end - now <= 25 * 3600
    assert datetime.fromtimestamp(end, ZoneInfo(zone)).strftime("%H:%M") == "22:00"
