"""What a host can ask of the network: each probe is one question with a short answer and a time limit in seconds."""

from ipaddress import ip_address
import os
import socket
import ssl
import struct
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from . import dns
from .machine import Machine

MAX_PROBES = 64
MAX_BODY = 1 << 20
ICMP_ECHO = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}


class Probes:
    """The probes of one host."""

    def __init__(self, machine: Machine) -> None:
        """Make them."""
        self._machine = machine
        self._authority: str | None = None

    def trust(self, authority: str) -> None:
        """Verify HTTPS against the CA in this PEM file."""
        self._authority = authority

    def address(self, host: str, timeout: float, family: int = socket.AF_INET) -> str:
        """The address of a host that may already be one."""
        try:
            ip_address(host)
        except ValueError:
            found = self.resolve(host, dns.AAAA if family == socket.AF_INET6 else dns.A, timeout)
            if not found:
                msg = f"{host} has no address"
                raise OSError(msg) from None
            return found[0]
        return host

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """A connected TCP socket; raises OSError."""
        return socket.create_connection((self.address(host, timeout), port), timeout)

    def tcp(self, host: str, port: int, timeout: float) -> bool:
        """Whether a TCP connection opens."""
        try:
            self.connect(host, port, timeout).close()
        except OSError:
            return False
        return True

    def udp(self, host: str, port: int, timeout: float) -> bool:
        """Whether an echo service (RFC 862) answers; asks twice, for a datagram may be lost while ARP looks."""
        token = os.urandom(16)
        deadline = time.monotonic() + timeout
        try:
            target = self.address(host, timeout)
            with socket.socket(_family(target), socket.SOCK_DGRAM) as sock:
                sock.connect((target, port))
                for share in (2, 1):
                    sock.settimeout(max(0.01, (deadline - time.monotonic()) / share))
                    sock.send(token)
                    try:
                        if sock.recv(64) == token:
                            return True
                    except TimeoutError:
                        continue
        except OSError:
            return False
        return False

    def ping(self, host: str, timeout: float) -> bool:
        """Whether an ICMP or ICMPv6 echo comes back."""
        token, number = os.urandom(16), os.urandom(2)
        deadline = time.monotonic() + timeout
        try:
            target = self.address(host, timeout)
            family = _family(target)
            request, reply = ICMP_ECHO[family]
            protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
            packet = struct.pack("!BBH2sH", request, 0, 0, number, 1) + token
            if family == socket.AF_INET:  # the kernel sums ICMPv6 itself
                packet = packet[:2] + _checksum(packet) + packet[4:]
            with socket.socket(family, socket.SOCK_RAW, protocol) as sock:
                sock.sendto(packet, socket.getaddrinfo(target, 0, family)[0][4])
                while (left := deadline - time.monotonic()) > 0:
                    sock.settimeout(left)
                    got = sock.recv(2048)
                    if got.endswith(token) and got[-24] == reply:
                        return True
        except OSError:
            return False
        return False

    def resolve(self, name: str, kind: int = dns.A, timeout: float = 1.0) -> list[str]:
        """The addresses that this host's DNS server gives; raises OSError without an answer."""
        number = int.from_bytes(os.urandom(2))
        server = self._machine.resolver
        if server is None:
            raise OSError("no DNS server")  # noqa: EM101, TRY003
        with socket.socket(_family(server), socket.SOCK_DGRAM) as sock:
            sock.settimeout(timeout)
            sock.connect((server, 53))
            sock.send(dns.query(number, name, kind))
            return dns.addresses(sock.recv(4096), number)

    def http(self, url: str, timeout: float = 2.0, body: str = "") -> dict[str, Any]:
        """GET, or POST a body: `status` and the bounded `body`; HTTPS is verified against the lab's CA."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https"
        with self.connect(host, parts.port or (443 if secure else 80), timeout) as plain:
            sock = self._context().wrap_socket(plain, server_hostname=host) if secure else plain
            head = f"{'POST' if body else 'GET'} {parts.path or '/'} HTTP/1.0\r\nHost: {host}\r\n"
            sock.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answer = b""
            while len(answer) < MAX_BODY and (chunk := sock.recv(65536)):
                answer += chunk
            if secure:
                sock.close()
        status, _, text = answer.partition(b"\r\n\r\n")
        return {"status": int(status.split()[1]), "body": text.decode(errors="replace")}

    def many(self, probes: dict[str, list[Any]], timeout: float) -> dict[str, bool]:
        """Several `[kind, host, port]` at once, by name; as slow as the slowest."""
        if len(probes) > MAX_PROBES:
            msg = f"{len(probes)} probes at once"
            raise ValueError(msg)
        found: dict[str, bool] = {}

        def ask(key: str, kind: str, host: str, port: int) -> None:
            found[key] = {"tcp": self.tcp, "udp": self.udp}[kind](host, port, timeout)

        threads = [threading.Thread(target=ask, args=(key, *probe), daemon=True) for key, probe in probes.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout * 3)
        return {key: found.get(key, False) for key in probes}

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._authority:
            context.load_verify_locations(self._authority)
        return context


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _checksum(packet: bytes) -> bytes:
    """The internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF)
