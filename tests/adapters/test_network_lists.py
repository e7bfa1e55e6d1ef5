"""Files of networks: what is read, what is refused, and what goes on counting."""

from ipaddress import ip_network
import os
from pathlib import Path

import pytest

from custom_components.secure_hub.adapters import network_lists
from custom_components.secure_hub.adapters.network_lists import ListFolder, Trouble


@pytest.fixture
def folder(tmp_path: Path) -> ListFolder:
    """A folder with one list."""
    (tmp_path / "nl.txt").write_text("192.0.2.0/24\n")
    (tmp_path / "notes.md").write_text("no list")
    return ListFolder(tmp_path)


def test_no_folder_is_no_list(tmp_path: Path) -> None:
    assert ListFolder(tmp_path / "none").read() == network_lists.Lists({}, ())


def test_a_file_is_read_once(folder: ListFolder, tmp_path: Path) -> None:
    first = folder.read()
    assert first.lists["nl"].networks == (ip_network("192.0.2.0/24"),)
    assert not first.troubles
    assert folder.read().lists["nl"] is first.lists["nl"]
    assert folder.read(anew=True).lists["nl"] is not first.lists["nl"]
    (tmp_path / "nl.txt").write_text("198.51.100.0/24 # other\n")
    assert folder.read().lists["nl"].networks == (ip_network("198.51.100.0/24"),)
    (tmp_path / "nl.txt").unlink()
    assert folder.read().lists == {}


def test_a_bad_line_refuses_the_file_and_what_was_goes_on_counting(folder: ListFolder, tmp_path: Path) -> None:
    before = folder.read()
    for name in ("nl", "new"):
        (tmp_path / f"{name}.txt").write_text("192.0.2.0/24\nnonsense\n")
    for _ in range(2):
        found = folder.read()
        assert found.lists == {"nl": before.lists["nl"]}
        assert [(one.file, one.line) for one in found.troubles] == [("new.txt", 2), ("nl.txt", 2)]
    (tmp_path / "nl.txt").write_text("192.0.2.0/25\n")
    assert [one.file for one in folder.read().troubles] == ["new.txt"]


def test_what_is_no_list_is_refused(folder: ListFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_lists, "MAX_BYTES", 20)
    (tmp_path / "large.txt").write_text("192.0.2.0/24\n" * 2)
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "A Name.txt").write_text("192.0.2.0/24\n")
    (tmp_path / "link.txt").symlink_to(tmp_path / "nl.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    found = folder.read()
    assert set(found.lists) == {"nl"}
    assert [one.file for one in found.troubles] == ["A Name.txt", "binary.txt", "large.txt", "link.txt", "pipe.txt"]
    assert all(one.detail and one.line is None for one in found.troubles)


def test_files_are_counted(folder: ListFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_lists, "MAX_FILES", 1)
    (tmp_path / "zz.txt").write_text("192.0.2.0/24\n")
    found = folder.read()
    assert set(found.lists) == {"nl"}
    assert found.troubles == (Trouble("zz.txt", "more than 1 files"),)


def test_a_folder_that_cannot_be_read_takes_nothing_away(folder: ListFolder, tmp_path: Path) -> None:
    before = folder.read()
    (tmp_path / "nl.txt").unlink()
    (tmp_path / "notes.md").unlink()
    tmp_path.rmdir()
    tmp_path.write_text("a file")
    found = folder.read()
    assert found.lists == before.lists
    assert [one.file for one in found.troubles] == ["lists"]
    tmp_path.unlink()
    tmp_path.mkdir()
