"""A file that somebody else writes."""

from pathlib import Path

import pytest

from custom_components.secure_hub.adapters.sources import eve_file
from custom_components.secure_hub.adapters.sources.eve_file import EveFile


def test_only_what_is_new_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.write_text("old\n")
    eve = EveFile(path)
    assert eve.read() == []
    with path.open("a") as file:
        file.write('{"a": 1}\n{"b":')
    assert eve.read() == ['{"a": 1}']
    with path.open("ab") as file:
        file.write(b" 2}\n\xff\n")
    assert eve.read() == ['{"b": 2}', "\ufffd"]


def test_rotated_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.write_text("a long line that is there\n")
    eve = EveFile(path)
    path.write_text("new\n")
    assert eve.read() == ["new"]
    path.rename(tmp_path / "eve.json.1")
    path.write_text("one\ntwo\nthree and more than before\n")
    assert eve.read() == ["one", "two", "three and more than before"]
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        eve.read()


def test_one_that_is_not_there_yet(tmp_path: Path) -> None:
    eve = EveFile(tmp_path / "eve.json")
    (tmp_path / "eve.json").write_text("first\n")
    assert eve.read() == ["first"]


def test_a_flood_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eve_file, "_MOST", 1000)
    monkeypatch.setattr(eve_file, "_MAX_LINE", 100)
    path = tmp_path / "eve.json"
    path.write_text("")
    eve = EveFile(path)
    path.write_text("0123456789\n" * 1000)
    assert 80 < len(eve.read()) < 100
    assert eve.skipped == 10_000
    with path.open("a") as file:
        file.write("x" * 900)
    assert eve.read() == []
    with path.open("a") as file:
        file.write("\nnext\n")
    assert eve.read() == ["", "next"]
