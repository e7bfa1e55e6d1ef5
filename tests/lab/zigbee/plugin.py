"""pytest fixtures: a virtual coordinator, and Home Assistant with unmodified ZHA connected to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .coordinator import VirtualCoordinator
from .description import DeviceDescription
from .device import VirtualDevice

CONFIG = {"zha": {"zigpy_config": {"ota": {"enabled": False}}}}


def zha_entry(url: str) -> MockConfigEntry:
    """Config entry of ZHA as its own flow makes it for a ziggurat coordinator at `url`."""
    device = {"path": url, "baudrate": 115200, "flow_control": None}
    return MockConfigEntry(domain="zha", version=5, minor_version=2, data={"radio_type": "ziggurat", "device": device})


async def eventually(condition: Callable[[], Any], timeout: float = 30.0) -> None:  # noqa: ASYNC109  # a test's patience
    """Wait until a condition holds; fails after `timeout` seconds."""
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110  # of anybody's state: nobody signals it
            await asyncio.sleep(0.02)


@pytest.fixture
async def coordinator(socket_enabled: None) -> AsyncIterator[VirtualCoordinator]:  # noqa: ARG001  # lifts the block
    """A running virtual coordinator with nobody in its network."""
    virtual = VirtualCoordinator()
    await virtual.start()
    yield virtual
    await virtual.stop()


@pytest.fixture
def expected_lingering_timers(request: pytest.FixtureRequest) -> bool:
    """Accept, where there is a radio, the timer of 5 s that the ziggurat library leaves for every device that joins."""
    return "coordinator" in request.fixturenames


@pytest.fixture
async def zha(hass: HomeAssistant, coordinator: VirtualCoordinator, tmp_path: Path) -> AsyncIterator[ConfigEntry]:
    """Config entry of ZHA, loaded and connected to `coordinator`; unloaded afterwards."""
    hass.config.config_dir = str(tmp_path)
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "zha", CONFIG)
    entry = zha_entry(coordinator.url)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await settled(hass)
        devices = gateway_of(hass).application_controller.devices.values()
        tasks = [task for device in devices for task in getattr(device, "_tasks", ())]
        for task in tasks:  # zigpy stumbles over those that outlive the radio
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await hass.config_entries.async_unload(entry.entry_id)


def gateway_of(hass: HomeAssistant) -> Any:
    """Gateway of the ZHA library, of the loaded ZHA."""
    from homeassistant.components.zha.helpers import get_zha_gateway  # noqa: PLC0415  # slow, and not every test's

    return get_zha_gateway(hass)


async def settled(hass: HomeAssistant) -> None:
    """Wait until ZHA has done what it set out to do with its devices."""
    await gateway_of(hass).async_block_till_done()
    await hass.async_block_till_done()


async def join(
    hass: HomeAssistant, coordinator: VirtualCoordinator, entry: ConfigEntry, description: DeviceDescription
) -> VirtualDevice:
    """A device joins at the user's wish; returns when ZHA has interviewed it and made its device and entities."""
    if not coordinator.joining_open:
        await hass.services.async_call("zha", "permit", {"duration": 254}, blocking=True)
    device = await coordinator.join(description)
    identifier = ("zha", str(description.ieee))
    await eventually(lambda: dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id))
    await settled(hass)
    return device
