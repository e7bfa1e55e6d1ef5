"""Who is asked what, how often and when: the overarching policy and its presets."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.requests.asking import (
    HOUR,
    PRESETS,
    AskingPolicy,
    Channel,
    Due,
    People,
    Preset,
    Unanswered,
    Whom,
    due,
    may_answer,
    preset_of,
    recipients,
    told,
    voices,
)
from custom_components.secure_hub.engine.requests.book import Book, mark_asked
from custom_components.secure_hub.engine.requests.model import Kind, Request

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC).timestamp()
MIDNIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC).timestamp()
SEVEN = datetime(2026, 6, 2, 7, 0, tzinfo=UTC).timestamp()
ALWAYS = AskingPolicy(quiet_from=None)


def book_of(*requests: Request) -> Book:
    return Book({request.id: request for request in requests})


def request(number: int, *, asset: str = "a", kind: Kind = Kind.DESTINATION, asked: float | None = None) -> Request:
    return Request(f"r{number}", asset, kind, f"f{number}", float(number), float(number), 2e9, asked=asked)


def ask(book: Book, policy: AskingPolicy, now: float = NOON) -> tuple[Due, Book]:
    """Look once, and do what is due."""
    what = due(book, policy, now=now, timezone=UTC)
    return what, told(mark_asked(book, [one.id for one in what.questions], now), what, now)


def test_a_question_is_asked_once() -> None:
    what, book = ask(book_of(request(1)), ALWAYS)
    assert [one.id for one in what.questions] == ["r1"]
    what, _ = ask(book, ALWAYS)
    assert (what.questions, what.again) == ((), 2e9)


def test_a_device_may_cause_so_many_and_the_rest_is_told_once_an_hour() -> None:
    policy = replace(ALWAYS, per_device=2, per_home=3)
    book = book_of(*(request(number) for number in range(5)), *(request(number, asset="b") for number in range(5, 9)))
    what, book = ask(book, policy)
    assert [one.id for one in what.questions] == ["r0", "r1", "r5"], "two of one device, three of the home"
    assert what.waiting == 6
    assert what.again is not None
    what, book = ask(book, policy, NOON + 60)
    assert what == Due((), 0, NOON + HOUR)
    what, book = ask(book, policy, NOON + HOUR)
    assert len(what.questions) == 3
    assert what.waiting == 3


def test_nobody_is_woken_but_for_what_cannot_wait() -> None:
    policy = AskingPolicy()
    book = book_of(request(1), request(2, kind=Kind.IDENTITY))
    what, book = ask(book, policy, MIDNIGHT)
    assert [one.id for one in what.questions] == ["r2"]
    assert what.again == SEVEN
    what, _ = ask(book, policy, SEVEN)
    assert [one.id for one in what.questions] == ["r1"]


def test_the_urgent_comes_first() -> None:
    book = book_of(request(1), request(2, asset="b", kind=Kind.JOINED))
    what, _ = ask(book, replace(ALWAYS, per_home=1))
    assert [one.id for one in what.questions] == ["r2"]


def test_a_dashboard_disturbs_nobody() -> None:
    what, _ = ask(book_of(request(1)), replace(ALWAYS, channel=Channel.DASHBOARD))
    assert what == Due((), 0, 2e9)


@pytest.mark.parametrize(
    ("start", "end", "minute", "quiet"),
    [
        (1320, 420, 1319, False),
        (1320, 420, 1320, True),
        (1320, 420, 0, True),
        (1320, 420, 420, False),
        (60, 120, 60, True),
        (60, 120, 120, False),
        (60, 60, 60, False),
        (None, 420, 0, False),
    ],
)
def test_quiet_hours(start: int | None, end: int, minute: int, *, quiet: bool) -> None:
    assert AskingPolicy(quiet_from=start, quiet_until=end).is_quiet(minute) is quiet


def test_quiet_ends_by_the_clock_on_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2026, 3, 28, 23, 0, tzinfo=berlin)  # the clock goes forward in this night
    what = due(book_of(request(1)), AskingPolicy(), now=night.timestamp(), timezone=berlin)
    assert what.again == datetime(2026, 3, 29, 7, 0, tzinfo=berlin).timestamp()


def test_presets() -> None:
    assert set(PRESETS) == set(Preset) - {Preset.CUSTOM}
    for preset, policy in PRESETS.items():
        assert preset_of(policy) is preset
    assert preset_of(replace(ALWAYS, per_home=99)) is Preset.CUSTOM
    calm, balanced, strict = PRESETS.values()
    assert calm.per_home < balanced.per_home < strict.per_home
    assert strict.unanswered is Unanswered.DENY
    assert not strict.known_lists
    assert not strict.owners_decide


ADMIN, OWNER, CHILD = "admin", "owner", "child"
HERE = People(frozenset({ADMIN}), frozenset({OWNER}), frozenset({ADMIN, OWNER, CHILD}))


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (AskingPolicy(), {ADMIN}),
        (AskingPolicy(whom=Whom.OWNERS, owners_decide=True), {OWNER}),
        (AskingPolicy(whom=Whom.OWNERS), {ADMIN}),
        (AskingPolicy(whom=Whom.PERSON, person=ADMIN), {ADMIN}),
        (AskingPolicy(whom=Whom.PERSON, person=CHILD), {ADMIN}),
        (AskingPolicy(whom=Whom.PERSON), {ADMIN}),
    ],
)
def test_who_is_asked_may_answer(policy: AskingPolicy, asked: set[str]) -> None:
    assert recipients(policy, HERE) == asked
    assert all(may_answer(policy, HERE, user) for user in asked)


def test_whose_word_counts() -> None:
    assert may_answer(AskingPolicy(), HERE, ADMIN)
    assert not may_answer(AskingPolicy(), HERE, OWNER)
    assert may_answer(AskingPolicy(owners_decide=True), HERE, OWNER)
    assert not may_answer(AskingPolicy(owners_decide=True), HERE, CHILD)


def test_two_people_where_there_are_two() -> None:
    both = People(frozenset({ADMIN, "other"}), frozenset({OWNER}))
    assert voices(AskingPolicy(), both, is_guarded=True) == 2
    assert voices(AskingPolicy(), both, is_guarded=False) == 1
    assert voices(AskingPolicy(two_people=False), both, is_guarded=True) == 1
    assert voices(AskingPolicy(), HERE, is_guarded=True) == 1, "nobody could ever allow it else"
    assert voices(AskingPolicy(owners_decide=True), HERE, is_guarded=True) == 2


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(Kind)), st.integers(0, 40)), max_size=40),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_no_storm_whatever_comes(steps: list[tuple[int, Kind, int]], per_device: int, per_home: int) -> None:
    policy = AskingPolicy(per_device=per_device, per_home=per_home)
    book, now = Book(), NOON
    asked: list[tuple[float, str]] = []
    digests: list[float] = []
    for number, (device, kind, minutes) in enumerate(steps):
        now += minutes * 60.0
        fresh = replace(request(number, asset=str(device), kind=kind), first=now)
        book = replace(book, pending={**book.pending, fresh.id: fresh})
        what, book = ask(book, policy, now)
        assert what.again is None or what.again > now
        asked += [(now, one.asset_id) for one in what.questions]
        digests += [now] if what.waiting else []
        lately = [asset for when, asset in asked if now - when < HOUR]
        assert len(lately) <= per_home
        assert all(lately.count(asset) <= per_device for asset in lately)
    assert all(later - earlier >= HOUR for earlier, later in pairwise(digests))
