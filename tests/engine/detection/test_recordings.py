"""Real recordings: what is in them is found in time, and harmless devices are quiet."""

import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

_COMMAND = Path(__file__).resolve().parents[3] / "script" / "print_replay.py"
pytestmark = pytest.mark.skipif("SECURE_HUB_DATA" not in os.environ, reason="SECURE_HUB_DATA is not set")


def _summaries(form: str, *paths: str) -> dict[str, Any]:
    folder = Path(os.environ["SECURE_HUB_DATA"])
    done = subprocess.run(
        [sys.executable, _COMMAND, form, *(it if it.startswith("-") else str(folder / it) for it in paths)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["captures"]
    return {str(Path(name).relative_to(folder)): it for name, it in summary.items()}


def test_267_devices_are_set_up_in_peace() -> None:
    summaries = _summaries("pcap", "device-setup")
    assert len(summaries) == 267
    assert all(it["assets"] for it in summaries.values())
    assert {name: it["by_kind"] for name, it in summaries.items() if it["findings"]} == {}


def test_zigbee_devices_live_in_peace() -> None:
    summaries = _summaries("zigbee-pcap", "zigbee-captures")
    assert len(summaries) > 30
    assert {name: it["by_kind"] for name, it in summaries.items() if it["findings"]} == {}
    assert sum(it["assets"] for it in summaries.values()) > 30


def test_harmless_devices_are_quiet_and_infected_ones_are_found() -> None:
    """The malicious traffic begins 334 s (Torii) and 315 s (Mirai) into the captures."""
    summaries = _summaries("zeek", "botnet-flows")
    by_device = {Path(name).stem.split("-Capture-")[1].removesuffix("-1-labeled"): it for name, it in summaries.items()}
    assert [by_device[number]["findings"] for number in ("4", "7")] == [0, 0]
    assert 334 < by_device["20"]["first_s"] < 334 + 300
    assert 315 < by_device["34"]["first_s"] < 315 + 10
    assert set(by_device["34"]["by_kind"]) == {"beacon", "bot_channel", "dead_contact", "flood"}


@pytest.mark.parametrize(
    ("form", "path", "kind"),
    [
        ("zeek", "ids-flows/dataset/port-scans/horizontal", "horizontal_scan"),
        ("zeek", "ids-flows/dataset/port-scans/vertical", "vertical_scan"),
        ("zeek", "ids-flows/dataset/test13-malicious-dhcpscan-zeek-dir", "dhcp_scan"),
        ("zeek", "ids-flows/dataset/test16-malicious-zeek-dir", "arp_spoof"),
        ("binetflow", "ids-flows/dataset/test3-mixed.binetflow", "brute_force"),
        ("binetflow", "ids-flows/dataset/test4-malicious.binetflow", "horizontal_scan"),
        ("binetflow", "ids-flows/dataset/test4-malicious.binetflow", "peer_to_peer"),
        ("binetflow", "ids-flows/dataset/test11-portscan.binetflow", "vertical_scan"),
        ("pcap", "ids-flows/dataset/test8-malicious.pcap", "arp_scan"),
        ("pcap", "ids-flows/dataset/test12-icmp-portscan.pcap", "horizontal_scan"),
        ("pcap", "protocol-captures/tests/cfgs/default/pcap/dns-tunnel-iodine.pcap", "dns_tunnel"),
        ("pcap", "protocol-captures/tests/cfgs/default/pcap/bad-dns-traffic.pcap", "dns_tunnel"),
        ("pcap", "protocol-captures/tests/cfgs/default/pcap/synscan.pcap", "vertical_scan"),
        ("eve", "suricata-eve.json", "ids_alert"),
    ],
)
def test_attacks_are_found(form: str, path: str, kind: str) -> None:
    (summary,) = _summaries(form, path).values()
    assert summary["by_kind"].get(kind, 0) >= 1


@pytest.mark.parametrize(("number", "begins"), [("20", 334), ("34", 315)])
def test_who_knows_normal_life_finds_the_first_malicious_call(number: str, begins: int) -> None:
    path = f"botnet-flows/CTU-Malware-Capture-{number}-1-labeled.csv"
    (summary,) = _summaries("zeek", path, "--baseline", path).values()
    assert begins < summary["first_s"] < begins + 5
