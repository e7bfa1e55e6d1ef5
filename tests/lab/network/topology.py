"""Recipes for a home's wiring: which hosts there are, how their links hang together, who routes, who leases.

A recipe is data and text for `ip`, `nft` and `dnsmasq`; the lab runs it. In `Routed` the hub is the router of its IoT
network, in `Flat` an ordinary host on somebody else's.
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
    """A host that is not a device: the addresses by which others find it, and the `ip` lines that set it up."""

    name: str
    ipv4: str
    ipv6: str
    setup: tuple[str, ...]


class Topology(Protocol):
    """What the lab needs to know of a wiring."""

    @property
    def gateway(self) -> str:
        """The host that holds the devices' bridge, their DHCP and the way out."""

    @property
    def iot(self) -> Segment:
        """The network of the devices; its interface is a bridge of the gateway."""

    @property
    def stations(self) -> tuple[Station, ...]:
        """The hosts that are not devices; `hub`, `laptop` and `internet` are always among them."""

    def wiring(self, pids: dict[str, int]) -> list[str]:
        """`ip` lines for the gateway that make the bridge and the links to the stations."""


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


def _bridge(segment: Segment) -> list[str]:
    return [
        f"link add {segment.interface} address {segment.mac} type bridge forward_delay 0",
        *segment.addresses(),
    ]


def _cable(segment: Segment, mac: str, pid: int) -> list[str]:
    return [
        f"link add {segment.interface} address {segment.mac} type veth peer name eth0 address {mac} netns {pid}",
        *segment.addresses(),
    ]


def _way_out(pid: int) -> list[str]:
    return [
        *_cable(WAN, "02:13:7e:60:00:01", pid),
        f"route add default via {INTERNET.ipv4}",
        f"route add default via {INTERNET.ipv6}",
    ]


def _fixed(ipv4: str, ipv6: str, *, via: Segment | None = None) -> tuple[str, ...]:
    """`ip` lines of a station with one address of each family, and its way to the rest."""
    lines = (f"address add {ipv4}/24 dev eth0", f"address add {ipv6}/64 dev eth0 nodad")
    if via is None:
        return lines
    routes = (f"route add default via {via.ipv4.ip}", f"route add default via {via.ipv6.ip}")
    return ("link set lo up", *lines, "link set eth0 up", *routes)


WAN = Segment("eth-wan", "02:66:00:00:00:03", IPv4Interface("203.0.113.2/24"), IPv6Interface("2001:db8:113::2/64"))
INTERNET = Station(
    "internet",
    SITES[0].ipv4,
    SITES[0].ipv6,
    (
        "link set lo up",
        *(line for site in SITES for line in _fixed(site.ipv4, site.ipv6)),
        "link set eth0 up",
        f"route add fd66::/16 via {WAN.ipv6.ip}",
    ),
)
MASQUERADE = f"""
table ip lab_nat
delete table ip lab_nat
table ip lab_nat {{
    chain postrouting {{
        type nat hook postrouting priority srcnat; policy accept;
        oifname "{WAN.interface}" masquerade
    }}
}}
"""


class Routed:
    """The hub routes: IoT devices on its bridge, the trusted LAN and the WAN on interfaces of their own.

    IPv4 towards the WAN is masqueraded; between LAN and IoT, and for IPv6, nothing is translated.
    """

    gateway = HUB
    iot = Segment("br-iot", "02:66:00:00:00:01", IPv4Interface("10.66.1.1/24"), IPv6Interface("fd66:1::1/64"))
    lan = Segment("eth-lan", "02:66:00:00:00:02", IPv4Interface("10.66.2.1/24"), IPv6Interface("fd66:2::1/64"))
    stations = (
        Station(HUB, "10.66.1.1", "fd66:1::1", ("link set lo up",)),
        Station("laptop", "10.66.2.10", "fd66:2::10", _fixed("10.66.2.10", "fd66:2::10", via=lan)),
        INTERNET,
    )

    def wiring(self, pids: dict[str, int]) -> list[str]:
        """See `Topology`."""
        return [
            *_bridge(self.iot),
            *_cable(self.lan, "02:1a:b7:09:00:10", pids["laptop"]),
            *_way_out(pids["internet"]),
        ]


class Flat:
    """The hub is an ordinary host: it, the laptop and the devices share the segment of somebody else's router."""

    gateway = "router"
    iot = Segment("br-home", "02:66:00:00:00:0f", IPv4Interface("10.66.1.1/24"), IPv6Interface("fd66:1::1/64"))
    stations = (
        Station(HUB, "10.66.1.2", "fd66:1::2", _fixed("10.66.1.2", "fd66:1::2", via=iot)),
        Station("router", "10.66.1.1", "fd66:1::1", ("link set lo up",)),
        Station("laptop", "10.66.1.10", "fd66:1::10", _fixed("10.66.1.10", "fd66:1::10", via=iot)),
        INTERNET,
    )

    def wiring(self, pids: dict[str, int]) -> list[str]:
        """See `Topology`."""
        return [
            *_bridge(self.iot),
            *plug(self.iot, HUB, "02:66:00:00:00:01", pids[HUB]),
            *plug(self.iot, "laptop", "02:1a:b7:09:00:10", pids["laptop"]),
            *_way_out(pids["internet"]),
        ]
