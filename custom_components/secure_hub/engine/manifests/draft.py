"""The pre-standard `access-lists` container, rewritten into the words of RFC 8519.

Drafts of the ACL model (draft-ietf-netmod-acl-model-10 to -14) and the MUD files written in their time name the same
things otherwise, and put ports into the address container. Nothing is guessed: a member that has no standard
counterpart is kept under its own name, for the compiler to refuse.
"""

from collections.abc import Mapping

from .i_json import Json
from .model import TCP, UDP, MudError

_ACL_NAMES = {"acl-name": "name", "acl-type": "type", "access-list-entries": "aces"}
_ACE_NAMES = {"rule-name": "name"}
_MATCH_NAMES = {
    "eth-acl": "eth",
    "ipv4-acl": "ipv4",
    "ipv6-acl": "ipv6",
    "tcp-acl": "tcp",
    "udp-acl": "udp",
    "icmp-acl": "icmp",
}
_PORT_NAMES = {
    f"{side}-port-range{suffix}": f"{side}-port"
    for side in ("source", "destination")
    for suffix in ("", "-or-operator")
}
_TRANSPORTS = {TCP: "tcp", UDP: "udp"}


def standard_acl(node: Mapping[str, Json]) -> dict[str, Json]:
    """One access list, or a reference to one, with the members of RFC 8519."""
    return _renamed(node, _ACL_NAMES, "access list")


def standard_ace(node: Mapping[str, Json]) -> dict[str, Json]:
    """One entry with the members of RFC 8519, its matches still as they were."""
    return _renamed(node, _ACE_NAMES, "entry")


def standard_matches(node: Mapping[str, Json]) -> dict[str, Json]:
    """The matches of one entry; ports found beside the addresses move to the transport that `protocol` names."""
    matches = _renamed(node, _MATCH_NAMES, "matches")
    for name in ("tcp", "udp"):
        transport = matches.get(name)
        if isinstance(transport, dict):
            matches[name] = _renamed(transport, _PORT_NAMES, name)
    for family in ("ipv4", "ipv6"):
        header = matches.get(family)
        if isinstance(header, dict):
            _move_ports(matches, family, _renamed(header, _PORT_NAMES, family))
    return matches


def _move_ports(matches: dict[str, Json], family: str, header: dict[str, Json]) -> None:
    ports: dict[str, Json] = {name: header.pop(name) for name in ("source-port", "destination-port") if name in header}
    matches[family] = header
    if not ports:
        return
    protocol = header.get("protocol")
    name = _TRANSPORTS.get(protocol) if type(protocol) is int else None
    if name is None:
        raise MudError(where=family, reason="has ports, and its protocol is neither TCP nor UDP")
    transport = matches.get(name, {})
    if not isinstance(transport, dict) or transport.keys() & ports:
        raise MudError(where=name, reason="says its ports twice")
    matches[name] = {**transport, **ports}


def _renamed(node: Mapping[str, Json], names: Mapping[str, str], where: str) -> dict[str, Json]:
    renamed = {names.get(name, name): value for name, value in node.items()}
    if len(renamed) != len(node):
        raise MudError(where=where, reason="says one thing under its old and its new name")
    return renamed
