"""What a MUD file says: its description, the rules that it compiles to, and what was left out of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

type Network = IPv4Network | IPv6Network
type PortRange = tuple[int, int]
"""First and last port, both included."""

TCP = 6
UDP = 17
ICMP = 1
ICMPV6 = 58
ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_IPV6 = 0x86DD
MAX_PORT = 0xFFFF


class MudError(Exception):
    """A file, or one entry of it, that cannot be used: `where` in the file, and the `reason`."""

    def __init__(self, *, where: str, reason: str) -> None:
        """Keep both parts for whoever tells the user."""
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the file says and the rules do not: `where` in the file, and the `reason`."""

    where: str
    reason: str


class Direction(StrEnum):
    """Which way packets go; as `initiated`, which side opened the connection (RFC 8520, section 4.8)."""

    FROM_DEVICE = "from-device"
    TO_DEVICE = "to-device"


class Family(StrEnum):
    """What a frame carries. The three are disjoint: `ethernet` is a frame with neither IPv4 nor IPv6 inside."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    ETHERNET = "ethernet"


class Decision(StrEnum):
    """Forwarding actions of RFC 8519; RFC 8520 lets `reject` be treated as `drop`."""

    ACCEPT = "accept"
    DROP = "drop"
    REJECT = "reject"


class GroupKind(StrEnum):
    """Abstractions that stand for addresses only the local network knows (RFC 8520, section 4)."""

    MANUFACTURER = "manufacturer"
    SAME_MANUFACTURER = "same-manufacturer"
    MODEL = "model"
    LOCAL_NETWORKS = "local-networks"
    CONTROLLER = "controller"
    MY_CONTROLLER = "my-controller"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """An abstraction; `value` is the authority, MUD URL or class URI for those kinds that name one."""

    kind: GroupKind
    value: str = ""


@dataclass(frozen=True, slots=True, order=True)
class DnsName:
    """A DNS name, lower case without the final dot; it stands for the addresses the device learned for it."""

    name: str


@dataclass(frozen=True, slots=True, order=True)
class MacAddress:
    """An EUI-48, `aa:bb:cc:dd:ee:ff`."""

    value: str


type Remote = Network | DnsName | Group | MacAddress


@dataclass(frozen=True, slots=True)
class Rule:
    """What one entry (ACE) asks for packets of one direction and family.

    `protocol` is the IP protocol number, for `ethernet` the EtherType; None is any. All of `remote` and all of `local`
    (conditions on the device's own address) must hold; an empty tuple is any. Ports are sorted ranges of which one
    must hold; None is any. `initiated` None is either side. `ace` is the name of the entry.
    """

    direction: Direction
    family: Family
    decision: Decision
    ace: str
    protocol: int | None = None
    remote: tuple[Remote, ...] = ()
    local: tuple[Network | MacAddress, ...] = ()
    local_ports: tuple[PortRange, ...] | None = None
    remote_ports: tuple[PortRange, ...] | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    initiated: Direction | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a MUD file says of itself and its device (RFC 8520, section 3); `cache_validity` is in hours.

    `mud_signature` and `documentation` may be relative to `mud_url`, as published files have them.
    """

    mud_url: str
    last_update: datetime
    is_supported: bool
    cache_validity: int = 48
    mud_signature: str | None = None
    systeminfo: str | None = None
    mfg_name: str | None = None
    model_name: str | None = None
    firmware_rev: str | None = None
    software_rev: str | None = None
    documentation: str | None = None
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A compiled MUD file: its rules in the order in which they are tried, and what could not be compiled."""

    description: Description
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
