"""The options about telemetry: nothing leaves unless it is said how much and where to."""

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
import voluptuous as vol

from custom_components.secure_hub.const import CONF_TELEMETRY
from custom_components.secure_hub.engine.telemetry.edge import Sends
from custom_components.secure_hub.hub import SecureHub
from tests.adapters.telemetry.receiver import certificate
from tests.plugin import ENFORCING
from tests.test_config_flow import open_options

KEEPS: dict[str, Any] = {"days": 7, "megabytes": 64, "sends": "nothing", "form": "records", "syslog_port": 6514}


@pytest.mark.parametrize(
    ("chosen", "errors"),
    [
        ({"sends": "counts"}, {"sends": "nowhere_to"}),
        ({"sends": "counts", "mqtt_topic": "home/#"}, {"mqtt_topic": "no_topic"}),
        ({"sends": "counts", "mqtt_topic": "$SYS"}, {"mqtt_topic": "no_topic"}),
        ({"mqtt_topic": "home/"}, {"mqtt_topic": "no_topic"}),
        ({"sends": "everything", "syslog_host": "siem.example", "syslog_ca": "x"}, {"syslog_ca": "no_certificate"}),
    ],
)
async def test_what_cannot_be(hass: HomeAssistant, hub: SecureHub, chosen: dict[str, str], errors: Any) -> None:
    form = await open_options(hass, hub.entry, "telemetry")
    assert required(form) == KEEPS
    refused = await hass.config_entries.options.async_configure(form["flow_id"], {**KEEPS, **chosen})
    assert refused["errors"] == errors
    assert hub.entry.options == ENFORCING


def required(form: Any) -> dict[str, Any]:
    """Return what must be said, as it is filled in."""
    return {str(it): it.default() for it in form["data_schema"].schema if isinstance(it, vol.Required)}


async def test_what_is_chosen_holds(hass: HomeAssistant, hub: SecureHub, tmp_path: Path) -> None:
    authority, _ = await asyncio.to_thread(certificate, tmp_path)
    form = await open_options(hass, hub.entry, "telemetry")
    chosen = {
        **KEEPS,
        "days": 3,
        "sends": "counts",
        "syslog_host": "127.0.0.1",
        "syslog_port": 9,
        "syslog_ca": authority,
        "syslog_name": "the-mill",
        "mqtt_topic": "home/telemetry",
    }
    done = await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert hub.entry.options == {**ENFORCING, CONF_TELEMETRY: chosen}
    again: SecureHub = hub.entry.runtime_data
    assert again.telemetry.settings.sends is Sends.COUNTS
    assert [it.name for it in again.telemetry.outlets] == ["syslog", "mqtt"]
    form = await open_options(hass, hub.entry, "telemetry")
    done = await hass.config_entries.options.async_configure(form["flow_id"], KEEPS)
    await hass.async_block_till_done()
    last: SecureHub = hub.entry.runtime_data
    assert last.telemetry.outlets == ()
