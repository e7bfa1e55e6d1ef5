"""What the hub adds to Home Assistant's start and memory: `script/bench startup`.

Real Home Assistant processes in a network namespace of their own, with as many neighbours behind an IoT bridge as there
are to be assets. Each is started twice; the second start, with everything remembered, is measured. The peer is Home
Assistant's own template integration with as many switches.
"""

import json
import os
from pathlib import Path
import re
import signal
import subprocess
import sys
from tempfile import TemporaryDirectory
import time

from tests.lab.demo.home_assistant import stored_entry, write_config

COUNTS = (100, 1000)
RUNS = 3
LIMIT_S = 120
STOP_S = 300
"""Home Assistant's recorder first writes, row by row, what a first start made: 15 entities of each asset."""
SETTLE_S = 4
FIRST_SETTLE_S = 60
"""After a first start: told to stop while it still deals with thousands of new entities, Home Assistant does not."""
_BASE = """\
homeassistant:
  name: Bench
  country: NL
  time_zone: Europe/Amsterdam
logger:
  default: warning
  logs:
    homeassistant.bootstrap: info
recorder:
"""
_INITIALISED = re.compile(r"Home Assistant initialized in ([0-9.]+)s")


def main() -> None:
    """Measure and print."""
    bare_s, bare_mb = _measure(0, hub=False)
    figures, peers = {"bare_s": bare_s, "bare_mb": bare_mb}, {}
    print(f"{'':28}{'start':>9}{'memory':>11}")
    print(f"{'Home Assistant alone':28}{bare_s:7.2f} s{bare_mb:8.0f} MB")
    for count in COUNTS:
        for name, hub, found in (("Secure Hub", True, figures), ("template switches", False, peers)):
            seconds, megabytes = _measure(count, hub=hub)
            found[f"added_s_{count}"] = round(seconds - bare_s, 3)
            found[f"added_mb_{count}"] = round(megabytes - bare_mb, 1)
            print(f"{f'{name}, {count}':28}{seconds - bare_s:+7.2f} s{megabytes - bare_mb:+8.0f} MB")
    print(json.dumps({"bench": "startup", "figures": figures, "peers": peers}))


def _measure(count: int, *, hub: bool) -> tuple[float, float]:
    """Seconds until Home Assistant is initialised and megabytes that it then holds, the least of several runs."""
    neighbours(count)
    with TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        config = Path(folder) / "config"
        entry = stored_entry(
            "secure_hub",
            (1, 1),
            {"iot_interfaces": ["br-iot"], "lan_interfaces": []},
            title="Secure Hub",
            options={"mode": "enforce", "newcomers": "hold"},
        )
        write_config(config, _BASE + ("" if hub else _switches(count)), [entry] if hub else [])
        _start(config, FIRST_SETTLE_S)
        runs = [_start(config) for _ in range(RUNS)]
    return min(seconds for seconds, _ in runs), min(megabytes for _, megabytes in runs)


def _switches(count: int) -> str:
    """The peer's configuration."""
    rows = [
        f"      - {{name: Switch {i}, unique_id: s{i}, optimistic: true, turn_on: [], turn_off: []}}"
        for i in range(count)
    ]
    return "\n".join(("template:", "  - switch:", *rows, "")) if rows else ""


def neighbours(count: int) -> None:
    """Move into a new namespace with that many neighbours, permanent ones, which the kernel's limits do not count."""
    os.unshare(os.CLONE_NEWNET)
    lines = [
        "link set lo up",
        "link add br-iot type bridge",
        "address add 10.66.0.1/16 dev br-iot",
        "link set br-iot up",
    ]
    lines += [
        f"neigh replace 10.66.{1 + i // 250}.{1 + i % 250} lladdr 02:66:00:00:{i >> 8:02x}:{i & 255:02x} "
        "dev br-iot nud permanent"
        for i in range(count)
    ]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def _start(config: Path, settle_s: float = SETTLE_S) -> tuple[float, float]:
    log = config / "console.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "homeassistant", "--config", str(config), "--skip-pip", "--log-no-color"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + LIMIT_S
        while not (found := _INITIALISED.search(log.read_text(errors="replace"))):
            if time.monotonic() > deadline or process.poll() is not None:
                sys.exit(f"Home Assistant did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        time.sleep(settle_s)
        status = Path(f"/proc/{process.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
        return float(found[1]), resident / 1024
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_S)


if __name__ == "__main__":
    main()
