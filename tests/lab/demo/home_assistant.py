"""A real Home Assistant in a config directory of its own."""

import asyncio
from collections.abc import Mapping
import contextlib
from datetime import UTC, datetime
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

import aiohttp

REPOSITORY = Path(__file__).parents[3]
PORT = 8123
START_S = 60
STOP_S = 20

_CONFIGURATION = """\
homeassistant:
  name: Virtual Home
  latitude: 52.37
  longitude: 4.89
  elevation: 1
  unit_system: metric
  time_zone: Europe/Amsterdam
  country: NL
  currency: EUR
frontend:
config:
history:
logbook:
my:
recorder:
sun:
system_health:
webhook:
zha:
  zigpy_config:
    ota:
      enabled: false
"""


class HomeAssistantError(Exception):
    """Home Assistant did not come up; the message ends with what it logged last."""


class HomeAssistantProcess:
    """Home Assistant as a process in the caller's network namespace."""

    def __init__(self, config: Path, zigbee_url: str, cameras: Mapping[str, str]) -> None:
        """Write the config directory, with cameras by their hardware addresses; nothing runs yet."""
        self.config = config
        self.url = f"http://127.0.0.1:{PORT}"
        self._process: subprocess.Popen[bytes] | None = None
        _write_config(config, zigbee_url, cameras)

    async def start(self) -> None:
        """Start and wait until it answers. Raises HomeAssistantError."""
        self._process = await asyncio.to_thread(self._launch)
        async with aiohttp.ClientSession() as session:
            for _ in range(START_S * 4):
                if self._process.poll() is not None:
                    break
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{self.url}/manifest.json", timeout=aiohttp.ClientTimeout(2)) as answer:
                        if answer.ok:
                            return
                await asyncio.sleep(0.25)
        await self.stop()
        raise HomeAssistantError(self.last_words())

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "homeassistant", "--config", str(self.config), "--skip-pip", "--log-no-color"]
        with (self.config / "console.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    async def stop(self, *, kill: bool = False) -> None:
        """End it, by a crash with `kill`, and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait, STOP_S)

    def last_words(self) -> str:
        """The end of its log."""
        log = self.config / "console.log"
        return log.read_text(errors="replace")[-4000:] if log.exists() else "no log"


def _write_config(config: Path, zigbee_url: str, cameras: Mapping[str, str]) -> None:
    """Write what a person would have set up before Secure Hub: where it listens, ZHA with its radio, the cameras."""
    device = {"path": zigbee_url, "baudrate": 115200, "flow_control": None}
    zha = stored_entry("zha", (5, 2), {"radio_type": "ziggurat", "device": device}, title="Virtual radio")
    data = {"cameras": [{"name": name, "mac": mac} for mac, name in cameras.items()]}
    write_config(config, _CONFIGURATION, [zha, stored_entry("lab_camera", (1, 1), data, title="Cameras")])
    (config / "custom_components" / "lab_camera").symlink_to(Path(__file__).parent / "lab_camera")


def write_config(config: Path, yaml: str, entries: list[dict[str, Any]]) -> None:
    """Write a config directory with this integration, a port to listen on, and config entries that are set up."""
    now = datetime.now(UTC).isoformat()
    components = config / "custom_components"
    components.mkdir(parents=True)
    (components / "__init__.py").touch()  # else the repository's own folder, where this runs, would come before it
    (components / "secure_hub").symlink_to(REPOSITORY / "custom_components" / "secure_hub")
    (config / "configuration.yaml").write_text(yaml)
    http = {
        "server_port": PORT,
        "server_host": ["0.0.0.0"],  # noqa: S104 - the hub's own namespace: devices must be able to try
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": now,
        "error": None,
        "error_message": None,
    }
    _store(config, "http", (2, 2), {"stable": http, "pending": None, "yaml_migration_done": True})
    _store(config, "onboarding", (4, 1), {"done": ["core_config", "analytics", "integration"]})
    _store(config, "core.config_entries", (1, 5), {"entries": entries})


def stored_entry(
    domain: str,
    version: tuple[int, int],
    data: dict[str, Any],
    *,
    title: str,
    options: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A config entry as Home Assistant stores it."""
    now = datetime.now(UTC).isoformat()
    major, minor = version
    return {
        "created_at": now,
        "data": data,
        "disabled_by": None,
        "discovery_keys": {},
        "domain": domain,
        "entry_id": f"{domain:0<26}"[:26],
        "minor_version": minor,
        "modified_at": now,
        "options": options or {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": title,
        "unique_id": None,
        "version": major,
    }


def _store(config: Path, key: str, version: tuple[int, int], data: dict[str, Any]) -> None:
    path = config / ".storage" / key
    path.parent.mkdir(exist_ok=True)
    major, minor = version
    path.write_text(json.dumps({"version": major, "minor_version": minor, "key": key, "data": data}))
