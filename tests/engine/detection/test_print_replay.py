"""The command `script/replay`, without its setup."""

import bz2
import gzip
import json
import lzma
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from script import recordings

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
        assert list(captures) == [str(file)], "what is not there is not quiet"
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


def test_zeeks_archive(tmp_path: Path) -> None:
    """Rotated logs lie packed beside others, a folder a day; all of a day is one capture."""
    rows = _capture(tmp_path / "bot.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "bot.csv").unlink()
    day, other = tmp_path / "2018-09-21", tmp_path / "others"
    day.mkdir()
    other.mkdir()
    with gzip.open(day / "conn.21:00:00-22:00:00.log.gz", "wb") as early:
        early.writelines(rows[:10])
    with bz2.open(day / "conn.22:00:00-23:00:00.log.bz2", "wb") as late:
        late.writelines([rows[0], *rows[10:]])
    (day / "notice.21:00:00-22:00:00.log").write_text('{"ts":1,"note":"x"}')
    (other / "capture.labeled").write_bytes(b"".join(rows))
    (other / "ssh_tried.tsv").write_bytes(b"".join(rows).replace(b",", b"\t"))
    findings, captures, errors, status = _run("zeek", tmp_path)
    assert list(captures) == [str(day), str(other / "capture.labeled"), str(other / "ssh_tried.tsv")]
    assert [it["kind"] for it in findings] == ["horizontal_scan"] * 3
    assert (errors, status) == ("", 0)
    assert len(_run("zeek", day / "conn.21:00:00-22:00:00.log.gz")[1]) == 1


def test_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    nothing, full = tmp_path / "nothing", _capture(tmp_path / "full.csv")
    nothing.mkdir()
    (nothing / "http.log").write_text("{}")
    (empty := tmp_path / "empty.log").touch()
    (packed := tmp_path / "flows.log.xz").write_bytes(lzma.compress(full.read_bytes()))
    (torn := tmp_path / "torn.log.gz").write_bytes(gzip.compress(full.read_bytes())[:-9])
    (outside := tmp_path / "outside.csv").write_text(f"{HEADING}\n1000,10.0.0.1,224.0.0.1,9,udp,S0,\n")
    findings, captures, errors, status = _run("zeek", nothing, empty, packed, torn, outside, full)
    assert [it["capture"] for it in findings] == [str(torn), str(full)]
    assert list(captures) == [str(it) for it in (empty, packed, torn, outside, full)]
    for path, word in (
        (nothing, "no capture of the format zeek found"),
        (empty, "it is empty"),
        (packed, "packed as xz"),
        (torn, "torn"),
        (outside, "nothing in it tells of a device"),
    ):
        assert any(it.startswith(f"{path}: ") and word in it for it in errors.splitlines()), (path, errors)
    assert status == 1


def test_a_bomb_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recordings, "_MOST", 1 << 20)
    (bomb := tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(4 << 20)))
    with recordings.opened(bomb) as stream, pytest.raises(recordings.UnreadableError, match="unpacks to more"):
        stream.read()


def test_a_folder_that_may_not_be_read_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    said: list[str] = []
    assert list(recordings.captures("zeek", [tmp_path], lambda _, reason: said.append(reason))) == []
    assert said == ["Permission denied", "no capture of the format zeek found"]


def test_the_files_of_the_ring_are_one_capture(tmp_path: Path) -> None:
    for number in range(3):
        minute = {"v": 1, "asset": "a", "minute": 600 + 60 * number}
        row = {"peer": "198.51.100.7", "protocol": "tcp", "port": 443, "outcome": "answered", "begun": 1}
        row |= {"first": 1.0, "last": 1.0}
        lines = [json.dumps(minute | {"flows": {"begun": 1, "answered": 1}, "conversations": [row]})]
        (tmp_path / f"000000000{number}-{1_763_812_800 + number}.jsonl").write_text("\n".join(lines) + "\n")
    _, captures, errors, _ = _run("telemetry", tmp_path)
    assert (errors, list(captures)) == ("", [str(tmp_path)])
    assert captures[str(tmp_path)]["span_s"] == 120
