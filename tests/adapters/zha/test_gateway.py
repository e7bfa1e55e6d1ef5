"""Finding and following ZHA's radio application."""

import sys
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from zigpy.application import ControllerApplication

from custom_components.secure_hub.adapters.zha.gateway import ZhaGateway
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import gateway_of, zha_entry


class Follower:
    """Keeps what a gateway found, and in what state ZHA's entry was then."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Follow nothing yet."""
        self.hass = hass
        self.found: list[tuple[Any, ConfigEntryState]] = []
        self.lost = 0
        self.fails = False
        self.gateway = ZhaGateway(hass)
        self.end = self.gateway.follow(self.attach, self.detach)

    def attach(self, application: Any) -> None:
        """An application was found."""
        entry = self.hass.config_entries.async_entries("zha")[0]
        self.found.append((application, entry.state))
        if self.fails:
            msg = "no room"
            raise RuntimeError(msg)

    def detach(self) -> None:
        """The application is gone."""
        self.lost += 1


async def test_an_application_is_shown_before_its_radio_starts(
    hass: HomeAssistant, zha: ConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    follower = Follower(hass)
    follower.gateway.start()
    assert follower.found == [(gateway_of(hass).application_controller, ConfigEntryState.LOADED)]
    assert follower.gateway.reason is None

    original = ControllerApplication.startup
    assert await hass.config_entries.async_unload(zha.entry_id)
    assert follower.gateway.reason == "zha_not_loaded"
    assert follower.lost == 1
    follower.found.clear()
    follower.fails = True  # a failure of ours on the way is not ZHA's
    assert await hass.config_entries.async_setup(zha.entry_id)
    application = gateway_of(hass).application_controller
    assert follower.found[0] == (application, ConfigEntryState.SETUP_IN_PROGRESS)
    assert "could not be attached" in caplog.text
    assert ControllerApplication.startup is original
    follower.fails = False
    follower.gateway.stop()


async def test_a_foreign_wrapper_of_start_up_is_left_alone(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await hass.config_entries.async_unload(zha.entry_id)
    follower = Follower(hass)
    follower.gateway.start()
    original = ControllerApplication.startup
    coordinator_url = zha.data["device"]["path"]
    assert coordinator_url == coordinator.url

    async def foreign(application: Any, **kwargs: Any) -> None:
        await wrapped(application, **kwargs)

    zha._async_set_state(hass, ConfigEntryState.SETUP_IN_PROGRESS, None)
    wrapped = ControllerApplication.startup
    assert wrapped is not original
    monkeypatch.setattr(ControllerApplication, "startup", foreign)
    zha._async_set_state(hass, ConfigEntryState.NOT_LOADED, None)
    assert ControllerApplication.startup is foreign
    follower.gateway.stop()
    assert await hass.config_entries.async_setup(zha.entry_id)  # through the dead wrapper
    assert not follower.found


@pytest.mark.usefixtures("zha")
async def test_a_zha_that_hides_its_gateway(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("homeassistant.components.zha.helpers.get_zha_gateway")
    follower = Follower(hass)
    follower.gateway.start()
    assert follower.gateway.reason == "zha_hook_missing"
    assert not follower.found
    follower.gateway.stop()
    monkeypatch.undo()


async def test_a_zha_that_has_not_even_been_imported(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("homeassistant.components.zha.helpers", "zigpy.application"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    entry = zha_entry("ws://127.0.0.1:1/")
    entry.add_to_hass(hass)
    entry._async_set_state(hass, ConfigEntryState.SETUP_IN_PROGRESS, None)
    follower = Follower(hass)
    follower.gateway.start()
    assert follower.gateway.reason == "zha_not_loaded"
    assert not follower.found
    follower.gateway.stop()


async def test_other_integrations_are_none_of_its_business(hass: HomeAssistant) -> None:
    follower = Follower(hass)
    follower.gateway.start()
    assert follower.gateway.reason == "zha_not_installed"
    entry = zha_entry("ws://127.0.0.1:1/")
    entry.add_to_hass(hass)
    entry._async_set_state(hass, ConfigEntryState.SETUP_RETRY, None)
    assert follower.gateway.reason == "zha_not_loaded"
    lost = follower.lost
    stranger = zha_entry("ws://127.0.0.1:1/")
    object.__setattr__(stranger, "domain", "sun")
    stranger.add_to_hass(hass)
    stranger._async_set_state(hass, ConfigEntryState.SETUP_RETRY, None)
    assert follower.lost == lost
    follower.gateway.stop()
