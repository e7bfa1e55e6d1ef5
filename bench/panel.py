"""How quick the panel is: `script/bench panel`.

A real Home Assistant in a network namespace of its own, with as many neighbours behind an IoT bridge as there are to be
devices, and a real browser in front of it. First paint is from the start of loading Home Assistant's page, with its
files in the browser's cache, to the first device in the matrix. How long the event loop is held is seen by another
connection, whose pings wait meanwhile: what other processes take from this machine counts in. The first snapshot works
every row out; the others are read while nothing changes. In the burst a rule for all of them comes and goes, so that
more than 500 rows a second change, which the page hears of by its own subscription, while somebody marks devices with
the mouse: an answer is what the browser itself measures from the click to the next paint (Event Timing, in steps of
8 ms from 16 on).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import gzip
from itertools import count, cycle
import json
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import aiohttp

from bench.startup import neighbours
from tests.lab.demo.browser import Screen, screen, unavailable
from tests.lab.demo.client import Client, onboard
from tests.lab.demo.home_assistant import stored_entry, write_config

FEW, MANY = 300, 1000
BURST_S = 5
BURST_PAUSE_S = 0.5
RUNS = 5
START_S = 120
URL = "http://127.0.0.1:8123"
OWNER = ("owner", "only-for-this-bench")
CODE = Path(__file__).parents[1] / "custom_components" / "secure_hub" / "frontend"
_CONFIGURATION = """\
homeassistant:
  name: Bench
  country: NL
  time_zone: Europe/Amsterdam
logger:
  default: warning
frontend:
config:
"""
_FIND = """
const find = (root, name) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.localName === name) return element;
    const found = element.shadowRoot && find(element.shadowRoot, name);
    if (found) return found;
  }
};
"""
_PAINTED = f"""() => new Promise((resolve) => {{
  {_FIND}
  const look = () => {{
    const rows = find(document, "secure-hub-devices")?.shadowRoot?.querySelectorAll(".rows .line").length;
    if (rows) requestAnimationFrame(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  }};
  look();
}})"""
_SCROLL = f"""() => new Promise((resolve) => {{
  {_FIND}
  const scroller = find(document, "secure-hub-devices").shadowRoot.querySelector(".scroller");
  let longest = 0, last = performance.now(), frames = 0;
  const step = (now) => {{
    longest = Math.max(longest, now - last);
    last = now;
    scroller.scrollTop += 280;
    if (++frames < 200) requestAnimationFrame(step);
    else resolve(longest);
  }};
  requestAnimationFrame((now) => {{ last = now; requestAnimationFrame(step); }});
}})"""


_WATCH = """() => {
  const found = window.found = {answers: [16], frame: 0};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "click") found.answers.push(entry.duration);
  }).observe({type: "event", durationThreshold: 16});
  let last = performance.now();
  const step = (now) => {
    found.frame = Math.max(found.frame, now - last);
    last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}"""


def main() -> None:
    """Measure and print."""
    if reason := unavailable():
        sys.exit(f"bench: {reason}")
    figures = {"bundle_kb_gz": round(sum(len(gzip.compress(file.read_bytes())) for file in CODE.iterdir()) / 1024, 1)}
    neighbours(FEW)
    figures |= asyncio.run(_few())
    neighbours(MANY)
    figures |= asyncio.run(_many())
    for name, figure in figures.items():
        print(f"{name:24}{figure:10.2f}")
    print(json.dumps({"bench": "panel", "figures": figures}))


@asynccontextmanager
async def _home() -> AsyncIterator[Client]:
    """A Home Assistant that guards all neighbours, and a session of its owner."""
    with TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        config = Path(folder) / "config"
        entry = stored_entry(
            "secure_hub",
            (1, 1),
            {"iot_interfaces": ["br-iot"], "lan_interfaces": []},
            title="Secure Hub",
            options={"mode": "enforce", "newcomers": "hold"},
        )
        write_config(config, _CONFIGURATION, [entry])
        command = [sys.executable, "-m", "homeassistant", "--config", str(config), "--skip-pip", "--log-no-color"]
        log = await asyncio.to_thread((config / "console.log").open, "wb")
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            await _answers()
            await onboard(URL, *OWNER)
            async with Client(URL, *OWNER) as client:
                await _guards(client)
                yield client
        finally:
            process.terminate()
            await process.wait()
            log.close()


async def _answers() -> None:
    async with asyncio.timeout(START_S), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{URL}/manifest.json") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)


async def _guards(client: Client) -> None:
    """Wait until the hub knows of everybody, and everybody's entities are there."""
    async with asyncio.timeout(START_S):
        while True:
            try:
                overview = await client.command("secure_hub/overview")
                if overview["counts"]["governed"] and overview["state"] == "in_sync":
                    break
            except Exception:  # noqa: BLE001 - it is not there yet, in whatever way
                await asyncio.sleep(0.5)
    await asyncio.sleep(8)  # what follows a start is no part of this


async def _few() -> dict[str, float]:
    """First paint."""
    async with _home(), _owner() as shown:
        found = []
        for _ in range(RUNS + 1):  # the first fills the browser's cache
            await shown.page.goto(f"{URL}/secure-hub/devices")
            found.append(float(await shown.page.evaluate(_PAINTED)) / 1000)
        return {"first_paint_s_300": median(found[1:])}


async def _many() -> dict[str, float]:
    """Scrolling, and what it costs Home Assistant."""
    async with _home() as client:
        held, snapshots = await _snapshots(client)
        async with _owner() as shown:
            await shown.page.goto(f"{URL}/secure-hub/devices")
            await shown.page.evaluate(_PAINTED)
            await shown.page.wait_for_timeout(2000)
            frames = [float(await shown.page.evaluate(_SCROLL)) for _ in range(3)]
            burst = await _burst(client, shown)
        return {
            "longest_frame_ms_1000": min(frames),
            "snapshot_ms_1000": median(snapshots[1:]),
            "snapshot_first_ms_1000": snapshots[0],
            "loop_max_ms": held,
            **burst,
        }


async def _burst(client: Client, shown: Screen) -> dict[str, float]:
    """Mark devices with the mouse while rows change; those that arrive are counted on the page's own wire."""
    heard = [0]

    def take(frame: str | bytes) -> None:
        heard[0] += str(frame).count('"standing":')

    shown.page.on("websocket", lambda socket: socket.on("framereceived", take))
    await shown.page.goto(f"{URL}/secure-hub/devices")
    await shown.page.evaluate(_PAINTED)
    await shown.page.wait_for_timeout(2000)
    marks = shown.page.locator("secure-hub-devices .rows input[type=checkbox]")
    await shown.page.evaluate(_WATCH)
    heard[0], begin = 0, perf_counter()
    changing = asyncio.create_task(_change(client))
    number = 0
    while not changing.done():
        await marks.nth(number % 5).click()
        number += 1
        await asyncio.sleep(0.2)
    await changing
    found, seconds = await shown.page.evaluate("() => window.found"), perf_counter() - begin
    return {
        "burst_updates_s": heard[0] / seconds,
        "burst_answer_ms": max(found["answers"]),
        "burst_longest_frame_ms": found["frame"],
    }


async def _change(client: Client) -> None:
    """Let a rule for all come and go."""
    end = perf_counter() + BURST_S
    for decision in cycle(("deny", "default")):
        change = {"kind": "class", "value": "unknown", "scope": "lan", "decision": decision}
        await client.command("secure_hub/set_permissions", changes=[change])
        if perf_counter() > end and decision == "default":
            return
        await asyncio.sleep(BURST_PAUSE_S)


@asynccontextmanager
async def _owner() -> AsyncIterator[Screen]:
    async with screen(URL) as shown:
        await shown.log_in(*OWNER)
        yield shown


@asynccontextmanager
async def _socket(client: Client) -> AsyncIterator[Callable[..., Awaitable[dict[str, Any]]]]:
    """One connection that stays: what sends a command over it and gives the answer."""
    numbers = count(1)
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{URL}/api/websocket") as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": client.tokens["access_token"]})
        await socket.receive_json()

        async def ask(kind: str, **fields: Any) -> dict[str, Any]:
            await socket.send_json({"id": next(numbers), "type": kind, **fields})
            return dict(await socket.receive_json())

        yield ask


async def _snapshots(client: Client) -> tuple[float, list[float]]:
    """Milliseconds that another connection's pings waited at most, and that each snapshot took."""
    found, waits = list[float](), list[float]()

    async def watch() -> None:
        while True:
            begin = perf_counter()
            await ping("ping")
            waits.append((perf_counter() - begin) * 1000)
            await asyncio.sleep(0.001)

    async with _socket(client) as ask, _socket(client) as ping:
        watching = asyncio.create_task(watch())
        for _ in range(RUNS):
            begin, after = perf_counter(), None
            while True:
                page = (await ask("secure_hub/assets", **({} if after is None else {"after": after})))["result"]
                if (after := page["after"]) is None:
                    break
            found.append((perf_counter() - begin) * 1000)
        watching.cancel()
        await asyncio.wait([watching])
    return max(waits), found


if __name__ == "__main__":
    main()
