"""Fixtures of the hub in a running Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from pathlib import Path
import subprocess
from typing import Any

from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import entity_registry as er
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
from custom_components.secure_hub.engine.assets.model import Asset, IdentifierKind
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.hosts import Device, Host
from tests.lab.network.lab import Lab

NETWORKS = {CONF_IOT_INTERFACES: ["br-iot"], CONF_LAN_INTERFACES: ["eth-lan"]}
ENFORCEMENT = "sensor.secure_hub_enforcement"
ENFORCING = {CONF_MODE: "enforce", CONF_NEWCOMERS: "hold"}


@pytest.fixture
def hass_config_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give every Home Assistant a config directory of its own: the hub writes files there."""
    return str(tmp_path_factory.mktemp("config"))


@pytest.fixture
def config_dir(hass: HomeAssistant) -> Path:
    """Where this Home Assistant keeps its files."""
    return Path(hass.config.config_dir)


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """Settings that enforce on the virtual home's networks; not set up."""
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=ENFORCING, version=1)


@pytest.fixture
async def bare_kernel(
    lab: Lab,
    socket_enabled: None,  # noqa: ARG001 - netlink
    hass: HomeAssistant,
) -> AsyncIterator[Lab]:
    """`lab` without a wall, before the test and after it."""
    take_walls_away()
    yield lab
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)
    take_walls_away()
    lab.masquerade()


@pytest.fixture
async def hub(
    bare_kernel: Lab,  # noqa: ARG001 - what it guards
    hass: HomeAssistant,
    hub_entry: MockConfigEntry,
) -> SecureHub:
    """The hub, guarding the four devices of `lab`."""
    return await set_up(hass, hub_entry)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> SecureHub:
    """Set the integration up as a restart of Home Assistant does."""
    assert await async_setup_component(hass, "homeassistant", {})
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    hub: SecureHub = entry.runtime_data
    return hub


def tables() -> set[str]:
    """Tables in the kernel of this thread's namespace, as `family name`; nft names an owner in a comment."""
    listed = subprocess.run(["nft", "list", "tables"], capture_output=True, check=True, text=True)
    return {" ".join(line.split()[1:3]) for line in listed.stdout.splitlines()}


def our_tables() -> set[str]:
    """Those of them that are the hub's."""
    return {table for table in tables() if table.partition(" ")[2].startswith(DOMAIN)}


def take_walls_away() -> None:
    """Delete every table of ours, owned by nobody any more."""
    for table in our_tables():
        subprocess.run(["nft", "delete", "table", *table.split()], check=True)


def asset_with(hub: SecureHub, mac: str) -> Asset | None:
    """The asset that has a MAC address."""
    return next((a for a in hub.assets.values() if mac in a.values(IdentifierKind.MAC)), None)


def switch_of(hass: HomeAssistant, hub: SecureHub, mac: str) -> str | None:
    """Entity id of the red button of whoever has a MAC address."""
    asset = asset_with(hub, mac)
    return er.async_get(hass).async_get_entity_id("switch", DOMAIN, f"{asset.id}-quarantine") if asset else None


def state_of(hass: HomeAssistant, hub: SecureHub, mac: str) -> State | None:
    """State of that button, None while there is none."""
    entity_id = switch_of(hass, hub, mac)
    return hass.states.get(entity_id) if entity_id else None


def is_on(hass: HomeAssistant, hub: SecureHub, mac: str) -> bool | None:
    """Whether that button is on; None while nobody can say."""
    state = state_of(hass, hub, mac)
    return {"on": True, "off": False}.get(state.state) if state else None


async def press(hass: HomeAssistant, hub: SecureHub, mac: str, on: bool, context: Context | None = None) -> None:  # noqa: FBT001 - the position of a switch
    """Turn the red button, as a user does."""
    await hass.services.async_call(
        "switch",
        "turn_on" if on else "turn_off",
        {"entity_id": switch_of(hass, hub, mac)},
        blocking=True,
        context=context,
    )


async def off_loop[T](function: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Ask the virtual home something while the event loop goes on; its agents live in their own namespaces."""
    return await asyncio.to_thread(function, *arguments, **options)


async def connects(host: Host, target: Host) -> bool:
    """Whether a connection opens, with all the patience that a busy machine needs; for "no" `can_reach` is enough."""
    return await off_loop(host.can_reach, target, timeout=3.0)


async def reach(lab: Lab, device: Device, timeout: float = 0.4) -> set[str]:  # noqa: ASYNC109 - a device's patience
    """Ways that are open to and from a device."""
    found = await off_loop(lab.matrix, device, timeout=timeout)
    return {way for way, is_open in found.items() if is_open}


def enforcement(hass: HomeAssistant) -> str | None:
    """What the hub's sensor says."""
    state = hass.states.get(ENFORCEMENT)
    return state.state if state else None


def journal_of(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Every record that is on the disk."""
    lines = Path(hass.config.path(DOMAIN, "journal.jsonl")).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def actions_of(hass: HomeAssistant, asset_id: str | None = None) -> list[str]:
    """Actions in the journal, in their order; of one asset if it is given."""
    return [record["action"] for record in journal_of(hass) if asset_id in (None, record.get("asset_id"))]


async def ticked(hass: HomeAssistant) -> None:
    """Wait until what a timer began has come to its end; tasks that watch for as long as the hub runs never do."""
    async with asyncio.timeout(30):
        while any("_async_tick" in getattr(one.get_coro(), "__qualname__", "") for one in asyncio.all_tasks()):  # noqa: ASYNC110 - of anybody's tasks: nobody signals it
            await asyncio.sleep(0.02)
    await hass.async_block_till_done()
