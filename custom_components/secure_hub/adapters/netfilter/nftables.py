"""Messages and expressions of nf_tables (include/uapi/linux/netfilter/nf_tables.h), as attribute bytes."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
import struct
from typing import Final

from .netlink import (
    APPEND,
    CREATE,
    NFNL_SUBSYS_NFTABLES,
    Request,
    attribute,
    attribute_list,
    attributes,
    be32,
    be64,
    nested,
    number,
    string,
    text,
)


class Kind(IntEnum):
    """Message types."""

    NEW_TABLE = 0
    GET_TABLE = 1
    DEL_TABLE = 2
    NEW_CHAIN = 3
    GET_CHAIN = 4
    DEL_CHAIN = 5
    NEW_RULE = 6
    GET_RULE = 7
    DEL_RULE = 8
    NEW_SET = 9
    GET_SET = 10
    DEL_SET = 11
    NEW_ELEMENT = 12
    GET_ELEMENT = 13
    DEL_ELEMENT = 14
    NEW_GENERATION = 15
    GET_GENERATION = 16
    NEW_FLOWTABLE = 22


class Family(IntEnum):
    """Families of tables."""

    INET = 1
    NETDEV = 5
    BRIDGE = 7


class Verdict(IntEnum):
    """What a rule decides."""

    DROP = 0
    ACCEPT = 1
    JUMP = -3
    GOTO = -4
    RETURN = -5


class Meta(IntEnum):
    """Keys of the meta expression."""

    IIFNAME = 6
    OIFNAME = 7
    IIFTYPE = 8
    NFPROTO = 15
    L4PROTO = 16


class Base(IntEnum):
    """Where a payload expression counts from."""

    LINK = 0
    NETWORK = 1
    TRANSPORT = 2


class TableFlag(IntEnum):
    """Flags of a table."""

    DORMANT = 1
    OWNER = 2
    PERSIST = 4


class SetFlag(IntEnum):
    """Flags of a set."""

    INTERVAL = 0x4
    MAP = 0x8
    TIMEOUT = 0x10
    EVAL = 0x20
    CONCAT = 0x80


KEY: Final = 8
"""First 32-bit register: where keys are put together."""
VALUE: Final = 20
"""32-bit register for what a map gives; behind the longest key of 44 bytes."""

_REG_VERDICT: Final = 0
_MESSAGE_BUDGET: Final = 48_000
"""Bytes of elements in one message; an attribute ends at 64 KiB."""


def request(kind: Kind, family: int, body: bytes = b"", flags: int = 0) -> Request:
    """One nf_tables request."""
    return Request(NFNL_SUBSYS_NFTABLES << 8 | kind, family, body, flags)


# --- tables, chains, rules


def new_table(family: int, name: str, flags: int) -> Request:
    """Create a table, adopt an orphan, or change its flags."""
    return request(Kind.NEW_TABLE, family, text(1, name) + be32(2, flags), CREATE)


def del_table(family: int, name: str) -> Request:
    """Delete a table with all that is in it."""
    return request(Kind.DEL_TABLE, family, text(1, name))


def new_chain(family: int, table: str, name: str) -> Request:
    """Create a chain that is only jumped to."""
    return request(Kind.NEW_CHAIN, family, text(1, table) + text(3, name), CREATE)


def new_base_chain(  # noqa: PLR0913 - a hook has that many sides
    family: int, table: str, name: str, *, hook: int, priority: int, device: str | None = None
) -> Request:
    """Create a filter chain at a hook, policy accept."""
    where = be32(1, hook) + be32(2, priority) + (text(3, device) if device else b"")
    content = text(1, table) + text(3, name) + nested(4, where) + be32(5, Verdict.ACCEPT) + text(7, "filter")
    return request(Kind.NEW_CHAIN, family, content, CREATE)


def del_chain(family: int, table: str, name: str) -> Request:
    """Delete a chain without rules that nobody jumps to."""
    return request(Kind.DEL_CHAIN, family, text(1, table) + text(3, name))


def new_rule(family: int, table: str, chain: str, expressions: Iterable[bytes], comment: str) -> Request:
    """Append a rule; `comment` (up to 253 bytes) is shown by nft."""
    words = comment.encode() + b"\0"
    note = attribute(7, bytes((0, len(words))) + words)
    content = text(1, table) + text(2, chain) + nested(4, *expressions) + note
    return request(Kind.NEW_RULE, family, content, CREATE | APPEND)


def flush_rules(family: int, table: str) -> Request:
    """Delete every rule of a table, leaving chains and sets."""
    return request(Kind.DEL_RULE, family, text(1, table))


# --- sets


def new_set(  # noqa: PLR0913 - a set has that many sides
    family: int,
    table: str,
    name: str,
    *,
    identity: int,
    key_type: int,
    key_size: int,
    flags: int = 0,
    data: tuple[int, int] | None = None,
    size: int = 0,
    timeout: int = 0,
    host_order: bool = False,
    lengths: tuple[int, ...] = (),
) -> Request:
    """Create a set or map: `data` is (type, bytes) of a map.

    `identity` names the set inside one transaction; `timeout` is in milliseconds, `host_order`
    tells nft how to print keys; `lengths` are the bytes of each field of a concatenation with intervals.
    """
    content = text(1, table) + text(2, name) + be32(3, flags) + be32(4, key_type) + be32(5, key_size)
    content += be32(10, identity)
    if data:
        content += be32(6, data[0]) + be32(7, data[1])
    if timeout:
        content += be64(11, timeout)
    if size or lengths:
        fields = nested(2, *(nested(1, be32(1, length)) for length in lengths)) if lengths else b""
        content += nested(9, (be32(1, size) if size else b"") + fields)
    # User data of libnftnl: byte order of keys and of data, 1 is the host's, 2 the network's.
    content += attribute(13, struct.pack("=BBIBBI", 0, 4, 1 if host_order else 2, 1, 4, 1))
    return request(Kind.NEW_SET, family, content, CREATE)


def del_set(family: int, table: str, name: str) -> Request:
    """Delete a set that no rule uses."""
    return request(Kind.DEL_SET, family, text(1, table) + text(2, name))


def element(key: bytes, data: bytes = b"", end: bytes = b"") -> bytes:
    """One element; `data` is what `value_data` made, `end` the last key of one that is an interval."""
    return nested(1, nested(1, attribute(1, key)) + data + (nested(10, attribute(1, end)) if end else b""))


def value_data(value: bytes) -> bytes:
    """Value of a map's element."""
    return nested(2, attribute(1, value))


@lru_cache(maxsize=256)  # every change of an element names its set
def _set_head(table: str, name: str) -> bytes:
    return text(1, table) + text(2, name)


def element_requests(kind: Kind, family: int, table: str, name: str, elements: Iterable[bytes]) -> Iterator[Request]:
    """Add, delete or get elements, in as many messages as their size needs."""
    head = _set_head(table, name)
    flags = CREATE if kind is Kind.NEW_ELEMENT else 0
    chunk: list[bytes] = []
    size = 0
    for item in elements:
        if chunk and size + len(item) > _MESSAGE_BUDGET:
            yield request(kind, family, head + nested(3, *chunk), flags)
            chunk, size = [], 0
        chunk.append(item)
        size += len(item)
    if chunk:
        yield request(kind, family, head + nested(3, *chunk), flags)


def flush_set(family: int, table: str, name: str) -> Request:
    """Delete every element of a set."""
    return request(Kind.DEL_ELEMENT, family, text(1, table) + text(2, name))


def parse_elements(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of each element in a message; of an interval first and last key in one.

    In a set the value is the element's expression, if there is one.
    """
    for kind, item in attribute_list(attributes(body).get(3, b"")):
        if kind != 1:
            continue
        parts = attributes(item)
        key = attributes(parts.get(1, b"")).get(1, b"") + attributes(parts.get(10, b"")).get(1, b"")
        yield key, attributes(parts.get(2, b"")).get(1, b"") or parts.get(7, b"")


# --- expressions


def _expression(name: str, *parts: bytes) -> bytes:
    return nested(1, text(1, name), nested(2, *parts))


def _verdict(verdict: Verdict, chain: str | None = None) -> bytes:
    return nested(2, be32(1, verdict), text(2, chain) if chain else b"")


def meta(key: Meta, register: int = KEY) -> bytes:
    """Load a packet's meta data."""
    return _expression("meta", be32(2, key), be32(1, register))


def payload(base: Base, offset: int, size: int, register: int = KEY) -> bytes:
    """Load bytes of the packet; a packet without them does not match."""
    return _expression("payload", be32(1, register), be32(2, base), be32(3, offset), be32(4, size))


def equals(value: bytes, register: int = KEY) -> bytes:
    """Match if the register holds `value`."""
    return _expression("cmp", be32(1, register), be32(2, 0), nested(3, attribute(1, value)))


def differs(value: bytes, register: int = KEY) -> bytes:
    """Match if the register does not hold `value`."""
    return _expression("cmp", be32(1, register), be32(2, 1), nested(3, attribute(1, value)))


def mask(value: bytes, register: int = KEY) -> bytes:
    """Keep only the bits of `value` in the register."""
    zero = nested(5, attribute(1, bytes(len(value))))
    size = be32(3, len(value))
    return _expression("bitwise", be32(1, register), be32(2, register), size, nested(4, attribute(1, value)), zero)


def within(name: str, register: int = KEY) -> bytes:
    """Match if a set has what the register holds."""
    return _expression("lookup", text(1, name), be32(2, register))


def outside(name: str, register: int = KEY) -> bytes:
    """Match if a set has not what the register holds."""
    return _expression("lookup", text(1, name), be32(2, register), be32(5, 1))


def mapped(name: str, register: int = KEY, into: int = VALUE) -> bytes:
    """Match if a map has the key, and load its value."""
    return _expression("lookup", text(1, name), be32(2, register), be32(3, into))


def ct_direction(register: int = KEY) -> bytes:
    """Load one byte: 0 for the direction that opened the connection, 1 for replies."""
    return _expression("ct", be32(2, 1), be32(1, register))


def constant(value: bytes, register: int = KEY) -> bytes:
    """Load a constant, padded to whole registers by the kernel."""
    return _expression("immediate", be32(1, register), nested(2, attribute(1, value)))


def limit(per_second: int, burst: int) -> bytes:
    """Match at most so many packets a second."""
    return _expression("limit", be64(1, per_second), be64(2, 1), be32(3, burst), be32(4, 0), be32(5, 0))


def log(group: int, snaplen: int, prefix: str = "") -> bytes:
    """Copy the packet to a log group, at once; the kernel would wait a second for more otherwise."""
    words = text(2, prefix) if prefix else b""
    return _expression("log", attribute(1, group.to_bytes(2)), words, be32(3, snaplen), attribute(4, (1).to_bytes(2)))


def counter() -> bytes:
    """Count packets and bytes."""
    return _expression("counter", be64(1, 0), be64(2, 0))


def learn(name: str, register: int = KEY) -> bytes:
    """Add what the register holds to a dynamic set, or renew it there."""
    return _expression("dynset", text(1, name), be32(3, 1), be32(4, register))


def learn_within(name: str, per_second: int, burst: int, register: int = KEY) -> bytes:
    """The same, and match only so many times a second for each element."""
    parts = be64(1, per_second), be64(2, 1), be32(3, burst), be32(4, 0), be32(5, 0)
    own = nested(7, text(1, "limit"), nested(2, *parts))
    return _expression("dynset", text(1, name), be32(3, 1), be32(4, register), own)


def decide(verdict: Verdict, chain: str | None = None) -> bytes:
    """Decide."""
    return _expression("immediate", be32(1, _REG_VERDICT), nested(2, _verdict(verdict, chain)))


# --- what the kernel tells


def parse_rule(body: bytes) -> tuple[str, str, tuple[bytes, ...], str, tuple[int, int]]:
    """Table, chain, expressions with counters masked, comment, and (packets, bytes) of the rule's counter."""
    parts = attributes(body)
    expressions = []
    count = (0, 0)
    for _, item in attribute_list(parts.get(4, b"")):
        expression = attributes(item)
        data = expression.get(2, b"")
        if expression.get(1) == b"counter\0":
            counters = attributes(data)
            count = (number(counters.get(2, b"")), number(counters.get(1, b"")))
            data = b""
        expressions.append(expression.get(1, b"") + data)
    return string(parts.get(1, b"")), string(parts.get(2, b"")), tuple(expressions), _comment(parts.get(7, b"")), count


def _comment(userdata: bytes) -> str:
    """Text of the first user data item if it is a comment (libnftnl's type-length-value)."""
    return string(userdata[2:]) if userdata[:1] == b"\0" else ""


def parse_generation(body: bytes) -> tuple[int, int, str]:
    """Return generation, and thread id and name of the process that made it."""
    parts = attributes(body)
    return number(parts.get(1, b"")), number(parts.get(2, b"")), string(parts.get(3, b""))


def class_value(value: int) -> bytes:
    """Small number as maps hold it: 32 bits in host order, type `mark`."""
    return struct.pack("=I", value)


def parse_class_value(value: bytes) -> int | None:
    """Small number back from a map; None for what is none."""
    return struct.unpack("=I", value)[0] if len(value) == struct.calcsize("=I") else None
