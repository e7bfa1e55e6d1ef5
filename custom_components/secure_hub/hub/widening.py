"""Widening: devices that would be allowed more than now, by a manifest or by what was learned, ask for it.

What a device names on the wire is not fetched before somebody says so: an address of its choice could carry out of the
home what the device itself may not send. Files of the owner's, and those that were approved before, are read at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
import logging
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.manifest_store import Offer
from ..const import DOMAIN
from ..engine.home import Home
from ..engine.policy.tables import Table
from ..engine.requests.asking import AskingPolicy
from ..engine.requests.model import LEARNED, NAMED, Answer, Ask, Kind, Request, Want
from ..engine.requests.widening import alike, may_widen, needs_controllers, widened
from .keeper import HomeKeeper
from .learning import LEARNED as BY_LEARNING, Learning
from .manifests import INLINE, Document, Manifests
from .publisher import signal_hub
from .requests import Requests

_LOGGER = logging.getLogger(__name__)

LOOK: Final = timedelta(minutes=1)
AGAIN: Final = 3600.0
"""Seconds after which what was judged is judged again: an answer that nobody gave may be asked for anew."""
RENEW: Final = 86_400.0
"""Seconds between two readings of approved manifests (RFC 8520, section 3.5, proposes up to a week)."""
_DIGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Judged:
    """What was looked at last: an offer, and what its asset might do then."""

    offer: Offer
    table: Table | None
    at: float


class Widening:
    """The room of devices that want more than they may."""

    def __init__(self, hub: HomeKeeper, manifests: Manifests, learning: Learning, requests: Requests) -> None:
        """Look at nothing yet."""
        self._hub = hub
        self._manifests = manifests
        self._learning = learning
        self._requests = requests
        self._documents: dict[str, Document] = {}
        """Manifests that are asked about: what is applied is what was asked."""
        self._judged: dict[str, Judged] = {}
        self._renew_at = 0.0
        self._running = False
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stops: list[CALLBACK_TYPE] = []
        requests.async_follow(Kind.PROFILE, self)

    async def async_start(self) -> None:
        """Look at what is offered and learned, now and whenever there is something else."""
        self._running = True
        self._renew_at = time.time() + AGAIN
        self._stops = [
            async_dispatcher_connect(self._hub.hass, signal_hub(self._hub.entry.entry_id), self._async_soon),
            async_track_time_interval(self._hub.hass, self._async_tick, LOOK, cancel_on_shutdown=True),
        ]
        self._async_soon()

    async def async_stop(self) -> None:
        """Look at nothing any more; what was asked goes on waiting."""
        self._running = False
        while self._stops:
            self._stops.pop()()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    # --- a raiser of requests

    def is_open(self, request: Request) -> bool:
        """Whether the list is still there and neither applied nor declined; not judged before the start."""
        if not self._running:
            return True
        if request.family == LEARNED:
            return request.asset_id in self._learning.ready()
        offer = self._manifests.kept.offers.get(request.asset_id)
        if offer is not None and not offer.declined:
            return True
        imported = self._manifests.kept.imported.get(request.asset_id)
        if imported is None or request.family.startswith(NAMED):
            return False
        return imported.digest[:_DIGEST] != request.family

    def known_answer(self, request: Request, policy: AskingPolicy) -> tuple[Answer, str] | None:
        """Take the same manifest, approved for another device of this make and model, for an answer."""
        document = self._documents.get(request.asset_id)
        if not policy.known_lists or document is None or document.digest[:_DIGEST] != request.family:
            return None
        imported = self._manifests.kept.imported
        like = alike(self._hub.home, request.asset_id)
        is_approved = any(key in imported and imported[key].digest == document.digest for key in like)
        return (Answer.ALWAYS, "approved_manifest") if is_approved else None

    async def async_carry_out(self, request: Request, answer: Answer, *, actor: str | None) -> None:
        """Apply what was asked for, or see that it is not asked again."""
        asset_id = request.asset_id
        if answer.duration is None:
            if request.family == LEARNED:
                await self._learning.async_forget(asset_id)
            else:
                await self._manifests.async_decline(asset_id)
                self._documents.pop(asset_id, None)
        elif request.family == LEARNED:
            await self._learning.async_confirm(asset_id, actor=actor)
        elif request.family.startswith(NAMED):
            await self._async_fetch(asset_id, actor)
        else:
            document = await self._async_asked(request)
            await self._manifests.async_apply(asset_id, document, actor=actor)
            self._documents.pop(asset_id, None)

    async def _async_fetch(self, asset_id: str, actor: str | None) -> None:
        """Fetch what a device named; what it would allow beyond what is allowed now is asked, else it counts."""
        offer = self._manifests.kept.offers[asset_id]
        document = await self._manifests.async_open(offer.source, public_only=True)
        if wants := await self._async_wants(asset_id, document):
            self._async_ask(asset_id, document, wants)
        else:
            await self._manifests.async_apply(asset_id, document, actor=actor)

    async def _async_asked(self, request: Request) -> Document:
        """The manifest that a request was about, read again after a restart. Raises HomeAssistantError."""
        asset_id, kept = request.asset_id, self._manifests.kept
        document = self._documents.get(asset_id)
        if document is None:
            offer, imported = kept.offers.get(asset_id), kept.imported.get(asset_id)
            source = offer.source if offer else imported.source if imported else ""
            document = await self._manifests.async_open(source, public_only=offer is None or offer.by != "folder")
        if document.digest[:_DIGEST] != request.family:
            self._judged.pop(asset_id, None)
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="manifest_changed")
        return document

    # --- what raises them

    async def _async_tick(self, _now: datetime) -> None:
        self._async_soon()

    @callback
    def _async_soon(self) -> None:
        if self._running and (self._task is None or self._task.done()) and self._is_due():
            self._task = self._hub.entry.async_create_background_task(
                self._hub.hass, self.async_look(), f"{DOMAIN} widening", eager_start=False
            )

    def _is_due(self) -> bool:
        return time.time() >= self._renew_at or bool(self._learning.ready()) or any(self._offers())

    def _offers(self) -> Iterator[tuple[str, Offer]]:
        """Offers that are to be looked at: new ones, and those of devices that may do something else now."""
        now, tables = time.time(), self._hub.home.tables
        for asset_id, offer in self._manifests.kept.offers.items():
            before = self._judged.get(asset_id)
            known = before is not None and before.offer == offer and before.table == tables.get(asset_id)
            is_in = asset_id in tables and asset_id not in self._hub.policy.quarantined
            if is_in and not offer.declined and not (known and before and now < before.at + AGAIN):
                yield asset_id, offer

    async def async_look(self) -> None:
        """Ask about everything that would allow somebody more; what cannot be read is passed over, and logged."""
        async with self._lock:
            for asset_id in self._learning.ready():
                if asset_id in self._hub.assets and not self._requests.is_asked(asset_id, Kind.PROFILE, LEARNED):
                    await self._async_attempt(asset_id, self._async_learned)
            for asset_id, offer in list(self._offers()):
                self._judged[asset_id] = Judged(offer, self._hub.home.tables.get(asset_id), time.time())
                await self._async_attempt(asset_id, partial(self._async_offered, offer=offer))
            if time.time() >= self._renew_at:
                self._renew_at = time.time() + RENEW
                for asset_id in self._manifests.kept.imported:
                    await self._async_attempt(asset_id, self._async_renew)

    async def _async_attempt(self, asset_id: str, look: Callable[[str], Awaitable[None]]) -> None:
        try:
            await look(asset_id)
        except HomeAssistantError as error:
            _LOGGER.info("What %s asks to be allowed cannot be read: %s", asset_id, error)

    async def _async_learned(self, asset_id: str) -> None:
        learned = await self._learning.async_learned(asset_id)
        if learned.bound.allowed:
            wants = dict.fromkeys(Want(one.scope, one.destination.text) for one in learned.bound.allowed)
            self._requests.async_ask([Ask(asset_id, Kind.PROFILE, LEARNED, tuple(wants))])

    async def _async_offered(self, asset_id: str, offer: Offer) -> None:
        if not may_widen(self._hub.home, asset_id):
            return  # it would only be held to less, which is no wish of a device's: a repair offers it
        imported = self._manifests.kept.imported
        approved = any(
            imported[key].source == offer.source for key in imported.keys() & alike(self._hub.home, asset_id)
        )
        if "://" in offer.source and not approved:
            family = NAMED + sha256(offer.source.encode()).hexdigest()[:_DIGEST]
            self._requests.async_ask([Ask(asset_id, Kind.PROFILE, family, detail=offer.source)])
            return
        document = await self._manifests.async_open(offer.source, public_only=offer.by != "folder")
        if wants := await self._async_wants(asset_id, document):
            self._async_ask(asset_id, document, wants)

    async def _async_renew(self, asset_id: str) -> None:
        """Read an approved manifest again: more than before is asked for, less is applied."""
        imported = self._manifests.kept.imported[asset_id]
        if asset_id not in self._hub.assets or imported.source in {INLINE, BY_LEARNING}:
            return
        document = await self._manifests.async_open(imported.source)
        if document.digest == imported.digest or needs_controllers(document.manifest.rules):
            return  # whose services are meant, an administrator said when it was imported, and has to say again
        if wants := await self._async_wants(asset_id, document):
            self._async_ask(asset_id, document, wants)
        else:
            await self._manifests.async_apply(asset_id, document, actor=None)

    async def _async_wants(self, asset_id: str, document: Document) -> tuple[Want, ...]:
        def wider(home: Home) -> tuple[Want, ...]:
            return widened(home, asset_id, self._manifests.bound(home, asset_id, document.manifest).allowed)

        return await self._hub.async_consider(wider)

    @callback
    def _async_ask(self, asset_id: str, document: Document, wants: tuple[Want, ...]) -> None:
        self._documents[asset_id] = document
        ask = Ask(asset_id, Kind.PROFILE, document.digest[:_DIGEST], wants, detail=document.source)
        self._requests.async_ask([ask])
