"""The virtual home: `with Lab.routed(DEVICES) as lab`. The calling process becomes the hub's host.

Entering moves the calling thread, and what it starts from then on, into a new network namespace (`isolate=False` where
the caller is in one already). Every other host is a child process with a namespace of its own, so that all of it,
links and rules too, vanishes with the processes. Enter and leave on the same thread, in tests and demo the main one.
Needs CAP_SYS_ADMIN and CAP_NET_ADMIN: root, or a plain user's `unshare -Urn`.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import repeat
import os
from pathlib import Path
import shutil
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Self

from . import certificates
from .catalogue import DEVICES, ECHO, INTERNET_TCP, INTERNET_UDP, SITES, DeviceSpec
from .control import PROGRAMS, Agent, LabError
from .hosts import BRIEF, Device, Host
from .topology import HUB, MASQUERADE, QUICK, ROUTER, Flat, Routed, Station, Topology, leases, plug, unplug

NEEDED = ("ip", "nft", "dnsmasq", "setpriv")
ATTEMPT = """
import os, subprocess, sys
os.unshare(os.CLONE_NEWNET)
open("/proc/sys/net/ipv4/ip_forward", "w").write("1")
for command in ("ip link add probe0 type veth peer name probe1", "nft add table inet probe"):
    if subprocess.run(command.split()).returncode:
        sys.exit(1)
"""
THREAD_NAMESPACE = "/proc/thread-self/ns/net"

DIRECTIONS = tuple(
    f"{way}{family}"
    for way in ("wan", "lan", "hub", "peer", "from_lan", "from_hub", "from_peer", "from_wan")
    for family in (4, 6)
    if (way, family) != ("from_wan", 4)
)


class Lab:
    """A home that runs."""

    def __init__(self, topology: Topology, devices: tuple[DeviceSpec, ...], *, isolate: bool = True) -> None:
        """Plan it; entering builds it."""
        self.topology = topology
        self._specs = devices
        self._isolate = isolate
        self._stack = ExitStack()
        self._hosts: dict[str, Host] = {}
        self._devices: dict[str, Device] = {}
        self._waiting: dict[str, Agent] = {}

    @classmethod
    def routed(cls, devices: tuple[DeviceSpec, ...] = DEVICES, *, isolate: bool = True) -> Self:
        """A home whose hub is the router of its IoT network."""
        return cls(Routed(), devices, isolate=isolate)

    @classmethod
    def flat(cls, devices: tuple[DeviceSpec, ...] = DEVICES, *, isolate: bool = True) -> Self:
        """A home whose hub is one host among others, behind a router that is not ours."""
        return cls(Flat(), devices, isolate=isolate)

    @staticmethod
    def unavailable() -> str | None:
        """Why no lab can run here, or None."""
        missing = [program for program in NEEDED if shutil.which(program, path=PROGRAMS) is None]
        if missing:
            return f"not installed: {', '.join(missing)}"
        done = subprocess.run(
            [sys.executable, "-S", "-c", ATTEMPT], capture_output=True, check=False, text=True, env={"PATH": PROGRAMS}
        )
        return (done.stderr.strip().rpartition("\n")[2] or "no namespaces") if done.returncode else None

    def __enter__(self) -> Self:
        """Build the home; raises LabError with what failed."""
        with ExitStack() as stack:
            if self._isolate:
                home = os.open(THREAD_NAMESPACE, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, home)
                os.unshare(os.CLONE_NEWNET)
                stack.callback(os.setns, home, os.CLONE_NEWNET)
            self._folder = Path(stack.enter_context(TemporaryDirectory(prefix="virtual-home-")))
            stack.callback(self._end)
            self._build()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End every host; the calling thread returns to the namespace that it came from."""
        self._stack.close()

    @property
    def hub(self) -> Host:
        """This host, as a peer of the others: its probes run in a child in the hub's namespace."""
        return self._hosts[HUB]

    @property
    def laptop(self) -> Host:
        """The administrator's machine in the trusted LAN."""
        return self._hosts["laptop"]

    @property
    def internet(self) -> Host:
        """Everything beyond the WAN."""
        return self._hosts["internet"]

    @property
    def gateway(self) -> Host:
        """The host that holds the devices' bridge: in the routed home the hub."""
        return self._hosts[self.topology.gateway]

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices that are switched on, in the order in which they came."""
        return tuple(self._devices.values())

    def device(self, name: str) -> Device:
        """A device by its name; raises KeyError."""
        return self._devices[name]

    def add_device(self, spec: DeviceSpec, within: float = 3.0) -> Device:
        """Plug a device in and let it join; held off by a firewall, it is there without addresses."""
        return self._plug((spec,), within)[0]

    def power_cut(self, name: str) -> DeviceSpec:
        """Switch a device off as a power cut does, without a goodbye; `add_device` brings it back."""
        device = self._devices.pop(name)
        self.gateway.agent.call("ip", lines=unplug(name))  # first, for with the process the kernel takes the link too
        device.agent.close()
        return device.spec

    def masquerade(self) -> None:
        """Put the gateway's address translation (back) in place, as after a foreign `nft flush ruleset`."""
        self.gateway.nft(MASQUERADE)

    def said(self) -> list[str]:
        """The last lines of the DHCP and DNS server's log."""
        return list(self.gateway.agent.call("say"))

    def matrix(self, device: Device, *, peer: Device | None = None, timeout: float = BRIEF) -> dict[str, bool]:
        """What a device can reach and who reaches it, by TCP, all asked at once.

        `wan4`, `lan6`, `hub4`, `peer6` ... are outward, `from_lan4`, `from_hub6`, `from_peer4`, `from_wan6` inward
        (nobody on the WAN has a route to a private IPv4 address). The peer is the first other device unless told;
        without one, or without an address, the answer is False.
        """
        peer = peer or next((other for other in self.devices if other is not device), None)
        outward = {
            **_pair("wan", self.internet),
            **_pair("lan", self.laptop),
            **_pair("hub", self.hub),
            **(_pair("peer", peer) if peer else {}),
        }
        callers = {"from_lan": self.laptop, "from_hub": self.hub, "from_peer": peer, "from_wan": self.internet}
        inward = {key: (caller, _pair(key, device)) for key, caller in callers.items() if caller is not None}
        inward["from_wan"][1].pop("from_wan4", None)
        found = dict.fromkeys(DIRECTIONS, False)
        with ThreadPoolExecutor(len(inward) + 1) as pool:
            answers = [pool.submit(device.probe, outward, timeout)]
            answers += [pool.submit(caller.probe, probes, timeout) for caller, probes in inward.values()]
            for answer in answers:
                found |= answer.result()
        return found

    def _build(self) -> None:
        topology = self.topology
        for station in topology.stations:
            agent = Agent(station.name, own_namespace=station.name != HUB)
            self._hosts[station.name] = Host(station.name, agent, station.ipv4, station.ipv6)
        self._waiting = {spec.name: Agent(spec.name) for spec in self._specs}  # processes start while links are made
        certificates.issue(self._folder, [name for site in SITES for name in site.names])
        for agent in (*(host.agent for host in self._hosts.values()), *self._waiting.values()):
            agent.call("sysctl", settings=QUICK)
        gateway = self.gateway.agent
        gateway.call("sysctl", settings=ROUTER)
        gateway.call("ip", lines=topology.wiring({name: host.pid for name, host in self._hosts.items()}))
        for station in topology.stations:
            self._settle(station)
        self.masquerade()
        argv = leases(topology.iot, SITES[0].ipv4, str(self._folder / "leases"))
        gateway.call("spawn", argv=argv, until="started, version")
        self._plug(self._specs, 3.0)
        silent = [device.name for device in self.devices if not device.has_ipv4]
        if silent:
            msg = f"no lease for {', '.join(silent)}: {self.said()[-20:]}"
            raise LabError(msg)

    def _settle(self, station: Station) -> None:
        agent = self._hosts[station.name].agent
        agent.call("ip", lines=list(station.setup))
        agent.call("resolve_by", server=SITES[0].ipv4)
        agent.call("trust", authority=str(self._folder / "ca.pem"))
        tcp, udp = {ECHO: "echo"}, {ECHO: "echo"}
        if station.name == "internet":
            agent.call("zone", names={name: [site.ipv4, site.ipv6] for site in SITES for name in site.names})
            agent.call("certificate", chain=str(self._folder / "chain.pem"), key=str(self._folder / "key.pem"))
            tcp, udp = tcp | INTERNET_TCP, udp | INTERNET_UDP
        agent.call("serve", tcp=tcp, udp=udp)

    def _plug(self, specs: tuple[DeviceSpec, ...], within: float) -> list[Device]:
        """Plug devices in, all at once."""
        started = {spec.name: Agent(spec.name) for spec in specs if spec.name not in self._waiting}
        devices = [Device(spec, started.get(spec.name) or self._waiting.pop(spec.name)) for spec in specs]
        self._devices |= {device.name: device for device in devices}
        with ThreadPoolExecutor(max(1, len(devices))) as pool:
            list(pool.map(self._switch_on, devices, repeat(within)))
        return devices

    def _switch_on(self, device: Device, within: float) -> None:
        spec, agent = device.spec, device.agent
        private = {"ipv6/conf/default/use_tempaddr": "2"} if spec.private else {}
        agent.call("sysctl", settings=QUICK | private)
        self.gateway.agent.call("ip", lines=plug(self.topology.iot, spec.name, spec.mac, agent.pid))
        agent.call("trust", authority=str(self._folder / "ca.pem"))
        agent.call("serve", tcp={ECHO: "echo", **dict(spec.tcp)}, udp={ECHO: "echo", **dict(spec.udp)})
        agent.call("ip", lines=["link set lo up", "link set eth0 up"])
        device.join(within)

    def _end(self) -> None:
        agents = [host.agent for host in (*self._devices.values(), *self._hosts.values())]
        for agent in (*self._waiting.values(), *agents):
            agent.close()
        self._waiting.clear()
        self._devices.clear()
        self._hosts.clear()


def _pair(key: str, host: Host) -> dict[str, tuple[str, str, int]]:
    """TCP probes of a host's echo service by both of its addresses, as far as it has them."""
    found = {}
    for family in (4, 6):
        try:
            found[f"{key}{family}"] = ("tcp", host.ipv4 if family == 4 else host.ipv6, ECHO)
        except LabError:
            continue
    return found
