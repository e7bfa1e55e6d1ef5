"""Every word has its place: translations, icons and action descriptions agree with each other and with the code.

Stands in for hassfest, which cannot be installed; the workflow `validate` runs the real one.
"""

import ast
from collections.abc import Iterator, Mapping
import json
import re
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
import yaml

from .translated import DOMAIN, INTEGRATION, english, find, missing

SECTIONS = {
    *("title", "common", "config", "options", "config_subentries", "entity", "entity_component", "device", "services"),
    *("exceptions", "issues", "selector", "system_health", "device_automation", "conversation", "preview_features"),
}
SOURCES = [ast.parse(path.read_text(), str(path)) for path in sorted(INTEGRATION.rglob("*.py"))]
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
ACTIONS = yaml.safe_load((INTEGRATION / "services.yaml").read_text())


def texts(node: Mapping[str, Any] | str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text with the path that leads to it."""
    if isinstance(node, str):
        yield path, node
        return
    for key, child in node.items():
        yield from texts(child, (*path, key))


def words_of_the_code() -> tuple[set[str], re.Pattern[str]]:
    """Return every string constant of the integration, and a pattern of those it builds with f-strings."""
    constants, built = set(), ["(?!)"]
    for source in SOURCES:
        for node in ast.walk(source):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+"
                    for part in node.values
                ]
                if re.fullmatch(r"[a-z0-9]+_[a-z0-9_]*", str(getattr(node.values[0], "value", ""))):
                    built.append("".join(parts))
    return constants, re.compile("|".join(built))


def literal_keys() -> Iterator[tuple[str, str, str]]:
    """Yield (called name, translation key, file) of every call that names a translation key literally."""
    for source, path in zip(SOURCES, sorted(INTEGRATION.rglob("*.py")), strict=True):
        for node in ast.walk(source):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for keyword in node.keywords:
                    if keyword.arg == "translation_key" and isinstance(keyword.value, ast.Constant):
                        yield called, str(keyword.value.value), path.stem


def test_only_known_sections() -> None:
    assert set(english()) <= SECTIONS


def test_other_languages_have_the_same_texts() -> None:
    expected = {path for path, _ in texts(english())}
    for path in (INTEGRATION / "translations").glob("*.json"):
        assert {where for where, _ in texts(json.loads(path.read_text()))} == expected, path.name


def test_texts_are_clean() -> None:
    for path, text in texts(english()):
        assert text, f"{path} is empty"
        assert text == text.strip(), f"{path} has space around it"
        assert "<" not in text, f"{path} has markup"
        assert "://" not in text, f"{path} has an address: hand it in as a placeholder"
        assert "[%key:" not in text, f"{path} refers to another key, which only Home Assistant's own build resolves"


def test_every_literal_translation_key_has_its_text() -> None:
    lost = []
    for called, key, module in literal_keys():
        if called.endswith("Description"):
            path: tuple[str, ...] = ("entity", module, key)
        elif called == "SelectSelectorConfig":
            path = ("selector", key)
        elif called == "async_create_issue":
            path = ("issues", key)
        else:
            path = ("exceptions", key)
        if find(*path) is None:
            lost.append(".".join(path))
    assert not lost


def test_every_text_is_used() -> None:
    constants, built = words_of_the_code()
    # who names what: the key at this depth of the path has to occur in the code
    depths = {
        "exceptions": 1,
        "issues": 1,
        "services": 1,
        "entity": 2,
        "selector": 3,
        "config": 2,
        "options": 2,
        "config_subentries": 3,
    }
    from_home_assistant = {"config.abort.single_instance_allowed", "config.abort.reconfigure_successful"}
    functions = {node.name for source in SOURCES for node in ast.walk(source) if isinstance(node, ast.AsyncFunctionDef)}
    unused = set()
    for path, _ in texts(english()):
        depth = depths.get(path[0])
        if path[0] == "config_subentries" and (
            path[2] in {"entry_type", "initiate_flow"} or "already_configured" in path
        ):
            continue
        if depth is None or ".".join(path[: depth + 1]) in from_home_assistant:
            continue
        key = path[depth]
        if key not in constants and not built.fullmatch(key) and f"async_step_{key}" not in functions:
            unused.add(".".join(path[: depth + 1]))
    assert not unused


def test_every_field_of_a_form_is_described() -> None:
    for kind in (("config",), ("options",), *(("config_subentries", name) for name in find("config_subentries"))):
        for name, step in find(*kind, "step").items():
            assert set(step.get("data", {})) == set(step.get("data_description", {})), f"{kind} {name}"


def test_icons_belong_to_something() -> None:
    assert set(ICONS) <= {"entity", "services"}
    for platform, entities in ICONS.get("entity", {}).items():
        for key, icon in entities.items():
            translation = find("entity", platform, key)
            assert translation is not None, f"icon of {platform}.{key}, which has no name"
            assert set(icon.get("state", {})) <= set(translation.get("state", {})) | {"on", "off"}
    assert set(ICONS.get("services", {})) == set(ACTIONS)
    for path, icon in texts(ICONS):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path


def test_actions_are_described() -> None:
    assert set(find("services")) == set(ACTIONS)
    for name, action in ACTIONS.items():
        described = find("services", name)
        assert {"name", "description"} <= set(described)
        fields = (action or {}).get("fields", {})
        assert set(described.get("fields", {})) == set(fields)
        for field, texts_of_field in described.get("fields", {}).items():
            assert {"name", "description"} <= set(texts_of_field), f"{name}.{field}"
            assert "selector" in fields[field], f"{name}.{field} has no selector"


def test_missing_words_are_noticed() -> None:
    """The plugin `translated` sees a key without a text, and a placeholder without a value."""
    assert list(missing(("exceptions", "no_such_key", "message"), None)) == [
        "no translation: exceptions.no_such_key.message"
    ]
    with_placeholder = next(path for path, text in texts(english()) if "{" in text)
    assert list(missing(with_placeholder, {}))


def test_what_is_said_is_looked_up() -> None:
    """An error counts when it is made, whoever catches it."""
    asked: list[tuple[str, ...]] = []

    def find_and_note(*path: str) -> str:
        asked.append(path)
        return "text"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.translated.find", find_and_note)
        ServiceValidationError(translation_domain=DOMAIN, translation_key="made_up")
        HomeAssistantError(translation_domain="homeassistant", translation_key="not_ours")
    assert asked == [("exceptions", "made_up", "message")]
