"""The command `script/mud`, without its setup."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

from .documents import ace, document, encoded

_COMMAND = Path(__file__).resolve().parents[3] / "script" / "print_mud.py"
_KEYS = ["direction", "family", "protocol", "remote", "local_ports", "remote_ports", "ace"]


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, _COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_one_line_a_rule(tmp_path: Path) -> None:
    file = tmp_path / "lamp.json"
    file.write_bytes(
        encoded(document([ace("web", tcp={"destination-port": {"port": 80}}), ace("ping", icmp={"type": 8})]))
    )
    done = _run(file)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(line) for line in lines] == [_KEYS, _KEYS]
    assert [line["ace"] for line in lines] == ["web", "ping"]
    full = [json.loads(line) for line in _run("--full", file).stdout.splitlines()]
    assert [line["icmp_type"] for line in full] == [None, 8]


def test_a_refusal_is_not_printed_but_cut_out(tmp_path: Path) -> None:
    file = tmp_path / "lamp.json"
    file.write_bytes(encoded(document([ace("no", "drop", tcp={"destination-port": {"port": 80}}), ace("yes", tcp={})])))
    done = _run(file)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, line["ace"], line["remote_ports"]) == (0, "yes", [[0, 79], [81, 65535]])


def test_what_is_left_out_is_said_and_the_status_tells(tmp_path: Path) -> None:
    file = tmp_path / "lamp.json"
    file.write_bytes(encoded(document([ace("odd", ipv4={"ttl": 1}), ace("good")])))
    done = _run(file)
    assert done.returncode == 1
    assert [json.loads(line)["ace"] for line in done.stdout.splitlines()] == ["good"]
    assert done.stderr == f'{file}: from-device-policy acl "fr" ace "odd": ipv4: "ttl" is not understood\n'


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b" " * 10_000_000, None], ids=str.split("empty object deep 10MB absent")
)
def test_nothing_is_printed_of_what_cannot_be_read(tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "lamp.json"
    if data is not None:
        file.write_bytes(data)
    done = _run(file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{file}: ")
    assert len(done.stderr.splitlines()) == 1
