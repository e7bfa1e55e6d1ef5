"""The book of requests: what waits, what was answered lately, and every step in a request's life.

A value: each step gives a new book. Bounded whatever devices do: what is alike is one request, one device has a few of
them, the home a few hundred; what has no room stays held and is asked for again when there is.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from .model import (
    ANSWERS,
    MAX_DETAIL,
    MAX_WANTS,
    Answer,
    Ask,
    Kind,
    Request,
    RequestError,
    RequestRefusal,
    Status,
    Vote,
    Want,
)

MAX_PENDING: Final = 256
MAX_OF_ASSET: Final = 8
"""Pending requests of one asset; what else it reaches for becomes one more, of the family `OTHERS`."""
MAX_SETTLED: Final = 512
OTHERS: Final = "others"
_QUIET_AFTER: Final = {Status.DENIED: 30 * 86_400.0, Status.EXPIRED: 6 * 3600.0}
"""Seconds for which the same is not asked again after such an end; what was denied by a rule is silent anyway."""


@dataclass(frozen=True, slots=True)
class Book:
    """All requests: `pending` by id in the order in which they came, `settled` the latest last."""

    pending: Mapping[str, Request] = field(default_factory=dict)
    settled: tuple[Request, ...] = ()
    digest: float | None = None
    """When people were last told how many wait, in seconds since the epoch."""

    def request(self, request_id: str) -> Request:
        """The pending request of an id. Raises RequestError `request_unknown` or `request_settled`."""
        if (found := self.pending.get(request_id)) is not None:
            return found
        known = any(request.id == request_id for request in self.settled)
        raise RequestError(RequestRefusal.SETTLED if known else RequestRefusal.UNKNOWN, request_id[:64])

    def of(self, asset_id: str) -> tuple[Request, ...]:
        """Pending requests of an asset."""
        return tuple(request for request in self.pending.values() if request.asset_id == asset_id)

    def find(self, key: tuple[str, Kind, str]) -> Request | None:
        """The pending request of asset, kind and family."""
        return next((request for request in self.pending.values() if request.key == key), None)


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of an ask: the book, its request (None: it is not to be asked), whether that is new."""

    book: Book
    request: Request | None
    is_new: bool = False


def raise_request(book: Book, ask: Ask, *, now: float, patience: float, new_id: Callable[[], str]) -> Raised:
    """Take an ask. `patience` is how many seconds its request waits for an answer."""
    if (known := book.find(ask.key)) is not None:
        return _merged(book, known, ask, now)
    if _is_answered(book, ask.key, now):
        return Raised(book, None)
    of_asset = sum(request.asset_id == ask.asset_id for request in book.pending.values())
    if ask.kind is Kind.DESTINATION and of_asset >= MAX_OF_ASSET and ask.family != OTHERS:
        others = replace(ask, family=OTHERS)
        return raise_request(book, others, now=now, patience=patience, new_id=new_id)
    if len(book.pending) >= MAX_PENDING:
        return Raised(book, None)
    request = Request(
        new_id(),
        ask.asset_id,
        ask.kind,
        ask.family,
        first=now,
        last=now,
        expires=now + patience,
        wants=ask.wants[:MAX_WANTS],
        more=len(ask.wants[MAX_WANTS:]),
        detail=ask.detail[:MAX_DETAIL],
    )
    return Raised(replace(book, pending={**book.pending, request.id: request}), request, is_new=True)


def _merged(book: Book, known: Request, ask: Ask, now: float) -> Raised:
    fresh = tuple(want for want in dict.fromkeys(ask.wants) if want not in known.wants)
    room = MAX_WANTS - len(known.wants)
    merged = replace(
        known,
        wants=known.wants + fresh[:room],
        more=known.more + len(fresh[room:]),
        count=known.count + 1,
        last=max(known.last, now),
        detail=ask.detail[:MAX_DETAIL] or known.detail,
    )
    return Raised(_with(book, merged), merged)


def is_raised(book: Book, key: tuple[str, Kind, str], now: float) -> bool:
    """Whether this waits, or ended so lately that it is not asked again yet."""
    return book.find(key) is not None or _is_answered(book, key, now)


def _is_answered(book: Book, key: tuple[str, Kind, str], now: float) -> bool:
    """The same was answered, or not, a while ago, so that it is not asked again yet."""
    latest = next((request for request in reversed(book.settled) if request.key == key), None)
    if latest is None or latest.settled is None:
        return False
    return now - latest.settled < _QUIET_AFTER.get(latest.status, 0.0)


def _with(book: Book, request: Request) -> Book:
    return replace(book, pending={**book.pending, request.id: request})


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer makes of a request; `complete` if nobody else has to agree."""

    book: Book
    request: Request
    complete: bool


def answer(  # noqa: PLR0913 - who says what to which, and how many have to
    book: Book, request_id: str, said: Answer, actor: str | None, *, voices: int, now: float
) -> Answered:
    """Take an answer. `voices` people must agree to allow something; one is enough to refuse it.

    Of several who allow, the shortest is what they agree on. Raises RequestError.
    """
    request = book.request(request_id)
    if said not in ANSWERS[request.kind]:
        raise RequestError(RequestRefusal.ANSWER_NOT_FOR_KIND, said)
    if said.duration is None:
        status = Status.DENIED
    else:
        if any(vote.actor == actor for vote in request.votes):
            raise RequestError(RequestRefusal.ALREADY_VOTED)
        request = replace(request, votes=(*request.votes, Vote(actor, said)))
        if len(request.votes) < voices:
            return Answered(_with(book, request), request, complete=False)
        said = min((vote.answer for vote in request.votes), key=list(Answer).index)
        status = Status.APPROVED
    request = replace(request, status=status, answer=said, actor=actor, settled=now)
    return Answered(_settle(book, (request,)), request, complete=True)


def expire(book: Book, now: float) -> tuple[Book, tuple[Request, ...]]:
    """End what nobody answered in time; which requests these were."""
    ended = [replace(r, status=Status.EXPIRED, settled=now) for r in book.pending.values() if r.expires <= now]
    return _settle(book, ended), tuple(ended)


def withdraw(book: Book, request_ids: Collection[str], now: float) -> tuple[Book, tuple[Request, ...]]:
    """End requests that need no answer any more."""
    ended = [
        replace(book.pending[key], status=Status.WITHDRAWN, settled=now) for key in request_ids if key in book.pending
    ]
    return _settle(book, ended), tuple(ended)


def mark_asked(book: Book, request_ids: Collection[str], now: float) -> Book:
    """People were asked."""
    asked = {key: replace(book.pending[key], asked=now) for key in request_ids if key in book.pending}
    return replace(book, pending={**book.pending, **asked}) if asked else book


def anew(book: Book, asset_id: str) -> Book:
    """Ask everything about an asset anew: nobody was asked yet, and nobody has agreed."""
    fresh = {one.id: replace(one, asked=None, votes=()) for one in book.of(asset_id)}
    return replace(book, pending={**book.pending, **fresh}) if fresh else book


def forget(book: Book, asset_id: str) -> Book:
    """Remember no request of an asset any more."""
    pending = {key: one for key, one in book.pending.items() if one.asset_id != asset_id}
    return replace(book, pending=pending, settled=tuple(one for one in book.settled if one.asset_id != asset_id))


def remaining(request: Request, answered: Collection[Want]) -> tuple[Want, ...]:
    """What of a request's wants is not among those that an answer was about."""
    return tuple(want for want in request.wants if want not in answered)


def next_expiry(book: Book) -> float | None:
    """When the next request ends by itself."""
    return min((request.expires for request in book.pending.values()), default=None)


def _settle(book: Book, ended: Collection[Request]) -> Book:
    if not ended:
        return book
    gone = {request.id for request in ended}
    pending = {key: request for key, request in book.pending.items() if key not in gone}
    return replace(book, pending=pending, settled=(*book.settled, *ended)[-MAX_SETTLED:])
