"""What a MUD file says, read a second time and otherwise: straight from its JSON, packet by packet.

It knows nothing of rules: a packet has a source and a destination, and every leaf of an entry is a question about it.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from custom_components.secure_hub.engine.manifests.evaluate import Context, Flow
from custom_components.secure_hub.engine.manifests.model import Direction, Family, Group, GroupKind

type Packet = Mapping[str, Any]

_OPERATORS: Mapping[str, Callable[[int, int], bool]] = {
    "eq": int.__eq__,
    "neq": int.__ne__,
    "lte": int.__le__,
    "gte": int.__ge__,
}
_NEVER_ROUTED = [
    ip_network(text)
    for text in ("255.255.255.255", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::1", "fe80::/10", "ff00::/8")
]


def oracle(document: Mapping[str, Any], flow: Flow, context: Context) -> bool:
    """Whether the document lets the packets of a flow pass: the first entry that matches decides."""
    lists = {acl["name"]: acl for acl in document["ietf-access-control-list:acls"]["acl"]}
    policy = document["ietf-mud:mud"][f"{flow.direction.value}-policy"]["access-lists"]["access-list"]
    packet = _packet(flow)
    for reference in policy:
        acl = lists[reference["name"]]
        for ace in acl["aces"]["ace"]:
            if _is_type(acl["type"], packet) and _meets(ace.get("matches", {}), packet, context):
                return bool(ace["actions"]["forwarding"] == "accept")
    return False


def _packet(flow: Flow) -> Packet:
    device = {"ip": flow.local, "port": flow.local_port, "mac": flow.local_mac}
    other = {"ip": flow.remote, "port": flow.remote_port, "mac": flow.remote_mac}
    is_from = flow.direction is Direction.FROM_DEVICE
    ethertypes = {Family.IPV4: 0x0800, Family.IPV6: 0x86DD}
    return {
        "source": device if is_from else other,
        "destination": other if is_from else device,
        "other": other,
        "ethertype": ethertypes.get(flow.family, flow.protocol),
        "protocol": None if flow.family is Family.ETHERNET else flow.protocol,
        "type": flow.icmp_type,
        "code": flow.icmp_code,
        "direction-initiated": flow.initiated,
    }


def _is_type(acl_type: str, packet: Packet) -> bool:
    is_ip = packet["ethertype"] in {0x0800, 0x86DD}
    types = {
        "ipv4-acl-type": packet["ethertype"] == 0x0800,
        "ipv6-acl-type": packet["ethertype"] == 0x86DD,
        "eth-acl-type": True,
        "mixed-eth-ipv4-acl-type": packet["ethertype"] == 0x0800 or not is_ip,
        "mixed-eth-ipv6-acl-type": packet["ethertype"] == 0x86DD or not is_ip,
    }
    return bool(types[acl_type])


def _meets(matches: Mapping[str, Any], packet: Packet, context: Context) -> bool:
    present = {
        "eth": True,
        "ipv4": packet["ethertype"] == 0x0800,
        "ipv6": packet["ethertype"] == 0x86DD,
        "tcp": packet["protocol"] == 6,
        "udp": packet["protocol"] == 17,
        "icmp": packet["protocol"] == (1 if packet["ethertype"] == 0x0800 else 58),
        "ietf-mud:mud": True,
    }
    return all(
        present[container] and all(_is_true(container, leaf, value, packet, context) for leaf, value in leaves.items())
        for container, leaves in matches.items()
    )


def _is_true(container: str, leaf: str, value: Any, packet: Packet, context: Context) -> bool:
    if container == "ietf-mud:mud":
        return _is_member(leaf, value, packet["other"]["ip"], context)
    side = packet["destination" if leaf.startswith("dest") or ":dst-" in leaf else "source"]
    if leaf.endswith("-network"):
        return side["ip"] in ip_network(value)
    if leaf.endswith("dnsname"):
        return side["ip"] in context.names.get(value, ())
    if leaf.endswith("-port"):
        return _is_port(value, side["port"])
    if leaf.endswith("mac-address"):
        return bool(side["mac"] == value)
    return bool(packet[leaf.removeprefix("ietf-mud:")] == value)


def _is_port(node: Mapping[str, Any], port: int) -> bool:
    if "lower-port" in node:
        return bool(node["lower-port"] <= port <= node["upper-port"])
    return _OPERATORS[node.get("operator", "eq")](port, node["port"])


def _is_member(leaf: str, value: Any, address: Any, context: Context) -> bool:
    if leaf == "local-networks":
        return address is None or any(address in net for net in (*_NEVER_ROUTED, *context.local_networks))
    group = Group(GroupKind(leaf), "" if value == [None] else value)
    return address in context.groups.get(group, ())


NAMES = {
    "cloud.example.com": ("192.0.2.1", "2001:db8::1"),
    "time.example.net": ("192.0.2.77", "2001:db8::77"),
}
GROUPS = {
    Group(GroupKind.SAME_MANUFACTURER): ("10.0.0.9", "fd00::9"),
    Group(GroupKind.MANUFACTURER, "other.example.org"): ("10.0.0.8",),
    Group(GroupKind.MODEL, "https://other.example.org/bulb"): ("10.0.0.8", "fd00::8"),
    Group(GroupKind.CONTROLLER, "urn:ietf:params:mud:dns"): ("10.0.0.1", "fd00::1"),
    Group(GroupKind.MY_CONTROLLER): ("10.0.0.1",),
}
HOME = Context(
    names={name: frozenset(map(ip_address, found)) for name, found in NAMES.items()},
    groups={group: frozenset(map(ip_address, found)) for group, found in GROUPS.items()},
    local_networks=(ip_network("10.0.0.0/24"), ip_network("fd00::/64")),
)
DEVICE = {Family.IPV4: IPv4Address("10.0.0.5"), Family.IPV6: ip_address("fd00::5")}
