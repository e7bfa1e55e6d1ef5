"""What a host knows about itself, and how it changes its own links and settings."""

from collections import deque
from dataclasses import dataclass, field
import fcntl
from pathlib import Path
import socket
import struct
import subprocess
import threading
import time

from .dhcp import Identity, Lease, obtain, renew

PORT = "eth0"
SIOCGIFHWADDR = 0x8927


@dataclass(slots=True)
class Machine:
    """The state of one host; `port` is its interface to the network it lives in."""

    name: str
    port: str = PORT
    resolver: str | None = None
    identity: Identity | None = None
    lease: Lease | None = None
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    chatter: deque[str] = field(default_factory=lambda: deque(maxlen=5000))

    def ip(self, lines: list[str]) -> None:
        """Run lines of `ip -batch`; raises OSError with the first complaint."""
        done = subprocess.run(
            ["ip", "-batch", "-"], input="\n".join(lines).encode(), capture_output=True, check=False, timeout=10
        )
        if done.returncode:
            raise OSError(done.stderr.decode(errors="replace").strip())

    def sysctl(self, settings: dict[str, str]) -> None:
        """Write settings below net (`ipv4/ip_forward`: `1`) of this host's own network namespace."""
        for name, value in settings.items():
            Path("/proc/sys/net", name).write_text(value)

    def resolve_by(self, server: str) -> None:
        """Ask this DNS server from now on (a lease's server takes its place)."""
        self.resolver = server

    def spawn(self, argv: list[str], until: str, timeout: float = 3.0) -> None:
        """Start a daemon in the foreground and wait until it says `until`; it dies with this process.

        Called on the main thread, because the parent death signal follows the thread that started the child.
        """
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", *argv], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self.children.append(child)
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(child, until, ready), daemon=True).start()
        if not ready.wait(timeout):
            raise OSError(f"{argv[0]} did not start: " + " / ".join(self.chatter))

    def _listen(self, child: subprocess.Popen[bytes], until: str, ready: threading.Event) -> None:
        assert child.stderr is not None
        while line := child.stderr.readline(4096):
            self.chatter.append(line.decode(errors="replace").strip())
            if until in self.chatter[-1]:
                ready.set()

    def feed(self, argv: list[str], text: str) -> str:
        """Run a command with `text` on its standard input; raises OSError with what it said when it fails."""
        done = subprocess.run(argv, input=text.encode(), capture_output=True, check=False, timeout=10)
        if done.returncode:
            raise OSError(done.stderr.decode(errors="replace").strip())
        return done.stdout.decode(errors="replace")

    def say(self) -> list[str]:
        """What this host's daemons said last."""
        return list(self.chatter)

    def join(self, identity: dict[str, str], timeout: float) -> None:
        """Get an address by DHCP, as a device with this identity does, and use it; raises OSError without one."""
        self.identity = Identity(**identity)
        try:
            self._take(obtain(self.port, self.identity, timeout))
        except OSError:
            self.lease = None
            raise

    def renew(self, timeout: float = 2.0) -> None:
        """Renew the lease as at T1 (RFC 2131 section 4.4.5); raises OSError when nobody answers."""
        if self.identity is None or self.lease is None:
            raise OSError("no lease to renew")  # noqa: EM101, TRY003
        self._take(renew(self.port, self.identity, self.lease, timeout))

    def _take(self, lease: Lease) -> None:
        if self.lease is None or self.lease.interface != lease.interface or self.lease.router != lease.router:
            self.ip(
                [
                    f"address flush dev {self.port} scope global permanent",
                    f"address replace {lease.interface} dev {self.port}",
                    f"route replace default via {lease.router} dev {self.port}",
                ]
            )
        self.lease = lease
        self.resolver = lease.resolver

    def change_mac(self, mac: str) -> None:
        """Come back under another MAC with no address at all."""
        self.lease = None
        self.ip(
            [
                f"address flush dev {self.port}",
                f"link set {self.port} down",
                f"link set {self.port} address {mac}",
                f"link set {self.port} up",
            ]
        )

    def addresses(self, timeout: float = 0.0) -> dict[str, str]:
        """MAC, `ipv4`, `ipv6` (global) and `link_local` as far as there are; waits for the global one if asked to."""
        deadline = time.monotonic() + timeout
        found = self._ipv6()
        while "ipv6" not in found and time.monotonic() < deadline:
            time.sleep(0.01)
            found = self._ipv6()
        found["mac"] = self._mac()
        if self.lease is not None:
            found["ipv4"] = self.lease.address
        return found

    def _mac(self) -> str:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:  # /sys belongs to the namespace that mounted it
            row = fcntl.ioctl(sock, SIOCGIFHWADDR, struct.pack("16s24x", self.port.encode()))
        return row[18:24].hex(":")

    def _ipv6(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in Path("/proc/net/if_inet6").read_text().splitlines():
            digits, _, _, scope, flags, port = line.split()
            if port != self.port or int(flags, 16) & 0x40:  # tentative
                continue
            address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))
            if scope == "20":
                found["link_local"] = address
            elif not int(flags, 16) & 0x01:  # the stable one, whatever temporary ones are there
                found["ipv6"] = address
        return found

    def send_raw(self, frame: str) -> None:
        """Send one Ethernet frame, hex-encoded, as it is."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as port:
            port.bind((self.port, 0))
            port.send(bytes.fromhex(frame))
