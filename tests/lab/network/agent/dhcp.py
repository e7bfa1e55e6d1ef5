"""A small DHCP client (RFC 2131, options of RFC 2132): DISCOVER, REQUEST, renew. No raw sockets, no state on disk."""

from contextlib import suppress
from dataclasses import dataclass
import os
import socket
import struct
import time
from typing import Self

SERVER_PORT, CLIENT_PORT = 67, 68
MAGIC = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
SUBNET, ROUTER, DNS, HOSTNAME = 1, 3, 6, 12
REQUESTED, LEASE_TIME, TYPE, SERVER, PARAMETERS, MAX_SIZE, VENDOR_CLASS, CLIENT_ID = 50, 51, 53, 54, 55, 57, 60, 61
MUD_URL = 161
BROADCAST_FLAG = 0x8000
RETRY = 0.4

type Options = dict[int, bytes]


class RefusedError(OSError):
    """The server answered with DHCPNAK."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device shows of itself; `parameters` are option numbers as the device asks for them, in hex.

    `mud_url` is the manifest that it names (RFC 8520, section 10), or empty.
    """

    mac: str
    hostname: str
    vendor_class: str
    parameters: str
    mud_url: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """What the server gave; `seconds` is the lease time."""

    address: str
    prefix: int
    router: str
    resolver: str
    server: str
    seconds: int

    @property
    def interface(self) -> str:
        """The address with its prefix length."""
        return f"{self.address}/{self.prefix}"


def obtain(port: str, identity: Identity, within: float) -> Lease:
    """A new lease; raises TimeoutError without an answer within that many seconds."""
    with _Client(port, identity, within) as client:
        while True:
            offered, options = client.ask(DISCOVER, {}, OFFER)
            chosen = {REQUESTED: socket.inet_aton(offered), SERVER: options[SERVER]}
            try:
                return _lease(*client.ask(REQUEST, chosen, ACK))
            except RefusedError:
                continue


def renew(port: str, identity: Identity, lease: Lease, within: float) -> Lease:
    """The same lease again, asked of its server by unicast (RENEWING); raises RefusedError or TimeoutError."""
    with _Client(port, identity, within, lease) as client:
        return _lease(*client.ask(REQUEST, {}, ACK))


class _Client:
    """One exchange with a server, over a socket bound to the port: broadcast, or unicast to the server of a lease."""

    def __init__(self, port: str, identity: Identity, within: float, lease: Lease | None = None) -> None:
        self._identity = identity
        self._held = lease.address if lease else ""
        self._server = lease.server if lease else "255.255.255.255"
        self._deadline = time.monotonic() + within
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, port.encode())
        self._socket.bind((self._held, CLIENT_PORT))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, kind: int, more: Options, want: int) -> tuple[str, Options]:
        """Send a message, again and again, until the wanted answer is there: (address, options)."""
        transaction = os.urandom(4)
        packet = _message(self._identity, transaction, kind, more, self._held)
        while (now := time.monotonic()) < self._deadline:
            with suppress(OSError):  # a firewall's reject is a reason to try again
                self._socket.sendto(packet, (self._server, SERVER_PORT))
            answer = self._hear(transaction, want, min(now + RETRY, self._deadline))
            if answer is not None:
                return answer
        raise TimeoutError("no DHCP server answered")  # noqa: EM101, TRY003

    def _hear(self, transaction: bytes, want: int, until: float) -> tuple[str, Options] | None:
        while (left := until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                answer = parse(self._socket.recv(2048), transaction)
            except TimeoutError:
                return None
            kind = answer[1].get(TYPE) if answer else None
            if kind == bytes([NAK]):
                raise RefusedError("DHCPNAK")  # noqa: EM101
            if kind == bytes([want]):
                return answer
        return None


def _message(identity: Identity, transaction: bytes, kind: int, more: Options, held: str) -> bytes:
    mac = bytes.fromhex(identity.mac.replace(":", ""))
    header = struct.pack(
        "!BBBB4sHH4s12x16s192x",
        *(1, 1, 6, 0, transaction, 0, 0 if held else BROADCAST_FLAG),
        *(socket.inet_aton(held) if held else bytes(4), mac),
    )
    options: Options = {
        TYPE: bytes([kind]),
        CLIENT_ID: b"\x01" + mac,
        **more,
        MAX_SIZE: struct.pack("!H", 1500),
        VENDOR_CLASS: identity.vendor_class.encode(),
        HOSTNAME: identity.hostname.encode(),
        MUD_URL: identity.mud_url.encode(),
        PARAMETERS: bytes.fromhex(identity.parameters),
    }
    body = b"".join(bytes([code, len(value)]) + value for code, value in options.items() if value)
    return header + MAGIC + body + b"\xff"


def parse(packet: bytes, transaction: bytes) -> tuple[str, Options] | None:
    """The offered address and the options of a reply to this transaction; None for anything else or torn."""
    if len(packet) < 240 or packet[0] != 2 or packet[4:8] != transaction or packet[236:240] != MAGIC:
        return None
    options: Options = {}
    at = 240
    while at + 1 < len(packet) and packet[at] != 0xFF:
        if packet[at] == 0:
            at += 1
            continue
        length = packet[at + 1]
        options[packet[at]] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return (socket.inet_ntoa(packet[16:20]), options) if len(options.get(SERVER, b"")) == 4 else None


def _lease(address: str, options: Options) -> Lease:
    server = _first(options, SERVER, "")
    return Lease(
        address=address,
        prefix=int.from_bytes(options.get(SUBNET, b"\xff\xff\xff\0")[:4]).bit_count(),
        router=_first(options, ROUTER, server),
        resolver=_first(options, DNS, server),
        server=server,
        seconds=int.from_bytes(options.get(LEASE_TIME, b"")[:4]),
    )


def _first(options: Options, code: int, default: str) -> str:
    value = options.get(code, b"")[:4]
    return socket.inet_ntoa(value) if len(value) == 4 else default
