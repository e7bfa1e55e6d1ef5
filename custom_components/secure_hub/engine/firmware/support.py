"""Until when makers mend their devices: a table that people keep, for few makers say it in a form that can be read.

The UK's PSTI regulations (2023, schedule 1, 3) and the EU's Cyber Resilience Act (2024/2847, article 13 (8)) ask them
for the date; there is no register of these dates that machines can read yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from .advisories import DocumentError, Problem
from .facts import Facts
from .matching import maker

MAX_ENTRIES: Final = 10_000
MAX_TEXT: Final = 200
_KNOWN: Final = frozenset({"manufacturer", "model", "support_ends", "source"})


@dataclass(frozen=True, slots=True)
class Support:
    """Until when a maker supports models."""

    manufacturer: str
    model: str
    """With `*` and `?` as wildcards."""
    ends: float
    """The first moment after the last day, in seconds since the epoch (UTC)."""
    source: str = ""


def parse_support(data: object) -> tuple[Support, ...]:
    """Read the table: a list of mappings with manufacturer, model, support_ends and perhaps source.

    Raises DocumentError, which says in which row.
    """
    if data is None:
        return ()
    if not isinstance(data, list):
        raise DocumentError(Problem.MALFORMED, "the table is no list")
    if len(data) > MAX_ENTRIES:
        raise DocumentError(Problem.MALFORMED, f"more than {MAX_ENTRIES} rows")
    return tuple(_row(number, row) for number, row in enumerate(data, 1))


def _row(number: int, row: object) -> Support:
    if not isinstance(row, Mapping) or row.keys() - _KNOWN or not row.keys() >= _KNOWN - {"source"}:
        raise DocumentError(Problem.MALFORMED, f"row {number} has not the members {', '.join(sorted(_KNOWN))}")
    return Support(
        str(row["manufacturer"])[:MAX_TEXT],
        str(row["model"])[:MAX_TEXT],
        _end(number, row["support_ends"]),
        str(row.get("source") or "")[:MAX_TEXT],
    )


def _end(number: int, value: Any) -> float:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
        return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + 86_400
    except ValueError as error:
        raise DocumentError(Problem.MALFORMED, f"row {number}: support_ends is no date") from error


def support_of(facts: Facts, table: Iterable[Support]) -> Support | None:
    """The row about a device; the one with the longest model wins, for it says most."""
    if not facts.manufacturer or not facts.model:
        return None
    name, model = maker(facts.manufacturer), facts.model.lower()
    fitting = [row for row in table if maker(row.manufacturer) == name and fnmatchcase(model, row.model.lower())]
    return max(fitting, key=lambda row: (len(row.model.strip("*?")), -row.ends), default=None)
