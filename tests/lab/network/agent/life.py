"""Normal life: what a device does when nobody attacks anybody."""

from collections.abc import Callable, Iterator
import os
import socket
import time

from . import dns
from .machine import Machine
from .probes import Probes

MDNS, SSDP = ("224.0.0.251", 5353), ("239.255.255.250", 1900)
STEP = 0.1

type Habit = Callable[[Machine, Probes, str], bool]


def live(machine: Machine, probes: Probes, habits: list[list[str | float]]) -> Iterator[bool | None]:
    """Do `[habit, every_seconds, target]` again and again; None while none of them is due."""
    due = [(time.monotonic() + index * STEP, index) for index in range(len(habits))]
    while due:
        when, index = min(due)
        time.sleep(min(STEP, max(0.0, when - time.monotonic())))
        if time.monotonic() < when:
            yield None
            continue
        kind, every, target = habits[index]
        due[due.index((when, index))] = (time.monotonic() + float(every), index)
        try:
            answered = HABITS[str(kind)](machine, probes, str(target))
        except OSError, ValueError:
            answered = False
        yield answered


def _cloud(_machine: Machine, probes: Probes, url: str) -> bool:
    return bool(probes.http(url)["status"] == 200)


def _poll(_machine: Machine, probes: Probes, target: str) -> bool:
    host, _, port = target.rpartition(":")
    return probes.tcp(host, int(port), 1.0)


def _lookup(_machine: Machine, probes: Probes, name: str) -> bool:
    return bool(probes.resolve(name))


def _renew(machine: Machine, _probes: Probes, _target: str) -> bool:
    machine.renew(1.0)
    return True


def _ntp(_machine: Machine, probes: Probes, server: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(1.0)
        sock.connect((probes.address(server, 1.0), 123))
        sock.send(b"\x23" + bytes(39) + os.urandom(8))
        return len(sock.recv(512)) >= 48


def _mdns(_machine: Machine, _probes: Probes, service: str) -> bool:
    return _shout(dns.query(0, service, dns.PTR), MDNS)


def _ssdp(_machine: Machine, _probes: Probes, kind: str) -> bool:
    return _shout(
        b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n'
        + f"ST: {kind}\r\n\r\n".encode(),
        SSDP,
    )


def _shout(packet: bytes, group: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(packet, group) == len(packet)


HABITS: dict[str, Habit] = {
    "cloud": _cloud,
    "poll": _poll,
    "lookup": _lookup,
    "renew": _renew,
    "ntp": _ntp,
    "mdns": _mdns,
    "ssdp": _ssdp,
}
