"""Alerts: what is wrong is told on administrators' phones, with the buttons that take a response back or carry it out.

A button is no proof of who pressed it: its name is random and counts once, for a day, for the administrator to whose
phone it was sent. After a restart old buttons count for nothing, and fresh ones are sent without a noise.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import secrets
import time
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers.translation import async_get_translations

from ..adapters.notify import ANSWERED, async_clear, async_hide, async_push, async_show, phones
from ..const import DOMAIN
from ..engine.detection.incidents import Incident
from ..engine.response.playbooks import AUTOMATIC, Step
from ..engine.response.responder import Response
from .keeper import HomeKeeper
from .refusals import Refusals

_PREFIX: Final = f"{DOMAIN.upper()}_INCIDENT_"
_LASTS: Final = 86_400.0
_MAX_BUTTONS: Final = 1024
_PANEL: Final = "/secure-hub"
_EXPLAINED: Final = frozenset({"critical", "unsure", "budget", "cooling", "dry_run", "failed", "contained"})
"""Reasons to ask instead of doing what the playbook says, or to do nothing more."""
_CONTAINED: Final = ("release_and_watch", "normal")
BUTTONS: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.NOTIFY: ("normal",),
    Step.ASK: ("quarantine", "normal"),
    Step.RESTRICT: ("release_and_watch", "quarantine", "normal"),
    Step.QUARANTINE: _CONTAINED,
    Step.EVICT: _CONTAINED,
}
"""What a phone offers, by what was done."""
_QUIET: Final[Mapping[str, Any]] = {
    "alert_once": True,
    "importance": "low",
    "push": {"sound": "none", "interruption-level": "passive"},
}
"""How the apps are asked to make no noise: Android, where a channel keeps its first importance, and iOS."""

type OnPressed = Callable[[str, Incident, str], Awaitable[None]]
"""Gets what was pressed, the incident that it was about, and the id of the administrator."""


@dataclass(frozen=True, slots=True)
class _Button:
    says: str
    incident: Incident
    user_id: str
    until: float


class Alerts:
    """Shows, takes back, and hears answers."""

    def __init__(self, hub: HomeKeeper, on_pressed: OnPressed) -> None:
        """Show nothing yet."""
        self._hub = hub
        self._on_pressed = on_pressed
        self._refusals = Refusals(hub.journal)
        self._buttons: dict[str, _Button] = {}
        self._unlisten: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Hear answers."""
        self._unlisten = self._hub.hass.bus.async_listen(ANSWERED, self._async_heard)

    @callback
    def async_stop(self) -> None:
        """Hear no more; what was sent counts no more."""
        self._buttons.clear()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    async def async_show(
        self, incident: Incident, response: Response, *, isolated: bool = False, quiet: bool = False
    ) -> None:
        """Tell of an incident and of what was done about it.

        If the asset was `isolated` because of it, it is let go by who says that this is normal, and the button says so.
        What is told `quiet`ly again gives fresh buttons, and no alarm.
        """
        hass = self._hub.hass
        texts = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})

        def text(key: str) -> str:
            return texts.get(f"component.{DOMAIN}.selector.incident.options.{key}", key)

        asset = self._hub.assets.get(incident.asset)
        done = text(f"step_{response.step.value}")
        if response.step not in AUTOMATIC and response.reason in _EXPLAINED:
            done = f"{done} {text(f'reason_{response.reason}')}"
        title = f"{text('title')}: {asset.name if asset else incident.asset}"
        message = f"{incident.worst.evidence}\n\n{done}"
        async_show(hass, _tag(incident), title, message)
        sends = []
        for user_id, services in (await self._phones()).items():
            says = _offered(response, isolated=isolated) if asset else ()
            actions = [{"action": self._button(it, incident, user_id), "title": text(f"button_{it}")} for it in says]
            data = {"tag": _tag(incident), "actions": actions, "url": _PANEL, "clickAction": _PANEL}
            data |= {**_QUIET, "channel": text("channel_quiet")} if quiet else {}
            sends += [async_push(hass, service, message, data, title) for service in services]
        await asyncio.gather(*sends)

    async def async_take_back(self, incident: Incident) -> None:
        """Take it away everywhere: it was settled."""
        self._buttons = {name: it for name, it in self._buttons.items() if it.incident.id != incident.id}
        async_hide(self._hub.hass, _tag(incident))
        for services in (await self._phones()).values():
            await async_clear(self._hub.hass, services, _tag(incident))

    async def _phones(self) -> Mapping[str, tuple[str, ...]]:
        """Administrators' phones."""
        users = await self._hub.hass.auth.async_get_users()
        admins = {it.id for it in users if it.is_active and it.is_admin}
        return {user_id: services for user_id, services in phones(self._hub.hass).items() if user_id in admins}

    def _button(self, says: str, incident: Incident, user_id: str) -> str:
        while len(self._buttons) >= _MAX_BUTTONS:
            del self._buttons[next(iter(self._buttons))]
        name = f"{_PREFIX}{secrets.token_hex(16)}"
        self._buttons[name] = _Button(says, incident, user_id, time.time() + _LASTS)
        return name

    async def _async_heard(self, event: Event[Any]) -> None:
        name = event.data.get("action")
        if not isinstance(name, str) or not name.startswith(_PREFIX):
            return
        user_id = event.context.user_id
        button = self._buttons.get(name)
        user = await self._hub.hass.auth.async_get_user(user_id) if user_id else None
        if button is None or button.until < time.time():
            await self._refusals.async_note("unknown_button", user_id)
        elif user is None or user.id != button.user_id or not user.is_active or not user.is_admin:
            await self._refusals.async_note("not_allowed", user_id)
        else:
            del self._buttons[name]
            await self._on_pressed(button.says, button.incident, user.id)


def _offered(response: Response, *, isolated: bool) -> tuple[str, ...]:
    offered = _CONTAINED if response.reason == "contained" else BUTTONS.get(response.step, ())
    if response.step is Step.ASK and response.wanted is Step.EVICT:
        offered = ("evict", *offered)
    return tuple("normal_release" if isolated and it == "normal" else it for it in offered)


def _tag(incident: Incident) -> str:
    return f"{DOMAIN}_incident_{incident.id}"
