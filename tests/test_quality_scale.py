"""The audit in quality_scale.yaml is complete, well-formed and not contradicted by the code."""

from collections.abc import Callable
import json
from pathlib import Path
import re
from typing import Final

from homeassistant import components
import pytest
import yaml

ROOT: Final = Path(__file__).parents[1]
INTEGRATION: Final = ROOT / "custom_components/secure_hub"
RULES: Final = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
PLATFORMS: Final = [
    path
    for path in INTEGRATION.glob("*.py")
    if path.stem in {"binary_sensor", "button", "event", "select", "sensor", "switch", "update"}
]


def says(file: str, pattern: str) -> bool:
    """Tell whether a file of the integration has a line that matches."""
    path = INTEGRATION / file
    return path.exists() and re.search(pattern, path.read_text(), re.MULTILINE) is not None


def readme_has(*words: str) -> bool:
    """Tell whether a heading of the README has one of the words."""
    readme = ROOT / "README.md"
    headings = re.findall(r"^#+ (.*)$", readme.read_text(), re.MULTILINE) if readme.exists() else []
    return any(word in heading.lower() for heading in headings for word in words)


# A rule may be marked done only while this holds.
EVIDENCE: Final[dict[str, Callable[[], bool]]] = {
    "action-setup": lambda: says("__init__.py", r"^async def async_setup\("),
    "brands": lambda: all((INTEGRATION / "brand" / name).exists() for name in ("icon.png", "logo.png")),
    "config-entry-unloading": lambda: says("__init__.py", r"^async def async_unload_entry\("),
    "config-flow": lambda: says("config_flow.py", r"async def async_step_user\("),
    "config-flow-test-coverage": (ROOT / "tests/test_config_flow.py").exists,
    "diagnostics": lambda: says("diagnostics.py", r"^async def async_get_config_entry_diagnostics\("),
    "docs-actions": lambda: readme_has("action"),
    "docs-installation-instructions": lambda: readme_has("install"),
    "docs-known-limitations": lambda: readme_has("limit", "does not"),
    "docs-removal-instructions": lambda: readme_has("remov"),
    "docs-troubleshooting": lambda: readme_has("trouble"),
    "has-entity-name": lambda: says("entity.py", r"_attr_has_entity_name = True"),
    "icon-translations": (INTEGRATION / "icons.json").exists,
    "parallel-updates": lambda: all(says(path.name, r"^PARALLEL_UPDATES = \d") for path in PLATFORMS),
    "reconfiguration-flow": lambda: says("config_flow.py", r"async def async_step_reconfigure\("),
    "repair-issues": lambda: says("repairs.py", r"^async def async_create_fix_flow\("),
    "runtime-data": lambda: says("hub/hub.py", r"^type \w+ConfigEntry = ConfigEntry\["),
    "strict-typing": (INTEGRATION / "py.typed").exists,
    "test-before-setup": lambda: says("__init__.py", r"ConfigEntry(NotReady|Error)"),
    "unique-config-entry": lambda: json.loads((INTEGRATION / "manifest.json").read_text())["single_config_entry"],
}


def test_every_rule_of_home_assistant_is_answered() -> None:
    one_of_theirs = Path(components.__path__[0]) / "unifi_access/quality_scale.yaml"
    assert set(RULES) == set(yaml.safe_load(one_of_theirs.read_text())["rules"])
    assert len(RULES) == 54


def test_answers_are_well_formed() -> None:
    for rule, answer in RULES.items():
        status = answer["status"] if isinstance(answer, dict) else answer
        assert status in {"done", "todo", "exempt"}, rule
        assert status != "exempt" or answer["comment"].strip(), f"{rule} is exempt for no reason"


@pytest.mark.parametrize("rule", sorted(EVIDENCE))
def test_done_is_done(rule: str) -> None:
    if RULES[rule] == "done":
        assert EVIDENCE[rule](), f"{rule} is marked done, and the code says otherwise"
