"""What a host offers: echo, push, HTTP, HTTPS, NTP, DNS, a telnet trap. Every connection is bounded in size and time.

Each service remembers who came, so that a test can ask the far end what really arrived.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
import socket
import ssl
import struct
import threading
import time
from typing import Any

from . import dns

MAX_CONNECTIONS = 256
MAX_BODY = 64 << 20
MAX_SECONDS = 600.0
IDLE = 60.0
NTP_EPOCH = 2_208_988_800  # 1970 counted from 1900 (RFC 5905 section 6)
TELNET_TRIES = 3
MAX_NAMES = 1000
MIN_INTERVAL = 0.001

type Ancillary = list[tuple[int, int, bytes]]
type Peer = tuple[Any, ...]
type Reply = Callable[[bytes], None]


class Services:
    """The listeners of one host; a port is served on IPv4 and IPv6."""

    def __init__(self) -> None:
        """Listen to nothing yet."""
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._sockets: dict[tuple[str, int], socket.socket] = {}
        self._seen: dict[str, Counter[str]] = {}
        self._pushes: dict[Peer, threading.Event] = {}
        self._zone: dict[str, list[str]] = {}
        self._tls: ssl.SSLContext | None = None
        self._streams = {"echo": self._echo, "http": self._http, "https": self._https, "telnet": self._telnet}
        self._datagrams = {"echo": self._echo_one, "push": self._push, "ntp": self._ntp, "dns": self._dns}

    def serve(self, tcp: dict[str, str], udp: dict[str, str]) -> None:
        """Open ports: number -> kind of service."""
        for port, kind in tcp.items():
            listener = socket.create_server(("", int(port)), family=socket.AF_INET6, backlog=64, dualstack_ipv6=True)
            self._open("tcp", int(port), listener, self._accept, self._streams[kind])
        for port, kind in udp.items():
            listener = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            listener.bind(("", int(port)))
            self._open("udp", int(port), listener, self._receive, self._datagrams[kind])

    def withdraw(self, kind: str, port: int) -> None:
        """Close a port."""
        with self._lock:
            listener = self._sockets.pop((kind, port))
        with suppress(OSError):  # an unconnected datagram socket says ENOTCONN, and wakes all the same
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it
        listener.close()

    def zone(self, names: dict[str, list[str]]) -> None:
        """What the DNS service answers."""
        self._zone = names

    def certificate(self, chain: str, key: str) -> None:
        """What the HTTPS service shows: two PEM files."""
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(chain, key)

    def seen(self) -> dict[str, dict[str, int]]:
        """What arrived: service -> {what: how often}."""
        with self._lock:
            return {service: dict(counts) for service, counts in self._seen.items()}

    def _open(self, kind: str, port: int, listener: socket.socket, loop: Any, service: Any) -> None:
        with self._lock:
            self._sockets[kind, port] = listener
        threading.Thread(target=loop, args=(listener, service), daemon=True).start()

    def _note(self, service: str, what: str, count: int = 1) -> None:
        with self._lock:
            counts = self._seen.setdefault(service, Counter())
            counts[what if what in counts or len(counts) < MAX_NAMES else "more"] += count

    def _accept(self, listener: socket.socket, service: Callable[[socket.socket, str], None]) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            if not self._room.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._attend, args=(connection, _plain(peer), service), daemon=True).start()

    def _attend(self, connection: socket.socket, peer: str, service: Callable[[socket.socket, str], None]) -> None:
        try:
            with connection:
                connection.settimeout(IDLE)
                service(connection, peer)
        except OSError, ValueError:
            self._note("broken", peer)
        finally:
            self._room.release()

    def _receive(self, listener: socket.socket, service: Callable[[bytes, Peer, Reply], None]) -> None:
        while True:
            try:
                data, ancillary, _, peer = listener.recvmsg(4096, 128)
            except OSError:
                return
            if not peer:  # shut down
                return

            def reply(answer: bytes, ancillary: Ancillary = ancillary, peer: Peer = peer) -> None:
                listener.sendmsg([answer], ancillary, 0, peer)  # from the address that was asked

            try:
                service(data, peer, reply)
            except OSError, ValueError:
                self._note("broken", _plain(peer))

    def _echo(self, connection: socket.socket, peer: str) -> None:
        self._note("echo", peer)
        while data := connection.recv(65536):
            connection.sendall(data)

    def _http(self, connection: socket.socket, peer: str) -> None:
        self._serve_http("http", connection, peer)

    def _https(self, connection: socket.socket, peer: str) -> None:
        if self._tls is None:
            raise ValueError("no certificate")  # noqa: EM101, TRY003
        with self._tls.wrap_socket(connection, server_side=True) as secure:
            self._serve_http("https", secure, peer)

    def _serve_http(self, service: str, connection: socket.socket, peer: str) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 8192 and (chunk := connection.recv(4096)):
            head += chunk
        head, _, body = head.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
        length = min(int(fields.get("content-length") or 0), MAX_BODY)
        received = len(body)
        while received < length and (chunk := connection.recv(65536)):
            received += len(chunk)
        self._note(service, peer)
        self._note(f"{service} bytes", fields.get("host", ""), received)
        text = f"{fields.get('host', '')} says hello to {peer}\n"
        connection.sendall(
            f"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()
        )

    def _telnet(self, connection: socket.socket, peer: str) -> None:
        """Ask for a login, never grant one: what a Mirai-like scanner meets."""
        with connection.makefile("rb", buffering=512) as lines:
            for _ in range(TELNET_TRIES):
                connection.sendall(b"login: ")
                user = lines.readline(64)
                connection.sendall(b"Password: ")
                if not lines.readline(64):
                    return
                self._note("telnet", f"{peer} {user.decode('latin-1').strip()}")
                connection.sendall(b"Login incorrect\r\n")

    def _echo_one(self, data: bytes, _peer: Peer, reply: Reply) -> None:
        reply(data)

    def _push(self, data: bytes, peer: Peer, reply: Reply) -> None:
        """Send datagrams for a while, unasked: `INTERVAL SECONDS`; nothing more comes from the other side but `0 0`."""
        interval, seconds = (float(word) for word in data[:64].split())
        self._note("push", _plain(peer))
        self._pushes.pop(peer, threading.Event()).set()
        if seconds <= 0 or not self._room.acquire(blocking=False):
            return
        over = self._pushes[peer] = threading.Event()

        def push() -> None:
            end = time.monotonic() + min(seconds, MAX_SECONDS)
            try:
                while (now := time.monotonic()) < end:
                    with suppress(OSError):  # a reject on the way is what is being measured
                        reply(struct.pack("!d", now))
                    if over.wait(max(interval, MIN_INTERVAL)):
                        return
                self._pushes.pop(peer, None)
            finally:
                self._room.release()

        threading.Thread(target=push, daemon=True).start()

    def _ntp(self, data: bytes, peer: Peer, reply: Reply) -> None:
        if len(data) < 48:
            raise ValueError("a torn NTP message")  # noqa: EM101, TRY003
        self._note("ntp", _plain(peer))
        now = int((time.time() + NTP_EPOCH) * (1 << 32)).to_bytes(8)
        reply(struct.pack("!BBBbII4s", 0x24, 1, 6, -20, 0, 0, b"LAB\0") + now + data[40:48] + now + now)

    def _dns(self, data: bytes, _peer: Peer, reply: Reply) -> None:
        _, name, _, _ = dns.question(data)
        self._note("dns", name)
        reply(dns.answer(data, self._zone))


def _plain(peer: Peer) -> str:
    return str(peer[0]).removeprefix("::ffff:")
