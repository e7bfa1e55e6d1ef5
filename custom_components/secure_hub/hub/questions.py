"""Questions: asks people on their phones, takes the questions back once they are answered, and hears the answers."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
import secrets
from typing import Any, Final, NamedTuple

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from ..adapters.notify import ANSWERED, async_clear, async_hide, async_push, async_show, phones
from ..const import DOMAIN
from ..engine.requests.model import ANSWERS, LEARNED, NAMED, Answer, Kind, Request, Want
from ..engine.requests.offers import TOKEN_BYTES, Offer, action, digest, is_ours
from ..engine.requests.reminders import OVERDUE

_DIGEST: Final = f"{DOMAIN}_digest"
_BUTTONS: Final = (Answer.ONCE, Answer.ALWAYS, Answer.DENY, Answer.QUARANTINE)
"""What a phone offers, in this order: Android shows the first three, and the last is never far in the app itself."""
_PANEL: Final = "/secure-hub"
_TEXTS: Final = f"component.{DOMAIN}.selector.question.options."


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a request, the name of its asset, and who is asked."""

    request: Request
    asset: str
    users: frozenset[str]


class Prepared(NamedTuple):
    """A question that can be sent: the offers that it makes, and how."""

    offers: tuple[Offer, ...]
    send: Callable[[], Coroutine[Any, Any, None]]


async def _async_send(sends: Sequence[Callable[[], Awaitable[bool]]], otherwise: Callable[[], None]) -> None:
    """Send to every phone at once; if none takes it, do otherwise."""
    if not any(await asyncio.gather(*(send() for send in sends))):
        otherwise()


def tag_of(request_id: str) -> str:
    """What a phone knows a question by: sent again it replaces itself, and it can be taken back."""
    return f"{DOMAIN}_{request_id}"


class Questions:
    """Sends and takes back; who may answer is not decided here."""

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        on_answer: Callable[[str, str | None], Awaitable[None]],
        describe: Callable[[str, Want], str],
    ) -> None:
        """Say nothing yet.

        `on_answer` gets the name of a button of ours and the id of the user who is said to have pressed it; `describe`
        says what an asset asks for.
        """
        self._hass = hass
        self._on_answer = on_answer
        self._describe = describe
        self._unsub: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Hear answers."""
        self._unsub = self._hass.bus.async_listen(ANSWERED, self._async_heard)

    @callback
    def async_stop(self) -> None:
        """Hear nothing any more."""
        if self._unsub is not None:
            self._unsub()
            self._unsub = None

    async def _async_heard(self, event: Event) -> None:
        name = event.data.get("action")
        if isinstance(name, str) and is_ours(name):
            await self._on_answer(name, event.context.user_id)

    async def async_prepare(self, question: Question, expires: float) -> Prepared:
        """Make a question of a request; its offers must be remembered before it is sent."""
        request, texts = question.request, await self._texts()
        title = texts["title"].format(asset=question.asset)
        message = self._message(request, question.asset, texts)
        there, tag = phones(self._hass), tag_of(request.id)
        offers, sends = [], []
        for user_id in sorted(question.users & there.keys()):
            token = secrets.token_hex(TOKEN_BYTES)
            offers.append(Offer(digest(token), request.id, user_id, expires, request.wants))
            data = _buttons(request, token, texts) | {"tag": tag, "group": DOMAIN, "url": _PANEL, "clickAction": _PANEL}
            sends += [partial(async_push, self._hass, service, message, data, title) for service in there[user_id]]
        show = partial(async_show, self._hass, tag, title, f"{message}\n\n{texts['where']}")
        return Prepared(tuple(offers), partial(_async_send, sends, show))

    async def async_tell(self, waiting: int, users: Collection[str]) -> None:
        """Say how many requests wait, without a button."""
        texts = await self._texts()
        title, message = texts["digest_title"], texts["digest"].format(count=waiting)
        there = phones(self._hass)
        data = {"tag": _DIGEST, "group": DOMAIN, "url": _PANEL, "clickAction": _PANEL}
        services = [service for user_id in sorted(set(users) & there.keys()) for service in there[user_id]]
        sends = [partial(async_push, self._hass, service, message, data, title) for service in services]
        await _async_send(sends, partial(async_show, self._hass, _DIGEST, title, message))

    async def async_take_back(self, request_id: str, users: Collection[str]) -> None:
        """Take a question off every phone of these users, and out of Home Assistant."""
        tag, there = tag_of(request_id), phones(self._hass)
        async_hide(self._hass, tag)
        services = [service for user_id in sorted(set(users) & there.keys()) for service in there[user_id]]
        await async_clear(self._hass, services, tag)

    async def _texts(self) -> Mapping[str, str]:
        found = await async_get_translations(self._hass, self._hass.config.language, "selector", {DOMAIN})
        return {key.removeprefix(_TEXTS): text for key, text in found.items() if key.startswith(_TEXTS)}

    def _message(self, request: Request, asset: str, texts: Mapping[str, str]) -> str:
        wants = [self._describe(request.asset_id, want) for want in request.wants]
        others = max(0, len(wants) - 3) + request.more
        what = ", ".join(wants[:3])
        if others:
            what = texts["more"].format(what=what, count=others)
        return texts[_text_of(request)].format(asset=asset, what=what, detail=request.detail)


def _text_of(request: Request) -> str:
    """Name of the text of a question; what a request for more is about says its family."""
    if request.kind is Kind.PROFILE and request.family == LEARNED:
        return "profile_learned"
    if request.kind is Kind.PROFILE and request.family.startswith(NAMED):
        return "profile_named"
    if request.kind is Kind.UPDATE and request.family.startswith(OVERDUE):
        return "update_overdue"
    if request.kind is Kind.CONTROL and not request.detail:
        return "control_unnamed"
    return request.kind.value


def _buttons(request: Request, token: str, texts: Mapping[str, str]) -> dict[str, Any]:
    buttons = []
    for answer in _BUTTONS:
        if answer in ANSWERS[request.kind]:
            button: dict[str, Any] = {"action": action(token, answer), "title": texts[f"button_{answer.value}"]}
            if answer.duration is not None:
                button["authenticationRequired"] = True
            if answer is Answer.QUARANTINE:
                button["destructive"] = True
            buttons.append(button)
    return {"actions": buttons}
