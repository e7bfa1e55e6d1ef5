"""One entry of an access list (ACE) to rules: every match it names, or an error; never less than it names.

RFC 8520, section 3.9 asks to ignore nodes that are not understood. Without one of its matches an entry would allow
more than it says, so it is the entry that is ignored, and a problem says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from . import draft, leaves
from .i_json import Json
from .model import (
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    ICMP,
    ICMPV6,
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
    Remote,
    Rule,
)

MODULE = "ietf-access-control-list"
_EVERY = frozenset(Family)
_IP = frozenset({Family.IPV4, Family.IPV6})
_ACL_TYPES: Mapping[str, frozenset[Family]] = {
    "ipv4-acl-type": frozenset({Family.IPV4}),
    "ipv6-acl-type": frozenset({Family.IPV6}),
    "eth-acl-type": _EVERY,
    "ethernet-acl-type": _EVERY,  # the drafts' name
    "mixed-eth-ipv4-acl-type": frozenset({Family.IPV4, Family.ETHERNET}),
    "mixed-eth-ipv6-acl-type": frozenset({Family.IPV6, Family.ETHERNET}),
    "mixed-eth-ipv4-ipv6-acl-type": _EVERY,
}
_HEADERS = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}
_TRANSPORTS = {"tcp": frozenset({TCP}), "udp": frozenset({UDP}), "icmp": frozenset({ICMP, ICMPV6})}
_KNOWN = frozenset({"eth", "ietf-mud:mud", *_HEADERS, *_TRANSPORTS})
_BROADCAST = MacAddress("ff:ff:ff:ff:ff:ff")
_LIMITED_BROADCAST = IPv4Network("255.255.255.255/32")
ALWAYS_LOCAL: tuple[Network, ...] = (
    _LIMITED_BROADCAST,
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("224.0.0.0/4"),
    IPv6Network("::1/128"),
    IPv6Network("fe80::/10"),
    IPv6Network("ff00::/8"),
)
"""What `local-networks` holds in every home: nothing sent there follows a default route (RFC 8520, section 4.5).

Multicast is forwarded by group membership, not by the default route, and a home's router forwards none of it.
"""


@dataclass(slots=True)
class _Conditions:
    """What an entry was found to ask for, as it is read."""

    direction: Direction
    families: frozenset[Family]
    protocol: int | None = None
    remote: list[Remote] = field(default_factory=list)
    local: list[Network | MacAddress] = field(default_factory=list)
    local_ports: tuple[PortRange, ...] | None = None
    remote_ports: tuple[PortRange, ...] | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    initiated: Direction | None = None

    def narrow(self, families: Collection[Family], where: str) -> None:
        """Keep the families that this match can be true for."""
        self.families = self.families.intersection(families)
        if not self.families:
            raise MudError(where=where, reason="contradicts the type of the list or another match")

    def is_remote(self, side: str) -> bool:
        """Whether `source` or `destination` is the other end: packets from the device have it as destination."""
        return (side == "destination") is (self.direction is Direction.FROM_DEVICE)


def families_of(acl_type: Json) -> frozenset[Family]:
    """What the type of an access list restricts its entries to; a list without a type restricts nothing."""
    if acl_type is None:
        return _EVERY
    name = leaves.identity(acl_type, "type", MODULE)
    if name not in _ACL_TYPES:
        raise MudError(where="type", reason=f"{leaves.quoted(name)} is no type of access list known here")
    return _ACL_TYPES[name]


def decision_of(actions: Json) -> Decision:
    """The forwarding action; other actions (logging) are ignored, as RFC 8520, section 2 asks."""
    node = leaves.container(actions, "actions")
    if "forwarding" not in node:
        raise MudError(where="actions", reason="has no forwarding action")
    name = leaves.identity(node["forwarding"], "actions/forwarding", MODULE)
    try:
        return Decision(name)
    except ValueError as error:
        raise MudError(where="actions/forwarding", reason="must be accept, drop or reject") from error


def compile_matches(
    matches: Json, direction: Direction, families: frozenset[Family], *, is_draft: bool
) -> tuple[Rule, ...]:
    """The rules of one entry, one a family, as if it accepted and had no name; the caller puts in both.

    `families` are those of its list. Raises MudError for a match that is unknown, malformed or contradicts another.
    """
    node = leaves.container(matches, "matches")
    if is_draft:
        node = draft.standard_matches(node)
    if unknown := sorted(node.keys() - _KNOWN):
        raise MudError(where="matches", reason=f"{leaves.quoted(unknown[0])} is not understood")
    found = _Conditions(direction, families)
    header = _only_one(node, _HEADERS)
    transport = _only_one(node, _TRANSPORTS)
    if header:
        found.narrow({_HEADERS[header]}, header)
        _read_header(leaves.container(node[header], header), _HEADERS[header], found)
    if transport:
        found.narrow(_IP, transport)
        _read_transport(leaves.container(node[transport], transport), transport, found, is_draft=is_draft)
    if "ietf-mud:mud" in node:
        _read_groups(leaves.container(node["ietf-mud:mud"], "ietf-mud:mud"), found)
    if "eth" in node:
        _read_ethernet(leaves.container(node["eth"], "eth"), found)
    return tuple(_rule(found, family, transport) for family in sorted(found.families))


def _only_one(node: Mapping[str, Json], names: Collection[str]) -> str | None:
    present = sorted(node.keys() & names)
    if len(present) > 1:
        raise MudError(where="matches", reason=f"{' and '.join(present)} exclude each other")
    return present[0] if present else None


def _read_ethernet(node: Mapping[str, Json], found: _Conditions) -> None:
    for name, leaf in node.items():
        where = f"eth/{name}"
        match name:
            case "source-mac-address" | "destination-mac-address":
                address = leaves.mac_address(leaf, where)
                side = name.partition("-")[0]
                (found.remote if found.is_remote(side) else found.local).append(address)
            case "source-mac-address-mask" | "destination-mac-address-mask":
                if leaves.mac_address(leaf, where) != _BROADCAST or name.removesuffix("-mask") not in node:
                    raise MudError(where=where, reason="only the mask of a single address is understood")
            case "ethertype":
                ethertype = leaves.ethertype(leaf, where)
                if ethertype == ETHERTYPE_IPV4:
                    found.narrow({Family.IPV4}, where)
                elif ethertype == ETHERTYPE_IPV6:
                    found.narrow({Family.IPV6}, where)
                else:
                    found.narrow({Family.ETHERNET}, where)
                    found.protocol = ethertype
            case _:
                raise MudError(where="eth", reason=f"{leaves.quoted(name)} is not understood")


def _read_header(node: Mapping[str, Json], family: Family, found: _Conditions) -> None:
    for name, leaf in node.items():
        where = f"{family}/{name}"
        if name == "protocol":
            found.protocol = leaves.integer(leaf, where, 0, 255)
        elif name in {f"source-{family}-network", f"destination-{family}-network"}:
            _place(leaves.network(leaf, where, family), name.partition("-")[0], where, found)
        elif name in {"ietf-acldns:src-dnsname", "ietf-acldns:dst-dnsname"}:
            side = "source" if name.endswith("src-dnsname") else "destination"
            _place(leaves.host(leaf, where, family), side, where, found)
        else:
            raise MudError(where=family, reason=f"{leaves.quoted(name)} is not understood")


def _place(place: Network | DnsName, side: str, where: str, found: _Conditions) -> None:
    if not found.is_remote(side):
        if isinstance(place, DnsName):
            raise MudError(where=where, reason=f"names the device itself in a {found.direction} policy")
        found.local.append(place)
        return
    for other in found.remote:
        if (
            isinstance(other, IPv4Network | IPv6Network)
            and not isinstance(place, DnsName)
            and not place.overlaps(other)
        ):
            raise MudError(where=where, reason="contradicts another address of the entry")
    found.remote.append(place)


def _read_transport(node: Mapping[str, Json], transport: str, found: _Conditions, *, is_draft: bool) -> None:
    if found.protocol is not None and found.protocol not in _TRANSPORTS[transport]:
        raise MudError(where=transport, reason=f"contradicts protocol {found.protocol}")
    if transport != "icmp":
        (found.protocol,) = _TRANSPORTS[transport]
    for name, leaf in node.items():
        where = f"{transport}/{name}"
        match transport, name:
            case "tcp" | "udp", "source-port" | "destination-port":
                ranges = leaves.ports(leaf, where, draft=is_draft)
                if found.is_remote(name.partition("-")[0]):
                    found.remote_ports = ranges
                else:
                    found.local_ports = ranges
            case "tcp", "ietf-mud:direction-initiated":
                found.initiated = _direction(leaf, where)
            case "icmp", "type":
                found.icmp_type = leaves.integer(leaf, where, 0, 255)
            case "icmp", "code":
                found.icmp_code = leaves.integer(leaf, where, 0, 255)
            case _:
                raise MudError(where=transport, reason=f"{leaves.quoted(name)} is not understood")


def _direction(value: Json, where: str) -> Direction:
    name = leaves.text(value, where, 16)
    try:
        return Direction(name)
    except ValueError as error:
        raise MudError(where=where, reason="must be from-device or to-device") from error


def _read_groups(node: Mapping[str, Json], found: _Conditions) -> None:
    for name, leaf in node.items():
        where = f"ietf-mud:mud/{name}"
        match name:
            case GroupKind.SAME_MANUFACTURER | GroupKind.LOCAL_NETWORKS | GroupKind.MY_CONTROLLER:
                leaves.empty(leaf, where)
                found.remote.append(Group(GroupKind(name)))
            case GroupKind.MANUFACTURER:
                found.remote.append(Group(GroupKind.MANUFACTURER, leaves.dns_name(leaf, where)))
            case GroupKind.MODEL | GroupKind.CONTROLLER:
                found.remote.append(Group(GroupKind(name), leaves.uri(leaf, where)))
            case _:
                raise MudError(where="ietf-mud:mud", reason=f"{leaves.quoted(name)} is not understood")


def _rule(found: _Conditions, family: Family, transport: str | None) -> Rule:
    protocol = found.protocol
    if transport == "icmp":
        own = ICMP if family is Family.IPV4 else ICMPV6
        if protocol not in {None, own}:
            raise MudError(where="icmp", reason=f"contradicts protocol {protocol} of {family}")
        protocol = own
    return Rule(
        direction=found.direction,
        family=family,
        decision=Decision.ACCEPT,
        ace="",
        protocol=protocol,
        remote=_without_implied(found.remote),
        local=tuple(found.local),
        local_ports=found.local_ports,
        remote_ports=found.remote_ports,
        icmp_type=found.icmp_type,
        icmp_code=found.icmp_code,
        initiated=found.initiated,
    )


def _without_implied(remote: list[Remote]) -> tuple[Remote, ...]:
    """Leave out conditions that another one already implies, so that equal meaning reads equal.

    A network that is local everywhere implies `local-networks`, and the limited broadcast address implies its frame.
    """
    networks = [place for place in remote if isinstance(place, IPv4Network | IPv6Network)]
    implied: set[Remote] = set()
    if any(_is_local_everywhere(place) for place in networks):
        implied.add(Group(GroupKind.LOCAL_NETWORKS))
    if _LIMITED_BROADCAST in networks:
        implied.add(_BROADCAST)
    return tuple(dict.fromkeys(place for place in remote if place not in implied))


def _is_local_everywhere(place: Network) -> bool:
    return any(place.prefixlen >= wide.prefixlen and place.network_address in wide for wide in ALWAYS_LOCAL)
