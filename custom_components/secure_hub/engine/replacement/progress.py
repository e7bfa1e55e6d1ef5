"""How far a replacement is: what is kept across restarts, so that it can be resumed or rolled back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from .model import Loss, Plan, Step, StepKind

MAX_STEPS = 2_000
MAX_TEXT = 1_024
MAX_UNDER_WAY = 32


class State(StrEnum):
    """How a replacement stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    """A step failed; it can be resumed or rolled back."""
    ROLLING_BACK = "rolling_back"
    DONE = "done"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Progress:
    """One replacement: its plan, the steps that are done, what undoing each takes, and what went wrong last."""

    plan: Plan
    actor: str | None
    state: State = State.RUNNING
    done: tuple[int, ...] = ()
    """Indexes of steps, in the order in which they were done."""
    undo: Mapping[int, Any] = field(default_factory=dict)
    error: str | None = None
    """Translation key of what went wrong at the next step."""
    detail: str = ""

    @property
    def next_step(self) -> int | None:
        """Index of the step to be done next, None if all are done."""
        return next((i for i in range(len(self.plan.steps)) if i not in self.done), None)

    @property
    def last_done(self) -> int | None:
        """Index of the step to be undone next, None if none is done."""
        return self.done[-1] if self.done else None

    @property
    def can_roll_back(self) -> bool:
        """Whether the old device is still there to go back to."""
        return all(self.plan.steps[index].kind is not StepKind.RETIRE for index in self.done)

    def after(self, index: int, undo: Any) -> Progress:
        """A step was done."""
        done = (*self.done, index)
        state = State.DONE if len(done) == len(self.plan.steps) else State.RUNNING
        return replace(self, done=done, undo={**self.undo, index: undo}, state=state, error=None, detail="")

    def without(self, index: int) -> Progress:
        """A step was undone."""
        done = tuple(one for one in self.done if one != index)
        state = State.ROLLING_BACK if done else State.ROLLED_BACK
        undo = {key: value for key, value in self.undo.items() if key != index}
        return replace(self, done=done, undo=undo, state=state, error=None, detail="")

    def stopped(self, error: str, detail: str) -> Progress:
        """A step failed."""
        return replace(self, state=State.STOPPED, error=error, detail=detail[:MAX_TEXT])


def encode(under_way: Mapping[str, Progress]) -> dict[str, Any]:
    """Write what is under way, by asset id of the old device, as JSON."""
    return {"replacements": [_encode(each) for _, each in sorted(under_way.items())]}


def decode(data: Any) -> dict[str, Progress]:
    """Read what `encode` wrote. Raises ValueError for anything else."""
    try:
        rows = data["replacements"]
        found = [_decode(row) for row in _listed(rows, MAX_UNDER_WAY)]
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        msg = "no replacements"
        raise ValueError(msg) from error
    return {each.plan.old: each for each in found}


def _encode(progress: Progress) -> dict[str, Any]:
    plan = progress.plan
    return {
        "old": plan.old,
        "new": plan.new,
        "actor": progress.actor,
        "state": progress.state.value,
        "steps": [[step.kind.value, step.subject, dict(step.data)] for step in plan.steps],
        "losses": [[loss.value, subject] for loss, subject in plan.losses],
        "done": list(progress.done),
        "undo": [[index, value] for index, value in sorted(progress.undo.items())],
        "error": progress.error,
        "detail": progress.detail,
    }


def _decode(row: Any) -> Progress:
    steps = tuple(
        Step(StepKind(kind), _text(subject), dict(data)) for kind, subject, data in _listed(row["steps"], MAX_STEPS)
    )
    losses = tuple((Loss(loss), _text(subject)) for loss, subject in _listed(row["losses"], MAX_STEPS))
    done = tuple(_index(index, steps) for index in _listed(row["done"], MAX_STEPS))
    if len(set(done)) != len(done):
        msg = "a step was done twice"
        raise ValueError(msg)
    return Progress(
        Plan(_text(row["old"]), _text(row["new"]), steps, losses),
        None if row["actor"] is None else _text(row["actor"]),
        State(row["state"]),
        done,
        {_index(index, steps): value for index, value in _listed(row["undo"], MAX_STEPS)},
        None if row["error"] is None else _text(row["error"]),
        _text(row["detail"]),
    )


def _listed(value: Any, limit: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > limit:
        msg = "no list, or too long"
        raise ValueError(msg)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        msg = "no text, or too long"
        raise ValueError(msg)
    return value


def _index(value: Any, steps: tuple[Step, ...]) -> int:
    if type(value) is not int or not 0 <= value < len(steps):
        msg = "no such step"
        raise ValueError(msg)
    return value
