"""What asking costs and how soon an answer counts: `script/bench requests`.

Home Assistant and the hub run in this process, in front of a device of the virtual home that is under `ask`. First the
device reaches for one new service after another, each is approved, and the time from the answer to the end of the
device's next attempt, which must succeed, is taken. Then it reaches for 10,000 destinations within a minute, while the
memory of the process and the longest time for which its event loop was held are watched.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import gc
import json
import os
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.secure_hub.const import CONF_ASKING, DOMAIN
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Answer, Kind, Request
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import ENFORCING, NETWORKS, asset_with

ROUNDS = 100
FLOOD = 10_000
SECONDS = 60.0
FIRST_PORT = 20_000
PATIENCE_S = 20.0
IDLE_S = 10.0
"""For which the event loop is watched without a flood: what else this machine does holds it, too."""
BEAT_S = 0.002
MEGABYTE = 1 << 20

SENDER = """
import socket, sys, time
count, seconds = int(sys.argv[1]), float(sys.argv[2])
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
began = time.monotonic()
for number in range(count):
    sock.sendto(b"x", (f"198.51.{number // 250 % 250}.{number % 250 + 1}", 1024 + number % 60000))
    time.sleep(max(0.0, began + (number + 1) * seconds / count - time.monotonic()))
"""


def main() -> None:
    """Measure and print."""
    with Lab.routed(DEVICES[:1]) as lab, TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        figures = asyncio.run(_measure(lab, folder))
    for name, value in figures.items():
        print(f"{name:20}{value:10}")
    print(json.dumps({"bench": "requests", "figures": figures, "peers": {}}))


async def _measure(lab: Lab, folder: str) -> dict[str, float]:
    (Path(folder) / "custom_components").symlink_to(Path(__file__).parents[1] / "custom_components")
    async with async_test_home_assistant(config_dir=folder) as hass:
        hub = await _set_up(hass)
        camera = lab.device("camera")
        hub_asset = asset_with(hub, camera.mac)
        if hub_asset is None:
            sys.exit("bench: the camera was not seen")
        data = {"device_id": [hub_asset.device_id or _own_device(hub, hub_asset.id)], "profile": "ask"}
        await hass.services.async_call(DOMAIN, "set_profile", data, blocking=True)
        times = sorted(await _approve(hub, lab, camera, hub_asset.id))
        figures = {
            "approve_p50_ms": round(times[len(times) // 2], 1),
            "approve_p99_ms": round(times[min(len(times) - 1, len(times) * 99 // 100)], 1),
        }
        figures |= await _flood(hub, camera, hub_asset.id)
        await hass.config_entries.async_unload(hub.entry.entry_id)
        await hass.async_stop(force=True)
    return figures


async def _set_up(hass: HomeAssistant) -> SecureHub:
    hass.config.components.add("persistent_notification")
    await async_setup_component(hass, "homeassistant", {})
    options = {**ENFORCING, CONF_ASKING: {"preset": "custom", "quiet": False}}
    entry = MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=options, version=1)
    entry.add_to_hass(hass)
    hass.data.pop("custom_components", None)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    if entry.state is not ConfigEntryState.LOADED:
        sys.exit(f"bench: the hub did not start: {entry.reason}")
    hub: SecureHub = entry.runtime_data
    return hub


def _own_device(hub: SecureHub, asset_id: str) -> str:
    from homeassistant.helpers import device_registry as dr  # noqa: PLC0415

    device = dr.async_get(hub.hass).async_get_device_by_identifier((DOMAIN, asset_id), hub.entry.entry_id)
    return device.id if device else ""


async def _approve(hub: SecureHub, lab: Lab, camera: Device, asset_id: str) -> list[float]:
    """Milliseconds from the answer to the end of a connection that opened, for each of many services."""
    ports = [FIRST_PORT + number for number in range(ROUNDS)]
    await asyncio.to_thread(lab.internet.serve, ports)
    times = []
    for port in ports:
        await asyncio.to_thread(camera.can_reach, lab.internet, tcp=port, timeout=0.05)
        request = await _asked(hub, asset_id)
        began = time.perf_counter()
        await hub.requests.async_answer(request.id, Answer.HOUR, actor=None)
        if not await asyncio.to_thread(camera.can_reach, lab.internet, tcp=port, timeout=2.0):
            sys.exit("bench: what was approved does not get through")
        times.append((time.perf_counter() - began) * 1000)
    return times


async def _asked(hub: SecureHub, asset_id: str) -> Request:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for request in hub.requests.book.of(asset_id):
            if request.kind is Kind.DESTINATION and request.wants[0].scope is Scope.INTERNET:
                return request
        await asyncio.sleep(0.01)
    sys.exit("bench: nobody was asked")


async def _flood(hub: SecureHub, camera: Device, asset_id: str) -> dict[str, float]:
    """What a hostile device does to memory and event loop."""
    with _watching() as idle:
        await asyncio.sleep(IDLE_S)
    gc.collect()
    before = _memory()
    with _watching() as held:
        sender = (sys.executable, "-S", "-c", SENDER, str(FLOOD), str(SECONDS))
        process = await asyncio.to_thread(
            subprocess.run, ("nsenter", "-t", str(camera.agent.pid), "-n", *sender), check=False
        )
        await asyncio.sleep(2)
    if process.returncode:
        sys.exit("bench: the device could not send")
    gc.collect()
    requests = [one for one in hub.requests.book.of(asset_id) if one.kind is Kind.DESTINATION]
    return {
        "rss_growth_mb": round((_memory() - before) / MEGABYTE, 1),
        "loop_max_ms": round(max(held) * 1000, 1),
        "loop_max_idle_ms": round(max(idle) * 1000, 1),
        "requests": len(requests),
        "counted": sum(request.count for request in requests),
    }


@contextmanager
def _watching() -> Iterator[list[float]]:
    """Note how late each beat of the event loop is, in seconds."""
    late = [0.0]

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(BEAT_S)
            late[0] = max(late[0], time.perf_counter() - began - BEAT_S)

    task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(beat())
    try:
        yield late
    finally:
        task.cancel()


def _memory() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
