"""Files that survive a power cut."""

from pathlib import Path
import resource
import stat

import pytest

from custom_components.secure_hub.adapters import durable


def test_a_replacement_that_does_not_fit_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.replace(path, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            durable.replace(path, b"new" * 10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_leftover_of_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file.new").write_bytes(b"half")
    durable.replace(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_nothing_is_created_over_or_through_another(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("target", "link", "dangling"):
        with pytest.raises(FileExistsError):
            durable.create(tmp_path / name, b"theirs")
    durable.replace(tmp_path / "link", b"new")
    assert (tmp_path / "target").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_moving_aside_never_hits_another(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "file").write_text(str(number))
        durable.move_aside(tmp_path / "file", "aside")
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == {"file.aside": "0", "file.aside-2": "1", "file.aside-3": "2"}


@pytest.mark.parametrize("size", [0, 9, 10, 11])
def test_reading_is_bounded(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert durable.read_small(tmp_path / "file", 10) == (b"x" * size if size <= 10 else None)
    assert durable.read_small(tmp_path / "absent", 10) is None
    assert durable.read_small(tmp_path, 10) is None
