"""What the stores of requests and people hold: read back as written, and nothing else is read."""

from collections.abc import Callable
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.request_codec import (
    decode_people,
    decode_requests,
    encode_people,
    encode_requests,
)
from custom_components.secure_hub.adapters.storage_codec import StoreValueError
from custom_components.secure_hub.engine.people import Ownership
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.book import Book
from custom_components.secure_hub.engine.requests.memory import RequestMemory
from custom_components.secure_hub.engine.requests.model import Answer, Kind, Request, Status, Vote, Want
from custom_components.secure_hub.engine.requests.offers import Offer

times = st.floats(0, 4e9)
words = st.text("abcdef", min_size=1, max_size=8)
wants = st.lists(st.builds(Want, st.sampled_from(Scope), words), max_size=8).map(tuple)
votes = st.lists(st.builds(Vote, st.none() | words, st.sampled_from(Answer)), max_size=2).map(tuple)


def requests(status: st.SearchStrategy[Status], settled: st.SearchStrategy[float | None]) -> st.SearchStrategy[Request]:
    return st.builds(
        Request,
        words,
        words,
        st.sampled_from(Kind),
        words,
        times,
        times,
        times,
        wants=wants,
        more=st.integers(0, 9),
        count=st.integers(1, 99_999),
        detail=words,
        asked=st.none() | times,
        status=status,
        votes=votes,
        answer=st.none() | st.sampled_from(Answer),
        actor=st.none() | words,
        settled=settled,
    )


waiting = requests(st.just(Status.PENDING), st.none())
ended = requests(st.sampled_from([one for one in Status if one is not Status.PENDING]), times)


@st.composite
def memories(draw: st.DrawFn) -> RequestMemory:
    found = draw(st.lists(st.one_of(waiting, ended), max_size=6, unique_by=lambda one: one.id))
    pending = {one.id: one for one in found if one.status is Status.PENDING}
    settled = tuple(one for one in found if one.status is not Status.PENDING)
    offers = draw(st.lists(st.builds(Offer, words, words, words, times, wants), max_size=3))
    identities = draw(st.dictionaries(words, words, max_size=3))
    book = Book(pending, settled, draw(st.none() | times))
    return RequestMemory(book, {one.digest: one for one in offers}, identities)


@given(memories())
def test_requests_come_back(memory: RequestMemory) -> None:
    assert decode_requests(json.loads(json.dumps(encode_requests(memory)))) == memory


@given(
    st.builds(
        Ownership,
        st.dictionaries(words, st.frozensets(words, max_size=16), max_size=4),
        st.dictionaries(words, times, max_size=4),
    )
)
def test_people_come_back(people: Ownership) -> None:
    assert decode_people(json.loads(json.dumps(encode_people(people)))) == people


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@pytest.mark.parametrize("decode", [decode_requests, decode_people])
@given(data=json_values)
def test_nothing_else_is_read(decode: Callable[[Any], object], data: Any) -> None:
    with pytest.raises(StoreValueError):
        decode(data)


REQUEST = Request("r1", "a", Kind.DESTINATION, "f", 1.0, 1.0, 2.0, wants=(Want(Scope.LAN, "any"),))
GOOD: dict[str, Any] = encode_requests(
    RequestMemory(Book({"r1": REQUEST}), {"d": Offer("d", "r1", "anna", 2.0)}, {"a": "b"})
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("pending", 0, "status"), "approved"),
        (("pending", 0, "kind"), "burglar"),
        (("pending", 0, "count"), 1.5),
        (("pending", 0, "count"), -1),
        (("pending", 0, "first"), "yesterday"),
        (("pending", 0, "first"), float("nan")),
        (("pending", 0, "detail"), "x" * 201),
        (("pending", 0, "detail"), "\ud800"),
        (("pending", 0, "wants"), [{"scope": "lan", "destination": "any"}] * 9),
        (("pending", 0, "wants", 0, "scope"), "everything"),
        (("pending", 0, "votes"), [{}]),
        (("pending", 0, "asset_id"), 7),
        (("settled",), [dict(GOOD["pending"][0])]),
        (("pending",), [GOOD["pending"][0]] * 2),
        (("pending",), {}),
        (("offers", 0, "user_id"), None),
        (("identities",), []),
        (("identities", "a"), 3),
        (("digest",), True),
        (("more",), 1),
    ],
)
def test_what_is_odd_is_refused(path: tuple[Any, ...], value: Any) -> None:
    data = json.loads(json.dumps(GOOD))
    assert decode_requests(data)
    *way, last = path
    place = data
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(StoreValueError):
        decode_requests(data)


def test_what_cannot_be_read_again_is_not_written() -> None:
    book = Book({"r1": REQUEST, "r2": REQUEST})
    with pytest.raises(StoreValueError):
        encode_requests(RequestMemory(book))
    with pytest.raises(StoreValueError):
        encode_people(Ownership({"a": frozenset(map(str, range(17)))}))
