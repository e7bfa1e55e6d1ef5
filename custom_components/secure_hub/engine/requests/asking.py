"""The overarching policy: who is asked what, by what, how often, when, and what happens without an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from .book import Book, next_expiry
from .model import Request

HOUR: Final = 3600.0
DAY: Final = 86_400.0
TWO: Final = 2
"""People who must agree where one is not enough."""


class Preset(StrEnum):
    """Policies that ship; `custom` is any other."""

    CALM = "calm"
    BALANCED = "balanced"
    STRICT = "strict"
    CUSTOM = "custom"


class Whom(StrEnum):
    """Who is asked."""

    OWNERS = "owners"
    """Who owns the device; the administrators where nobody does."""
    ADMINS = "admins"
    PERSON = "person"
    """One person; the administrators if that person is there no more."""


class Channel(StrEnum):
    """By what."""

    PHONE = "phone"
    """A notification, and the dashboard."""
    DASHBOARD = "dashboard"
    """Nobody is disturbed; who looks sees it."""


class Unanswered(StrEnum):
    """What happens to a request that nobody answers. Nothing that was held is ever let go by silence."""

    HOLD = "hold"
    """Nothing is decided; it may be asked again."""
    DENY = "deny"
    """It counts as denied."""


@dataclass(frozen=True, slots=True)
class AskingPolicy:
    """How this home wants to be asked."""

    whom: Whom = Whom.ADMINS
    person: str | None = None
    """User id for `Whom.PERSON`."""
    channel: Channel = Channel.PHONE
    per_device: int = 4
    """Questions that one device may cause in an hour."""
    per_home: int = 10
    """Questions that all devices may cause in an hour; of what is beyond, one digest an hour tells the number."""
    quiet_from: int | None = 22 * 60
    """Minute of the local day at which quiet begins; None for never."""
    quiet_until: int = 7 * 60
    known_lists: bool = True
    """What a manifest or a learned list of the device names is not asked."""
    known_models: bool = False
    """What was answered for another device of the same make and model is not asked."""
    owners_decide: bool = False
    """Owners who are no administrators may answer about their devices."""
    unanswered: Unanswered = Unanswered.HOLD
    patience: float = DAY
    """Seconds that a request waits for an answer."""
    two_people: bool = True
    """Locks and alarms need two people to agree, where there are two."""

    def is_quiet(self, minute: int) -> bool:
        """Whether a minute of the local day is within the quiet hours, which may go over midnight."""
        if self.quiet_from is None or self.quiet_from == self.quiet_until:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


PRESETS: Final[Mapping[Preset, AskingPolicy]] = MappingProxyType(
    {
        Preset.CALM: AskingPolicy(
            whom=Whom.OWNERS,
            per_device=2,
            per_home=4,
            quiet_from=21 * 60,
            quiet_until=8 * 60,
            known_models=True,
            owners_decide=True,
            patience=3 * DAY,
            two_people=False,
        ),
        Preset.BALANCED: AskingPolicy(),
        Preset.STRICT: AskingPolicy(
            per_device=12,
            per_home=30,
            quiet_from=None,
            known_lists=False,
            unanswered=Unanswered.DENY,
            patience=8 * HOUR,
        ),
    }
)
"""calm: few questions, owners answer, known things are not asked. balanced: the default. strict: every question, to
administrators, at any hour, and silence is a no."""


@dataclass(frozen=True, slots=True)
class Due:
    """What people are to be told now: of each of `questions`, and that `waiting` requests wait (0: not now).

    `again` is when to look next, in seconds since the epoch, if something is to come by itself.
    """

    questions: tuple[Request, ...] = ()
    waiting: int = 0
    again: float | None = None


def due(book: Book, policy: AskingPolicy, *, now: float, timezone: tzinfo) -> Due:
    """What is to be asked at `now` (seconds since the epoch), the urgent first, within the limits."""
    ends = [next_expiry(book)]
    unasked = [request for request in book.pending.values() if request.asked is None]
    if policy.channel is Channel.DASHBOARD or not unasked:
        return Due(again=_first(ends))
    local = datetime.fromtimestamp(now, timezone)
    quiet = policy.is_quiet(local.hour * 60 + local.minute)
    lately = [r for r in (*book.settled, *book.pending.values()) if r.asked is not None and now - r.asked < HOUR]
    of_home = len(lately)
    of_device: dict[str, int] = {}
    for request in lately:
        of_device[request.asset_id] = of_device.get(request.asset_id, 0) + 1
    questions: list[Request] = []
    kept_back = 0
    for request in sorted(unasked, key=lambda one: (not one.urgent, one.first, one.id)):
        if quiet and not request.urgent:
            ends.append(_quiet_end(local, policy))
        elif of_home >= policy.per_home or of_device.get(request.asset_id, 0) >= policy.per_device:
            kept_back += 1
        else:
            questions.append(request)
            of_home += 1
            of_device[request.asset_id] = of_device.get(request.asset_id, 0) + 1
    waiting = 0
    if kept_back:
        slots = [r.asked + HOUR for r in lately if r.asked is not None] + ([now + HOUR] if questions else [])
        ends.append(_first([*slots, now + HOUR]))
        if book.digest is None or now - book.digest >= HOUR:
            waiting = kept_back
    return Due(tuple(questions), waiting, _first(ends))


def _quiet_end(local: datetime, policy: AskingPolicy) -> float:
    """When the quiet hours that `local` is in end, in seconds since the epoch."""
    end = local.replace(hour=policy.quiet_until // 60, minute=policy.quiet_until % 60, second=0, microsecond=0, fold=0)
    if end.timestamp() <= local.timestamp():
        end = (local + timedelta(days=1)).replace(hour=end.hour, minute=end.minute, second=0, microsecond=0, fold=0)
    return end.timestamp()


def _first(ends: list[float | None]) -> float | None:
    return min((end for end in ends if end is not None), default=None)


def told(book: Book, what: Due, now: float) -> Book:
    """The book after people were told of a digest."""
    return replace(book, digest=now) if what.waiting else book


def preset_of(policy: AskingPolicy) -> Preset:
    """The preset that a policy is, `custom` if it is none."""
    return next((preset for preset, shipped in PRESETS.items() if shipped == policy), Preset.CUSTOM)


@dataclass(frozen=True, slots=True)
class People:
    """Who there is to ask: ids of users."""

    admins: frozenset[str]
    """Active administrators."""
    owners: frozenset[str] = frozenset()
    """Active owners of the device that the request is about."""
    users: frozenset[str] = frozenset()
    """All active users."""


def recipients(policy: AskingPolicy, people: People) -> frozenset[str]:
    """Who is asked: nobody who may not answer, and the administrators where it would be nobody else."""
    chosen: frozenset[str] = people.admins
    if policy.whom is Whom.PERSON:
        chosen = frozenset({policy.person} if policy.person else ())
    elif policy.whom is Whom.OWNERS:
        chosen = people.owners
    return frozenset(user for user in chosen if may_answer(policy, people, user)) or people.admins


def may_answer(policy: AskingPolicy, people: People, user_id: str) -> bool:
    """Whether somebody's word counts: an administrator's always, an owner's where the policy lets owners decide."""
    return user_id in people.admins or (policy.owners_decide and user_id in people.owners)


def voices(policy: AskingPolicy, people: People, *, is_guarded: bool) -> int:
    """How many must agree to allow something; `is_guarded` says that the asset is a lock or an alarm."""
    if not (policy.two_people and is_guarded):
        return 1
    able = people.admins | (people.owners if policy.owners_decide else frozenset())
    return min(TWO, max(1, len(able)))
