"""What one far end meets, by protocol and port."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ..policy.service import Protocol, Service

ANY_PORT: Final = (0, 65535)
_EVERY_PORT: Final = (1, 65535)


type Ranges = tuple[tuple[int, int, bool], ...]
"""Whether a packet passes, by port from 1: disjoint, in order."""


class Services(NamedTuple):
    """Whether a packet passes: by port of the far end, by port of the asset's own, and where there are no ports."""

    tcp: Ranges
    udp: Ranges
    own_tcp: Ranges
    own_udp: Ranges
    icmp: bool
    other: bool

    @classmethod
    def uniform(cls, allow: bool) -> Services:  # noqa: FBT001 - the one thing that there is to say
        """Every service meets the same."""
        ported = ((1, ANY_PORT[1], allow),)
        return cls(ported, ported, ported, ported, allow, allow)


def services(
    heard: Sequence[tuple[Service | None, bool]],
    default: bool,  # noqa: FBT001 - what is left when nothing matches
) -> Services:
    """What the first of some services that holds a packet says; one without a service holds all of them."""

    def first(protocol: Protocol | None, ports: tuple[int, int], *, own: bool = False) -> bool:
        for service, allow in heard:
            if service is None:
                return allow
            if service.protocol is protocol and (
                (service.own is own and service.first <= ports[0] and ports[1] <= service.last) or service.is_whole
            ):
                return allow
        return default

    def ported(protocol: Protocol, *, own: bool = False) -> Ranges:
        named = [one for one, _ in heard if one is not None and one.protocol is protocol and one.own is own]
        if not named:
            return ((*_EVERY_PORT, first(protocol, ANY_PORT, own=own)),)
        cuts = {1, ANY_PORT[1] + 1}
        for service in named:
            cuts |= {max(1, service.first), service.last + 1}
        found: list[tuple[int, int, bool]] = []
        for start, end in pairwise(sorted(cuts)):
            allow = first(protocol, (start, end - 1), own=own)
            if found and found[-1][2] is allow:
                found[-1] = (found[-1][0], end - 1, allow)
            else:
                found.append((start, end - 1, allow))
        return tuple(found)

    return Services(
        ported(Protocol.TCP),
        ported(Protocol.UDP),
        ported(Protocol.TCP, own=True),
        ported(Protocol.UDP, own=True),
        first(Protocol.ICMP, ANY_PORT),
        first(None, ANY_PORT),
    )


def strictest(some: Services, other: Services) -> Services:
    """What both allow."""

    def both(one: Ranges, two: Ranges) -> Ranges:
        return tuple((start, end, allow and wanted) for start, end, allow, wanted in in_step(one, two))

    return Services(
        both(some.tcp, other.tcp),
        both(some.udp, other.udp),
        both(some.own_tcp, other.own_tcp),
        both(some.own_udp, other.own_udp),
        some.icmp and other.icmp,
        some.other and other.other,
    )


def in_step(one: Ranges, two: Ranges) -> Iterator[tuple[int, int, bool, bool]]:
    """Ranges in which neither changes, and what each says there."""
    left, right = 0, 0
    start = 1
    while left < len(one) and right < len(two):
        end = min(one[left][1], two[right][1])
        yield start, end, one[left][2], two[right][2]
        left += one[left][1] == end
        right += two[right][1] == end
        start = end + 1


def is_uniform(found: Services) -> bool:
    """Every service meets the same."""
    ported = {allow for ranges in found[:4] for _, _, allow in ranges}
    return {*ported, found.icmp} == {found.other}
