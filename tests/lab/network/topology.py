"""Recipes for a home's wiring: which hosts there are, how their links hang together, who routes, who leases.

A recipe is data and text for `ip`, `nft` and `dnsmasq`; the lab runs it. `Routed` is a hub that is the router of its
IoT network. Another recipe, such as a hub that is an ordinary host on a flat network, stands beside it.
"""

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface
from typing import Protocol

from .catalogue import SITES

HUB = "hub"
QUICK = {  # seconds that only a real link needs
    "ipv6/conf/all/accept_dad": "0",
    "ipv6/conf/default/accept_dad": "0",
    "ipv6/conf/default/dad_transmits": "0",
    "ipv6/conf/default/router_solicitation_delay": "0",
    "ipv6/conf/default/router_solicitation_interval": "1",
    "ipv4/ip_forward": "0",
}
ROUTER = {"ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1", "ipv6/conf/default/forwarding": "1"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A network of the home and the interface, with its addresses, that the gateway has in it."""

    interface: str
    mac: str
    ipv4: IPv4Interface
    ipv6: IPv6Interface

    def addresses(self) -> list[str]:
        """`ip` lines that give the gateway its addresses."""
        return [
            f"address add {self.ipv4} dev {self.interface}",
            f"address add {self.ipv6} dev {self.interface} nodad",
            f"link set {self.interface} up",
        ]


@dataclass(frozen=True, slots=True)
class Station:
    """A host that is not a device: fixed addresses on its `eth0`."""

    name: str
    ipv4: str
    ipv6: str
    setup: tuple[str, ...]
    resolver: str


class Topology(Protocol):
    """What the lab needs to know of a wiring."""

    @property
    def gateway(self) -> str:
        """The host that holds the devices' bridge, their DHCP and the way out."""

    @property
    def iot(self) -> Segment:
        """The network of the devices; its interface is a bridge of the gateway."""

    @property
    def hub(self) -> tuple[str, str]:
        """The IPv4 and IPv6 address at which the devices find the hub."""

    @property
    def stations(self) -> tuple[Station, ...]:
        """The other hosts: `laptop` and `internet` are always there."""

    def wiring(self, pids: dict[str, int]) -> list[str]:
        """`ip` lines for the gateway that make the bridge and the links to the stations."""

    def masquerade(self) -> str:
        """`nft` text with the gateway's address translation, in a table of the lab's own name."""


def plug(segment: Segment, name: str, mac: str, pid: int) -> list[str]:
    """`ip` lines for the gateway that plug the host of this process into a segment's bridge."""
    port = f"iot-{name}"
    return [
        f"link add {port} type veth peer name eth0 address {mac} netns {pid}",
        f"link set {port} master {segment.interface} up",
    ]


def unplug(name: str) -> list[str]:
    """`ip` lines that pull the plug."""
    return [f"link del iot-{name}"]


def leases(segment: Segment, upstream: str, leasefile: str) -> list[str]:
    """The command of a DHCP, DNS and router-advertisement server for a segment: 150 addresses, SLAAC."""
    start = segment.ipv4.network.network_address + 50
    return [
        "dnsmasq",
        "--no-daemon",  # stays in the foreground and keeps its user: works without a second user id
        "--conf-file=/dev/null",
        "--no-hosts",
        "--no-resolv",
        "--no-ping",
        "--bind-interfaces",
        f"--interface={segment.interface}",
        "--except-interface=lo",
        f"--server={upstream}",
        "--domain=home.test",
        "--local=/home.test/",
        f"--dhcp-range={start},{start + 149},1h",
        f"--dhcp-range={segment.ipv6.network.network_address},ra-only,64",
        "--enable-ra",
        "--dhcp-authoritative",
        "--dhcp-no-override",
        "--log-dhcp",
        f"--dhcp-leasefile={leasefile}",
    ]


def _cable(segment: Segment, mac: str, pid: int) -> str:
    return f"link add {segment.interface} address {segment.mac} type veth peer name eth0 address {mac} netns {pid}"


def _fixed(ipv4: str, ipv6: str) -> list[str]:
    return [f"address add {ipv4} dev eth0", f"address add {ipv6} dev eth0 nodad"]


class Routed:
    """The hub routes: IoT devices on its bridge, the trusted LAN and the WAN on interfaces of their own.

    IPv4 towards the WAN is masqueraded; between LAN and IoT, and for IPv6, nothing is translated.
    """

    gateway = HUB
    iot = Segment("br-iot", "02:66:00:00:00:01", IPv4Interface("10.66.1.1/24"), IPv6Interface("fd66:1::1/64"))
    lan = Segment("eth-lan", "02:66:00:00:00:02", IPv4Interface("10.66.2.1/24"), IPv6Interface("fd66:2::1/64"))
    wan = Segment("eth-wan", "02:66:00:00:00:03", IPv4Interface("203.0.113.2/24"), IPv6Interface("2001:db8:113::2/64"))
    hub = (str(iot.ipv4.ip), str(iot.ipv6.ip))
    stations = (
        Station(
            "laptop",
            "10.66.2.10",
            "fd66:2::10",
            (
                "link set lo up",
                *_fixed("10.66.2.10/24", "fd66:2::10/64"),
                "link set eth0 up",
                "route add default via 10.66.2.1",
                "route add default via fd66:2::1",
            ),
            "203.0.113.1",
        ),
        Station(
            "internet",
            SITES[0].ipv4,
            SITES[0].ipv6,
            (
                "link set lo up",
                *(line for site in SITES for line in _fixed(f"{site.ipv4}/24", f"{site.ipv6}/64")),
                "link set eth0 up",
                "route add fd66::/16 via 2001:db8:113::2",
            ),
            SITES[0].ipv4,
        ),
    )

    def wiring(self, pids: dict[str, int]) -> list[str]:
        """See `Topology`."""
        return [
            "link set lo up",
            f"link add {self.iot.interface} address {self.iot.mac} type bridge forward_delay 0",
            *self.iot.addresses(),
            _cable(self.lan, "02:1a:b7:09:00:10", pids["laptop"]),
            *self.lan.addresses(),
            _cable(self.wan, "02:13:7e:60:00:01", pids["internet"]),
            *self.wan.addresses(),
            f"route add default via {SITES[0].ipv4}",
            f"route add default via {SITES[0].ipv6}",
        ]

    def masquerade(self) -> str:
        """See `Topology`."""
        return (
            "table ip lab_nat\ndelete table ip lab_nat\ntable ip lab_nat {\nchain postrouting {\n"
            "type nat hook postrouting priority srcnat; policy accept;\n"
            f'oifname "{self.wan.interface}" masquerade\n'
            "}\n}\n"
        )
