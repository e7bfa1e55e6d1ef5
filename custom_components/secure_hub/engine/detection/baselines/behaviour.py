"""What an asset did, hour by hour, beside what is usual for it: for whoever wants to see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from .spread import Usual


class Quantity(IntEnum):
    """What is counted."""

    SENT = 0
    """Bytes beyond the home (of a radio frame: of its payload)."""
    RECEIVED = 1
    CALLS = 2
    """Conversations begun, or radio frames sent."""
    STRANGERS = 3
    """Peers that are no habit."""


class Hour(NamedTuple):
    """One hour of an asset."""

    start: int
    """Seconds since the epoch."""
    total: float
    most: float
    """The most within five minutes of it: what `usual` is about."""
    usual: Usual | None
    """What this hour of the week usually sees; None where too little is known."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The last 168 hours of an asset, oldest first; the last one is still going on."""

    learning: bool
    """What is usual is not known well yet."""
    since: float | None
    """When learning began, in seconds since the epoch."""
    hours: Mapping[Quantity, tuple[Hour, ...]]
