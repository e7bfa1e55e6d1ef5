"""Our tables in this kernel: make them what they should be, change elements, read back, take away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
import errno
from itertools import groupby
from typing import Final

from . import conntrack
from .layout import PLANNED, TABLE, Cell, Field, Key, SetSpec, Shape, TableSpec, Value, families, pack, unpack
from .netlink import NetfilterSocket, NetlinkError, Request
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
    parse_elements,
    parse_generation,
    request,
    value_data,
)
from .ruleset import sets, table
from .stateful import counted, parse, quota, rate
from .survey import TableState, counters, read_set, survey

type _Packed = dict[Family, dict[str, dict[bytes, int]]]
"""Wanted elements as the kernel has them, by table and set."""

type Elements = Mapping[str, Mapping[Key, int]]
"""Wanted elements: set name -> key -> class number, 0 in a plain set."""

type Tally = dict[str, dict[Key, tuple[int, int]]]
"""`family set` -> key -> packets and bytes, of a limit bytes a second and burst, of a quota bytes used and allowed."""

_TRIES: Final = 5
_REPAIRS_TOLD: Final = 50
MARK_TYPE: Final = (19, 4)


@dataclass(frozen=True, slots=True)
class Change:
    """One element that changes from `old` to `new`; None is absent, 0 is present in a plain set."""

    cell: Cell
    old: int | None
    new: int | None


class Kernel:
    """The in-process backend. One long-lived socket, so it stays the owner of its tables; not thread-safe."""

    def __init__(self, *, owner: bool, timeout: float = 10.0) -> None:
        """`owner`: make tables that only this process may change; raises OSError without netfilter netlink."""
        self._socket = NetfilterSocket(timeout=timeout)
        self._flags = TableFlag.OWNER | TableFlag.PERSIST if owner else 0
        self._shape: Shape | None = None
        self._fingerprints: dict[Family, bytes] = {}

    @property
    def port(self) -> int:
        """Netlink port of our changes, to tell them from others'."""
        return self._socket.port

    def generation(self) -> int:
        """Number of the ruleset; every committed transaction raises it. Seven microseconds."""
        answer = self._socket.ask([request(Kind.GET_GENERATION, 0)])[0]
        if isinstance(answer, NetlinkError):
            raise answer
        return parse_generation(answer)[0]

    def stands(self) -> bool:
        """Whether our tables are there, of this run or an earlier one. Raises NetlinkError."""
        return survey(self._socket, Family.INET, ()) is not None

    def load(self, shape: Shape, elements: Elements) -> tuple[str, ...]:
        """Make the tables what they should be, in the smallest transaction, and read everything back.

        Returns what had to be mended, in words of nftables; empty if all was as it should be. Raises NetlinkError
        with the tables as they were.
        """
        wanted = _pack_all(elements)
        told: dict[str, None] = {}
        for _ in range(_TRIES):
            generation = self.generation()
            requests, repairs = self._difference(shape, wanted)
            told.update(dict.fromkeys(repairs))
            if not requests and shape == self._shape:
                return tuple(told)
            try:
                self._socket.batch(requests, generation)
            except NetlinkError as error:
                if error.code == errno.ERESTART:  # somebody committed between our reading and our writing
                    continue
                raise
            self._shape = shape
            self._remember(shape, generation + 1)
        raise NetlinkError(errno.ERESTART, "the ruleset keeps changing")

    def change(self, changes: Sequence[Change]) -> None:
        """Change elements in one transaction and read exactly these back.

        Raises NetlinkError with nothing changed (ENOENT, EEXIST: the tables are not as `changes` believe), or ESTALE if
        what was read back is not what was written.
        """
        shape = self._shape
        if shape is None:
            raise NetlinkError(errno.ENOENT, "nothing loaded")
        packed = [
            (family, change.cell[0], pack(change.cell), change)
            for change in changes
            for family in families(change.cell)
            if family in shape.families
        ]
        packed.sort(key=lambda item: item[:2])
        used = self._used(packed)
        requests: list[Request] = []
        for (family, name), group in groupby(packed, key=lambda item: item[:2]):
            items = list(group)
            gone = [_key(name, key) for _, _, key, change in items if change.old is not None]
            come = [
                _element(name, key, change.new, used.get(key, 0)) for *_, key, change in items if change.new is not None
            ]
            requests.extend(element_requests(Kind.DEL_ELEMENT, family, TABLE, name, gone))
            requests.extend(element_requests(Kind.NEW_ELEMENT, family, TABLE, name, come))
        self._socket.batch(requests)
        self._read_back(packed)

    def _used(self, packed: Sequence[tuple[Family, str, bytes, Change]]) -> dict[bytes, int]:
        """What was used of quotas that become larger or smaller; one that stays what it was begins anew."""
        asked = [
            (family, name, key)
            for family, name, key, change in packed
            if PLANNED[name][0].value is Value.QUOTA
            and None not in {change.old, change.new}
            and change.old != change.new
        ]
        answers = self._socket.ask(
            [
                next(element_requests(Kind.GET_ELEMENT, family, TABLE, name, (_key(name, key),)))
                for family, name, key in asked
            ]
        )
        found = [item for answer in answers if not isinstance(answer, NetlinkError) for item in parse_elements(answer)]
        return {key: parse(value)[1] for key, value in found}

    def _read_back(self, packed: Sequence[tuple[Family, str, bytes, Change]]) -> None:
        questions = [
            next(element_requests(Kind.GET_ELEMENT, family, TABLE, name, (_key(name, key),)))
            for family, name, key, _ in packed
        ]
        for answer, (_, name, key, change) in zip(self._socket.ask(questions), packed, strict=True):
            if isinstance(answer, NetlinkError):
                if answer.code != errno.ENOENT:
                    raise answer
                held = None
            else:
                held = next((_held(name, value) for k, value in parse_elements(answer) if k == key), None)
            if held != change.new:
                raise NetlinkError(errno.ESTALE, f"{name} {'.'.join(change.cell[1])}: {held} instead of {change.new}")

    def flush_connections(self, addresses: Sequence[str]) -> None:
        """Forget the connections of these addresses."""
        conntrack.flush(self._socket, addresses)

    def counters(self) -> dict[str, tuple[int, int]]:
        """Packets and bytes per counted rule, keyed `family chain comment`."""
        families = self._shape.families if self._shape else ()
        return {k: v for family in families for k, v in counters(self._socket, family).items()}

    def tally(self, names: Sequence[str]) -> Tally:
        """What the elements of sets that count or limit say; one dump for each set and table that has it."""
        found: Tally = {}
        shape = self._shape
        for family in shape.families if shape else ():
            for spec in sets(family):
                if spec.name in names:
                    held = read_set(self._socket, family, spec.name)
                    told = {unpack(spec, key): parse(value)[1:] for key, value in held.items()}
                    found[f"{family.name.lower()} {spec.name}"] = told
        return found

    def remove(self) -> None:
        """Take our tables away, and nothing else."""
        requests: list[Request] = []
        for family in Family:
            state = survey(self._socket, family, ())
            if state is not None:
                requests += self._removal(family, state)
        self._socket.batch(requests)
        self._shape = None
        self._fingerprints.clear()

    def close(self) -> None:
        """Let go; what was loaded stays."""
        self._socket.close()

    # --- from what is to what should be

    def _remember(self, shape: Shape, generation: int) -> None:
        """Remember what our rules look like when the kernel tells them, unless somebody has touched them since."""
        found = {family: survey(self._socket, family, ()) for family in shape.families}
        if self.generation() == generation:
            self._fingerprints = {family: state.fingerprint for family, state in found.items() if state}

    def _removal(self, family: Family, state: TableState) -> list[Request]:
        deletion = del_table(family, TABLE)
        if state.flags & TableFlag.OWNER and state.owner != self.port:
            return [new_table(family, TABLE, state.flags & ~TableFlag.DORMANT), deletion]
        return [deletion]

    def _difference(self, shape: Shape, wanted: _Packed) -> tuple[list[Request], tuple[str, ...]]:
        requests: list[Request] = []
        repairs: list[str] = []
        if shape != self._shape:
            self._fingerprints.clear()
        for family in Family:
            state = survey(self._socket, family, wanted[family])
            if family in shape.families:
                part, told = self._table(table(family, shape), state, wanted[family])
                requests += part
                repairs += (f"{family.name.lower()}: {words}" for words in told)
            elif state is not None:
                requests += self._removal(family, state)
                repairs.append(f"{family.name.lower()}: table not needed")
        return requests, tuple(repairs[:_REPAIRS_TOLD])

    def _table(
        self, spec: TableSpec, state: TableState | None, wanted: dict[str, dict[bytes, int]]
    ) -> tuple[list[Request], list[str]]:
        requests: list[Request] = []
        repairs: list[str] = []
        flags = self._flags
        if state is None:
            repairs.append("table missing")
        else:
            flags = state.flags & (TableFlag.OWNER | TableFlag.PERSIST)
            if state.flags & TableFlag.DORMANT:
                repairs.append("table dormant")
        foreign = state is not None and bool(flags & TableFlag.OWNER) and state.owner != self.port
        fits = state is not None and self._fingerprints.get(spec.family) == state.fingerprint
        if repairs or foreign:
            requests.append(new_table(spec.family, TABLE, flags))
        if not fits:
            if state is not None:
                repairs.append("rules")
            self._fingerprints.pop(spec.family, None)
            requests += _structure(spec, state)
        for item in spec.sets:
            if item.name not in wanted:
                continue
            kept = state.elements.get(item.name, {}) if state and _compatible(item, state) else {}
            part, told = _elements(spec.family, item, kept, wanted[item.name])
            requests += part
            repairs += told
        return requests, repairs


def _pack_all(elements: Elements) -> _Packed:
    packed: _Packed = {family: {n: {} for n in PLANNED if family in PLANNED[n][1]} for family in Family}
    for name in PLANNED:
        for key, value in elements.get(name, {}).items():
            data = pack((name, key))
            for family in families((name, key)):
                packed[family][name][data] = value
    return packed


def _held(name: str, value: bytes) -> int | None:
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


def _key(name: str, key: bytes) -> bytes:
    """Say which element is meant."""
    return _element(name, key, None)


def _element(name: str, key: bytes, value: int | None, used: int = 0) -> bytes:
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


def _structure(spec: TableSpec, state: TableState | None) -> Iterator[Request]:
    """Write every chain, constant and rule anew; in one transaction no packet sees the moment between."""
    family = spec.family
    kept_sets: set[str] = set()
    kept_chains: set[str] = set()
    if state is not None:
        yield flush_rules(family, TABLE)
        kept_sets = {item.name for item in spec.sets if _compatible(item, state)}
        kept_chains = {c.name for c in spec.chains if state.chains.get(c.name) == (c.hook, c.priority, c.device)}
        constant = {item.name for item in spec.sets if item.constants}
        yield from (flush_set(family, TABLE, name) for name in sorted(constant & kept_sets))
        yield from (del_set(family, TABLE, name) for name in sorted(state.sets.keys() - kept_sets))
        yield from (del_chain(family, TABLE, name) for name in sorted(state.chains.keys() - kept_chains))
    for chain in spec.chains:
        if chain.name in kept_chains:
            continue
        if chain.hook is None:
            yield new_chain(family, TABLE, chain.name)
        else:
            place = {"hook": chain.hook, "priority": chain.priority}
            yield new_base_chain(family, TABLE, chain.name, **place, device=chain.device)
    for identity, item in enumerate(spec.sets, 1):
        if item.name not in kept_sets:
            yield _new_set(family, item, identity)
        yield from element_requests(Kind.NEW_ELEMENT, family, TABLE, item.name, map(element, item.constants))
    for rule in spec.rules:
        yield new_rule(family, TABLE, rule.chain, rule.expressions, rule.comment)


def _new_set(family: Family, item: SetSpec, identity: int) -> Request:
    data = MARK_TYPE if item.is_map else None
    made = new_set(
        family,
        TABLE,
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
    family: Family, item: SetSpec, kept: Mapping[bytes, bytes], wanted: Mapping[bytes, int]
) -> tuple[list[Request], list[str]]:
    """Smallest change of one set."""
    held = {key: _held(item.name, value) for key, value in kept.items()}
    gone = [key for key, value in held.items() if wanted.get(key) != value]
    come = [key for key, value in wanted.items() if held.get(key) != value]
    name = item.name
    used = {key: parse(value)[1] for key, value in kept.items()} if item.value is Value.QUOTA else {}
    requests = [
        *element_requests(Kind.DEL_ELEMENT, family, TABLE, name, (_key(name, k) for k in gone)),
        *element_requests(
            Kind.NEW_ELEMENT, family, TABLE, name, (_element(name, k, wanted[k], used.get(k, 0)) for k in come)
        ),
    ]
    told = sorted({f"{name} {' . '.join(unpack(item, key))}" for key in (*gone[:_REPAIRS_TOLD], *come[:_REPAIRS_TOLD])})
    return requests, told
