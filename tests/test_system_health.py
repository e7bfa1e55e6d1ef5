"""System health, asked for as the page asks: by websocket. Every user may ask, so it names nothing."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

from .faces import asset
from .translated import find


async def ask(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> dict[str, Any]:
    """Return our lines of the page."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    client: Any = await hass_ws_client()
    await client.send_json_auto_id({"type": "system_health/info"})
    assert (await client.receive_json())["success"]
    while (message := (await client.receive_json())["event"])["type"] != "finish":
        if message["type"] == "initial":
            info: dict[str, Any] = message["data"][DOMAIN]["info"]
    return info


async def test_a_running_hub(hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_ws_client: WebSocketGenerator) -> None:
    await hub.async_quarantine(asset(hub, lab.device("camera")).id, actor=None)
    info = await ask(hass, hass_ws_client)
    assert info == {
        "enforcement": "As decided",
        "asking": "As decided",
        "dns_answers": "As decided",
        "nftables": "As decided",
        "zigbee_gate": "There is no ZHA",
        "zigbee_links": "There is no ZHA",
        "sources": f"{sum(it.active for it in hub.monitoring.sources.health.values())} / 6",
        "telemetry": "Kept and taken",
        "assets": len(hub.assets),
        "journal": "Intact",
    }
    assert set(info) <= set(find("system_health", "info"))


async def test_a_hub_that_does_not_run(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert await ask(hass, hass_ws_client) == {"enforcement": "Secure Hub is not running."}


async def test_a_broken_journal(hass: HomeAssistant, hub: SecureHub, hass_ws_client: WebSocketGenerator) -> None:
    def forge() -> None:
        with open(hass.config.path(DOMAIN, "journal.jsonl"), "r+b") as journal:  # noqa: PTH123 - in place
            journal.write(b"[")

    await hass.async_add_executor_job(forge)
    await hub.async_verify_journal()
    assert (await ask(hass, hass_ws_client))["journal"] == "Broken"
