"""What the kernel's table of connections holds, and forgetting those of single addresses (nfnetlink_conntrack.h).

A delete without tuple or mark empties the whole table, so every delete here carries the tuple that it is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import errno
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
import struct
import sys
from typing import Final

from .netlink import ACK, NetfilterSocket, NetlinkError, Request, attribute, attributes, nested

_SUBSYSTEM: Final = 1
_GET: Final = _SUBSYSTEM << 8 | 1
_DELETE: Final = _SUBSYSTEM << 8 | 2
_ORIGINAL: Final = 1
_REPLY: Final = 2
_STATUS: Final = 3
_SEEN_REPLY: Final = 2
_ID: Final = 12
_FILTER: Final = 25
_SOURCE_FLAG: Final = 1
_UNSUPPORTED: Final = frozenset({errno.EINVAL, errno.EOPNOTSUPP})
_CHUNK: Final = 200
_MAX_OF_FAMILY: Final = 32_768

type Address = IPv4Address | IPv6Address


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

    def read(body: bytes) -> Request | None:
        parts = attributes(body)
        original, reply = parts.get(_ORIGINAL), parts.get(_REPLY)
        if not original or not reply or address.packed not in {_source(original), _source(reply)}:
            return None
        identity = attribute(_ID, parts[_ID]) if _ID in parts else b""
        return Request(_DELETE, family, nested(_ORIGINAL, original) + identity)

    wanted = kernel.dump_some(Request(_GET, family, b""), read, sys.maxsize)
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


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that both sides took part in: who opened it, and to where as he saw it.

    `answered_by` is who answers it really, `answering_port` his port: not the same as the target where addresses are
    translated. Ports are None for protocols without them.
    """

    identity: bytes
    protocol: int
    opened_by: Address
    target: Address
    port: int | None
    answered_by: Address
    answering_port: int | None


def connections(kernel: NetfilterSocket) -> list[Connection]:
    """The connections of now that were answered, of IPv4 and of IPv6 so many at most each. Raises NetlinkError."""
    return [
        one
        for family in (socket.AF_INET, socket.AF_INET6)
        for one in kernel.dump_some(Request(_GET, family, b""), _answered, _MAX_OF_FAMILY)
    ]


def _answered(body: bytes) -> Connection | None:
    parts = attributes(body)
    return _connection(parts) if int.from_bytes(parts.get(_STATUS, b"")) & _SEEN_REPLY else None


def _connection(parts: dict[int, bytes]) -> Connection | None:
    try:
        (source, target), (protocol, _, port) = _ends(parts[_ORIGINAL])
        (answering, _), (_, answering_port, _) = _ends(parts[_REPLY])
    except KeyError, ValueError:
        return None
    return Connection(parts.get(_ID, b""), protocol, source, target, port, answering, answering_port)


def _ends(tuple_: bytes) -> tuple[tuple[Address, Address], tuple[int, int | None, int | None]]:
    """Source and destination, then protocol, source port and destination port of one direction."""
    parts = attributes(tuple_)
    ip, service = attributes(parts[1]), attributes(parts[2])
    ends = ip_address(ip.get(1) or ip[3]), ip_address(ip.get(2) or ip[4])
    ports = [int.from_bytes(service[kind]) if kind in service else None for kind in (2, 3)]
    return ends, (service[1][0], ports[0], ports[1])
