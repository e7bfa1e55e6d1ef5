"""From rules that are tried in order to accepting rules whose order does not matter.

A firewall that looks a packet up in sets, and a policy whose rules have no order, cannot say "refuse this first".
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

from .model import (
    MAX_PORT,
    UDP,
    Decision,
    Direction,
    Family,
    Group,
    GroupKind,
    MacAddress,
    PortRange,
    Problem,
    Remote,
    Rule,
)

MAX_RANGES = 64
"""Port ranges that one rule may be cut into; more are no permission that anybody could review."""
_ALL_PORTS: tuple[PortRange, ...] = ((0, MAX_PORT),)
_SERVICES = (("urn:ietf:params:mud:dns", 53), ("urn:ietf:params:mud:ntp", 123))

DEFAULTS = tuple(
    Rule(
        direction=direction,
        family=family,
        decision=Decision.ACCEPT,
        ace=f"default {uri}",
        protocol=UDP,
        remote=(Group(GroupKind.CONTROLLER, uri),),
        remote_ports=((port, port),),
    )
    for direction in Direction
    for family in (Family.IPV4, Family.IPV6)
    for uri, port in _SERVICES
)
"""The local DNS and NTP servers, which stay allowed unless a file refuses them (RFC 8520, section 5, appendix B).

They come after the rules of a file: `allow_list((*profile.rules, *DEFAULTS))`.
"""


def allow_list(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Accepting rules that together accept what `rules` accept in their order, in any order.

    Refused ports are cut out of what comes after. An accepting rule of which a part is refused that cannot be cut out
    (a name within a network, say, or ports here and there) is left out and named in the problems: less is allowed than
    asked, never more. The largest file that `parse` takes can keep a processor busy for seconds.
    """
    allowed: list[Rule] = []
    refused: dict[tuple[Direction, Family], list[Rule]] = {}
    problems: list[Problem] = []
    for rule in rules:
        before = refused.setdefault((rule.direction, rule.family), [])
        if rule.decision is not Decision.ACCEPT:
            before.append(rule)
            continue
        rest: Rule | None = rule
        for earlier in before:
            if rest is None or _disjoint(rest, earlier):
                continue
            cut = _cut(rest, earlier) if _can_cut(rest, earlier) else rest
            if cut is rest or (cut is not None and _is_scattered(cut)):
                reason = f"left out: {earlier.ace!a} refuses a part of it that an allow-list cannot express"
                problems.append(Problem(f"{rule.direction} ace {rule.ace!a}", reason))
                cut = None
            rest = cut
        if rest is not None:
            allowed.append(rest)
    return tuple(allowed), tuple(problems)


def _disjoint(rule: Rule, other: Rule) -> bool:
    """Whether no packet can match both rules of one direction and family, as far as they tell."""
    return (
        _differ(rule.protocol, other.protocol)
        or _differ(rule.icmp_type, other.icmp_type)
        or _differ(rule.icmp_code, other.icmp_code)
        or _differ(rule.initiated, other.initiated)
        or not _intersect(rule.local_ports, other.local_ports)
        or not _intersect(rule.remote_ports, other.remote_ports)
        or _exclude(rule.remote, other.remote)
        or _exclude(rule.local, other.local)
    )


def _differ(value: object, other: object) -> bool:
    return value is not None and other is not None and value != other


def _intersect(ranges: Sequence[PortRange] | None, others: Sequence[PortRange] | None) -> bool:
    if ranges is None or others is None:
        return True
    return any(low <= other[1] and other[0] <= high for low, high in ranges for other in others)


def _exclude(places: Sequence[Remote], others: Sequence[Remote]) -> bool:
    for place in places:
        for other in others:
            match place, other:
                case ((IPv4Network() | IPv6Network()), (IPv4Network() | IPv6Network())):
                    if not place.overlaps(other):
                        return True
                case MacAddress(), MacAddress():
                    if place != other:
                        return True
    return False


def _is_scattered(rule: Rule) -> bool:
    return any(len(ranges or ()) > MAX_RANGES for ranges in (rule.local_ports, rule.remote_ports))


def _can_cut(rule: Rule, earlier: Rule) -> bool:
    """Whether `earlier` covers `rule` in all but at most one kind of port."""
    covers_ports = [
        not _without(rule.local_ports, earlier.local_ports),
        not _without(rule.remote_ports, earlier.remote_ports),
    ]
    return any(covers_ports) and (
        earlier.protocol in {None, rule.protocol}
        and earlier.icmp_type in {None, rule.icmp_type}
        and earlier.icmp_code in {None, rule.icmp_code}
        and earlier.initiated in {None, rule.initiated}
        and all(any(_implies(place, wide) for place in rule.remote) for wide in earlier.remote)
        and all(any(_implies(place, wide) for place in rule.local) for wide in earlier.local)
    )


def _implies(place: Remote, wide: Remote) -> bool:
    if isinstance(place, IPv4Network | IPv6Network) and isinstance(wide, IPv4Network | IPv6Network):
        return place.prefixlen >= wide.prefixlen and place.network_address in wide
    return place == wide


def _cut(rule: Rule, earlier: Rule) -> Rule | None:
    local = _without(rule.local_ports, earlier.local_ports)
    remote = _without(rule.remote_ports, earlier.remote_ports)
    if local:
        return replace(rule, local_ports=local)
    if remote:
        return replace(rule, remote_ports=remote)
    return None


def _without(ranges: tuple[PortRange, ...] | None, refused: tuple[PortRange, ...] | None) -> tuple[PortRange, ...]:
    """The ports of `ranges` that are not in `refused`; no port at all is in neither if that is any port."""
    if refused is None:
        return ()
    left = list(_ALL_PORTS if ranges is None else ranges)
    for low, high in refused:
        left = [
            part
            for first, last in left
            for part in ((first, min(last, low - 1)), (max(first, high + 1), last))
            if part[0] <= part[1]
        ]
    return tuple(left)
