"""Ranges of versions as advisories write them: `vers:` (purl's VERS) and what makers put in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
import re
from typing import Final

from .versions import compare, parse

MAX_LENGTH: Final = 512
"""Characters of a range that are read."""
MAX_CONSTRAINTS: Final = 64

_VERS: Final = re.compile(r"vers:[a-z0-9.+-]{1,40}/(.*)", re.DOTALL)
_OPERATOR: Final = re.compile(r"(<=|>=|!=|<|>|=)\s*")
_WORDS: Final = (
    (re.compile(r"(?:up to|until) and including|(?:up to|through|until)(?= *[v0-9])|≤|=<"), "<="),
    (re.compile(r"(?:all )?(?:versions? )?(?:prior to|earlier than|before|lower than|less than|older than)"), "<"),
    (re.compile(r"≥|(?:starting (?:from|with)|from|since)(?= *[v0-9])"), ">="),
    (re.compile(r"(?:later|newer|greater|higher) than|after"), ">"),
    (re.compile(r"\ball versions?\b|\bversions?\b|\bfirmware\b"), " "),
)
_AND_EARLIER: Final = re.compile(r"^(.*\S)\s+(?:and|or) (?:earlier|prior|below|older|lower)\b.*$")
_AND_LATER: Final = re.compile(r"^(.*\S)\s+(?:and|or) (?:later|above|newer|higher)\b.*$")
_BETWEEN: Final = re.compile(r"^(v?\d\S*) +(?:-|to|<=) +(v?\d\S*)$")
_EVERYTHING: Final = frozenset({"", "*", "all", "any", "-", "all/*", "vers:all/*"})


@dataclass(frozen=True, slots=True)
class Range:
    """Constraints as in VERS: pairs of an operator and a version; none at all is every version."""

    constraints: tuple[tuple[str, str], ...] = ()

    def contains(self, version: str) -> bool | None:
        """Whether a version is in it; None if its constraints and the version have no order."""
        orders = [(operator, compare(version, bound)) for operator, bound in self.constraints]
        if ("=", 0) in orders:
            return True
        if ("!=", 0) in orders:
            return False
        bounds = [(operator, order) for operator, order in orders if operator not in {"=", "!="}]
        if any(order is None for _, order in orders):
            return None
        if not bounds:
            return all(operator == "!=" for operator, _ in orders)
        return _between(bounds)


def _between(bounds: Iterable[tuple[str, int | None]]) -> bool:
    """Whether the version lies in one of the intervals that the constraints, in order of version, are the ends of."""
    above: bool | None = None
    """Whether it is above the lower end that is open; None while none is."""
    for operator, order in bounds:
        if operator in {">", ">="}:
            above = order == 1 or (order == 0 and operator == ">=")
            continue
        below = order == -1 or (order == 0 and operator == "<=")
        if below and above is not False:
            return True
        above = False  # what follows is another interval, which begins with a lower end
    return bool(above)


@lru_cache(maxsize=8192)
def parse_range(text: str) -> Range | None:
    """Read a range; None if it is none that can be understood. Time O(length)."""
    if len(text) > MAX_LENGTH:
        return None
    plain = " ".join(text.lower().split())
    if plain in _EVERYTHING or plain in {"all versions", "vers:generic/*"}:
        return Range()
    if found := _VERS.fullmatch(plain):
        return _constraints(found[1].split("|"))
    for pattern, sign in ((_AND_EARLIER, "<="), (_AND_LATER, ">=")):
        if (found := pattern.match(plain)) and not _OPERATOR.search(found[1]):
            plain = sign + found[1]
    for pattern, sign in _WORDS:
        plain = pattern.sub(sign, plain)
    plain = plain.strip()
    if found := _BETWEEN.match(plain):
        return _constraints((">=" + found[1], "<=" + found[2]))
    if not _OPERATOR.search(plain):
        return _constraints((plain,))
    return _constraints(
        part for part in re.split(r"[,;&|]|\band\b|\s+(?=[<>!=])|(?<=[^\s<>=!])(?=[<>!])", plain) if part
    )


def _constraints(parts: Iterable[str]) -> Range | None:
    found: list[tuple[str, str]] = []
    for part in parts:
        text = part.strip()
        if text in {"", "*"}:
            continue
        operator = _OPERATOR.match(text)
        version = text[operator.end() :].strip() if operator else text
        if parse(version) is None:
            return None
        found.append((operator[1] if operator else "=", version))
    return Range(tuple(found)) if len(found) <= MAX_CONSTRAINTS else None
