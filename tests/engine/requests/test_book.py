"""The book of requests: alike is one, bounded whatever comes, every life ends once."""

from itertools import count

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.grants import Duration
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.book import (
    MAX_OF_ASSET,
    MAX_PENDING,
    MAX_SETTLED,
    OTHERS,
    Book,
    Raised,
    answer,
    expire,
    mark_asked,
    next_expiry,
    raise_request,
    remaining,
    withdraw,
)
from custom_components.secure_hub.engine.requests.model import (
    ANSWERS,
    MAX_WANTS,
    Answer,
    Ask,
    Kind,
    RequestError,
    RequestRefusal,
    Status,
    Want,
)

CAMERA, LOCK = "c" * 32, "d" * 32
HOUR, DAY = 3600.0, 86_400.0


def asks(family: str = "camera.example", *wants: str, asset_id: str = CAMERA, kind: Kind = Kind.DESTINATION) -> Ask:
    return Ask(asset_id, kind, family, tuple(Want(Scope.INTERNET, where) for where in wants))


def raised(book: Book, ask: Ask, now: float = 0.0, name: str = "r") -> Raised:
    numbers = count(len(book.pending) + len(book.settled))
    return raise_request(book, ask, now=now, patience=DAY, new_id=lambda: f"{name}{next(numbers)}")


def test_what_is_alike_is_one_request() -> None:
    first = raised(Book(), asks("camera.example", "cloud.camera.example tcp/443"))
    assert first.is_new
    again = raised(first.book, asks("camera.example", "cloud.camera.example tcp/443"), 5.0)
    other = raised(again.book, asks("camera.example", "up.camera.example tcp/443"), 9.0)
    assert not again.is_new
    assert other.request is not None
    assert (len(other.book.pending), other.request.count, other.request.last) == (1, 3, 9.0)
    assert [want.destination for want in other.request.wants] == [
        "cloud.camera.example tcp/443",
        "up.camera.example tcp/443",
    ]
    assert len(raised(other.book, asks("other.example", "other.example")).book.pending) == 2
    assert other.book.find(other.request.key) == other.request
    assert other.book.of(LOCK) == ()


def test_a_hostile_device_has_a_few_requests_that_name_a_few_things() -> None:
    book = Book()
    for number in range(10_000):
        book = raised(book, asks("addresses", f"198.51.{number // 250}.{number % 250} tcp/443"), float(number)).book
    (request,) = book.pending.values()
    assert (len(request.wants), request.count) == (MAX_WANTS, 10_000)
    assert request.more == 10_000 - MAX_WANTS
    for number in range(100):
        book = raised(book, asks(f"n{number}.example", f"n{number}.example")).book
    assert len(book.pending) == MAX_OF_ASSET + 1
    others = book.find((CAMERA, Kind.DESTINATION, OTHERS))
    assert others
    assert others.count == 100 - MAX_OF_ASSET + 1


def test_the_home_has_room_for_so_many() -> None:
    book = Book()
    for number in range(MAX_PENDING + 5):
        book = raised(book, asks(asset_id=f"{number:032x}")).book
    assert len(book.pending) == MAX_PENDING
    assert raised(book, asks(asset_id=LOCK)).request is None


@pytest.mark.parametrize("said", [one for one in Answer if one.duration])
def test_allowed(said: Answer) -> None:
    made = raised(Book(), asks())
    assert made.request
    done = answer(made.book, made.request.id, said, "anna", voices=1, now=7.0)
    assert done.complete
    assert (done.request.status, done.request.answer, done.request.actor) == (Status.APPROVED, said, "anna")
    assert done.request.settled == 7.0
    assert not done.book.pending
    assert isinstance(said.duration, Duration)
    with pytest.raises(RequestError) as refusal:
        answer(done.book, made.request.id, said, "anna", voices=1, now=8.0)
    assert refusal.value.key is RequestRefusal.SETTLED


def test_two_must_agree_and_one_may_refuse() -> None:
    made = raised(Book(), asks(asset_id=LOCK))
    assert made.request
    request_id = made.request.id
    one = answer(made.book, request_id, Answer.ALWAYS, "anna", voices=2, now=1.0)
    assert not one.complete
    assert request_id in one.book.pending
    with pytest.raises(RequestError) as refusal:
        answer(one.book, request_id, Answer.ALWAYS, "anna", voices=2, now=2.0)
    assert refusal.value.key is RequestRefusal.ALREADY_VOTED
    both = answer(one.book, request_id, Answer.ONCE, "ben", voices=2, now=3.0)
    assert (both.complete, both.request.answer) == (True, Answer.ONCE), "the shorter is what both agreed on"
    no = answer(one.book, request_id, Answer.DENY, "ben", voices=2, now=3.0)
    assert (no.complete, no.request.status) == (True, Status.DENIED)


def test_what_makes_no_sense_is_refused() -> None:
    made = raised(Book(), asks(kind=Kind.IDENTITY))
    assert made.request
    for request_id, said, key in (
        ("nobody", Answer.DENY, RequestRefusal.UNKNOWN),
        (made.request.id, Answer.ONCE, RequestRefusal.ANSWER_NOT_FOR_KIND),
    ):
        with pytest.raises(RequestError) as refusal:
            answer(made.book, request_id, said, None, voices=1, now=1.0)
        assert refusal.value.key is key
    assert set(ANSWERS) == set(Kind)
    assert all(Answer.DENY in said for said in ANSWERS.values())


def test_what_was_denied_or_left_is_not_asked_again_at_once() -> None:
    made = raised(Book(), asks())
    assert made.request
    denied = answer(made.book, made.request.id, Answer.DENY, "anna", voices=1, now=0.0).book
    assert raised(denied, asks(), DAY).request is None
    assert raised(denied, asks(), 31 * DAY).is_new
    approved = answer(made.book, made.request.id, Answer.ONCE, "anna", voices=1, now=0.0).book
    assert raised(approved, asks(), 1.0).is_new, "what was allowed once is asked again"
    left, ended = expire(made.book, DAY)
    assert [request.status for request in ended] == [Status.EXPIRED]
    assert raised(left, asks(), DAY + HOUR).request is None
    assert raised(left, asks(), DAY + 7 * HOUR).is_new


def test_ends() -> None:
    made = raised(raised(Book(), asks()).book, asks(asset_id=LOCK), 60.0)
    assert next_expiry(made.book) == DAY
    book, ended = expire(made.book, DAY)
    assert (len(ended), next_expiry(book)) == (1, DAY + 60.0)
    book, ended = withdraw(book, [*book.pending, "nobody"], DAY)
    assert [request.status for request in ended] == [Status.WITHDRAWN]
    assert next_expiry(book) is None
    assert expire(book, 9 * DAY) == (book, ())


def test_asked_and_remaining() -> None:
    made = raised(Book(), asks("camera.example", "a.camera.example", "b.camera.example"))
    assert made.request
    book = mark_asked(made.book, [made.request.id, "nobody"], 4.0)
    assert book.request(made.request.id).asked == 4.0
    assert mark_asked(book, ["nobody"], 5.0) is book
    (first, second) = made.request.wants
    assert remaining(made.request, [first]) == (second,)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["raise", "answer", "expire", "withdraw", "ask"]),
            st.sampled_from(sorted(Kind)),
            st.sampled_from(["a", "b"]),
            st.integers(0, 30),
            st.sampled_from(sorted(Answer)),
        ),
        max_size=60,
    )
)
def test_every_request_ends_once_and_the_book_stays_bounded(
    steps: list[tuple[str, Kind, str, int, Answer]],
) -> None:
    book, now, numbers = Book(), 0.0, count()
    ended: list[str] = []
    for what, kind, family, passed, said in steps:
        now += passed * 600.0
        before = dict(book.pending)
        match what:
            case "raise":
                ask = Ask(CAMERA, kind, family, (Want(Scope.LAN, f"10.0.0.{passed}"),))
                book = raise_request(book, ask, now=now, patience=DAY, new_id=lambda: f"r{next(numbers)}").book
            case "answer" if before:
                try:
                    book = answer(book, next(iter(before)), said, None, voices=1, now=now).book
                except RequestError as error:
                    assert error.key is RequestRefusal.ANSWER_NOT_FOR_KIND  # noqa: PT017 - it may be refused, or not
            case "expire":
                book, _ = expire(book, now)
            case "withdraw":
                book, _ = withdraw(book, list(before)[:2], now)
            case _:
                book = mark_asked(book, list(before)[:1], now)
        ended += before.keys() - book.pending.keys()
        assert len({request.key for request in book.pending.values()}) == len(book.pending)
        assert all(request.status is Status.PENDING for request in book.pending.values())
        assert all(len(request.wants) <= MAX_WANTS for request in book.pending.values())
    assert len(ended) == len(set(ended))
    assert sorted(ended) == sorted(request.id for request in book.settled)
    assert all(r.settled is not None and r.status is not Status.PENDING for r in book.settled)
    assert len(book.settled) <= MAX_SETTLED
