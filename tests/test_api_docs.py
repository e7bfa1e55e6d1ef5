"""docs/api.md tells of every websocket command, with every field that it takes, and of no other."""

import re
from typing import Final

from custom_components.secure_hub.websocket_api import COMMANDS

from .test_repository import ROOT

ROW: Final = re.compile(r"^\| `secure_hub/([a-z_/]+)` \|([^|]*)\|", re.MULTILINE)
ROWS: Final = dict(ROW.findall((ROOT / "docs/api.md").read_text()))
"""What is said of each command's fields."""


def test_every_command_is_told_of_and_no_other() -> None:
    assert set(ROWS) == {command.name for command in COMMANDS}


def test_every_field_is_told_of() -> None:
    lost = {
        f"{command.name} {field}"
        for command in COMMANDS
        for field in command.fields
        if f"`{field}`" not in ROWS[command.name]
    }
    assert not lost


def test_no_command_takes_what_is_told_no_more() -> None:
    fields = {command.name: {str(field) for field in command.fields} for command in COMMANDS}
    known = {name: set(re.findall(r"`([a-z_]+)`", told)) for name, told in ROWS.items()}
    assert {name: extra for name, told in known.items() if (extra := told - fields[name])} == {}
