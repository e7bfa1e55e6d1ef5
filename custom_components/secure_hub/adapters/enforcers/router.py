"""The wall on a router with nftables, put up and read back over SSH.

The same rules as on this machine, with the router's own interfaces. They stay when Home Assistant stops, crashes or
loses its network; when the router restarts without them, they are put up again as soon as it answers.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
import logging
from time import monotonic
from types import MappingProxyType
from typing import Final

from ...engine.containment import Reach
from ...engine.enforcement import EnforcementError, Health, Status
from ...engine.firewall.plan import PacketClass, Plan
from ...engine.policy.limits import Limited
from ...engine.policy.scopes import NETWORK_SCOPES, Scope
from ..netfilter.layout import Shape
from ..netfilter.nftables import Family
from ..netfilter.probe import Capabilities as KernelCapabilities
from .elements import Desired, shape, stricter
from .nft_rules import UnwritableError
from .nft_script import change_script, load_script, removal, written
from .nft_standing import Standing, differences
from .router_commands import APPLY, FORGET, list_command, probe, run_script, survey
from .router_facts import RouterFacts, router_plan
from .ssh import SshConnection, SshSettings, Trouble, open_connection
from .telling import Drift, Telling, judged

_LOGGER: Final = logging.getLogger(__name__)

INTERVAL: Final = 30.0
"""Seconds between looks at the router."""
_FIRST_RETRY: Final = 5.0
_LAST_RETRY: Final = 300.0


@dataclass(frozen=True, slots=True)
class RouterSettings:
    """A router and its interfaces: `guarded` have devices behind them, `lan` may open connections towards those.

    `newcomers` is what unknown MACs meet behind guarded interfaces. Computers and phones live there too, so they are
    welcome unless somebody decides otherwise.
    """

    ssh: SshSettings
    guarded: frozenset[str]
    lan: frozenset[str] = frozenset()
    newcomers: PacketClass = PacketClass.OPEN


@dataclass(frozen=True, slots=True)
class _Wall:
    """What was last written and read back; `rules` is how the router's nft tells the rules."""

    desired: Desired
    shape: Shape
    rules: bytes


class RouterEnforcer:
    """Makes plans true on a router. `on_drift` and `on_status` are called in the event loop.

    While the router is away the last plan waits for it. Somebody else's change to our tables there is mended when it
    is found, three times a minute; then we stop until the next `apply`.
    """

    name = "router"
    scopes: frozenset[Scope] = NETWORK_SCOPES
    outlives = True
    limits = frozenset({Limited.RATE})
    """No quota: nft 1.0.6 has no words for one in a set, and who counts must not forget."""

    def __init__(
        self,
        settings: RouterSettings,
        *,
        on_drift: Callable[[Drift], None] | None = None,
        on_status: Callable[[], None] | None = None,
        clock: Callable[[], float] = monotonic,
        interval: float = INTERVAL,
    ) -> None:
        """Nothing is opened before the first `apply`; `clock` gives seconds that only grow."""
        self._settings = settings
        self._clock = clock
        self._interval = interval
        self._telling = Telling(Status(Health.UNAVAILABLE, Trouble.NOT_ASKED), on_drift, on_status, clock)
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._connection: SshConnection | None = None
        self._able = KernelCapabilities()
        self._facts = RouterFacts()
        self._neighbours: dict[str, frozenset[str]] = {}
        self._pending = False
        self._plan: Plan | None = None
        self._wall: _Wall | None = None
        self._unflushed: str | None = None
        self._retry = _FIRST_RETRY
        self._next_try = 0.0
        self._tried = -_FIRST_RETRY

    @property
    def status(self) -> Status:
        """How well it works now."""
        return self._telling.status

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of the router."""
        return self._settings.ssh.host, self._settings.ssh.port

    def reach(self, asset_id: str) -> Reach | None:
        """All that packets can do, between neighbours too on a bridge; None for an asset that is not behind it."""
        wall = self._wall
        if wall is None or self._is_away or self._plan is None:
            return None
        member = wall.desired.plan.members.get(asset_id)
        guarded = frozenset(segment.interface for segment in wall.desired.plan.segments)
        if member is None or not self._facts.sees(member, guarded, self._neighbours):
            return None
        coverage = self._facts.coverage(guarded, bridged=wall.shape.bridge)
        current = not self._telling.given_up and self._plan.members.get(asset_id) == member
        held = None if self._telling.given_up else wall.desired.held(asset_id)
        return Reach(coverage, NETWORK_SCOPES, NETWORK_SCOPES, held, current, self.limits)

    def held(self) -> Mapping[str, PacketClass]:
        """Class of each asset as last read back; empty while the router is away, for then nobody knows."""
        wall = self._wall
        if wall is None or self._is_away:
            return {}
        members = wall.desired.plan.members
        return MappingProxyType({key: found for key in members if (found := wall.desired.held(key)) is not None})

    @property
    def _is_away(self) -> bool:
        return self._connection is None or not self._connection.is_open

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Make the router's tables equal to `plan` and read them back; connections of who is cut off are forgotten.

        Raises EnforcementError with the tables as they were; if the router is away, it gets this plan when it is back.
        A router that was found away within the last seconds is not tried again: nobody is kept waiting for it.
        """
        async with self._lock:
            self._plan = plan
            self._telling.given_up = False
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._look_after())
            if self._is_away and self._clock() < self._tried + _FIRST_RETRY:
                raise EnforcementError(self._telling.status.reason or Trouble.AWAY, self._telling.status.detail or "")
            await self._guarded(plan, changed)

    async def close(self) -> None:
        """Let go of everything but the containment itself."""
        if (task := self._task) is not None:
            self._task = None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        async with self._lock:
            await self._hang_up()

    async def remove(self) -> None:
        """Take our tables away, containment included; raises EnforcementError if that cannot be."""
        await self.close()
        async with self._lock:
            try:
                connection = await self._connect()
                lines = [line for family in Family if self._has(family) for line in removal(family)]
                await run_script(connection, "\n".join(lines))
            finally:
                self._plan = None
                await self._hang_up()
            self._telling.say(Status(Health.UNAVAILABLE, Trouble.NOT_ASKED))

    # --- the connection

    async def _connect(self) -> SshConnection:
        if self._connection is not None and self._connection.is_open:
            return self._connection
        await self._hang_up()
        self._connection = connection = await open_connection(self._settings.ssh)
        self._able = await probe(connection)
        self._retry = _FIRST_RETRY
        return connection

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        self._wall = None  # what stands there must be read again
        if connection is not None:
            await connection.close()

    def _has(self, family: Family) -> bool:
        return {
            Family.INET: self._able.inet,
            Family.BRIDGE: self._able.bridge,
            Family.NETDEV: self._able.netdev,
        }[family]

    # --- making it true

    async def _guarded(self, plan: Plan, changed: Collection[str] | None) -> None:
        """Make the plan true and say how it went."""
        try:
            connection = await self._connect()
            await self._make_true(connection, plan, changed)
        except EnforcementError as error:
            self._tried = self._clock()
            self._next_try = self._tried + self._retry
            self._pending = True
            away = error.key == Trouble.AWAY or self._is_away or self._wall is None  # a connection may end unnoticed
            health = Health.UNAVAILABLE if away else Health.DEGRADED
            self._telling.say(Status(health, error.key, error.detail))
            raise
        self._pending = False
        self._telling.say(self._judge())

    async def _make_true(self, connection: SshConnection, plan: Plan, changed: Collection[str] | None) -> None:
        wall = self._wall if changed is not None else None
        if wall is None:
            await self._survey(connection)
        settings = self._settings
        target = router_plan(plan, self._facts, settings.guarded, settings.lan, settings.newcomers)
        before = self._wall.desired.plan if self._wall is not None else None
        if wall is None or changed is None or not await self._change(connection, wall, target, changed):
            await self._load(connection, target)
            changed = target.members.keys()
        if target.enforce:
            await self._forget(connection, stricter(before, target, changed))

    async def _survey(self, connection: SshConnection) -> None:
        self._facts, neighbours = await survey(connection)
        before, self._neighbours = self._neighbours, neighbours
        if before != neighbours:
            self._telling.stirred()

    async def _change(self, connection: SshConnection, wall: _Wall, target: Plan, changed: Collection[str]) -> bool:
        """Change the elements of some assets; False if the tables turned out not to be what we believed."""
        proposal = wall.desired.propose(target, changed)
        if changes := proposal.changes():
            answer = await connection.run(APPLY, _worded(change_script, wall.shape, changes))
            if answer.status:
                _LOGGER.info("Writing the router's whole firewall, for a change did not fit: %s", answer.complaint)
                return False
        proposal.accept()
        if await self._amiss(connection, wall):
            self._wall = None  # nothing is known of it but that it is not what was wanted
            return False
        return True

    async def _load(self, connection: SshConnection, target: Plan) -> None:
        """Write everything in one transaction and read it back."""
        desired = await asyncio.to_thread(Desired, target)
        wanted = replace(shape(target, self._facts.macs, self._able), names=())  # its dnsmasq is not asked
        chains = (await self._read(connection)).chains
        keep = await asyncio.to_thread(_worded, _fitting, wanted, chains)
        gone = [family for family in Family if family.name.lower() in chains and family not in wanted.families]
        elements = await asyncio.to_thread(desired.elements)
        script = await asyncio.to_thread(_worded, load_script, wanted, elements, keep, gone)
        await run_script(connection, script)
        standing = await self._read(connection)
        if amiss := await asyncio.to_thread(differences, standing, wanted, elements):
            self._wall = None
            raise EnforcementError(Trouble.NOT_READ_BACK, ", ".join(amiss)[:300])
        self._wall = _Wall(desired, wanted, standing.fingerprint)

    async def _amiss(self, connection: SshConnection, wall: _Wall) -> tuple[str, ...]:
        """What is not as it should be."""
        standing = await self._read(connection)
        elements = await asyncio.to_thread(wall.desired.elements)
        found = await asyncio.to_thread(differences, standing, wall.shape, elements)
        return found or (() if standing.fingerprint == wall.rules else ("rules",))

    async def _read(self, connection: SshConnection) -> Standing:
        standing = Standing(Family)
        for family in Family:
            if not self._has(family):
                continue
            answer = await connection.run(list_command(family))
            if answer.missing:
                raise EnforcementError(Trouble.NO_NFT, answer.complaint)
            if answer.status:  # no such table
                continue
            try:
                await asyncio.to_thread(standing.read, answer.output)
            except ValueError as error:
                raise EnforcementError(Trouble.ANSWER, str(error)[:300]) from error
        return standing

    async def _forget(self, connection: SshConnection, addresses: Collection[str]) -> None:
        """Forget connections. Packets are cut all the same, for policy comes before connection tracking."""
        self._unflushed = None
        for address in addresses:
            for way in FORGET:
                answer = await connection.run(f"conntrack -D -f {'ipv6' if ':' in address else 'ipv4'} {way} {address}")
                if answer.missing:
                    self._unflushed = "conntrack"
                    return

    # --- keeping it true

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            async with self._lock:
                try:
                    await self._look()
                except EnforcementError as error:
                    _LOGGER.debug("Looking after the router: %s", error)
                except Exception:
                    _LOGGER.exception("Looking after the router failed; the next look is in %s s", self._interval)

    async def _look(self) -> None:
        if self._plan is None:
            return
        connection, wall = self._connection, self._wall
        if connection is None or not connection.is_open or wall is None:
            if self._telling.status.health is not Health.UNAVAILABLE:
                self._telling.say(Status(Health.UNAVAILABLE, Trouble.AWAY, self._settings.ssh.host))
            if self._clock() >= self._next_try:
                self._retry = min(2 * self._retry, _LAST_RETRY)
                await self._guarded(self._plan, None)
            return
        before = self._facts
        try:
            await self._survey(connection)
            amiss = await self._amiss(connection, wall)
            if not self._telling.given_up and (amiss or before != self._facts):
                await self._mend(connection, self._plan, amiss)
            elif self._pending and self._clock() >= self._next_try:
                self._retry = min(2 * self._retry, _LAST_RETRY)
                await self._guarded(self._plan, None)
            elif self._telling.calmed:
                self._telling.say(self._judge())
        except EnforcementError as error:
            self._facts = before  # so that what differs is seen again
            health = Health.DRIFTED if connection.is_open else Health.UNAVAILABLE
            self._telling.say(Status(health, error.key, error.detail))
            raise

    async def _mend(self, connection: SshConnection, plan: Plan, amiss: tuple[str, ...]) -> None:
        host = self._settings.ssh.host
        if amiss and self._telling.gives_up(amiss, host):
            return
        await self._make_true(connection, plan, None)
        self._telling.say(self._judge())
        if amiss:
            self._telling.mended(amiss, host)

    def _judge(self) -> Status:
        missing = self._settings.guarded - self._facts.macs.keys()
        segments = self._wall.desired.plan.segments if self._wall is not None else ()
        return judged(segments, missing, self._able, self._unflushed)


def _fitting(shape: Shape, chains: Mapping[str, Collection[str]]) -> list[Family]:
    """Families whose tables have the right chains and sets already."""
    return [f for f in shape.families if written(f, shape).marker in chains.get(f.name.lower(), ())]


def _worded[**P, T](write: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    try:
        return write(*arguments, **options)
    except UnwritableError as error:
        raise EnforcementError(Trouble.RULE_UNKNOWN, str(error)) from error
