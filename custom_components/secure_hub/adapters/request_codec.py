"""What the stores of requests and of people hold, as JSON and back. Pure, strict and bounded, as `storage_codec` is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final

from ..engine.people import MAX_OWNERS, Ownership
from ..engine.policy.destinations import MAX_TEXT
from ..engine.policy.scopes import Scope
from ..engine.requests.book import MAX_PENDING, MAX_SETTLED, Book
from ..engine.requests.memory import RequestMemory
from ..engine.requests.model import MAX_DETAIL, MAX_WANTS, Answer, Kind, Request, Status, Vote, Want
from ..engine.requests.offers import MAX_OFFERS, Offer
from .storage_codec import MAX_ASSETS, StoreValueError

_MAX_ID: Final = 128
_MAX_FAMILY: Final = 512
_MAX_IDENTITY: Final = 4096
_MAX_VOTES: Final = 8
_MAX_COUNT: Final = 2**53
_REQUEST: Final = frozenset(Request.__dataclass_fields__)
_OFFER: Final = frozenset(Offer.__dataclass_fields__)


def encode_requests(memory: RequestMemory) -> dict[str, Any]:
    """Write what is remembered of requests. Raises StoreValueError."""
    data = {
        "pending": [asdict(request) for request in memory.book.pending.values()],
        "settled": [asdict(request) for request in memory.book.settled],
        "digest": memory.book.digest,
        "offers": [asdict(offer) for offer in memory.offers.values()],
        "identities": dict(memory.identities),
    }
    decode_requests(data)
    return data


def decode_requests(data: Any) -> RequestMemory:
    """Read what is remembered of requests. Raises StoreValueError and nothing else."""
    rows = _members(data, frozenset({"pending", "settled", "digest", "offers", "identities"}))
    pending = [_request(row) for row in _list(rows["pending"], MAX_PENDING)]
    settled = [_request(row) for row in _list(rows["settled"], MAX_SETTLED)]
    offers = [_offer(row) for row in _list(rows["offers"], MAX_OFFERS)]
    identities = _mapping(rows["identities"], MAX_ASSETS)
    _require(all(one.status is Status.PENDING for one in pending), "a settled request that waits")
    _require(all(one.status is not Status.PENDING and one.settled is not None for one in settled), "one not settled")
    _require(len({one.id for one in (*pending, *settled)}) == len(pending) + len(settled), "two requests with one id")
    book = Book({one.id: one for one in pending}, tuple(settled), _optional(_time, rows["digest"]))
    named = {_text(key, _MAX_ID): _text(value, _MAX_IDENTITY) for key, value in identities.items()}
    return RequestMemory(book, {one.digest: one for one in offers}, named)


def _request(row: Any) -> Request:
    _members(row, _REQUEST)
    return Request(
        id=_text(row["id"], _MAX_ID),
        asset_id=_text(row["asset_id"], _MAX_ID),
        kind=_member(Kind, row["kind"]),
        family=_text(row["family"], _MAX_FAMILY),
        first=_time(row["first"]),
        last=_time(row["last"]),
        expires=_time(row["expires"]),
        wants=_wants(row["wants"]),
        more=_count(row["more"]),
        count=_count(row["count"]),
        detail=_text(row["detail"], MAX_DETAIL),
        asked=_optional(_time, row["asked"]),
        status=_member(Status, row["status"]),
        votes=tuple(_vote(vote) for vote in _list(row["votes"], _MAX_VOTES)),
        answer=_optional(lambda value: _member(Answer, value), row["answer"]),
        actor=_optional(_user, row["actor"]),
        settled=_optional(_time, row["settled"]),
    )


def _wants(rows: Any) -> tuple[Want, ...]:
    found = []
    for row in _list(rows, MAX_WANTS):
        _members(row, frozenset({"scope", "destination"}))
        found.append(Want(_member(Scope, row["scope"]), _text(row["destination"], MAX_TEXT)))
    return tuple(found)


def _vote(row: Any) -> Vote:
    _members(row, frozenset({"actor", "answer"}))
    return Vote(_optional(_user, row["actor"]), _member(Answer, row["answer"]))


def _offer(row: Any) -> Offer:
    _members(row, _OFFER)
    return Offer(
        _text(row["digest"], _MAX_ID),
        _text(row["request_id"], _MAX_ID),
        _user(row["user_id"]),
        _time(row["expires"]),
        _wants(row["wants"]),
    )


def encode_people(people: Ownership) -> dict[str, Any]:
    """Write whose the assets are. Raises StoreValueError."""
    data = {
        "owners": {asset_id: sorted(users) for asset_id, users in people.owners.items()},
        "guests": dict(people.guests),
    }
    decode_people(data)
    return data


def decode_people(data: Any) -> Ownership:
    """Read whose the assets are. Raises StoreValueError and nothing else."""
    rows = _members(data, frozenset({"owners", "guests"}))
    owners, guests = _mapping(rows["owners"], MAX_ASSETS), _mapping(rows["guests"], MAX_ASSETS)
    return Ownership(
        {_text(key, _MAX_ID): frozenset(map(_user, _list(users, MAX_OWNERS))) for key, users in owners.items()},
        {_text(key, _MAX_ID): _time(until) for key, until in guests.items()},
    )


def _members(data: Any, names: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(data, dict) or data.keys() != names:
        msg = f"no object of {', '.join(sorted(names))}"
        raise StoreValueError(msg)
    return data


def _list(value: Any, most: int) -> Iterable[Any]:
    if not isinstance(value, list | tuple) or len(value) > most:
        msg = "no list, or too long"
        raise StoreValueError(msg)
    return value


def _mapping(value: Any, most: int) -> Mapping[Any, Any]:
    if not isinstance(value, dict) or len(value) > most:
        msg = "no object, or too large"
        raise StoreValueError(msg)
    return value


def _member[E: StrEnum](kind: type[E], value: Any) -> E:
    if not isinstance(value, str) or value not in kind:
        msg = f"no {kind.__name__.lower()}"
        raise StoreValueError(msg)
    return kind(value)


def _text(value: Any, most: int) -> str:
    _require(isinstance(value, str) and len(value) <= most, "no text, or too long")
    text = str(value)
    _require(text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text), "a lone surrogate")
    return text


def _user(value: Any) -> str:
    return _text(value, _MAX_ID)


def _time(value: Any) -> float:
    _require(type(value) in (int, float) and 0 <= value <= _MAX_COUNT, "no time")
    return float(value)


def _count(value: Any) -> int:
    _require(type(value) is int and 0 <= value <= _MAX_COUNT, "no count")
    return int(value)


def _optional[T](read: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else read(value)


def _require(holds: bool, broken: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise StoreValueError(broken)
