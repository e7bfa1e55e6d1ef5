"""What a request is: something undecided that waits for a person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..policy.grants import Duration
from ..policy.scopes import Scope

MAX_WANTS: Final = 8
"""Destinations that one request names; of further ones it only counts how many there were."""
MAX_DETAIL: Final = 200
"""Characters of a request's detail, which may come from a device."""


class Kind(StrEnum):
    """What raised a request."""

    NEWCOMER = "newcomer"
    """A hardware address that was never seen wants to talk."""
    JOINED = "joined"
    """A radio device joined and is held."""
    DESTINATION = "destination"
    """A device reaches for something that nobody decided about."""
    CONTROL = "control"
    """Home Assistant, or somebody through it, reaches for a device under `ask`."""
    IDENTITY = "identity"
    """A hardware address says that it is another thing than before."""
    PROFILE = "profile"
    """A manifest or a learned list would allow a device more than it may now."""
    OWNER = "owner"
    """A device has a new owner, who has not confirmed what it may do."""
    UPDATE = "update"
    """An update of a device waits, and its deadline is near or over."""


LEARNED: Final = "learned"
"""Family of the `PROFILE` request for a list that was learned and can be locked."""
NAMED: Final = "named "
"""Begins the family of a `PROFILE` request for a manifest that a device names and nobody has fetched yet."""


URGENT: Final = frozenset({Kind.JOINED, Kind.IDENTITY})
"""Kinds that quiet hours do not hold back: somebody may be trying to get in."""


class Status(StrEnum):
    """How far a request is."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """What was asked for is decided otherwise, or its device is gone."""


class Answer(StrEnum):
    """What a person may say."""

    ONCE = "once"
    HOUR = "1_hour"
    TONIGHT = "until_tonight"
    ALWAYS = "always"
    DENY = "deny"
    QUARANTINE = "quarantine"

    @property
    def duration(self) -> Duration | None:
        """How long something is allowed, None if it is not."""
        return None if self in _REFUSING else Duration(self.value)


_REFUSING: Final = frozenset({Answer.DENY, Answer.QUARANTINE})

ANSWERS: Final = {
    Kind.NEWCOMER: tuple(Answer),
    Kind.JOINED: (Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE),
    Kind.DESTINATION: tuple(Answer),
    Kind.CONTROL: tuple(Answer),
    Kind.IDENTITY: (Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE),
    Kind.PROFILE: (Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE),
    Kind.OWNER: (Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE),
    Kind.UPDATE: (Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE),
}
"""Answers that make sense, by kind; what cannot be given for a while has no `once`."""


class RequestRefusal(StrEnum):
    """Why an answer or a request cannot be taken: a translation key."""

    UNKNOWN = "request_unknown"
    SETTLED = "request_settled"
    ANSWER_NOT_FOR_KIND = "answer_not_for_request"
    ALREADY_VOTED = "already_voted"


class RequestError(ValueError):
    """Something cannot be done with a request: nothing was changed. `key` is a translation key."""

    def __init__(self, key: RequestRefusal, detail: str = "") -> None:
        """Keep key and detail for whoever tells the user."""
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key
        self.detail = detail


@dataclass(frozen=True, slots=True, order=True)
class Want:
    """One thing that is asked for: a scope, and a destination as `destinations.parse` reads it."""

    scope: Scope
    destination: str = "any"


@dataclass(frozen=True, slots=True)
class Ask:
    """What raises a request. Asks of one asset, kind and family become one request.

    `family` says which destinations belong together: a domain, an asset, "addresses".
    """

    asset_id: str
    kind: Kind
    family: str = ""
    wants: tuple[Want, ...] = ()
    detail: str = ""

    @property
    def key(self) -> tuple[str, Kind, str]:
        """What asks have in common that become one request."""
        return self.asset_id, self.kind, self.family


@dataclass(frozen=True, slots=True)
class Vote:
    """One of several people who must agree has agreed to `answer`. `actor` is a user's id, None an automation."""

    actor: str | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Request:
    """Something undecided. Times are seconds since the epoch."""

    id: str
    asset_id: str
    kind: Kind
    family: str
    first: float
    last: float
    expires: float
    wants: tuple[Want, ...] = ()
    more: int = 0
    """Times that something else was asked for than `wants`, which has no room for it."""
    count: int = 1
    detail: str = ""
    asked: float | None = None
    """When a person was asked, on a phone or by its sight on the dashboard."""
    status: Status = Status.PENDING
    votes: tuple[Vote, ...] = ()
    answer: Answer | None = None
    actor: str | None = None
    settled: float | None = None

    @property
    def key(self) -> tuple[str, Kind, str]:
        """See `Ask.key`."""
        return self.asset_id, self.kind, self.family

    @property
    def urgent(self) -> bool:
        """Quiet hours do not hold it back."""
        return self.kind in URGENT
