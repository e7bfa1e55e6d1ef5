"""Elements that count or limit: the expressions in them (include/uapi/linux/netfilter/nf_tables.h), there and back."""

from typing import Final

from .netlink import attribute, attributes, be32, be64, nested, number, string, text

_SET_EXPRESSION: Final = 17
_ELEMENT_EXPRESSION: Final = 7
_NESTED: Final = 1 << 15
_OVER: Final = 1
"""Flag of limits and quotas that match what is beyond them."""
_BYTES: Final = 1
_BURST_MIN: Final = 131_072
"""Bytes: a segment that the sender's network card has yet to cut has up to 65,536."""


def _expression(kind: int, name: str, *parts: bytes) -> bytes:
    return attribute(kind | _NESTED, text(1, name) + nested(2, *parts))


def counted() -> bytes:
    """Attribute of a set whose elements count packets and bytes."""
    return _expression(_SET_EXPRESSION, "counter", be64(1, 0), be64(2, 0))


def burst(per_second: int) -> int:
    """Bytes that may come at once at a rate: one second's worth."""
    return max(_BURST_MIN, per_second)


def rate(per_second: int) -> bytes:
    """Attribute of an element that matches what is beyond so many bytes a second, and a burst."""
    parts = be64(1, per_second), be64(2, 1), be32(3, burst(per_second)), be32(4, _BYTES), be32(5, _OVER)
    return _expression(_ELEMENT_EXPRESSION, "limit", *parts)


def quota(size: int, used: int = 0) -> bytes:
    """Attribute of an element that matches what is beyond so many bytes."""
    return _expression(_ELEMENT_EXPRESSION, "quota", be64(1, size), be32(2, _OVER), be64(4, used))


def parse(expression: bytes) -> tuple[str, int, int]:
    """Name of an element's expression and its two numbers, zeros for what is none.

    counter: packets and bytes. limit: bytes a second and burst. quota: bytes used, and of how many.
    """
    found = attributes(expression)
    name, data = string(found.get(1, b"")), attributes(found.get(2, b""))
    first, second = {"counter": (2, 1), "limit": (1, 3), "quota": (4, 1)}.get(name, (0, 0))
    return name, number(data.get(first, b"")), number(data.get(second, b""))
