"""Our tables in nft's own language, for a machine where only its `nft` can be spoken to (`nft -f -`).

Made from the same data that the kernel gets from us here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from ..netfilter.kernel import Change
from ..netfilter.layout import TABLE, ChainSpec, Shape
from ..netfilter.nftables import Family
from ..netfilter.ruleset import table
from ..netfilter.tables import Elements
from .nft_rules import Question, is_local, translate
from .nft_sets import Atoms, NftSet, element_text, interface_name, key_text, nft_sets

type Contents = dict[tuple[str, str], frozenset[Atoms]]
"""Elements by family and set, as they stand or should stand; constant sets included."""

_INET_HOOKS: Final = {0: "prerouting", 1: "input", 2: "forward", 3: "output", 4: "postrouting"}
_HOOKS: Final = {
    Family.INET: _INET_HOOKS,
    Family.BRIDGE: _INET_HOOKS,
    Family.NETDEV: {0: "ingress", 1: "egress"},
}
_CHUNK: Final = 1000
"""Elements in one line."""


@dataclass(frozen=True, slots=True)
class NftTable:
    """One of our tables in words: lines that make chains and sets, and those of the rules."""

    sets: tuple[NftSet, ...]
    declarations: tuple[str, ...]
    rules: tuple[str, ...]
    comments: tuple[tuple[str, str], ...]
    """Chain and comment of each rule."""

    @property
    def marker(self) -> str:
        """Name of an empty chain that tells which chains and sets a table was made with."""
        words = "\n".join(self.declarations)
        return f"made_{blake2b(words.encode(), digest_size=8).hexdigest()}"


@lru_cache(maxsize=8)  # some hundred rules, and every change asks what they look up
def written(family: Family, shape: Shape) -> NftTable:
    """Put one of our tables into words. Raises UnwritableError."""
    spec, place = table(family, shape), _place(family)
    rules = [rule for rule in spec.rules if not is_local(rule)]
    lines: list[str] = []
    questions: list[Question] = []
    for rule in rules:
        line, asked = translate(family, rule)
        lines.append(line)
        questions += asked
    sets = nft_sets([item for item in spec.sets if not item.local], questions)
    chains = (_chain(family, chain) for chain in spec.chains)
    declared = (f"add set {place} {item.name} {item.body}" for item in sets)
    comments = tuple((rule.chain, rule.comment) for rule in rules)
    return NftTable(sets, (*chains, *declared), tuple(lines), comments)


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
        made, place = written(family, shape), _place(family)
        lines += [f"flush table {place}"] if family in kept else removal(family)
        lines += [f"add table {place}", f"add chain {place} {made.marker}", *made.declarations]
        lines += _contents(family, made, elements, flush=family in kept)
        lines += made.rules
    return "\n".join(lines) + "\n"


def change_script(shape: Shape, changes: Iterable[Change]) -> str:
    """One transaction that changes elements. Raises UnwritableError.

    What goes goes first, for ranges must not overlap.
    """
    gone: list[str] = []
    come: list[str] = []
    items = list(changes)
    for family in shape.families:
        place = _place(family)
        by_origin: dict[str, list[NftSet]] = {}
        for item in written(family, shape).sets:
            by_origin.setdefault(item.spec.name, []).append(item)
        for change in items:
            name, key = change.cell
            for item in by_origin.get(name, ()):
                old = None if change.old is None else item.atoms(key, change.old)
                new = None if change.new is None else item.atoms(key, change.new)
                if old is not None and old != new:
                    gone.append(f"delete element {place} {item.name} {{ {key_text(old)} }}")
                if new is not None and old != new:
                    come.append(f"add element {place} {item.name} {{ {element_text(new)} }}")
    return "\n".join((*gone, *come)) + "\n"


def removal(family: Family) -> list[str]:
    """Lines that take our table of a family away, whether it is there or not."""
    return [f"add table {_place(family)}", f"delete table {_place(family)}"]


def wanted(shape: Shape, elements: Elements) -> Contents:
    """What every set of our tables must hold."""
    return {
        (family.name.lower(), item.name): frozenset(item.filled(elements.get(item.spec.name, {})))
        for family in shape.families
        for item in written(family, shape).sets
        if not item.spec.learned
    }


def _place(family: Family) -> str:
    return f"{family.name.lower()} {TABLE}"


def _chain(family: Family, chain: ChainSpec) -> str:
    line = f"add chain {_place(family)} {chain.name}"
    if chain.hook is None:
        return line
    device = f' device "{interface_name(chain.device)}"' if chain.device else ""
    hook = f"type filter hook {_HOOKS[family][chain.hook]}{device} priority {chain.priority}"
    return f"{line} {{ {hook}; policy accept; }}"


def _contents(family: Family, made: NftTable, elements: Elements, *, flush: bool) -> Iterator[str]:
    place = _place(family)
    for item in made.sets:
        if item.spec.learned:
            continue
        if flush:
            yield f"flush set {place} {item.name}"
        keys = sorted(map(element_text, item.filled(elements.get(item.spec.name, {}))))
        for start in range(0, len(keys), _CHUNK):
            yield f"add element {place} {item.name} {{ {', '.join(keys[start : start + _CHUNK])} }}"
