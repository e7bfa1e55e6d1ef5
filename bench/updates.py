"""How fast a thousand devices' software is judged: `script/bench updates`.

A real Home Assistant core with a thousand devices, each with an update entity's state; then a storm, in which every
device says another version at once, in the registry and in the state machine. Measured is the time until every device
is judged anew, and how long the event loop was held at most meanwhile.
"""

import asyncio
import gc
import json
from tempfile import TemporaryDirectory
import time
from types import SimpleNamespace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.secure_hub.engine.assets.model import Asset, AssetRecord, Sighting
from custom_components.secure_hub.hub.firmware import FirmwareRoom

DEVICES = 1000
MAKERS = 20
RUNS = 3


def main() -> None:
    """Measure and print."""
    figures = asyncio.run(_measure())
    print(f"{DEVICES} devices, one storm: {figures['storm_s_1000']:.3f} s, loop held {figures['loop_max_ms']:.1f} ms")
    print(json.dumps({"bench": "updates", "figures": figures, "peers": {}}))


async def _measure() -> dict[str, float]:
    with TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            assets = _devices(hass)
            room = FirmwareRoom(_hub(hass, assets))
            await room.async_start()
            await room.async_settle()
            runs = [await _storm(hass, room, assets, f"1.{run}.0") for run in range(1, RUNS + 1)]
            await room.async_stop()
            await hass.async_stop(force=True)
    return {
        "storm_s_1000": round(min(seconds for seconds, _ in runs), 4),
        "loop_max_ms": round(min(held for _, held in runs) * 1000, 2),
    }


def _devices(hass: HomeAssistant) -> dict[str, Asset]:
    """Register the devices with their entities, and give the assets that they are."""
    entry = MockConfigEntry(domain="bench")
    entry.add_to_hass(hass)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    found = {}
    for number in range(DEVICES):
        device = devices.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={("bench", str(number))},
            manufacturer=f"Maker {number % MAKERS}",
            model=f"Model {number % MAKERS}",
            sw_version="1.0.0",
        )
        for domain in ("light", "sensor", "update"):
            entities.async_get_or_create(
                domain, "bench", str(number), device_id=device.id, suggested_object_id=f"bench_{number}"
            )
        sighting = Sighting("device_registry", frozenset(), device_id=device.id, domain="bench")
        record = AssetRecord(f"{number:032x}", frozenset(), f"device {number}", 0.0, device.manufacturer, device.model)
        found[record.id] = Asset(record, (sighting,))
        _show(hass, number, "1.0.0")
    return found


def _show(hass: HomeAssistant, number: int, version: str) -> None:
    attributes = {"installed_version": version, "latest_version": "9.0.0", "device_class": "firmware"}
    hass.states.async_set(f"update.bench_{number}", "on", attributes)


def _hub(hass: HomeAssistant, assets: dict[str, Asset]) -> Any:
    """What the room asks of a hub, without a firewall behind it."""
    entry = MockConfigEntry(domain="secure_hub")
    entry.add_to_hass(hass)
    return SimpleNamespace(
        hass=hass,
        entry=entry,
        assets=assets,
        home=SimpleNamespace(governed=frozenset(assets)),
        async_on_governed=lambda listener: (listener(list(assets.values())), lambda: None)[1],
        async_tell=lambda *_arguments, **_details: None,
    )


async def _storm(
    hass: HomeAssistant, room: FirmwareRoom, assets: dict[str, Asset], version: str
) -> tuple[float, float]:
    """Seconds until everything is judged after everything changed, and the longest time that the loop was held."""
    devices = dr.async_get(hass)
    held, done = 0.0, False

    async def beat() -> None:
        nonlocal held
        while not done:
            before = time.perf_counter()
            await asyncio.sleep(0)
            held = max(held, time.perf_counter() - before)

    gc.collect()
    task = asyncio.create_task(beat())
    started = time.perf_counter()
    for number, asset in enumerate(assets.values()):
        devices.async_update_device(asset.sightings[0].device_id or "", sw_version=version)
        _show(hass, number, version)
        if number % 20 == 0:
            await asyncio.sleep(0)  # integrations make their changes one after the other
    while any(room.status(asset_id).installed != version for asset_id in assets):  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - started
    done = True
    await task
    return seconds, held


if __name__ == "__main__":
    main()
