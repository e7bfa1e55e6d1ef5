"""Rules in nft's own language, translated expression by expression from the bytes that the kernel gets from us here.

Packet bytes are written as raw payloads (`@ll,48,48`), so that nft adds no conditions of its own. nft has no words for
"the map gives this number", so a map to classes is taken for a set for each class: `mac` 3 is `mac_3`.
"""

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
_NOT_EQUAL: Final = 1
_SIGN: Final = 1 << 31


class UnwritableError(ValueError):
    """Something that this translation has no words for; the message names it."""


class _Rule:
    """Expressions of one rule on their way into text: what each register holds, and the words so far."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._loaded: dict[int, str] = {}
        self._order: list[int] = []
        self._mapped: tuple[str, str] | None = None
        self._host_order = False

    def add(self, name: str, parts: dict[int, bytes]) -> None:
        """Translate one expression."""
        method = getattr(self, f"_{name}", None)
        if method is None:
            msg = f"expression {name}"
            raise UnwritableError(msg)
        method(parts)

    def _load(self, register: int, text: str) -> None:
        self._loaded[register] = text
        self._order = [*(r for r in self._order if r < register), register]
        self._mapped = None

    def _held(self, register: int) -> str:
        """What is in the registers from this one on."""
        return " . ".join(self._loaded[r] for r in self._order if r >= register)

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
        register = number(parts[1])
        mask = int.from_bytes(attributes(parts[4])[1])
        self._load(register, f"{self._loaded[register]} & {mask:#x}")

    def _cmp(self, parts: dict[int, bytes]) -> None:
        value = attributes(parts[3])[1]
        sign = "!=" if number(parts[2]) == _NOT_EQUAL else "=="
        if self._mapped is not None:
            key, name = self._mapped
            given = int.from_bytes(value, sys.byteorder)
            self.words.append(f"{key} {'!= ' if sign == '!=' else ''}@{name}_{given}")
            self._mapped = None
            return
        given = int.from_bytes(value, sys.byteorder if self._host_order else "big")
        self.words.append(f"{self._held(number(parts[1]))} {sign} {given:#x}")

    def _lookup(self, parts: dict[int, bytes]) -> None:
        name, key = string(parts[1]), self._held(number(parts[2]))
        if _LOOKUP_DREG in parts:
            self._mapped = key, name
        else:
            self.words.append(f"{key} {'!= ' if number(parts.get(5, b'')) else ''}@{name}")

    def _counter(self, _: dict[int, bytes]) -> None:
        self.words.append("counter")

    def _dynset(self, parts: dict[int, bytes]) -> None:
        if number(parts[3]) != _DYNSET_UPDATE:
            msg = f"dynset operation {number(parts[3])}"
            raise UnwritableError(msg)
        self.words.append(f"update @{string(parts[1])} {{ {self._held(number(parts[4]))} }}")

    def _immediate(self, parts: dict[int, bytes]) -> None:
        verdict = attributes(attributes(parts[2])[2])
        code = number(verdict[1])
        words = Verdict(code - (1 << 32) if code & _SIGN else code).name.lower()
        self.words.append(f"{words} {string(verdict[2])}" if _VERDICT_CHAIN in verdict else words)


def rule_line(family: Family, rule: RuleSpec) -> str:
    """Line that appends a rule to its chain. Raises UnwritableError."""
    if not _COMMENT.fullmatch(rule.comment):
        msg = f"comment {rule.comment!r}"
        raise UnwritableError(msg)
    made = _Rule()
    for expressions in rule.expressions:
        for _, body in attribute_list(expressions):
            parts = attributes(body)
            made.add(string(parts[1]), attributes(parts.get(2, b"")))
    return f'add rule {family.name.lower()} {TABLE} {rule.chain} {" ".join(made.words)} comment "{rule.comment}"'
