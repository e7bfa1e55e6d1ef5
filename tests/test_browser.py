"""The main job as the owner does it: log in through the form, open the camera's page, press the red button."""

import asyncio
from pathlib import Path
from typing import Final

from playwright.async_api import expect
import pytest

from tests.lab.demo.browser import screen, unavailable
from tests.lab.demo.world import World, world
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

ARTEFACTS: Final = Path(__file__).parents[1] / "artefacts"


async def open_ways(lab: Lab, device: Device) -> set[str]:
    """Return the directions in which a device can talk or be talked to."""
    ways = await asyncio.to_thread(lab.matrix, device)
    return {way for way, is_open in ways.items() if is_open}


async def page_of(home: World, switch: str) -> str:
    """Return the path of the page of the device that a switch is on."""
    entities = await home.client.command("config/entity_registry/list")
    device_id = next(entity["device_id"] for entity in entities if entity["entity_id"] == switch)
    return f"/config/devices/device/{device_id}"


async def press_the_red_button(lab: Lab) -> None:
    camera = lab.device("camera")
    async with world(lab, ()) as home, screen(home.home_assistant.url) as shown:
        switch = await home.quarantine_switch(mac=camera.mac)
        everything = await open_ways(lab, camera)
        assert len(everything) >= 12
        await shown.log_in(home.owner.username, home.owner.password)
        await expect(shown.page.get_by_text("Quarantine: network")).to_be_visible()

        await shown.open(await page_of(home, switch))
        button, quarantine = shown.page.locator("ha-entity-toggle"), shown.page.get_by_role("switch")
        await expect(quarantine).not_to_be_checked()
        await button.click()
        # the page shows what was asked at once, and keeps showing it only if it became true
        await home.client.wait_for(switch, lambda state: state == "on")
        await expect(quarantine).to_be_checked()
        assert await open_ways(lab, camera) == set()
        assert await open_ways(lab, lab.device("tv")) >= {"wan4", "wan6", "lan4", "hub4"}
        await shown.photograph(ARTEFACTS / "device-page.png")

        await button.click()
        await home.client.wait_for(switch, lambda state: state == "off")
        await expect(quarantine).not_to_be_checked()
        assert await open_ways(lab, camera) == everything
        assert shown.complaints == []


@pytest.mark.usefixtures("socket_enabled")
def test_the_owner_presses_the_red_button(lab: Lab) -> None:
    if reason := unavailable():
        pytest.skip(reason)
    asyncio.run(press_the_red_button(lab))
