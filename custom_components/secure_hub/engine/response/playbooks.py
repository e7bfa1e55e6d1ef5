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


AUTOMATIC: Final = frozenset({Step.RESTRICT, Step.QUARANTINE})
"""Steps that take something away from a device without asking."""


class PlaybookName(StrEnum):
    """The playbooks that ship."""

    NOTIFY = "notify"
    ASK = "ask"
    RESTRICT = "restrict"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Playbook:
    """A step for each severity."""

    steps: Mapping[Severity, Step]


def _steps(low: Step, medium: Step, high: Step) -> Playbook:
    return Playbook(MappingProxyType({Severity.LOW: low, Severity.MEDIUM: medium, Severity.HIGH: high}))


PLAYBOOKS: Final[Mapping[PlaybookName, Playbook]] = MappingProxyType(
    {
        PlaybookName.NOTIFY: _steps(Step.NOTE, Step.NOTIFY, Step.NOTIFY),
        PlaybookName.ASK: _steps(Step.NOTE, Step.ASK, Step.ASK),
        PlaybookName.RESTRICT: _steps(Step.NOTE, Step.ASK, Step.RESTRICT),
        PlaybookName.QUARANTINE: _steps(Step.NOTE, Step.ASK, Step.QUARANTINE),
    }
)
DEFAULT: Final = PlaybookName.ASK
"""Nothing is cut off without a person unless a person chose so."""
