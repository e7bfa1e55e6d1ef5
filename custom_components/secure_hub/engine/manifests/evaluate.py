"""Whether rules accept a packet: the meaning of a profile, for tests and for explaining a verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..assets.model import Address
from .matches import ALWAYS_LOCAL
from .model import Decision, Direction, DnsName, Family, Group, GroupKind, MacAddress, Network, PortRange, Remote, Rule


@dataclass(frozen=True, slots=True)
class Flow:
    """Packets of one direction of one conversation, seen from the device.

    `protocol` is the IP protocol number, for `ethernet` the EtherType. What a packet does not have is None; a condition
    on it is then not met. `initiated` is the side that opened the connection.
    """

    direction: Direction
    family: Family
    protocol: int
    remote: Address | None = None
    local: Address | None = None
    remote_port: int | None = None
    local_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    initiated: Direction | None = None
    remote_mac: str | None = None
    local_mac: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What names and abstractions stand for in this home; what is not in it stands for nothing."""

    names: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    groups: Mapping[Group, frozenset[Address]] = field(default_factory=dict)
    local_networks: tuple[Network, ...] = ()

    def holds(self, remote: Remote, address: Address | None, mac: str | None) -> bool:
        """Whether the other end, at `address` and `mac`, is what a condition asks for."""
        match remote:
            case MacAddress(value):
                return mac == value
            case Group(GroupKind.LOCAL_NETWORKS):
                return address is None or any(address in net for net in (*ALWAYS_LOCAL, *self.local_networks))
            case DnsName(name):
                return address in self.names.get(name, ())
            case Group():
                return address in self.groups.get(remote, ())
        return address is not None and address in remote


def decide(rules: Iterable[Rule], flow: Flow, context: Context) -> Rule | None:
    """The first rule that matches; None if none does, which refuses (RFC 8520, section 5)."""
    return next((rule for rule in rules if _matches(rule, flow, context)), None)


def accepts(rules: Iterable[Rule], flow: Flow, context: Context) -> bool:
    """Whether the rules let these packets through."""
    rule = decide(rules, flow, context)
    return rule is not None and rule.decision is Decision.ACCEPT


def _matches(rule: Rule, flow: Flow, context: Context) -> bool:
    return (
        rule.direction is flow.direction
        and rule.family is flow.family
        and rule.protocol in {None, flow.protocol}
        and _within(rule.local_ports, flow.local_port)
        and _within(rule.remote_ports, flow.remote_port)
        and rule.icmp_type in {None, flow.icmp_type}
        and rule.icmp_code in {None, flow.icmp_code}
        and rule.initiated in {None, flow.initiated}
        and all(context.holds(place, flow.remote, flow.remote_mac) for place in rule.remote)
        and all(context.holds(place, flow.local, flow.local_mac) for place in rule.local)
    )


def _within(ranges: tuple[PortRange, ...] | None, port: int | None) -> bool:
    return ranges is None or (port is not None and any(low <= port <= high for low, high in ranges))
