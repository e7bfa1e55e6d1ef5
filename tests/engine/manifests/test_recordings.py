"""Real MUD files: each compiles entry by entry without a problem, and returns from an export as it was."""

from dataclasses import replace
import json
import os
from pathlib import Path

import pytest

from custom_components.secure_hub.engine.manifests.export import export
from custom_components.secure_hub.engine.manifests.model import Decision, Rule
from custom_components.secure_hub.engine.manifests.mud import parse


def _files() -> list[Path]:
    folder = os.environ.get("SECURE_HUB_DATA")
    found = sorted(Path(folder).glob("mud-*/**/*.json")) if folder else []
    return [path for path in found if b'"ietf-mud:mud"' in path.read_bytes()]


def _nameless(rules: tuple[Rule, ...]) -> list[str]:
    return sorted(repr(replace(rule, ace="")) for rule in rules)


@pytest.mark.skipif("SECURE_HUB_DATA" not in os.environ, reason="SECURE_HUB_DATA is not set: real MUD files left out")
def test_real_files_compile_entry_by_entry_and_return() -> None:
    files = _files()
    assert files
    for path in files:
        profile = parse(path.read_bytes())
        assert profile.problems == (), path
        text = json.loads(path.read_bytes())
        container = text.get("ietf-access-control-list:acls") or text["ietf-access-control-list:access-lists"]
        entries = [
            entry for acl in container["acl"] for entry in (acl.get("aces") or acl["access-list-entries"])["ace"]
        ]
        assert sorted(rule.ace for rule in profile.rules) == sorted(
            entry.get("name") or entry["rule-name"] for entry in entries
        ), path
        assert {rule.decision for rule in profile.rules} == {Decision.ACCEPT}
        assert _nameless(parse(export(profile.rules, profile.description)).rules) == _nameless(profile.rules), path
