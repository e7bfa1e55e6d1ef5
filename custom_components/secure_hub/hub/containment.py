"""Containment: responses to incidents carried out, told of, and taken back."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
import logging
import time
from typing import Any, Final, Protocol

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ..adapters.detection_store import Remembered
from ..adapters.journal import JournalError
from ..const import (
    ATTR_CLASS,
    CONF_ASK_CLASSES,
    CONF_BUDGET,
    CONF_CLASS_PLAYBOOKS,
    CONF_DRY_RUN,
    CONF_PLAYBOOK,
    CONF_RELEASE_AFTER,
)
from ..engine.assets.model import Asset, AssetClass, IdentifierKind
from ..engine.choices import set_profile
from ..engine.detection.incidents import Incident
from ..engine.journal import JsonValue
from ..engine.policy.profiles import Profile
from ..engine.policy.safety import protection
from ..engine.response.playbooks import AUTOMATIC, DEFAULT, PlaybookName, Step
from ..engine.response.responder import BUDGET, Containment, Response, Settings, Suspect
from .alerts import Alerts
from .keeper import HomeKeeper

_LOGGER = logging.getLogger(__name__)

CRITICAL_PLATFORMS: Final = frozenset({"lock", "alarm_control_panel", "siren", "valve"})
CRITICAL_LABELS: Final = frozenset({"medical", "critical"})
"""Labels of Home Assistant that a person gives to what must never be cut off without one."""
_HOUR: Final = 3600.0
_MAX_REASON: Final = 200
_CLOCK_SET_S: Final = 60.0
"""Seconds by which a clock is set that does not only keep time."""


def settings_of(options: Any) -> Settings:
    """Read what a person chose from the options."""
    hours = options.get(CONF_RELEASE_AFTER) or 0
    return Settings(
        PlaybookName(options.get(CONF_PLAYBOOK, DEFAULT)),
        int(options.get(CONF_BUDGET, BUDGET)),
        bool(options.get(CONF_DRY_RUN, False)),
        hours * _HOUR if hours else None,
        frozenset(map(AssetClass, options.get(CONF_ASK_CLASSES, ()))),
        {AssetClass(it[ATTR_CLASS]): PlaybookName(it[CONF_PLAYBOOK]) for it in options.get(CONF_CLASS_PLAYBOOKS, ())},
    )


def is_critical(asset: Asset) -> bool:
    """Whether an asset is a lock, an alarm, or labelled as critical: a person decides about those."""
    platforms = {it for sighting in asset.sightings for it in sighting.platforms}
    labels = {it.lower() for sighting in asset.sightings for it in sighting.labels}
    return bool(platforms & CRITICAL_PLATFORMS or labels & CRITICAL_LABELS)


type Normally = Callable[[str, str], Awaitable[None]]
"""Gets the id of an asset, and of the administrator who said it."""


class Orders(Protocol):
    """What carries an order about one asset out; raises HomeAssistantError if it cannot or must not be."""

    async def async_quarantine(self, asset_id: str, *, actor: str | None, reason: str | None = None) -> None:
        """Cut it off."""

    async def async_release(self, asset_id: str, *, actor: str | None) -> None:
        """Let it talk again."""

    async def async_evict(self, asset_id: str, *, actor: str | None, reason: str | None = None) -> None:
        """Send it away from the Zigbee network."""

    async def async_readmit(self, asset_id: str, *, actor: str | None) -> None:
        """Let it join again."""

    def is_evicted(self, asset_id: str) -> bool:
        """Whether it was sent away, and not let back."""


class Containing:
    """Carries responses out; what fails is told of and asked, never passed over."""

    def __init__(self, hub: HomeKeeper, orders: Orders) -> None:
        """Remember nothing yet."""
        self._hub = hub
        self._alerts = Alerts(hub, self._async_pressed)
        self._on_normal: Normally | None = None
        self._on_released: Normally | None = None
        self._orders = orders
        self._kept = Remembered()
        self._responder = self._kept.responder
        self._held: frozenset[str] = frozenset()
        self._ahead = 0.0

    @callback
    def async_start(self, kept: Remembered, on_normal: Normally, on_released: Normally) -> None:
        """Take over what is remembered, and hear what is pressed on phones."""
        self._kept, self._responder = kept, kept.responder
        self._on_normal, self._on_released = on_normal, on_released
        self._held = frozenset(self._responder.contained)
        self._ahead = time.time() - time.monotonic()
        kept.clock_set(time.time())
        self._alerts.async_start()

    @callback
    def async_stop(self) -> None:
        """Hear no more."""
        self._alerts.async_stop()

    async def _async_pressed(self, says: str, incident: Incident, user_id: str) -> None:
        """An administrator pressed a button on a phone; what was ordered can be taken back by the next."""
        asset_id = incident.asset
        try:
            if says in {Step.QUARANTINE, Step.EVICT}:
                await self._async_order(Step(says), asset_id, actor=user_id, reason="incident")
                response = Response(Step(says), "person", Step(says))
                self._responder.note_answered(incident, response)
                await self._async_tell(incident, response)
            elif says == "release_and_watch" and self._on_released is not None:
                await self._on_released(asset_id, user_id)
            elif says in {"normal", "normal_release"} and self._on_normal is not None:
                await self._on_normal(asset_id, user_id)
        except HomeAssistantError as error:
            _LOGGER.warning("An answer could not be carried out: %s", error)

    @property
    def settings(self) -> Settings:
        """What a person chose."""
        return settings_of(self._hub.entry.options)

    async def async_respond(self, incident: Incident, *, graver: bool) -> None:
        """Do what the playbook says about an incident as it is now, and tell who has to know.

        What goes no further than what was done before is told again only if the incident is new or `graver`.
        """
        suspect = self._suspect(self._hub.assets.get(incident.asset))
        done = self._responder.respond(incident, self.settings, suspect, time.time())
        is_news = graver or self._responder.is_harsher(incident, done)
        if is_news and done.step in AUTOMATIC:
            done = await self._async_act(incident, done)
            is_news = graver or self._responder.is_harsher(incident, done)
        self._responder.note_answered(incident, done)
        if not is_news:
            return
        await self._async_journal(
            "response",
            incident.asset,
            {"incident": incident.id, "step": done.step.value, "reason": done.reason, "playbook": done.wanted.value},
        )
        await self._async_tell(incident, done)

    async def async_tell_again(self, incidents: Iterable[Incident]) -> None:
        """Give phones fresh buttons for what is open: those that were sent before a restart count for nothing."""
        for incident in incidents:
            if answer := self._responder.answer(incident):
                await self._async_tell(incident, answer, quiet=True)

    async def _async_tell(self, incident: Incident, response: Response, *, quiet: bool = False) -> None:
        if response.step is not Step.NOTE:
            isolated = self._responder.is_isolated(incident)
            await self._alerts.async_show(incident, response, isolated=isolated, quiet=quiet)

    def _suspect(self, asset: Asset | None) -> Suspect:
        if asset is None:
            return Suspect(critical=True)
        critical = is_critical(asset) or protection(asset, self._hub.home.environment) is not None
        on_radio = bool(asset.values(IdentifierKind.IEEE)) and not asset.values(IdentifierKind.MAC)
        cut_off = asset.id in self._hub.policy.quarantined or self._orders.is_evicted(asset.id)
        return Suspect(asset.classification.asset_class, critical, on_radio, cut_off)

    async def _async_act(self, incident: Incident, response: Response) -> Response:
        """Contain; what cannot be done becomes a question."""
        asset_id, now = incident.asset, time.time()
        before = self._hub.permissions.profiles.get(asset_id)
        try:
            if response.step is Step.RESTRICT:
                await self._hub.async_decide(
                    partial(set_profile, asset_id=asset_id, profile=Profile.RESTRICTED, actor=None)
                )
            else:
                reason = f"incident: {incident.worst.evidence}"[:_MAX_REASON]
                await self._async_order(response.step, asset_id, actor=None, reason=reason)
        except HomeAssistantError as error:
            _LOGGER.warning("%s could not be contained: %s", asset_id, error)
            return Response(Step.ASK, "failed", response.wanted)
        self._responder.note_contained(incident, response.step, now, before.value if before else None)
        self._held |= {asset_id}
        return response

    async def _async_order(self, step: Step, asset_id: str, *, actor: str | None, reason: str) -> None:
        order = self._orders.async_evict if step is Step.EVICT else self._orders.async_quarantine
        await order(asset_id, actor=actor, reason=reason)

    async def async_release(self, asset_id: str, *, actor: str | None, watch: bool) -> None:
        """Take back what was done to an asset because of an incident, or its quarantine; raises HomeAssistantError."""
        done = self._responder.contained.get(asset_id)
        self._held |= {asset_id}
        if done is not None and done.step is Step.RESTRICT:
            before = Profile(done.profile) if done.profile else None
            await self._hub.async_decide(partial(set_profile, asset_id=asset_id, profile=before, actor=actor))
        elif asset_id in self._hub.policy.quarantined:
            await self._orders.async_release(asset_id, actor=actor)
        if self._orders.is_evicted(asset_id):
            await self._orders.async_readmit(asset_id, actor=actor)
        self._responder.note_released(asset_id, time.time(), watch=watch)
        if watch:
            await self._async_journal("probation", asset_id, {}, actor=actor)

    @callback
    def async_released(self) -> list[str]:
        """Return the assets that were cut off or restricted at the last call and are not any more, whoever did it."""
        responder = self._responder
        still = {asset_id for asset_id, it in responder.contained.items() if self._is_held(asset_id, it)}
        held = frozenset(still | self._hub.policy.quarantined.keys())
        before, self._held = self._held, held
        released = [asset_id for asset_id in before - held if asset_id in self._hub.assets]
        for asset_id in released:
            if asset_id in responder.contained or asset_id not in responder.probation:  # not by `async_release`
                responder.note_released(asset_id, time.time(), watch=False)
        return released

    def _is_held(self, asset_id: str, containment: Containment) -> bool:
        if asset_id not in self._hub.assets:
            return False
        restricted = self._hub.permissions.profiles.get(asset_id) is Profile.RESTRICTED
        return (
            asset_id in self._hub.policy.quarantined
            or (containment.step is Step.RESTRICT and restricted)
            or self._orders.is_evicted(asset_id)
        )

    @callback
    def async_keep_time(self) -> None:
        """Have every term go on as it was when the clock is set."""
        ahead = time.time() - time.monotonic()
        if abs(by := ahead - self._ahead) > _CLOCK_SET_S:
            self._ahead = ahead
            self._kept.clock_set(time.time(), by)

    def is_refusal_over(self, incident: Incident) -> bool:
        """Whether a person was asked about an incident for a reason that is over: it would be acted upon now."""
        suspect = self._suspect(self._hub.assets.get(incident.asset))
        return self._responder.is_refusal_over(incident, self.settings, suspect, time.time())

    async def async_sweep(self, now: float) -> None:
        """Let go who was contained long enough; note who passed its probation, and forget who is gone."""
        for asset_id in self._responder.contained.keys() - self._hub.assets.keys():
            self._responder.forget(asset_id)
        for asset_id in self._responder.due(self.settings, now):
            restricted = self._responder.contained[asset_id].step is Step.RESTRICT
            if restricted and asset_id in self._hub.policy.quarantined:
                continue  # by a person since, and that does not end by itself
            try:
                await self.async_release(asset_id, actor=None, watch=True)
            except HomeAssistantError as error:
                _LOGGER.warning("%s could not be released: %s", asset_id, error)
        for asset_id in self._responder.passed(now):
            await self._async_journal("probation_passed", asset_id, {})

    async def async_settled(self, incident: Incident) -> None:
        """Take the notification of an incident away: it is over."""
        self._responder.forget_answer(incident)
        await self._alerts.async_take_back(incident)

    async def _async_journal(
        self, action: str, asset_id: str, details: dict[str, JsonValue], *, actor: str | None = None
    ) -> None:
        known = asset_id if asset_id in self._hub.assets else None
        try:
            await self._hub.journal.append(action, asset_id=known, actor=actor, details=details or None)
        except JournalError as error:
            _LOGGER.warning("%s was not journalled: %s", action, error)
