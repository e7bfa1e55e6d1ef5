"""One of our tables in every family: what is to be sent to the kernel so that it is what it should be."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from .intervals import interval_elements, joined
from .keys import Key, families, pack, unpack
from .layout import PLANNED, Field, SetSpec, Shape, TableSpec, Value
from .netlink import NetfilterSocket, Request
from .nftables import (
    Family,
    Kind,
    TableFlag,
    class_value,
    del_chain,
    del_set,
    del_table,
    element,
    element_requests,
    flush_rules,
    flush_set,
    new_base_chain,
    new_chain,
    new_rule,
    new_set,
    new_table,
    parse_class_value,
    value_data,
)
from .ruleset import table
from .stateful import counted, parse, quota, rate
from .survey import TableState, survey

type Packed = dict[Family, dict[str, dict[bytes, int]]]
"""Wanted elements as the kernel has them, by table and set."""

type Elements = Mapping[str, Mapping[Key, int]]
"""Wanted elements: set name -> key -> class number, 0 in a plain set."""

_REPAIRS_TOLD: Final = 50
MARK_TYPE: Final = (19, 4)


class Tables:
    """Our tables of one name. Nothing is written here: the requests go into somebody's transaction."""

    def __init__(self, socket: NetfilterSocket, name: str, *, owner: bool) -> None:
        """`owner`: make tables that only this process may change."""
        self.name = name
        self.shape: Shape | None = None
        """What was loaded last."""
        self._socket = socket
        self._flags = TableFlag.OWNER | TableFlag.PERSIST if owner else 0
        self._fingerprints: dict[Family, bytes] = {}
        self._lines: dict[tuple[Family, str], tuple[bytes, dict[bytes, int]]] = {}
        """What maps of ranges held when they were last taken apart, and how the kernel told it."""

    def stands(self) -> bool:
        """Whether they are there, of this run or an earlier one. Raises NetlinkError."""
        return survey(self._socket, Family.INET, self.name, ()) is not None

    def fingerprints(self) -> dict[Family, bytes]:
        """What our rules look like when the kernel tells them."""
        families = self.shape.families if self.shape else ()
        found = {family: survey(self._socket, family, self.name, ()) for family in families}
        return {family: state.fingerprint for family, state in found.items() if state}

    def trust(self, fingerprints: dict[Family, bytes]) -> None:
        """Know our rules again by these."""
        self._fingerprints = fingerprints

    def forget(self) -> None:
        """Nothing is loaded any more."""
        self.shape = None
        self._fingerprints.clear()

    def removal(self) -> list[Request]:
        """Take away what is there of them."""
        requests: list[Request] = []
        for family in Family:
            state = survey(self._socket, family, self.name, ())
            if state is not None:
                requests += self._removal(family, state)
        return requests

    def _removal(self, family: Family, state: TableState) -> list[Request]:
        deletion = del_table(family, self.name)
        if state.flags & TableFlag.OWNER and state.owner != self._socket.port:
            return [new_table(family, self.name, state.flags & ~TableFlag.DORMANT), deletion]
        return [deletion]

    def difference(self, shape: Shape, wanted: Packed) -> tuple[list[Request], tuple[str, ...]]:
        """Smallest change to this shape and these elements, and what of it is to be mended, in words of nftables."""
        requests: list[Request] = []
        repairs: list[str] = []
        if shape != self.shape:
            self._fingerprints.clear()
        for family in Family:
            state = survey(self._socket, family, self.name, wanted[family])
            flags = self._flags
            if shape.names and family is Family.INET:  # dnsmasq could not fill sets of a table that is ours alone
                flags = 0
                if state is not None and state.flags & TableFlag.OWNER:
                    requests += self._removal(family, state)
                    state = None
            if family in shape.families:
                part, told = self._table(table(family, shape), state, wanted[family], flags)
                requests += part
                repairs += (f"{family.name.lower()}: {words}" for words in told)
            elif state is not None:
                requests += self._removal(family, state)
                repairs.append(f"{family.name.lower()}: table not needed")
        return requests, tuple(repairs[:_REPAIRS_TOLD])

    def _table(
        self, spec: TableSpec, state: TableState | None, wanted: dict[str, dict[bytes, int]], flags: int
    ) -> tuple[list[Request], list[str]]:
        requests: list[Request] = []
        repairs: list[str] = []
        if state is None:
            repairs.append("table missing")
        else:
            flags = state.flags & (TableFlag.OWNER | TableFlag.PERSIST)
            if state.flags & TableFlag.DORMANT:
                repairs.append("table dormant")
        foreign = state is not None and bool(flags & TableFlag.OWNER) and state.owner != self._socket.port
        fits = state is not None and self._fingerprints.get(spec.family) == state.fingerprint
        if repairs or foreign:
            requests.append(new_table(spec.family, self.name, flags))
        if not fits:
            if state is not None:
                repairs.append("rules")
            self._fingerprints.pop(spec.family, None)
            requests += _structure(self.name, spec, state)
        for item in spec.sets:
            if item.name not in wanted:
                continue
            found = state if state and _compatible(item, state) else None
            if item.is_line:
                part = self._line(spec.family, item, found, wanted[item.name])
                told = [item.name] if part else []
            else:
                kept = found.elements.get(item.name, {}) if found else {}
                part, told = _elements(self.name, spec.family, item, kept, wanted[item.name])
            requests += part
            repairs += told
        return requests, repairs

    def _line(self, family: Family, item: SetSpec, found: TableState | None, wanted: dict[bytes, int]) -> list[Request]:
        """Write a map of ranges anew if it is not what it should be; it changes with a list of networks, as a whole.

        It is taken apart once; if the kernel tells the same again later, it holds the same.
        """
        name, size = item.name, item.key_size
        raw = found.lines.get(name, ()) if found else ()
        digest = blake2b(b"".join(raw)).digest()
        if self._lines.get((family, name)) == (digest, wanted):
            return []
        if {key: held_value(name, value) for key, value in joined(raw, size).items()} == wanted:
            self._lines[family, name] = digest, wanted
            return []
        elements = interval_elements(wanted, size)
        return [
            flush_set(family, self.name, name),
            *element_requests(Kind.NEW_ELEMENT, family, self.name, name, elements),
        ]


def pack_all(elements: Elements) -> Packed:
    """Wanted elements as the kernel is told them."""
    packed: Packed = {family: {n: {} for n in PLANNED if family in PLANNED[n][1]} for family in Family}
    for name in PLANNED:
        for key, value in elements.get(name, {}).items():
            data = pack((name, key))
            for family in families((name, key)):
                packed[family][name][data] = value
    return packed


def held_value(name: str, value: bytes) -> int | None:
    """Number read from the kernel; 0 in a plain set, -1 for what we never write."""
    match PLANNED[name][0].value:
        case Value.NOTHING:
            return 0
        case Value.RATE:
            kind, held, _ = parse(value)
            return held if kind == "limit" else -1
        case Value.QUOTA:
            kind, _, held = parse(value)
            return held if kind == "quota" else -1
    number = parse_class_value(value)
    return -1 if number is None else number


def key_of(name: str, key: bytes) -> bytes:
    """Say which element is meant."""
    return element_of(name, key, None)


def element_of(name: str, key: bytes, value: int | None, used: int = 0) -> bytes:
    """One element with its value, None for its key alone; of a quota so many bytes are used."""
    spec = PLANNED[name][0]
    data = b"" if value is None else _data(spec, value, used)
    size = spec.key_size
    return element(key[:size], data, key[size:]) if spec.interval else element(key, data)


def _data(spec: SetSpec, value: int, used: int) -> bytes:
    match spec.value:
        case Value.NOTHING:
            return b""
        case Value.RATE:
            return rate(value)
        case Value.QUOTA:
            return quota(value, used)
    return value_data(class_value(value))


def _compatible(spec: SetSpec, state: TableState) -> bool:
    schema = state.sets.get(spec.name)
    data = MARK_TYPE[0] if spec.is_map else 0
    return schema == (spec.key_type, spec.key_size, spec.flags, data)


def _structure(own: str, spec: TableSpec, state: TableState | None) -> Iterator[Request]:
    """Write every chain, constant and rule anew; in one transaction no packet sees the moment between."""
    family = spec.family
    kept_sets: set[str] = set()
    kept_chains: set[str] = set()
    if state is not None:
        yield flush_rules(family, own)
        kept_sets = {item.name for item in spec.sets if _compatible(item, state)}
        kept_chains = {c.name for c in spec.chains if state.chains.get(c.name) == (c.hook, c.priority, c.device)}
        constant = {item.name for item in spec.sets if item.constants}
        yield from (flush_set(family, own, name) for name in sorted(constant & kept_sets))
        yield from (del_set(family, own, name) for name in sorted(state.sets.keys() - kept_sets))
        yield from (del_chain(family, own, name) for name in sorted(state.chains.keys() - kept_chains))
    for chain in spec.chains:
        if chain.name in kept_chains:
            continue
        if chain.hook is None:
            yield new_chain(family, own, chain.name)
        else:
            place = {"hook": chain.hook, "priority": chain.priority}
            yield new_base_chain(family, own, chain.name, **place, device=chain.device)
    for identity, item in enumerate(spec.sets, 1):
        if item.name not in kept_sets:
            yield _new_set(own, family, item, identity)
        yield from element_requests(Kind.NEW_ELEMENT, family, own, item.name, map(element, item.constants))
    for rule in spec.rules:
        yield new_rule(family, own, rule.chain, rule.expressions, rule.comment)


def _new_set(own: str, family: Family, item: SetSpec, identity: int) -> Request:
    data = MARK_TYPE if item.is_map else None
    made = new_set(
        family,
        own,
        item.name,
        identity=identity,
        key_type=item.key_type,
        key_size=item.key_size,
        flags=item.flags,
        data=data,
        size=item.size,
        timeout=item.timeout,
        host_order=item.fields[0] is Field.INTERFACE,
        lengths=item.lengths,
    )
    return replace(made, body=made.body + counted()) if item.counted else made


def _elements(
    own: str, family: Family, item: SetSpec, kept: Mapping[bytes, bytes], wanted: Mapping[bytes, int]
) -> tuple[list[Request], list[str]]:
    """Smallest change of one set."""
    held = {key: held_value(item.name, value) for key, value in kept.items()}
    gone = [key for key, value in held.items() if wanted.get(key) != value]
    come = [key for key, value in wanted.items() if held.get(key) != value]
    name = item.name
    used = {key: parse(value)[1] for key, value in kept.items()} if item.value is Value.QUOTA else {}
    requests = [
        *element_requests(Kind.DEL_ELEMENT, family, own, name, (key_of(name, k) for k in gone)),
        *element_requests(
            Kind.NEW_ELEMENT, family, own, name, (element_of(name, k, wanted[k], used.get(k, 0)) for k in come)
        ),
    ]
    told = sorted({f"{name} {' . '.join(unpack(item, key))}" for key in (*gone[:_REPAIRS_TOLD], *come[:_REPAIRS_TOLD])})
    return requests, told
