"""Rules as JSON objects, as `script/mud` prints them; docs/manifests.md describes the shapes."""

from .i_json import Json
from .model import (
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    DnsName,
    Family,
    Group,
    MacAddress,
    PortRange,
    Remote,
    Rule,
)

_PROTOCOLS = {
    (Family.IPV4, TCP): "tcp",
    (Family.IPV6, TCP): "tcp",
    (Family.IPV4, UDP): "udp",
    (Family.IPV6, UDP): "udp",
    (Family.IPV4, ICMP): "icmp",
    (Family.IPV6, ICMPV6): "icmpv6",
}


def line(rule: Rule) -> dict[str, Json]:
    """What a rule is about, in seven keys; `full_line` adds the conditions that they have no room for."""
    return {
        "direction": rule.direction.value,
        "family": rule.family.value,
        "protocol": _protocol(rule),
        "remote": _places(rule.remote),
        "local_ports": _ports(rule.local_ports),
        "remote_ports": _ports(rule.remote_ports),
        "ace": rule.ace,
    }


def full_line(rule: Rule) -> dict[str, Json]:
    """Everything that a rule says."""
    return line(rule) | {
        "decision": rule.decision.value,
        "initiated": rule.initiated.value if rule.initiated else None,
        "icmp_type": rule.icmp_type,
        "icmp_code": rule.icmp_code,
        "local": _places(rule.local),
    }


def _protocol(rule: Rule) -> Json:
    if rule.protocol is None:
        return None
    if rule.family is Family.ETHERNET:
        return f"0x{rule.protocol:04x}"
    return _PROTOCOLS.get((rule.family, rule.protocol), rule.protocol)


def _places(places: tuple[Remote, ...]) -> str:
    return " & ".join(_place(place) for place in places) or "any"


def _place(place: Remote) -> str:
    match place:
        case DnsName(name):
            return name
        case MacAddress(address):
            return f"mac:{address}"
        case Group(kind, value):
            return f"mud:{kind}={value}" if value else f"mud:{kind}"
    return str(place)


def _ports(ranges: tuple[PortRange, ...] | None) -> Json:
    return None if ranges is None else [[low, high] for low, high in ranges]
