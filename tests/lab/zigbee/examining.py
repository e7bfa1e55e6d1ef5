"""One of the homes in which `script/zigbee-devices` examines devices: `examining FOLDER NUMBER HOMES`.

Takes every HOMES-th file of the folder, from the NUMBER-th on, and tells of each in a line of JSON: the number of the
file, what is wrong with its device or null, and seconds.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import logging
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time

from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

import custom_components.secure_hub  # noqa: F401 - this checkout's, before any other could be found
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub

from .coordinator import VirtualCoordinator
from .examine import files_of
from .examiner import Examiner
from .plugin import CONFIG, zha_entry


async def _examine(paths: list[tuple[int, Path]]) -> None:
    async with _home() as examiner:
        for number, path in paths:
            began = time.monotonic()
            problem = await examiner.examine(path)
            print(json.dumps([number, problem, time.monotonic() - began]), flush=True)  # noqa: T201 - what it is run for


@asynccontextmanager
async def _home() -> AsyncIterator[Examiner]:
    """Home Assistant with ZHA on a virtual coordinator, and a hub that enforces and holds newcomers."""
    coordinator = VirtualCoordinator()
    await coordinator.start()
    with TemporaryDirectory(prefix="secure-hub-zigbee-") as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            try:
                yield await _set_up(hass, coordinator)
            finally:
                await hass.async_stop(force=True)
                await coordinator.stop()


async def _set_up(hass: HomeAssistant, coordinator: VirtualCoordinator) -> Examiner:
    for name, config in (("homeassistant", {}), ("zha", CONFIG)):
        if not await async_setup_component(hass, name, config):
            sys.exit(f"{name} did not start")
    radio = zha_entry(coordinator.url)
    hub = MockConfigEntry(
        domain=DOMAIN,
        title="Secure Hub",
        data={"iot_interfaces": [], "lan_interfaces": []},
        options={"mode": "enforce", "newcomers": "hold"},
        version=1,
    )
    for entry in (radio, hub):
        entry.add_to_hass(hass)
        if not await hass.config_entries.async_setup(entry.entry_id):
            sys.exit(f"{entry.domain} did not start: {entry.reason}")
    await hass.async_block_till_done()
    built: SecureHub = hub.runtime_data
    return Examiner(hass, built, coordinator, radio)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what ZHA says of refused commands is no news
    asyncio.run(_examine(list(enumerate(files_of(Path(sys.argv[1]))))[int(sys.argv[2]) :: int(sys.argv[3])]))
