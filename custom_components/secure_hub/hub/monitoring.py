"""Monitoring: what is seen is judged, what is wrong is told, and what a person chose to be done is done."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
import logging
import time
from typing import Any, Final
from uuid import uuid4

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.start import async_at_started

from ..adapters.detection_store import Remembered, detection_store
from ..adapters.journal import JournalError
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..adapters.storage_codec import StoreValueError
from ..const import CONF_BAD_LISTS, CONF_EVE_PATH, DOMAIN
from ..engine.assets.model import AssetClass
from ..engine.detection.baselines.behaviour import Behaviour
from ..engine.detection.detector import Detector
from ..engine.detection.feedback import Normal
from ..engine.detection.findings import Finding, FindingKind, Severity
from ..engine.detection.incidents import Incident
from ..engine.detection.listed import ListedNetworks
from ..engine.detection.observations import Observation
from ..engine.events import SecurityEvent
from ..engine.home import Home
from ..engine.journal import JsonValue
from ..engine.policy.lists import NetworkList
from .containment import Containing
from .keeper import HomeKeeper
from .publisher import signal_asset, signal_hub
from .sources import Sources

_LOGGER = logging.getLogger(__name__)

TICK_S: Final = 1.0
_SWEEP_S: Final = 60.0
_KEEP_S: Final = 1800.0
MAX_FINDINGS: Final = 50
"""Findings of one second that are told of; a home in which there are more has one problem, not a thousand."""


class Monitoring:
    """Watches, judges, and has the response carried out."""

    def __init__(self, hub: HomeKeeper, containing: Containing, refused: Callable[[str], int]) -> None:
        """Watch nothing yet; `containing` carries responses out.

        `refused` gives the packets of an asset that the wall dropped today.
        """
        self.sources = Sources(hub, hub.entry.options.get(CONF_EVE_PATH) or None, refused)
        self.kept = Remembered()
        self.listeners: list[Callable[[list[Observation]], None]] = []
        """Told of what was seen, in the event loop, before it is judged."""
        self._hub = hub
        self._containing = containing
        self._detector = Detector(self.kept.baselines)
        self._store = detection_store(hub.hass)
        self._busy = asyncio.Lock()
        self._untell: CALLBACK_TYPE = lambda: None
        self._task: asyncio.Task[None] | None = None
        self._trouble: str | None = None
        self._next_sweep = self._next_keep = 0.0
        self._home: Home | None = None
        self._health: tuple[tuple[bool, str, bool, bool], ...] = ()
        self._lists: dict[str, NetworkList] = {}
        self.missing_lists: tuple[str, ...] = ()
        """Lists of bad networks that were chosen, and are not there."""

    # --- what can be asked

    @property
    def incidents(self) -> list[Incident]:
        """Those that are open."""
        return self.kept.incidents.open

    def incident(self, asset_id: str) -> Incident | None:
        """What is wrong with an asset, if anything is."""
        return self.kept.incidents.of(asset_id)

    def is_learning(self, asset_id: str) -> bool:
        """Whether what the asset usually does is not known yet."""
        envelope = self.kept.baselines.envelope(asset_id)
        return envelope is None or envelope.is_learning(time.time())

    async def async_behaviour(self, asset_id: str) -> Behaviour | None:
        """Return the last week of an asset, hour by hour, beside what is usual for it; None if it was never seen."""
        async with self._busy:
            envelope = self.kept.baselines.envelope(asset_id)
            return None if envelope is None else envelope.behaviour(time.time())

    # --- the room

    async def async_start(self) -> None:
        """Remember, and begin to watch. What cannot be read is put aside: learning begins anew, and that is told."""
        try:
            self.kept = await self._store.load() or self.kept
        except StoreUnreadableError as error:
            try:
                aside = await self._store.start_anew(self.kept)
            except StoreWriteError as trouble:
                aside = str(trouble)
            _LOGGER.warning("Learning begins anew, for what was remembered cannot be read: %s; %s", error, aside)
            await self._async_journal("baselines_lost", None, {"store": error.store, "aside": str(aside)})
        self._detector = Detector(self.kept.baselines)
        self._containing.async_start(self.kept, self._async_pressed_normal, self._async_pressed_release)
        self._untell = async_at_started(self._hub.hass, self._async_tell_again)
        self.sources.async_start()
        self._next_keep = time.monotonic() + _KEEP_S
        self._task = self._hub.entry.async_create_background_task(
            self._hub.hass, self._async_watch(), f"{DOMAIN} monitoring"
        )

    async def async_stop(self) -> None:
        """Watch no more, and remember."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        self._task = None
        self._untell()
        self._containing.async_stop()
        await self.sources.async_stop()
        await self._async_keep()

    async def _async_tell_again(self, _: HomeAssistant) -> None:
        await self._containing.async_tell_again(self.incidents)

    async def _async_watch(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                await self.async_look()
            except Exception as error:  # one bad second must not end the watch
                if str(error) != self._trouble:
                    self._trouble = str(error)
                    _LOGGER.exception("A look failed; watching goes on")

    async def async_look(self) -> None:
        """Judge what was seen since the last look, and do what is due."""
        self._containing.async_keep_time()
        async with self._busy:
            self._follow()
            seen = await self.sources.async_collect()
            self._tell_health()
            for listener in self.listeners:
                listener(seen)
            findings = await self._hub.hass.async_add_executor_job(self._observe, seen) if seen else []
        if len(findings) > MAX_FINDINGS:
            _LOGGER.warning("%s findings at once; %s are told of", len(findings), MAX_FINDINGS)
            findings = sorted(findings, key=lambda it: list(Severity).index(it.severity))[-MAX_FINDINGS:]
        await self._async_follow_releases()
        for finding in findings:
            await self.async_judge(finding)
        now = time.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_S
            await self._async_sweep(time.time())
        if now >= self._next_keep:
            self._next_keep = now + _KEEP_S
            await self._async_keep()

    def _follow(self) -> None:
        """Let what is remembered be of the assets that there are."""
        home = self._hub.home
        if home is self._home:
            return
        self._home = home
        self._watch_for(home.lists)
        for kept, absorbed in home.merged:
            self.kept.baselines.merge(kept, absorbed)
            self.kept.incidents.move(kept, absorbed)
            self.kept.responder.forget(absorbed)
        self.kept.baselines.forget(frozenset(home.assets))

    def _watch_for(self, lists: Mapping[str, NetworkList]) -> None:
        """Know the lists that a person chose, as they are now."""
        chosen: list[str] = self._hub.entry.options.get(CONF_BAD_LISTS, [])
        missing = tuple(sorted(set(chosen) - lists.keys()))
        if missing != self.missing_lists:
            self.missing_lists = missing
            async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))
        listed = {name: lists[name] for name in chosen if name in lists}
        if listed != self._lists:
            self._lists = listed
            self._detector.watch_for(ListedNetworks(listed))

    @callback
    def _tell_health(self) -> None:
        """Have it shown when a source is heard again, or no more, and when it begins to lose."""
        health = tuple((it.active, it.reason, it.lost > 0, it.rejected > 0) for it in self.sources.health.values())
        if health != self._health:
            self._health = health
            async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    def _observe(self, seen: list[Observation]) -> list[Finding]:
        return [finding for one in seen for finding in self._detector.observe(one)]

    async def async_judge(self, finding: Finding) -> None:
        """Let a finding be part of what is wrong with its asset, and respond unless it is slight."""
        context = self.sources.context(finding.asset, finding.time)
        judgement = self.kept.incidents.add(finding, context, lambda: uuid4().hex)
        if judgement is None:
            return
        incident = judgement.incident
        finding = incident.events[-1].finding  # as it counts
        details: dict[str, JsonValue] = {
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "technique": finding.technique,
            "evidence": finding.evidence,
            "incident": incident.id,
        }
        await self._async_journal("finding", finding.asset, details)
        known = finding.asset if finding.asset in self._hub.assets else None
        self._hub.async_tell(SecurityEvent.FINDING, known, **details)
        if judgement.escalated and incident.severity is not Severity.LOW:
            told: dict[str, JsonValue] = {
                "incident": incident.id,
                "severity": incident.severity.value,
                "score": incident.score,
                "evidence": incident.worst.evidence,
            }
            self._hub.async_tell(SecurityEvent.INCIDENT, known, **told)
        if finding.severity is not Severity.LOW:
            await self._containing.async_respond(incident, graver=judgement.escalated)
        self._async_changed(finding.asset)

    async def _async_sweep(self, now: float) -> None:
        assets = self._hub.assets
        self.kept.baselines.models = {
            asset_id: f"{it.record.manufacturer} {it.record.model}"
            for asset_id, it in assets.items()
            if it.record.model
        }
        self.kept.baselines.classes = {
            asset_id: it.classification.asset_class.value
            for asset_id, it in assets.items()
            if it.classification.asset_class is not AssetClass.UNKNOWN
        }
        keep = frozenset(self.kept.responder.contained) | frozenset(self.kept.responder.probation)
        for incident in self.kept.incidents.sweep(now, keep=keep):
            self.kept.responder.forget_answer(incident)
            await self._async_journal("incident_closed", incident.asset, {"incident": incident.id, "reason": "quiet"})
            self._async_changed(incident.asset)
        for incident in self.incidents:
            if self._containing.is_refusal_over(incident):  # what goes on is judged anew; what is over is left alone
                self.kept.responder.forget_answer(incident)
                async with self._busy:
                    self._detector.forget(incident.asset)
        await self._containing.async_sweep(now)
        await self._async_follow_releases()

    async def _async_follow_releases(self) -> None:
        """Begin anew with assets that were let go: what was wrong is over, and what goes on is said again."""
        for asset_id in self._containing.async_released():
            async with self._busy:
                self._detector.forget(asset_id)
            if incident := self.incident(asset_id):
                await self._async_end(incident, "released")

    async def _async_end(self, incident: Incident, reason: str) -> None:
        self.kept.incidents.close(incident.id, reason, time.time())
        await self._containing.async_settled(incident)
        self._async_changed(incident.asset)

    # --- what people say

    async def async_relearn(self, asset_id: str, *, actor: str | None) -> None:
        """Forget what an asset usually does, and begin to learn anew."""
        await self._async_journal("relearn", asset_id, {}, actor=actor)
        async with self._busy:
            self.kept.baselines.relearn(asset_id)
        self._async_changed(asset_id)

    async def async_retire(self, asset_id: str) -> None:
        """Forget what was learned of an asset that leaves, also from people; its incidents are closed, and stay."""
        async with self._busy:
            self.kept.baselines.relearn(asset_id)
            self.kept.incidents.feedback.forget(asset_id)
            self.kept.responder.forget(asset_id)
        if incident := self.incident(asset_id):
            await self._async_end(incident, "retired")
        self._async_changed(asset_id)

    async def async_succeed(self, old: str, new: str) -> None:
        """Expect of `new`, which takes the place of `old`, what that used to do; it is kept with the rest."""
        async with self._busy:
            self.kept.baselines.succeed(old, new)
        self._async_changed(new)

    async def async_mark_normal(
        self,
        asset_id: str,
        kind: FindingKind | None,
        duration: timedelta | None,
        *,
        actor: str | None,
        everywhere: bool,
    ) -> tuple[int, bool]:
        """Learn that what an asset's incident tells of is normal: all of it, or one kind; close what that explains.

        For a time or for ever; `everywhere` is for all assets, and for the kind as a whole. An asset that was isolated
        because of that incident is let go. Returns how many things were learnt, and whether it was let go; raises as
        `async_release` does.
        """
        incident = self.kept.incidents.of(asset_id)
        findings = [it.finding for it in incident.events if kind in {None, it.finding.kind}] if incident else []
        until = None if duration is None else time.time() + duration.total_seconds()
        learnt = {
            Normal(it.kind, None if everywhere else asset_id, None if everywhere else it.subject, until)
            for it in findings
        }
        if kind is not None and not learnt:
            learnt = {Normal(kind, None if everywhere else asset_id, None, until)}
        details: dict[str, JsonValue] = {
            "kinds": sorted({it.kind.value for it in learnt}),
            "until": until,
            "everywhere": everywhere,
        }
        await self._async_journal("marked_normal", asset_id, details, actor=actor)
        for normal in learnt:
            self.kept.incidents.feedback.add(normal)
        if incident and all(self.kept.incidents.feedback.is_normal(it.finding) for it in incident.events):
            isolated = self.kept.responder.is_isolated(incident)
            if isolated:
                await self._containing.async_release(asset_id, actor=actor, watch=False)
            await self._async_end(incident, "normal")
            await self._async_follow_releases()
            return len(learnt), isolated
        self._async_changed(asset_id)
        return len(learnt), False

    @property
    def normal(self) -> list[Normal]:
        """What people said is normal, and still counts; the latest said last."""
        return [it for it in self.kept.incidents.feedback if it.until is None or it.until > time.time()]

    async def async_take_back_normal(self, said: Iterable[Normal], *, actor: str | None) -> int:
        """Take back what was said to be normal, so that it is told again from now on; return how much there was."""
        taken = [it for it in said if self.kept.incidents.feedback.take_back(it)]
        for normal in taken:
            details: dict[str, JsonValue] = {"finding": normal.kind.value, "subject": normal.subject}
            await self._async_journal("normal_taken_back", normal.asset, details, actor=actor)
        async with self._busy:  # what was found meanwhile counted as said
            for asset_id in self._hub.assets if any(it.asset is None for it in taken) else {it.asset for it in taken}:
                self._detector.forget(str(asset_id))
        return len(taken)

    async def async_release_and_watch(self, asset_id: str, *, actor: str | None) -> None:
        """Let an asset go and watch it more closely for a day; raises as `async_release` does."""
        await self._containing.async_release(asset_id, actor=actor, watch=True)
        if incident := self.incident(asset_id):
            await self._async_end(incident, "released")
        await self._async_follow_releases()

    async def _async_pressed_normal(self, asset_id: str, user_id: str) -> None:
        await self.async_mark_normal(asset_id, None, None, actor=user_id, everywhere=False)

    async def _async_pressed_release(self, asset_id: str, user_id: str) -> None:
        await self.async_release_and_watch(asset_id, actor=user_id)

    # --- the rest

    @callback
    def _async_changed(self, asset_id: str) -> None:
        entry_id = self._hub.entry.entry_id
        async_dispatcher_send(self._hub.hass, signal_asset(entry_id, asset_id))
        async_dispatcher_send(self._hub.hass, signal_hub(entry_id))

    async def _async_journal(
        self, action: str, asset_id: str | None, details: Mapping[str, JsonValue], *, actor: str | None = None
    ) -> None:
        known = asset_id if asset_id in self._hub.assets else None
        told: dict[str, Any] = dict(details)
        if known is None and asset_id is not None:
            told["address"] = asset_id
        try:
            await self._hub.journal.append(action, asset_id=known, actor=actor, details=told or None)
        except JournalError as error:
            _LOGGER.warning("%s was not journalled: %s", action, error)

    async def _async_keep(self) -> None:
        try:
            async with self._busy:
                await self._store.save(self.kept)
        except (StoreWriteError, StoreUnreadableError, StoreValueError, HomeAssistantError) as error:
            _LOGGER.warning("What was learnt is not remembered: %s", error)
