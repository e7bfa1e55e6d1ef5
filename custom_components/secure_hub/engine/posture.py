"""How well something is kept: checks with evidence and a score; and those of the home as a whole. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_NAMED: Final = 10
"""Devices that one piece of evidence names."""


@dataclass(frozen=True, slots=True)
class Item:
    """The outcome of one check: well or not, None for unknown, and what it rests on (names, a date, a version)."""

    check: StrEnum
    well: bool | None
    evidence: str = ""

    @property
    def outcome(self) -> str:
        """`good`, `bad` or `unknown`."""
        return "unknown" if self.well is None else "good" if self.well else "bad"


def score(items: Collection[Item], weights: Mapping[StrEnum, int]) -> int | None:
    """Per cent of what could be examined that is well, by weight; None if nothing could be."""
    known = [item for item in items if item.well is not None]
    whole = sum(weights[item.check] for item in known)
    return round(100 * sum(weights[item.check] for item in known if item.well) / whole) if whole else None


def named(check: StrEnum, found: Iterable[str]) -> Item:
    """Well if nobody is named."""
    names = sorted(found)
    more = f" (+{len(names) - MAX_NAMED})" if len(names) > MAX_NAMED else ""
    return Item(check, not names, ", ".join(names[:MAX_NAMED]) + more)


class HomeCheck(StrEnum):
    """What is looked at of the home. Each is a translation key."""

    ENFORCED = "enforced"
    NEWCOMERS = "newcomers"
    COVERAGE = "coverage"
    INCIDENTS = "incidents"
    UPDATES = "updates"
    SUPPORT = "support"
    JOURNAL = "journal"
    SOURCES = "sources"


WEIGHTS: Final[Mapping[StrEnum, int]] = {
    HomeCheck.ENFORCED: 25,
    HomeCheck.COVERAGE: 20,
    HomeCheck.INCIDENTS: 15,
    HomeCheck.UPDATES: 15,
    HomeCheck.NEWCOMERS: 10,
    HomeCheck.JOURNAL: 10,
    HomeCheck.SUPPORT: 5,
    HomeCheck.SOURCES: 5,
}
"""What each is worth of the score."""


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What is known of the home; devices by the names that people give them."""

    enforcement: str
    """How the world stands to what was decided, as people are told."""
    is_enforced: bool
    newcomers_held: bool
    out_of_reach: Collection[str] = ()
    """Devices that nobody here could cut off."""
    suspicious: Collection[str] = ()
    overdue: Collection[str] = ()
    unsupported: Collection[str] = ()
    """Devices whose makers mend them no more."""
    is_journal_intact: bool = True
    deaf: Collection[str] = ()
    """Sources that should be heard and are not."""


def examine(facts: HomeFacts) -> tuple[Item, ...]:
    """Look at the home, in the order of `HomeCheck`."""
    return (
        Item(HomeCheck.ENFORCED, facts.is_enforced, facts.enforcement),
        Item(HomeCheck.NEWCOMERS, facts.newcomers_held),
        named(HomeCheck.COVERAGE, facts.out_of_reach),
        named(HomeCheck.INCIDENTS, facts.suspicious),
        named(HomeCheck.UPDATES, facts.overdue),
        named(HomeCheck.SUPPORT, facts.unsupported),
        Item(HomeCheck.JOURNAL, facts.is_journal_intact),
        named(HomeCheck.SOURCES, facts.deaf),
    )
