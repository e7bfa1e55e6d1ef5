"""The virtual Zigbee network as a program: `python -m tests.lab.zigbee --port 8900 --control 8901`.

Prints one JSON line, `{"url": ..., "control": PORT}`, when both sockets listen, and runs until SIGTERM or SIGINT.
"""

import argparse
import asyncio
import json
import signal

from .control import Control
from .coordinator import VirtualCoordinator
from .zoo import ZOO


async def _run(port: int, control_port: int) -> None:
    coordinator = VirtualCoordinator()
    control = Control(coordinator, ZOO)
    finished = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, finished.set)
    await coordinator.start(port)
    try:
        bound = await control.start(control_port)
        print(json.dumps({"url": coordinator.url, "control": bound}), flush=True)  # noqa: T201  # what it is run for
        await finished.wait()
    finally:
        await control.stop()
        await coordinator.stop()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.zigbee", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of the coordinator, 0 for a free one")
    parser.add_argument("--control", type=int, default=0, help="port of the control socket, 0 for a free one")
    arguments = parser.parse_args()
    asyncio.run(_run(arguments.port, arguments.control))


if __name__ == "__main__":
    _main()
