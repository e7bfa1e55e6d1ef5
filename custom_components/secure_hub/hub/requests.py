"""Requests: devices ask, people decide, policy decides who is asked and how often."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable
from dataclasses import replace
from functools import partial
import logging
import time
from typing import Any, Final
from uuid import uuid4

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util

from ..adapters.alarm import Alarm
from ..adapters.journal import JournalError
from ..const import CONF_ASKING, DOMAIN
from ..engine.events import SecurityEvent
from ..engine.home import Home
from ..engine.policy.model import Standing
from ..engine.requests.asking import AskingPolicy, Unanswered, due, may_answer, recipients, told, voices
from ..engine.requests.asking_options import policy_of
from ..engine.requests.book import Book, anew, answer, expire, forget, is_raised, mark_asked, raise_request, withdraw
from ..engine.requests.memory import RequestMemory
from ..engine.requests.model import Answer, Ask, Kind, Request, RequestError, Status, Want
from ..engine.requests.offers import Forgery, ForgeryError, redeem, sent, taken_back
from ..engine.requests.outcome import Setting, carry_out, guest_until, is_unneeded, known_answer
from .arrivals import changed_identities, first_identities, newcomers, reached
from .asking import Reached
from .commanded import Commanded
from .describing import describe
from .keeper import HomeKeeper, failed
from .people import Household
from .publisher import signal_hub
from .questions import Question, Questions
from .raisers import Raiser
from .refusals import Refusals
from .remembering import Remembering
from .uses import Uses

_LOGGER = logging.getLogger(__name__)

_MINUTE: Final = 60.0
_GUARDED: Final = frozenset({"lock", "alarm_control_panel"})
"""Domains of entities that make two people necessary."""
_TOLD: Final = {
    Status.APPROVED: SecurityEvent.APPROVED,
    Status.DENIED: SecurityEvent.DENIED,
    Status.EXPIRED: SecurityEvent.EXPIRED,
    Status.WITHDRAWN: SecurityEvent.WITHDRAWN,
}


class Requests:
    """The room of requests. One change at a time; what was changed is on the disk before anybody is told."""

    def __init__(self, hub: HomeKeeper, household: Household, uses: Uses) -> None:
        """Know of none yet."""
        self._hub = hub
        self._household = household
        self._kept = Remembering(hub, hub.entry.entry_id)
        self._raisers: dict[Kind, Raiser] = {}
        self._questions = Questions(hub.hass, on_answer=self._async_pressed, describe=partial(describe, hub))
        self._commanded = Commanded(hub, self.async_ask, uses)
        self._alarm = Alarm(hub.hass, self._async_settle_soon)
        self._lock = asyncio.Lock()
        self._working: asyncio.Task[None] | None = None
        self._raised: list[Ask] = []
        self._home: Home | None = None
        self._refusals = Refusals(hub.journal)
        self._unsub: CALLBACK_TYPE | None = None
        self._running = False

    @property
    def book(self) -> Book:
        """What waits and what was answered."""
        return self._kept.book

    @property
    def policy(self) -> AskingPolicy:
        """How this home wants to be asked."""
        return policy_of(self._hub.entry.options.get(CONF_ASKING))

    def is_asked(self, asset_id: str, kind: Kind, family: str) -> bool:
        """Whether this waits for an answer, or had its end so lately that it is not asked again yet."""
        return is_raised(self.book, (asset_id, kind, family), time.time())

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` whenever a request came, asks for something else, or ended."""
        return self._kept.async_on_change(listener)

    @callback
    def async_follow(self, kind: Kind, raiser: Raiser) -> None:
        """Let `raiser` say what becomes of requests of a kind."""
        self._raisers[kind] = raiser

    async def async_start(self) -> None:
        """Remember, look for what waits, ask. Raises StoreUnreadableError: what is held stays held."""
        await self._kept.async_load()
        self._running = True
        self._questions.async_start()
        self._hub.asking.listen(self._async_reached)
        self._commanded.async_start()
        signal = signal_hub(self._hub.entry.entry_id)
        self._unsub = async_dispatcher_connect(self._hub.hass, signal, self._async_home_changed)
        self._async_home_changed()
        self._async_settle_soon()

    async def async_stop(self) -> None:
        """Ask no more; what waits is remembered."""
        was_running, self._running = self._running, False
        self._questions.async_stop()
        self._hub.asking.mute(self._async_reached)
        self._commanded.async_stop()
        if self._unsub is not None:
            self._unsub()
            self._unsub = None
        async with self._lock:  # what is under way comes to its end
            self._alarm.async_close()
            if was_running and self._kept.save_at is not None:
                await self._kept.async_keep(self._kept.memory)

    # --- what raises requests

    @callback
    def async_ask(self, asks: Iterable[Ask]) -> None:
        """Raise requests, or count again those that wait already. Cheap: the work is done in a task."""
        if self._running:
            self._raised.extend(asks)
            self._async_settle_soon()

    @callback
    def _async_home_changed(self) -> None:
        """Look who waits to be let in, who says it is another than before, and what needs no answer any more."""
        home = self._hub.home
        if home is self._home:
            return
        before, self._home = self._home, home
        self._raised.extend(newcomers(self._hub, self.book, before))
        if before is None or home.assets is not before.assets:
            identities = first_identities(self._hub, self._kept.memory.identities)
            if identities != self._kept.memory.identities:
                self._kept.async_change(replace(self._kept.memory, identities=identities))
            self._raised.extend(changed_identities(self._hub, self.book, identities))
        if self._raised or any(self._is_unneeded(request) for request in self.book.pending.values()):
            self._async_settle_soon()

    @callback
    def _async_reached(self, found: Collection[Reached]) -> None:
        """Devices under `ask` were held off."""
        self.async_ask(reached(self._hub, found))

    def _is_unneeded(self, request: Request) -> bool:
        asset_id = request.asset_id
        is_known = asset_id in self._hub.assets
        is_held = is_known and self._hub.standing(asset_id) is Standing.HELD
        raiser = self._raisers.get(request.kind)
        return is_unneeded(self._hub.policy, request, is_held=is_held, is_known=is_known) or (
            raiser is not None and not raiser.is_open(request)
        )

    # --- answers

    async def async_answer(
        self,
        request_id: str,
        said: Answer,
        *,
        actor: str | None,
        wants: tuple[Want, ...] | None = None,
        reason: str | None = None,
    ) -> Request:
        """Answer a request and return once what follows from it was read back.

        `wants` are what the answer is about if it is not all that the request names by now. Raises
        ServiceValidationError for what cannot be, HomeAssistantError if it failed; then it still waits.
        """
        async with self._lock:
            request = await self._async_answer(request_id, said, actor, wants, reason)
        self._async_settle_soon()
        return request

    async def async_rotate(self, asset_id: str) -> None:
        """Let what was sent to people about an asset count no more, and ask anew who is to be asked now.

        Also what the device says that it is, is taken for true anew. Raises StoreWriteError.
        """
        async with self._lock:
            await self._async_take_all_back(asset_id, anew(self.book, asset_id))
        self._async_settle_soon()

    async def async_forget(self, asset_id: str) -> None:
        """Forget all requests of an asset that leaves; the journal has them. Raises StoreWriteError."""
        async with self._lock:
            self._raised = [ask for ask in self._raised if ask.asset_id != asset_id]
            await self._async_take_all_back(asset_id, forget(self.book, asset_id))

    async def _async_take_all_back(self, asset_id: str, book: Book) -> None:
        users = {request.id: self._asked_users(request.id) for request in self.book.of(asset_id)}
        offers = taken_back(self._kept.memory.offers, users)
        identities = {key: says for key, says in self._kept.memory.identities.items() if key != asset_id}
        await self._kept.async_keep(RequestMemory(book, offers, identities))
        for request_id, asked in users.items():
            self._async_background(self._questions.async_take_back(request_id, asked))

    async def _async_answer(
        self, request_id: str, said: Answer, actor: str | None, wants: tuple[Want, ...] | None, reason: str | None
    ) -> Request:
        now = time.time()
        try:
            asset_id = self.book.request(request_id).asset_id
            count = (
                1
                if reason
                else voices(
                    self.policy, await self._household.async_people(asset_id), is_guarded=self._is_guarded(asset_id)
                )
            )
            outcome = answer(self.book, request_id, said, actor, voices=count, now=now)
        except RequestError as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=error.key.value,
                translation_placeholders={"detail": error.detail},
            ) from error
        request = outcome.request
        if not outcome.complete:
            await self._async_journal_vote(request, actor)
            gone = taken_back(self._kept.memory.offers, {request_id}, actor)
            await self._kept.async_keep(replace(self._kept.memory, book=outcome.book, offers=gone))
            return request
        about = request.wants if wants is None else wants
        setting = Setting(actor, now, dt_util.get_default_time_zone(), lambda: uuid4().hex, reason)
        final = request.answer or said
        if (raiser := self._raisers.get(request.kind)) is not None:
            await raiser.async_carry_out(request, final, actor=actor)
        await self._hub.async_decide(partial(carry_out, request=request, wants=about, answer=final, setting=setting))
        if request.kind is Kind.NEWCOMER and (until := guest_until(final, now, setting.timezone)) is not None:
            await self._household.async_welcome(asset_id, until=until, actor=actor)
        await self._async_settled(outcome.book, (request,))
        return request

    async def _async_journal_vote(self, request: Request, actor: str | None) -> None:
        details = {"request": request.id}
        try:
            await self._hub.journal.append("request_vote", asset_id=request.asset_id, actor=actor, details=details)
        except JournalError as error:
            raise failed(error.key, error.detail) from error

    async def _async_settled(self, book: Book, requests: tuple[Request, ...]) -> None:
        """Remember what ended, tell of it, and take its questions back everywhere."""
        users = {request.id: self._asked_users(request.id) for request in requests}
        identities = dict(self._kept.memory.identities)
        for request in requests:
            if request.kind is Kind.IDENTITY and request.status is Status.APPROVED:
                identities[request.asset_id] = request.family
        offers = taken_back(self._kept.memory.offers, {request.id for request in requests})
        await self._kept.async_keep(RequestMemory(book, offers, identities))
        for request in requests:
            self._hub.async_tell(_TOLD[request.status], request.asset_id, request=request.id, kind=request.kind.value)
            self._async_background(self._questions.async_take_back(request.id, users[request.id]))

    def _asked_users(self, request_id: str) -> frozenset[str]:
        return frozenset(one.user_id for one in self._kept.memory.offers.values() if one.request_id == request_id)

    def _is_guarded(self, asset_id: str) -> bool:
        asset = self._hub.assets.get(asset_id)
        return asset is not None and any(_GUARDED & sighting.platforms for sighting in asset.sightings)

    async def _async_pressed(self, name: str, user_id: str | None) -> None:
        """A button was pressed, or somebody says so."""
        try:
            offer, said = redeem(self._kept.memory.offers, name, user_id, time.time())
            request = self.book.request(offer.request_id)
        except (ForgeryError, RequestError) as error:
            await self._refusals.async_note(error.key.value, user_id)
            return
        people = await self._household.async_people(request.asset_id)
        if not may_answer(self.policy, people, offer.user_id):
            await self._refusals.async_note(Forgery.NOT_ALLOWED, user_id)
            return
        try:
            await self.async_answer(offer.request_id, said, actor=offer.user_id, wants=offer.wants)
        except HomeAssistantError as error:
            _LOGGER.warning("An answer could not be carried out: %s", error)

    # --- what is done about them

    @callback
    def _async_settle_soon(self) -> None:
        if self._running and (self._working is None or self._working.done()):
            task = self._hub.entry.async_create_task(self._hub.hass, self._async_settle(), f"{DOMAIN} requests")
            self._working = task

    async def _async_settle(self) -> None:
        """Take what was raised, end what is over, ask what is due; until nothing is left to do."""
        while self._running:
            async with self._lock:
                try:
                    await self._async_take_raised()
                    await self._async_end()
                    await self._async_ask_due()
                except (HomeAssistantError, JournalError) as error:
                    _LOGGER.warning("Requests could not be kept: %s", error)
                    self._alarm.async_set(time.time() + _MINUTE)
                    return
            if not self._raised:
                return

    async def _async_take_raised(self) -> None:
        raised, self._raised = self._raised, []
        policy, now = self.policy, time.time()
        book = self.book
        fresh: list[Request] = []
        for ask in raised:
            if ask.asset_id in self._hub.assets:
                made = raise_request(book, ask, now=now, patience=policy.patience, new_id=lambda: uuid4().hex)
                book = made.book
                if made.is_new and made.request is not None:
                    fresh.append(made.request)
        if book is not self.book:
            self._kept.async_change(replace(self._kept.memory, book=book))
        if fresh:
            await self._kept.async_keep(self._kept.memory)
            for request in fresh:
                await self._async_tell_new(book.request(request.id), policy)
        await self._kept.async_keep_due()
        if raised:
            self._kept.async_tell()

    async def _async_tell_new(self, request: Request, policy: AskingPolicy) -> None:
        details = {
            "request": request.id,
            "kind": request.kind.value,
            "wants": [{"scope": want.scope.value, "destination": want.destination} for want in request.wants],
        }
        await self._hub.journal.append("requested", asset_id=request.asset_id, details=details)
        raiser = self._raisers.get(request.kind)
        known = raiser.known_answer(request, policy) if raiser else known_answer(self._hub.home, request, policy)
        if known is not None and not (policy.two_people and self._is_guarded(request.asset_id)):
            said, reason = known
            await self._async_answer(request.id, said, None, None, reason)
        else:
            self._hub.async_tell(SecurityEvent.REQUESTED, request.asset_id, request=request.id, kind=request.kind.value)

    async def _async_end(self) -> None:
        """End what needs no answer any more, and what nobody answered."""
        now = time.time()
        unneeded = [request.id for request in self.book.pending.values() if self._is_unneeded(request)]
        await self._async_ended(*withdraw(self.book, unneeded, now))
        if self.policy.unanswered is Unanswered.DENY:
            for request in [one for one in self.book.pending.values() if one.expires <= now]:
                await self._async_answer(request.id, Answer.DENY, None, None, "no_answer")
        await self._async_ended(*expire(self.book, now))

    async def _async_ended(self, book: Book, ended: tuple[Request, ...]) -> None:
        for request in ended:
            action = f"request_{request.status.value}"
            await self._hub.journal.append(action, asset_id=request.asset_id, details={"request": request.id})
        if ended:
            await self._async_settled(book, ended)

    async def _async_ask_due(self) -> None:
        """Ask what is due, and wake again when something is."""
        now, policy = time.time(), self.policy
        what = due(self.book, policy, now=now, timezone=dt_util.get_default_time_zone())
        if what.questions or what.waiting:
            book = mark_asked(told(self.book, what, now), [request.id for request in what.questions], now)
            await self._kept.async_keep(replace(self._kept.memory, book=book))
        for request in what.questions:
            people = await self._household.async_people(request.asset_id)
            question = Question(request, self._name_of(request.asset_id), recipients(policy, people))
            prepared = await self._questions.async_prepare(question, request.expires)
            offers = self._kept.memory.offers
            for offer in prepared.offers:
                offers = sent(offers, offer)
            await self._kept.async_keep(replace(self._kept.memory, offers=offers))
            self._async_background(prepared.send())
        if what.waiting:
            people = await self._household.async_people("")
            self._async_background(self._questions.async_tell(what.waiting, recipients(policy, people)))
        ends = [what.again, self._kept.save_at]
        self._alarm.async_set(min((end for end in ends if end is not None), default=None))

    @callback
    def _async_background(self, work: Coroutine[Any, Any, None]) -> None:
        self._hub.entry.async_create_background_task(self._hub.hass, work, f"{DOMAIN} questions")

    def _name_of(self, asset_id: str) -> str:
        asset = self._hub.assets.get(asset_id)
        return asset.name if asset else asset_id
