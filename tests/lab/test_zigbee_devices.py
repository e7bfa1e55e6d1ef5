"""`script/zigbee-devices`: whatever device a file describes is joined, cut off, released and replaced."""

import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.adapters.zha.gate import ZigbeeGate
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import HARDWARE_ADDRESS, VirtualCoordinator
from tests.lab.zigbee.examine import Verdicts
from tests.lab.zigbee.examiner import Examiner

ROOT: Final = Path(__file__).parents[2]
RECORDINGS: Final = Path(os.environ.get("SECURE_HUB_DATA", "/nonexistent"), "zigbee-devices")

ROUTER, SLEEPER = 142, 128
"""MAC capability flags: mains powered router, sleepy end device (Zigbee 2.3.2.3.6)."""
NODE: Final = {
    "complex_descriptor_available": 0,
    "user_descriptor_available": 0,
    "reserved": 0,
    "aps_flags": 0,
    "frequency_band": 8,
    "manufacturer_code": 4660,
    "maximum_buffer_size": 82,
    "maximum_incoming_transfer_size": 82,
    "server_mask": 0,
    "maximum_outgoing_transfer_size": 82,
    "descriptor_capability_field": 0,
}


def endpoint(device_type: int, inputs: list[int], outputs: list[int]) -> dict[str, Any]:
    """A simple descriptor, as ZHA writes it."""
    return {
        "profile_id": "0x0104",
        "device_type": f"0x{device_type:04x}",
        "input_clusters": [f"0x{one:04x}" for one in inputs],
        "output_clusters": [f"0x{one:04x}" for one in outputs],
    }


def description(number: int, model: str, flags: int, endpoints: dict[str, Any]) -> dict[str, Any]:
    """A device's diagnostics, as far as they matter."""
    node = {**NODE, "logical_type": 1 if flags == ROUTER else 2, "mac_capability_flags": flags}
    return {
        "ieee": f"02:5a:01:00:00:00:00:{number:02x}",
        "manufacturer": "Example",
        "model": model,
        "power_source": "Mains" if flags == ROUTER else "Battery or Unknown",
        "signature": {"node_descriptor": node, "endpoints": endpoints},
    }


DEVICES: Final = {
    "lamp": description(1, "Lamp", ROUTER, {"11": endpoint(0x0101, [0, 3, 4, 5, 6, 8], [0x19])}),
    "strip": description(
        2, "Strip", ROUTER, {"1": endpoint(0x51, [0, 4, 6, 0x0702], []), "2": endpoint(0x51, [4, 6], [])}
    ),
    "contact": description(3, "Contact", SLEEPER, {"1": endpoint(0x0402, [0, 1, 3, 0x20, 0x0500], [])}),
    "radio": {**description(5, "Copycat", ROUTER, {"1": endpoint(0x51, [0, 6], [])}), "ieee": str(HARDWARE_ADDRESS)},
    "remote": description(4, "Remote", SLEEPER, {"1": endpoint(0x0820, [0, 1, 3], [3, 4, 5, 6, 8])}),
}
NONSENSE: Final = {
    "array": "[]",
    "cut": '{"ieee": "02:5a:01:00:00:00:00:',
    "deep": "[" * 200_000,
    "empty": "",
    "no_address": json.dumps({**DEVICES["lamp"], "ieee": "**REDACTED**"}),
    "no_endpoints": json.dumps({**DEVICES["lamp"], "signature": {}}),
}


def run(folder: Path) -> tuple[int, list[str], dict[str, Any]]:
    """Run the program over a folder: exit status, lines, summary."""
    command = [sys.executable, "-m", "tests.lab.zigbee.examine", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    *lines, last = done.stdout.splitlines() or [""]
    return done.returncode, lines, json.loads(last or "{}")


@pytest.mark.timeout(300)
def test_devices_pass_and_nonsense_fails_with_its_reason(tmp_path: Path) -> None:
    for name, device in DEVICES.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(device), encoding="utf-8")
    below = tmp_path / "nonsense"
    below.mkdir()
    for name, text in NONSENSE.items():
        (below / f"{name}.json").write_text(text, encoding="utf-8")
    (tmp_path / "README").write_text("no device", encoding="utf-8")
    status, lines, summary = run(tmp_path)
    failed = [f"nonsense/{name}.json" for name in NONSENSE]
    assert summary == {"files": len(DEVICES) + len(NONSENSE), "passed": len(DEVICES), "failed": failed}, lines
    assert status == 1
    assert [line.partition(":")[0] for line in lines] == [
        *(f"{name}.json" for name in ("contact", "lamp")),
        *failed,
        *(f"{name}.json" for name in ("radio", "remote", "strip")),
    ]


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2


@pytest.mark.skipif("SECURE_HUB_DATA" not in os.environ, reason="SECURE_HUB_DATA is not set")
@pytest.mark.timeout(600)
def test_every_real_device_passes() -> None:
    status, lines, summary = run(RECORDINGS)
    assert (status, summary["failed"]) == (0, []), lines
    assert len(lines) == summary["files"] == summary["passed"] > 100


def test_what_an_examiner_did_not_come_to_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("devices")
    verdicts = Verdicts(folder, [folder / name for name in ("a.json", "b.json", "c.json")])
    verdicts.note(1, None, 1.0)
    assert not capsys.readouterr().out, "told in the order of the files"
    verdicts.note(0, "it burns", 2.0)
    verdicts.end()
    assert verdicts.failed == ["a.json", "c.json"]
    assert capsys.readouterr().out.splitlines() == [
        "a.json: FAILED: it burns (2.0 s)",
        "b.json: passed (1.0 s)",
        "c.json: FAILED: the examination ended before it (0.0 s)",
    ]


@pytest.mark.parametrize(
    ("judgement", "problem"),
    [("_is_uncommanded", "a command reached it"), ("_is_unheard", "its report was heard")],
)
@pytest.mark.parametrize("expected_lingering_tasks", [True])  # zigpy's, of a device that is removed at once
@pytest.mark.usefixtures("expected_lingering_tasks")
async def test_a_gate_that_lets_frames_through_is_found_out(  # noqa: PLR0913, PLR0917 - fixtures
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    hub: SecureHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    judgement: str,
    problem: str,
) -> None:
    monkeypatch.setattr(ZigbeeGate, judgement, lambda _gate, _ieee: False)
    path = tmp_path / "lamp.json"
    path.write_text(json.dumps(DEVICES["lamp"]), encoding="utf-8")
    found = await Examiner(hass, hub, coordinator, zha).examine(path)
    assert found == f"as a newcomer, {problem}"
    assert not coordinator.devices
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
