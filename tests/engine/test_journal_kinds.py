"""Every action that is journalled is of a kind, and has its words; nobody has to remember a list."""

import ast
from collections.abc import Iterator
from itertools import chain

from custom_components.secure_hub.engine.journal_kinds import ACTIONS, RecordKind
from tests.translated import INTEGRATION, find

JOURNALS = {"_async_journal", "_journal", "_note", "async_journal"}
"""Methods that write what they are given first."""


def written() -> Iterator[str]:
    """Yield every action that the code names where it journals."""
    for path in INTEGRATION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called.endswith("journal.append") or called == "Entry" or called.rpartition(".")[2] in JOURNALS:
                yield from (
                    one.value
                    for one in ast.walk(node.args[0])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def test_every_action_that_is_written_is_of_one_kind() -> None:
    actions = list(chain.from_iterable(ACTIONS.values()))
    found = set(written())
    assert len(found) > 50
    assert found <= set(actions)
    assert len(actions) == len(set(actions))
    assert set(ACTIONS) == set(RecordKind)


def test_every_action_and_every_kind_has_its_words() -> None:
    actions = set(chain.from_iterable(ACTIONS.values()))
    common = find("common")
    assert {key.removeprefix("did_") for key in common if key.startswith("did_")} == actions | {"by"}
    assert {key.removeprefix("entries_") for key in common if key.startswith("entries_")} == set(RecordKind)
