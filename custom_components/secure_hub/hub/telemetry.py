"""Telemetry: what is seen is gathered by asset and minute, kept for a while, shown, and sent if a person said so."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
import logging
from pathlib import Path
import ssl
import time
from typing import Any, Final, NamedTuple

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval

from ..adapters.journal import JournalError
from ..adapters.telemetry.mqtt import MqttWay
from ..adapters.telemetry.outlets import Line, Outlet
from ..adapters.telemetry.ring import Page, Ring, Wanted, remove_ring
from ..adapters.telemetry.syslog import SyslogWay, context_with
from ..adapters.zha.tap import ZigbeeFrame
from ..const import CONF_TELEMETRY, DOMAIN
from ..engine.detection.observations import Observation
from ..engine.firewall.plan import Plan
from ..engine.policy.scopes import Decision, Scope
from ..engine.telemetry.aggregate import Aggregator, KnownPeers
from ..engine.telemetry.edge import TelemetrySettings, may_leave, outward, spelled
from ..engine.telemetry.flows import FlowBook
from ..engine.telemetry.record import Record
from ..engine.traffic import Use
from .keeper import HomeKeeper
from .monitoring import Monitoring
from .publisher import signal_hub
from .traffic import Traffic, signal_traffic

_LOGGER = logging.getLogger(__name__)

TICK: Final = timedelta(seconds=30)
MAX_WAITING: Final = 50_000
"""Observations that wait to be counted; of more, the oldest are lost, and that is counted."""
ENOUGH: Final = 5_000
"""Observations that are counted without waiting for the tick."""
SLICE: Final = 20
"""Records that whoever listens is told of before the event loop gets its turn."""
RECALLED: Final = 8 << 20
"""Bytes of the ring that are read at the start to know whom assets talk to."""


class _Drop(NamedTuple):
    asset: str
    packets: int = 0
    size: int = 0
    frames: int = 0


type Listener = Callable[[list[Record]], None]


class Telemetry:
    """Takes observations with `async_take`, and gives records to whoever subscribes or reads."""

    def __init__(
        self, hub: HomeKeeper, traffic: Traffic, monitoring: Monitoring, now: Callable[[], float] = time.time
    ) -> None:
        """Gather nothing yet; what `monitoring` sees is counted. `now` gives seconds since the epoch."""
        self.settings = TelemetrySettings.of(hub.entry.options.get(CONF_TELEMETRY))
        self.outlets: tuple[Outlet, ...] = ()
        self.flows = FlowBook()
        """With whom assets talk; the event loop's."""
        self.lost = 0
        self.error = ""
        """Why records are not written; empty while they are."""
        self._hub = hub
        self._traffic = traffic
        self._monitoring = monitoring
        self.now = now
        self._ring = Ring(_directory(hub.hass), megabytes=self.settings.megabytes, days=self.settings.days)
        self._peers = KnownPeers()
        self._aggregator = Aggregator(self._peers)
        self._waiting: deque[Observation] = deque()
        self._drops: deque[_Drop] = deque()
        self._plan: Plan | None = None
        self._radios: dict[str, str] = {}
        self._used: dict[str, Use] = {}
        self._listeners: list[Listener] = []
        self._shown: Mapping[str, bool] = {}
        self._busy = asyncio.Lock()
        self._counting: asyncio.Task[None] | None = None
        self._ends: list[CALLBACK_TYPE] = []
        self._tasks: list[asyncio.Task[None]] = []

    # --- what can be asked

    @property
    def status(self) -> dict[str, Any]:
        """How it does, as JSON."""
        ring = self._ring.status
        return {
            "files": ring.files,
            "bytes": ring.bytes,
            "oldest": ring.oldest,
            "lost": self.lost + self._aggregator.lost,
            "error": self.error,
            "sends": self.settings.sends.value,
            "outlets": [
                {"name": it.name, "sent": it.sent, "waiting": it.waiting, "lost": it.lost, "error": it.error}
                for it in self.outlets
            ],
        }

    @property
    def failing(self) -> Mapping[str, bool]:
        """Whether records are not kept, or not taken by a way out: by its name."""
        return {"storage": bool(self.error), **{it.name: bool(it.error) for it in self.outlets}}

    async def async_page(self, cursor: str | None, wanted: Wanted, limit: int) -> Page:
        """Read records; raises OSError, ValueError for what is no cursor."""
        page: Page = await self._hub.hass.async_add_executor_job(self._ring.page, cursor, wanted, limit)
        return page

    @callback
    def async_subscribe(self, listener: Listener) -> CALLBACK_TYPE:
        """Call `listener` with the records of every minute that is over; gives what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # --- the room

    async def async_start(self) -> None:
        """Look at what is kept, open the ways out that a person chose, and gather."""
        await self._async_do(self._open)
        await self._async_open_outlets()
        self._used = {asset_id: self._traffic.use(asset_id) for asset_id in self._hub.assets}
        entry = self._hub.entry
        self._monitoring.listeners.append(self.async_take)
        self._ends = [
            self._hub.gate.tap.subscribe(self._async_frame),
            async_dispatcher_connect(self._hub.hass, signal_traffic(entry.entry_id), self._async_counted),
            partial(self._monitoring.listeners.remove, self.async_take),
            async_track_time_interval(self._hub.hass, self._async_tick, TICK, cancel_on_shutdown=True),
        ]

    async def async_stop(self) -> None:
        """Write what there is, and let go."""
        ends, self._ends = self._ends, []
        for end in ends:
            end()
        if ends:
            await self.async_gather(last=True)
        if self._counting is not None:
            await asyncio.wait([self._counting])
            self._counting = None
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._listeners.clear()

    @callback
    def async_take(self, seen: Iterable[Observation]) -> None:
        """Count observations with the next tick, or at once if they are many."""
        for one in seen:
            if len(self._waiting) >= MAX_WAITING:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(one)
        if len(self._waiting) >= ENOUGH and self._counting is None and self._ends:
            self._counting = self._hub.entry.async_create_background_task(
                self._hub.hass, self._async_count_now(), f"{DOMAIN} telemetry"
            )

    async def _async_count_now(self) -> None:
        try:
            await self.async_gather()
        finally:
            self._counting = None

    async def _async_tick(self, _now: datetime) -> None:
        await self.async_gather()
        if (failing := self.failing) != self._shown:
            self._shown = failing
            async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    async def async_gather(self, *, last: bool = False) -> None:
        """Count what waits, and hand on the minutes that are over, or all that are open."""
        async with self._busy:
            seen, self._waiting = self._waiting, deque()
            drops, self._drops = self._drops, deque()
            now = self.now()
            records = await self._hub.hass.async_add_executor_job(self._gather, seen, drops, now, last)
            if not records:
                return
            await self._async_do(self._write, records, int(now))
            await self._async_send(records)
            for start in range(0, len(records), SLICE):
                told = records[start : start + SLICE]
                for record in told:
                    self.flows.take(record)
                for listener in tuple(self._listeners):
                    listener(told)
                await asyncio.sleep(0)

    def _gather(  # executors pass no keywords
        self,
        seen: Iterable[Observation],
        drops: Iterable[_Drop],
        now: float,
        last: bool,  # noqa: FBT001 - as above
    ) -> list[Record]:
        for one in seen:
            self._aggregator.add(one, now)
        for one_drop in drops:
            self._aggregator.drop(
                one_drop.asset, now, packets=one_drop.packets, size=one_drop.size, frames=one_drop.frames
            )
        return self._aggregator.flush() if last else self._aggregator.close(now)

    # --- what is dropped

    @callback
    def _async_frame(self, frame: ZigbeeFrame) -> None:
        if frame.passed or frame.ieee is None or len(self._drops) >= MAX_WAITING:
            return
        plan = self._hub.home.plan
        if plan is not self._plan:
            self._plan = plan
            self._radios = {ieee: asset_id for asset_id, it in plan.members.items() for ieee in it.ieees}
        if (owner := self._radios.get(frame.ieee)) is not None:
            self._drops.append(_Drop(owner, frames=1))

    @callback
    def _async_counted(self) -> None:
        """Take what the firewall refused since it was read last; with a new day its counts begin anew."""
        used = {asset_id: self._traffic.use(asset_id) for asset_id in self._hub.assets}
        for asset_id, use in used.items():
            before = self._used.get(asset_id, Use())
            if use.refused < before.refused:
                before = Use()
            if use.refused > before.refused:
                size = max(use.refused_bytes - before.refused_bytes, 0)
                self._drops.append(_Drop(asset_id, packets=use.refused - before.refused, size=size))
        self._used = used

    # --- files

    def _open(self) -> None:
        torn = self._ring.open()
        if torn:
            _LOGGER.warning("A crash left %s bytes of a line of telemetry; they were cut off", torn)
        for line in self._ring.newest(RECALLED):
            try:
                record = Record.from_line(line)
            except ValueError:
                continue
            self._peers.recall(record)
            self.flows.take(record)

    def _write(self, records: Iterable[Record], now: int) -> None:
        self._ring.append([it.line() for it in records], now)

    async def _async_do(self, work: Callable[..., None], *arguments: object) -> None:
        """Do something with the files; what fails is told once, and gathering goes on."""
        try:
            await self._hub.hass.async_add_executor_job(work, *arguments)
        except OSError as error:
            if not self.error:
                _LOGGER.warning("Telemetry is not kept: %s", error)
            self.error = str(error)
        else:
            self.error = ""

    # --- the edge

    async def _async_open_outlets(self) -> None:
        settings, hass = self.settings, self._hub.hass
        if not settings.leaves:
            return
        to: dict[str, str] = {}
        if settings.syslog_host:
            context = _context(hass.async_add_executor_job, settings.syslog_ca)
            way = SyslogWay(settings.syslog_host, settings.syslog_port, settings.syslog_name, context)
            self.outlets += (Outlet("syslog", way),)
            to["syslog"] = f"{settings.syslog_host}:{settings.syslog_port}"
        if settings.mqtt_topic:
            self.outlets += (Outlet("mqtt", MqttWay(hass, settings.mqtt_topic)),)
            to["mqtt"] = settings.mqtt_topic
        self._tasks = [
            self._hub.entry.async_create_background_task(hass, it.run(), f"{DOMAIN} telemetry to {it.name}")
            for it in self.outlets
        ]
        details: dict[str, Any] = {"sends": settings.sends.value, "to": to}
        try:
            await self._hub.journal.append("telemetry_leaves", details=details)
        except JournalError as error:
            _LOGGER.warning("That telemetry leaves was not journalled: %s", error)

    async def _async_send(self, records: Iterable[Record]) -> None:
        if not self.outlets:
            return
        share: Mapping[str, Decision] = {
            asset_id: self._hub.explain(asset_id, Scope.SHARE).decision
            for asset_id in {it.asset for it in records}
            if asset_id in self._hub.assets
        }
        leaving = [it for it in records if may_leave(share.get(it.asset))]
        lines = await self._hub.hass.async_add_executor_job(_lines, leaving, self.settings)
        for outlet in self.outlets:
            outlet.put(lines)


def _lines(records: Iterable[Record], settings: TelemetrySettings) -> list[Line]:
    return [
        Line(shown.minute, shown.asset, text)
        for record in records
        if (shown := outward(record, settings.sends)) is not None
        for text in spelled(shown, settings.form)
    ]


def _context(
    run: Callable[..., Awaitable[ssl.SSLContext]], authorities: str
) -> Callable[[], Awaitable[ssl.SSLContext]]:
    async def made() -> ssl.SSLContext:
        return await run(context_with, authorities)

    return made


def _directory(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(DOMAIN, "telemetry"))


async def async_remove_telemetry(hass: HomeAssistant) -> None:
    """Delete what was kept."""
    try:
        await hass.async_add_executor_job(remove_ring, _directory(hass))
    except OSError as error:
        _LOGGER.warning("Telemetry could not be deleted: %s", error)
