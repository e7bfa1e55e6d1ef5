"""Offers: what a notification lets one person answer, once, for a while.

A button on a phone is no proof of who pressed it: any app of any user may send any event. So each notification carries
a random token that only its receiver was sent; it counts for this user, this request, what was asked then, until it
expires, and once. Only the token's hash is kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import re
from typing import Final

from .model import Answer, Want

TOKEN_BYTES: Final = 16
"""Random bytes of a token."""
MAX_OFFERS: Final = 1024
"""Offers that are out; of more, the oldest are taken back."""

_PREFIX: Final = "SECURE_HUB"
_ACTION: Final = re.compile(rf"{_PREFIX}:([0-9a-f]{{{2 * TOKEN_BYTES}}}):([a-z0-9_]{{1,16}})")


class Forgery(StrEnum):
    """Why an answer from a phone does not count: a word for the journal."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown_token"
    """No such token was sent, or it was used or taken back."""
    EXPIRED = "expired"
    NOBODY = "no_user"
    """The answer does not say whose it is."""
    STRANGER = "other_user"
    """The token was sent to somebody else."""
    NOT_ALLOWED = "not_allowed"
    """Whoever answers may not, any more."""


class ForgeryError(ValueError):
    """An answer from a phone does not count."""

    def __init__(self, key: Forgery) -> None:
        """Keep why."""
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Offer:
    """One question that was sent to one user. `expires` is in seconds since the epoch."""

    digest: str
    """SHA-256 of the token, in hex."""
    request_id: str
    user_id: str
    expires: float
    wants: tuple[Want, ...] = ()
    """What was asked for when it was sent: an answer is about no more than that."""


type Offers = Mapping[str, Offer]
"""Offers that are out, by the hash of their token, the oldest first."""


def action(token: str, answer: Answer) -> str:
    """The name of a button: what comes back when it is pressed."""
    return f"{_PREFIX}:{token}:{answer.value}"


def is_ours(name: str) -> bool:
    """Whether a button pretends to be one of ours."""
    return name.startswith(f"{_PREFIX}:")


def digest(token: str) -> str:
    """The hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def sent(offers: Offers, offer: Offer) -> Offers:
    """Note that an offer was sent."""
    kept = list({**offers, offer.digest: offer}.values())[-MAX_OFFERS:]
    return {one.digest: one for one in kept}


def redeem(offers: Offers, name: str, user_id: str | None, now: float) -> tuple[Offer, Answer]:
    """What a pressed button says. Raises ForgeryError, and nothing is used up by that.

    The caller takes back every offer of the request once the answer was carried out.
    """
    match = _ACTION.fullmatch(name)
    if match is None or match[2] not in Answer:
        raise ForgeryError(Forgery.MALFORMED)
    offer = offers.get(digest(match[1]))
    if offer is None:
        raise ForgeryError(Forgery.UNKNOWN)
    if now >= offer.expires:
        raise ForgeryError(Forgery.EXPIRED)
    if user_id is None:
        raise ForgeryError(Forgery.NOBODY)
    if user_id != offer.user_id:
        raise ForgeryError(Forgery.STRANGER)
    return offer, Answer(match[2])


def taken_back(offers: Offers, request_ids: Collection[str], user_id: str | None = None) -> Offers:
    """Offers without those of some requests, of one user or of all."""
    return {
        key: offer
        for key, offer in offers.items()
        if offer.request_id not in request_ids or user_id not in {None, offer.user_id}
    }
