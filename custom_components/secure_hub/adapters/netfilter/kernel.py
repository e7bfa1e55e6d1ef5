"""Our tables in this kernel: make them what they should be, change elements, read back, take away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import errno
from itertools import groupby
from typing import Final

from . import conntrack
from .keys import Cell, Key, families, pack, unpack
from .layout import PLANNED, TABLE, TRIED_TABLE, Role, Shape, Value
from .netlink import NetfilterSocket, NetlinkError, Request
from .nftables import Family, Kind, element_requests, flush_set, parse_elements, parse_generation, request
from .ruleset import TRIED, sets, tried_element
from .stateful import parse
from .survey import counters, read_set
from .tables import Elements, Packed, Tables, element_of, held_value, key_of, pack_all

type Tally = dict[str, dict[Key, tuple[int, int]]]
"""`family set` -> key -> packets and bytes, of a limit bytes a second and burst, of a quota bytes used and allowed.

While something is on trial, its own counts are under `family_trial set`.
"""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One element that changes from `old` to `new`; None is absent, 0 is present in a plain set."""

    cell: Cell
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What counts for so many seconds from when it is loaded, in place of what was loaded beside it."""

    shape: Shape
    elements: Elements
    seconds: float


class Kernel:
    """The in-process backend. One long-lived socket, so it stays the owner of its tables; not thread-safe."""

    def __init__(self, *, owner: bool, timeout: float = 10.0) -> None:
        """`owner`: make tables that only this process may change; raises OSError without netfilter netlink."""
        self._socket = NetfilterSocket(timeout=timeout)
        self._tables = Tables(self._socket, TABLE, owner=owner)
        self._tried = Tables(self._socket, TRIED_TABLE, owner=owner)

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
        return self._tables.stands()

    def load(self, shape: Shape, elements: Elements, tried: Tried | None = None) -> tuple[str, ...]:
        """Make the tables what they should be, in the smallest transaction, and read everything back.

        With `tried`, that counts until its time is over by the kernel's clock, whatever becomes of us; then the rest
        counts again. Returns what had to be mended, in words of nftables; empty if all was as it should be. Raises
        NetlinkError with the tables as they were.
        """
        shape = replace(shape, role=Role.UNLESS_TRIED if tried else Role.ALWAYS)
        on_trial = replace(tried.shape, role=Role.WHILE_TRIED) if tried else None
        wanted, wanted_on_trial = pack_all(elements), pack_all(tried.elements) if tried else {}
        told: dict[str, None] = {}
        armed = tried is None
        for _ in range(_TRIES):
            generation = self.generation()
            requests, repairs = self._tables.difference(shape, wanted)
            requests += self._trial(on_trial, wanted_on_trial)
            told.update(dict.fromkeys(repairs))
            if not requests and armed and (shape, on_trial) == (self._tables.shape, self._tried.shape):
                return tuple(told)
            try:
                self._socket.batch(requests + (_arm(shape, tried) if tried else []), generation)
            except NetlinkError as error:
                if error.code == errno.ERESTART:  # somebody committed between our reading and our writing
                    continue
                raise
            armed = True
            self._tables.shape, self._tried.shape = shape, on_trial
            self._remember(generation + 1)
        raise NetlinkError(errno.ERESTART, "the ruleset keeps changing")

    def _trial(self, shape: Shape | None, wanted: Packed) -> list[Request]:
        """Make the tables of what is tried, or take them away."""
        return self._tried.removal() if shape is None else self._tried.difference(shape, wanted)[0]

    def _remember(self, generation: int) -> None:
        """Remember what our rules look like when the kernel tells them, unless somebody has touched them since."""
        found = [(tables, tables.fingerprints()) for tables in (self._tables, self._tried)]
        if self.generation() == generation:
            for tables, fingerprints in found:
                tables.trust(fingerprints)

    def change(self, changes: Sequence[Change]) -> None:
        """Change elements in one transaction and read exactly these back; not of what is tried.

        Raises NetlinkError with nothing changed (ENOENT, EEXIST: the tables are not as `changes` believe), or ESTALE if
        what was read back is not what was written.
        """
        shape = self._tables.shape
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
            gone = [key_of(name, key) for _, _, key, change in items if change.old is not None]
            come = [
                element_of(name, key, change.new, used.get(key, 0))
                for *_, key, change in items
                if change.new is not None
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
        answers = self._socket.ask([
            next(element_requests(Kind.GET_ELEMENT, family, TABLE, name, (key_of(name, key),)))
            for family, name, key in asked
        ])  # fmt: skip
        found = [item for answer in answers if not isinstance(answer, NetlinkError) for item in parse_elements(answer)]
        return {key: parse(value)[1] for key, value in found}

    def _read_back(self, packed: Sequence[tuple[Family, str, bytes, Change]]) -> None:
        questions = [
            next(element_requests(Kind.GET_ELEMENT, family, TABLE, name, (key_of(name, key),)))
            for family, name, key, _ in packed
        ]
        for answer, (_, name, key, change) in zip(self._socket.ask(questions), packed, strict=True):
            if isinstance(answer, NetlinkError):
                if answer.code != errno.ENOENT:
                    raise answer
                held = None
            else:
                held = next((held_value(name, value) for k, value in parse_elements(answer) if k == key), None)
            if held != change.new:
                raise NetlinkError(errno.ESTALE, f"{name} {'.'.join(change.cell[1])}: {held} instead of {change.new}")

    def flush_connections(self, addresses: Sequence[str]) -> None:
        """Forget the connections of these addresses."""
        conntrack.flush(self._socket, addresses)

    def counters(self) -> dict[str, tuple[int, int]]:
        """Packets and bytes per counted rule, keyed `family chain comment`; of what is tried, while something is."""
        tables = self._tried if self._tried.shape else self._tables
        families = tables.shape.families if tables.shape else ()
        return {k: v for family in families for k, v in counters(self._socket, family, tables.name).items()}

    def tally(self, names: Sequence[str]) -> Tally:
        """What the elements of sets that count or limit say; one dump for each set and table that has it."""
        found: Tally = {}
        for tables, suffix in ((self._tables, ""), (self._tried, "_trial")):
            for family in tables.shape.families if tables.shape else ():
                for spec in sets(family):
                    if spec.name in names:
                        held = read_set(self._socket, family, tables.name, spec.name)
                        told = {unpack(spec, key): parse(value)[1:] for key, value in held.items()}
                        found[f"{family.name.lower()}{suffix} {spec.name}"] = told
        return found

    def remove(self) -> None:
        """Take our tables away, and nothing else."""
        self._socket.batch([*self._tried.removal(), *self._tables.removal()])
        self._tables.forget()
        self._tried.forget()

    def close(self) -> None:
        """Let go; what was loaded stays."""
        self._socket.close()


def _arm(shape: Shape, tried: Tried) -> list[Request]:
    """Start the kernel's clock in all tables; what is tried counts a little longer: no moment is without rules."""
    requests: list[Request] = []
    for name, families_, grace in ((TABLE, shape.families, 0), (TRIED_TABLE, tried.shape.families, 100)):
        wanted = tried_element(max(1, round(tried.seconds * 1000)) + grace)
        for family in families_:
            requests.append(flush_set(family, name, TRIED.name))
            requests += element_requests(Kind.NEW_ELEMENT, family, name, TRIED.name, (wanted,))
    return requests
