"""The fixed ruleset as data: which tables, sets, chains and rules stand, whatever devices there are.

A device is a few elements: its MAC and addresses map to a class number, which fixed rules turn into a chain. So
neither a packet's cost nor a change's grows with the home, and no change makes the kernel validate the table, as one
in a verdict map would.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from .nftables import Family, SetFlag

TABLE: Final = "secure_hub"
"""Name of our tables in every family."""
TRIED_TABLE: Final = "secure_hub_trial"
"""Name of the tables that hold what is only tried; we touch no others than these two."""

FORWARD_PRIORITY: Final = -10
"""Of our chains that see forwarded packets: before everybody's filters."""

OPEN: Final = 1
"""Not governed: everything passes."""
HELD: Final = 2
QUARANTINED: Final = 3
RULED: Final = 4
"""Governed: further bits say what is denied in each scope, and where there are exceptions."""
FREE: Final = 5
"""Governed, and everything passes."""
GOVERNED: Final = 4
"""Bit of the governed: they are not cut off, and no MAC of this machine or of whoever is protected has it."""
KIND: Final = 7
CUT_OFF: Final = 2
"""Bit that held and quarantined have, and nobody else."""
CLASSES: Final = frozenset({OPEN, HELD, QUARANTINED})

INTERNET: Final = 1
LAN: Final = 2
PEERS: Final = 3
HUB: Final = 4
SCOPES: Final = {"internet": INTERNET, "lan": LAN, "peers": PEERS, "hub": HUB}
_OPENED: Final = 8
ASKS: Final = 1 << 12
"""The home's name server may be asked."""
NAMES: Final = 1 << 13
"""Its permissions name names: we want to know what it is told."""
LIMITED: Final = 1 << 14
"""Of the governed: it has a rate."""
METERED: Final = 1 << 15
"""It has a quota."""
ASKED: Final = 0xF << 20
"""In these scopes there is something that a person is to be asked about: we want to know what was held off."""
_RULED_BITS: Final = RULED | 0xFF0 | ASKS | NAMES | LIMITED | METERED | ASKED

ALLOW: Final = 1
DENY: Final = 2

RATE_MIN: Final = 1_000
RATE_MAX: Final = 1_000_000_000
QUOTA_MAX: Final = 1 << 50
"""Bytes, of a rate in a second."""
ZONES_MAX: Final = 128
NAMES_MAX: Final = 64
ECHO_IDENTIFIER: Final = 0x5348
KNOCK: Final = 67, 68
"""Identifier of the echo requests, and ports of the datagrams, by which interposition asks in others' names."""
NAME_SET: Final = "name_"
"""Begins the names of sets that dnsmasq fills, of names that permissions name."""
_BOUNDS: Final = {"RATE": (RATE_MIN, RATE_MAX), "QUOTA": (1, QUOTA_MAX), "ZONE": (1, ZONES_MAX)}


def opened(scope: int) -> int:
    """Stand for a scope where the ports are the device's own, of what the far end opens."""
    return _OPENED + scope


def denied(scope: int) -> int:
    """Bit of a class: what no exception names is denied in a scope."""
    return 1 << 3 + scope


def asked(scope: int) -> int:
    """Bit of a class: a person is to be asked in a scope."""
    return 1 << 19 + scope


def excepted(scope: int) -> int:
    """Bit of a class: there are exceptions in a scope."""
    return 1 << 7 + scope


class Field(Enum):
    """One part of a key: nft's number of its type, and bytes."""

    IPV4 = (7, 4)
    IPV6 = (8, 16)
    MAC = (9, 6)
    ETHERTYPE = (10, 2)
    PROTOCOL = (12, 1)
    PORT = (13, 2)
    """Also the number of a scope, or of a zone of the named lists."""
    ICMPV6 = (29, 1)
    INTERFACE = (41, 16)

    @property
    def padded(self) -> int:
        """Bytes inside a concatenation."""
        return self.value[1] + (-self.value[1] % 4)


class Value(Enum):
    """What a map gives for a key."""

    NOTHING = 0  # a plain set
    STANDING = 1
    CLASS = 2
    DECISION = 3
    RATE = 4  # these two are no maps: each element lets so many bytes pass, in a second or altogether
    QUOTA = 5
    ZONE = 6

    def holds(self, number: int) -> bool:
        """Whether a number is one that we write."""
        match self:
            case Value.NOTHING:
                return number == 0
            case Value.STANDING:
                return number in CLASSES
            case Value.CLASS:
                return number in CLASSES or number == FREE or (number & KIND == RULED and not number & ~_RULED_BITS)
            case Value.DECISION:
                return number in {ALLOW, DENY}
            case Value.RATE | Value.QUOTA | Value.ZONE:
                least, most = _BOUNDS[self.name]
                return least <= number <= most


@dataclass(frozen=True, slots=True)
class SetSpec:
    """A set, or a map from key to number; `interval` has ranges in its keys.

    One that is `learned` is filled by packets, up to `size` elements that are forgotten `timeout` milliseconds after
    the last; `counted` if each counts packets and bytes. `local` ones stand only in the kernel of the hub's own
    machine.
    """

    name: str
    fields: tuple[Field, ...]
    value: Value = Value.NOTHING
    constants: tuple[bytes, ...] = ()
    learned: bool = False
    interval: bool = False
    counted: bool = False
    local: bool = False
    size: int = 0
    timeout: int = 0

    @property
    def is_line(self) -> bool:
        """Its ranges are of one field, which the kernel keeps as the points where one begins or ends."""
        return self.interval and len(self.fields) == 1

    @property
    def is_map(self) -> bool:
        """Keys have numbers."""
        return self.value not in {Value.NOTHING, Value.RATE, Value.QUOTA}

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
        intervals = SetFlag.INTERVAL | (0 if self.is_line else SetFlag.CONCAT) if self.interval else 0
        return intervals | (SetFlag.MAP if self.is_map else 0)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Bytes of each field, where the kernel has to know."""
        return tuple(field.value[1] for field in self.fields) if self.interval and not self.is_line else ()


@dataclass(frozen=True, slots=True)
class ChainSpec:
    """A chain; with a hook if packets enter it by themselves."""

    name: str
    hook: int | None = None
    priority: int = 0
    device: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule of a chain; `local` as for sets: whoever leaves it out lets pass and drops the same."""

    chain: str
    comment: str
    expressions: tuple[bytes, ...]
    local: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table."""

    family: Family
    sets: tuple[SetSpec, ...]
    chains: tuple[ChainSpec, ...]
    rules: tuple[RuleSpec, ...]


class Role(Enum):
    """When the rules of a table count: always, or while nothing is on trial or something is, by the kernel's clock."""

    ALWAYS = 0
    UNLESS_TRIED = 1
    WHILE_TRIED = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the rules depend on: whether they drop, whether there is a bridge, which guarded interfaces are none.

    `zones` are so many of the named lists; each has rules of its own, for nft 1.0.6 dies of an assertion when it lists
    one rule in which what a map gives is part of a key.
    """

    enforce: bool
    bridge: bool
    netdevs: tuple[str, ...] = ()
    role: Role = Role.ALWAYS
    zones: int = 0
    one_armed: bool = False
    """Somebody else's router is the way out of a guarded interface, so that packets may go back out of it."""
    names: tuple[str, ...] = ()
    """Sets of IPv4 and IPv6 addresses that dnsmasq fills, without `_4` and `_6`; our tables are then not ours alone."""

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


def _permits() -> Iterator[tuple[SetSpec, tuple[Family, ...]]]:
    scope, service = Field.PORT, (Field.PROTOCOL, Field.PORT)
    routed, everywhere = (Family.INET,), (Family.INET, Family.BRIDGE)
    for version, field in ((4, Field.IPV4), (6, Field.IPV6)):
        far = (scope, Field.MAC, field)
        yield SetSpec(f"exact{version}", (*far, *service), Value.DECISION), everywhere
        yield SetSpec(f"range{version}", (*far, *service), Value.DECISION, interval=True), everywhere
        yield SetSpec(f"place{version}", far, Value.DECISION), everywhere
        ends = (scope, field, field)
        yield SetSpec(f"opened_range{version}", (*ends, *service), Value.DECISION, interval=True), routed
        yield SetSpec(f"opened_place{version}", ends, Value.DECISION), routed
        yield SetSpec(f"opened_any{version}", (scope, field, *service), Value.DECISION, interval=True), routed
        yield SetSpec(f"list{version}", (field,), Value.ZONE, interval=True), routed
    mates = (scope, Field.MAC, Field.MAC)
    yield SetSpec("mate_range", (*mates, *service), Value.DECISION, interval=True), (Family.BRIDGE,)
    yield SetSpec("mate", mates, Value.DECISION), (Family.BRIDGE,)
    listed = (scope, Field.MAC, Field.PORT)
    yield SetSpec("listed_range", (*listed, *service), Value.DECISION, interval=True), routed
    yield SetSpec("listed", listed, Value.DECISION), routed
    yield SetSpec("any", (scope, Field.MAC, *service), Value.DECISION, interval=True), everywhere


PLANNED: Final[dict[str, tuple[SetSpec, tuple[Family, ...]]]] = {
    spec.name: (spec, families)
    for spec, families in (
        (SetSpec("mac", (Field.MAC,), Value.CLASS), _ALL),
        (SetSpec("class4", (Field.IPV4,), Value.CLASS), (Family.INET,)),
        (SetSpec("class6", (Field.IPV6,), Value.CLASS), (Family.INET,)),
        (SetSpec("newcomer", (Field.INTERFACE,), Value.STANDING), _ALL),
        (SetSpec("segment", (Field.INTERFACE,)), (Family.INET,)),
        (SetSpec("port", (Field.INTERFACE,)), (Family.BRIDGE,)),
        (SetSpec("bridged", (Field.INTERFACE, Field.INTERFACE)), (Family.INET,)),
        (SetSpec("lan", (Field.INTERFACE,)), (Family.INET,)),
        (SetSpec("one_armed", (Field.INTERFACE, Field.INTERFACE)), (Family.INET,)),
        (SetSpec("behind4", (Field.INTERFACE, Field.IPV4), interval=True), (Family.INET,)),
        (SetSpec("behind6", (Field.INTERFACE, Field.IPV6), interval=True), (Family.INET,)),
        (SetSpec("inside", (Field.INTERFACE,)), (Family.INET,)),
        (SetSpec("hub", (Field.MAC,)), _ALL),
        (SetSpec("protected", (Field.MAC,)), _ALL),
        (SetSpec("owned4", (Field.IPV4,)), _LINK),
        (SetSpec("owned6", (Field.IPV6,)), _LINK),
        (SetSpec("prefix6", (Field.IPV6,), Value.STANDING, interval=True), _LINK),
        (SetSpec("bound", (Field.MAC,)), _LINK),
        (SetSpec("bind4", (Field.MAC, Field.IPV4)), _LINK),
        (SetSpec("bind6", (Field.MAC, Field.IPV6)), _LINK),
        (SetSpec("resolver4", (Field.IPV4,)), (Family.INET,)),
        (SetSpec("resolver6", (Field.IPV6,)), (Family.INET,)),
        (SetSpec("limited", (Field.MAC,), Value.RATE), _LINK),
        (SetSpec("quota", (Field.MAC,), Value.QUOTA, local=True), (Family.INET,)),
        *_permits(),
    )
}
"""Sets filled from the plan and the families that have them.

mac, class4, class6: class of a device. newcomer: that of unknown MACs behind an interface or port. segment, port:
guarded ones. bridged: bridge . bridge. lan: interfaces that may open connections. one_armed: a guarded interface whose
way out is somebody else's router, twice; behind4/6: the networks behind it. inside: segment and lan, so that
one look tells what is of the internet. hub, protected: MACs. owned4/6: addresses known to be somebody's; bind4/6:
whose; bound: MACs with a known IPv4 address. prefix6: what IPv6 addresses devices may have, whoever has them.
resolver4/6: name servers of the home that are not this machine. limited: what a device may send in a second; quota:
what it may send to the internet until it is renewed.

list4/6: which named lists an address is in, as the number of a zone.

Exceptions: scope . device . far end . protocol . port -> decision. exact4/6, range4/6, place4/6 (whatever the service),
listed_range, listed (wherever in a zone) and any (wherever), looked up in this order, are about packets from a device;
those with `opened`, where the device is an address, about connections that the far end opens: there the port is the
device's own. On a bridge the first ask that too, by MAC, with the scope's number plus 8. mate_range, mate: the far end
is a MAC on the same bridge, at an address that is not known to be its own.
"""
