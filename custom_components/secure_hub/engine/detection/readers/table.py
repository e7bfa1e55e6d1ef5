"""Values under a heading, parted by tabs, commas, semicolons or bars, with or without quotes (RFC 4180)."""

import csv
import re
from typing import Final

_MARKS: Final = ("\t", ",", "|", ";")
_KNOWN: Final = 3
"""Names that make a line a heading: who writes into a log by what it asks for fills one value, not three."""
_MAX_FIELDS: Final = 256
_SPACED: Final = re.compile(r"\t| {3,}")
"""Labels are appended to Zeek's logs with three spaces between, by the tool that labels most of those published."""


class Table:
    """A heading, and how its values are parted."""

    __slots__ = ("_mark", "_spaced", "fields")

    def __init__(self, line: str, mark: str) -> None:
        """Take a line for the heading."""
        self._mark = mark
        self._spaced = mark == "\t" and "   " in line
        self.fields = self._split(line)[:_MAX_FIELDS]

    def row(self, line: str) -> dict[str, str]:
        """Return one line's values by their names.

        Raises:
            ValueError: It is no row.
            csv.Error: The same.
        """
        values = self._split(line)
        if len(values) < 2:  # noqa: PLR2004 - one value is no row
            raise ValueError(line)
        return dict(zip(self.fields, values, strict=False))

    def _split(self, line: str) -> list[str]:
        if self._spaced:
            return _SPACED.split(line)
        if self._mark == "\t" or '"' not in line:
            return [it.strip(" ") for it in line.split(self._mark)]
        return [it.strip(" ") for it in next(csv.reader((line,), delimiter=self._mark, skipinitialspace=True))]


def heading(line: str, known: frozenset[str]) -> Table | None:
    """Take a line for a heading if it has three of these names at least."""
    for mark in _MARKS:
        if mark in line:
            try:
                table = Table(line, mark)
            except csv.Error:
                continue
            if len(known.intersection(table.fields)) >= _KNOWN:
                return table
    return None
