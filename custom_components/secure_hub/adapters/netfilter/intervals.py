"""Ranges of one field as the kernel keeps them: the points where one begins, and where one ends."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from .netlink import attribute, attribute_list, attributes, be32, nested
from .nftables import class_value, value_data

_KEY: Final = 1
_DATA: Final = 2
_FLAGS: Final = 3
_END: Final = 1


def interval_elements(ranges: Mapping[bytes, int], size: int) -> Iterator[bytes]:
    """Elements of a map from disjoint ranges, first and last key of `size` bytes each in one, to small numbers."""
    for one in sorted(ranges):
        yield nested(1, nested(_KEY, attribute(1, one[:size])) + value_data(class_value(ranges[one])))
        end = int.from_bytes(one[size:]) + 1
        if not end >> 8 * size:
            yield nested(1, nested(_KEY, attribute(1, end.to_bytes(size))) + be32(_FLAGS, _END))


def joined(lists: Iterable[bytes], size: int) -> dict[bytes, bytes]:
    """Ranges back from a dump's lists of elements: where one begins there is a value, where one only ends none."""
    points: dict[bytes, bytes] = {}
    for raw in lists:
        for _, item in attribute_list(raw):
            parts = attributes(item)
            key, value = attributes(parts[_KEY])[1], attributes(parts.get(_DATA, b"")).get(1, b"")
            points[key] = value or points.get(key, b"")  # where one ends, another may begin
    found = {}
    for point, following in pairwise([*sorted(points), b"\1" + bytes(size)]):
        if value := points[point]:
            end = int.from_bytes(following) if len(following) == size else 1 << 8 * size
            found[point + (end - 1).to_bytes(size)] = value
    return found
