"""Containment: responses to incidents carried out, told of, and taken back."""

from collections.abc import Awaitable, Callable
from functools import partial
import logging
import time
from typing import Any, Final, Protocol

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ..adapters.journal import JournalError
from ..const import CONF_ASK_CLASSES, CONF_BUDGET, CONF_DRY_RUN, CONF_PLAYBOOK, CONF_RELEASE_AFTER
from ..engine.assets.model import Asset, AssetClass, IdentifierKind
from ..engine.choices import set_profile
from ..engine.detection.incidents import Incident
from ..engine.journal import JsonValue
from ..engine.policy.profiles import Profile
from ..engine.policy.safety import protection
from ..engine.response.playbooks import AUTOMATIC, DEFAULT, PlaybookName, Step
from ..engine.response.responder import BUDGET, Responder, Response, Settings, Suspect
from .alerts import Alerts
from .keeper import HomeKeeper

_LOGGER = logging.getLogger(__name__)

CRITICAL_PLATFORMS: Final = frozenset({"lock", "alarm_control_panel", "siren", "valve"})
CRITICAL_LABELS: Final = frozenset({"medical", "critical"})
"""Labels of Home Assistant that a person gives to what must never be cut off without one."""
_HOUR: Final = 3600.0
_MAX_REASON: Final = 200


def settings_of(options: Any) -> Settings:
    """Read what a person chose from the options."""
    hours = options.get(CONF_RELEASE_AFTER) or 0
    return Settings(
        PlaybookName(options.get(CONF_PLAYBOOK, DEFAULT)),
        int(options.get(CONF_BUDGET, BUDGET)),
        bool(options.get(CONF_DRY_RUN, False)),
        hours * _HOUR if hours else None,
        frozenset(map(AssetClass, options.get(CONF_ASK_CLASSES, ()))),
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
        self._responder = Responder()

    @callback
    def async_start(self, responder: Responder, on_normal: Normally, on_released: Normally) -> None:
        """Take over what is remembered, and hear what is pressed on phones."""
        self._responder, self._on_normal, self._on_released = responder, on_normal, on_released
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
                await self._alerts.async_show(incident, Response(Step(says), "person", Step(says)))
            elif says == "release_and_watch" and self._on_released is not None:
                await self._on_released(asset_id, user_id)
            elif says == "normal" and self._on_normal is not None:
                await self._on_normal(asset_id, user_id)
        except HomeAssistantError as error:
            _LOGGER.warning("An answer could not be carried out: %s", error)

    @property
    def settings(self) -> Settings:
        """What a person chose."""
        return settings_of(self._hub.entry.options)

    async def async_respond(self, incident: Incident) -> None:
        """Do what the playbook says about an incident that is new or graver; tell who has to know."""
        suspect = self._suspect(self._hub.assets.get(incident.asset))
        response = self._responder.respond(incident, self.settings, suspect, time.time())
        done = await self._async_act(incident, response) if response.step in AUTOMATIC else response
        await self._async_journal(
            "response",
            incident.asset,
            {"incident": incident.id, "step": done.step.value, "reason": done.reason, "playbook": done.wanted.value},
        )
        if done.step is not Step.NOTE:
            await self._alerts.async_show(incident, done)

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
        return response

    async def _async_order(self, step: Step, asset_id: str, *, actor: str | None, reason: str) -> None:
        order = self._orders.async_evict if step is Step.EVICT else self._orders.async_quarantine
        await order(asset_id, actor=actor, reason=reason)

    async def async_release(self, asset_id: str, *, actor: str | None, watch: bool) -> None:
        """Take back what was done to an asset because of an incident, or its quarantine; raises HomeAssistantError."""
        done = self._responder.contained.get(asset_id)
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

    async def async_sweep(self, now: float) -> None:
        """Let go who was contained long enough; note who was let go by others, and who passed its probation."""
        quarantined, profiles = self._hub.policy.quarantined, self._hub.permissions.profiles
        for asset_id, it in list(self._responder.contained.items()):
            restricted = it.step is Step.RESTRICT and profiles.get(asset_id) is Profile.RESTRICTED
            if asset_id not in self._hub.assets:
                self._responder.forget(asset_id)
            elif asset_id not in quarantined and not restricted and not self._orders.is_evicted(asset_id):
                self._responder.note_released(asset_id, now, watch=False)
        for asset_id in self._responder.due(self.settings, now):
            try:
                await self.async_release(asset_id, actor=None, watch=True)
            except HomeAssistantError as error:
                _LOGGER.warning("%s could not be released: %s", asset_id, error)
        for asset_id in self._responder.passed(now):
            await self._async_journal("probation_passed", asset_id, {})

    async def async_settled(self, incident: Incident) -> None:
        """Take the notification of an incident away."""
        await self._alerts.async_take_back(incident)

    async def _async_journal(
        self, action: str, asset_id: str, details: dict[str, JsonValue], *, actor: str | None = None
    ) -> None:
        known = asset_id if asset_id in self._hub.assets else None
        try:
            await self._hub.journal.append(action, asset_id=known, actor=actor, details=details or None)
        except JournalError as error:
            _LOGGER.warning("%s was not journalled: %s", action, error)
