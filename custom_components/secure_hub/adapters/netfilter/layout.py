"""The fixed ruleset as data: which tables, sets, chains and rules stand, whatever devices there are.

A device is a few elements: its MAC and addresses map to a class number, which fixed rules turn into a chain. So
neither a packet's cost nor a change's grows with the home, and no change makes the kernel validate the table, as one
in a verdict map would.
"""

from dataclasses import dataclass
from enum import Enum
import ipaddress
import re
import socket
from typing import Final

from .nftables import Family, SetFlag

TABLE: Final = "secure_hub"
"""Name of our tables in every family; we touch no other."""

OPEN: Final = 1
HELD: Final = 2
QUARANTINED: Final = 3
CLASSES: Final = frozenset({OPEN, HELD, QUARANTINED})


class Field(Enum):
    """One part of a key: nft's number of its type, and bytes."""

    IPV4 = (7, 4)
    IPV6 = (8, 16)
    MAC = (9, 6)
    ETHERTYPE = (10, 2)
    ICMPV6 = (29, 1)
    INTERFACE = (41, 16)

    @property
    def padded(self) -> int:
        """Bytes inside a concatenation."""
        return self.value[1] + (-self.value[1] % 4)


@dataclass(frozen=True, slots=True)
class SetSpec:
    """A set, or a map from key to class number; `learned` is filled by packets."""

    name: str
    fields: tuple[Field, ...]
    classes: bool = False
    constants: tuple[bytes, ...] = ()
    learned: bool = False

    @property
    def key_type(self) -> int:
        """Concatenated numbers of the key's types, six bits each."""
        number = 0
        for field in self.fields:
            number = number << 6 | field.value[0]
        return number

    @property
    def key_size(self) -> int:
        """Bytes of a key; parts of a concatenation are padded to four."""
        if len(self.fields) == 1:
            return self.fields[0].value[1]
        return sum(field.padded for field in self.fields)

    @property
    def flags(self) -> int:
        """Flags of the set in the kernel."""
        if self.learned:
            return SetFlag.TIMEOUT | SetFlag.EVAL
        return SetFlag.MAP if self.classes else 0


@dataclass(frozen=True, slots=True)
class ChainSpec:
    """A chain; with a hook if packets enter it by themselves."""

    name: str
    hook: int | None = None
    priority: int = 0
    device: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule of a chain."""

    chain: str
    comment: str
    expressions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table."""

    family: Family
    sets: tuple[SetSpec, ...]
    chains: tuple[ChainSpec, ...]
    rules: tuple[RuleSpec, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the rules depend on: whether they drop, whether there is a bridge, which guarded interfaces are none."""

    enforce: bool
    bridge: bool
    netdevs: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[Family, ...]:
        """Tables that stand."""
        return (
            Family.INET,
            *((Family.BRIDGE,) if self.bridge else ()),
            *((Family.NETDEV,) if self.netdevs else ()),
        )


# --- sets that follow the plan

_ALL: Final = (Family.INET, Family.BRIDGE, Family.NETDEV)
_LINK: Final = (Family.BRIDGE, Family.NETDEV)

PLANNED: Final[dict[str, tuple[SetSpec, tuple[Family, ...]]]] = {
    spec.name: (spec, families)
    for spec, families in (
        (SetSpec("mac", (Field.MAC,), classes=True), _ALL),
        (SetSpec("class4", (Field.IPV4,), classes=True), (Family.INET,)),
        (SetSpec("class6", (Field.IPV6,), classes=True), (Family.INET,)),
        (SetSpec("newcomer", (Field.INTERFACE,), classes=True), _ALL),
        (SetSpec("segment", (Field.INTERFACE,)), (Family.INET,)),
        (SetSpec("port", (Field.INTERFACE,)), (Family.BRIDGE,)),
        (SetSpec("bridged", (Field.INTERFACE, Field.INTERFACE)), (Family.INET,)),
        (SetSpec("lan", (Field.INTERFACE,)), (Family.INET,)),
        (SetSpec("hub", (Field.MAC,)), _ALL),
        (SetSpec("protected", (Field.MAC,)), _ALL),
        (SetSpec("owned4", (Field.IPV4,)), _LINK),
        (SetSpec("owned6", (Field.IPV6,)), _LINK),
        (SetSpec("bound", (Field.MAC,)), _LINK),
        (SetSpec("bind4", (Field.MAC, Field.IPV4)), _LINK),
        (SetSpec("bind6", (Field.MAC, Field.IPV6)), _LINK),
    )
}
"""Sets filled from the plan and the families that have them.

mac, class4, class6: class of a device. newcomer: that of unknown MACs behind an interface or port. segment, port:
guarded ones. bridged: bridge . bridge. lan: interfaces that may open connections. hub, protected: MACs. owned4/6:
addresses known to be somebody's; bind4/6: whose; bound: MACs with a known IPv4 address.
"""


# --- keys as text, as people and the helper's protocol write them

type Key = tuple[str, ...]
"""Parts of a key: `aa:bb:cc:dd:ee:ff`, an address in its canonical form, an interface's name."""

type Cell = tuple[str, Key]
"""One element: name of its set, and its key."""

_MAC: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_INTERFACE: Final = re.compile(r"[^\s/\0]{1,15}")


def pack_part(field: Field, value: str) -> bytes:
    """Bytes of one part of a key; raises ValueError for what is none, in the canonical form only."""
    match field:
        case Field.MAC if _MAC.fullmatch(value):
            return bytes.fromhex(value.replace(":", ""))
        case Field.IPV4:
            return ipaddress.IPv4Address(value).packed
        case Field.IPV6:
            address = ipaddress.IPv6Address(value)
            if address.scope_id is None and str(address) == value:
                return address.packed
        case Field.INTERFACE if _INTERFACE.fullmatch(value) and value not in {".", ".."}:
            if len(name := value.encode(errors="replace")) < field.value[1]:
                return name.ljust(field.value[1], b"\0")
    msg = f"not a {field.name.lower()}: {value!r}"
    raise ValueError(msg)


def unpack_part(field: Field, data: bytes) -> str:
    """Text of one part of a key."""
    match field:
        case Field.MAC:
            return data[:6].hex(":")
        case Field.IPV4:
            return socket.inet_ntop(socket.AF_INET, data)
        case Field.IPV6:
            return str(ipaddress.IPv6Address(data))
        case _:
            return data.split(b"\0", 1)[0].decode(errors="replace")


def pack(cell: Cell) -> bytes:
    """Bytes of a key in the kernel; raises ValueError for what fits no set of ours."""
    name, key = cell
    spec = PLANNED[name][0] if name in PLANNED else None
    if spec is None or len(key) != len(spec.fields):
        msg = f"no such element: {name!r} {key!r}"
        raise ValueError(msg)
    if len(key) == 1:
        return pack_part(spec.fields[0], key[0])
    return b"".join(pack_part(f, v).ljust(f.padded, b"\0") for f, v in zip(spec.fields, key, strict=True))


def unpack(spec: SetSpec, data: bytes) -> Key:
    """Key back from the kernel's bytes."""
    parts = []
    offset = 0
    for field in spec.fields:
        parts.append(unpack_part(field, data[offset : offset + field.value[1]]))
        offset += field.padded
    return tuple(parts)
