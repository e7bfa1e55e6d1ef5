"""How far a replacement is, in memory and on the disk."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.replacement.model import Loss, Plan, Step, StepKind
from custom_components.secure_hub.engine.replacement.progress import Progress, State, decode, encode

PLAN = Plan(
    "a",
    "b",
    (Step(StepKind.PERMISSIONS, "Lamp"), Step(StepKind.GROUP, "0x0007", {"group": 7}), Step(StepKind.RETIRE, "Lamp")),
    ((Loss.UNREAD, "00:11"),),
)


def test_forth_and_back() -> None:
    progress = Progress(PLAN, "owner")
    assert (progress.next_step, progress.last_done) == (0, None)
    progress = progress.after(0, {"said": 1}).stopped("zigbee_no_answer", "x" * 5000)
    assert (progress.state, progress.next_step, len(progress.detail)) == (State.STOPPED, 1, 1024)
    assert decode(json.loads(json.dumps(encode({"a": progress})))) == {"a": progress}
    progress = progress.after(1, None)
    assert progress.can_roll_back
    done = progress.after(2, None)
    assert (done.state, done.next_step, done.can_roll_back) == (State.DONE, None, False)
    back = progress.without(1)
    assert (back.state, back.last_done) == (State.ROLLING_BACK, 0)
    assert back.without(0).state is State.ROLLED_BACK


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
WHOLE = encode({"a": Progress(PLAN, "owner").after(0, {"said": 1})})


@given(st.sampled_from(sorted(WHOLE["replacements"][0])), JSON)
def test_what_was_not_written_is_refused(member: str, value: Any) -> None:
    row = {**WHOLE["replacements"][0], member: value}
    try:
        found = decode({"replacements": [row]})
    except ValueError:
        return
    assert encode(found) == {"replacements": [row]}


@pytest.mark.parametrize(
    "data", [None, [], {}, {"replacements": {}}, {"replacements": [{}]}, {"replacements": [None] * 99}]
)
def test_other_shapes_are_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"no (replacements|list|text|step)|too long"):
        decode(data)
