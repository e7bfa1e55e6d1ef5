"""Fixtures of the hub in a running Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import (
    CONF_IOT_INTERFACES,
    CONF_LAN_INTERFACES,
    CONF_MODE,
    CONF_NEWCOMERS,
    DOMAIN,
)
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

NETWORKS = {CONF_IOT_INTERFACES: ["br-iot"], CONF_LAN_INTERFACES: ["eth-lan"]}
ENFORCING = {CONF_MODE: "enforce", CONF_NEWCOMERS: "hold"}


@pytest.fixture(autouse=True)
def config_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every Home Assistant a config directory of its own: the hub writes files there."""
    if "hass" in request.fixturenames:
        hass: HomeAssistant = request.getfixturevalue("hass")
        hass.config.config_dir = str(tmp_path_factory.mktemp("config"))


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """Settings that enforce on the virtual home's networks; not set up."""
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=ENFORCING, version=1)


@pytest.fixture
async def hub(
    lab: Lab,  # noqa: ARG001 - first: the threads of Home Assistant are to live in its namespace
    socket_enabled: None,  # noqa: ARG001 - netlink
    hass: HomeAssistant,
    hub_entry: MockConfigEntry,
) -> SecureHub:
    """The hub, guarding the four devices of `lab`."""
    assert await async_setup_component(hass, "homeassistant", {})
    hub_entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(hub_entry.entry_id)
    await hass.async_block_till_done()
    hub: SecureHub = hub_entry.runtime_data
    return hub
