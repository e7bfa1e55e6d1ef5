"""Who owns a network, and in which country: ranges of addresses as iptoasn.com publishes them, found by bisection.

A table is arrays, 12 bytes a range of IPv4 and 20 of IPv6: half a million ranges fit into ten megabytes.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from .assets.model import Address
from .policy.destinations import unmapped

MAX_RANGES: Final = 2_000_000
"""Ranges of one table; the internet has six hundred thousand."""
_MAX_NAME: Final = 80
_COLUMNS: Final = 5
_PREFIX: Final = 64
"""Bits of an IPv6 address that are compared: nobody is assigned less than a /64."""


class Owner(NamedTuple):
    """Whose a network is: number of the autonomous system, country (ISO 3166 alpha-2, or empty), and name."""

    number: int
    country: str
    name: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.name}, {self.country}" if self.country else self.name


class TableError(ValueError):
    """A table cannot be used; the message names the line."""


class _Ranges:
    """Ranges of one family in ascending order: first and last, and the number of the owner."""

    def __init__(self, kind: str) -> None:
        self.firsts: array[int] = array(kind)
        self._lasts: array[int] = array(kind)
        self._owners: array[int] = array("I")

    def add(self, first: int, last: int, owner: int) -> None:
        if last < first or (self._lasts and first <= self._lasts[-1]):
            msg = "ranges that overlap, or are not in ascending order"
            raise TableError(msg)
        self.firsts.append(first)
        self._lasts.append(last)
        self._owners.append(owner)

    def find(self, value: int) -> int | None:
        at = bisect_right(self.firsts, value) - 1
        return self._owners[at] if at >= 0 and value <= self._lasts[at] else None


class OwnerTable:
    """Owners of networks, by address. Not changed once it was read."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines of `first<TAB>last<TAB>AS number<TAB>country<TAB>name`; raises TableError.

        What is not routed (AS 0) is passed over, and so are ranges of IPv6 within one /64.
        """
        self._ranges = {4: _Ranges("I"), 6: _Ranges("Q")}
        self._owners: list[Owner] = []
        numbers: dict[Owner, int] = {}
        for count, line in enumerate(lines, 1):
            if count > MAX_RANGES:
                msg = f"more than {MAX_RANGES} lines"
                raise TableError(msg)
            try:
                self._read(line, numbers)
            except ValueError as error:
                msg = f"line {count}: {error}"
                raise TableError(msg) from error

    def __len__(self) -> int:
        """How many ranges it has."""
        return sum(len(ranges.firsts) for ranges in self._ranges.values())

    def owner(self, address: Address) -> Owner | None:
        """Whose an address is, None for nobody's."""
        where = unmapped(address)
        value = int(where) if where.version == 4 else int(where) >> _PREFIX  # noqa: PLR2004 - IPv4
        found = self._ranges[where.version].find(value)
        return None if found is None else self._owners[found]

    def _read(self, line: str, numbers: dict[Owner, int]) -> None:
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) != _COLUMNS:
            msg = f"{len(columns)} columns instead of {_COLUMNS}"
            raise TableError(msg)
        first, last, number, country, name = columns
        owner = Owner(int(number), country if len(country) == 2 else "", name[:_MAX_NAME])  # noqa: PLR2004 - ISO 3166
        if owner.number == 0:
            return
        index = numbers.setdefault(owner, len(self._owners))
        if index == len(self._owners):
            self._owners.append(owner)
        if ":" in first:
            low, high = int(IPv6Address(first)), int(IPv6Address(last))
            if low >> _PREFIX != high >> _PREFIX or not low & (1 << _PREFIX) - 1:
                self._ranges[6].add(low >> _PREFIX, high >> _PREFIX, index)
        else:
            self._ranges[4].add(_number(first), _number(last), index)


def _number(text: str) -> int:
    """An IPv4 address in dots, or as a number (`ip2asn-v4-u32.tsv`)."""
    return int(IPv4Address(int(text) if text.isdigit() else text))


def owner_of(tables: Sequence[OwnerTable], address: Address) -> Owner | None:
    """Whose an address is by the first table that says it."""
    return next((found for table in tables if (found := table.owner(address)) is not None), None)
