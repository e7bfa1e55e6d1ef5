"""Data carried out in the names that are asked for."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Distinct, Recent
from ..observations import Observation, ObservationKind
from .hallmark import elapsed
from .names import split

_WINDOW: Final = 600.0
_DOMAINS: Final = 8
_NAMES: Final = 15
_MEAN: Final = 30
"""Characters before the domain, on average: iodine and dnscat2 fill labels of up to 63; content networks stay below."""
_LONG: Final = 120
"""Characters before the domain of one name: half of all that a name may hold (253, RFC 1035 section 2.3.4)."""


class _Names(Distinct):
    __slots__ = ("length",)

    def __init__(self) -> None:
        super().__init__()
        self.length = 0


class DnsTunnel:
    """Counts the different names below each domain, and how long they are."""

    observes: ClassVar = frozenset({ObservationKind.DNS})

    def __init__(self) -> None:
        """Start with no name."""
        self._domains: Recent[str, _Names] = Recent(_DOMAINS, _WINDOW, _Names)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when names are asked for that are rather messages."""
        below, domain = split(seen.name)
        if not below:
            return None
        names = self._domains.at(domain, seen.time)
        if not names.add(below):
            return None
        names.length += len(below)
        count = names.count
        many = count >= _NAMES and names.length >= _MEAN * count
        if not many and len(below) < _LONG:
            return None
        if many:
            self._domains.forget(domain)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.DNS_TUNNEL,
            Severity.HIGH if many else Severity.LOW,
            0.8 if many else 0.4,
            "T1071.004",
            domain if many else f"{domain} long",
            f"It asked for {count} different names below {domain} within {elapsed(seen.time - names.began)}, "
            f"{names.length // count} characters long on average: that is how data is smuggled out through DNS."
            if many
            else f"It asked for a name of {len(seen.name)} characters below {domain}, in which a message fits.",
        )
