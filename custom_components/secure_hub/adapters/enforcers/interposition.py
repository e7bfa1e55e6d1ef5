"""Interposition as an enforcer, opt-in: a quarantined device's traffic is drawn here, where it ends.

By a further choice a restricted device's is drawn as well, and passes on as far as the firewall of this host lets it.

For homes where this host is an ordinary one behind somebody else's router. docs/interposition.md says what it is, what
it cannot do, and when it is allowed.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
import errno
from time import monotonic
from typing import Final

from ...engine.containment import Reach
from ...engine.enforcement import Health, Status
from ...engine.firewall.coverage import Coverage, CoverageLevel
from ...engine.firewall.interposition import (
    DRAWN,
    MAX_TARGETS,
    Ground,
    Target,
    grounds,
    reachable,
    spoken,
    targets,
)
from ...engine.firewall.plan import PacketClass, Plan
from ...engine.firewall.proof import Finding
from ...engine.firewall.regions import Rules
from ...engine.policy.scopes import NETWORK_SCOPES, Scope
from ...engine.topology import Topology
from .wire import Wire

INTERVAL: Final = 5.0
"""Seconds between two rounds of announcements."""
_TICKS: Final = 5
"""Looks per round."""
PATIENCE: Final = 2.0
"""Seconds that `apply` waits for a new target's proof."""
_AGAIN: Final = 60
"""Rounds after which it is tried again whether what is drawn passes on from here."""

_COVERAGE: Final = Coverage(CoverageLevel.ROUTED, "interposed")
"""Discovery by multicast goes on between neighbours."""
_KEYS: Final = {
    errno.EPERM: "interposition_no_permission",
    errno.EACCES: "interposition_no_permission",
    errno.EAFNOSUPPORT: "interposition_no_packet_sockets",
    errno.ENODEV: "interface_missing",
    errno.ENXIO: "interface_missing",
    errno.ENETDOWN: "interface_missing",
}
_HOPEFUL: Final = frozenset({Finding.PROVED, Finding.WAITING})
_REASONS: Final = (
    (Finding.ROUTER_REFUSES, "interposition_router_refuses"),
    (Finding.DEVICE_REFUSES, "interposition_device_refuses"),
    (Finding.SILENT, "interposition_silent"),
    (Finding.WAITING, "interposition_waiting"),
)


class Interposition:
    """Draws quarantined devices to this host and says of which of them it is proved.

    Never raises for want of reach: an asset that it cannot hold is absent from `held`, and `status` says why. A
    quarantined asset is drawn only where what comes here ends here: the firewall reads it back as cut off, or this host
    forwards nothing. A restricted one only where it goes on as its rules say: the firewall reads it back as governed,
    and this host forwards.
    """

    name = "interposition"
    scopes: frozenset[Scope] = frozenset()
    outlives = False

    def __init__(  # noqa: PLR0913 - whom to ask and tell, by name
        self,
        network: Callable[[], Topology],
        walled: Callable[[], Mapping[str, PacketClass]],
        *,
        governed: Callable[[str], Rules | None] | None = None,
        on_status: Callable[[], None] | None = None,
        clock: Callable[[], float] = monotonic,
        interval: float = INTERVAL,
    ) -> None:
        """Ask `network` for the latest snapshot and `walled` for what this host's firewall holds.

        `governed` says by which rules the firewall judges an asset; without it nobody restricted is drawn.
        Nothing is opened before a plan wants somebody cut off. `on_status` is called in the event loop when `status`
        or `held` may have become another; `clock` gives seconds that only grow; `interval` is a round in seconds.
        """
        self._network = network
        self._walled = walled
        self._governed = governed
        self._on_status = on_status
        self._clock = clock
        self._interval = interval
        self._plan: Plan | None = None
        self._wires: dict[str, Wire] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._seen: tuple[Plan, Topology] | None = None
        self._grounds: dict[str, Ground] = {}
        self._wanted: dict[str, dict[str, Target]] = {}
        self._open: frozenset[str] = frozenset()
        self._free: frozenset[str] = frozenset()
        self._unpoliced: frozenset[str] = frozenset()
        self._unforwarded: frozenset[str] = frozenset()
        self._stuck: dict[str, float] = {}
        self._routed: dict[str, frozenset[int]] = {}
        """Versions of IP of routers that were ever heard on a network: a wire that draws nobody hears none."""
        self._error: OSError | None = None
        self._moved = asyncio.Event()
        self._told: tuple[Status, Mapping[str, PacketClass]] | None = None

    @property
    def status(self) -> Status:
        """How well it works now."""
        if self._plan is None:
            return Status(Health.UNAVAILABLE, "interposition_not_started")
        if self._error is not None:
            key = _KEYS.get(self._error.errno or 0, "interposition_refused")
            return Status(Health.UNAVAILABLE, key, str(self._error))
        if self._plan.enforce and self._plan.segments and not self._grounds:
            return Status(Health.UNAVAILABLE, "interposition_no_router")
        for reason, names in self._shortcomings():
            if names:
                return Status(Health.DEGRADED, reason, ", ".join(sorted(names)))
        return Status(Health.IN_SYNC)

    def held(self) -> Mapping[str, PacketClass]:
        """Who is drawn, as proved by frames of the last rounds; open, whoever could be and is not wanted to be."""
        found = dict.fromkeys(self._free, PacketClass.OPEN)
        findings: dict[str, set[Finding]] = {}
        passing = set()
        for target, finding in self._findings().items():
            findings.setdefault(target.asset_id, set()).add(finding)
            if target.passes:
                passing.add(target.asset_id)
        for asset_id, all_of in findings.items():
            if asset_id in passing and all_of <= _HOPEFUL:
                found[asset_id] = PacketClass.OPEN
            elif asset_id not in passing and all_of == {Finding.PROVED}:
                found[asset_id] = PacketClass.QUARANTINED
        return found

    def reach(self, asset_id: str) -> Reach | None:
        """What drawing an asset cuts, and whether that is proved; None for one that cannot be drawn, or refuses it.

        The scopes of one that is restricted count only while that is proved.
        """
        if asset_id in self._free:
            return Reach(_COVERAGE, NETWORK_SCOPES, held=PacketClass.OPEN)
        mine = {target: found for target, found in self._findings().items() if target.asset_id == asset_id}
        if not mine or not _HOPEFUL.issuperset(mine.values()):
            return None
        is_proved = Finding.WAITING not in mine.values()
        if any(target.passes for target in mine):
            return Reach(_COVERAGE, NETWORK_SCOPES, DRAWN if is_proved else frozenset(), PacketClass.OPEN)
        return Reach(_COVERAGE, NETWORK_SCOPES, held=PacketClass.QUARANTINED if is_proved else PacketClass.OPEN)

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002 - targets are few
        """Draw whom `plan` wants cut off and let go of everybody else; waits a moment for the proof."""
        before = {target.asset_id for target in self._findings()}
        self._plan = plan
        self._look()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval / _TICKS, self._tick)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self._waiting() - before:
                    self._moved.clear()
                    await self._moved.wait()
        self._tell()

    async def close(self) -> None:
        """Let go of everybody and tell the home the truth: there is no containment without us."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._plan = self._seen = self._error = None
        self._open = self._free = self._unpoliced = self._unforwarded = frozenset()
        self._stuck.clear()
        wires, self._wires = list(self._wires.values()), {}
        self._wanted, self._grounds = {}, {}
        await asyncio.gather(*(wire.close() for wire in wires))

    async def remove(self) -> None:
        """See `close`: nothing of ours stays anywhere."""
        await self.close()

    def _shortcomings(self) -> Iterator[tuple[str, Collection[str]]]:
        """Reason and names of what is not enforced, the gravest first."""
        yield "interposition_no_wall", self._unpoliced
        yield "interposition_no_forwarding", self._unforwarded
        yield "interposition_stuck", self._stuck
        findings = self._findings()
        for wanted, reason in _REASONS:
            yield reason, {target.asset_id for target, finding in findings.items() if finding is wanted}
        yield "interposition_full", [name for name, found in self._wanted.items() if len(found) >= MAX_TARGETS]

    def _waiting(self) -> set[str]:
        return {target.asset_id for target, finding in self._findings().items() if finding is Finding.WAITING}

    def _findings(self) -> dict[Target, Finding]:
        return {target: finding for wire in self._wires.values() for target, finding in wire.findings().items()}

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval / _TICKS, self._tick)
        self._look()
        self._tell()

    def _tell(self) -> None:
        self._moved.set()
        now = (self.status, self.held())
        if now != self._told:
            self._told = now
            if self._on_status is not None:
                self._on_status()

    def _look(self) -> None:
        """See who is to be drawn now, and go on with it."""
        plan, topology = self._plan, self._network()
        if plan is None:
            return
        if self._seen is None or self._seen[0] is not plan or self._seen[1] is not topology:
            self._survey(plan, topology)
        self._judge(topology)
        spared = self._unpoliced | self._unforwarded | self._stuck.keys()
        self._error, forwards = None, _forwards(topology)
        for interface in self._wires.keys() | self._wanted.keys():
            wanted = {m: t for m, t in self._wanted.get(interface, {}).items() if t.asset_id not in spared}
            self._serve(interface, {mac: t.by(forwards) if t.passes else t for mac, t in wanted.items()})

    def _judge(self, topology: Topology) -> None:
        """Say who is wanted and cannot be drawn now, for what comes here would meet what it should not."""
        police, now = self._walled(), self._clock()
        forwards = _forwards(topology)
        unpoliced, unforwarded, passing = set[str](), set[str](), set[str]()
        for interface, wanted in self._wanted.items():
            if (wire := self._wires.get(interface)) is not None:
                self._routed[interface] = self._routed.get(interface, frozenset()) | wire.routed
            routed = self._routed.get(interface, frozenset())
            for target in wanted.values():
                asset_id = target.asset_id
                if not target.passes:
                    if forwards and police.get(asset_id) is not PacketClass.QUARANTINED:
                        unpoliced.add(asset_id)
                    continue
                passing.add(asset_id)
                if self._governed is None or self._governed(asset_id) is None:
                    unpoliced.add(asset_id)
                elif not forwards or not spoken(self._grounds[interface], target) | routed <= forwards:
                    unforwarded.add(asset_id)
        for target, finding in self._findings().items():
            if finding is Finding.STUCK:
                self._stuck[target.asset_id] = now + _AGAIN * self._interval
        self._stuck = {key: until for key, until in self._stuck.items() if key in passing and now < until}
        self._unpoliced, self._unforwarded = frozenset(unpoliced), frozenset(unforwarded)
        self._free = self._open - (passing - unpoliced - unforwarded - self._stuck.keys())

    def _survey(self, plan: Plan, topology: Topology) -> None:
        self._seen = plan, topology
        self._grounds = grounds(plan, topology)
        restricted = self._governed is not None
        self._wanted = {
            name: targets(plan, topology, ground, restricted=restricted) for name, ground in self._grounds.items()
        }
        near = {asset_id for ground in self._grounds.values() for asset_id in reachable(plan, ground)}
        self._open = frozenset(i for i in near if not plan.enforce or plan.members[i].packet_class is PacketClass.OPEN)

    def _serve(self, interface: str, wanted: Mapping[str, Target]) -> None:
        wire, ground = self._wires.get(interface), self._grounds.get(interface)
        if wire is not None and (wire.broken is not None or (wire.idle and not wanted)):
            self._error = self._error or wire.broken
            wire.drop()
            del self._wires[interface]
            wire = None
        if ground is None:
            wanted = {}
        if wire is None and wanted and ground is not None:
            try:
                wire = Wire(ground, clock=self._clock, interval=self._interval, on_proof=self._tell)
            except OSError as error:
                self._error = error
                return
            self._wires[interface] = wire
        if wire is not None:
            wire.update(ground, wanted)
            wire.tick()


def _forwards(topology: Topology) -> frozenset[int]:
    """Versions of IP that this host passes on."""
    both = ((4, topology.forwards_ipv4), (6, topology.forwards_ipv6))
    return frozenset(version for version, is_on in both if is_on)
