"""MUD files out: rules to a file that any RFC 8520 reader takes, in the standard container."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from itertools import product
import json

from .i_json import Json
from .matches import MODULE
from .model import (
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Description,
    Direction,
    DnsName,
    Family,
    Group,
    MacAddress,
    MudError,
    PortRange,
    Remote,
    Rule,
)

_SHORT = {Direction.FROM_DEVICE: "fr", Direction.TO_DEVICE: "to"}
_SUFFIX = {Family.IPV4: "v4", Family.IPV6: "v6", Family.ETHERNET: "eth"}
_TRANSPORTS = {TCP: "tcp", UDP: "udp"}


def export(rules: Iterable[Rule], description: Description) -> bytes:
    """Write a MUD file that compiles to `rules` again, entry names aside.

    A rule with several port ranges becomes an entry for each. Raises MudError for a rule that no entry can say: ports
    without TCP or UDP, an initiating side without TCP, two networks or two names at once.
    """
    lists: dict[tuple[Direction, Family], list[Json]] = {}
    mixed: set[tuple[Direction, Family]] = set()
    for rule in rules:
        key = (rule.direction, rule.family)
        entries = lists.setdefault(key, [])
        for matches in _matches(rule):
            name = f"{len(entries)}-{_SHORT[rule.direction]}dev"
            entries.append({"name": name, "matches": matches, "actions": {"forwarding": rule.decision.value}})
            if "eth" in matches:
                mixed.add(key)
    names = {key: f"mud-{_SUFFIX[key[1]]}{_SHORT[key[0]]}" for key in lists}
    acls: list[Json] = [
        {"name": names[key], "type": _acl_type(key[1], is_mixed=key in mixed), "aces": {"ace": entries}}
        for key, entries in lists.items()
    ]
    mud = _mud(description) | {
        f"{direction}-policy": {
            "access-lists": {"access-list": [{"name": name} for key, name in names.items() if key[0] is direction]}
        }
        for direction in Direction
    }
    return json.dumps({"ietf-mud:mud": mud, f"{MODULE}:acls": {"acl": acls}}, indent=2).encode()


def _mud(description: Description) -> dict[str, Json]:
    node: dict[str, Json] = {"mud-version": 1}
    for leaf in fields(description):
        value = getattr(description, leaf.name)
        if value is None or value == ():
            continue
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        node[leaf.name.replace("_", "-")] = value
    return node


def _acl_type(family: Family, *, is_mixed: bool) -> str:
    if family is Family.ETHERNET:
        return "eth-acl-type"
    return f"mixed-eth-{family}-acl-type" if is_mixed else f"{family}-acl-type"


def _matches(rule: Rule) -> Iterator[dict[str, Json]]:
    """The matches of the entries for one rule: one a combination of its port ranges."""
    is_from = rule.direction is Direction.FROM_DEVICE
    for local, remote in product(rule.local_ports or (None,), rule.remote_ports or (None,)):
        matches: dict[str, dict[str, Json]] = {}
        if rule.family is not Family.ETHERNET:
            header = matches.setdefault(rule.family.value, {})
            if rule.protocol is not None:
                header["protocol"] = rule.protocol
        elif rule.protocol is not None:
            matches.setdefault("eth", {})["ethertype"] = rule.protocol
        for place in rule.remote:
            _say(matches, rule.family, place, "destination" if is_from else "source")
        for place in rule.local:
            _say(matches, rule.family, place, "source" if is_from else "destination")
        source, destination = (local, remote) if is_from else (remote, local)
        _say_transport(matches, rule, source, destination)
        yield dict(matches)


def _say(matches: dict[str, dict[str, Json]], family: Family, place: Remote, side: str) -> None:
    match place:
        case MacAddress(value):
            _put(matches, "eth", f"{side}-mac-address", value)
        case Group(kind, value):
            _put(matches, "ietf-mud:mud", kind.value, value or [None])
        case DnsName(value):
            _put(matches, family, f"ietf-acldns:{'src' if side == 'source' else 'dst'}-dnsname", value)
        case _:
            _put(matches, family, f"{side}-{family}-network", str(place))


def _put(matches: dict[str, dict[str, Json]], container: str, leaf: str, value: Json) -> None:
    node = matches.setdefault(container, {})
    if leaf in node:
        raise MudError(where=leaf, reason="an entry has room for one only")
    node[leaf] = value


def _say_transport(
    matches: dict[str, dict[str, Json]], rule: Rule, source: PortRange | None, destination: PortRange | None
) -> None:
    ports = {"source-port": source, "destination-port": destination}
    node: dict[str, Json] = {name: _port(found) for name, found in ports.items() if found is not None}
    if rule.initiated is not None:
        if rule.protocol != TCP:
            raise MudError(where="direction-initiated", reason="is for TCP only")
        node["ietf-mud:direction-initiated"] = rule.initiated.value
    icmp = {"type": rule.icmp_type, "code": rule.icmp_code}
    if any(value is not None for value in icmp.values()):
        if rule.protocol != (ICMP if rule.family is Family.IPV4 else ICMPV6):
            raise MudError(where="icmp", reason="is for ICMP only")
        matches["icmp"] = {name: value for name, value in icmp.items() if value is not None}
    if node:
        if rule.family is Family.ETHERNET or rule.protocol not in _TRANSPORTS:
            raise MudError(where="ports", reason="are for TCP and UDP only")
        matches[_TRANSPORTS[rule.protocol]] = node


def _port(found: PortRange) -> Json:
    low, high = found
    return {"operator": "eq", "port": low} if low == high else {"lower-port": low, "upper-port": high}
