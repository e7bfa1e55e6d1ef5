"""Links: the ways in which Zigbee devices are tied to each other so that the hub need not be asked.

A device obeys the groups that it is a member of, and sends what its binding table says to whom it says (Zigbee 2.4.3.2,
ZCL 3.6). Both live in the device, so both must be taken out of the device for it to be alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """One line of a device's group or binding table. IEEE addresses are text, `00:11:22:33:44:55:66:77`.

    Without `cluster` the endpoint of `holder` is a member of `group`. With it the endpoint sends that cluster to
    `group`, or to `target_endpoint` of `target`.
    """

    holder: str
    endpoint: int
    cluster: int | None = None
    group: int | None = None
    target: str | None = None
    target_endpoint: int | None = None
    name: str | None = field(default=None, compare=False)
    """What the home calls the group."""
    scenes: tuple[bytes, ...] = field(default=(), compare=False)
    """Of a membership that is to be taken: payloads that make the scenes which a device forgets with its group."""

    @property
    def is_membership(self) -> bool:
        """Whether it is a line of the group table rather than a binding."""
        return self.cluster is None


def is_unwanted(link: Link, isolated: Collection[str], coordinator: str | None) -> bool:
    """Whether a link ties somebody who is to be alone to another device; reports to the coordinator do not."""
    if link.target is not None and link.target == coordinator:
        return False
    return link.holder in isolated or (link.target is not None and link.target in isolated)


def to_take(found: Iterable[Link], isolated: Collection[str], coordinator: str | None) -> tuple[Link, ...]:
    """Links of those found that must go."""
    return _ordered(link for link in found if is_unwanted(link, isolated, coordinator))


def to_give(taken: Iterable[Link], isolated: Collection[str], coordinator: str | None) -> tuple[Link, ...]:
    """Links of those taken that are to be given back: neither end is to be alone any more."""
    return _ordered(link for link in taken if not is_unwanted(link, isolated, coordinator))


def _ordered(links: Iterable[Link]) -> tuple[Link, ...]:
    """In an order that does not depend on how they were found, memberships first."""
    return tuple(
        sorted(
            links,
            key=lambda one: (
                one.holder,
                one.endpoint,
                -1 if one.cluster is None else one.cluster,
                -1 if one.group is None else one.group,
                one.target or "",
                one.target_endpoint or 0,
            ),
        )
    )
