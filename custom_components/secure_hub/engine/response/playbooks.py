"""Playbooks: what is done about incidents, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ..detection.findings import Severity


class Step(StrEnum):
    """What is done, from the mildest to the harshest."""

    NOTE = "note"
    """It stands in the journal and on the device's page."""
    NOTIFY = "notify"
    ASK = "ask"
    """A person is told and offered what could be done."""
    RESTRICT = "restrict"
    """It may talk only with what its manifest or its learnt list names."""
    QUARANTINE = "quarantine"
    EVICT = "evict"
    """It is sent away from the Zigbee network and banned from it, until somebody lets it back."""


HARSHNESS: Final = MappingProxyType({step: number for number, step in enumerate(Step)})
AUTOMATIC: Final = frozenset({Step.RESTRICT, Step.QUARANTINE, Step.EVICT})
"""Steps that take something away from a device without asking."""


class PlaybookName(StrEnum):
    """The playbooks that ship."""

    NOTIFY = "notify"
    ASK = "ask"
    RESTRICT = "restrict"
    QUARANTINE = "quarantine"
    EVICT = "evict"


type Steps = Mapping[Severity, Step]


def _steps(low: Step, medium: Step, high: Step) -> Steps:
    return MappingProxyType({Severity.LOW: low, Severity.MEDIUM: medium, Severity.HIGH: high})


@dataclass(frozen=True, slots=True)
class Playbook:
    """A step for each severity."""

    steps: Steps
    radio: Steps | None = None
    """The same for what can be sent away from the Zigbee network, where it is something else."""

    def step(self, severity: Severity, *, radio: bool) -> Step:
        """What is done about an incident."""
        steps = self.radio if radio and self.radio is not None else self.steps
        return steps[severity]


PLAYBOOKS: Final[Mapping[PlaybookName, Playbook]] = MappingProxyType(
    {
        PlaybookName.NOTIFY: Playbook(_steps(Step.NOTE, Step.NOTIFY, Step.NOTIFY)),
        PlaybookName.ASK: Playbook(_steps(Step.NOTE, Step.ASK, Step.ASK)),
        PlaybookName.RESTRICT: Playbook(_steps(Step.NOTE, Step.ASK, Step.RESTRICT)),
        PlaybookName.QUARANTINE: Playbook(_steps(Step.NOTE, Step.ASK, Step.QUARANTINE)),
        PlaybookName.EVICT: Playbook(
            _steps(Step.NOTE, Step.ASK, Step.QUARANTINE), radio=_steps(Step.NOTE, Step.ASK, Step.EVICT)
        ),
    }
)
DEFAULT: Final = PlaybookName.ASK
"""Nothing is cut off without a person unless a person chose so."""
