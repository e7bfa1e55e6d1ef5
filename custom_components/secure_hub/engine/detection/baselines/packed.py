"""Numbers as bytes, little-endian on every machine."""

from array import array
import sys


def pack(values: array[float] | array[int]) -> bytes:
    """Return all of an array."""
    copy = values[:]
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        copy.byteswap()
    return copy.tobytes()


def unpack_floats(data: bytes, most: float) -> array[float]:
    """Return what was packed. Raises ValueError if a number is none, or is beyond `most` on either side."""
    values: array[float] = array("f")
    values.frombytes(data)
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        values.byteswap()
    if not all(-most < it < most for it in values):
        raise ValueError(data)
    return values


def unpack_counts(data: bytes) -> array[int]:
    """Return counts to 65,535 that were packed. Raises ValueError if it is something else."""
    values: array[int] = array("H")
    values.frombytes(data)
    if sys.byteorder == "big":  # pragma: no cover - Home Assistant runs on none
        values.byteswap()
    return values
