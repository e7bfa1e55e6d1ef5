"""How well the Zigbee network is kept: checks with evidence, from facts read of the radio. Pure.

What cannot be read from here is unknown, and counts neither way. The well-known global link key is no fault by itself:
devices without an install code join by it, and radio libraries show it in place of keys that they keep to themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
import re
from typing import Final

from ..posture import Item, named
from .memory import Join

DAY: Final = 86_400.0
LEFT_OPEN_S: Final = 900.0
"""Seconds that joining may be open without a break."""
BACKUP_S: Final = 30 * DAY
FIRMWARE_S: Final = 3 * 365 * DAY
RECENT_S: Final = 30 * DAY
"""Seconds for which something seen counts."""
KEY_SIZE: Final = 16
FEW_BYTES: Final = 6
"""Different bytes of a key up to which nobody drew it at random: of 16 random ones that happens once in 10^13."""
WELL_KNOWN_KEYS: Final = frozenset(
    {
        bytes((1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13)),
        bytes((0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67, 0x89, 0, 0, 0, 0, 0, 0, 0, 0)),
        b"ZigBeeAlliance09",
    }
)
"""Network keys that gateways ship with or that stand in documents."""
OLD_EMBERZNET: Final = (7, 3)
"""EmberZNet release from which on no known flaw of joining is open."""

_DATE: Final = re.compile(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)")
_VERSION: Final = re.compile(r"^(\d{1,3})\.(\d{1,3})\.")


class Check(StrEnum):
    """What is looked at. Each is a translation key, of its evidence and its mend."""

    NETWORK_KEY = "network_key"
    LEFT_OPEN = "left_open"
    UNASKED_JOINS = "unasked_joins"
    TRUSTED_JOINS = "trusted_joins"
    INSECURE_REJOINS = "insecure_rejoins"
    TRUST_CENTRE = "trust_centre"
    ROUTERS = "routers"
    SIGNAL = "signal"
    FIRMWARE = "firmware"
    BACKUP = "backup"


WEIGHTS: Final[Mapping[StrEnum, int]] = {
    Check.NETWORK_KEY: 25,
    Check.LEFT_OPEN: 15,
    Check.UNASKED_JOINS: 15,
    Check.INSECURE_REJOINS: 10,
    Check.TRUST_CENTRE: 5,
    Check.TRUSTED_JOINS: 5,
    Check.ROUTERS: 10,
    Check.SIGNAL: 5,
    Check.FIRMWARE: 5,
    Check.BACKUP: 5,
}
"""What each is worth of the score."""
HINTS: Final = frozenset({Check.TRUSTED_JOINS})
"""What is worth knowing and nothing to repair: many devices have no install code."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of the radio; None is unknown. Times are seconds since the epoch."""

    network_key: bytes | None = field(default=None, repr=False)
    open_since: float | None = None
    """Since when joining is open without a break; None while it is closed."""
    accepting: frozenset[str] = frozenset()
    """IEEE addresses of devices that let others join although the network is closed."""
    joins: Mapping[str, Join] = field(default_factory=dict)
    insecure_rejoins: tuple[tuple[float, str], ...] | None = None
    """When, and IEEE address."""
    rejects_insecure_rejoins: bool | None = None
    routers: frozenset[str] = frozenset()
    """IEEE addresses of those that other devices say relay."""
    end_devices: frozenset[str] = frozenset()
    """IEEE addresses of those that say of themselves that they do not."""
    cut_off: frozenset[str] = frozenset()
    """IEEE addresses of those that are held or quarantined."""
    collapsed: tuple[str, ...] = ()
    firmware: str | None = None
    """Version of the coordinator's firmware, as it says it."""
    backup_at: float | None = None
    """When the network was last saved, 0 for never."""


def examine(facts: Facts, now: float) -> tuple[Item, ...]:
    """Look at everything, in the order of `Check`."""
    recent = {ieee: join for ieee, join in facts.joins.items() if now - join.at < RECENT_S}
    relaying = (facts.routers & facts.end_devices) | (facts.routers & facts.cut_off)
    return (
        Item(Check.NETWORK_KEY, _is_strong(facts.network_key)),
        _left_open(facts, now),
        named(Check.UNASKED_JOINS, (ieee for ieee, join in recent.items() if not join.asked)),
        _trusted(facts.joins),
        _rejoins(facts.insecure_rejoins, now),
        Item(Check.TRUST_CENTRE, facts.rejects_insecure_rejoins),
        named(Check.ROUTERS, relaying),
        named(Check.SIGNAL, facts.collapsed),
        _firmware(facts.firmware, now),
        Item(Check.BACKUP, *_age(facts.backup_at, BACKUP_S, now)),
    )


def _is_strong(key: bytes | None) -> bool | None:
    """Whether a network key looks drawn at random."""
    if key is None or len(key) != KEY_SIZE:
        return None
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return key not in WELL_KNOWN_KEYS and len(set(key)) > FEW_BYTES and len(steps) > 1


def _left_open(facts: Facts, now: float) -> Item:
    if facts.open_since is not None and now - facts.open_since > LEFT_OPEN_S:
        return Item(Check.LEFT_OPEN, well=False, evidence=f"{(now - facts.open_since) / 60:.0f} min")
    return named(Check.LEFT_OPEN, facts.accepting)


def _trusted(joins: Mapping[str, Join]) -> Item:
    """Of those that joined while the hub watched: of who was there before, nobody knows."""
    if not joins:
        return Item(Check.TRUSTED_JOINS, None)
    return named(Check.TRUSTED_JOINS, (ieee for ieee, join in joins.items() if not join.trusted))


def _rejoins(seen: tuple[tuple[float, str], ...] | None, now: float) -> Item:
    if seen is None:
        return Item(Check.INSECURE_REJOINS, None)
    return named(Check.INSECURE_REJOINS, {ieee for at, ieee in seen if now - at < RECENT_S})


def _firmware(version: str | None, now: float) -> Item:
    """Judge by the date that some firmware carries in its version, or by the release that others do."""
    if version is None:
        return Item(Check.FIRMWARE, None)
    evidence = version[:64]
    if (dated := _DATE.search(version)) is not None:
        year, month, day = (int(part) for part in dated.groups())
        made = (year - 1970) * 365.2425 * DAY + (month - 1) * 30.4 * DAY + day * DAY  # to the week is enough
        return Item(Check.FIRMWARE, now - made < FIRMWARE_S, evidence)
    if (released := _VERSION.match(version)) is not None:
        return Item(Check.FIRMWARE, (int(released[1]), int(released[2])) >= OLD_EMBERZNET, evidence)
    return Item(Check.FIRMWARE, None, evidence)


def _age(at: float | None, limit: float, now: float) -> tuple[bool | None, str]:
    if at is None:
        return None, ""
    if not at:
        return False, ""
    return now - at < limit, f"{max(0.0, now - at) / DAY:.0f} d"
