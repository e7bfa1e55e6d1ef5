"""A pytest plugin: whatever a test makes Secure Hub say to a person must have its words, with every placeholder filled.

Home Assistant falls back in silence to the raw key where a translation is missing, so each error raised, issue created
and form shown during any test is looked up in translations/en.json.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
import json
from pathlib import Path
from string import Formatter
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryFlow, OptionsFlow
from homeassistant.data_entry_flow import FlowHandler, FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

DOMAIN: Final = "secure_hub"
INTEGRATION: Final = Path(__file__).parents[1] / "custom_components" / DOMAIN


@cache
def english() -> Mapping[str, Any]:
    """Return the English translations as they lie on disk."""
    return json.loads((INTEGRATION / "translations/en.json").read_text())


def find(*path: str) -> Any:
    """Return what lies at a path of keys in the translations, None if nothing does."""
    found: Any = english()
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def missing(path: tuple[str, ...], given: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is wrong with the text at a path, or with the texts of a mapping there."""
    text = find(*path)
    if text is None:
        yield f"no translation: {'.'.join(path)}"
    elif isinstance(text, Mapping):
        for key in text:
            yield from missing((*path, key), given)
    elif unfilled := placeholders(text) - set(given or ()):
        yield f"not filled in {'.'.join(path)}: {sorted(unfilled)}"


def missing_in_flow(flow: FlowHandler, result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a form, a menu or an abort of a flow lacks."""
    kind: tuple[str, ...] = ("options",) if isinstance(flow, OptionsFlow) else ("config",)
    if isinstance(flow, ConfigSubentryFlow):
        kind = ("config_subentries", flow.handler[1])
    given = result.get("description_placeholders")
    if result["type"] is FlowResultType.ABORT and result.get("translation_domain") in {None, DOMAIN}:
        yield from missing((*kind, "abort", result["reason"]), given)
    if result["type"] is FlowResultType.MENU:
        step = (*kind, "step", result["step_id"])
        yield from missing((*step, "title"), given)
        yield from missing((*step, "description"), given)
        for option in result["menu_options"]:
            yield from missing((*step, "menu_options", option), given)
    if result["type"] is FlowResultType.FORM:
        step = (*kind, "step", result["step_id"])
        for part in ("title", "description"):
            yield from missing((*step, part), given)
        for field in getattr(result["data_schema"], "schema", {}):
            yield from missing((*step, "data", str(field)), given)
            yield from missing((*step, "data_description", str(field)), given)
        for error in (result["errors"] or {}).values():
            yield from missing((*kind, "error", error), given)


@pytest.fixture(autouse=True)
def everything_said_is_translated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which Secure Hub said something that has no words."""
    wrong: list[str] = []

    def watch(owner: object, name: str, check: Callable[..., Iterator[str]]) -> None:
        original = getattr(owner, name)

        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            wrong.extend(check(result, *args, **kwargs))
            return result

        monkeypatch.setattr(owner, name, watched)

    def of_error(_result: None, error: HomeAssistantError, *_args: object, **_kwargs: object) -> Iterator[str]:
        if error.translation_domain == DOMAIN and error.translation_key is not None:
            yield from missing(("exceptions", error.translation_key, "message"), error.translation_placeholders)

    def of_issue(_result: None, _hass: object, domain: str, _id: str, **kwargs: Any) -> Iterator[str]:
        if domain == DOMAIN:
            yield from missing(("issues", kwargs["translation_key"], "title"), kwargs.get("translation_placeholders"))

    def of_flow(result: Mapping[str, Any], flow: FlowHandler, *_args: object, **_kwargs: object) -> Iterator[str]:
        module = type(flow).__module__
        if module.startswith((f"custom_components.{DOMAIN}.config_flow", f"custom_components.{DOMAIN}.subentries")):
            yield from missing_in_flow(flow, result)

    watch(HomeAssistantError, "__init__", of_error)
    watch(ir, "async_create_issue", of_issue)
    watch(FlowHandler, "async_show_form", of_flow)
    watch(FlowHandler, "async_show_menu", of_flow)
    watch(FlowHandler, "async_abort", of_flow)
    yield
    assert not wrong, "\n".join(dict.fromkeys(wrong))
