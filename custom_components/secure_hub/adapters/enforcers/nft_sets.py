"""The sets of our tables in nft's own language, and what they hold.

A map becomes a set for each thing that a rule asks of it. Sets are declared by `typeof` a raw payload, as the rules
look them up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
import re
from typing import Final, NamedTuple

from ..netfilter.keys import Key, pack_part
from ..netfilter.layout import Field, SetSpec, Value
from ..netfilter.stateful import burst
from .nft_rules import Question, UnwritableError


class Rate(NamedTuple):
    """What an element lets pass: bytes a second, and at once."""

    per_second: int
    burst: int


type Atom = int | str | tuple[int, int] | Rate
"""One part of a key as nft's JSON gives it back: a number, an interface's name, or first and last of a range."""
type Atoms = tuple[Atom, ...]
"""A key; behind that of an element with a rate, the rate."""

_TYPES: Final = {
    Field.MAC: "@ll,48,48",
    Field.IPV4: "@nh,96,32",
    Field.IPV6: "@nh,64,128",
    Field.ETHERTYPE: "@ll,96,16",
    Field.ICMPV6: "@th,0,8",
    Field.PROTOCOL: "meta l4proto",
    Field.PORT: "@th,0,16",
    Field.INTERFACE: "iifname",
}
_NO_RATE: Final = 1_000
_INTERFACE: Final = re.compile(r"[A-Za-z0-9_.@:+-]{1,15}")
"""Names that mean nothing to nft but themselves: no quote, no wildcard."""


@dataclass(frozen=True, slots=True)
class NftSet:
    """A set of ours as it is, or all keys of a map for which the answer to a question is yes."""

    spec: SetSpec
    question: Question | None = None

    @property
    def name(self) -> str:
        """Name in the table."""
        return self.question.set_name if self.question else self.spec.name

    @property
    def body(self) -> str:
        """What it is declared as."""
        known = dict(self.question.constants) if self.question else {}
        kind = " . ".join(_TYPES[field] for place, field in enumerate(self.spec.fields) if place not in known)
        flags = " flags interval;" if self.spec.interval else ""
        if self.spec.learned:
            flags = f" size {self.spec.size}; flags dynamic,timeout; timeout {self.spec.timeout // 1000}s;"
        if self.spec.value is Value.RATE:  # nft wants one here too; that of the element counts
            flags = f" {_limit(Rate(_NO_RATE, burst(_NO_RATE)))};"
        return f"{{ typeof {kind};{flags} }}"

    def atoms(self, key: Key, number: int) -> Atoms | None:
        """Key of an element here; None if it does not belong here. Raises UnwritableError."""
        found = tuple(_atom(field, part) for field, part in zip(self.spec.fields, key, strict=True))
        if self.question is None:
            return (*found, Rate(number, burst(number))) if self.spec.value is Value.RATE else found
        known = dict(self.question.constants)
        if not self.question.holds(number) or not all(_covers(found[place], value) for place, value in known.items()):
            return None
        return tuple(atom for place, atom in enumerate(found) if place not in known)

    def filled(self, cells: Mapping[Key, int]) -> Iterator[Atoms]:
        """Keys that it must hold, from all elements of the set or map that it comes from. Raises UnwritableError."""
        for value in self.spec.constants:
            yield (int.from_bytes(value),)
        for key, number in cells.items():
            if (atoms := self.atoms(key, number)) is not None:
                yield atoms


def nft_sets(specs: Sequence[SetSpec], questions: Sequence[Question]) -> tuple[NftSet, ...]:
    """Return the sets that a table needs. Raises UnwritableError."""
    asked: dict[str, dict[Question, None]] = {}
    for question in questions:
        asked.setdefault(question.name, {})[question] = None
    found: list[NftSet] = []
    for spec in specs:
        if spec.is_map:
            found += (NftSet(spec, question) for question in asked.get(spec.name, ()))
        else:
            found.append(NftSet(spec))
    return tuple(found)


def interface_name(name: str) -> str:
    """Return the name if it means nothing else to nft. Raises UnwritableError."""
    if not _INTERFACE.fullmatch(name):
        msg = f"interface {name!r}"
        raise UnwritableError(msg)
    return name


def key_text(atoms: Atoms) -> str:
    """Key as nft reads it."""
    return " . ".join(_text(atom) for atom in atoms if not isinstance(atom, Rate))


def element_text(atoms: Atoms) -> str:
    """Element as nft reads it: its key, and its rate if it has one."""
    return " ".join((key_text(atoms), *(_limit(atom) for atom in atoms if isinstance(atom, Rate))))


def _limit(rate: Rate) -> str:
    return f"limit rate over {rate.per_second} bytes/second burst {rate.burst} bytes"


def _text(atom: Atom) -> str:
    match atom:
        case str():
            return f'"{atom}"'
        case int():
            return f"{atom:#x}"
        case first, last:
            return f"{first:#x}-{last:#x}"


def _covers(atom: Atom, value: int) -> bool:
    return atom[0] <= value <= atom[1] if isinstance(atom, tuple) else atom == value


@lru_cache(maxsize=1 << 16)  # every change compares every element
def _atom(field: Field, part: str) -> Atom:
    if field is Field.INTERFACE:
        return interface_name(part)
    first, dash, last = part.partition("-")
    try:
        start = int.from_bytes(pack_part(field, first))
        return (start, int.from_bytes(pack_part(field, last))) if dash else start
    except ValueError as error:
        raise UnwritableError(str(error)) from error
