"""Findings about one asset gathered into an incident, as long as they go on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any, Final

from .context import Context, weigh
from .feedback import Feedback
from .findings import UNUSUAL, Finding, FindingKind, Severity

QUIET: Final = 86_400.0
"""Seconds without a finding after which an incident is over."""
_TIMELINE: Final = 32
"""Findings of which an incident tells; of more, the first and the last ones, and the worst of each kind."""
_FIRST: Final = 8
_MAX_INCIDENTS: Final = 512
_RANKS: Final = {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2}
_WEIGHTS: Final = {Severity.LOW: 0.3, Severity.MEDIUM: 0.6, Severity.HIGH: 1.0}
_AGREEING: Final = 3
"""Kinds of medium severity that make an incident grave together."""


@dataclass(frozen=True, slots=True)
class Event:
    """One finding in its context."""

    finding: Finding
    """As it counts in that context."""
    context: str = ""
    """What changed how much it counts: `commanded`, `updating`, `away`, or nothing."""

    @property
    def weight(self) -> tuple[int, float]:
        """What makes it worse than others: its severity, then how sure it is."""
        return _RANKS[self.finding.severity], self.finding.confidence


@dataclass(frozen=True, slots=True)
class Incident:
    """What is wrong with one asset."""

    id: str
    asset: str
    opened: float
    events: tuple[Event, ...]
    count: int = 1
    """Findings, of which `events` are some."""
    closed: float | None = None
    reason: str = ""
    """Why it was closed: `quiet`, `normal`, `resolved`."""
    set_by: float = 0.0
    """Seconds by which the clock was set since the last finding."""

    @property
    def updated(self) -> float:
        """When the last finding was made."""
        return self.events[-1].finding.time

    @property
    def quiet_since(self) -> float:
        """Since when nothing was found, by the clock as it is now."""
        return self.updated + self.set_by

    @property
    def worst(self) -> Finding:
        """The gravest finding, and of those the surest, and of those the first."""
        return max(self.events, key=lambda it: it.weight).finding

    @property
    def severity(self) -> Severity:
        """How bad it would be: as the gravest finding, or graver if several agree."""
        worst = self.worst.severity
        medium = {it.finding.kind for it in self.events if it.finding.severity is Severity.MEDIUM}
        return Severity.HIGH if len(medium) >= _AGREEING else worst

    @property
    def confidence(self) -> float:
        """How sure it is that something is wrong: kinds of findings as grave as the worst, or one less, agree."""
        rank = _RANKS[self.worst.severity] - 1
        surest: dict[FindingKind, float] = {}
        for it in self.events:
            if _RANKS[it.finding.severity] >= rank:
                surest[it.finding.kind] = max(it.finding.confidence, surest.get(it.finding.kind, 0.0))
        return 1.0 - prod(1.0 - it for it in surest.values())

    @property
    def score(self) -> int:
        """From 0 to 100."""
        return round(100 * self.confidence * _WEIGHTS[self.severity])

    @property
    def by_hallmark(self) -> bool:
        """Whether something that needs no learning is as grave as the incident itself."""
        return any(it.finding.kind not in UNUSUAL and it.finding.severity is self.severity for it in self.events)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a finding did."""

    incident: Incident
    opened: bool
    escalated: bool
    """It is graver than before."""


class Incidents:
    """All incidents that are open, and the last ones that are not."""

    def __init__(self) -> None:
        """Start with none."""
        self.feedback = Feedback()
        self._incidents: dict[str, Incident] = {}
        self._open: dict[str, str] = {}

    def __iter__(self) -> Iterator[Incident]:
        """Go through all of them, oldest first."""
        return iter(tuple(self._incidents.values()))

    def get(self, incident_id: str) -> Incident | None:
        """Return an incident."""
        return self._incidents.get(incident_id)

    def of(self, asset: str) -> Incident | None:
        """Return the open incident of an asset."""
        incident_id = self._open.get(asset)
        return None if incident_id is None else self._incidents[incident_id]

    @property
    def open(self) -> list[Incident]:
        """Those that are open, oldest first."""
        return [self._incidents[it] for it in self._open.values()]

    def add(self, finding: Finding, context: Context, new_id: Callable[[], str]) -> Judgement | None:
        """Take a finding; None if somebody said that it is normal."""
        if self.feedback.is_normal(finding):
            return None
        event = Event(*weigh(finding, context))
        before = self.of(finding.asset)
        if before is None:
            incident = Incident(new_id(), finding.asset, finding.time, (event,))
            self._keep(incident)
            return Judgement(incident, opened=True, escalated=True)
        incident = replace(before, events=_shortened((*before.events, event)), count=before.count + 1, set_by=0.0)
        self._keep(incident)
        escalated = _RANKS[incident.severity] > _RANKS[before.severity]
        return Judgement(incident, opened=False, escalated=escalated)

    def _keep(self, incident: Incident) -> None:
        if incident.id not in self._incidents and len(self._incidents) >= _MAX_INCIDENTS:
            shut = next((it for it in self._incidents if self._incidents[it].closed is not None), None)
            oldest = shut or next(iter(self._incidents))
            self._open.pop(self._incidents.pop(oldest).asset, None)
        self._incidents[incident.id] = incident
        if incident.closed is None:
            self._open[incident.asset] = incident.id
        elif self._open.get(incident.asset) == incident.id:
            del self._open[incident.asset]

    def close(self, incident_id: str, reason: str, now: float) -> Incident | None:
        """Close an incident; return it, or None if there is none that is open."""
        incident = self._incidents.get(incident_id)
        if incident is None or incident.closed is not None:
            return None
        closed = replace(incident, closed=now, reason=reason)
        self._keep(closed)
        return closed

    def sweep(self, now: float, *, keep: frozenset[str] = frozenset()) -> list[Incident]:
        """Close what has been quiet for long, but for the assets in `keep`; return that."""
        self.feedback.sweep(now)
        over = [it.id for it in self.open if it.asset not in keep and now - it.quiet_since > QUIET]
        return [it for incident_id in over if (it := self.close(incident_id, "quiet", now)) is not None]

    def clock_set(self, now: float, by: float = 0.0) -> None:
        """The clock was set to `now`, `by` seconds further than it would be: what is open is quiet as long as it was.

        What was found keeps the time that it was found at.
        """
        self.feedback.clock_set(by)
        for it in self.open:
            self._incidents[it.id] = replace(it, set_by=min(it.quiet_since + by, now) - it.updated)

    def move(self, kept: str, absorbed: str) -> None:
        """Two assets turned out to be one."""
        incident = self.of(absorbed)
        if incident is None:
            return
        del self._open[absorbed]
        if self.of(kept) is None:
            self._keep(replace(incident, asset=kept))
        else:
            self._incidents[incident.id] = replace(incident, asset=kept, closed=incident.updated, reason="merged")

    def save(self) -> dict[str, Any]:
        """Return all of it as JSON knows it."""
        return {"incidents": [asdict(it) for it in self._incidents.values()], "normal": self.feedback.save()}

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over what was saved. Raises ValueError if it is something else, and is unchanged then."""
        found = Incidents()
        try:
            for it in data["incidents"][-_MAX_INCIDENTS:]:
                found._keep(_incident(it))
            found.feedback.load(data["normal"])
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(str(error)) from error
        self._incidents, self._open, self.feedback = found._incidents, found._open, found.feedback


def _shortened(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Leave out one that is too many, but none that makes the incident as grave as it is, nor the last."""
    if len(events) <= _TIMELINE:
        return events
    worst: dict[FindingKind, Event] = {}
    for it in events:
        known = worst.setdefault(it.finding.kind, it)
        if it.weight > known.weight:
            worst[it.finding.kind] = it
    spare = [at for at, it in enumerate(events[:-1]) if worst[it.finding.kind] is not it]
    gone = next((at for at in spare if at >= _FIRST), None)
    if gone is None:
        gone = spare[-1] if spare else min(range(len(events) - 1), key=lambda at: events[at].weight)
    return events[:gone] + events[gone + 1 :]


def _incident(data: Mapping[str, Any]) -> Incident:
    events = tuple(_event(it) for it in data["events"][:_TIMELINE])
    if not events:
        raise ValueError(data)
    closed = None if data["closed"] is None else float(data["closed"])
    set_by = float(data.get("set_by", 0.0))  # it was not kept at first
    opened, count = float(data["opened"]), int(data["count"])
    return Incident(str(data["id"]), str(data["asset"]), opened, events, count, closed, str(data["reason"]), set_by)


def _event(data: Mapping[str, Any]) -> Event:
    finding = _finding(data["finding"])
    if "confidence" in data:  # at first it was kept beside the finding
        finding = replace(finding, confidence=float(data["confidence"]))
    return Event(finding, str(data["context"]))


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        str(data["asset"]),
        float(data["time"]),
        FindingKind(data["kind"]),
        Severity(data["severity"]),
        float(data["confidence"]),
        str(data["technique"]),
        str(data["subject"]),
        str(data["evidence"]),
    )
