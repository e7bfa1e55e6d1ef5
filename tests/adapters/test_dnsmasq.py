"""Our file in dnsmasq's configuration, and whether a dnsmasq has read it."""

import os
from pathlib import Path
import time

import pytest

from custom_components.secure_hub.adapters import dnsmasq
from custom_components.secure_hub.adapters.dnsmasq import FILE, forget_fragment, is_read, keep_fragment


def test_the_file_is_written_when_it_says_something_else(tmp_path: Path) -> None:
    keep_fragment(tmp_path, "one\n")
    path = tmp_path / FILE
    os.utime(path, (1, 1))
    keep_fragment(tmp_path, "one\n")
    assert path.stat().st_mtime == 1, "dnsmasq has read that"
    keep_fragment(tmp_path, "two\n")
    assert (path.read_text(), path.stat().st_mtime > 1) == ("two\n", True)
    forget_fragment(tmp_path)
    forget_fragment(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(OSError, match="gone"):
        keep_fragment(tmp_path / "gone", "one\n")
    (tmp_path / FILE).mkdir()
    forget_fragment(tmp_path)
    assert "stays in" in caplog.text


def process(proc: Path, number: int, name: str, ticks: str, network: str = "net:[1]") -> None:
    """A process as proc(5) tells it."""
    folder = proc / str(number)
    (folder / "ns").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "stat").write_text(f"{number} ({name}) S {' '.join(['0'] * 18)} {ticks} 0\n")
    (folder / "ns/net").symlink_to(network)


def test_who_has_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proc, folder = tmp_path / "proc", tmp_path / "conf"
    folder.mkdir()
    (proc / "self/ns").mkdir(parents=True)
    (proc / "self/ns/net").symlink_to("net:[1]")
    monkeypatch.setattr(dnsmasq, "_PROC", proc)
    keep_fragment(folder, "one\n")
    boot, hertz = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME), os.sysconf("SC_CLK_TCK")
    now = (folder / FILE).stat().st_mtime
    later = str(round((now - boot + 5) * hertz))
    assert is_read(folder) is None
    process(proc, 1, "systemd", later)
    process(proc, 2, "dnsmasq", later, "net:[2]")
    process(proc, 3, "dnsmasq", "none")
    assert is_read(folder) is None, "of another network, or ended"
    process(proc, 4, "dnsmasq", str(round((now - boot - 5) * hertz)))
    assert is_read(folder) is False
    process(proc, 5, "dnsmasq", later)
    assert is_read(folder) is True
    (proc / "self/ns/net").unlink()
    assert is_read(folder) is True, "where one may not know, it counts"
    with pytest.raises(FileNotFoundError):
        is_read(tmp_path)
