"""Images in the hub's folder: which get into the index that ZHA sees."""

import hashlib
import json
from pathlib import Path

import pytest

from custom_components.secure_hub.adapters.ota_images import FOLDER, INDEX, write_index
from custom_components.secure_hub.engine.firmware.images import MAX_SIZE, ImageProblem, Target
from tests.lab.zigbee.ota import image

GOOD = image(0x1234, 1, 0x200)
BULB = Target("02:5a:00:00:00:00:00:01", 0x1234, 1, 0x100)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The hub's folder, with an image and its checksum."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "good.ota").write_bytes(GOOD)
    (folder / "good.ota.sha256").write_text(f"{hashlib.sha256(GOOD).hexdigest()}  good.ota\n")
    (folder / "notes.txt").write_text("not mine")
    return tmp_path


def test_what_was_checked_is_in_the_index(root: Path) -> None:
    offered, refused = write_index(root, [BULB])
    assert ([one.name for one in offered], refused) == (["good.ota"], [])
    assert offered[0].verified
    (row,) = json.loads((root / FOLDER / INDEX).read_text())["firmwares"]
    assert row["checksum"] == f"sha3-256:{hashlib.sha3_256(GOOD).hexdigest()}"
    before = (root / FOLDER / INDEX).stat().st_mtime_ns
    write_index(root, [BULB])
    assert (root / FOLDER / INDEX).stat().st_mtime_ns == before, "it is written when it changes"


def test_without_devices_the_index_is_empty_and_there(tmp_path: Path) -> None:
    assert write_index(tmp_path / "new", []) == ([], [])
    assert json.loads((tmp_path / "new" / FOLDER / INDEX).read_text()) == {"firmwares": []}


@pytest.mark.parametrize("said", ["", "0" * 64])
def test_a_wrong_checksum_refuses(root: Path, said: str) -> None:
    (root / FOLDER / "good.ota.sha256").write_text(said)
    offered, refused = write_index(root, [BULB])
    assert (offered, [one.problem for one in refused]) == ([], [ImageProblem.CHECKSUM_WRONG])


def test_a_huge_file_is_not_read(root: Path) -> None:
    with (root / FOLDER / "huge.ota").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    _, refused = write_index(root, [BULB])
    assert [(one.name, one.problem) for one in refused] == [("huge.ota", ImageProblem.TOO_LARGE)]
