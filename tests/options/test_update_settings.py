"""The forms about updates: what they suggest, what they keep, what they refuse."""

from datetime import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.engine.assets.model import AssetClass
from custom_components.secure_hub.engine.firmware.deadlines import Severity
from custom_components.secure_hub.engine.firmware.settings import (
    UpdateSettings,
    WhenOverdue,
    options_of,
    settings_of,
)
from tests.test_config_flow import open_options, suggested
from tests.updates import started

pytestmark = pytest.mark.usefixtures("unloaded")


def test_settings_and_options_are_the_same_thing() -> None:
    assert settings_of({}) == UpdateSettings()
    assert settings_of(options_of(UpdateSettings())) == UpdateSettings()


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        (
            "updates",
            {
                "updates_days": 20,
                "updates_days_exploited": 1,
                "updates_sensitive_classes": ["camera"],
                "updates_overdue": "local_only",
            },
        ),
        (
            "installing",
            {
                "updates_window_start": "23:00:00",
                "updates_window_days": ["sat", "sun"],
                "updates_automatic": True,
                "updates_soak_hours": 2,
            },
        ),
        ("advisories", {"updates_feeds": ["https://acme.example/a.json"]}),
    ],
)
async def test_a_form_keeps_what_is_chosen(hass: HomeAssistant, step: str, changed: dict[str, object]) -> None:
    hub = await started(hass)
    form = await open_options(hass, hub.entry, step)
    answer = suggested(form) | changed
    done = await hass.config_entries.options.async_configure(form["flow_id"], answer)
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_loaded_entries("secure_hub")
    assert {key: entry.options[key] for key in answer} == answer
    found = entry.runtime_data.firmware.settings
    if step == "updates":
        assert (found.deadlines.days[Severity.ROUTINE], found.deadlines.days[Severity.EXPLOITED]) == (20, 1)
        assert found.deadlines.sensitive == {AssetClass.CAMERA}
        assert found.when_overdue is WhenOverdue.LOCAL_ONLY
    elif step == "installing":
        assert (found.window.start, found.window.weekdays) == (time(23), {5, 6})
        assert (found.automatic, found.pace.soak) == (True, 7200.0)


@pytest.mark.parametrize("url", ["http://acme.example/a.json", "https://", "ftp://x"])
async def test_only_https(hass: HomeAssistant, url: str) -> None:
    hub = await started(hass)
    form = await open_options(hass, hub.entry, "advisories")
    refused = await hass.config_entries.options.async_configure(form["flow_id"], {"updates_feeds": [url]})
    assert refused["errors"] == {"updates_feeds": "not_https"}
