"""Rules in nft's own language, translated expression by expression from the bytes that the kernel gets from us here.

Packet bytes are written as raw payloads (`@ll,48,48`), so that nft adds no conditions of its own. nft has no words for
"the map gives this number", nor for a constant in a key. So whatever a rule asks of a map is asked of a set of the keys
for which it is so.
"""

from dataclasses import dataclass, replace
import re
import sys
from typing import Final

from ..netfilter.layout import TABLE, RuleSpec
from ..netfilter.netlink import attribute_list, attributes, number, string
from ..netfilter.nftables import Family, Meta, Verdict

_BASES: Final = ("ll", "nh", "th")
_METAS: Final = {
    Meta.IIFNAME: "iifname",
    Meta.OIFNAME: "oifname",
    Meta.IIFTYPE: "meta iiftype",
    Meta.NFPROTO: "meta nfproto",
    Meta.L4PROTO: "meta l4proto",
}
_COMMENT: Final = re.compile(r"[^\"\\\n]{0,128}")
_CT_DIRECTION: Final = 1
_DYNSET_UPDATE: Final = 1
_LOOKUP_DREG: Final = 3
"""Attribute of a lookup that gives the map's value."""
_VERDICT_CHAIN: Final = 2
_VERDICT_REGISTER: Final = 0
_NOT_EQUAL: Final = 1
_SIGN: Final = 1 << 31


class UnwritableError(ValueError):
    """Something that this translation has no words for; the message names it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a rule asks of a map: does `number & mask == value` hold for the key?

    `constants` are parts of the key that the rule knows beforehand, by their place in it; mask None keeps all bits.
    """

    name: str
    constants: tuple[tuple[int, int], ...]
    mask: int | None
    value: int

    @property
    def set_name(self) -> str:
        """Name of the set with the answer: the map's, constants with the letter of their place, mask, value.

        `mac_3`: the number is 3; `mac_7_4`: & 7 it is 4; `any_a2_d0_1`: it is 1, first part 2, fourth part 0.
        """
        constants = (f"{chr(ord('a') + place)}{value}" for place, value in self.constants)
        numbers = (str(number) for number in (self.mask, self.value) if number is not None)
        return "_".join((self.name, *constants, *numbers))

    def holds(self, number: int) -> bool:
        """Whether it is so for a number that the map gives."""
        return (number if self.mask is None else number & self.mask) == self.value


class _Rule:
    """Expressions of one rule on their way into text: what each register holds (a number if constant), words so far."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.questions: list[Question] = []
        self._loaded: dict[int, str | int] = {}
        self._order: list[int] = []
        self._mapped: tuple[int, str, Question] | None = None
        """Register of a map's number, words of the key, and the question as far as it goes."""
        self._host_order = False

    def add(self, name: str, parts: dict[int, bytes]) -> None:
        """Translate one expression."""
        method = getattr(self, f"_{name}", None)
        if method is None:
            msg = f"expression {name}"
            raise UnwritableError(msg)
        if self._mapped is not None and name not in {"bitwise", "cmp"}:
            msg = f"map {self._mapped[2].name} without a comparison"
            raise UnwritableError(msg)
        method(parts)

    def _load(self, register: int, content: str | int) -> None:
        self._loaded[register] = content
        self._order = [*(r for r in self._order if r < register), register]

    def _parts(self, register: int) -> list[str | int]:
        return [self._loaded[r] for r in self._order if r >= register]

    def _held(self, register: int) -> str:
        """What is in the registers from this one on."""
        found = []
        for part in self._parts(register):
            if isinstance(part, int):
                msg = f"constant {part}"
                raise UnwritableError(msg)
            found.append(part)
        return " . ".join(found)

    def _payload(self, parts: dict[int, bytes]) -> None:
        base, offset, size = (number(parts[kind]) for kind in (2, 3, 4))
        self._host_order = False
        self._load(number(parts[1]), f"@{_BASES[base]},{offset * 8},{size * 8}")

    def _meta(self, parts: dict[int, bytes]) -> None:
        key = number(parts[2])
        self._host_order = key == Meta.IIFTYPE
        self._load(number(parts[1]), _METAS[Meta(key)])

    def _ct(self, parts: dict[int, bytes]) -> None:
        if number(parts[2]) != _CT_DIRECTION:
            msg = f"ct key {number(parts[2])}"
            raise UnwritableError(msg)
        self._host_order = False
        self._load(number(parts[1]), "ct direction")

    def _bitwise(self, parts: dict[int, bytes]) -> None:
        register, mask = number(parts[1]), attributes(parts[4])[1]
        if self._mapped is not None:
            into, key, question = self._mapped
            self._mapped = into, key, replace(question, mask=int.from_bytes(mask, sys.byteorder))
        else:
            self._load(register, f"{self._held(register)} & {int.from_bytes(mask):#x}")

    def _cmp(self, parts: dict[int, bytes]) -> None:
        value, differs = attributes(parts[3])[1], number(parts[2]) == _NOT_EQUAL
        if self._mapped is not None:
            into, key, question = self._mapped
            if differs or number(parts[1]) != into:
                msg = f"map {question.name} with another comparison"
                raise UnwritableError(msg)
            question = replace(question, value=int.from_bytes(value, sys.byteorder))
            self.questions.append(question)
            self.words.append(f"{key} @{question.set_name}")
            self._mapped = None
            return
        given = int.from_bytes(value, sys.byteorder if self._host_order else "big")
        self.words.append(f"{self._held(number(parts[1]))} {'!=' if differs else '=='} {given:#x}")

    def _lookup(self, parts: dict[int, bytes]) -> None:
        name, register = string(parts[1]), number(parts[2])
        if _LOOKUP_DREG in parts:
            key = self._parts(register)
            constants = tuple((place, part) for place, part in enumerate(key) if isinstance(part, int))
            words = " . ".join(part for part in key if isinstance(part, str))
            self._mapped = number(parts[_LOOKUP_DREG]), words, Question(name, constants, None, 0)
        else:
            self.words.append(f"{self._held(register)} {'!= ' if number(parts.get(5, b'')) else ''}@{name}")

    def _counter(self, _: dict[int, bytes]) -> None:
        self.words.append("counter")

    def _dynset(self, parts: dict[int, bytes]) -> None:
        if number(parts[3]) != _DYNSET_UPDATE:
            msg = f"dynset operation {number(parts[3])}"
            raise UnwritableError(msg)
        self.words.append(f"update @{string(parts[1])} {{ {self._held(number(parts[4]))} }}")

    def _immediate(self, parts: dict[int, bytes]) -> None:
        register, data = number(parts[1]), attributes(parts[2])
        if register != _VERDICT_REGISTER:
            self._load(register, int.from_bytes(data[1]))
            return
        verdict = attributes(data[2])
        code = number(verdict[1])
        words = Verdict(code - (1 << 32) if code & _SIGN else code).name.lower()
        self.words.append(f"{words} {string(verdict[2])}" if _VERDICT_CHAIN in verdict else words)


def is_local(rule: RuleSpec) -> bool:
    """Whether a rule counts, limits or copies packets for the hub: none is written where that is another machine."""
    return rule.local or any(
        string(attributes(body)[1]) == "log" for part in rule.expressions for _, body in attribute_list(part)
    )


def translate(family: Family, rule: RuleSpec) -> tuple[str, tuple[Question, ...]]:
    """Line that appends a rule to its chain, and what it asks of maps. Raises UnwritableError."""
    if not _COMMENT.fullmatch(rule.comment):
        msg = f"comment {rule.comment!r}"
        raise UnwritableError(msg)
    made = _Rule()
    for expressions in rule.expressions:
        for _, body in attribute_list(expressions):
            parts = attributes(body)
            made.add(string(parts[1]), attributes(parts.get(2, b"")))
    line = f'add rule {family.name.lower()} {TABLE} {rule.chain} {" ".join(made.words)} comment "{rule.comment}"'
    return line, tuple(made.questions)
