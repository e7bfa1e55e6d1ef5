"""Images for updates over the air: what is one, and which device may get it."""

import contextlib
from dataclasses import replace
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firmware.images import (
    MAX_SIZE,
    ImageError,
    ImageProblem,
    Target,
    fitting,
    parse_image,
)
from tests.lab.zigbee.ota import image

GOOD = image(0x1234, 1, 0x200)
BULB = Target("02:5a:00:00:00:00:00:01", 0x1234, 1, 0x100)


def with_options(control: int, extra: bytes) -> bytes:
    """An image whose header has optional fields."""
    data = bytearray(GOOD[:56] + extra + GOOD[56:])
    struct.pack_into("<HH", data, 6, 56 + len(extra), control)
    struct.pack_into("<I", data, 52, len(data))
    return bytes(data)


def test_an_image_is_taken_apart() -> None:
    found = parse_image(GOOD)
    assert (found.manufacturer, found.image_type, found.version, found.size) == (0x1234, 1, 0x200, len(GOOD))
    assert (found.hardware, found.destination) == (None, None)


def test_optional_fields() -> None:
    found = parse_image(with_options(0b111, b"\x02" + bytes(range(8)) + struct.pack("<HH", 3, 9)))
    assert (found.hardware, found.destination) == ((3, 9), "07:06:05:04:03:02:01:00")
    found = parse_image(with_options(0b100, struct.pack("<HH", 3, 9)))
    assert (found.hardware, found.destination) == ((3, 9), None)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", ImageProblem.NO_IMAGE),
        (b"\x7fELF" + GOOD, ImageProblem.NO_IMAGE),
        (GOOD + b"\x00", ImageProblem.WRONG_LENGTH),
        (GOOD[:-1], ImageProblem.WRONG_LENGTH),
        (GOOD[:4] + b"\x00\x02" + GOOD[6:], ImageProblem.MALFORMED),
        (GOOD[:8] + b"\x08\x00" + GOOD[10:], ImageProblem.MALFORMED),
        (GOOD[:56] + b"\x01" + GOOD[57:], ImageProblem.MALFORMED),
        (GOOD[:58] + b"\xff" + GOOD[59:], ImageProblem.MALFORMED),
        (image(1, 1, 1, b""), ImageProblem.MALFORMED),
        (bytes(MAX_SIZE + 1), ImageProblem.TOO_LARGE),
    ],
)
def test_what_is_none(data: bytes, problem: ImageProblem) -> None:
    with pytest.raises(ImageError) as caught:
        parse_image(data)
    assert caught.value.problem is problem


def test_who_may_get_it() -> None:
    found = parse_image(GOOD)
    assert fitting(found, [BULB, replace(BULB, image_type=2), replace(BULB, version=0x300)]) == (BULB,)
    newer = replace(BULB, version=0x300)
    assert fitting(found, [newer], downgrade=True) == (newer,)


@pytest.mark.parametrize(
    ("target", "options", "problem"),
    [
        (replace(BULB, manufacturer=1), {}, ImageProblem.NO_DEVICE),
        (replace(BULB, version=0x200), {}, ImageProblem.DOWNGRADE),
        (replace(BULB, version=0x300), {}, ImageProblem.DOWNGRADE),
        (BULB, {"hardware": (3, 9)}, ImageProblem.WRONG_HARDWARE),
        (replace(BULB, hardware=10), {"hardware": (3, 9)}, ImageProblem.WRONG_HARDWARE),
        (BULB, {"destination": "00:00:00:00:00:00:00:01"}, ImageProblem.NO_DEVICE),
    ],
)
def test_who_may_not(target: Target, options: dict[str, object], problem: ImageProblem) -> None:
    with pytest.raises(ImageError) as caught:
        fitting(replace(parse_image(GOOD), **options), [target])  # type: ignore[arg-type]
    assert caught.value.problem is problem


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    for one in (data, GOOD[: len(data)] + data, b"\x1e\xf1\xee\x0b" + data):
        with contextlib.suppress(ImageError):
            parse_image(one)
