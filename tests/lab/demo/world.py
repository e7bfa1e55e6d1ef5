"""The demo's world: virtual home, virtual radio, Home Assistant with two users, Secure Hub and ZHA set up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import secrets
from tempfile import TemporaryDirectory

from ..network.lab import Lab
from ..zigbee.coordinator import VirtualCoordinator
from ..zigbee.device import VirtualDevice
from ..zigbee.zoo import ZOO
from .client import Client, onboard
from .dashboard import furnish_dashboard
from .home_assistant import HomeAssistantProcess

SETTINGS = {"mode": "enforce", "newcomers": "hold", "iot_interfaces": ["br-iot"], "lan_interfaces": ["eth-lan"]}
JOIN_S = 30
CAMERAS = frozenset({"camera", "doorbell"})
"""Devices that have an integration of their own."""


@dataclass(frozen=True, slots=True)
class User:
    """A login that is made up anew for every demo."""

    username: str
    password: str

    def client(self, url: str) -> Client:
        """A session of this user; enter it to log in."""
        return Client(url, self.username, self.password)


@dataclass
class World:
    """Everything that runs, and the owner's session."""

    lab: Lab
    coordinator: VirtualCoordinator
    home_assistant: HomeAssistantProcess
    owner: User
    resident: User
    client: Client
    radio: dict[str, VirtualDevice]

    async def quarantine_switch(self, *, mac: str | None = None, ieee: str | None = None) -> str:
        """Entity id of the quarantine switch of the device with a hardware address; waits for it.

        Raises TimeoutError.
        """
        return await self.entity("secure_hub", mac=mac, ieee=ieee, domain="switch")

    async def entity(self, platform: str, *, mac: str | None = None, ieee: str | None = None, domain: str) -> str:
        """Entity id of an integration's first entity of a domain on that device; waits for it. Raises TimeoutError."""
        wanted = {("mac", mac), ("zigbee", ieee)}
        async with asyncio.timeout(JOIN_S):
            while True:
                devices = await self.client.command("config/device_registry/list")
                found = {d["id"] for d in devices if wanted & {tuple(pair) for pair in d["connections"]}}
                for entity in await self.client.command("config/entity_registry/list"):
                    entity_id = str(entity["entity_id"])
                    if (
                        entity["platform"] == platform
                        and entity["device_id"] in found
                        and entity_id.startswith(f"{domain}.")
                    ):
                        return entity_id
                await asyncio.sleep(0.25)


@asynccontextmanager
async def world(lab: Lab, animals: tuple[str, ...] = tuple(ZOO)) -> AsyncIterator[World]:
    """Bring everything up around a lab that runs, and end it again."""
    owner, resident = User("owner", secrets.token_urlsafe(9)), User("resident", secrets.token_urlsafe(9))
    coordinator = VirtualCoordinator()
    await coordinator.start()
    with TemporaryDirectory(prefix="secure-hub-demo-") as folder:
        cameras = {device.mac: device.name.capitalize() for device in lab.devices if device.name in CAMERAS}
        home_assistant = HomeAssistantProcess(Path(folder) / "config", coordinator.url, cameras)
        try:
            await home_assistant.start()
            await onboard(home_assistant.url, owner.username, owner.password)
            async with owner.client(home_assistant.url) as client:
                running = World(lab, coordinator, home_assistant, owner, resident, client, {})
                await _furnish(running, animals)
                yield running
        finally:
            await home_assistant.stop()
            await coordinator.stop()


async def _furnish(running: World, animals: tuple[str, ...]) -> None:
    """Make the second user, let the radio's devices in, set Secure Hub up."""
    client = running.client
    user = (await client.command("config/auth/create", name="Resident", group_ids=["system-users"]))["user"]
    await client.command(
        "config/auth_provider/homeassistant/create",
        user_id=user["id"],
        username=running.resident.username,
        password=running.resident.password,
    )
    await _wait_for_zha(client)
    await client.action("zha.permit", {"duration": 120})
    for name in animals:
        running.radio[name] = await running.coordinator.join(ZOO[name])
    wanted = {str(device.description.ieee) for device in running.radio.values()}
    async with asyncio.timeout(JOIN_S):
        while True:
            devices = await client.command("config/device_registry/list")
            found = {value for device in devices for kind, value in device["connections"] if kind == "zigbee"}
            if wanted <= found:
                break
            await asyncio.sleep(0.25)
    await client.flow("secure_hub", SETTINGS)
    await _name_devices(running)
    await furnish_dashboard(client)


async def _wait_for_zha(client: Client) -> None:
    async with asyncio.timeout(JOIN_S):
        while True:
            entries = await client.command("config_entries/get", domain="zha")
            if entries[0]["state"] == "loaded":
                return
            await asyncio.sleep(0.25)


async def _name_devices(running: World) -> None:
    """Give the network's devices the names that a householder would."""
    names = {device.mac: device.name.capitalize() for device in running.lab.devices}
    for device in await running.client.command("config/device_registry/list"):
        name = next((names[value] for kind, value in device["connections"] if kind == "mac" and value in names), None)
        if name:
            await running.client.command("config/device_registry/update", device_id=device["id"], name_by_user=name)
