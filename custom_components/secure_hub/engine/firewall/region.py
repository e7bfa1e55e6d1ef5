"""A region: a part of what is beyond an asset where one decision holds, and from services to regions."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from ..assets.model import Address
from ..policy.scopes import Scope
from .services import ANY_PORT, Services, in_step, is_uniform

ANY_PROTOCOL: Final = (0, 255)
ANYWHERE: Final = (0, 0, 0)
"""The span of every address."""
_PORTED: Final = ((6, False), (17, False), (6, True), (17, True))
"""Protocol, and whether the port is the asset's own, in the order of Services."""
_ICMP: Final = {4: (1,), 6: (58,), 0: (1, 58)}
_OTHERS: Final = {
    0: ((0, 0), (2, 5), (7, 16), (18, 57), (59, 255)),
    4: ((0, 0), (2, 5), (7, 16), (18, 255)),
    6: ((0, 5), (7, 16), (18, 57), (59, 255)),
}

type Span = tuple[int, int, int]
"""IP version, first and last address."""


class Region(NamedTuple):
    """A part of what is beyond an asset, and whether the asset may have to do with it.

    `version` 0 is every address, of either version, in `zone` if that is not 0 (`Zones`); first and last address are
    integers then 0. `inbound` regions are about connections that the far end opens: their ports are the asset's own.
    With `mac` it is about whoever has that MAC, at an address that is not known to be his.
    """

    scope: Scope
    inbound: bool
    version: int
    first: int
    last: int
    protocols: tuple[int, int]
    ports: tuple[int, int]
    allow: bool
    zone: int = 0
    mac: str = ""

    @property
    def single(self) -> bool:
        """The region is about one address."""
        return bool(self.version) and self.first == self.last

    def address(self, number: int) -> Address:
        """First or last address as an address."""
        return IPv4Address(number) if self.version == 4 else IPv6Address(number)  # noqa: PLR2004 - the protocol's number


def placed(scope: Scope, span: Span, found: Services) -> Iterator[Region]:
    """One place: what holds for it in general, and services for which something else does."""
    for inbound in (False, True):
        yield Region(scope, inbound, *span, ANY_PROTOCOL, ANY_PORT, found.other)
    yield from differences(scope, span, found, Services.uniform(found.other))


def differences(scope: Scope, span: Span, found: Services, base: Services) -> Iterator[Region]:
    """What a span meets otherwise than `base`."""
    for (number, inbound), ours, theirs in zip(_PORTED, found[:4], base[:4], strict=True):
        for first, last, allow, before in in_step(ours, theirs):
            if allow is not before:
                yield Region(scope, inbound, *span, (number, number), (first, last), allow)
    yield from _portless(scope, span, found, base)


def _portless(scope: Scope, span: Span, found: Services, base: Services) -> Iterator[Region]:
    for inbound in (False, True):
        if found.icmp is not base.icmp:
            for number in _ICMP[span[0]]:
                yield Region(scope, inbound, *span, (number, number), ANY_PORT, found.icmp)
        if found.other is not base.other:
            for protocols in _OTHERS[span[0]]:
                yield Region(scope, inbound, *span, protocols, ANY_PORT, found.other)


def agreed(scope: Scope, one: Services, two: Services) -> Iterator[Region]:
    """What two say alike of any address."""
    outward = Region(
        scope, inbound=False, version=0, first=0, last=0, protocols=ANY_PROTOCOL, ports=ANY_PORT, allow=one.other
    )
    if one == two and is_uniform(one):
        yield outward
        return
    for (number, inbound), some, others in zip(_PORTED, one[:4], two[:4], strict=True):
        for first, last, allow, also in in_step(some, others):
            if allow is also:
                yield Region(scope, inbound, *ANYWHERE, (number, number), (first, last), allow)
    portless = (
        (one.icmp, two.icmp, tuple((number, number) for number in _ICMP[0])),
        (one.other, two.other, _OTHERS[0]),
    )
    for allow, also, several in portless:
        if allow is also:
            yield from (outward._replace(protocols=protocols, allow=allow) for protocols in several)
