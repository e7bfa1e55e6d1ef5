"""What the tests of updates share: a hub that only watches, and no network."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub

from .lab.gadgets import Gadgets
from .plugin import set_up

WATCHING = {"mode": "monitor", "newcomers": "allow"}


@pytest.fixture
async def unloaded(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[None]:  # noqa: ARG001 - netlink
    """Unload the hub after the test."""
    yield
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


async def started(hass: HomeAssistant, **options: Any) -> SecureHub:
    """Set the hub up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={"iot_interfaces": [], "lan_interfaces": []},
        options={**WATCHING, **options},
        version=1,
    )
    hub = await set_up(hass, entry)
    await settled(hass, hub)
    return hub


async def settled(hass: HomeAssistant, hub: SecureHub) -> None:
    """Return once everything that is known is judged."""
    await hass.async_block_till_done()
    await hub.firmware.async_settle()
    await hass.async_block_till_done()


def status(hass: HomeAssistant, gadgets: Gadgets, key: str) -> State:
    """What the hub shows of a device's software."""
    state = hass.states.get(gadgets.status_entity(key))
    assert state
    return state
