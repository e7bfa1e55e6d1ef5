"""From rules that are tried in order to accepting rules whose order does not matter.

A firewall that looks a packet up in sets, and a policy whose rules have no order, cannot say "refuse this first".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    Network,
    PortRange,
    Problem,
    Remote,
    Rule,
)

MAX_RANGES = 64
"""Port ranges that one rule may be cut into; more are no permission that anybody could review."""
MAX_PARTS = 64
"""Rules that one rule may be cut into."""
MAX_RULES = 1024
"""Rules of a file behind which none is cut into several: every one is compared with all others later."""
_EVERYWHERE: Mapping[Family, Network] = {
    Family.IPV4: IPv4Network("0.0.0.0/0"),
    Family.IPV6: IPv6Network("::/0"),
}
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

    Refused ports and networks are cut out of what comes after. An accepting rule of which a part is refused that cannot
    be cut out (a name within a network, say, or one protocol of all) is left out and named in the problems: less is
    allowed than asked, never more. The largest file that `parse` takes can keep a processor busy for seconds.
    """
    allowed: list[Rule] = []
    refused: dict[tuple[Direction, Family], list[Rule]] = {}
    problems: list[Problem] = []
    for rule in rules:
        before = refused.setdefault((rule.direction, rule.family), [])
        if rule.decision is not Decision.ACCEPT:
            before.append(rule)
            continue
        parts = [rule]
        for earlier in before:
            cut = _cut(parts, earlier)
            if cut is None or (len(cut) > 1 and len(allowed) + len(cut) > MAX_RULES):
                reason = f"left out: {earlier.ace!a} refuses a part of it that an allow-list cannot express"
                problems.append(Problem(f"{rule.direction} ace {rule.ace!a}", reason))
                parts = []
                break
            parts = cut
        allowed += parts
    return tuple(allowed), tuple(problems)


def _cut(parts: Iterable[Rule], earlier: Rule) -> list[Rule] | None:
    """What is left of `parts` without `earlier`; None if that cannot be said, or not in few words."""
    left: list[Rule] = []
    for part in parts:
        if _disjoint(part, earlier):
            left.append(part)
        elif _can_cut(part, earlier):
            left += _rest(part, earlier)
        else:
            return None
    return None if len(left) > MAX_PARTS or any(map(_is_scattered, left)) else left


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
    """Whether `earlier` covers `rule` in all but ports and at most one network of the other end."""
    inside = _inside(rule, earlier)
    return (
        earlier.protocol in {None, rule.protocol}
        and earlier.icmp_type in {None, rule.icmp_type}
        and earlier.icmp_code in {None, rule.icmp_code}
        and earlier.initiated in {None, rule.initiated}
        and (not inside or (len(inside) == 1 and _network(rule) is not None and _is_network(inside[0])))
        and all(any(_implies(place, wide) for place in rule.local) for wide in earlier.local)
    )


def _inside(rule: Rule, earlier: Rule) -> list[Remote]:
    """What `earlier` asks of the other end that `rule` does not."""
    return [wide for wide in earlier.remote if not any(_implies(place, wide) for place in rule.remote)]


def _is_network(place: Remote) -> bool:
    return isinstance(place, IPv4Network | IPv6Network)


def _network(rule: Rule) -> Network | None:
    """The network of the other end, if that is all that a rule asks of it."""
    match rule.remote:
        case ():
            return _EVERYWHERE.get(rule.family)
        case ((IPv4Network() | IPv6Network()) as network,):
            return network
    return None


def _implies(place: Remote, wide: Remote) -> bool:
    if isinstance(place, IPv4Network | IPv6Network) and isinstance(wide, IPv4Network | IPv6Network):
        return place.prefixlen >= wide.prefixlen and place.network_address in wide
    return place == wide


def _rest(rule: Rule, earlier: Rule) -> Iterator[Rule]:
    """What is left of a rule without `earlier`: other networks; in the same, other ports of the device; then others."""
    for place in _inside(rule, earlier):
        for network in _excluded(_network(rule), place):
            yield replace(rule, remote=(network,))
        rule = replace(rule, remote=(place,))
    if local := _without(rule.local_ports, earlier.local_ports):
        yield replace(rule, local_ports=local)
        rule = replace(rule, local_ports=_without(rule.local_ports, local))
    if remote := _without(rule.remote_ports, earlier.remote_ports):
        yield replace(rule, remote_ports=remote)


def _excluded(network: Network | None, refused: Remote) -> Iterable[Network]:
    match network, refused:
        case IPv4Network(), IPv4Network():
            return sorted(network.address_exclude(refused))
        case IPv6Network(), IPv6Network():
            return sorted(network.address_exclude(refused))
    return ()


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
