"""What one asset usually does, and what of an observation lies outside of it.

An asset is learnt for a week first (and until it was seen often enough), and followed slowly from then on; what is
suspicious is not learnt. While it is learnt, it is judged by what others of its model do, if they are known.
"""

from dataclasses import dataclass
from math import exp
from typing import Any, Final

from ..findings import Finding, FindingKind, Severity
from ..hallmarks.beacon import USUAL_PORTS
from ..hallmarks.hallmark import elapsed, place
from ..hallmarks.names import split
from ..observations import Observation, ObservationKind, Outcome
from .behaviour import Behaviour, Quantity
from .habits import Habits, Meeting, token
from .rhythm import CALLS, Rhythm
from .sessions import Sessions
from .volumes import Volumes

LEARNING: Final = 7 * 86_400.0
"""Seconds: everything in a home repeats itself by the week."""
_LEAST_SEEN: Final = 100
_LONGEST: Final = 28 * 86_400.0
"""Seconds after which even an asset that does next to nothing is known: that is what it does."""
_HOLD: Final = 6 * 3600.0
"""Seconds for which nothing is learnt after something suspicious."""
_UNLEARN: Final = 3600.0
"""Seconds before it of which the same is true."""
_INVENTIVE: Final = 2.0
"""New things told of late above which news are no news: it is a device with which people do new things."""
_LATE: Final = 14 * 86_400.0
_PLUMBING: Final = frozenset({53, 67, 68, 123, 547, 1900, 5353})
"""Ports at which the home itself is at work: names, addresses, clocks, announcements. Everything uses them one day."""
_VARIABLE: Final = 1024
"""From here on, ports of UDP are made up for a call or a game."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What others of the same model do, or of the same kind."""

    habits: frozenset[int] | None
    """None where they tell only how much, not what: makers differ in their clouds and ports."""
    peaks: tuple[float, ...]


class Envelope:
    """One asset: learnt, judged, saved and restored."""

    __slots__ = (
        "_habits",
        "_held",
        "_news",
        "_rhythm",
        "_seen",
        "_sessions",
        "_settled",
        "_since",
        "_told",
        "_volumes",
    )

    def __init__(self) -> None:
        """Know nothing yet."""
        self._since: float | None = None
        self._settled = False
        self._seen = 0
        self._held = 0.0
        self._news = 0.0
        self._told = 0.0
        self._habits = Habits()
        self._sessions = Sessions()
        self._rhythm = Rhythm()
        self._volumes = Volumes()

    def is_learning(self, time: float) -> bool:
        """Whether it is not known well enough yet to be judged by itself."""
        if self._settled:
            return False
        if self._since is None:
            return True
        age = time - self._since
        return age < LEARNING or (self._seen < _LEAST_SEEN and age < _LONGEST)

    @property
    def since(self) -> float | None:
        """When learning began, or later by what was not lived since."""
        return self._since

    def postpone(self, seconds: float) -> None:
        """Count so many seconds less (or more, if negative) as lived: the clock was set, or nobody looked."""
        if self._since is not None:
            self._since += seconds

    def behaviour(self, now: float) -> Behaviour:
        """Return the last week, hour by hour, beside what is usual."""
        return Behaviour(self.is_learning(now), self._since, self._volumes.hours(now))

    def settle(self) -> None:
        """End the learning: what was shown until now is what it does."""
        self._settled = True

    def as_prior(self) -> Prior:
        """Say what another of the same model may be expected to do."""
        return Prior(self._habits.tokens(), self._volumes.peaks)

    def suspect(self, time: float) -> None:
        """Learn nothing for hours, nor from the last one: what it does is suspicious."""
        if time >= self._held:
            self._volumes.discard()
            if self.is_learning(time):
                self._habits.forget_since(time - _UNLEARN)
        self._held = time + _HOLD

    def observe(self, seen: Observation, prior: Prior | None = None) -> list[Finding]:
        """Take an observation into account; return what of it is unusual."""
        time = seen.time
        if self._since is None or time < self._since - _LONGEST:
            self._since = time
        self._seen = min(self._seen + 1, _LEAST_SEEN)
        holding = time < self._held <= time + _HOLD
        learning = self.is_learning(time)
        self._volumes.advance(time, learning=learning, holding=holding, prior=prior.peaks if prior else None)
        if seen.kind is ObservationKind.FLOW:
            return self._flow(seen, prior, learning=learning, holding=holding)
        if seen.kind is ObservationKind.RADIO_FRAME:
            return self._frame(seen, prior, learning=learning, holding=holding)
        if seen.kind is ObservationKind.DNS and seen.found and (domain := split(seen.name)[1]):
            return self._stranger(seen, domain, learning=learning, holding=holding)[1]
        return []

    def _flow(self, seen: Observation, prior: Prior | None, *, learning: bool, holding: bool) -> list[Finding]:
        found = self._amount(seen, Quantity.SENT, seen.sent) if not seen.local else []
        if not seen.local:
            found += self._amount(seen, Quantity.RECEIVED, seen.received)
        if not seen.began:
            return found
        door = token("door", _door(seen))
        if not seen.local:
            unusual = self._sessions.end(door, seen.sent, learning=learning, holding=holding)
            if unusual is not None and not learning:
                found.append(_session(seen, unusual))
        if seen.inward:
            if seen.outcome is Outcome.ANSWERED:
                found += self._new(seen, door, prior, learning=learning, holding=holding)
            return found
        found += self._amount(seen, Quantity.CALLS, 1)
        found += self._new(seen, door, prior, learning=learning, holding=holding)
        if not seen.local:
            meeting, said = self._stranger(seen, _network(seen), learning=learning, holding=holding)
            found += said
            if meeting is not Meeting.USUAL and not learning:
                found += self._beats(seen)
        return found

    def _frame(self, seen: Observation, prior: Prior | None, *, learning: bool, holding: bool) -> list[Finding]:
        if seen.inward or seen.radio is None:
            return []
        found = self._amount(seen, Quantity.SENT, seen.sent) + self._amount(seen, Quantity.CALLS, 1)
        it = seen.radio
        what = f"{it.cluster:04x} {it.general:d} {it.command:02x} {it.manufacturer:04x}"
        return found + self._new(seen, token("command", what), prior, learning=learning, holding=holding)

    def _new(
        self, seen: Observation, what: int, prior: Prior | None, *, learning: bool, holding: bool
    ) -> list[Finding]:
        """Say of a door or a command that it is new."""
        meeting = self._habits.meet(what, seen.time, learning=learning, holding=holding)
        expected = prior.habits if prior is not None else None
        if meeting is not Meeting.NEW or (learning and (expected is None or what in expected)):
            return []
        if seen.local and seen.protocol == "udp" and seen.port in _PLUMBING:
            return []
        if not self._is_news(seen.time):
            return []
        return [_command(seen, guessed=learning) if seen.radio is not None else _service(seen, guessed=learning)]

    def _is_news(self, time: float) -> bool:
        self._news = self._news * exp(-max(time - self._told, 0.0) / _LATE) + 1.0
        self._told = time
        return self._news <= _INVENTIVE + 1.0

    def _stranger(self, seen: Observation, who: str, *, learning: bool, holding: bool) -> tuple[Meeting, list[Finding]]:
        meeting = self._habits.meet(token("peer", who), seen.time, learning=learning, holding=holding)
        if meeting is not Meeting.NEW:
            return meeting, []
        return meeting, self._amount(seen, Quantity.STRANGERS, 1)

    def _beats(self, seen: Observation) -> list[Finding]:
        gap = self._rhythm.call(seen.peer, seen.port, seen.time)
        if gap is None or not self._is_news(seen.time):
            return []
        usual = seen.port in USUAL_PORTS
        return [
            Finding(
                seen.asset,
                seen.time,
                FindingKind.NEW_RHYTHM,
                Severity.LOW if usual else Severity.MEDIUM,
                0.4 if usual else 0.6,
                "T1071",
                f"{_network(seen)} {place(seen)}",
                f"It called {_who(seen)} at {place(seen)} {CALLS} times, every {elapsed(gap)}, and never did before.",
            )
        ]

    def _amount(self, seen: Observation, what: Quantity, amount: int) -> list[Finding]:
        said = self._volumes.add(what, amount) if amount else None
        return [] if said is None else [_too_much(seen, what, *said)]

    def save(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "since": self._since,
            "settled": self._settled,
            "seen": self._seen,
            "held": self._held,
            "news": self._news,
            "told": self._told,
            "habits": self._habits.save(),
            "sessions": self._sessions.save(),
            "volumes": self._volumes.save(),
            "rhythm": self._rhythm.save(),
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Envelope:
        """Return what was saved. Raises ValueError, KeyError or TypeError if it is something else."""
        self = cls()
        self._since = None if data["since"] is None else float(data["since"])
        self._settled, self._seen = bool(data["settled"]), int(data["seen"])
        self._held, self._news, self._told = float(data["held"]), float(data["news"]), float(data["told"])
        self._habits = Habits.load(data["habits"])
        self._sessions = Sessions.load(data["sessions"])
        self._volumes = Volumes.load(data["volumes"])
        self._rhythm = Rhythm.load(data.get("rhythm", []))  # it was not saved at first
        return self


def _door(seen: Observation) -> str:
    port = "high" if seen.protocol == "udp" and seen.port >= _VARIABLE else seen.port
    return f"{seen.protocol} {port} {seen.inward:d} {seen.local:d}"


def _network(seen: Observation) -> str:
    """Name a peer by what lasts: its domain, or the network that its address is in."""
    if seen.name and (domain := split(seen.name)[1]):
        return domain
    head, dot, _ = seen.peer.rpartition(".")
    return head if dot else ":".join(seen.peer.split(":")[:3])


def _who(seen: Observation) -> str:
    return seen.name or seen.peer


def _service(seen: Observation, *, guessed: bool) -> Finding:
    where = "in the home" if seen.local else "on the internet"
    usual = seen.port in USUAL_PORTS or guessed
    reason = "which others of its model do not do" if guessed else "which it never did before"
    evidence = (
        f"It let {_who(seen)} {where} in at {place(seen)}, {reason}."
        if seen.inward
        else f"It called {_who(seen)} {where} at {place(seen)}, {reason}."
    )
    return Finding(
        seen.asset,
        seen.time,
        FindingKind.NEW_SERVICE,
        Severity.LOW if usual else Severity.MEDIUM,
        0.3 if usual else 0.5,
        "T1571",
        _door(seen),
        evidence,
    )


def _command(seen: Observation, *, guessed: bool) -> Finding:
    it = seen.radio
    own = it is not None and bool(it.manufacturer) and not guessed
    name = seen.name or (f"command 0x{it.command:02x} of cluster 0x{it.cluster:04x}" if it is not None else "")
    return Finding(
        seen.asset,
        seen.time,
        FindingKind.NEW_COMMAND,
        Severity.MEDIUM if own else Severity.LOW,
        0.5 if own else 0.3,
        "",
        name,
        f"It sent {name}{', a command of its maker alone,' if own else ''} which "
        f"{'others of its model do' if guessed else 'it did'} not do before.",
    )


def _session(seen: Observation, usual: float) -> Finding:
    return Finding(
        seen.asset,
        seen.time,
        FindingKind.UNUSUAL_SESSION,
        Severity.MEDIUM,
        0.5,
        "T1048",
        f"{_network(seen)} {place(seen)}",
        f"In one conversation it sent {seen.sent / 1e6:.0f} MB to {_who(seen)} at {place(seen)}; "
        f"until now at most {usual / 1e6:.1f} MB.",
    )


def _too_much(seen: Observation, what: Quantity, total: int, hour_only: bool) -> Finding:  # noqa: FBT001 - as it comes
    late = "at this hour of the week" if hour_only else "in weeks"
    kind, technique, evidence = {
        Quantity.SENT: (
            FindingKind.UNUSUAL_VOLUME,
            "T1048",
            f"It sent {total / 1e6:.1f} MB within five minutes, several times the most that it sent {late}.",
        ),
        Quantity.RECEIVED: (
            FindingKind.UNUSUAL_VOLUME,
            "",
            f"It received {total / 1e6:.1f} MB within five minutes, several times the most that it received {late}.",
        ),
        Quantity.CALLS: (
            FindingKind.UNUSUAL_ACTIVITY,
            "T1498",
            f"It was at work {total} times within five minutes, several times the most of {late[3:]}.",
        ),
        Quantity.STRANGERS: (
            FindingKind.STRANGERS,
            "T1595",
            f"It met {total} strangers within five minutes, several times the most of {late[3:]}.",
        ),
    }[what]
    low = hour_only or what is Quantity.RECEIVED
    return Finding(
        seen.asset,
        seen.time,
        kind,
        Severity.LOW if low else Severity.MEDIUM,
        0.3 if low else 0.6,
        technique,
        what.name.lower(),
        evidence,
    )
