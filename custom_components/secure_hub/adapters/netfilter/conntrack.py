"""Forget the connections of single addresses (include/uapi/linux/netfilter/nfnetlink_conntrack.h).

A delete without tuple or mark empties the whole table, so every delete here carries the tuple that it is about.
"""

from collections.abc import Iterable
import errno
from ipaddress import IPv4Address, ip_address
import socket
import struct
from typing import Final

from .netlink import ACK, NetfilterSocket, NetlinkError, Request, attribute, attributes, nested

_SUBSYSTEM: Final = 1
_GET: Final = _SUBSYSTEM << 8 | 1
_DELETE: Final = _SUBSYSTEM << 8 | 2
_ORIGINAL: Final = 1
_REPLY: Final = 2
_ID: Final = 12
_FILTER: Final = 25
_SOURCE_FLAG: Final = 1
_UNSUPPORTED: Final = frozenset({errno.EINVAL, errno.EOPNOTSUPP})
_CHUNK: Final = 200


def flush(kernel: NetfilterSocket, addresses: Iterable[str]) -> None:
    """Forget every connection that one of the addresses opened or answers; raises NetlinkError."""
    wanted = [
        (text, _filtered(ip_address(text).packed, direction))
        for text in dict.fromkeys(addresses)
        for direction in (_ORIGINAL, _REPLY)
    ]
    refused: dict[str, None] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for (text, _), answer in zip(chunk, kernel.ask([one for _, one in chunk], ACK), strict=True):
            if not isinstance(answer, NetlinkError) or answer.code == errno.ENOENT:
                continue
            if answer.code not in _UNSUPPORTED:
                raise answer
            refused[text] = None
    for text in refused:
        flush_by_dump(kernel, text)


def flush_by_dump(kernel: NetfilterSocket, text: str) -> int:
    """Do the same on kernels older than 6.9, which cannot filter a delete: dump, choose here; how many were found."""
    address = ip_address(text)
    family = _family(address.packed)
    wanted = []
    for body in kernel.dump(Request(_GET, family, b"")):
        parts = attributes(body)
        original, reply = parts.get(_ORIGINAL), parts.get(_REPLY)
        if original and reply and address.packed in {_source(original), _source(reply)}:
            identity = attribute(_ID, parts[_ID]) if _ID in parts else b""
            wanted.append(Request(_DELETE, family, nested(_ORIGINAL, original) + identity))
    for start in range(0, len(wanted), _CHUNK):
        for answer in kernel.ask(wanted[start : start + _CHUNK], ACK):
            if isinstance(answer, NetlinkError) and answer.code != errno.ENOENT:
                raise answer
    return len(wanted)


def _family(packed: bytes) -> int:
    return socket.AF_INET if len(packed) == IPv4Address.max_prefixlen // 8 else socket.AF_INET6


def _source_kind(packed: bytes) -> int:
    return 1 if _family(packed) == socket.AF_INET else 3


def _filtered(packed: bytes, direction: int) -> Request:
    flags = nested(
        _FILTER,
        attribute(_ORIGINAL, struct.pack("=I", _SOURCE_FLAG if direction == _ORIGINAL else 0)),
        attribute(_REPLY, struct.pack("=I", _SOURCE_FLAG if direction == _REPLY else 0)),
    )
    endpoint = nested(direction, nested(1, attribute(_source_kind(packed), packed)))
    return Request(_DELETE, _family(packed), endpoint + flags)


def _source(tuple_: bytes) -> bytes:
    ends = attributes(attributes(tuple_).get(1, b""))
    return ends.get(1) or ends.get(3, b"")
