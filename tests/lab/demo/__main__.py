"""Run the demo: `python -m tests.lab.demo` until Ctrl-C, or with `--check` the proof that it works."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time

from ..network.catalogue import DEVICES
from ..network.lab import Lab
from .check import check
from .door import knock, open_door
from .home_assistant import PORT
from .world import World, world

CHECKED_DEVICES = DEVICES[:4]
CHECKED_ANIMALS = ("bulb",)


def main() -> int:
    """Parse the arguments and run; 0 if all went well."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="prove each claim, print it with its time, and end")
    parser.add_argument("--port", type=int, default=PORT, help=f"port on this machine (default {PORT})")
    arguments = parser.parse_args()
    if reason := Lab.unavailable():
        print(f"The virtual home cannot be built on this machine: {reason}", file=sys.stderr)
        return 1
    if arguments.check:
        with Lab.routed(CHECKED_DEVICES) as lab:
            return asyncio.run(_check(lab))
    return _show(arguments.port)


async def _check(lab: Lab) -> int:
    start = time.monotonic()
    async with world(lab, CHECKED_ANIMALS) as running:
        print(f"ok   {time.monotonic() - start:6.2f} s  the home is up: devices, radio, Home Assistant, Secure Hub")
        all_true = await check(running)
        if not all_true:
            print(running.home_assistant.last_words(), file=sys.stderr)
    print(f"{'All claims hold' if all_true else 'A claim does not hold'} ({time.monotonic() - start:.0f} s)")
    return 0 if all_true else 1


def _show(port: int) -> int:
    """Open the door, then move into the hub's namespace and bring the home up."""
    try:
        listener = knock(port)
    except OSError as error:
        print(f"Port {port} of this machine cannot be used: {error}. Try --port.", file=sys.stderr)
        return 1
    with listener, Lab.routed() as lab:
        door = open_door(listener, PORT)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(_live(lab, port))
        finally:
            door.terminate()
            door.wait()
    return 0


async def _live(lab: Lab, port: int) -> None:
    for device in lab.devices:
        device.live(seconds=24 * 3600.0)
    async with world(lab) as running:
        _greet(running, port)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        print("\nTaking the home down ...")


def _greet(running: World, port: int) -> None:
    print(f"""
A home of {len(running.lab.devices)} network devices and {len(running.radio)} Zigbee devices is running.

  http://127.0.0.1:{port}/

  administrator  {running.owner.username:10} {running.owner.password}
  plain user     {running.resident.username:10} {running.resident.password}

Open a device under Settings > Devices and flip its Quarantine switch. Ctrl-C ends everything (process {os.getpid()}).
""")


if __name__ == "__main__":
    sys.exit(main())
