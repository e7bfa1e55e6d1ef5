"""The pictures of the documentation, taken of the demo: `python -m tests.lab.demo.screenshots [FOLDER]`."""

import argparse
import asyncio
from pathlib import Path
import sys

from PIL import Image

from ..network.lab import Lab
from .browser import PHONE, Screen, screen, unavailable
from .world import World, world

FOLDER = Path(__file__).parents[3] / "docs" / "images"
ANIMALS = ("bulb", "lock", "plug", "motion")
PAGE = (1280, 800)
WIDE = (1600, 760)
PANEL = (1440, 760)
MATRIX = (1520, 860)
TALL = (1280, 1240)
TALKED_S = 240
"""Until what devices say has gone through telemetry's minutes."""
TALKED = 6
"""Conversations that are there to be shown, at least."""
MAX_BYTES = 200_000
COLOURS = 256


def main() -> int:
    """Bring the home up, take the pictures; 0 if all went well."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER, help=f"where they go (default {FOLDER})")
    arguments = parser.parse_args()
    if reason := Lab.unavailable() or unavailable():
        print(f"No pictures can be taken on this machine: {reason}", file=sys.stderr)
        return 1
    with Lab.routed() as lab:
        asyncio.run(_take(lab, arguments.folder))
    return 0


async def _take(lab: Lab, folder: Path) -> None:
    async with world(lab, ANIMALS) as home:
        await _talk(home)
        camera = await home.quarantine_switch(mac=lab.device("camera").mac)
        await home.client.action("switch.turn_on", {"entity_id": camera})
        entities = await home.client.command("config/entity_registry/list")
        device_id = next(entity["device_id"] for entity in entities if entity["entity_id"] == camera)
        page = f"/config/devices/device/{device_id}"
        tv = await _asset(home, "Tv")
        for name, size, path in (
            ("device-page", PAGE, page),
            ("dashboard", WIDE, "/"),
            ("dashboard-phone", PHONE, "/"),
            ("panel", PANEL, "/secure-hub"),
            ("panel-devices", MATRIX, "/secure-hub/devices"),
            ("panel-device", TALL, f"/secure-hub/device/{tv}"),
            ("panel-dark", PANEL, "/secure-hub/network"),
            ("panel-phone", PHONE, "/secure-hub"),
        ):
            async with screen(home.home_assistant.url, size, scale=2 if size == PHONE else 1) as shown:
                await shown.page.emulate_media(color_scheme="dark" if name.endswith("-dark") else "light")
                await _picture(home, shown, path, folder / f"{name}.png")


async def _asset(home: World, name: str) -> str:
    """Id of the asset that people call so."""
    rows = (await home.client.command("secure_hub/assets"))["assets"]
    return str(next(row["id"] for row in rows if row["name"] == name))


async def _talk(home: World) -> None:
    """Let devices do what they do all day, the speaker after asking only, until there is something to show of it."""
    for device in home.lab.devices:
        await asyncio.to_thread(device.live)
    change = {"value": await _asset(home, "Speaker"), "scope": "internet", "decision": "ask"}
    await home.client.command("secure_hub/set_permissions", changes=[change])
    async with asyncio.timeout(TALKED_S):
        while True:
            flows = (await home.client.command("secure_hub/flows"))["flows"]
            if len(flows) >= TALKED and any(flow["held"] for flow in flows):
                return
            await asyncio.sleep(2)


async def _picture(home: World, shown: Screen, path: str, file: Path) -> None:
    await shown.log_in(home.owner.username, home.owner.password)
    await shown.open(path)
    await shown.photograph(file)
    size = await asyncio.to_thread(_shrink, file)
    print(f"{file.name}: {size // 1000} kB")
    for complaint in shown.complaints:
        print(f"the console complained: {complaint}", file=sys.stderr)


def _shrink(file: Path) -> int:
    """Write a picture of a user interface with few colours; its size. Raises ValueError if it stays too large."""
    with Image.open(file) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    size = file.stat().st_size
    if size > MAX_BYTES:
        msg = f"{file} has {size} bytes, more than {MAX_BYTES}"
        raise ValueError(msg)
    return size


if __name__ == "__main__":
    sys.exit(main())
