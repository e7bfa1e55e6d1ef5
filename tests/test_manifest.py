"""The manifest is what hassfest, HACS and Home Assistant's loader accept. Stands in for the first two."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import tomllib
from typing import Final

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant import components
from homeassistant.const import BASE_PLATFORMS, __version__
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from PIL import Image

ROOT: Final = Path(__file__).parents[1]
INTEGRATION: Final = ROOT / "custom_components/secure_hub"
MANIFEST: Final = json.loads((INTEGRATION / "manifest.json").read_text())
HACS: Final = json.loads((ROOT / "hacs.json").read_text())
CORE: Final = Path(components.__path__[0])
# hassfest lets everybody use these without naming them.
ALWAYS_THERE: Final = {
    *("automation", "frontend", "homeassistant", "persistent_notification", "script", "system_health", "webhook"),
    "websocket_api",
}


def used_components() -> Iterator[tuple[str, str]]:
    """Yield (component of Home Assistant, file that imports it), leaving out a platform's own component."""
    for path in INTEGRATION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module == "homeassistant.components":
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeassistant.components."):
                names = [str(node.module).split(".")[2]]
            for name in names:
                if name != path.stem:
                    yield name, str(path.relative_to(INTEGRATION))


async def test_home_assistant_loads_it(hass: HomeAssistant) -> None:
    integration = await async_get_integration(hass, "secure_hub")
    assert integration.file_path == INTEGRATION
    assert integration.has_translations


def test_keys() -> None:
    required = {"domain", "name", "codeowners", "documentation", "issue_tracker", "version", "iot_class"}
    optional = {
        *("after_dependencies", "config_flow", "dependencies", "integration_type", "loggers", "requirements"),
        *("single_config_entry",),
    }
    keys = list(MANIFEST)
    assert required <= set(keys) <= required | optional
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_values() -> None:
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["iot_class"] in {"calculated", "local_polling", "local_push"}
    assert MANIFEST["integration_type"] in {"device", "entity", "hardware", "helper", "hub", "service", "system"}
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    for key in ("documentation", "issue_tracker"):
        assert MANIFEST[key].startswith("https://")
        assert "home-assistant.io" not in MANIFEST[key]
    assert MANIFEST["config_flow"] is (INTEGRATION / "config_flow.py").exists()


def test_version_is_one_and_the_same() -> None:
    version = AwesomeVersion(MANIFEST["version"])
    assert version.strategy is AwesomeVersionStrategy.SEMVER
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == version
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert changes[0] in {"Unreleased", version}


def test_what_is_used_is_depended_on() -> None:
    named = {*MANIFEST.get("dependencies", ()), *MANIFEST.get("after_dependencies", ())}
    assert all((CORE / name / "manifest.json").exists() for name in named)
    undeclared = {(name, file) for name, file in used_components() if name not in named | ALWAYS_THERE | BASE_PLATFORMS}
    assert not undeclared


def test_requirements_are_pinned_as_tested_and_agree_with_home_assistant() -> None:
    lock = (ROOT / "requirements_test.lock").read_text().splitlines()
    manifests = [json.loads(path.read_text()) for path in CORE.glob("*/manifest.json")]
    core_pins = [line for manifest in manifests for line in manifest.get("requirements", ())]
    core_pins += (CORE.parent / "package_constraints.txt").read_text().splitlines()
    for requirement in MANIFEST["requirements"]:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", requirement)
        assert requirement in lock
        package = requirement.split("==")[0]
        assert {pin for pin in core_pins if re.match(rf"{re.escape(package)}\b", pin)} <= {requirement}


def test_hacs() -> None:
    assert set(HACS) <= {"name", "homeassistant", "hide_default_branch", "zip_release", "filename"}
    assert HACS["name"] == MANIFEST["name"]
    assert AwesomeVersion(HACS["homeassistant"]) <= __version__
    assert [path.name for path in (ROOT / "custom_components").iterdir() if (path / "manifest.json").exists()] == [
        MANIFEST["domain"]
    ]


def test_brand() -> None:
    for theme in ("", "dark_"):
        for suffix, scale in (("", 1), ("@2x", 2)):
            with Image.open(INTEGRATION / f"brand/{theme}icon{suffix}.png") as icon:
                assert icon.size == (256 * scale, 256 * scale)
                assert icon.mode == "RGBA"
            with Image.open(INTEGRATION / f"brand/{theme}logo{suffix}.png") as logo:
                assert 128 * scale <= min(logo.size) <= 256 * scale
