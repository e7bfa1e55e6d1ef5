"""Keys of our elements as text, as people and the helper's protocol write them, and as the kernel's bytes."""

import contextlib
import ipaddress
import re
import socket
from typing import Final

from .layout import LAN, PEERS, PLANNED, Field, SetSpec, Value, opened
from .nftables import Family

_NEAR: Final = frozenset({str(LAN), str(PEERS)})
"""Scopes whose packets may stay within a bridge."""
_BRIDGED: Final = frozenset({str(opened(LAN)), str(opened(PEERS))})
"""What only a bridge asks."""

type Key = tuple[str, ...]
"""Parts of a key: `aa:bb:cc:dd:ee:ff`, an address in its canonical form, an interface's name, a number.

In sets with intervals each part may be two of a kind with `-` between.
"""

type Cell = tuple[str, Key]
"""One element: name of its set, and its key."""

_MAC: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_INTERFACE: Final = re.compile(r"[^\s/\0]{1,15}")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,4}")


def pack_part(field: Field, value: str) -> bytes:
    """Bytes of one part of a key; raises ValueError for what is none, in the canonical form only."""
    match field:
        case Field.MAC if _MAC.fullmatch(value):
            return bytes.fromhex(value.replace(":", ""))
        case Field.IPV4:
            with contextlib.suppress(OSError):
                return socket.inet_pton(socket.AF_INET, value)
        case Field.IPV6:
            address = ipaddress.IPv6Address(value)
            if address.scope_id is None and str(address) == value:
                return address.packed
        case Field.PROTOCOL | Field.PORT:
            return _number(field, value)
        case Field.INTERFACE if _INTERFACE.fullmatch(value) and value not in {".", ".."}:
            if len(name := value.encode(errors="replace")) < field.value[1]:
                return name.ljust(field.value[1], b"\0")
    msg = f"not a {field.name.lower()}: {value!r}"
    raise ValueError(msg)


def _number(field: Field, value: str) -> bytes:
    """Bytes of a small number; raises ValueError."""
    size = field.value[1]
    if not _NUMBER.fullmatch(value) or int(value) >= 1 << 8 * size:
        msg = f"not a {field.name.lower()}: {value!r}"
        raise ValueError(msg)
    return int(value).to_bytes(size)


def unpack_part(field: Field, data: bytes) -> str:
    """Text of one part of a key."""
    match field:
        case Field.MAC:
            return data[:6].hex(":")
        case Field.IPV4:
            return socket.inet_ntop(socket.AF_INET, data)
        case Field.IPV6:
            return str(ipaddress.IPv6Address(data))
        case Field.PROTOCOL | Field.PORT:
            return str(int.from_bytes(data))
        case _:
            return data.split(b"\0", 1)[0].decode(errors="replace")


def pack(cell: Cell) -> bytes:
    """Bytes of a key in the kernel; raises ValueError for what fits no set of ours."""
    name, key = cell
    spec = PLANNED[name][0] if name in PLANNED else None
    if spec is None or len(key) != len(spec.fields):
        msg = f"no such element: {name!r} {key!r}"
        raise ValueError(msg)
    if spec.interval:
        ends = [_ends(field, part) for field, part in zip(spec.fields, key, strict=True)]
        return b"".join(
            first.ljust(f.padded, b"\0") for f, (first, _) in zip(spec.fields, ends, strict=True)
        ) + b"".join(last.ljust(f.padded, b"\0") for f, (_, last) in zip(spec.fields, ends, strict=True))
    if len(key) == 1:
        return pack_part(spec.fields[0], key[0])
    return b"".join(pack_part(f, v).ljust(f.padded, b"\0") for f, v in zip(spec.fields, key, strict=True))


def _ends(field: Field, part: str) -> tuple[bytes, bytes]:
    """First and last of `a` or `a-b`; raises ValueError."""
    first, dash, last = part.partition("-")
    ends = pack_part(field, first), pack_part(field, last if dash else first)
    if dash and ends[0] >= ends[1]:
        msg = f"not a range: {part!r}"
        raise ValueError(msg)
    return ends


def unpack(spec: SetSpec, data: bytes) -> Key:
    """Key back from the kernel's bytes."""
    if not spec.interval:
        return _parts(spec, data)
    firsts, lasts = _parts(spec, data[: spec.key_size]), _parts(spec, data[spec.key_size :])
    return tuple(one if one == other else f"{one}-{other}" for one, other in zip(firsts, lasts, strict=True))


def _parts(spec: SetSpec, data: bytes) -> Key:
    parts = []
    offset = 0
    for field in spec.fields:
        parts.append(unpack_part(field, data[offset : offset + field.value[1]]))
        offset += field.padded
    return tuple(parts)


def families(cell: Cell) -> tuple[Family, ...]:
    """Tables that an element belongs into: exceptions where packets of their scope pass."""
    spec, found = PLANNED[cell[0]]
    if spec.value is not Value.DECISION or cell[1][0] in _NEAR:
        return found
    return (Family.BRIDGE,) if cell[1][0] in _BRIDGED else (Family.INET,)
