"""Our tables in nft's own language, for a machine where only its `nft` can be spoken to (`nft -f -`).

Made from the same data that the kernel gets from us here. Sets are declared by `typeof` a raw payload, as the rules
look them up; a map to classes becomes a set for each class.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
import re
from typing import Final

from ..netfilter.kernel import Change, Elements
from ..netfilter.layout import CLASSES, PLANNED, TABLE, Field, Key, SetSpec, Shape, TableSpec, pack_part
from ..netfilter.nftables import Family
from ..netfilter.ruleset import LEASED_SIZE, LEASED_TIMEOUT, table
from .nft_rules import UnwritableError, rule_line

type Atom = int | str
"""One part of a key as nft's JSON gives it back: a number, or an interface's name."""
type Contents = dict[tuple[str, str], frozenset[tuple[Atom, ...]]]
"""Elements by family and set, as they stand or should stand; constant sets included."""

_TYPES: Final = {
    Field.MAC: "@ll,48,48",
    Field.IPV4: "@nh,96,32",
    Field.IPV6: "@nh,64,128",
    Field.ETHERTYPE: "@ll,96,16",
    Field.ICMPV6: "@th,0,8",
    Field.INTERFACE: "iifname",
}
_INET_HOOKS: Final = {0: "prerouting", 1: "input", 2: "forward", 3: "output", 4: "postrouting"}
_HOOKS: Final = {
    Family.INET: _INET_HOOKS,
    Family.BRIDGE: _INET_HOOKS,
    Family.NETDEV: {0: "ingress", 1: "egress"},
}
_INTERFACE: Final = re.compile(r"[A-Za-z0-9_.@:+-]{1,15}")
"""Names that mean nothing to nft but themselves: no quote, no wildcard."""
_CHUNK: Final = 1000
"""Elements in one line."""


def load_script(shape: Shape, elements: Elements, keep: Iterable[Family], gone: Iterable[Family] = ()) -> str:
    """One transaction that makes our tables what they should be.

    Tables of the families in `keep` have the right chains and sets already: they are refilled without a packet seeing
    the moment between (a table that is replaced misses a few packets). Tables of `gone` are taken away. Raises
    UnwritableError.
    """
    kept = frozenset(keep)
    lines: list[str] = []
    for family in gone:
        lines += removal(family)
    for family in shape.families:
        spec = table(family, shape)
        lines += [f"flush table {_place(family)}"] if family in kept else removal(family)
        lines += structure(spec)
        lines += _contents(spec, elements, flush=family in kept)
        lines += (rule_line(family, rule) for rule in spec.rules)
    return "\n".join(lines) + "\n"


def change_script(shape: Shape, changes: Iterable[Change]) -> str:
    """One transaction that changes elements. Raises UnwritableError."""
    lines = []
    for change in changes:
        name, key = change.cell
        spec, families = PLANNED[name]
        for family in families:
            if family not in shape.families:
                continue
            place = _place(family)
            text = _key(spec, key)
            if change.old is not None:
                lines.append(f"delete element {place} {_cell_set(spec, change.old)} {{ {text} }}")
            if change.new is not None:
                lines.append(f"add element {place} {_cell_set(spec, change.new)} {{ {text} }}")
    return "\n".join(lines) + "\n"


def removal(family: Family) -> list[str]:
    """Lines that take our table of a family away, whether it is there or not."""
    return [f"add table {_place(family)}", f"delete table {_place(family)}"]


def structure(spec: TableSpec) -> list[str]:
    """Lines that make a table, its chains and sets, and change nothing where they stand already."""
    place = _place(spec.family)
    lines = [f"add table {place}", f"add chain {place} {marker(spec)}"]
    lines += _declarations(spec)
    return lines


def marker(spec: TableSpec) -> str:
    """Name of an empty chain that tells which chains and sets a table was made with."""
    words = "\n".join(_declarations(spec))
    return f"made_{blake2b(words.encode(), digest_size=8).hexdigest()}"


def wanted(shape: Shape, elements: Elements) -> Contents:
    """What every set of our tables must hold."""
    found: Contents = {}
    for family in shape.families:
        for spec in table(family, shape).sets:
            for name, atoms in _filled(spec, elements):
                found[family.name.lower(), name] = frozenset(atoms)
    return found


def _place(family: Family) -> str:
    return f"{family.name.lower()} {TABLE}"


def _declarations(spec: TableSpec) -> list[str]:
    place = _place(spec.family)
    lines = []
    for chain in spec.chains:
        if chain.hook is None:
            lines.append(f"add chain {place} {chain.name}")
        else:
            device = f' device "{_interface(chain.device)}"' if chain.device else ""
            hook = f"type filter hook {_HOOKS[spec.family][chain.hook]}{device} priority {chain.priority}"
            lines.append(f"add chain {place} {chain.name} {{ {hook}; policy accept; }}")
    for item in spec.sets:
        kind = " . ".join(_type(field) for field in item.fields)
        learned = f" size {LEASED_SIZE}; flags dynamic,timeout; timeout {LEASED_TIMEOUT // 1000}s;"
        body = f"{{ typeof {kind};{learned if item.learned else ''} }}"
        lines += (f"add set {place} {name} {body}" for name in _names(item))
    return lines


def _contents(spec: TableSpec, elements: Elements, *, flush: bool) -> Iterator[str]:
    place = _place(spec.family)
    for item in spec.sets:
        if item.learned:
            continue
        for name, filled in _filled(item, elements):
            if flush:
                yield f"flush set {place} {name}"
            atoms = sorted(filled, key=repr)
            for start in range(0, len(atoms), _CHUNK):
                yield f"add element {place} {name} {{ {', '.join(map(_text, atoms[start : start + _CHUNK]))} }}"


def _filled(spec: SetSpec, elements: Elements) -> Iterator[tuple[str, list[tuple[Atom, ...]]]]:
    """Sets in nft that one of ours becomes, and what they hold."""
    if spec.learned:
        return
    if spec.constants:
        yield spec.name, [(int.from_bytes(value),) for value in spec.constants]
        return
    cells = elements.get(spec.name, {})
    for name in _names(spec):
        yield name, [_key_atoms(spec, key) for key, value in cells.items() if _cell_set(spec, value) == name]


def _names(spec: SetSpec) -> tuple[str, ...]:
    return tuple(_cell_set(spec, value) for value in sorted(CLASSES)) if spec.classes else (spec.name,)


def _cell_set(spec: SetSpec, value: int) -> str:
    return f"{spec.name}_{value}" if spec.classes else spec.name


def _key(spec: SetSpec, key: Key) -> str:
    return _text(_key_atoms(spec, key))


def _key_atoms(spec: SetSpec, key: Key) -> tuple[Atom, ...]:
    return tuple(_atom(field, part) for field, part in zip(spec.fields, key, strict=True))


@lru_cache(maxsize=1 << 16)  # every change compares every element
def _atom(field: Field, part: str) -> Atom:
    if field is Field.INTERFACE:
        return _interface(part)
    try:
        return int.from_bytes(pack_part(field, part))
    except ValueError as error:
        raise UnwritableError(str(error)) from error


def _interface(name: str) -> str:
    if not _INTERFACE.fullmatch(name):
        msg = f"interface {name!r}"
        raise UnwritableError(msg)
    return name


def _type(field: Field) -> str:
    if field not in _TYPES:
        msg = f"keys of type {field.name}"
        raise UnwritableError(msg)
    return _TYPES[field]


def _text(atoms: tuple[Atom, ...]) -> str:
    return " . ".join(f'"{atom}"' if isinstance(atom, str) else f"{atom:#x}" for atom in atoms)
