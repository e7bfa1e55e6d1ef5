"""Images for updates over the air by Zigbee: what a file is, and whether a device in this home may get it.

A wrong image can brick a device, and nobody but the device checks a signature: so a file is taken apart first (ZCL
11.4) and compared with what devices said of themselves when they asked for an image (ZCL 11.13.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
import struct
from typing import Final

MAX_SIZE: Final = 8 * 1024 * 1024
"""Bytes of a file; radios have a megabyte."""
MAGIC: Final = 0x0BEEF11E
_HEADER: Final = struct.Struct("<IHHHHHIH32sI")
_HEADER_VERSION: Final = 0x0100
_TAG: Final = struct.Struct("<HI")
_UPGRADE_IMAGE: Final = 0x0000
_CREDENTIAL, _DESTINATION, _HARDWARE = 0b001, 0b010, 0b100
_EXTRA: Final = {_CREDENTIAL: 1, _DESTINATION: 8, _HARDWARE: 4}


class ImageProblem(StrEnum):
    """Why a file is not offered to ZHA."""

    TOO_LARGE = "too_large"
    NO_IMAGE = "no_image"
    """It does not begin as one."""
    WRONG_LENGTH = "wrong_length"
    MALFORMED = "malformed"
    CHECKSUM_WRONG = "checksum_wrong"
    NO_DEVICE = "no_device"
    """No device here has its manufacturer and image type, or none has asked for an image yet."""
    WRONG_HARDWARE = "wrong_hardware"
    DOWNGRADE = "downgrade"
    """Every device that it fits has this version or a newer one."""


class ImageError(ValueError):
    """A file is no image that may be offered."""

    def __init__(self, problem: ImageProblem, detail: str) -> None:
        """Keep what is needed to tell the user."""
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Image:
    """What the header of an image says."""

    manufacturer: int
    image_type: int
    version: int
    size: int
    hardware: tuple[int, int] | None = None
    """Least and greatest version of hardware that it is for."""
    destination: str | None = None
    """The one device that it is for, as `aa:bb:...`."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a device said when it asked for an image."""

    ieee: str
    manufacturer: int
    image_type: int
    version: int
    hardware: int | None = None


def parse_image(data: bytes) -> Image:
    """Take a file apart; raises ImageError. Time O(length)."""
    if len(data) > MAX_SIZE:
        raise ImageError(ImageProblem.TOO_LARGE, f"{len(data)} bytes")
    if len(data) < _HEADER.size or int.from_bytes(data[:4], "little") != MAGIC:
        raise ImageError(ImageProblem.NO_IMAGE, "it does not begin with the file identifier 0x0BEEF11E")
    _, version, length, control, manufacturer, image_type, file_version, _, _, size = _HEADER.unpack_from(data)
    expected = _HEADER.size + sum(extra for bit, extra in _EXTRA.items() if control & bit)
    if version != _HEADER_VERSION or control & ~0b111 or length < expected:
        raise ImageError(ImageProblem.MALFORMED, "its header is not as ZCL 11.4.2 has it")
    if size != len(data) or length > size:
        raise ImageError(ImageProblem.WRONG_LENGTH, f"{len(data)} bytes, its header says {size}")
    _check_elements(data[length:])
    position, hardware, destination = _HEADER.size + (control & _CREDENTIAL), None, None
    if control & _DESTINATION:
        destination = data[position : position + 8][::-1].hex(":")
        position += 8
    if control & _HARDWARE:
        hardware = struct.unpack_from("<HH", data, position)
    return Image(manufacturer, image_type, file_version, size, hardware, destination)


def _check_elements(body: bytes) -> None:
    """Walk over the sub-elements, which have to fill the file and hold an image (ZCL 11.4.3)."""
    position, found = 0, False
    while position < len(body):
        if position + _TAG.size > len(body):
            raise ImageError(ImageProblem.MALFORMED, "its last element is cut off")
        tag, length = _TAG.unpack_from(body, position)
        found |= tag == _UPGRADE_IMAGE and length > 0
        position += _TAG.size + length
    if position != len(body) or not found:
        raise ImageError(ImageProblem.MALFORMED, "its elements do not fill it, or none of them is an image")


def fitting(image: Image, targets: Iterable[Target], *, downgrade: bool = False) -> tuple[Target, ...]:
    """The devices that may get an image, older ones too if `downgrade` was asked for; raises ImageError if none may."""
    alike = [one for one in targets if (one.manufacturer, one.image_type) == (image.manufacturer, image.image_type)]
    if image.destination is not None:
        alike = [one for one in alike if one.ieee == image.destination]
    if not alike:
        kind = f"manufacturer 0x{image.manufacturer:04x}, image type 0x{image.image_type:04x}"
        raise ImageError(ImageProblem.NO_DEVICE, kind)
    right = [one for one in alike if _has_hardware(image, one)]
    if not right:
        raise ImageError(ImageProblem.WRONG_HARDWARE, f"it is for versions {image.hardware}")
    wanted = [one for one in right if image.version > one.version or (downgrade and image.version < one.version)]
    if not wanted:
        raise ImageError(ImageProblem.DOWNGRADE, f"version 0x{image.version:08x}")
    return tuple(wanted)


def _has_hardware(image: Image, target: Target) -> bool:
    if image.hardware is None:
        return True
    return target.hardware is not None and image.hardware[0] <= target.hardware <= image.hardware[1]
