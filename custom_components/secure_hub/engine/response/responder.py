"""What is to be done about an incident now, and who is contained or on probation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..assets.model import AssetClass
from ..detection.findings import Severity
from ..detection.incidents import Incident
from .playbooks import AUTOMATIC, DEFAULT, HARSHNESS, PLAYBOOKS, PlaybookName, Step

_DAY: Final = 86_400.0
_MAX_KEPT: Final = 1024
SURE: Final = 0.85
"""Confidence below which nothing is cut off without a person."""
PROBATION: Final = _DAY
"""Seconds for which an asset that was released is watched."""
COOLING: Final = 3600.0
"""Seconds after a person let an asset go for which it is not cut off again without one."""


BUDGET: Final = 3
_PASSING: Final = frozenset({"budget", "cooling", "dry_run"})
"""Reasons to ask that hold for a time, whatever the asset does."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose."""

    playbook: PlaybookName = DEFAULT
    budget: int = BUDGET
    """Devices that may be contained without a person within 24 hours."""
    dry_run: bool = False
    release_after: float | None = None
    """Seconds after which a device that was contained without a person is let go, and watched."""
    ask_classes: frozenset[AssetClass] = frozenset()
    """Kinds of device that are never cut off without a person."""
    playbooks: Mapping[AssetClass, PlaybookName] = field(default_factory=dict)
    """Playbooks for kinds of device, in place of the one for all."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """What counts of an asset for what is done about it."""

    asset_class: AssetClass = AssetClass.UNKNOWN
    critical: bool = False
    """It is never cut off without a person, whatever its kind."""
    radio: bool = False
    """It can be sent away from the Zigbee network."""
    cut_off: bool = False
    """It is quarantined or sent away already, whoever did it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be done, and why so."""

    step: Step
    reason: str
    """`playbook`, `probation`, or why less is done than the playbook says: `dry_run`, `critical`, `unsure`, `budget`,
    `cooling`, `contained`."""
    wanted: Step
    """What the playbook says."""


@dataclass(frozen=True, slots=True)
class Containment:
    """An asset that was contained because of an incident."""

    incident: str
    since: float
    step: Step
    profile: str | None = None
    """What its profile was before it was restricted."""


class Responder:
    """Remembers what was done, and decides by it."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self.contained: dict[str, Containment] = {}
        self.probation: dict[str, float] = {}
        """Until when each asset is on probation."""
        self._acted: list[float] = []
        self._let_go: dict[str, float] = {}
        self._answers: dict[str, Response] = {}

    def respond(self, incident: Incident, settings: Settings, suspect: Suspect, now: float) -> Response:
        """Say what is to be done about an incident as it is now.

        Who is on probation is contained again for a medium finding: the person who released it asked for it to be
        watched.
        """
        playbook = settings.playbooks.get(suspect.asset_class, settings.playbook)
        wanted = PLAYBOOKS[playbook].step(incident.severity, radio=suspect.radio)
        if incident.asset in self.contained or suspect.cut_off:
            return Response(Step.NOTIFY, "contained", wanted)
        watched = now < self.probation.get(incident.asset, float("-inf")) and incident.severity is not Severity.LOW
        if watched:
            wanted = Step.QUARANTINE
        if wanted not in AUTOMATIC:
            return Response(wanted, "playbook", wanted)
        critical = suspect.critical or suspect.asset_class in settings.ask_classes
        if reason := self._objection(incident, settings, critical=critical, watched=watched, now=now):
            return Response(Step.ASK, reason, wanted)
        return Response(wanted, "probation" if watched else "playbook", wanted)

    def _objection(
        self, incident: Incident, settings: Settings, *, critical: bool, watched: bool, now: float
    ) -> str | None:
        """Why a person is asked instead."""
        self._acted = [it for it in self._acted if 0.0 <= now - it < _DAY]
        if critical:
            return "critical"
        if not watched and not (incident.by_hallmark and incident.confidence >= SURE):
            return "unsure"
        if not watched and now - self._let_go.get(incident.asset, float("-inf")) < COOLING:
            return "cooling"
        if len(self._acted) >= settings.budget:
            return "budget"
        return "dry_run" if settings.dry_run else None

    def answer(self, incident: Incident) -> Response | None:
        """Return the harshest that was done about an incident so far, and of that the latest."""
        return self._answers.get(incident.id)

    def is_harsher(self, incident: Incident, response: Response) -> bool:
        """Whether a response goes further than what was done about the incident before, if anything was."""
        before = self._answers.get(incident.id)
        return before is None or HARSHNESS[response.step] > HARSHNESS[before.step]

    def is_isolated(self, incident: Incident) -> bool:
        """Whether something was taken away from the asset because of this incident, by whomever."""
        answer = self._answers.get(incident.id)
        return answer is not None and answer.step in AUTOMATIC

    def is_refusal_over(self, incident: Incident, settings: Settings, suspect: Suspect, now: float) -> bool:
        """Whether a person was asked only for a reason that held for a time, and that is over."""
        answer = self._answers.get(incident.id)
        if answer is None or answer.reason not in _PASSING:
            return False
        return self.respond(incident, settings, suspect, now).step in AUTOMATIC

    def note_answered(self, incident: Incident, response: Response) -> None:
        """Remember what was done about an incident; what is milder than before changes nothing."""
        before = self._answers.get(incident.id)
        if before is None or HARSHNESS[response.step] >= HARSHNESS[before.step]:
            self._bounded(self._answers)[incident.id] = response

    def forget_answer(self, incident: Incident) -> None:
        """Have an incident answered anew: it is over, or what was in the way is."""
        self._answers.pop(incident.id, None)

    def note_contained(self, incident: Incident, step: Step, now: float, profile: str | None = None) -> None:
        """Remember that an asset was contained without a person."""
        self._acted.append(now)
        self._bounded(self.contained)[incident.asset] = Containment(incident.id, now, step, profile)
        self.probation.pop(incident.asset, None)

    def note_released(self, asset: str, now: float, *, watch: bool) -> Containment | None:
        """Remember that an asset was let go, to be watched or not; return what was done to it."""
        self._bounded(self._let_go)[asset] = now
        if watch:
            self._bounded(self.probation)[asset] = now + PROBATION
        else:
            self.probation.pop(asset, None)
        return self.contained.pop(asset, None)

    def due(self, settings: Settings, now: float) -> list[str]:
        """Return the assets whose time is over."""
        if settings.release_after is None:
            return []
        return [asset for asset, it in self.contained.items() if now - it.since >= settings.release_after]

    def passed(self, now: float) -> list[str]:
        """Return the assets that passed their probation, and end that."""
        over = [asset for asset, until in self.probation.items() if until <= now]
        for asset in over:
            del self.probation[asset]
        return over

    def clock_set(self, now: float, by: float = 0.0) -> None:
        """The clock was set to `now`, `by` seconds further than it would be: every term goes on as it was.

        Nothing that is remembered lies ahead of the clock then.
        """
        self.contained = {asset: replace(it, since=min(it.since + by, now)) for asset, it in self.contained.items()}
        self.probation = {asset: min(it + by, now + PROBATION) for asset, it in self.probation.items()}
        self._acted = [min(it + by, now) for it in self._acted]
        self._let_go = {asset: min(it + by, now) for asset, it in self._let_go.items()}

    def forget(self, asset: str) -> None:
        """Forget an asset that is gone, or that somebody else released."""
        for it in (self.contained, self.probation, self._let_go):
            it.pop(asset, None)

    @staticmethod
    def _bounded[V](table: dict[str, V]) -> dict[str, V]:
        if len(table) >= _MAX_KEPT:
            del table[next(iter(table))]
        return table

    def save(self) -> dict[str, Any]:
        """Return all of it as JSON knows it."""
        return {
            "contained": {
                asset: [it.incident, it.since, it.step.value, it.profile] for asset, it in self.contained.items()
            },
            "probation": dict(self.probation),
            "acted": list(self._acted),
            "let_go": dict(self._let_go),
            "answers": {
                incident: [it.step.value, it.reason, it.wanted.value] for incident, it in self._answers.items()
            },
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over what was saved. Raises ValueError if it is something else, and is unchanged then."""
        try:
            contained = {
                str(asset): Containment(str(it[0]), float(it[1]), Step(it[2]), None if it[3] is None else str(it[3]))
                for asset, it in data["contained"].items()
            }
            probation = {str(asset): float(it) for asset, it in data["probation"].items()}
            acted = [float(it) for it in data["acted"]]
            let_go = {str(asset): float(it) for asset, it in data["let_go"].items()}
            answers = {
                str(incident): Response(Step(it[0]), str(it[1]), Step(it[2]))
                for incident, it in data.get("answers", {}).items()  # they were not saved at first
            }
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(str(error)) from error
        self.contained, self.probation, self._acted, self._let_go = contained, probation, acted, let_go
        self._answers = answers
