"""Commands about requests: what waits for a person, and answers."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError
import voluptuous as vol

from ..engine.requests.model import Answer, Request
from ..hub import SecureHub
from ..hub.pauses import Pauses
from ..told import request_row
from .commands import TEXT, Asked, Command, told_error
from .live import Known, Row, async_follow, different

MAX_ANSWERED: Final = 100
"""Answered requests that one answer tells, the latest first; and requests that one command may answer."""


async def _async_rows(hub: SecureHub, requests: Iterable[Request]) -> AsyncIterator[Row]:
    pauses = Pauses()
    for request in tuple(requests):
        yield request_row(hub, request)
        await pauses.breathe()


async def _async_list(asked: Asked) -> dict[str, Any]:
    hub, limit = asked.hub, asked.data["answered"]
    settled = reversed(hub.requests.book.settled[-limit:]) if limit else ()
    return {
        "requests": [row async for row in _async_rows(hub, hub.requests.book.pending.values())],
        "answered": [row async for row in _async_rows(hub, settled)],
    }


async def _async_subscribe(asked: Asked) -> None:
    """Send what waits, and then what differs from it."""
    hub, known = asked.hub, Known()

    async def look() -> dict[str, Any]:
        rows = _async_rows(hub, hub.requests.book.pending.values())
        changed = [row async for row in rows if known.is_news(row)]
        return different(changed=changed, gone=known.gone(hub.requests.book.pending))

    await async_follow(asked, look, first=True)


async def _async_answer(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data
    request = await hub.requests.async_answer(data["request_id"], data["answer"], actor=asked.actor)
    return request_row(hub, request)


async def _async_answer_many(asked: Asked) -> dict[str, Any]:
    """Answer each by itself: somebody else may just have answered one, and where two must agree an answer is a vote."""
    hub, data = asked.hub, asked.data
    done, failed = [], {}
    for number, request_id in enumerate(data["request_ids"]):
        try:
            await hub.requests.async_answer(request_id, data["answer"], actor=asked.actor)
            done.append(number)
        except HomeAssistantError as error:
            failed[number] = told_error(error)
    return {"done": done, "failed": failed}


COMMANDS = (
    Command(
        "requests/list",
        _async_list,
        {vol.Optional("answered", default=0): vol.All(int, vol.Range(min=0, max=MAX_ANSWERED))},
    ),
    Command("requests/subscribe", _async_subscribe),
    Command(
        "requests/answer",
        _async_answer,
        {vol.Required("request_id"): TEXT, vol.Required("answer"): vol.Coerce(Answer)},
    ),
    Command(
        "requests/answer_many",
        _async_answer_many,
        {
            vol.Required("request_ids"): vol.All([TEXT], vol.Length(min=1, max=MAX_ANSWERED)),
            vol.Required("answer"): vol.Coerce(Answer),
        },
    ),
)
