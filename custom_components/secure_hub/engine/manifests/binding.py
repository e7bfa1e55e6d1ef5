"""A manifest's rules to the allow-list of one asset in this home: what names and abstractions stand for here.

The firewall judges a connection by the place of the far end and the port of whoever answers. What a rule asks beyond
that is left out and named: less is allowed than the manifest asks for, never more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..assets.model import Address
from ..policy.destinations import Destination, Place, asset_place, name_place, network_place
from ..policy.permissions import Allowed
from ..policy.scopes import PolicyError, Scope
from ..policy.service import PROTOCOLS, Protocol, Service
from .allow_list import DEFAULTS, allow_list
from .matches import ALWAYS_LOCAL
from .model import (
    ICMP,
    ICMPV6,
    MAX_PORT,
    TCP,
    UDP,
    Decision,
    Direction,
    DnsName,
    Family,
    Group,
    GroupKind,
    MacAddress,
    MudError,
    Network,
    PortRange,
    Problem,
    Remote,
    Rule,
)

DNS_SERVERS = Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:dns")
GATEWAY = Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:gateway")
_PASSING = frozenset({0x0806, 0x888E})
"""EtherTypes that pass for everybody: ARP and 802.1X."""
_HOME = (Scope.LAN, Scope.PEERS)
_EVERYWHERE = (Scope.INTERNET, *_HOME)
_GLOBAL: Mapping[Family, Network] = {
    Family.IPV4: IPv4Network("0.0.0.0/0"),
    Family.IPV6: IPv6Network("2000::/3"),  # RFC 4291, section 2.4: all that is given out of global unicast
}
_VERSIONS = {Family.IPV4: 4, Family.IPV6: 6}

type _Spot = tuple[Scope, Place | None]
"""Where one thing that a rule names is: a scope, and a place in it (None: all of the scope)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What abstractions stand for in this home, seen from one asset.

    `hub` are the addresses of this machine, `local` the prefixes of its networks. `groups` gives the ids of the assets
    that an abstraction names, `controllers` addresses by class URI; `macs` the asset of a MAC address. An id in
    `governed` is a peer, others are of the LAN.
    """

    hub: frozenset[Address] = frozenset()
    local: tuple[Network, ...] = ()
    groups: Mapping[Group, frozenset[str]] = field(default_factory=dict)
    controllers: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    macs: Mapping[str, str] = field(default_factory=dict)
    governed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bound:
    """An allow-list, and what the manifest asks for that is not in it."""

    allowed: tuple[Allowed, ...]
    problems: tuple[Problem, ...]


def bind(rules: Iterable[Rule], home: Surroundings) -> Bound:
    """Make the allow-list that the rules of a manifest, and the defaults of RFC 8520, are in this home.

    Every entry carries the name of the ACE that it came from.
    """
    listed = tuple(rules)
    ordered, problems = allow_list(listed)
    ordered += tuple(_defaults(listed, home))
    left_out = list(problems)
    whole, anywhere = frozenset(listed), {_named_as(rule) for rule in listed if not rule.remote}
    allowed: dict[tuple[Scope, Destination], Allowed] = {}
    for rule in ordered:
        try:
            # What is left of everywhere would name the networks of this machine, which no list may.
            if rule not in whole and rule.remote and _named_as(rule) in anywhere:
                raise _left_out(rule, "it is about everywhere but networks that an entry before it refuses")
            for scope, destination in _bound(rule, ordered, home):
                allowed.setdefault((scope, destination), Allowed(scope, destination, rule.ace))
        except MudError as error:
            if rule not in DEFAULTS:
                left_out.append(Problem(error.where, error.reason))
    return Bound(tuple(allowed.values()), tuple(dict.fromkeys(left_out)))


def _defaults(rules: Iterable[Rule], home: Surroundings) -> Iterator[Rule]:
    """The default rules, but those of which the file refuses one of the servers that they stand for here."""
    refusals = [one for one in rules if one.decision is not Decision.ACCEPT]
    for rule in DEFAULTS:
        uris = (one.value for one in rule.remote if isinstance(one, Group))
        here = (ip_network(address) for uri in uris for address in home.controllers.get(uri, ()))
        asked = tuple(replace(rule, remote=(one,)) for one in here if one.version == _VERSIONS[rule.family])
        if allow_list((*refusals, *asked))[0] == asked:
            yield rule


def _named_as(rule: Rule) -> tuple[Direction, Family, str]:
    return rule.direction, rule.family, rule.ace


def _bound(rule: Rule, rules: Sequence[Rule], home: Surroundings) -> Iterator[tuple[Scope, Destination]]:
    if _is_served_here(rule, home):
        return  # what an asset may do with this machine is the scope `hub`, which `restricted` allows
    if rule.family is Family.ETHERNET:
        if rule.protocol in _PASSING:
            return
        if rule.protocol is None:
            raise _left_out(rule, "it is about all frames without IP, of which only ARP and 802.1X pass anyway")
        raise _left_out(rule, "frames of this kind are dropped where devices share a bridge, and pass elsewhere")
    if rule.local:
        raise _left_out(rule, "it asks for an address of the device's own, which nobody looks at")
    inbound = rule.direction is Direction.TO_DEVICE
    let_in = inbound and any(_lets_in(one, rule) and one.protocol == rule.protocol for one in rules)
    if let_in or _answers(rule, rules):
        return  # whether the connection may be opened, the other direction says
    services = _own_services(rule) if inbound else _services(rule, rules)
    spots = _spots(rule, rules, home)
    for scope, place in spots:
        if not inbound or scope is not Scope.INTERNET:
            yield from ((scope, Destination(() if place is None else (place,), service)) for service in services)
    if inbound and any(scope is Scope.INTERNET for scope, _ in spots):
        raise _left_out(rule, "from the internet nobody opens connections to a device")


def _is_served_here(rule: Rule, home: Surroundings) -> bool:
    """The far end is this machine."""
    match rule.remote:
        case (Group(GroupKind.MY_CONTROLLER),):
            return True
        case (Group(GroupKind.CONTROLLER, uri),):
            version = _VERSIONS.get(rule.family)
            return any(one in home.hub and one.version == version for one in home.controllers.get(uri, ()))
    return False


def _left_out(rule: Rule, reason: str) -> MudError:
    return MudError(where=f"{rule.direction} ace {rule.ace!a}", reason=f"left out: {reason}")


# --- both directions of one conversation


def _all(ranges: tuple[PortRange, ...] | None) -> bool:
    return ranges is None or ranges == ((0, MAX_PORT),)


def _covers(ranges: tuple[PortRange, ...] | None, others: tuple[PortRange, ...] | None) -> bool:
    """Every one of the other ports is one of these."""
    if _all(ranges) or others is None:
        return _all(ranges)
    return all(any(first <= low and high <= last for first, last in ranges or ()) for low, high in others)


def _lets_in(rule: Rule, other: Rule) -> bool:
    """Both directions, all ports, whoever begins: the far end may open what the device may."""
    return (
        rule.direction is Direction.FROM_DEVICE
        and other.direction is Direction.TO_DEVICE
        and (rule.family, rule.remote) == (other.family, other.remote)
        and other.protocol in {None, rule.protocol}
        and all(_all(ports) for one in (rule, other) for ports in (one.local_ports, one.remote_ports))
        and rule.initiated is None
        and other.initiated is not Direction.FROM_DEVICE
        and not (rule.local or other.local)
        and other.icmp_type is None
        and rule.icmp_type is None
    )


def _answers(rule: Rule, rules: Sequence[Rule]) -> bool:
    """The packets answer what a rule of the other direction lets somebody open; answers always pass."""
    if rule.initiated is not None:
        return rule.initiated is not rule.direction
    return any(
        one.direction is not rule.direction
        and one.initiated in {None, one.direction}
        and (one.family, one.remote, one.protocol) == (rule.family, rule.remote, rule.protocol)
        and _is_narrower(rule, one)
        for one in rules
    )


def _is_narrower(rule: Rule, other: Rule) -> bool:
    """Only from ports at which the other rule lets somebody open connections, whichever port he chooses himself."""
    if rule.direction is Direction.TO_DEVICE:
        return (
            not _all(rule.remote_ports) and _all(other.local_ports) and _covers(other.remote_ports, rule.remote_ports)
        )
    return not _all(rule.local_ports) and _all(other.remote_ports) and _covers(other.local_ports, rule.local_ports)


# --- services


def _services(rule: Rule, rules: Sequence[Rule]) -> tuple[Service | None, ...]:
    """Services of the far end; a protocol with all of its ports only if the far end may open connections too."""
    same = [rule, *(other for other in rules if _is_twin(rule, other))]
    both = all(any(_lets_in(one, other) for other in rules) for one in same)
    if rule.protocol is None:
        if not both:
            raise _left_out(rule, "all protocols pass in both directions or not at all")
        return (None,)
    protocol = _protocol(rule)
    if protocol is Protocol.ICMP and not both:
        raise _left_out(rule, "ICMP passes with all of its types in both directions, or not at all")
    if both:
        return (Service(protocol),)
    if not _all(rule.local_ports):
        raise _left_out(rule, "it asks for the port from which the device opens connections, which nobody looks at")
    return tuple(_ranges(protocol, rule.remote_ports, own=False))


def _own_services(rule: Rule) -> tuple[Service, ...]:
    """Services of the device's own, that others may open."""
    if rule.protocol not in {TCP, UDP}:
        raise _left_out(rule, "of protocols without ports both directions pass, or neither")
    if not _all(rule.remote_ports):
        raise _left_out(rule, "it asks for the port from which others open connections, which nobody looks at")
    return tuple(_ranges(_protocol(rule), rule.local_ports, own=True))


def _ranges(protocol: Protocol, ports: tuple[PortRange, ...] | None, *, own: bool) -> Iterator[Service]:
    ranges = ((1, MAX_PORT),) if ports is None else ports
    return (Service(protocol, max(1, low), high, own) for low, high in ranges if high)


def _protocol(rule: Rule) -> Protocol:
    protocol = PROTOCOLS.get(rule.protocol or 0)
    if protocol is None:
        raise _left_out(rule, f"of protocol {rule.protocol} no service can be named")
    return protocol


# --- places


def _spots(rule: Rule, rules: Sequence[Rule], home: Surroundings) -> list[_Spot]:
    named = [one for one in rule.remote if one != Group(GroupKind.LOCAL_NETWORKS)]
    scopes = _HOME if len(named) < len(rule.remote) else _EVERYWHERE
    if len(named) > 1:
        raise _left_out(rule, "it asks for two things of the far end at once")
    if named:
        found = [(scope, place) for scope, place in _named(rule, named[0], home) if scope in scopes]
    elif any(_is_twin(rule, other) for other in rules):
        found = [(scope, None) for scope in scopes]
    else:
        found = [spot for scope in scopes for spot in _of_family(scope, rule.family, home)]
    if not found:
        raise _left_out(rule, "in this home it stands for nobody")
    return found


def _is_twin(rule: Rule, other: Rule) -> bool:
    """The same of the other version of IP."""
    if other.family is rule.family or other.family is Family.ETHERNET:
        return False
    icmp = {ICMP, ICMPV6}
    alike = other.protocol == rule.protocol or {other.protocol, rule.protocol} == icmp
    return alike and replace(other, family=rule.family, ace=rule.ace, protocol=rule.protocol) == rule


def _of_family(scope: Scope, family: Family, home: Surroundings) -> Iterator[_Spot]:
    """All of one version of IP in a scope, but this machine: of that the scope `hub` speaks."""
    version = _VERSIONS[family]
    wide = (_GLOBAL[family],) if scope is Scope.INTERNET else (n for n in home.local if n.version == version)
    for network in wide:
        for part in _without(network, home.hub):
            yield scope, network_place(part)


def _without(network: Network, addresses: Iterable[Address]) -> Sequence[Network]:
    parts: list[Network] = [network]
    for address in sorted(a for a in addresses if a.version == network.version):
        parts = [rest for part in parts for rest in _excluded(part, ip_network(address))]
    return parts


def _excluded(network: Network, single: Network) -> Iterable[Network]:
    match network, single:
        case IPv4Network(), IPv4Network() if single.subnet_of(network):
            return network.address_exclude(single)
        case IPv6Network(), IPv6Network() if single.subnet_of(network):
            return network.address_exclude(single)
    return (network,)


def _named(rule: Rule, remote: Remote, home: Surroundings) -> Iterator[_Spot]:
    match remote:
        case DnsName(name):
            try:
                yield Scope.INTERNET, name_place(name)
            except PolicyError as error:
                raise _left_out(rule, f"{name!a} is no name that a rule can hold") from error
        case MacAddress(value):
            if value in home.macs:
                yield _asset(home.macs[value], home)
        case Group():
            yield from _group(remote, rule, home)
        case _:
            scopes = _scopes_of(remote, home)
            for scope in scopes:
                yield scope, network_place(remote)


def _group(group: Group, rule: Rule, home: Surroundings) -> Iterator[_Spot]:
    version = _VERSIONS[rule.family]
    if group.kind is GroupKind.CONTROLLER:
        for address in sorted(a for a in home.controllers.get(group.value, ()) if a.version == version):
            if address not in home.hub:
                scopes = (Scope.INTERNET,) if group == DNS_SERVERS else _scopes_of(ip_network(address), home)
                for scope in scopes:
                    yield scope, network_place(ip_network(address))
    for asset_id in sorted(home.groups.get(group, ())):
        yield _asset(asset_id, home)


def _asset(asset_id: str, home: Surroundings) -> _Spot:
    return Scope.PEERS if asset_id in home.governed else Scope.LAN, asset_place(asset_id)


def _scopes_of(network: Network, home: Surroundings) -> tuple[Scope, ...]:
    """Scopes in which addresses of a network can be."""
    inside = [n for n in (*home.local, *ALWAYS_LOCAL) if n.version == network.version]
    if any(network.prefixlen >= n.prefixlen and network.network_address in n for n in inside):
        return _HOME
    if network.is_global and not any(network.overlaps(n) for n in inside):
        return (Scope.INTERNET,)
    return _EVERYWHERE
