"""One network on which devices are interposed: says and hears what engine/firewall/interposition.py tells."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
import errno
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.discovery import (
    Advertisement,
    Arp,
    Echo,
    Frame,
    Heard,
    RouterAdvertisement,
    Solicitation,
    decode,
)
from ...engine.firewall.interposition import (
    MAX_ADDRESSES,
    Ground,
    Target,
    answers,
    disturbs,
    probes,
    question,
    reminded,
    restoration,
    to_device,
    to_gateways,
    to_neighbours,
    used,
)
from ...engine.firewall.proof import TRIES, Finding, Proof, answered, passes_on, proved, ways
from ..packets import PacketPort

RATE: Final = 300.0
"""Frames a second on one network, on average."""
BURST: Final = 600.0
_RESERVE: Final = 200.0
"""Of the burst, what is kept for routers, answers and the truth."""
_VALID: Final = 6
"""Rounds that a proof holds."""
_SLOW: Final = 6
"""Rounds that are left out between two where nobody believes us."""
_SOON, _GAP, _AGAIN = 0.03, 0.2, 1.1
"""Seconds: after a disturbance, between two mendings, and until Linux believes another reply (LOCKTIME, arp(7))."""
_HEALS: Final = (0.3, 1.2)
"""Seconds after which the truth is told again."""
_AT_ONCE: Final = 16
"""Frames heard in one go."""
_PAUSE: Final = 0.02
_UNPASSED: Final = 4
"""Answers of a router for one target. Where none ever left again, something else on this host drops what passes on."""
_MAX_ROUTERS: Final = 8
_MAX_ASKED: Final = 64
_LOST: Final = frozenset({errno.EAGAIN, errno.ENOBUFS})
"""The queue is full, or the firewall of this host dropped the frame: it stays lost, the next may pass."""


@dataclass(slots=True)
class _Drawn:
    """A target and what is going on about it."""

    given: Target
    proof: Proof
    target: Target
    learned: dict[Address, None] = field(default_factory=dict)
    unpassed: int = 0
    """Answers of routers that came here to pass on."""
    due: float = 0.0
    mended: float = 0.0
    soon: asyncio.TimerHandle | None = None
    again: asyncio.TimerHandle | None = None
    correct: asyncio.TimerHandle | None = None
    reminded: set[Address] = field(default_factory=set)

    def renew(self) -> None:
        """Put together what it is known to have, and begin a round with that."""
        self.due = 0.0
        addresses = sorted({*self.given.addresses, *self.learned}, key=lambda a: (a.version, a.packed))
        self.target = replace(self.given, addresses=frozenset(addresses[:MAX_ADDRESSES]))

    def cancel(self) -> None:
        for handle in (self.soon, self.again, self.correct):
            if handle is not None:
                handle.cancel()
        self.soon = self.again = self.correct = None


class Wire:
    """Draws the targets of one network. All in the event loop: when that hangs, nothing is sent, and caches expire."""

    def __init__(
        self, ground: Ground, *, clock: Callable[[], float], interval: float, on_proof: Callable[[], None]
    ) -> None:
        """Open the socket; raises OSError. `interval` seconds are a round; `on_proof`: a finding may be another."""
        self._given = self._ground = ground
        self._clock = clock
        self._interval = interval
        self._on_proof = on_proof
        self._drawn: dict[str, _Drawn] = {}
        self._routers: dict[Address, str] = {}
        self._asked: dict[Address, str | None] = {}
        self._truths: deque[tuple[str, Iterator[Frame]]] = deque()
        self._claims: deque[tuple[str, Iterator[Frame]]] = deque()
        self._healing: dict[str, list[asyncio.TimerHandle]] = {}
        self._tokens, self._filled = BURST, clock()
        self._sequence = 0
        self._sent = 0
        self._passes = False
        """An answer was seen to leave. What one device does later proves nothing against that."""
        self.broken: OSError | None = None
        """Why nothing can be sent or heard any more."""
        self._port = PacketPort(ground.interface)
        self._resume: asyncio.TimerHandle | None = None
        self._listen()

    @property
    def routed(self) -> frozenset[int]:
        """Versions of IP that the routers known by now speak."""
        return frozenset(address.version for address in self._ground.gateways)

    @property
    def idle(self) -> bool:
        """Whether nothing is drawn, and nothing is being healed."""
        return not (self._drawn or self._healing or self._truths)

    @property
    def sent(self) -> int:
        """Frames sent."""
        return self._sent

    def update(self, ground: Ground | None, targets: Mapping[str, Target]) -> None:
        """Draw these, by MAC, and let go of all others; without a ground the last one known is healed."""
        for mac in self._drawn.keys() - targets.keys():
            self._release(mac)
        self._drain()
        if ground is not None and ground != self._given:
            self._given = ground
            self._regroup()
        watched = self._drawn.keys() != targets.keys()
        for mac, target in targets.items():
            if mac not in self._drawn:
                for handle in self._healing.pop(mac, ()):
                    handle.cancel()
                self._truths = _without(self._truths, mac)
                self._drawn[mac] = _Drawn(target, Proof(_VALID * self._interval), target)
            elif self._drawn[mac].given != target:
                watched = True
                self._drawn[mac].given = target
                self._drawn[mac].renew()
        if watched and self.broken is None:
            passing = {mac for mac, drawn in self._drawn.items() if drawn.target.passes}
            self._port.watch(self._drawn.keys() - passing, passing)

    def tick(self) -> None:
        """Begin the rounds that are due."""
        now = self._clock()
        for drawn in self._drawn.values():
            if now >= drawn.due:
                drawn.proof.forget(ways(self._ground, drawn.target))
                slow = drawn.proof.tries >= TRIES and self._finding(drawn) is not Finding.PROVED
                drawn.due = now + self._interval * (_SLOW if slow else 1)
                drawn.proof.tries += 1
                self._sequence = (self._sequence + 1) & 0xFFFF
                self._mend(drawn)
                self._send(probes(self._ground, drawn.target, self._sequence))
        self._drain()

    def findings(self) -> dict[Target, Finding]:
        """What can be said of each target now."""
        return {drawn.given: self._finding(drawn) for drawn in self._drawn.values()}

    async def close(self) -> None:
        """Tell the truth, twice, and close the socket."""
        for mac in list(self._drawn):
            self._release(mac)
        self._drain()
        if self._healing and self.broken is None:
            await asyncio.sleep(_HEALS[0] + _PAUSE)
            self._drain()
        self.drop()

    def drop(self) -> None:
        """Close the socket and do nothing more."""
        for drawn in self._drawn.values():
            drawn.cancel()
        for handles in self._healing.values():
            for handle in handles:
                handle.cancel()
        if self._resume is not None:
            self._resume.cancel()
        asyncio.get_running_loop().remove_reader(self._port.fileno())
        self._port.close()

    def _finding(self, drawn: _Drawn) -> Finding:
        if drawn.target.passes and drawn.unpassed >= _UNPASSED and not self._passes:
            return Finding.STUCK
        return drawn.proof.finding(self._clock(), ways(self._ground, drawn.target))

    # --- saying

    def _send(self, frames: Iterable[Frame]) -> None:
        """Send as far as the rate allows; what is left out comes again with the next round."""
        for frame in frames:
            if self._may():
                self._put(frame)

    def _may(self, reserve: float = 0.0) -> bool:
        now = self._clock()
        self._tokens, self._filled = min(BURST, self._tokens + RATE * (now - self._filled)), now
        return self.broken is None and self._tokens >= 1 + reserve

    def _put(self, frame: Frame) -> None:
        self._tokens -= 1
        self._sent += 1
        try:
            self._port.send(frame.encode())
        except OSError as error:
            if error.errno not in _LOST:
                self.broken = error

    def _drain(self) -> None:
        """Send what can wait, the truth first, a frame of each target in turn."""
        for queue, reserve in ((self._truths, 0.0), (self._claims, _RESERVE)):
            while queue and self._may(reserve):
                mac, frames = queue.popleft()
                if (frame := next(frames, None)) is not None:
                    self._put(frame)
                    queue.append((mac, frames))

    def _mend(self, drawn: _Drawn) -> None:
        """Make target and others believe it (again)."""
        drawn.mended = self._clock()
        self._send(to_gateways(self._ground, drawn.target))
        if all(mac != drawn.target.mac for mac, _ in self._claims):
            self._claims.append((drawn.target.mac, to_neighbours(self._ground, drawn.target)))
        self._drain()

    def _release(self, mac: str) -> None:
        """Let go of a target: tell the truth now and twice again."""
        drawn = self._drawn.pop(mac)
        drawn.cancel()
        self._claims = _without(self._claims, mac)
        loop, ground = asyncio.get_running_loop(), self._ground
        self._healing[mac] = [loop.call_later(delay, self._heal, ground, drawn.target) for delay in _HEALS]
        self._truths.append((mac, restoration(ground, drawn.target)))

    def _heal(self, ground: Ground, target: Target) -> None:
        if all(mac != target.mac for mac, _ in self._truths):
            self._truths.append((target.mac, restoration(ground, target)))
        self._drain()
        self._healing[target.mac].pop(0)
        if not self._healing[target.mac]:
            del self._healing[target.mac]

    # --- hearing

    def _listen(self) -> None:
        self._resume = None
        asyncio.get_running_loop().add_reader(self._port.fileno(), self._hear)

    def _hear(self) -> None:
        """Take what came; when it is very much, pause, and let the kernel throw away what does not fit."""
        loop = asyncio.get_running_loop()
        try:
            frames = self._port.receive(_AT_ONCE)
        except OSError as error:
            self.broken = error
            loop.remove_reader(self._port.fileno())
            return
        if len(frames) == _AT_ONCE:
            loop.remove_reader(self._port.fileno())
            self._resume = loop.call_later(_PAUSE, self._listen)
        for frame in frames:
            heard = decode(frame)
            if heard is None:
                continue
            if heard.source != self._ground.mac:
                self._take(heard)
                continue
            self._passes = self._passes or any(passes_on(drawn.target, heard) for drawn in self._drawn.values())

    def _take(self, heard: Heard) -> None:
        self._notice(heard)
        now, reminder = self._clock(), reminded(self._ground, heard)
        for drawn in list(self._drawn.values()):
            self._send(answers(self._ground, drawn.target, heard))
            here, there = proved(self._ground, drawn.target, heard), answered(self._ground, drawn.target, heard)
            if here or there:
                before = self._finding(drawn)
                drawn.proof.note(now, here, there)
                drawn.unpassed += bool(here) and self._must_pass(drawn.target, heard)
                if self._finding(drawn) is not before:
                    self._on_proof()
            self._learn(drawn, heard)
            if reminder is not None and heard.source != drawn.target.mac:
                drawn.reminded.add(reminder)
                if drawn.correct is None:
                    drawn.correct = asyncio.get_running_loop().call_later(_SOON, self._correct, drawn)
            if disturbs(self._ground, drawn.target, heard):
                self._ask_for(drawn, heard)
                self._mend_soon(drawn)

    def _must_pass(self, target: Target, heard: Heard) -> bool:
        """Whether a frame goes on from here, unless it is dropped: where the target is, the kernel knows by itself."""
        return (
            isinstance(heard, Echo)
            and passes_on(target, heard)
            and self._given.neighbours.get(heard.receiver) == target.mac
        )

    def _learn(self, drawn: _Drawn, heard: Heard) -> None:
        """Take an address for a target's own when it answers for it, and nobody else does."""
        address = used(self._ground, drawn.target, heard)
        if address is None or address in drawn.target.addresses:
            return
        if isinstance(heard, Arp | Advertisement) and heard.destination == self._ground.mac:
            taken = any(address in other.target.addresses for other in self._drawn.values())
            if not taken and len(drawn.target.addresses) < MAX_ADDRESSES:
                drawn.learned[address] = None
                drawn.renew()
                self._mend_soon(drawn)
        else:
            self._ask(address)

    def _notice(self, heard: Heard) -> None:
        """Learn who is a router, and who is at an address that we asked for."""
        if heard.source in self._drawn:
            return
        match heard:
            case RouterAdvertisement(sender=sender) if heard.lifetime and sender.is_link_local:
                if sender not in self._routers and len(self._routers) < _MAX_ROUTERS:
                    self._routers[sender] = heard.source
                    self._regroup()
            case Arp(sender=address) | Advertisement(target=address) if heard.destination == self._ground.mac:
                if address in self._asked and self._asked[address] is None:
                    self._asked[address] = heard.source
                    for drawn in self._drawn.values():
                        if address in drawn.learned:
                            del drawn.learned[address]
                            drawn.renew()
                    self._regroup()

    def _ask_for(self, drawn: _Drawn, heard: Heard) -> None:
        """Find out where somebody is whom a target looks for and nobody knows."""
        ground = self._ground
        if isinstance(heard, Arp | Solicitation) and heard.source == drawn.target.mac and ground.has(heard.target):
            known = {*ground.addresses, *ground.gateways, *ground.neighbours, *drawn.target.addresses}
            if heard.target not in known:
                self._ask(heard.target)

    def _ask(self, address: Address) -> None:
        """Ask once who is at an address; the oldest questions are forgotten."""
        if address not in self._asked:
            if len(self._asked) >= _MAX_ASKED:
                self._asked.pop(next(iter(self._asked)))
            self._asked[address] = None
            self._send(question(self._ground, address))

    def _regroup(self) -> None:
        found = {address: mac for address, mac in self._asked.items() if mac is not None}
        self._ground = self._given.extended(self._routers, found)
        for drawn in self._drawn.values():
            self._mend_soon(drawn)

    def _mend_soon(self, drawn: _Drawn) -> None:
        """Mend after a moment, for the truth is being told right now, and again when a reply counts again."""
        loop, now = asyncio.get_running_loop(), self._clock()
        if drawn.soon is None:
            drawn.soon = loop.call_later(max(_SOON, drawn.mended + _GAP - now), self._mend_now, drawn)
        if drawn.again is None:
            drawn.again = loop.call_later(_AGAIN, self._mend_again, drawn)

    def _correct(self, drawn: _Drawn) -> None:
        """Undo what others have reminded a target of."""
        drawn.correct = None
        self._send(to_device(self._ground, drawn.target, drawn.reminded))
        drawn.reminded.clear()

    def _mend_now(self, drawn: _Drawn) -> None:
        drawn.soon = None
        self._mend(drawn)

    def _mend_again(self, drawn: _Drawn) -> None:
        drawn.again = None
        self._mend(drawn)


def _without(queue: deque[tuple[str, Iterator[Frame]]], mac: str) -> deque[tuple[str, Iterator[Frame]]]:
    return deque((other, frames) for other, frames in queue if other != mac)
