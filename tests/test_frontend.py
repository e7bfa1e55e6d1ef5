"""The code of the panel: what its source makes, small, silent towards the network, never lost for words."""

import gzip
import json
import re
import subprocess
from typing import Final

import pytest

from .test_repository import ROOT
from .translated import INTEGRATION, find

SOURCE: Final = ROOT / "frontend"
KEPT: Final = INTEGRATION / "frontend"
MAX_BYTES: Final = 150 * 1024
CODE: Final = "\n".join(path.read_text() for path in sorted((SOURCE / "src").rglob("*.ts")))


def test_what_is_kept_is_what_the_source_makes() -> None:
    if not (SOURCE / "node_modules/.package-lock.json").exists():  # tests have no network to fetch it by
        pytest.skip("not installed: what builds the panel; script/frontend brings it")
    made = subprocess.run([ROOT / "script/frontend", "--check"], capture_output=True, check=False, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_it_is_small() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in KEPT.iterdir()) < MAX_BYTES


def test_it_fetches_nothing() -> None:
    for path in KEPT.iterdir():
        code = re.sub(r"http://www\.w3\.org/[\w/]+", "", path.read_text())  # names, not addresses
        assert not re.search(r"https?://|\bfetch\(|XMLHttpRequest|\bimport\(|@import", code), path.name


def test_its_modules_are_small() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in (SOURCE / "src").rglob("*.ts")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not too_long


def test_its_tools_are_pinned_and_no_host_is_named() -> None:
    package = json.loads((SOURCE / "package.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    lock = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all("integrity" in one and "resolved" not in one for name, one in lock.items() if name)


def words_of_the_panel() -> tuple[set[str], set[str]]:
    """Return the keys that the panel's code names as they are, and the beginnings of those that it puts together."""
    whole = set(re.findall(r'"([a-z0-9_]+)"', CODE))
    counted = {f"{key}_{form}" for key in whole for form in ("one", "other")}
    begun = set(re.findall(r"`([a-z0-9_]+_)\$\{", CODE))
    return whole | counted, begun


def test_every_text_of_the_panel_is_used() -> None:
    whole, begun = words_of_the_panel()
    assert not [key for key in find("common") if key not in whole and not key.startswith(tuple(begun))]


def test_the_panel_has_words_for_all_it_says() -> None:
    said = set(re.findall(r'\bt\(\s*"([a-z0-9_]+)"', CODE))
    said |= {one for pair in re.findall(r'\bt\([^"`)]*\? "([a-z0-9_]+)" : "([a-z0-9_]+)"', CODE) for one in pair}
    said |= {f"{key}_{form}" for key in re.findall(r'\bn\(\s*"([a-z0-9_]+)"', CODE) for form in ("one", "other")}
    assert said
    assert not [key for key in said if find("common", key) is None]
