"""Examine the Zigbee devices that a folder describes: `script/zigbee-devices DIR`.

Every `*.json` below the folder is taken for a device's diagnostics as ZHA writes them. One line a file, and last one
line of JSON: `{"files": n, "passed": n, "failed": [...]}`, failed ones by their paths in the folder. The exit status is
0 if all passed, 1 if one failed, 2 if there is nothing to examine.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import logging
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time
from typing import Final

from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

import custom_components.secure_hub  # noqa: F401 - this checkout's, before any other could be found
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub

from .coordinator import VirtualCoordinator
from .examiner import Examiner, examine_all
from .plugin import CONFIG, zha_entry

MAX_FILES: Final = 10_000


def main() -> int:
    """Examine the folder named on the command line."""
    parser = argparse.ArgumentParser(
        prog="script/zigbee-devices", description="Examine the Zigbee devices that ZHA's diagnostics describe."
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder: Path = parser.parse_args().folder
    paths = sorted(path for path in folder.rglob("*.json") if path.is_file())[: MAX_FILES + 1]
    if not 0 < len(paths) <= MAX_FILES:
        print(f"{folder}: {'too many' if paths else 'no'} *.json files in it", file=sys.stderr)  # noqa: T201 - what it is run for
        return 2
    logging.disable(logging.CRITICAL)  # what ZHA says of refused commands is no news
    failed = [str(path.relative_to(folder)) for path in asyncio.run(_examine(folder, paths))]
    print(json.dumps({"files": len(paths), "passed": len(paths) - len(failed), "failed": failed}), flush=True)  # noqa: T201 - what it is run for
    return 1 if failed else 0


async def _examine(folder: Path, paths: list[Path]) -> list[Path]:
    began = time.monotonic()

    def said(path: Path, problem: str | None) -> None:
        nonlocal began
        now = time.monotonic()
        verdict = "passed" if problem is None else f"FAILED: {problem}"
        print(f"{path.relative_to(folder)}: {verdict} ({now - began:.1f} s)", flush=True)  # noqa: T201 - what it is run for
        began = now

    async with _home() as examiner:
        began = time.monotonic()
        return await examine_all(examiner, paths, said)


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
    sys.exit(main())
