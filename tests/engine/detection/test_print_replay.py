"""The command `script/replay`, without its setup."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Any

_COMMAND = Path(__file__).resolve().parents[3] / "script" / "print_replay.py"
HEADING = "ts,id.orig_h,id.resp_h,id.resp_p,proto,conn_state,label"


def _run(*arguments: str | Path) -> tuple[list[dict[str, Any]], dict[str, Any], str, int]:
    done = subprocess.run(
        [sys.executable, _COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    *findings, last = map(json.loads, done.stdout.splitlines())
    return findings, last["captures"], done.stderr, done.returncode


def _capture(path: Path, *, label: str = "Malicious", port: int = 23) -> Path:
    rows = [f"{1000 + i},192.168.7.2,198.51.100.{i},{port},tcp,S0,{label}" for i in range(20)]
    path.write_text("\n".join([HEADING, *reversed(rows)]) + "\n")
    return path


def test_findings_and_a_summary(tmp_path: Path) -> None:
    file = _capture(tmp_path / "bot.csv")
    findings, captures, errors, status = _run("zeek", file)
    (finding,) = findings
    assert set(finding) == {"asset", "time", "kind", "severity", "confidence", "technique", "evidence", "capture"}
    assert (finding["asset"], finding["kind"], finding["time"]) == ("192.168.7.2", "horizontal_scan", 1008.0)
    assert captures == {
        str(file): {"findings": 1, "by_kind": {"horizontal_scan": 1}, "first_s": 8.0, "assets": 1, "span_s": 19.0}
    }
    assert (errors, status) == ("", 0)


def test_a_folder_of_logs_is_one_capture(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conn.log").write_text(_capture(tmp_path / "x").read_text())
    (tmp_path / "b" / "readme.txt").write_text("not a capture")
    assert list(_run("zeek", tmp_path)[1]) == [str(tmp_path / "a"), str(tmp_path / "b")]


def test_what_is_normal_in_the_baseline_is_not_said(tmp_path: Path) -> None:
    bot, normal = _capture(tmp_path / "bot.csv"), _capture(tmp_path / "normal.csv", label="Benign")
    assert _run("zeek", bot, "--baseline", normal)[0] == []
    assert len(_run("zeek", bot, "--baseline", bot)[0]) == 1, "of a baseline, only what is labelled benign is learnt"
    other = _capture(tmp_path / "other.csv", label="Benign", port=2323)
    said = [[it["kind"] for it in _run("zeek", bot, "--baseline", other, "--budget", it)[0]] for it in ("1", "7")]
    assert said == [["new_service"], ["new_service", "horizontal_scan"]], "one in a device's day is 7 a week"


def test_garbage_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "noise"
    file.write_bytes(bytes(range(256)) * 50)
    for form in ("zeek", "eve", "pcap", "binetflow", "zigbee-pcap"):
        findings, captures, errors, status = _run(form, file, tmp_path / "missing")
        assert findings == []
        assert captures[str(file)] == {"findings": 0, "by_kind": {}, "first_s": None, "assets": 0, "span_s": 0.0}
        assert "missing: No such file" in errors
        assert status == 1


def test_a_list_of_bad_networks_and_a_key(tmp_path: Path) -> None:
    drop, other, garbage = tmp_path / "drop.txt", tmp_path / "other.txt", tmp_path / "garbage.txt"
    drop.write_text("198.51.100.3\n")
    other.write_text("203.0.113.0/24 ; elsewhere\n")
    findings = _run("zeek", _capture(tmp_path / "bot.csv"), "--listed", drop, "--listed", other)[0]
    assert [it["kind"] for it in findings] == ["listed_network", "horizontal_scan"]
    assert "(drop)" in findings[0]["evidence"]
    garbage.write_text("198.51.100.3\nnonsense\n")
    _, _, errors, status = _run(
        "zeek", _capture(tmp_path / "bot.csv"), "--listed", garbage, "--listed", tmp_path / "no"
    )
    assert (f"{garbage}: line 2: " in errors, f"{tmp_path / 'no'}: No such file" in errors, status) == (True, True, 1)
    capture = tmp_path / "radio.pcap"
    capture.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff0000e6000000"))
    assert _run("zigbee-pcap", capture, "--key", "00:" * 15 + "0f")[3] == 0
