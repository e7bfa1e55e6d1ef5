"""The firewall of this host as an enforcer: nftables in the kernel, in process or through the root helper."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
import errno
import logging
import socket
from time import monotonic, time
from types import MappingProxyType
from typing import Final

from ...engine.enforcement import Health, Status
from ...engine.firewall.plan import PacketClass, Plan
from ...engine.firewall.regions import Rules
from ...engine.policy.limits import Limited
from ...engine.policy.scopes import NETWORK_SCOPES, Scope
from ..netfilter.backend import Backend, capabilities, open_backend
from ..netfilter.kernel import Change, Tally, Tried
from ..netfilter.layout import Shape
from ..netfilter.monitor import Touch
from ..netfilter.netlink import NetlinkError
from ..netfilter.probe import Capabilities
from .elements import Desired, shape, stricter
from .refusals import refused
from .telling import Drift, Telling, judged

_LOGGER: Final = logging.getLogger(__name__)

INTERVAL: Final = 2.0
"""Seconds between looks at interfaces, and at the rules where the kernel cannot notify us."""
_SETTLE: Final = 0.05
"""Seconds to let a foreign change come to its end before mending, so that one change is mended once."""

_TOUCHES: Final = 20
_TRIAL_MAX: Final = 600.0
_GRACE: Final = 2.0
"""Seconds."""

_RELOAD: Final = frozenset({errno.ENOENT, errno.EEXIST, errno.ESTALE})
"""The tables are not what we believed: read all and mend."""


async def probe(
    executor: Callable[[Callable[[], Capabilities]], Awaitable[Capabilities]],
) -> Capabilities:
    """What this machine lets us do; `executor` runs a blocking call elsewhere, as `hass.async_add_executor_job`."""
    return await executor(capabilities)


class NftablesEnforcer:
    """Makes plans true in nftables. All netlink happens on one thread of its own; events come in on the loop's.

    Somebody else's change to our tables is mended at once, three times a minute; then we stop fighting until the next
    `apply`. `on_drift` and `on_status` are called in the event loop.
    """

    name = "nftables"
    scopes: frozenset[Scope] = NETWORK_SCOPES
    limits = frozenset(Limited)

    def __init__(
        self,
        backend: Callable[[], Backend] = open_backend,
        *,
        on_drift: Callable[[Drift], None] | None = None,
        on_status: Callable[[], None] | None = None,
        clock: Callable[[], float] = monotonic,
        interval: float = INTERVAL,
    ) -> None:
        """Nothing is opened before the first `apply`; `clock` gives seconds that only grow."""
        self._open_backend = backend
        self._interval = interval
        self._telling = Telling(Status(Health.UNAVAILABLE, "firewall_not_loaded"), on_drift, on_status, clock)
        self._executor: ThreadPoolExecutor | None = None
        self._backend: Backend | None = None
        self._lock = asyncio.Lock()
        self._desired: Desired | None = None
        self._shape: Shape | None = None
        self._present: frozenset[str] = frozenset()
        self._held: dict[str, PacketClass] = {}
        self._unflushed: str | None = None
        self._unsure = False
        self._found: tuple[str, ...] = ()
        self._watched: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._touches: list[Touch] = []

    @property
    def status(self) -> Status:
        """How well it works now."""
        return self._telling.status

    def held(self) -> Mapping[str, PacketClass]:
        """Class of each asset as last read back, the least strict of its elements; in monitor mode all are open."""
        return MappingProxyType(self._held)

    def rules(self, asset_id: str) -> Rules | None:
        """What packets of an asset are judged by, as last read back; None for one that is not governed, or in doubt."""
        if self._desired is None or self.status.health is Health.DRIFTED:
            return None
        return self._desired.rules(asset_id)

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Make the tables equal to `plan` and read them back; connections of who is cut off now are forgotten.

        Raises EnforcementError with the tables as they were.
        """
        async with self._lock:
            try:
                await self._run(self._apply, plan, changed)
            except NetlinkError as error:
                told = refused(error)
                if self._desired is None:
                    self._telling.say(Status(Health.UNAVAILABLE, told.key, told.detail))
                raise told from error
            self._telling.given_up = False
            self._watch()
            self._telling.say(self._judge())

    async def stands(self) -> bool:
        """Whether a wall is there, of this run or an earlier one; False where the kernel cannot be asked."""
        async with self._lock:
            try:
                return await self._run(lambda: self._open().stands())
            except NetlinkError:
                return False

    async def counters(self) -> dict[str, tuple[int, int]]:
        """Packets and bytes per counted rule, keyed `family chain comment`: what was dropped, or would have been."""
        async with self._lock:
            return await self._run(lambda: self._backend.counters() if self._backend else {})

    async def renew_quotas(self) -> None:
        """Let every quota begin anew. Raises EnforcementError."""
        async with self._lock:
            try:
                await self._run(self._renew)
            except NetlinkError as error:
                raise refused(error) from error

    async def tally(self, names: Collection[str]) -> Tally:
        """What the elements of sets that count or limit say; nothing while nothing stands. Raises EnforcementError."""
        async with self._lock:
            try:
                return await self._run(lambda: self._backend.tally(tuple(names)) if self._backend else {})
            except NetlinkError as error:
                raise refused(error) from error

    async def close(self) -> None:
        """Let go of everything but the containment itself."""
        self._unwatch()
        async with self._lock:  # a mending under way comes to its end first
            await self._let_go()
        if self._task is not None:
            await asyncio.wait((self._task,))

    async def remove(self) -> None:
        """Take our tables away, containment included; raises EnforcementError if the kernel refuses."""
        self._unwatch()
        async with self._lock:
            try:
                await self._run(lambda: self._open().remove())
            except NetlinkError as error:
                raise refused(error) from error
            finally:
                self._desired = self._shape = None
                self._held = {}
                await self._let_go()
            self._telling.say(Status(Health.UNAVAILABLE, "firewall_not_loaded"))

    # --- on the worker's thread

    def _open(self) -> Backend:
        if self._backend is None:
            self._backend = self._open_backend()
        return self._backend

    def _apply(self, plan: Plan, changed: Collection[str] | None) -> None:
        backend = self._open()
        desired = self._desired
        before = desired.plan if desired else None
        tries = plan.trial is not None or (before is not None and before.trial is not None)
        if desired is None or changed is None or self._telling.given_up or tries:
            self._load(Desired(plan))
            changed = plan.members.keys()
        elif not self._change(desired, plan, changed):
            self._found = self._load(Desired(plan))
            changed = plan.members.keys()
        self._unflushed = None
        if not plan.enforce or not (addresses := stricter(before, plan, changed)):
            return
        try:
            backend.flush_connections(addresses)
        except NetlinkError as error:
            # The packets are cut all the same, for policy comes before connection tracking; say it and go on.
            self._unflushed = str(error)

    def _renew(self) -> None:
        quotas = self._desired.quotas() if self._desired else {}
        if quotas and self._backend:
            self._backend.change([Change(cell, size, size) for cell, size in quotas.items()])

    def _change(self, desired: Desired, plan: Plan, changed: Collection[str]) -> bool:
        """Change the elements of some assets; False if the tables turned out not to be what we believed."""
        proposal = desired.propose(plan, changed)
        try:
            self._open().change(proposal.changes())
        except NetlinkError as error:
            if error.code not in _RELOAD:
                raise
            _LOGGER.info("Reading the whole firewall, for a change did not fit: %s", error)
            return False
        proposal.accept()
        for asset_id in proposal.assets:
            if (held := desired.held(asset_id)) is None:
                self._held.pop(asset_id, None)
            else:
                self._held[asset_id] = held
        return True

    def _load(self, desired: Desired) -> tuple[str, ...]:
        backend = self._open()
        present = _present(desired.plan)
        wanted = shape(desired.plan, present, backend.capabilities)
        if (trial := desired.plan.trial) is None:
            repairs = backend.load(wanted, desired.elements())
        else:
            lasting = shape(trial.lasting, present, backend.capabilities)
            tried = Tried(wanted, desired.elements(), _seconds(trial.ends - time()))
            repairs = backend.load(lasting, Desired(trial.lasting).elements(), tried)
        self._desired, self._shape, self._present = desired, wanted, present
        self._held = {key: held for key in desired.plan.members if (held := desired.held(key)) is not None}
        return repairs

    # --- on the event loop

    async def _run[T](self, job: Callable[..., T], *arguments: object) -> T:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="secure_hub_nftables")
        return await asyncio.get_running_loop().run_in_executor(self._executor, job, *arguments)

    async def _let_go(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            await self._run(backend.close)
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True)  # idle: nobody else holds the lock

    def _judge(self) -> Status:
        if self._desired is None or self._backend is None:
            return Status(Health.UNAVAILABLE, "firewall_not_loaded")
        segments = self._desired.plan.segments
        missing = {segment.interface for segment in segments} - self._present
        return judged(segments, missing, self._backend.capabilities, self._unflushed)

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        if self._watched is None and self._backend is not None:
            self._watched = self._backend.event_fileno()
            if self._watched is not None:
                loop.add_reader(self._watched, self._look)
        if self._timer is None:
            self._timer = loop.call_later(self._interval, self._tick)

    def _unwatch(self) -> None:
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._watched = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Something happened in nftables."""
        if self._backend is not None and (touches := self._backend.touches()):
            self._touches = (self._touches + touches)[-_TOUCHES:]
            self._look_after_soon()

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._tick)
        self._look_after_soon()

    def _look_after_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look_after())

    async def _look_after(self) -> None:
        """Mend what others changed, arm interfaces that came back, say which are gone."""
        while True:
            if self._touches:
                await asyncio.sleep(_SETTLE)
            async with self._lock:
                if self._desired is None or self._backend is None:
                    return
                touches, self._touches = self._touches, []
                try:
                    if self._watched is None:
                        touches += await self._run(self._backend.touches)
                    await self._mend(self._desired, touches)
                except NetlinkError as error:
                    told = refused(error)
                    self._unsure = True
                    self._telling.say(Status(Health.DRIFTED, told.key, told.detail))
            if not self._touches:
                return

    async def _mend(self, desired: Desired, touches: list[Touch]) -> None:
        for touch in touches:
            self._telling.compete(touch.competing, touch.process, touch.pid)
        touches = [touch for touch in touches if touch.what]
        present = await self._run(_present, desired.plan)
        gone, back = self._present - present, present - self._present
        if not (touches or gone or back or self._unsure) or (self._telling.given_up and not (gone or back)):
            if self._telling.calmed:
                self._telling.say(self._judge())
            return
        who = touches[0] if touches else Touch(0, "", ())
        if touches and self._telling.gives_up(who.what, who.process, who.pid):
            return
        repairs = await self._run(self._load, desired) or self._found
        self._unsure, self._found = False, ()
        self._telling.say(self._judge())
        if gone:
            self._telling.tell(Drift("interface_missing", tuple(sorted(gone)), healed=False))
        if back:
            self._telling.tell(Drift("interface_back", tuple(sorted(back))))
        if repairs and touches and not gone:
            self._telling.mended(repairs, who.process, who.pid)


def _seconds(left: float) -> float:
    """For how long what is tried counts where nobody ends it: whoever lives ends it a little earlier."""
    return min(max(left, 0.0), _TRIAL_MAX) + _GRACE


def _present(plan: Plan) -> frozenset[str]:
    """Guarded interfaces that are there."""
    return frozenset(s.interface for s in plan.segments if _exists(s.interface))


def _exists(interface: str) -> bool:
    try:
        return bool(socket.if_nametoindex(interface))
    except OSError:
        return False
