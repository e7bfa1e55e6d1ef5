"""The containers of captured packets: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng)."""

from collections.abc import Callable, Iterator
import struct
from typing import Final

type Read = Callable[[int], bytes]
"""Reads so many bytes, or fewer at the end."""
type Packet = tuple[float, int, bytes]
"""Seconds since the epoch, link type, and the packet as far as it was captured."""

_MAX_PACKET: Final = 262_144
"""Bytes, as libpcap allows."""
_MAX_BLOCK: Final = 16 * 1024 * 1024
_MAX_INTERFACES: Final = 1024
_PCAP: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_SECTION: Final = b"\x0a\x0d\x0d\x0a"
_INTERFACE_BLOCK: Final = 1
_ENHANCED_BLOCK: Final = 6
_SECTION_BLOCK: Final = 0x0A0D0D0A
_TSRESOL: Final = 9
_DESCRIPTION: Final = 8
"""Bytes of an interface block before its options."""
_OPTION: Final = 4
"""Bytes of an option before its value: a code and a length."""


class CaptureError(ValueError):
    """It is no capture, or is one no longer from here on."""


def packets(read: Read) -> Iterator[Packet]:
    """Yield the packets of a capture, as they stand in it.

    Raises:
        CaptureError: It begins or goes on with something else; what came before stands.
    """
    magic = read(4)
    if magic in _PCAP:
        yield from _pcap(read, *_PCAP[magic])
    elif magic == _SECTION:
        yield from _pcapng(read)
    else:
        reason = "neither pcap nor pcapng"
        raise CaptureError(reason)


def _exactly(read: Read, size: int) -> bytes:
    data = read(size)
    if len(data) != size:
        reason = "it ends in the middle"
        raise CaptureError(reason)
    return data


def _pcap(read: Read, order: str, unit: float) -> Iterator[Packet]:
    link = struct.unpack(f"{order}I", _exactly(read, 20)[16:])[0] & 0x0FFFFFFF
    header = struct.Struct(f"{order}IIII")
    while start := read(16):
        if len(start) < header.size:
            reason = "it ends in the middle"
            raise CaptureError(reason)
        seconds, fraction, size, _ = header.unpack(start)
        if size > _MAX_PACKET:
            reason = f"a packet of {size} bytes"
            raise CaptureError(reason)
        yield seconds + fraction * unit, link, _exactly(read, size)


def _pcapng(read: Read) -> Iterator[Packet]:
    order = "<"
    interfaces: list[tuple[int, float]] = []
    start = _SECTION + _exactly(read, 4)
    while start:
        if len(start) < 8:  # noqa: PLR2004 - a type and a length
            reason = "it ends in the middle"
            raise CaptureError(reason)
        if start[:4] == _SECTION:
            mark = _exactly(read, 4)
            order = "<" if mark == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, length = struct.unpack(f"{order}II", start)
        done = 12 if kind == _SECTION_BLOCK else 8
        if length % 4 or not done + 4 <= length <= _MAX_BLOCK:
            reason = f"a block of {length} bytes"
            raise CaptureError(reason)
        body = _exactly(read, length - done)[:-4]
        if kind == _INTERFACE_BLOCK and len(body) >= _DESCRIPTION and len(interfaces) < _MAX_INTERFACES:
            interfaces.append((struct.unpack(f"{order}H", body[:2])[0], _unit(body[_DESCRIPTION:], order)))
        elif kind == _ENHANCED_BLOCK and len(body) >= 20:  # noqa: PLR2004 - its fixed part
            interface, high, low, size, _ = struct.unpack(f"{order}5I", body[:20])
            if interface < len(interfaces) and size <= min(len(body) - 20, _MAX_PACKET):
                link, unit = interfaces[interface]
                yield ((high << 32) | low) * unit, link, body[20 : 20 + size]
        start = read(8)


def _unit(options: bytes, order: str) -> float:
    """Seconds that a step of an interface's clock lasts: option if_tsresol, or a microsecond."""
    while len(options) >= _OPTION:
        code, length = struct.unpack(f"{order}HH", options[:_OPTION])
        if code == _TSRESOL and length == 1 and len(options) > _OPTION:
            value = options[_OPTION]
            return float(2.0 ** -(value & 0x7F) if value & 0x80 else 10.0**-value)
        if code == 0:
            break
        options = options[_OPTION + (length + 3) // 4 * 4 :]
    return 1e-6
