"""What one far end meets, by protocol and port."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ..policy.destinations import Protocol, Service

ANY_PORT: Final = (0, 65535)


class Services(NamedTuple):
    """Whether a packet passes: by TCP and UDP port from 1 (disjoint, in order), and without asking for a port."""

    tcp: tuple[tuple[int, int, bool], ...]
    udp: tuple[tuple[int, int, bool], ...]
    any_tcp: bool
    any_udp: bool
    icmp: bool
    other: bool


def services(
    heard: Sequence[tuple[Service | None, bool]],
    default: bool,  # noqa: FBT001 - what is left when nothing matches
) -> Services:
    """What the first of some services that holds a packet says; one without a service holds all of them."""

    def first(protocol: Protocol | None, ports: tuple[int, int]) -> bool:
        for service, allow in heard:
            if service is None:
                return allow
            if service.protocol is protocol and service.first <= ports[0] and ports[1] <= service.last:
                return allow
        return default

    def ported(protocol: Protocol) -> tuple[tuple[int, int, bool], ...]:
        cuts = {1, ANY_PORT[1] + 1}
        for service, _ in heard:
            if service is not None and service.protocol is protocol:
                cuts |= {max(1, service.first), service.last + 1}
        found: list[tuple[int, int, bool]] = []
        for start, end in pairwise(sorted(cuts)):
            allow = first(protocol, (start, end - 1))
            if found and found[-1][2] is allow:
                found[-1] = (found[-1][0], end - 1, allow)
            else:
                found.append((start, end - 1, allow))
        return tuple(found)

    return Services(
        ported(Protocol.TCP),
        ported(Protocol.UDP),
        first(Protocol.TCP, ANY_PORT),
        first(Protocol.UDP, ANY_PORT),
        first(Protocol.ICMP, ANY_PORT),
        first(None, ANY_PORT),
    )


def strictest(some: Services, other: Services) -> Services:
    """What both allow."""

    def both(
        one: tuple[tuple[int, int, bool], ...], two: tuple[tuple[int, int, bool], ...]
    ) -> tuple[tuple[int, int, bool], ...]:
        return tuple((start, end, allow and wanted) for start, end, allow, wanted in in_step(one, two))

    return Services(
        both(some.tcp, other.tcp),
        both(some.udp, other.udp),
        *(one and two for one, two in zip(some[2:], other[2:], strict=True)),
    )


def in_step(
    one: tuple[tuple[int, int, bool], ...], two: tuple[tuple[int, int, bool], ...]
) -> Iterator[tuple[int, int, bool, bool]]:
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
    ported = {allow for _, _, allow in (*found.tcp, *found.udp)}
    return {*ported, *found[2:]} == {found.other}
