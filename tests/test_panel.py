"""The panel's place in Home Assistant: served for browsers to keep, shown to administrators, there while the hub is."""

from http import HTTPStatus

from homeassistant.components import frontend
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.secure_hub.panel import FOLDER, URL_PATH

from .plugin import set_up


@pytest.fixture
async def shown(bare_kernel: object, hass: HomeAssistant, hub_entry: MockConfigEntry) -> MockConfigEntry:
    """The hub, where there is a user interface."""
    assert bare_kernel
    assert await async_setup_component(hass, frontend.DOMAIN, {})
    await set_up(hass, hub_entry)
    return hub_entry


def is_shown(hass: HomeAssistant) -> bool:
    """Whether the panel is in the sidebar."""
    return frontend.async_panel_exists(hass, URL_PATH)


async def test_administrators_see_it_and_browsers_keep_its_code(
    hass: HomeAssistant, shown: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert shown.runtime_data
    panel = hass.data[frontend.DATA_PANELS][URL_PATH]
    assert panel.require_admin
    url = panel.config["_panel_custom"]["module_url"]
    client = await hass_client_no_auth()
    answer = await client.get(url)
    assert answer.status == HTTPStatus.OK
    assert await answer.text() == (FOLDER / "panel.js").read_text()
    assert "max-age=" in answer.headers["Cache-Control"]
    assert (await client.get(url.replace("panel.js", "../panel.py"))).status != HTTPStatus.OK


async def test_it_stays_while_the_hub_restarts_and_goes_with_it(hass: HomeAssistant, shown: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(shown.entry_id)
    assert is_shown(hass)
    assert await hass.config_entries.async_setup(shown.entry_id)
    await hass.config_entries.async_set_disabled_by(shown.entry_id, ConfigEntryDisabler.USER)
    assert not is_shown(hass)
    await hass.config_entries.async_set_disabled_by(shown.entry_id, None)
    assert is_shown(hass)
    await hass.config_entries.async_remove(shown.entry_id)
    assert not is_shown(hass)


async def test_without_a_user_interface_there_is_no_panel(
    bare_kernel: object, hass: HomeAssistant, hub_entry: MockConfigEntry
) -> None:
    assert bare_kernel
    await set_up(hass, hub_entry)
    assert not is_shown(hass)
