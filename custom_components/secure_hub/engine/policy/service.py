"""Services: a protocol with ports of the far end, or with the asset's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
import re
from typing import Final

from .scopes import PolicyError, Refusal

ALL_PORTS = (0, 65535)
_OWN = "own:"
_PORTS = 1 << 16
_PORT_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


class Protocol(StrEnum):
    """Transport protocols that a service can be of; `icmp` is both ICMP (RFC 792) and ICMPv6 (RFC 4443)."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"


_ORDER: Final = {protocol: number for number, protocol in enumerate(Protocol)}

PROTOCOLS: Final[Mapping[int, Protocol]] = {1: Protocol.ICMP, 6: Protocol.TCP, 17: Protocol.UDP, 58: Protocol.ICMP}
"""Protocols by the number that an IP header gives them."""


@dataclass(frozen=True, slots=True)
class Service:
    """A protocol and an inclusive range of ports; all ports for ICMP, which has none.

    The ports are those of the far end, of connections that the asset opens; `own` ones are the asset's, of connections
    that the far end opens. A whole protocol is both.
    """

    protocol: Protocol
    first: int = ALL_PORTS[0]
    last: int = ALL_PORTS[1]
    own: bool = False
    start: int = field(init=False, repr=False, compare=False)
    """All that services name is one line: of each protocol the far ends' ports and then the asset's own."""
    end: int = field(init=False, repr=False, compare=False)
    """Last of the line that is of this service."""

    def __post_init__(self) -> None:
        """Refuse ranges that no packet can match. Raises PolicyError `invalid_service`."""
        ordered = ALL_PORTS[0] <= self.first <= self.last <= ALL_PORTS[1]
        if not ordered or (self.protocol is Protocol.ICMP and not self.is_whole):
            raise PolicyError(Refusal.INVALID_SERVICE, f"{self.protocol}/{self.first}-{self.last}")
        base = (2 * _ORDER[self.protocol] + self.own) * _PORTS
        object.__setattr__(self, "start", base + self.first)
        object.__setattr__(self, "end", base + self.last + _PORTS * self.is_whole)

    @property
    def is_whole(self) -> bool:
        """All of the protocol, whoever opens it."""
        return self.last == ALL_PORTS[1] and not self.first and not self.own

    def covers(self, other: Service) -> bool:
        """Every packet of `other` is one of this service."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Service) -> bool:
        """Some packet is of both."""
        return self.start <= other.end and other.start <= self.end

    def meet(self, other: Service) -> Service:
        """What both have in common; only for services that overlap."""
        if self.is_whole or other.is_whole:
            return other if self.is_whole else self
        return Service(self.protocol, max(self.first, other.first), min(self.last, other.last), self.own)

    def __str__(self) -> str:
        """`tcp`, `tcp/443`, `tcp/8000-8100` or `own:tcp/22`."""
        name = f"{_OWN if self.own else ''}{self.protocol}"
        if (self.first, self.last) == ALL_PORTS:
            return name
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{name}/{ports}"


@lru_cache(maxsize=4096)
def parse_service(text: str) -> Service | None:
    """The service that a word names, None if it names a place. Raises PolicyError for a bad range."""
    own = text.startswith(_OWN)
    name, slash, ports = text.removeprefix(_OWN).partition("/")
    if name not in set(Protocol):
        return None
    if not slash:
        return Service(Protocol(name), own=own)
    numbers = _PORT_RANGE.fullmatch(ports)
    if numbers is None or name == Protocol.ICMP:
        raise PolicyError(Refusal.INVALID_SERVICE, text)
    first = int(numbers[1])
    return Service(Protocol(name), first, int(numbers[2] or first), own)
