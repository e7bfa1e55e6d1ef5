"""Reminders: an update whose deadline is near or over is asked about, by the policy over all requests."""

import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..engine.requests.asking import AskingPolicy
from ..engine.requests.model import Answer, Kind, Request
from ..engine.requests.reminders import reminder
from .firmware import FirmwareRoom
from .requests import Requests
from .rollouts import Rollouts

PUT_OFF_DAYS: Final = 7
"""Days for which a "no" puts the deadline off."""
PUT_OFF: Final = "request denied"
"""Reason of that, in the journal."""


class Reminders:
    """The room of reminders; a raiser of requests."""

    def __init__(self, firmware: FirmwareRoom, rollouts: Rollouts, requests: Requests) -> None:
        """Remind of nothing yet."""
        self._firmware = firmware
        self._rollouts = rollouts
        self._requests = requests
        self._stop: CALLBACK_TYPE | None = None
        requests.async_follow(Kind.UPDATE, self)

    async def async_start(self) -> None:
        """Follow what is judged, which is at least once an hour."""
        self._stop = self._firmware.async_on_judged(self._async_judged)
        self._async_judged()

    async def async_stop(self) -> None:
        """Remind no more; what was asked goes on waiting."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _async_judged(self) -> None:
        now, statuses = time.time(), self._firmware.statuses
        asks = [ask for key, status in statuses.items() if (ask := reminder(key, status, now)) is not None]
        fresh = [ask for ask in asks if not self._requests.is_asked(*ask.key)]
        if fresh or any(one.kind is Kind.UPDATE for one in self._requests.book.pending.values()):
            self._requests.async_ask(fresh)  # also nobody's: what was installed needs no answer any more

    def is_open(self, request: Request) -> bool:
        """Whether this version still waits; not judged before the start."""
        if self._stop is None:
            return True
        ask = reminder(request.asset_id, self._firmware.status(request.asset_id), time.time())
        return ask is not None and ask.family == request.family

    def known_answer(self, request: Request, policy: AskingPolicy) -> tuple[Answer, str] | None:  # noqa: ARG002 - a raiser's
        """Nothing is installed without a question by this way."""
        return None

    async def async_carry_out(self, request: Request, answer: Answer, *, actor: str | None) -> None:
        """Install the update in the next window, or put its deadline off."""
        asset_id = request.asset_id
        if answer is Answer.DENY:
            await self._firmware.async_snooze(asset_id, PUT_OFF_DAYS, reason=PUT_OFF, actor=actor)
        elif answer.duration is not None:
            ordered = await self._rollouts.async_install([asset_id], actor=actor, consent=True)
            if (refusal := ordered.refused.get(asset_id)) is not None:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="update_not_installed",
                    translation_placeholders={"reason": refusal.value},
                )
