"""What holds for every file: sizes that can be read, and nothing of the machine it was written on."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
import os
from pathlib import Path
import re
from typing import Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[1]
MAX_MODULE: Final = 400
MAX_INIT: Final = 150
MAX_TESTS: Final = 2 * MAX_MODULE  # a test module mirrors one module, and cases take room
MAX_FUNCTION: Final = 50
TEXT: Final = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".service",
    ".sh",
    ".svg",
} | {*(".toml", ".ts", ".txt", ".yaml", ".yml", ".ambr", ".nft")}
# Put together here, so that this file does not hold what it looks for.
SIBLING: Final = ".." + "/shared"
STRINGS_ATTACHED: Final = (
    *("/".join(("", *parts)) for parts in (("opt", "sh-venv"), ("opt", "pypi"), ("work", "main"), ("tmp", "brief"))),
    *("/".join(("", *parts)) for parts in (("work", "shared"), ("work", ".library"))),
    *(
        ".".join(parts)
        for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org/debian"))
    ),
)


def files() -> Iterator[Path]:
    """Yield every file of the repository, leaving out what .gitignore names."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line]
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name != ".git" and not any(fnmatch(name, it) for it in ignored)]
        yield from (
            Path(folder, name) for name in names if name != ".git" and not any(fnmatch(name, it) for it in ignored)
        )


FILES: Final = sorted(files())
SOURCES: Final = [path for path in FILES if path.suffix == ".py"]


def relative(path: Path) -> str:
    """Return a path as a reader would name it."""
    return str(path.relative_to(ROOT))


def longest(path: Path) -> int:
    """Return how many lines a module may have."""
    if path.name == "__init__.py":
        return MAX_INIT
    return MAX_TESTS if path.name.startswith("test_") else MAX_MODULE


def test_modules_are_small() -> None:
    too_long = {
        relative(path): lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > longest(path)
    }
    assert not too_long


def test_functions_are_small() -> None:
    too_long = {
        f"{relative(path)}:{node.lineno} {node.name}": length
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    }
    assert not too_long


def test_every_silenced_complaint_has_its_reason() -> None:
    """On the line itself, behind the codes: `# noqa: ARG001 - why`, `# type: ignore[code]  # why`."""
    silent = re.compile(r"# (noqa|type: ignore|pragma: no cover)(?!(: [A-Z0-9, ]+|\[[a-z, -]+\])? *(- |# )\w)")
    assert not [
        f"{relative(path)}:{number}"
        for path in SOURCES
        if relative(path).startswith("custom_components/")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if silent.search(line)
    ]


def test_no_helpers_and_no_utils() -> None:
    names = {"helper", "helpers", "misc", "util", "utils"}
    assert not [relative(path) for path in SOURCES if names & {*path.relative_to(ROOT).with_suffix("").parts}]


def test_no_strings_to_the_machine_it_was_written_on() -> None:
    attached = [
        f"{relative(path)}: {string}"
        for path in FILES
        if path.suffix in TEXT
        for string in (*STRINGS_ATTACHED, *(() if relative(path) == ".ci/run" else (SIBLING,)))
        if string in path.read_text()
    ]
    assert not attached


def test_licence() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert re.match(r"\s+Apache License\s+Version 2\.0, January 2004", text)
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text) > 11_000


def test_scripts_can_be_run() -> None:
    for path in (*(ROOT / "script").iterdir(), ROOT / ".ci/run"):
        if path.suffix == "" and path.is_file():
            assert os.access(path, os.X_OK), relative(path)
            assert path.read_text().startswith("#!/usr/bin/env bash\n"), relative(path)
            assert "\nset -euo pipefail\n" in path.read_text(), relative(path)


def test_requirements_are_locked() -> None:
    lock = (ROOT / "requirements_test.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in lock), "a pin, and nothing else"
    asked = [line for line in (ROOT / "requirements_test.txt").read_text().splitlines() if line and line[0] != "#"]
    assert {line.lower() for line in asked} <= set(lock)


def test_links_in_documents_lead_somewhere() -> None:
    lost = [
        f"{relative(path)}: {target}"
        for path in FILES
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not lost


def test_the_readme_tells_of_every_action_and_leads_to_every_document_once() -> None:
    readme = (ROOT / "README.md").read_text()
    actions = yaml.safe_load((ROOT / "custom_components/secure_hub/services.yaml").read_text())
    assert {name for name in actions if f"`secure_hub.{name}`" not in readme} == set()
    links = re.findall(r"\]\(docs/(\w[\w-]*\.md)\)", readme[readme.index("## Read more") :])
    assert sorted(links) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name)
def test_workflows_are_granted_little_and_pinned(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert set(job["permissions"].values()) <= {"read"}
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", f"run@{'0' * 40}"))
