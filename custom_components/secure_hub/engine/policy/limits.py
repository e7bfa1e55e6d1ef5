"""Limits: how fast an asset may send, and how much of it a day to the internet."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .scopes import PolicyError, Refusal

RATE_MIN: Final = 1_000
RATE_MAX: Final = 1_000_000_000
"""Bytes a second."""
QUOTA_MIN: Final = 1_000
QUOTA_MAX: Final = 1 << 50
"""Bytes a day."""


class Limited(StrEnum):
    """What can be limited; the names of the fields of a limit."""

    RATE = "rate"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Limit:
    """At least one of the two: `rate` in bytes a second of everything, `quota` in bytes a day to the internet.

    Each holds for every MAC address of the asset by itself. Raises PolicyError `limit_out_of_range`.
    """

    rate: int | None = None
    quota: int | None = None

    def __post_init__(self) -> None:
        """Refuse what the firewall cannot hold."""
        if self.rate is None and self.quota is None:
            raise PolicyError(Refusal.LIMIT_OUT_OF_RANGE, "0")
        for value, least, most in ((self.rate, RATE_MIN, RATE_MAX), (self.quota, QUOTA_MIN, QUOTA_MAX)):
            if value is not None and not least <= value <= most:
                raise PolicyError(Refusal.LIMIT_OUT_OF_RANGE, str(value))

    @property
    def kinds(self) -> frozenset[Limited]:
        """What it limits."""
        values = {Limited.RATE: self.rate, Limited.QUOTA: self.quota}
        return frozenset(kind for kind, value in values.items() if value is not None)


def stricter(one: Limit | None, other: Limit | None) -> Limit | None:
    """What holds for one that both are about."""
    if one is None or other is None:
        return one or other
    rates = [limit.rate for limit in (one, other) if limit.rate is not None]
    quotas = [limit.quota for limit in (one, other) if limit.quota is not None]
    return Limit(min(rates, default=None), min(quotas, default=None))
