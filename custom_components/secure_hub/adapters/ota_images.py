"""Images in the hub's folder for updates over the air, and the index through which alone ZHA gets to see them.

A person puts images into `<config>/secure_hub/ota` and tells ZHA of `index.json` there (`zigpy_local`). Only what was
checked is in the index, with its length and its checksum, so that a file that changes later is refused by zigpy itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from ..engine.firmware.images import MAX_SIZE, Image, ImageError, ImageProblem, Target, fitting, parse_image
from . import durable

FOLDER: Final = "ota"
INDEX: Final = "index.json"
MAX_FILES: Final = 200
_SUFFIXES: Final = frozenset({".bin", ".fw2", ".gbl", ".ota", ".sbl-ota", ".signed", ".zigbee"})
_CHECKSUMS: Final = (".sha256", ".sha512")


@dataclass(frozen=True, slots=True)
class Offered:
    """An image that ZHA may see, and the devices that it fits."""

    name: str
    image: Image
    devices: tuple[str, ...]
    verified: bool
    """A checksum lay beside it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that ZHA does not get to see."""

    name: str
    problem: ImageProblem
    detail: str


def write_index(
    root: Path, targets: Iterable[Target], *, downgrade: bool = False
) -> tuple[list[Offered], list[Refused]]:
    """Check every file and write the index of those that may be offered. Blocks; raises OSError."""
    folder = root / FOLDER
    durable.ensure_directory(root)
    durable.ensure_directory(folder)
    known = tuple(targets)
    offered: list[Offered] = []
    refused: list[Refused] = []
    rows: list[dict[str, Any]] = []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES and path.is_file())
    for path in files[:MAX_FILES]:
        try:
            one, row = _checked(path, known, downgrade=downgrade)
        except ImageError as error:
            refused.append(Refused(path.name, error.problem, error.detail))
        else:
            offered.append(one)
            rows.append(row)
    content = json.dumps({"firmwares": rows}, indent=1).encode()
    index = folder / INDEX
    if not index.is_file() or index.read_bytes() != content:
        durable.replace(index, content)
    return offered, refused


def _checked(path: Path, targets: tuple[Target, ...], *, downgrade: bool) -> tuple[Offered, dict[str, Any]]:
    size = path.stat().st_size
    if size > MAX_SIZE:
        raise ImageError(ImageProblem.TOO_LARGE, f"{size} bytes")
    data = path.read_bytes()
    verified = False
    for suffix in _CHECKSUMS:
        beside = path.with_name(path.name + suffix)
        if beside.is_file():
            said = beside.read_bytes()[:4096].decode("ascii", "replace").split()
            if not said or said[0].lower() != hashlib.new(suffix[1:], data).hexdigest():
                raise ImageError(ImageProblem.CHECKSUM_WRONG, f"{beside.name} says otherwise")
            verified = True
    image = parse_image(data)
    devices = tuple(target.ieee for target in fitting(image, targets, downgrade=downgrade))
    row = {
        "path": path.name,
        "file_version": image.version,
        "file_size": image.size,
        "image_type": image.image_type,
        "manufacturer_id": image.manufacturer,
        "manufacturer_names": [],
        "model_names": [],
        "checksum": f"sha3-256:{hashlib.sha3_256(data).hexdigest()}",
    }
    return Offered(path.name, image, devices, verified), row
