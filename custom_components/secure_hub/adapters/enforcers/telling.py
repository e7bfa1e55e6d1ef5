"""What an enforcer of packets says: how well it works, and who else changed what it enforces."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ...engine.enforcement import Health, Status
from ...engine.firewall.plan import Segment
from ..netfilter.probe import Capabilities

_MENDS: Final = 3
_FOUGHT: Final = "rules_fought"
_WINDOW: Final = 60.0
"""Seconds."""


_COMPETING: Final = 100
"""Foreign chains that are told of while we run."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Somebody else changed what we enforce. `what` in words of nftables; pid is a thread's id, 0 if unknown."""

    kind: str
    """Translation key: `rules_changed`, `rules_given_up`, `interface_missing`, `interface_back`, `competing`."""
    what: tuple[str, ...]
    pid: int = 0
    process: str = ""
    healed: bool = True

    def as_dict(self) -> dict[str, object]:
        """For the journal."""
        return {"what": list(self.what), "pid": self.pid, "process": self.process, "healed": self.healed}


class Telling:
    """Tells each change of status once, and the third mending in a minute; then it gives up, for somebody means it."""

    def __init__(
        self,
        status: Status,
        on_drift: Callable[[Drift], None] | None,
        on_status: Callable[[], None] | None,
        clock: Callable[[], float],
    ) -> None:
        """`clock` gives seconds that only grow."""
        self.status = status
        self.given_up = False
        """Nothing is mended until the next decision."""
        self._on_drift = on_drift
        self._on_status = on_status
        self._clock = clock
        self._mended: list[float] = []
        self._competing: set[str] = set()

    def say(self, status: Status) -> None:
        """How well it works now."""
        if status != self.status:
            self.status = status
            self.stirred()

    def stirred(self) -> None:
        """Something that people see is different."""
        if self._on_status is not None:
            self._on_status()

    def tell(self, drift: Drift) -> None:
        """Somebody, or something, changed what is enforced."""
        if self._on_drift is not None:
            self._on_drift(drift)

    def compete(self, what: Collection[str], process: str, pid: int) -> None:
        """Somebody made something that may come before us; told once, for nothing is done about it."""
        for words in what:
            if words not in self._competing and len(self._competing) < _COMPETING:
                self._competing.add(words)
                self.tell(Drift("competing", (words,), pid, process, healed=False))

    def gives_up(self, what: tuple[str, ...], process: str, pid: int = 0) -> bool:
        """Whether this change of others' is one too many to mend; if it is, say so."""
        now = self._clock()
        self._mended = [at for at in self._mended if now - at < _WINDOW]
        if len(self._mended) < _MENDS:
            return False
        self.given_up = True
        self.say(Status(Health.DRIFTED, "rules_given_up", process))
        self.tell(Drift("rules_given_up", what, pid, process, healed=False))
        return True

    def mended(self, what: tuple[str, ...], process: str, pid: int = 0) -> None:
        """Others' change was undone; the last one that is undone in a minute is something for a person to know of."""
        self._mended.append(self._clock())
        self.tell(Drift("rules_changed", what, pid, process))
        if len(self._mended) >= _MENDS:
            self.say(Status(Health.DRIFTED, _FOUGHT, process))

    @property
    def calmed(self) -> bool:
        """Whether a fight that was told of is over: for a minute nothing had to be mended."""
        return self.status.reason == _FOUGHT and self._clock() - self._mended[-1] >= _WINDOW


def judged(segments: Iterable[Segment], missing: Collection[str], able: Capabilities, unflushed: str | None) -> Status:
    """How well rules that stand do their work; `unflushed` is why connections could not be forgotten."""
    if missing:
        return Status(Health.DEGRADED, "interface_missing", ", ".join(sorted(missing)))
    for segment in segments:
        if segment.is_bridge and not able.bridge:
            return Status(Health.DEGRADED, "firewall_no_bridge", segment.interface)
        if not segment.is_bridge and not able.netdev:
            return Status(Health.DEGRADED, "firewall_no_netdev", segment.interface)
    if unflushed is not None:
        return Status(Health.DEGRADED, "connections_not_cut", unflushed)
    return Status(Health.IN_SYNC)
