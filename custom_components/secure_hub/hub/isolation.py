"""Isolation: takes who is cut off, or may not talk with peers, out of its groups and bindings, and puts it back.

An enforcer that holds nobody: it makes the scope `peers` of Zigbee devices true. A link is remembered on the disk
before it is taken, and forgotten after it was given back, so that whatever ends half-way is finished later. Devices
that sleep or have no power are asked again when they are heard, and every now and then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
import logging
import time
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..adapters.storage import StoreWriteError
from ..adapters.zha.gate import ZigbeeGate
from ..adapters.zha.links import AT_ONCE, DEVICE_REFUSED, LinkError, ZigbeeLinks
from ..adapters.zha.scenes import ZigbeeScenes
from ..adapters.zha.tap import ZigbeeFrame
from ..engine.enforcement import Health, Status
from ..engine.firewall.plan import Member, PacketClass, Plan
from ..engine.policy.scopes import Decision, Scope
from ..engine.radio.links import Link, to_give, to_take
from ..engine.radio.memory import MAX_LINKS

RETRY_S: Final = 60.0
"""Seconds after which a device that did not answer is asked again."""
HEARD_S: Final = 5.0
"""Seconds that must be between two questions to a device that is heard but does not answer."""
RESCAN_S: Final = 3600.0
"""Seconds after which tables are read again while somebody is alone: a button may have made a new link."""
TOO_MANY_LINKS: Final = "too_many_links"
LINKS_PENDING: Final = "zigbee_links_pending"
STUBBORN: Final = 3
"""Tries after which a device that does not answer is told of."""

_LOGGER = logging.getLogger(__name__)

type Keep = Callable[[frozenset[Link]], Awaitable[None]]
"""Remembers which links are taken, and returns once that is on the disk. Raises StoreWriteError."""


class Isolation:
    """Keeps Zigbee devices apart from each other as the plan says."""

    name = "zigbee_links"
    scopes = frozenset({Scope.PEERS})

    def __init__(self, hass: HomeAssistant, gate: ZigbeeGate, *, on_status: Callable[[], None]) -> None:
        """Touch nothing yet; `on_status` is called in the event loop when `status` may read otherwise."""
        self._hass = hass
        self._gate = gate
        self._on_status = on_status
        self.links = ZigbeeLinks(gate)
        self.scenes = ZigbeeScenes(self.links)
        self.isolated: frozenset[str] = frozenset()
        """IEEE addresses of those that are to be alone."""
        self.taken: frozenset[Link] = frozenset()
        self._keep: Keep | None = None
        self._read: dict[str, float] = {}
        """Device -> when its tables were as they are to be, on the monotonic clock."""
        self._failed: dict[str, tuple[int, float]] = {}
        """Device -> how often it could not be asked, and when last."""
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._ends: list[Callable[[], None]] = []

    @callback
    def start(self, taken: frozenset[Link], keep: Keep) -> None:
        """Take up work, `taken` being what was taken before."""
        self.taken, self._keep = taken, keep
        self._ends = [
            self._gate.gateway.follow(lambda _application: self._wake.set(), self._forget),
            self._gate.tap.subscribe(self._heard),
        ]
        self._wake.set()
        self._task = self._hass.async_create_background_task(self._work(), "secure_hub isolation")

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002  # a few dicts
        """Say who is to be alone; the devices are asked afterwards, for that takes as long as they sleep."""
        isolated = frozenset(
            ieee for one in plan.members.values() if plan.enforce and _is_alone(one) for ieee in one.ieees
        )
        if isolated != self.isolated:
            if isolated - self.isolated:
                self._read.clear()
            self.isolated = isolated
            self._failed.clear()
            self._wake.set()

    @property
    def status(self) -> Status:
        """Unavailable without a radio, degraded while a device does not let itself be asked."""
        gate = self._gate.status
        if gate.health is Health.UNAVAILABLE:
            return gate
        if stubborn := sum(tries >= STUBBORN for tries, _ in self._failed.values()):
            return Status(Health.DEGRADED, LINKS_PENDING, str(stubborn))
        return Status(Health.IN_SYNC)

    def pending(self, ieees: Collection[str]) -> bool:
        """Whether some of these devices are not yet tied, or not tied any more, as they are to be."""
        return any(
            ieee in self._failed
            or (ieee in self.isolated and ieee not in self._read)
            or any(link.holder == ieee for link in self._due())
            for ieee in ieees
        )

    def held(self) -> Mapping[str, PacketClass]:
        """Nobody: links are no packets."""
        return {}

    async def close(self) -> None:
        """Stop; what was taken stays taken until the next start."""
        for end in self._ends:
            end()
        self._ends = []
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def remove(self) -> None:
        """As `close`."""
        await self.close()

    def _due(self) -> tuple[Link, ...]:
        return to_give(self.taken, self.isolated, self.links.coordinator)

    @callback
    def _forget(self) -> None:
        self._read.clear()
        self._failed.clear()

    @callback
    def _heard(self, frame: ZigbeeFrame) -> None:
        """A device that was silent spoke: it is awake for a moment."""
        if frame.inbound and frame.ieee in self._failed:
            tries, last = self._failed[frame.ieee]
            if time.monotonic() - last >= HEARD_S:
                self._failed[frame.ieee] = (tries, 0.0)
                self._wake.set()

    async def _work(self) -> None:
        while True:
            patience = RETRY_S if self._failed else RESCAN_S if self.isolated else None
            try:
                async with asyncio.timeout(patience):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            if self._gate.gateway.application is not None:
                await self._round()
                self._on_status()

    async def _round(self) -> None:
        """Ask every device that is due, awake ones first, a few at a time."""
        now, devices = time.monotonic(), self.links.devices()
        due = {link.holder for link in self._due()}
        if self.isolated:
            due |= {ieee for ieee, one in devices.items() if ieee in self.isolated or one.commands}
        turn = [
            ieee
            for ieee in sorted(due & devices.keys(), key=lambda one: (devices[one].sleepy, one))
            if self._is_due(ieee, now)
        ]
        places = asyncio.Semaphore(AT_ONCE)

        async def settle(ieee: str) -> None:
            async with places:
                await self._settle(ieee)

        await asyncio.gather(*(settle(ieee) for ieee in turn))

    def _is_due(self, ieee: str, now: float) -> bool:
        if ieee in self._failed:
            tries, last = self._failed[ieee]
            return not last or now - last >= min(RETRY_S * tries, RESCAN_S)
        if any(link.holder == ieee for link in self._due()):
            return True
        return ieee not in self._read or now - self._read[ieee] >= RESCAN_S

    async def _settle(self, ieee: str) -> None:
        """Give a device back what it may have, and take what it may not."""
        try:
            for link in self._due():
                if link.holder == ieee:
                    await self.links.give(link)
                    for scene in link.scenes:
                        await self.scenes.add(ieee, link.endpoint, scene)
                    await self._remember(given=link)
            if self.isolated:
                await self._take(ieee)
        except (LinkError, StoreWriteError) as error:
            tries, _ = self._failed.get(ieee, (0, 0.0))
            self._failed[ieee] = (tries + 1, time.monotonic())
            _LOGGER.debug("The links of %s wait: %s", ieee, error)
        except Exception:
            self._failed[ieee] = (STUBBORN, time.monotonic())
            _LOGGER.exception("The links of a device could not be settled")
        else:
            self._failed.pop(ieee, None)
            self._read[ieee] = time.monotonic()

    async def _take(self, ieee: str) -> None:
        for _ in range(2):
            read = self.links.read if ieee in self.isolated else self.links.read_bindings
            unwanted = to_take(await read(ieee), self.isolated, self.links.coordinator)
            if not unwanted:
                return
            for link in unwanted:
                await self._remember(taken=await self._with_scenes(link))
                await self.links.take(link)
        if to_take(await read(ieee), self.isolated, self.links.coordinator):
            raise LinkError(DEVICE_REFUSED, "it keeps its links")

    async def _with_scenes(self, link: Link) -> Link:
        """A membership with the scenes that the device forgets with its group (ZCL 3.6.2.3.5). Raises LinkError.

        A device that tells nonsense of its scenes does not stay in its groups by that.
        """
        if link.group is None or not link.is_membership or link in self.taken:
            return link
        try:
            scenes = await self.scenes.of_group(link.holder, link.endpoint, link.group)
        except LinkError as error:
            if error.key != DEVICE_REFUSED:
                raise
            _LOGGER.debug("The scenes of %s cannot be read, and will not come back: %s", link.holder, error)
            return link
        return replace(link, scenes=tuple(scene.payload() for scene in scenes))

    async def _remember(self, *, taken: Link | None = None, given: Link | None = None) -> None:
        """Remember a change before it is made, or after it was unmade. Raises StoreWriteError and LinkError."""
        if self._keep is None:
            return
        async with self._writing:
            links = (self.taken | {taken} if taken else self.taken) - ({given} if given else set())
            if len(links) > MAX_LINKS:
                raise LinkError(TOO_MANY_LINKS, str(MAX_LINKS))
            if links != self.taken:
                await self._keep(links)
                self.taken = links


def _is_alone(member: Member) -> bool:
    """Whether a member is cut off, or may not talk with its peers."""
    if member.packet_class is not PacketClass.OPEN:
        return True
    found = member.table.scope(Scope.PEERS) if member.table else None
    return found is not None and found.default is not Decision.ALLOW
